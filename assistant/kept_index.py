"""One index that is still kept, in this machine's folder or in a store: what it held, how it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from assistant.archive import calibration_in
from assistant.confidence import CAUTIOUS, Calibration
from content.schema import Document
from index.data import IndexData
from index.engines.protocol import Engine
from index.engines.shipping import open_shared
from index.manifest import Manifest
from index.rollback import Revocation, read_revocation, revocation_of
from index.stored import open_generation, read_words


class KeptIndex(Protocol):
    """A generation that can be looked into, also a revoked one; nobody is answered from it by that."""

    name: str

    def __hash__(self) -> int: ...

    @property
    def revoked(self) -> Revocation | None:
        """Why nobody is answered from it, None when it was not revoked."""
        ...

    def documents(self) -> Sequence[Document]:
        """Return its documents, every text checked. Raises FaqError."""
        ...

    def calibration(self) -> Calibration | None:
        """Return what it was published with, the cautious one for none; None for one nobody can read."""
        ...

    def open(self) -> tuple[IndexData, Manifest]:
        """Open it to be asked. Raises FaqError."""
        ...


class KeptHere:
    """A generation of this machine's folder."""

    def __init__(self, folder: Path) -> None:
        self.name, self._folder = folder.name, folder

    @property
    def revoked(self) -> Revocation | None:
        """What stands in its folder."""
        return read_revocation(self._folder)

    def documents(self) -> Sequence[Document]:
        """Read the words alone, also those of another version of the program."""
        return read_words(self._folder.parent, self.name)[1]

    def calibration(self) -> Calibration | None:
        """Read it from its file."""
        return calibration_in(self._folder)

    def open(self) -> tuple[IndexData, Manifest]:
        """Open it whole, every file verified."""
        return open_generation(self._folder.parent, self.name)


class KeptInStore:
    """A generation of a store, its documents fetched when they are looked at."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name, self._engine = name, engine

    @property
    def revoked(self) -> Revocation | None:
        """What the store says."""
        why = self._engine.revocations().get(self.name)
        return revocation_of(why) if why is not None else None

    def documents(self) -> Sequence[Document]:
        """Return them in order; each is fetched when it is looked at."""
        return self._opened[0].documents

    def calibration(self) -> Calibration | None:
        """Read it from what was published."""
        stored = self._opened[0].calibration
        try:
            return CAUTIOUS if stored is None else Calibration.model_validate_json(stored)
        except ValidationError:
            return None

    def open(self) -> tuple[IndexData, Manifest]:
        """Open it under the name it has in the store."""
        return self._opened

    @cached_property
    def _opened(self) -> tuple[IndexData, Manifest]:
        data, manifest = open_shared(self._engine, self.name)
        return data, manifest.model_copy(update={"generation": self.name})
