"""Figures of an evaluation: computed by hand on rows, and from questions asked of the small library."""

from __future__ import annotations

from math import ceil, log2

import pytest
from asking import ask_small
from hypothesis import given, settings
from hypothesis import strategies as st
from small import SmallIndex

from assistant.evaluation import Report, Row, _figures, _percentile, evaluate
from content.questions import LabelledQuestion

RIGHT = ("p1",)
# Answered rightly, answered rightly in second place, answered wrongly, refused, sent away by mistake;
# then two questions that nothing covers, one of them answered.
ROWS = (
    ("c1", "quote", "answered", None, 1, 0.9, 1, ("p1", "p2")),
    ("c2", "quote", "answered", None, 2, 0.8, 2, ("p2", "p1")),
    ("c3", "quote", "answered", None, None, 0.7, 1, ("p2", "p3")),
    ("c4", "quote", "no_answer", None, None, 0.2, 0, ("p1",)),
    ("c5", "quote", "redirected", "personal_advice", None, 0.0, 0, ()),
    ("u1", "no_passage", "answered", None, None, 0.6, 1, ("p1",)),
    ("u2", "no_passage", "no_answer", None, None, 0.1, 0, ("p1",)),
)


def row(
    name: str, expect: str, status: str = "no_answer", redirect: str | None = None,
    hit_rank: int | None = None, confidence: float = 0.0, quotes: int = 0, found: tuple[str, ...] = (),
    *, exact: bool = True, milliseconds: float = 1.0,
) -> Row:  # fmt: skip
    return Row(
        id=name, expect=expect, status=status, redirect=redirect, hit_rank=hit_rank, confidence=confidence,
        quotes=quotes, exact=exact, passage_ids=found, milliseconds=milliseconds,
        right_passage_ids=RIGHT if expect == "quote" else (),
    )  # fmt: skip


def test_figures_by_hand() -> None:
    figures = _figures([row(*values) for values in ROWS])

    assert figures["quote_hit@1"] == 1 / 5
    assert figures["quote_hit@3"] == 2 / 5, "a refusal, a redirect and a wrong quote are misses"
    assert figures["answered_share"] == 3 / 5
    assert figures["uncovered_answered_share"] == 1 / 2
    assert figures["wrong_answer_share"] == 2 / 4, "two of the four answered questions"
    assert figures["redirect_false_alarm"] == round(1 / 7, 4)
    # Ten pairs of a covered and an uncovered question; c4 loses to u1, c5 to both.
    assert figures["abstention_auroc"] == 7 / 10


def test_retrieval_is_scored_before_any_refusal() -> None:
    figures = _figures([row(*values) for values in ROWS])

    # c1 and the refused c4 first, c2 second, c3 not at all, c5 has no ranking.
    assert figures["passage_recall@1"] == 2 / 5
    assert figures["passage_recall@3"] == 3 / 5
    assert figures["passage_rr@10"] == (1 + 1 + 1 / 2) / 5
    assert figures["passage_ndcg@10"] == round((1 + 1 + 1 / log2(3)) / 5, 4)


def test_redirects_count_by_their_kind() -> None:
    rows = [
        row("e1", "emergency", "redirected", "emergency"),
        row("e2", "emergency", "redirected", "crisis"),
        row("e3", "emergency", "redirected", "personal_advice"),
        row("e4", "emergency", "answered"),
        row("s1", "see_clinician", "redirected", "personal_advice"),
        row("s2", "see_clinician", "redirected", "emergency"),
        row("s3", "see_clinician"),
    ]

    figures = _figures(rows)

    assert figures["redirect_emergency"] == 2 / 4
    assert figures["redirect_personal_advice"] == round(1 / 3, 4)
    assert figures["redirect_false_alarm"] is None, "no question of these should stay"


def test_one_inexact_quote_shows() -> None:
    rows = [row("n1", "never_unquoted"), row("n2", "never_unquoted", exact=False), row("c", "quote")]

    assert _figures(rows)["never_unquoted_exact"] == 1 / 2
    assert _figures(rows)["quotes_exact"] == round(2 / 3, 4)


