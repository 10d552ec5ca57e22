"""Labelled questions asked in order, scored as the field scores them."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

from tqdm import tqdm

from assistant.answer import Assistant
from assistant.citation import Citation
from assistant.comparison import Comparison
from assistant.errors import BadQuestion
from assistant.figures import Group, figures, groups, intervals
from assistant.render import shown_words
from assistant.rows import Row, question_kind
from assistant.schema import Answer
from assistant.significance import Interval
from content.normalize import fold
from content.questions import LabelledQuestion
from content.schema import Fact, Passage, Span
from index.data import IndexData

_DEPTH = 10


class Report(Fact):
    """The figures of one run and where they come from; shares are in [0, 1].

    `intervals`: 95 % of the main figures. `groups`: figures by "kind" of document and by what a
    question "asks". `comparison`: with an earlier run, None when there was none to compare with.
    """

    index_id: str
    calibration_id: str
    questions: int
    figures: dict[str, float | None]
    intervals: dict[str, Interval | None]
    groups: dict[str, dict[str, Group]]
    comparison: Comparison | None = None
    rows: tuple[Row, ...]


def evaluate(faq: Assistant, questions: Sequence[LabelledQuestion], *, progress: bool = False) -> Report:
    """Ask every question and score quoting, retrieval, abstention, redirects and time.

    Quote figures count a refusal as a miss. Retrieval is scored before any refusal, and so is
    confidence: a refused question is asked once more without a threshold. A question that cannot
    be asked at all counts as refused.
    """
    everything = faq.calibration.model_copy(update={"threshold": 0.0})
    unrefusing = Assistant(faq.searcher, everything, faq.settings)
    library = _library(faq.searcher.data)
    bar = tqdm(questions, desc="evaluating", unit="question", disable=None if progress else True)
    rows = tuple(_row(faq, unrefusing, library, question) for question in bar)
    return Report(
        index_id=faq.index_id,
        calibration_id=faq.calibration.calibration_id,
        questions=len(rows),
        figures=figures(rows),
        intervals=intervals(rows),
        groups=groups(rows),
        rows=rows,
    )


class _Place(NamedTuple):
    """A sentence or a passage: its id, the kind of its document, its words, and these folded."""

    id: str
    kind: str
    words: str
    folded: str


class _Library(NamedTuple):
    """Everything that may hold accepted words, folded once for all questions."""

    sentences: list[_Place]
    passages: list[_Place]


def _library(data: IndexData) -> _Library:
    def place(passage: Passage, span: Span) -> _Place:
        document = data.by_id[passage.document_id]
        words = document.slice(span)
        return _Place(passage.id, document.kind, words, fold(words))

    return _Library(
        [place(data.passages[row], span) for row, span in data.sentences],
        [place(passage, passage.span) for passage in data.passages],
    )


def _row(faq: Assistant, unrefusing: Assistant, library: _Library, question: LabelledQuestion) -> Row:
    began = perf_counter()
    answer = _asked(faq, question)
    milliseconds = (perf_counter() - began) * 1000
    hits = faq.searcher.search(faq.resolved(question.question, question.history).standalone, _DEPTH)
    refused = answer is not None and answer.status == "no_answer"
    quotes = _quotes(answer)
    accepted = [fold(words) for words in question.accept_any]
    wanted = _wanted(accepted, library)
    return Row(
        id=question.id,
        expect=question.expect,
        status=answer.status if answer else "no_answer",
        redirect=answer.redirect.kind if answer and answer.redirect else None,
        hit_rank=_hit_rank(question, quotes),
        exact=_is_exact(faq, answer),
        question=question.question,
        history=question.history,
        kind=wanted.kind if wanted else "",
        asks=question_kind(question.question),
        wanted=wanted.words if wanted else "",
        quoted=quotes[0].cited_text if quotes else "",
        hit_rank_unrefused=_hit_rank(question, _quotes(_asked(unrefusing, question)) if refused else quotes),
        confidence=(answer.confidence or 0.0) if answer else 0.0,
        quotes=len(quotes),
        passage_ids=tuple(hit.passage.id for hit in hits),
        right_passage_ids=tuple(
            passage.id for passage in library.passages if any(words in passage.folded for words in accepted)
        ),
        milliseconds=round(milliseconds, 3),
    )


def _wanted(accepted: Sequence[str], library: _Library) -> _Place | None:
    """Return the first sentence with the first accepted words that stand anywhere.

    Words that stand in no sentence alone may stand in a passage, across two of them.
    """
    places = (*library.sentences, *library.passages)
    found = (place for words in accepted for place in places if words in place.folded)
    return next(found, None)


def _asked(faq: Assistant, question: LabelledQuestion) -> Answer | None:
    try:
        return faq.answer(question.question, question.history)
    except BadQuestion:
        return None


def _quotes(answer: Answer | None) -> list[Citation]:
    return [citation for citation in answer.citations if citation.caveat_of is None] if answer else []


def _hit_rank(question: LabelledQuestion, quotes: Sequence[Citation]) -> int | None:
    return next((rank for rank, quote in enumerate(quotes, 1) if question.accepts(quote.cited_text)), None)


def _is_exact(faq: Assistant, answer: Answer | None) -> bool:
    citations = answer.citations if answer else ()
    return all(shown_words(citation, faq.documents) == citation.cited_text for citation in citations)
