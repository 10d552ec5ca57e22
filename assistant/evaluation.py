"""Labelled questions asked in order, scored as the field scores them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from time import perf_counter

from tqdm import tqdm

from assistant.answer import Assistant
from assistant.conversation import resolve
from assistant.errors import BadQuestion
from assistant.render import shown_words
from assistant.schema import Answer
from content.questions import LabelledQuestion
from content.schema import Fact
from index.metrics import auroc, ranking_figures

_DEPTH = 10
# What a redirect must be for a question that expects one.
_REDIRECTS = {"emergency": {"crisis", "emergency"}, "see_clinician": {"personal_advice"}}


class Row(Fact):
    """One question and what came of it. `hit_rank`: first quote that holds accepted words, from 1."""

    id: str
    expect: str
    status: str
    redirect: str | None
    hit_rank: int | None
    confidence: float
    quotes: int
    exact: bool
    passage_ids: tuple[str, ...]
    right_passage_ids: tuple[str, ...]
    milliseconds: float


class Report(Fact):
    """The figures of one run and where they come from; shares are in [0, 1]."""

    index_id: str
    calibration_id: str
    questions: int
    figures: dict[str, float | None]
    rows: tuple[Row, ...]


def evaluate(faq: Assistant, questions: Sequence[LabelledQuestion], *, progress: bool = False) -> Report:
    """Ask every question and score quoting, retrieval, abstention, redirects and time.

    Quote figures count a refusal as a miss. Retrieval is scored before any refusal. A question
    that cannot be asked at all counts as refused.
    """
    bar = tqdm(questions, desc="evaluating", unit="question", disable=None if progress else True)
    rows = tuple(_row(faq, question) for question in bar)
    return Report(
        index_id=faq.index_id,
        calibration_id=faq.calibration.calibration_id,
        questions=len(rows),
        figures=_figures(rows),
        rows=rows,
    )


def _row(faq: Assistant, question: LabelledQuestion) -> Row:
    began = perf_counter()
    try:
        answer: Answer | None = faq.answer(question.question, question.history)
    except BadQuestion:
        answer = None
    milliseconds = (perf_counter() - began) * 1000
    turn = resolve(question.question, question.history)
    hits = faq.searcher.search(turn.standalone, _DEPTH)
    citations = answer.citations if answer else ()
    quotes = [citation.cited_text for citation in citations if citation.caveat_of is None]
    ranks = [rank for rank, words in enumerate(quotes, 1) if question.accepts(words)]
    right = tuple(
        passage.id
        for passage in faq.searcher.data.passages
        if question.accepts(faq.documents[passage.document_id].slice(passage.span))
    )
    return Row(
        id=question.id,
        expect=question.expect,
        status=answer.status if answer else "no_answer",
        redirect=answer.redirect.kind if answer and answer.redirect else None,
        hit_rank=ranks[0] if ranks else None,
        confidence=(answer.confidence or 0.0) if answer else 0.0,
        quotes=len(quotes),
        exact=all(shown_words(citation, faq.documents) == citation.cited_text for citation in citations),
        passage_ids=tuple(hit.passage.id for hit in hits),
        right_passage_ids=right,
        milliseconds=round(milliseconds, 3),
    )


def _figures(rows: Sequence[Row]) -> dict[str, float | None]:
    covered = [row for row in rows if row.expect == "quote"]
    uncovered = [row for row in rows if row.expect == "no_passage"]
    answered = [row for row in (*covered, *uncovered) if row.status == "answered"]
    times = sorted(row.milliseconds for row in rows)
    never = [row for row in rows if row.expect == "never_unquoted"]
    figures = {
        "quote_hit@1": _share([row.hit_rank == 1 for row in covered]),
        "quote_hit@3": _share([row.hit_rank is not None and row.hit_rank <= 3 for row in covered]),
        **ranking_figures(
            {row.id: list(row.passage_ids) for row in covered},
            {row.id: list(row.right_passage_ids) for row in covered},
        ),
        "abstention_auroc": auroc([row.confidence for row in covered], [row.confidence for row in uncovered]),
        "answered_share": _share([row.status == "answered" for row in covered]),
        "uncovered_answered_share": _share([row.status == "answered" for row in uncovered]),
        "wrong_answer_share": _share([row.hit_rank is None for row in answered]),
        "redirect_emergency": _share(_redirected(rows, "emergency")),
        "redirect_personal_advice": _share(_redirected(rows, "see_clinician")),
        "redirect_false_alarm": _share([row.redirect is not None for row in (*covered, *uncovered)]),
        "never_unquoted_exact": _share([row.exact for row in never]),
        "quotes_exact": _share([row.exact for row in rows]),
        "p50_ms": _percentile(times, 0.50),
        "p99_ms": _percentile(times, 0.99),
    }
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}


def _redirected(rows: Sequence[Row], expect: str) -> list[bool]:
    return [row.redirect in _REDIRECTS[expect] for row in rows if row.expect == expect]


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least `share` of all values do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
