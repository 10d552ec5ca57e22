"""What keeps generations: written whole, published behind a gate, read as they were when opened.

A generation is immutable. It is written under a name that nobody reads, checked, and then named in one
step; who has opened one goes on with it when another is published. So there are no updates, tombstones
or stale reads to agree about, and going back is publishing an older name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import Field

from content.schema import Fact, Kind, Speaker
from index.embedder import FloatMatrix, FloatVector
from index.pointer import GENERATION

Rows = npt.NDArray[np.int64]
# Bytes, or where they stand in a file that is mapped: never changed either way.
Blob = bytes | memoryview


class GenerationFacts(Fact):
    """What a generation says of itself; `embedder` names model, weights and precision of its vectors."""

    name: str = Field(pattern=rf"^{GENERATION.pattern}$")
    embedder: str
    dimension: int = Field(gt=0)
    count: int = Field(ge=0, description="passages; their rows are 0 to count - 1")


class Where(Fact):
    """Which passages may be found: all that are named by every field that is not None.

    A closed set of fields with values of known types, so no words of a visitor are ever part of an
    engine's language.
    """

    document_id: tuple[str, ...] | None = None
    kind: tuple[Kind, ...] | None = None
    speaker: tuple[Speaker, ...] | None = None


class Batch(NamedTuple):
    """Passages in the order of their rows, `first_row` onwards.

    `vectors` is float32 (n, d) with unit rows; `bodies` are bytes that no engine looks into.
    """

    first_row: int
    ids: Sequence[str]
    document_ids: Sequence[str]
    kinds: Sequence[Kind]
    speakers: Sequence[Speaker]
    vectors: FloatMatrix
    bodies: Sequence[bytes]


class Record(NamedTuple):
    """One passage as it was written."""

    row: int
    id: str
    document_id: str
    body: bytes


class Candidates(NamedTuple):
    """Passages that may be the nearest: rows int64 (m,), and their vectors exactly as written, (m, d)."""

    rows: Rows
    vectors: FloatMatrix


class Generation(Protocol):
    """One published generation, open for reading by any number of threads.

    Every method raises EngineUnreachable when the store cannot be asked, GenerationDamaged when what it
    gives back is not what was written.
    """

    facts: GenerationFacts

    def candidates(self, vector: FloatVector, n: int, where: Where | None = None) -> Candidates:
        """Return about `n` passages near to a vector (float32 (d,), unit), in any order, each once.

        Fewer only where fewer match. Where at most `n` match, all of them: a filter is exact for small
        sets. Raises BadVector.
        """
        ...

    def count(self, where: Where | None = None) -> int:
        """Return how many passages match."""
        ...

    def vectors(self, rows: Sequence[int]) -> FloatMatrix:
        """Return vectors exactly as written, float32 (n, d), in the order of `rows`; KeyError for no row."""
        ...

    def get(self, rows: Sequence[int]) -> list[Record]:
        """Return passages in the order of `rows`, each body compared with its hash; KeyError for no row."""
        ...

    def rows_where(self, where: Where) -> list[int]:
        """Return the rows of all matching passages, ascending."""
        ...

    def blobs(self, keys: Sequence[str]) -> Mapping[str, Blob]:
        """Return what was written under these keys, compared with its hash; unknown keys are left out."""
        ...

    def close(self) -> None:
        """Give back connections and files; nothing can be read afterwards."""
        ...


class Engine(Protocol):
    """A store of generations. Any number of machines may read, one at a time may build."""

    where: str
    """The store in words for people, without any password."""

    def building(self) -> AbstractContextManager[str]:
        """Hold the one lock of whoever builds; gives the next free name. Raises EngineBusy."""
        ...

    def write(
        self, facts: GenerationFacts, batches: Iterable[Batch], blobs: Iterable[tuple[str, bytes]]
    ) -> int:
        """Write a generation that nobody reads yet and return how many passages it holds.

        Idempotent: a name that was begun before, even by a writer who was killed, is begun anew.
        Raises WriteRefused for the name of a published generation, for rows with gaps, for another
        count or dimension than `facts` say.
        """
        ...

    def publish(self, name: str) -> None:
        """Make a written generation the one that `open` returns, in one step, once it passes `gate.check`.

        On return every reader that opens, at any server of the store, sees it or a newer one. Also the
        way back to an older one. Raises WriteRefused when it does not pass, is unknown or was revoked.
        """
        ...

    def published(self) -> str | None:
        """Return the name of the generation in use, None before the first; cheap, asked every few seconds."""
        ...

    def open(self, embedder: str | None = None, name: str | None = None) -> Generation:
        """Open the generation in use, or one by name, also a revoked one when it is named.

        Raises NotPublished; GenerationMismatch for vectors of another model than `embedder` says.
        """
        ...

    def names(self) -> list[str]:
        """Return all complete generations, newest first."""
        ...

    def revoke(self, name: str, why: bytes) -> None:
        """Let a generation never be published again, nor answered from if it is the one in use."""
        ...

    def revocations(self) -> dict[str, bytes]:
        """Return why generations were revoked, by name."""
        ...

    def drop(self, name: str) -> None:
        """Remove a generation that is not in use; one that is unknown is gone already."""
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...
