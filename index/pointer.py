"""CURRENT: the one line that names the generation in use, swapped by rename."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from index.disposal import remove
from index.durable import sync, write_synced
from index.errors import IndexDamaged
from index.regular import must_be_regular

CURRENT = "CURRENT"
GENERATION = re.compile(r"g-[0-9]{6,9}")
_NEXT = "CURRENT.tmp"
_LINE = re.compile(rf"({GENERATION.pattern}) ([0-9a-f]{{64}})\n")


class Pointer(NamedTuple):
    """A generation and the hash its manifest must have."""

    generation: str
    manifest_sha256: str

    @property
    def line(self) -> bytes:
        """The whole file: `b"g-000042 <sha256 of MANIFEST.json>\\n"`."""
        return f"{self.generation} {self.manifest_sha256}\n".encode("ascii")


def read_pointer(root: Path) -> Pointer:
    """Return what CURRENT says; raises IndexDamaged for anything but its one line."""
    path = root / CURRENT
    try:
        must_be_regular(path)
        with path.open("rb") as file:
            line = file.read(200)
    except OSError as error:
        raise IndexDamaged(path, "cannot be read") from error
    found = _LINE.fullmatch(line.decode("ascii", "replace"))
    if not found:
        raise IndexDamaged(path, "does not name a generation")
    return Pointer(found[1], found[2])


def readable_pointer(root: Path) -> Pointer | None:
    """Return what CURRENT says, or None when it says nothing that can be read."""
    try:
        return read_pointer(root)
    except IndexDamaged:
        return None


def swap_pointer(root: Path, pointer: Pointer) -> None:
    """Make CURRENT say something else, on the disk when this returns; readers see old or new."""
    # Whatever stands there: a link would be written through, a pipe waited for.
    remove(root / _NEXT)
    write_synced(root / _NEXT, pointer.line)
    os.replace(root / _NEXT, root / CURRENT)
    sync(root)


def restore_pointer(root: Path, before: Pointer | None) -> None:
    """Put back what CURRENT said before a swap that failed, and leave no beginnings.

    Nothing is synced: the disk has just refused, and readers verify whatever they find.
    """
    remove(root / _NEXT)
    if before is None:
        # Also garbage that stood there: a disk that refuses to be read must not pass for it.
        (root / CURRENT).unlink(missing_ok=True)
    elif readable_pointer(root) != before:
        (root / _NEXT).write_bytes(before.line)
        os.replace(root / _NEXT, root / CURRENT)
