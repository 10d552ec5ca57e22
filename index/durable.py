"""Bytes that survive a power cut: written, then synced, folder by folder."""

from __future__ import annotations

import os
from pathlib import Path

from index.regular import everything_below


def write_synced(path: Path, raw: bytes) -> None:
    """Write a whole file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def replace_synced(path: Path, raw: bytes) -> None:
    """Make a file hold other bytes, on the disk when this returns; readers see old or new, never half."""
    beginning = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        write_synced(beginning, raw)
        os.replace(beginning, path)
    except BaseException:
        beginning.unlink(missing_ok=True)
        raise
    sync(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, on the disk when this returns."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for made in reversed(missing):
        sync(made.parent)


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's list of names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Sync everything below a folder, what stands in a folder before the folder itself."""
    for path in everything_below(folder):
        sync(path)
