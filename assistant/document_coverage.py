"""Which questions each sentence answers, and which sentences answer none: told by asking them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import NamedTuple

from assistant.answer import Assistant
from assistant.errors import BadQuestion
from content.passages import document_sentences
from content.schema import Fact, Span


class AnsweredBy(Fact):
    """A sentence and the questions it is quoted for."""

    sentence: str
    questions: tuple[str, ...] = ()


class DocumentCoverage(Fact):
    """The quotable sentences of one document in order."""

    document_id: str
    sentences: tuple[AnsweredBy, ...]

    @property
    def never_quoted(self) -> tuple[str, ...]:
        """The sentences that no question is answered with."""
        return tuple(found.sentence for found in self.sentences if not found.questions)

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question this document is quoted for, once, in the order of its sentences."""
        return tuple(dict.fromkeys(q for found in self.sentences for q in found.questions))


class Asked(NamedTuple):
    """How far the asking is: `found` is there once all are asked."""

    done: int
    total: int
    found: Mapping[str, DocumentCoverage] | None = None


def questions_of(faq: Assistant) -> tuple[str, ...]:
    """Return every question that staff wrote and that stands by itself, each once."""
    of_documents = (question for document in faq.documents.values() for question in document.questions)
    labelled = (
        question.question
        for question in faq.searcher.data.questions
        if question.expect == "quote" and not question.history
    )
    suggested = (suggestion.text for suggestion in faq.calibration.suggestions)
    return tuple(dict.fromkeys([*of_documents, *suggested, *labelled]))


def coverage(faq: Assistant) -> Iterator[Asked]:
    """Ask every question and yield how far it is; the last one holds the result.

    A caveat counts for nothing: it stands beside a quote whatever was asked.
    """
    questions = questions_of(faq)
    quoted: dict[tuple[str, Span], list[str]] = {
        (document.id, span): []
        for document in faq.documents.values()
        for span in document_sentences(document)
    }
    by_document: dict[str, list[Span]] = {}
    for document_id, span in quoted:
        by_document.setdefault(document_id, []).append(span)
    for number, question in enumerate(questions):
        yield Asked(number, len(questions))
        for document_id, start, end in _quotes(faq, question):
            for span in by_document[document_id]:
                if start <= span.start and span.end <= end:
                    quoted[document_id, span].append(question)
    found = {
        document.id: DocumentCoverage(
            document_id=document.id,
            sentences=tuple(
                AnsweredBy(sentence=document.slice(span), questions=tuple(quoted[document.id, span]))
                for span in by_document.get(document.id, ())
            ),
        )
        for document in faq.documents.values()
    }
    yield Asked(len(questions), len(questions), found)


def _quotes(faq: Assistant, question: str) -> Iterator[tuple[str, int, int]]:
    try:
        answer = faq.answer(question)
    except BadQuestion:
        # Longer than a visitor may ask.
        return
    for citation in answer.citations:
        if citation.caveat_of is None:
            yield citation.document_id, citation.start_char_index, citation.end_char_index


class KeptCoverage:
    """The coverage of the index in use, kept until another index answers. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._index_id = ""
        self._found: Mapping[str, DocumentCoverage] | None = None

    def known(self, faq: Assistant) -> Mapping[str, DocumentCoverage] | None:
        """Return what was found for this index before."""
        return self._found if self._index_id == faq.index_id else None

    def find(self, faq: Assistant) -> Iterator[Asked]:
        """Yield as `coverage` does; who comes second waits and is given what the first one found."""
        with self._lock:
            known = self.known(faq)
            if known is not None:
                yield Asked(0, 0, known)
                return
            for asked in coverage(faq):
                if asked.found is not None:
                    self._index_id, self._found = faq.index_id, asked.found
                yield asked
