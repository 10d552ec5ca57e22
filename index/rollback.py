"""Back to an older generation: the bad one is revoked first, then CURRENT names another.

In this order a crash at any point leaves either everything as it was, or an index whose withdrawn
words nobody can fall back to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from content.errors import FaqError
from content.schema import Fact
from index.durable import replace_synced, sync
from index.errors import NothingToRollBackTo, RollbackFailed
from index.generations import (
    REVOKED,
    build_lock,
    current,
    generation_names,
    number_of,
    verified,
)
from index.manifest import NAME, Manifest, read_manifest
from index.pointer import Pointer, readable_pointer, swap_pointer
from index.regular import read_regular

_MOST = 1_000_000


class Revocation(Fact):
    """Why a generation is never answered from again, who said so, and when.

    `index_id` names what it held, in a store that other machines learn from; "" where its folder tells.
    """

    reason: str
    by: str
    on: datetime
    index_id: str = ""

    def __str__(self) -> str:
        """Say why, who and when, for people."""
        return f"{self.reason} ({self.by}, {self.on:%Y-%m-%d})"


def read_revocation(folder: Path) -> Revocation | None:
    """Return why a generation was revoked, None when it was not.

    A file that nobody can read revokes as well: better too little is answered than withdrawn words.
    """
    try:
        return revocation_of(read_regular(folder / REVOKED, _MOST))
    except FileNotFoundError:
        return None
    except OSError:
        return revocation_of(b"")


def revocation_of(raw: bytes) -> Revocation:
    """Return what was written when a generation was revoked; what nobody can read says just that."""
    try:
        return Revocation.model_validate_json(raw)
    except ValidationError:
        unknown = datetime.fromtimestamp(0, UTC)
        return Revocation(reason="the file REVOKED cannot be read", by="unknown", on=unknown)


def roll_back(root: Path, revocation: Revocation, *, to: str | None = None) -> Manifest:
    """Revoke the generation in use and make another one current; return that one's manifest.

    Without `to` the newest whole generation of other words that is not revoked is taken. Everything
    newer than the wanted one is revoked as well: who goes further back does so because of what stands
    in those. Raises NothingToRollBackTo before anything is changed, RollbackFailed, BuildLocked.
    """
    new: Pointer | None = None
    with build_lock(root):
        try:
            bad = _in_use(root)
            target = _wanted(root, to, bad) if to else _newest_other(root, bad)
            raw = (root / target.generation / NAME).read_bytes()
            newer = [n for n in generation_names(root) if number_of(n) > number_of(target.generation)]
            for name in dict.fromkeys((bad, *newer)):
                revoke(root / name, revocation)
            new = Pointer(target.generation, hashlib.sha256(raw).hexdigest())
            swap_pointer(root, new)
        except OSError as error:
            raise RollbackFailed(
                root, error, done=new is not None and readable_pointer(root) == new
            ) from error
    return target


def revoke(folder: Path, revocation: Revocation) -> None:
    """Mark a generation of this machine as revoked; the first reason stays. Raises OSError."""
    for begun in folder.glob(f"{REVOKED}.*.tmp"):
        begun.unlink()
    try:
        # Not `is_revoked`: where nobody can tell, it must be written or the rollback has failed.
        (folder / REVOKED).lstat()
    except FileNotFoundError:
        replace_synced(folder / REVOKED, revocation.model_dump_json(indent=1).encode())
    else:
        # The first reason stays; whoever wrote it may have been stopped before the disk had it.
        sync(folder)


def _in_use(root: Path) -> str:
    """Name the generation CURRENT names, or the one that is answered from when it names none."""
    pointer = readable_pointer(root)
    if pointer and (root / pointer.generation).is_dir():
        return pointer.generation
    return current(root)[0].name


def _wanted(root: Path, name: str, bad: str) -> Manifest:
    if name not in generation_names(root):
        raise NothingToRollBackTo(root / name, "there is no such generation")
    if name == bad:
        raise NothingToRollBackTo(root / name, "this is the generation in use")
    revoked = read_revocation(root / name)
    if revoked:
        raise NothingToRollBackTo(root / name, f"was revoked by {revoked.by}: {revoked.reason}")
    try:
        return verified(root / name)
    except FaqError as error:
        raise NothingToRollBackTo(root / name, f"is not whole ({error})") from error


def _newest_other(root: Path, bad: str) -> Manifest:
    withdrawn = _words_of(root, [bad, *(n for n in generation_names(root) if read_revocation(root / n))])
    for name in generation_names(root):
        if name == bad:
            continue
        with suppress(FaqError):
            manifest = verified(root / name)
            # The same words under another number would be the withdrawn ones again.
            if manifest.content_fingerprint not in withdrawn:
                return manifest
    raise NothingToRollBackTo(root, "no other whole generation with other words is kept")


def _words_of(root: Path, names: Sequence[str]) -> frozenset[str]:
    """Return the fingerprints of the content of generations, as far as they can be read."""
    found = set()
    for name in names:
        with suppress(FaqError):
            found.add(read_manifest(root / name).content_fingerprint)
    return frozenset(found)
