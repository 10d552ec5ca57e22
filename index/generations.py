"""Immutable generations on disk: written whole, verified on opening, swapped by one rename.

Layout and order of fsyncs: a generation folder is complete and synced before it gets its name,
and CURRENT names it only after that. A crash at any point leaves the old or the new index.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from content.errors import FaqError
from index.disposal import dispose, remove
from index.durable import make_folder, sync, sync_tree, write_synced
from index.errors import BuildFailed, BuildLocked, IndexDamaged, IndexNotFound
from index.manifest import NAME, Manifest, read_manifest, verify_files
from index.pointer import (
    CURRENT,
    GENERATION,
    Pointer,
    read_pointer,
    readable_pointer,
    restore_pointer,
    swap_pointer,
)
from index.regular import must_be_regular

REVOKED = "REVOKED"
KEPT = 3


def number_of(name: str) -> int:
    """Return the number of a generation: 42 for `g-000042`."""
    return int(name.removeprefix("g-"))


def name_of(number: int) -> str:
    """Return the name of a generation: `g-000042` for 42."""
    return f"g-{number:06d}"


def generation_names(root: Path) -> list[str]:
    """Return the generations that stand in `root`, newest first; other files are ignored."""
    try:
        names = [path.name for path in root.iterdir() if GENERATION.fullmatch(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise IndexDamaged(root, f"cannot be listed ({error.strerror})") from error
    return sorted(names, key=number_of, reverse=True)


def current(root: Path) -> tuple[Path, Manifest, bool]:
    """Return (folder, manifest, degraded) of the generation to use, every file verified.

    That is the one CURRENT names; when it fails, the newest generation that verifies by its own
    manifest and is not revoked, and `degraded` is True. Raises IndexNotFound when there never was
    an index, else the error of the generation CURRENT names.
    """
    names = generation_names(root)
    if not names and not os.path.lexists(root / CURRENT):
        raise IndexNotFound(root)
    try:
        name, manifest_sha256 = read_pointer(root)
        return root / name, verified(root / name, manifest_sha256), False
    except FaqError as error:
        for name in names:
            with suppress(FaqError):
                return root / name, verified(root / name), True
        raise error


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the one build lock of an index; the system frees it when the builder dies."""
    try:
        make_folder(root)
        if os.path.lexists(root / ".build.lock"):
            must_be_regular(root / ".build.lock")
        file = (root / ".build.lock").open("a")
    except OSError as error:
        raise BuildFailed(root, error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildLocked(root) from error
        except OSError as error:
            raise BuildFailed(root, error) from error
        yield


def publish(
    root: Path, write: Callable[[Path], None], describe: Callable[[Path, str, str | None], Manifest]
) -> Manifest:
    """Write a new generation and make it current; the caller holds the build lock.

    `write` fills an empty folder, `describe` gives the manifest of what it wrote under the new
    name. Any failure puts back what was before and removes what was begun; BuildFailed is raised
    for an OSError.
    """
    name = _next_name(root)
    before = readable_pointer(root)
    temporary, swapping = root / f"tmp-{os.getpid()}", False
    try:
        for stale in root.glob("tmp-*"):
            remove(stale)
        temporary.mkdir(parents=True)
        write(temporary)
        sync_tree(temporary)
        manifest = describe(temporary, name, before.generation if before else None)
        raw = manifest.as_bytes()
        write_synced(temporary / NAME, raw)
        write_synced(temporary / "LOCK", b"")
        verify_files(temporary, manifest)
        sync(temporary)
        os.rename(temporary, root / name)
        sync(root)
        swapping = True
        swap_pointer(root, Pointer(name, hashlib.sha256(raw).hexdigest()))
    except BaseException as error:
        remove(temporary)
        unchanged = not swapping or _put_back(root, name, before)
        if unchanged:
            remove(root / name)
        if isinstance(error, OSError):
            raise BuildFailed(root, error, unchanged=unchanged) from error
        raise
    _collect(root, keep=name)
    return Manifest.model_validate_json(raw)


def _put_back(root: Path, name: str, before: Pointer | None) -> bool:
    """Let CURRENT name what it did; return whether it is known not to name the new generation."""
    try:
        restore_pointer(root, before)
    except OSError:
        in_use = readable_pointer(root)
        return in_use is not None and in_use.generation != name
    return True


def _next_name(root: Path) -> str:
    names = generation_names(root)
    name = name_of(number_of(names[0]) + 1 if names else 1)
    if not GENERATION.fullmatch(name):
        # Nobody could name it in CURRENT: the index would be built and never answered from.
        raise BuildFailed(root / names[0], OSError(errno.EOVERFLOW, "no number is left after this one"))
    return name


def is_revoked(folder: Path) -> bool:
    """Tell whether a generation was revoked; one of which nobody can tell counts as revoked."""
    try:
        os.lstat(folder / REVOKED)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def verified(folder: Path, manifest_sha256: str | None = None, *, even_revoked: bool = False) -> Manifest:
    """Return the manifest of a generation every file of which is as the manifest says.

    Raises IndexDamaged, IndexOutOfDate; a revoked generation is damaged, unless someone only wants to
    look at what was said (`even_revoked`).
    """
    if not even_revoked and is_revoked(folder):
        raise IndexDamaged(folder, "this generation was revoked")
    if os.path.islink(folder):  # noqa: PTH114 - unlike Path's it raises nothing
        raise IndexDamaged(folder, "a generation is a folder, not a link")
    manifest = read_manifest(folder, expected_sha256=manifest_sha256)
    if manifest.generation != folder.name:
        raise IndexDamaged(folder, f"was written as {manifest.generation}")
    verify_files(folder, manifest)
    try:
        must_be_regular(folder / "LOCK")
    except OSError as error:
        raise IndexDamaged(folder / "LOCK", f"cannot be read ({error.strerror})") from error
    return manifest


def _collect(root: Path, *, keep: str) -> None:
    """Remove generations beyond the newest KEPT, unless a reader holds their LOCK.

    Revoked ones are counted by themselves: they must not crowd out those that can be gone back to.
    """
    others: list[str] = []
    with suppress(IndexDamaged):
        others = [name for name in generation_names(root) if name != keep]
    revoked = [name for name in others if is_revoked(root / name)]
    whole = [name for name in others if name not in revoked]
    for name in (*whole[KEPT - 1 :], *revoked[KEPT - 1 :]):
        dispose(root, name)
