"""Everything one generation of the index holds, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from content.passages import opening_text, searchable_text
from content.questions import LabelledQuestion
from content.schema import Document, Passage, Span
from content.synonyms import Synonyms
from index.embedder import EmbedderFacts, FloatMatrix
from index.lexical import LexicalStore
from index.question_keys import answer_rows


@dataclass(frozen=True, eq=False)
class IndexData:
    """Words, vectors and terms that belong together.

    Vectors are float32 (n, d) with unit rows: one row for each passage (its searchable text), for
    each sentence in the order of `sentences`, for each labelled question, and for each document (its
    title and opening). `equivalents` are other names of a folded term, `synonyms` those of them that the
    site named. `stored_answers`
    are the sentence rows that answer each labelled question, as a generation keeps them. `titles` says
    whether passages were embedded with title and headings. `calibration`
    is JSON that only the answering layer reads. `index_id` names the content, not the build.
    """

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    questions: tuple[LabelledQuestion, ...]
    embedder: EmbedderFacts
    passage_vectors: FloatMatrix
    sentence_vectors: FloatMatrix
    question_vectors: FloatMatrix
    document_vectors: FloatMatrix
    lexical: LexicalStore
    equivalents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: Synonyms = ()
    stored_answers: tuple[tuple[int, ...], ...] | None = None
    titles: bool = True
    calibration: str | None = None
    index_id: str = "ix-unsaved"

    @cached_property
    def by_id(self) -> dict[str, Document]:
        """Documents by id."""
        return {document.id: document for document in self.documents}

    @cached_property
    def document_row(self) -> dict[str, int]:
        """The row of each document in `document_vectors`, by id."""
        return {document.id: row for row, document in enumerate(self.documents)}

    @cached_property
    def sentences(self) -> tuple[tuple[int, Span], ...]:
        """Every quotable sentence as (passage row, span), in the order of the passages."""
        return tuple((row, span) for row, passage in enumerate(self.passages) for span in passage.sentences)

    @cached_property
    def first_sentence(self) -> tuple[int, ...]:
        """For each passage the row of its first sentence."""
        firsts, position = [], 0
        for passage in self.passages:
            firsts.append(position)
            position += len(passage.sentences)
        return tuple(firsts)

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
