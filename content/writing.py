"""Changing a content folder: a file is the old one or the new one, and one program changes it at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from content.errors import CannotWrite

# Hidden names hold no documents: beginnings of files, the lock, sources, what was removed.
_TEMPORARY = ".new-"
_LOCK = ".lock"
SOURCES = ".sources"
REMOVED = ".removed"


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, made if it is new; waits for a program that changes it just now.

    A killed program's lock is free at once, and what it had begun is removed. Raises CannotWrite.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / _LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for begun in folder.rglob(f"{_TEMPORARY}*"):
                begun.unlink()
            yield
    except OSError as error:
        raise CannotWrite(folder, error.strerror or str(error)) from error


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write whole files, in order; each is the old one until it is the new one.

    All bytes are on the disk before the first name changes, so a full disk changes nothing; a program
    killed in between leaves the first files new and the rest old. Call it while `changing`.
    """
    begun: dict[Path, Path] = {}
    try:
        for path, raw in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            begun[path] = path.with_name(f"{_TEMPORARY}{path.name}")
            with begun[path].open("wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
        for path, new in begun.items():
            os.replace(new, path)
            sync(path.parent)
    except BaseException:
        for new in begun.values():
            new.unlink(missing_ok=True)
        raise


def set_aside(path: Path, folder: Path, document_id: str) -> Path:
    """Move a file of a content folder to its `.removed`, where nobody's words are overwritten."""
    goal = removed_name(folder, document_id)
    goal.parent.mkdir(exist_ok=True)
    os.replace(path, goal)
    sync(goal.parent)
    sync(path.parent)
    return goal


def removed_name(folder: Path, document_id: str) -> Path:
    """Return a name in `.removed` that is still free: "a-page.md", then "a-page.2.md"."""
    goal, number = folder / REMOVED / f"{document_id}.md", 2
    while goal.exists():
        goal, number = goal.with_name(f"{document_id}.{number}.md"), number + 1
    return goal


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's list of names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
