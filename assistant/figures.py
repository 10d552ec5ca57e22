"""The figures of an evaluation, in all and by group, with their intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from assistant.abstention import Scored, augrc, aurc, brier, calibration_error, coverage_at_risk
from assistant.rows import ASKS, REDIRECTS, Row
from assistant.significance import Interval, auroc_interval, share_interval
from content.schema import Fact
from index.metrics import auroc, ranking_figures, span_figures

KINDS = ("trial", "therapy", "clinic", "")


class Group(Fact):
    """Figures of questions that have something in common; `covered` of them expect a quote."""

    questions: int
    covered: int
    figures: dict[str, float | None]


def scored(rows: Sequence[Row]) -> list[Scored]:
    """Return confidence and rightness of the questions to be quoted or refused.

    Right: the quotes that would be shown, were no question refused, hold accepted words. So the
    figures judge the confidence, not where the threshold happens to stand.
    """
    return [Scored(row.confidence, row.hit_rank_unrefused is not None) for row in _decided(rows)]


def figures(rows: Sequence[Row]) -> dict[str, float | None]:
    """Return every figure; shares in [0, 1], times in milliseconds, None where no question asks for it."""
    found = {**_quoting(rows), **_abstaining(rows), **_guarding(rows)}
    return {name: None if value is None else round(value, 4) for name, value in found.items()}


def groups(rows: Sequence[Row]) -> dict[str, dict[str, Group]]:
    """Return figures by the kind of document wanted ("none" for no document) and by what is asked."""
    return {
        "kind": {kind or "none": _group([r for r in rows if r.kind == kind]) for kind in KINDS},
        "asks": {asks: _group([r for r in rows if r.asks == asks]) for asks in ASKS},
    }


def intervals(rows: Sequence[Row]) -> dict[str, Interval | None]:
    """Return 95 % bootstrap intervals of the main figures, by the name of the figure."""
    rows = _decided(rows)
    covered = [row.expect == "quote" for row in rows]
    answered = [row.status == "answered" for row in rows]
    return {
        "quote_hit@1": share_interval([row.right_within(1) for row in rows], covered),
        "quote_hit@3": share_interval([row.right_within(3) for row in rows], covered),
        "answered_share": share_interval(answered, covered),
        "wrong_answer_share": share_interval([row.hit_rank is None for row in rows], answered),
        "abstention_auroc": auroc_interval([row.confidence for row in rows], covered),
    }


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least `share` of all values do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def _quoting(rows: Sequence[Row]) -> dict[str, float | None]:
    covered = [row for row in rows if row.expect == "quote"]
    found = {row.id: row.passage_ids for row in covered}
    right = {row.id: row.right_passage_ids for row in covered}
    return {
        "quote_hit@1": share([row.right_within(1) for row in covered]),
        "quote_hit@3": share([row.right_within(3) for row in covered]),
        "unrefused_hit@1": share([row.hit_rank_unrefused == 1 for row in covered]),
        "unrefused_hit@3": share([(row.hit_rank_unrefused or 9) <= 3 for row in covered]),
        **span_figures(found, right),
        **ranking_figures(found, right),
    }


def _abstaining(rows: Sequence[Row]) -> dict[str, float | None]:
    covered = [row for row in rows if row.expect == "quote"]
    uncovered = [row for row in rows if row.expect == "no_passage"]
    every = scored(rows)
    # A redirect states no probability, so there is none to hold against what came of it.
    stated = scored([row for row in rows if row.redirect is None])
    return {
        "abstention_auroc": auroc([row.confidence for row in covered], [row.confidence for row in uncovered]),
        "aurc": aurc(every),
        "augrc": augrc(every),
        "coverage@risk.05": coverage_at_risk(every, 0.05),
        "coverage@risk.01": coverage_at_risk(every, 0.01),
        "calibration_error": calibration_error(stated),
        "brier": brier(stated),
        "answered_share": share([row.status == "answered" for row in covered]),
        "uncovered_answered_share": share([row.status == "answered" for row in uncovered]),
        "wrong_answer_share": _wrong_share(rows),
    }


def _guarding(rows: Sequence[Row]) -> dict[str, float | None]:
    times = sorted(row.milliseconds for row in rows)
    return {
        "redirect_emergency": _redirected(rows, "emergency"),
        "redirect_personal_advice": _redirected(rows, "see_clinician"),
        "redirect_false_alarm": share([row.redirect is not None for row in _decided(rows)]),
        "never_unquoted_exact": share([row.exact for row in rows if row.expect == "never_unquoted"]),
        "quotes_exact": share([row.exact for row in rows]),
        "p50_ms": percentile(times, 0.50),
        "p99_ms": percentile(times, 0.99),
    }


_OF_A_GROUP: dict[str, Callable[[Sequence[Row]], float | None]] = {
    "quote_hit@1": lambda rows: share([row.right_within(1) for row in rows if row.expect == "quote"]),
    "quote_hit@3": lambda rows: share([row.right_within(3) for row in rows if row.expect == "quote"]),
    "answered_share": lambda rows: share([row.status == "answered" for row in rows]),
    "wrong_answer_share": lambda rows: _wrong_share(rows),
}


def _group(rows: Sequence[Row]) -> Group:
    rows = _decided(rows)
    values = {name: figure(rows) for name, figure in _OF_A_GROUP.items()}
    rounded = {name: None if value is None else round(value, 4) for name, value in values.items()}
    covered = sum(row.expect == "quote" for row in rows)
    return Group(questions=len(rows), covered=covered, figures=rounded)


def _decided(rows: Sequence[Row]) -> list[Row]:
    """Return the questions that must be quoted or refused."""
    return [row for row in rows if row.expect in ("quote", "no_passage")]


def _redirected(rows: Sequence[Row], expect: str) -> float | None:
    return share([row.redirect in REDIRECTS[expect] for row in rows if row.expect == expect])


def _wrong_share(rows: Sequence[Row]) -> float | None:
    """Return the share of answered questions whose quotes hold no accepted words."""
    return share([row.hit_rank is None for row in _decided(rows) if row.status == "answered"])


def share(flags: Sequence[bool]) -> float | None:
    """Return the share of flags that are set, None without any."""
    return sum(flags) / len(flags) if flags else None
