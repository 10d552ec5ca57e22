"""Everything one generation of the index holds, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from content.library import Library
from content.passages import opening_text, searchable_text
from content.questions import LabelledQuestion
from content.schema import Document, FrontMatter, Passage, Span
from content.synonyms import Synonyms
from index.embedder import EmbedderFacts, FloatVector
from index.question_keys import answer_rows
from index.term_scores import Lexical
from index.vectors import VectorStore


class Vectors(Protocol):
    """Rows of float32 (n, d), unit length: a matrix, or what fetches the rows that are asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class Dense(Protocol):
    """The passages of a generation, found by their vectors."""

    def search(self, vector: FloatVector, k: int) -> list[tuple[int, float]]:
        """Return up to `k` (row, cosine), best first, equal cosines in row order."""
        ...


@dataclass(frozen=True, eq=False)
class IndexData:
    """Words, vectors and terms that belong together, in memory or fetched where they are looked at.

    Vectors are float32 (n, d) with unit rows: one row for each passage (its searchable text), for
    each sentence in the order of `sentences`, for each labelled question, and for each document (its
    title and opening). `equivalents` are other names of a folded term, `synonyms` those of them that the
    site named. `stored_answers`
    are the sentence rows that answer each labelled question, as a generation keeps them. `titles` says
    whether passages were embedded with title and headings. `calibration`
    is JSON that only the answering layer reads. `index_id` names the content, not the build;
    `content_fingerprint` is that of the library, None before there is a manifest.
    """

    documents: Sequence[Document]
    passages: Sequence[Passage]
    questions: tuple[LabelledQuestion, ...]
    embedder: EmbedderFacts
    passage_vectors: Vectors
    sentence_vectors: Vectors
    question_vectors: Vectors
    document_vectors: Vectors
    lexical: Lexical
    equivalents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: Synonyms = ()
    stored_answers: tuple[tuple[int, ...], ...] | None = None
    titles: bool = True
    calibration: str | None = None
    index_id: str = "ix-unsaved"
    content_fingerprint: str | None = None

    @property
    def library(self) -> Library:
        """What the index was built from."""
        return Library(documents=tuple(self.documents), questions=self.questions, synonyms=self.synonyms)

    @cached_property
    def by_id(self) -> Mapping[str, Document]:
        """Documents by id."""
        return {document.id: document for document in self.documents}

    @property
    def front(self) -> Sequence[FrontMatter]:
        """What is known of each document without its text, in the order of `documents`."""
        return self.documents

    @property
    def shared(self) -> bool:
        """Whether words are fetched from a store when they are looked at, instead of held in memory."""
        return False

    @cached_property
    def document_row(self) -> dict[str, int]:
        """The row of each document in `document_vectors`, by id."""
        return {document.id: row for row, document in enumerate(self.front)}

    @cached_property
    def document_of(self) -> npt.NDArray[np.int32]:
        """For each passage the row of its document: int32 (passages,), ascending."""
        rows = (self.document_row[passage.document_id] for passage in self.passages)
        return np.fromiter(rows, dtype=np.int32, count=len(self.passages))

    @cached_property
    def passage_named(self) -> Mapping[str, Passage]:
        """Passages by id."""
        return {passage.id: passage for passage in self.passages}

    @cached_property
    def dense(self) -> Dense:
        """What finds passages by their vectors."""
        return VectorStore(np.asarray(self.passage_vectors))

    @cached_property
    def sentences(self) -> Sequence[tuple[int, Span]]:
        """Every quotable sentence as (passage row, span), in the order of the passages."""
        return tuple((row, span) for row, passage in enumerate(self.passages) for span in passage.sentences)

    @cached_property
    def first_sentence(self) -> npt.NDArray[np.int64]:
        """For each passage the row of its first sentence: int64 (passages,), ascending."""
        counts = np.fromiter((len(passage.sentences) for passage in self.passages), dtype=np.int64)
        return np.cumsum(counts) - counts

    def passage_of(self, sentence: int) -> int:
        """Return the row of the passage a sentence row stands in."""
        return int(self.first_sentence.searchsorted(sentence, side="right")) - 1

    def passages_of(self, document_id: str) -> list[int]:
        """Return the rows of a document's passages; none for an unknown one."""
        row = self.document_row.get(document_id)
        if row is None:
            return []
        begin, end = np.searchsorted(self.document_of, [row, row + 1])
        return list(range(int(begin), int(end)))

    def fetch(self, passages: Sequence[int]) -> None:
        """Have some passages with their sentences and documents at hand, in one go where that saves time."""

    @cached_property
    def answers(self) -> tuple[tuple[int, ...], ...]:
        """For each labelled question the rows of the sentences that answer it."""
        if self.stored_answers is not None:
            return self.stored_answers
        return answer_rows(self.questions, self.embedded_texts()[1])

    def sentence_text(self, row: int) -> str:
        """Return the words of a sentence row."""
        passage_row, span = self.sentences[row]
        return self.by_id[self.passages[passage_row].document_id].slice(span)

    def embedded_texts(self) -> tuple[list[str], list[str], list[str], list[str]]:
        """Return what was embedded: passages' searchable texts, sentences, questions, documents."""
        return (
            [searchable_text(self.by_id[p.document_id], p, titles=self.titles) for p in self.passages],
            [self.sentence_text(row) for row in range(len(self.sentences))],
            [question.question for question in self.questions],
            [opening_text(document) for document in self.documents],
        )
