"""What is published just now, told apart from what was a moment ago, in a folder or in a store."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

from assistant.settings import Settings
from assistant.shared_index import engine_of
from index.engines.protocol import Engine
from index.generations import is_revoked
from index.pointer import CURRENT, Pointer, readable_pointer


class Stamp(NamedTuple):
    """One state of publication; `place` tells apart what goes by the same name."""

    name: str
    revoked: bool
    place: tuple[str | int, ...] = ()


class Publication(Protocol):
    """Where an index is published."""

    def stamp(self) -> Stamp | None:
        """Tell one state from another, also once what is in use is revoked and nothing else yet.

        None before the first. Raises EngineUnreachable.
        """
        ...

    def withdrawn_since(self, stamp: Stamp | None) -> bool:
        """Tell whether what was in use was revoked since: the next look takes another."""
        ...


def publication_of(settings: Settings) -> Publication:
    """Return where a site publishes."""
    engine = engine_of(settings)
    return InFolder(settings.index_root) if engine is None else InStore(engine)


class InFolder:
    """Published in a folder of this machine, by the file CURRENT."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stamp(self) -> Stamp | None:
        """Tell one state of CURRENT from another."""
        try:
            found = (self._root / CURRENT).stat()
        except OSError:
            return None
        pointer = readable_pointer(self._root) or Pointer("", "")
        revoked = bool(pointer.generation) and is_revoked(self._root / pointer.generation)
        # Inode and time alone may come again when two swaps fall into one tick of the clock.
        place = (pointer.manifest_sha256, found.st_ino, found.st_mtime_ns)
        return Stamp(pointer.generation, revoked, place)

    def withdrawn_since(self, stamp: Stamp | None) -> bool:
        """Look for the mark of a revocation."""
        if not stamp or not stamp.name or stamp.revoked:
            return False
        return is_revoked(self._root / stamp.name)


class InStore:
    """Published in a store that many machines share."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stamp(self) -> Stamp | None:
        """Ask the store for the name in use, which is never given twice."""
        name = self._engine.published()
        return None if name is None else Stamp(name, name in self._engine.revocations())

    def withdrawn_since(self, stamp: Stamp | None) -> bool:
        """Ask the store for what was revoked."""
        return stamp is not None and not stamp.revoked and stamp.name in self._engine.revocations()
