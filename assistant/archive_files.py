"""Files that are named after the sha256 of their own bytes: written once, whole and durably.

Law: a file has its name only when its bytes are on the disk, and is believed only while they have that
hash. Nobody has to be trusted for it: `sha256sum` tells.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index.durable import sync, write_synced

# A disk takes several syncs at once: 0.5 ms a file here, 2.6 ms one after the other.
_SYNCS_AT_ONCE = 16


def sha256_of(raw: bytes) -> str:
    """Return the hash a file of these bytes is named after."""
    return hashlib.sha256(raw).hexdigest()


def intact(path: Path) -> bytes | None:
    """Return the bytes of a file if they are what its name says, else None.

    The name is `<sha256>.<suffix>`, with anything and a stop before it.
    """
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    return raw if sha256_of(raw) == path.stem.rpartition(".")[2] else None


def write_missing(folder: Path, files: Iterable[tuple[str, bytes]]) -> set[str]:
    """Write the files that are not there whole; return their names once they are on the disk."""
    wanted = dict(files)
    with ThreadPoolExecutor(_SYNCS_AT_ONCE) as syncing:
        done = syncing.map(lambda name: _write_new(folder / name, wanted[name]), wanted)
        written = {name for name, new in zip(wanted, done, strict=True) if new}
    for kind in {(folder / name).parent for name in written}:
        sync(kind)
    return written


def remove_begun(folder: Path) -> None:
    """Remove what a killed program had begun; nobody else may be writing."""
    for begun in folder.glob("*/*.tmp"):
        begun.unlink()


def _write_new(path: Path, raw: bytes) -> bool:
    """Give a file its name only when its bytes are on the disk; a whole one stays as it is."""
    if intact(path) == raw:
        return False
    begun = path.with_name(f"{path.name}.tmp")
    write_synced(begun, raw)
    os.replace(begun, path)
    return True
