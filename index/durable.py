"""Bytes that survive a power cut: written, then synced, folder by folder."""

from __future__ import annotations

import os
from pathlib import Path


def write_synced(path: Path, raw: bytes) -> None:
    """Write a whole file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's list of names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Sync everything below a folder, what stands in a folder before the folder itself."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
