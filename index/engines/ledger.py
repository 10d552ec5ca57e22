"""What a folder of generations remembers beyond them: numbers that were given, and what was revoked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from index.durable import make_folder, replace_synced
from index.engines.errors import EngineUnreachable, WriteRefused
from index.errors import BuildFailed, IndexDamaged
from index.generations import generation_names, number_of
from index.pointer import GENERATION

_REVOKED, _LAST = "revoked", "LAST"


def standing(root: Path) -> list[str]:
    """Return all generations that have their name, newest first; each is whole."""
    try:
        return generation_names(root)
    except IndexDamaged as error:
        raise EngineUnreachable(str(root), "the folder cannot be listed") from error


def revoke(root: Path, name: str, why: bytes) -> None:
    """Write down on the disk that a generation must not be used; the first reason stays."""
    path = root / _REVOKED / name
    if not GENERATION.fullmatch(name):
        raise WriteRefused(name, "is no name of a generation")
    try:
        make_folder(path.parent)
        if not path.exists():
            replace_synced(path, why)
    except OSError as error:
        raise BuildFailed(path, error) from error


def revocations(root: Path) -> dict[str, bytes]:
    """Return why generations were revoked, by name, also those that were dropped since."""
    try:
        paths = sorted((root / _REVOKED).iterdir())
        return {path.name: path.read_bytes() for path in paths if GENERATION.fullmatch(path.name)}
    except FileNotFoundError:
        return {}
    except OSError as error:
        # Of what cannot be read nobody knows whether it may be answered from.
        raise EngineUnreachable(str(root / _REVOKED), str(error.strerror)) from error


def last_number(root: Path) -> int:
    """Return the highest number that was ever given to a generation that was written."""
    given = 0
    with suppress(OSError, ValueError):
        given = int((root / _LAST).read_bytes())
    return max([given, *map(number_of, (*standing(root), *revocations(root)))])


def remember_numbers(root: Path) -> None:
    """Write down the highest number before a generation that may have it is dropped."""
    try:
        replace_synced(root / _LAST, str(last_number(root)).encode())
    except OSError as error:
        raise BuildFailed(root / _LAST, error) from error