def test_without_questions_there_are_no_figures() -> None:
    figures = _figures([])

    assert len(figures) == 19
    assert set(figures.values()) == {None}


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 15), (0.05, 15), (0.3, 20), (0.4, 20), (0.5, 35), (0.99, 50), (1.0, 50)]
)
def test_percentile_by_nearest_rank(share: float, value: float) -> None:
    assert _percentile([15, 20, 35, 40, 50], share) == value


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.5, 0.9, 0.99]))
@settings(deadline=None)
def test_a_percentile_is_a_value_that_enough_others_do_not_exceed(values: list[float], share: float) -> None:
    ordered = sorted(values)
    found = _percentile(ordered, share)

    assert found in ordered
    assert sum(value <= found for value in ordered) >= ceil(share * len(values))
    assert sum(value < found for value in ordered) < ceil(share * len(values))


def labelled(name: str, question: str, expect: str, *words: str) -> LabelledQuestion:
    return LabelledQuestion.model_validate(
        {"id": name, "question": question, "expect": expect, "accept_any": words}
    )


# "Any deaths?" is exactly "There were no deaths."; the doctor's sentence holds doctor and clinic;
# none of the library's sentences speaks of cost, and an over-long question cannot be asked at all.
ASKED = (
    labelled("deaths", "Any deaths?", "quote", "no deaths"),
    labelled("doctor", "Who is the doctor?", "quote", "in Scottsdale, Arizona"),
    labelled("arizona", "Is it in Arizona?", "quote", "in Scottsdale, Arizona"),
    labelled("cost", "What does it cost?", "no_passage"),
    labelled("long", "What does it cost? " * 40, "no_passage"),
    labelled("chest", "My chest hurts and I cannot breathe", "emergency"),
    labelled("stop", "Should I stop my tablets?", "see_clinician"),
)


@pytest.fixture
def report(small_index: SmallIndex) -> Report:
    return evaluate(ask_small(small_index), ASKED)


def test_rows_of_an_evaluation(report: Report) -> None:
    rows = {one.id: (one.status, one.redirect, one.hit_rank, one.quotes) for one in report.rows}

    assert list(rows) == [question.id for question in ASKED]
    assert rows["deaths"] == ("answered", None, 1, 1), "its caveat is not counted as a quote"
    assert rows["doctor"][:3] == ("answered", None, None)
    assert rows["arizona"][2] is None
    assert rows["cost"] == rows["long"] == ("no_answer", None, None, 0)
    assert rows["chest"] == ("redirected", "emergency", None, 0)
    assert rows["stop"] == ("redirected", "personal_advice", None, 0)


def test_a_quote_that_is_no_slice_is_counted(
    small_index: SmallIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    faq = ask_small(small_index)
    answer = faq.answer("Any deaths?")
    shifted = answer.citations[0].model_copy(update={"start_char_index": 0})
    broken = answer.model_copy(update={"citations": (shifted, *answer.citations[1:])})
    monkeypatch.setattr(faq, "answer", lambda question, history: broken)

    assert [row.exact for row in evaluate(faq, ASKED[:1]).rows] == [False]


def test_right_passages_are_those_that_hold_accepted_words(report: Report) -> None:
    right = {one.id: one.right_passage_ids for one in report.rows}

    assert right["deaths"] == ("trial-lupus#p2",)
    assert right["doctor"] == ("clinic-doctor#p1",)
    assert right["cost"] == right["chest"] == ()


def test_a_report_says_what_it_was_made_of(report: Report, small_index: SmallIndex) -> None:
    faq = ask_small(small_index)

    assert (report.index_id, report.calibration_id) == (faq.index_id, faq.calibration.calibration_id)
    assert report.questions == len(ASKED)
    assert report.figures["quotes_exact"] == 1
    assert report.figures["redirect_emergency"] == report.figures["redirect_personal_advice"] == 1
    assert report.figures["passage_recall@10"] == 1
