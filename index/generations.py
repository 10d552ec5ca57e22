"""Immutable generations on disk: written whole, verified on opening, swapped by one rename.

Layout and order of fsyncs: a generation folder is complete and synced before it gets its name,
and CURRENT names it only after that. A crash at any point leaves the old or the new index.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from content.errors import FaqError
from index.durable import sync, sync_tree, write_synced
from index.errors import BuildFailed, BuildLocked, IndexDamaged, IndexNotFound
from index.manifest import NAME, Manifest, read_manifest, verify_files

CURRENT = "CURRENT"
_NEXT = "CURRENT.tmp"
REVOKED = "REVOKED"
KEPT = 3
_GENERATION = re.compile(r"g-[0-9]{6,9}")
_CURRENT_LINE = re.compile(rf"({_GENERATION.pattern}) ([0-9a-f]{{64}})\n")


def _number(name: str) -> int:
    return int(name.removeprefix("g-"))


def generation_names(root: Path) -> list[str]:
    """Return the generations that stand in `root`, newest first; other files are ignored."""
    if not root.is_dir():
        return []
    names = [path.name for path in root.iterdir() if _GENERATION.fullmatch(path.name)]
    return sorted(names, key=_number, reverse=True)


def current(root: Path) -> tuple[Path, Manifest, bool]:
    """Return (folder, manifest, degraded) of the generation to use, every file verified.

    That is the one CURRENT names; when it fails, the newest generation that verifies by its own
    manifest and is not revoked, and `degraded` is True. Raises IndexNotFound when there never was
    an index, else the error of the generation CURRENT names.
    """
    names = generation_names(root)
    if not names and not (root / CURRENT).exists():
        raise IndexNotFound(root)
    try:
        name, sha256 = _read_current(root)
        return root / name, _verified(root / name, sha256), False
    except FaqError as error:
        for name in names:
            with suppress(FaqError):
                return root / name, _verified(root / name, None), True
        raise error


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the one build lock of an index; the system frees it when the builder dies."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        handle = os.open(root / ".build.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BuildFailed(root, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BuildLocked(root) from error
    finally:
        os.close(handle)


def publish(
    root: Path, write: Callable[[Path], None], describe: Callable[[Path, str, str | None], Manifest]
) -> Manifest:
    """Write a new generation and make it current; the caller holds the build lock.

    `write` fills an empty folder, `describe` gives the manifest of what it wrote under the new
    name. Any failure puts back what was before and removes what was begun; BuildFailed is raised
    for an OSError.
    """
    names = generation_names(root)
    name = f"g-{_number(names[0]) + 1 if names else 1:06d}"
    before = _in_use(root)
    for stale in root.glob("tmp-*"):
        shutil.rmtree(stale, ignore_errors=True)
    temporary = root / f"tmp-{os.getpid()}"
    try:
        temporary.mkdir(parents=True)
        write(temporary)
        sync_tree(temporary)
        manifest = describe(temporary, name, before[0] if before else None)
        raw = manifest.as_bytes()
        write_synced(temporary / NAME, raw)
        write_synced(temporary / "LOCK", b"")
        verify_files(temporary, manifest)
        sync(temporary)
        os.rename(temporary, root / name)
        sync(root)
        write_synced(root / _NEXT, _current_line(name, hashlib.sha256(raw).hexdigest()))
        os.replace(root / _NEXT, root / CURRENT)
        sync(root)
    except BaseException as error:
        _withdraw(root, temporary, name, before)
        if isinstance(error, OSError):
            raise BuildFailed(root, error) from error
        raise
    _collect(root, keep=name)
    return manifest


def _withdraw(root: Path, temporary: Path, name: str, before: tuple[str, str] | None) -> None:
    """Put CURRENT back and remove what was begun, but never the folder CURRENT names.

    Nothing is synced: the disk has just refused, and readers verify whatever they find.
    """
    with suppress(OSError):
        (root / _NEXT).unlink(missing_ok=True)
        if _in_use(root) != before and before:
            (root / _NEXT).write_bytes(_current_line(*before))
            os.replace(root / _NEXT, root / CURRENT)
        elif _in_use(root) != before:
            (root / CURRENT).unlink()
    in_use = _in_use(root)
    for begun in (temporary, root / name):
        if not in_use or begun.name != in_use[0]:
            shutil.rmtree(begun, ignore_errors=True)


def _current_line(name: str, manifest_sha256: str) -> bytes:
    return f"{name} {manifest_sha256}\n".encode()


def _in_use(root: Path) -> tuple[str, str] | None:
    """Return what CURRENT says, or None when it says nothing that can be read."""
    try:
        return _read_current(root)
    except IndexDamaged:
        return None


def _read_current(root: Path) -> tuple[str, str]:
    path = root / CURRENT
    try:
        with path.open("rb") as file:
            line = file.read(200)
    except OSError as error:
        raise IndexDamaged(path, "cannot be read") from error
    found = _CURRENT_LINE.fullmatch(line.decode("ascii", "replace"))
    if not found:
        raise IndexDamaged(path, "does not name a generation")
    return found[1], found[2]


def _verified(folder: Path, manifest_sha256: str | None) -> Manifest:
    if (folder / REVOKED).exists():
        raise IndexDamaged(folder, "this generation was revoked")
    if folder.is_symlink():
        raise IndexDamaged(folder, "a generation is a folder, not a link")
    manifest = read_manifest(folder, expected_sha256=manifest_sha256)
    if manifest.generation != folder.name:
        raise IndexDamaged(folder, f"was written as {manifest.generation}")
    verify_files(folder, manifest)
    return manifest


def _collect(root: Path, *, keep: str) -> None:
    """Remove generations beyond the newest KEPT, unless a reader holds their LOCK."""
    for name in [n for n in generation_names(root) if n != keep][KEPT - 1 :]:
        folder = root / name
        try:
            with (folder / "LOCK").open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                doomed = root / f"tmp-del-{name}"
                os.rename(folder, doomed)
            shutil.rmtree(doomed, ignore_errors=True)
        except OSError:
            # In use or already gone: the next build tries again.
            continue
