"""A generation in a store, seen as every index is seen: words are fetched when somebody looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from content.schema import Document, FrontMatter, Passage, Span
from index.data import Dense, IndexData
from index.embedder import FloatVector
from index.engines.by_row import StoredPassages, StoredSentences
from index.engines.fetched import StoredDocuments
from index.engines.nearest import nearest
from index.engines.protocol import Generation, Rows


class _Nearest:
    """Finds passages through the store, scored exactly."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def search(self, vector: FloatVector, k: int) -> list[tuple[int, float]]:
        return nearest(self._generation, vector, k)


@dataclass(frozen=True, eq=False)
class SharedData(IndexData):
    """What `IndexData` says, over a generation that is open in a store.

    All that is held for every passage is how many sentences it has, in `stored`, and whose it is:
    `document_rows` int32 (passages,).
    """

    generation: Generation = field(kw_only=True)
    stored: StoredPassages = field(kw_only=True)
    stored_documents: StoredDocuments = field(kw_only=True)
    document_rows: npt.NDArray[np.int32] = field(kw_only=True)

    @property
    def shared(self) -> bool:
        """Whether words are fetched from a store: they are."""
        return True

    @property
    def front(self) -> Sequence[FrontMatter]:
        """What is known of each document without its text."""
        return self.stored_documents.front

    @cached_property
    def by_id(self) -> Mapping[str, Document]:
        """Documents by id, fetched when they are looked at."""
        return self.stored_documents

    @cached_property
    def document_of(self) -> npt.NDArray[np.int32]:
        """For each passage the row of its document."""
        return self.document_rows

    @cached_property
    def passage_named(self) -> Mapping[str, Passage]:
        """Passages by id: their number stands in it."""
        return PassagesNamed(self)

    @cached_property
    def dense(self) -> Dense:
        """The store finds passages by their vectors."""
        return _Nearest(self.generation)

    @cached_property
    def sentences(self) -> Sequence[tuple[int, Span]]:
        """Every quotable sentence."""
        return StoredSentences(self.stored)

    @cached_property
    def first_sentence(self) -> Rows:
        """For each passage the row of its first sentence."""
        return self.stored.first_sentence

    def fetch(self, passages: Sequence[int]) -> None:
        """Have some passages and their documents at hand, each kind fetched in one go."""
        found = self.stored.of(passages)
        self.stored_documents.of(dict.fromkeys(kept.passage.document_id for kept in found.values()))


class PassagesNamed(Mapping[str, Passage]):
    """Passages by id: "document#p3" is the third of its document."""

    def __init__(self, data: SharedData) -> None:
        self._data = data

    def __getitem__(self, passage_id: str) -> Passage:
        document_id, _, number = passage_id.rpartition("#p")
        rows = self._data.passages_of(document_id)
        if not number.isascii() or not number.isdigit() or not 0 < int(number) <= len(rows):
            raise KeyError(passage_id)
        passage: Passage = self._data.stored[rows[int(number) - 1]]
        if passage.id != passage_id:
            raise KeyError(passage_id)
        return passage

    def __iter__(self) -> Iterator[str]:
        return (passage.id for passage in self._data.stored)

    def __len__(self) -> int:
        return len(self._data.stored)
