"""What looks like the lists and matrices of an index, and fetches the rows that somebody looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from content.schema import Document, FrontMatter, Passage, Span
from index.embedder import FloatVector
from index.engines.errors import GenerationDamaged
from index.engines.fetched import Kept, StoredDocuments, StoredPassage, stored_passage
from index.engines.protocol import Generation, Rows

_PASSAGES = 4096


class StoredPassages(Sequence[Passage]):
    """The passages of a generation by row; `first_sentence` int64 (passages,) numbers their sentences."""

    def __init__(self, generation: Generation, sentence_counts: Rows) -> None:
        self._generation = generation
        self.first_sentence: Rows = np.cumsum(sentence_counts) - sentence_counts
        self.sentence_count = int(sentence_counts.sum())
        self._kept = Kept[int, StoredPassage](self._fetched, _PASSAGES)

    def __len__(self) -> int:
        return self._generation.facts.count

    def __getitem__(self, row: Any) -> Any:
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self.of([row])[row].passage

    def of(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """Return several passages with the vectors of their sentences, fetched in one go."""
        return self._kept.of(rows)

    def places(self, sentences: Sequence[int]) -> list[tuple[int, int]]:
        """Return for each sentence row the row of its passage and its place therein, from 0."""
        wanted = np.asarray(sentences, dtype=np.int64)
        rows = np.searchsorted(self.first_sentence, wanted, side="right") - 1
        return list(zip(rows.tolist(), (wanted - self.first_sentence[rows]).tolist(), strict=True))

    def _fetched(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        facts = self._generation.facts
        return {
            record.row: stored_passage(record.body, facts.dimension, f"{facts.name}: {record.id}")
            for record in self._generation.get(rows)
        }


class StoredVectors:
    """The vectors of the passages of a generation."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def __len__(self) -> int:
        return self._generation.facts.count

    def __iter__(self) -> Iterator[Any]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, rows: Any) -> Any:
        matrix = self._matrix(np.atleast_1d(np.asarray(rows, dtype=np.int64)).tolist())
        return matrix if np.ndim(rows) else matrix[0]

    def _matrix(self, rows: list[int]) -> Any:
        return self._generation.vectors(rows)


class OpeningVectors(StoredVectors):
    """The vectors of the documents of a generation, kept under their ids."""

    def __init__(self, generation: Generation, front: Sequence[FrontMatter]) -> None:
        super().__init__(generation)
        self._front = front
        self._kept = Kept[str, FloatVector](self._fetched, _PASSAGES)

    def __len__(self) -> int:
        return len(self._front)

    def _matrix(self, rows: list[int]) -> Any:
        ids = [self._front[row].id for row in rows]
        found = self._kept.of(ids)
        return np.stack([found[document_id] for document_id in ids])

    def _fetched(self, ids: Sequence[str]) -> dict[str, FloatVector]:
        facts = self._generation.facts
        blobs = self._generation.blobs([f"opening/{document_id}" for document_id in ids])
        vectors = {name.removeprefix("opening/"): np.frombuffer(raw, "<f4") for name, raw in blobs.items()}
        if any(len(vectors.get(document_id, ())) != facts.dimension for document_id in ids):
            raise GenerationDamaged(facts.name, "the vector of a document is not there")
        return vectors


class SentenceVectors(StoredVectors):
    """The vectors of the sentences of a generation, kept with their passages."""

    def __init__(self, generation: Generation, passages: StoredPassages) -> None:
        super().__init__(generation)
        self._passages = passages

    def __len__(self) -> int:
        return self._passages.sentence_count

    def _matrix(self, rows: list[int]) -> Any:
        places = self._passages.places(rows)
        found = self._passages.of([row for row, _ in places])
        return np.stack([found[row].sentence_vectors[place] for row, place in places])


class StoredSentences(Sequence[tuple[int, Span]]):
    """Every sentence of a generation as (passage row, span)."""

    def __init__(self, passages: StoredPassages) -> None:
        self._passages = passages

    def __len__(self) -> int:
        return self._passages.sentence_count

    def __getitem__(self, row: Any) -> Any:
        if not 0 <= row < len(self):
            raise IndexError(row)
        ((passage, place),) = self._passages.places([row])
        return passage, self._passages[passage].sentences[place]


class StoredDocumentList(Sequence[Document]):
    """The documents of a generation in order, fetched one at a time: for work that goes through them all."""

    def __init__(self, documents: StoredDocuments) -> None:
        self._documents = documents

    def __len__(self) -> int:
        return len(self._documents)

    def __getitem__(self, row: Any) -> Any:
        return self._documents[self._documents.front[row].id]
