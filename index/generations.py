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
from contextlib import contextmanager
from pathlib import Path

from content.errors import FaqError
from index.errors import BuildFailed, BuildLocked, IndexDamaged, IndexNotFound
from index.manifest import NAME, Manifest, read_manifest, verify_files

CURRENT = "CURRENT"
REVOKED = "REVOKED"
KEPT = 3
_GENERATION = re.compile(r"g-\d{6}")
_CURRENT_LINE = re.compile(rf"({_GENERATION.pattern}) ([0-9a-f]{{64}})\n")


def generation_names(root: Path) -> list[str]:
    """Return the generations that stand in `root`, newest first; other files are ignored."""
    if not root.is_dir():
        return []
    return sorted((p.name for p in root.iterdir() if _GENERATION.fullmatch(p.name)), reverse=True)


def current(root: Path) -> tuple[Path, Manifest, bool]:
    """Return (folder, manifest, degraded) of the generation to use, every file verified.

    That is the one CURRENT names; when it fails, the newest other generation that verifies and is
    not revoked, and `degraded` is True. Raises IndexNotFound when there never was an index, else
    the error of the generation CURRENT names.
    """
    names = generation_names(root)
    if not names and not (root / CURRENT).exists():
        raise IndexNotFound(root)
    try:
        name, sha256 = _read_current(root)
        return _verified(root / name, sha256), read_manifest(root / name), False
    except FaqError as error:
        for name in names:
            folder = root / name
            try:
                return _verified(folder, None), read_manifest(folder), True
            except FaqError:
                continue
        raise error


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the one build lock of an index; the system frees it when the builder dies."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".build.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BuildLocked(root) from error
        yield


def publish(
    root: Path, write: Callable[[Path], None], describe: Callable[[Path, str, str | None], Manifest]
) -> Manifest:
    """Write a new generation and make it current; the caller holds the build lock.

    `write` fills an empty folder, `describe` gives the manifest of what it wrote under the new
    name. Any OSError removes what was begun and raises BuildFailed; the old index stays.
    """
    names = generation_names(root)
    name = f"g-{int(names[0][2:]) + 1 if names else 1:06d}"
    parent = _read_current(root)[0] if (root / CURRENT).exists() and names else None
    for stale in root.glob("tmp-*"):
        shutil.rmtree(stale, ignore_errors=True)
    temporary = root / f"tmp-{os.getpid()}"
    try:
        temporary.mkdir(parents=True)
        write(temporary)
        _sync_tree(temporary)
        manifest = describe(temporary, name, parent)
        raw = manifest.model_dump_json(indent=1).encode("utf-8")
        _write_synced(temporary / NAME, raw)
        _write_synced(temporary / "LOCK", b"")
        verify_files(temporary, manifest)
        _sync(temporary)
        os.rename(temporary, root / name)
        _sync(root)
        _point_at(root, name, hashlib.sha256(raw).hexdigest())
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise BuildFailed(root, error) from error
    _collect(root, keep=name)
    return manifest


def _point_at(root: Path, name: str, manifest_sha256: str) -> None:
    _write_synced(root / "CURRENT.tmp", f"{name} {manifest_sha256}\n".encode())
    os.replace(root / "CURRENT.tmp", root / CURRENT)
    _sync(root)


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


def _verified(folder: Path, manifest_sha256: str | None) -> Path:
    if (folder / REVOKED).exists():
        raise IndexDamaged(folder, "this generation was revoked")
    if folder.is_symlink():
        raise IndexDamaged(folder, "a generation is a folder, not a link")
    verify_files(folder, read_manifest(folder, expected_sha256=manifest_sha256))
    return folder


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


def _write_synced(path: Path, raw: bytes) -> None:
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
