"""Figures of an evaluation, computed by hand on rows."""

from __future__ import annotations

from math import ceil, log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import ROWS, row

from assistant.figures import Group, figures, groups, intervals, percentile, scored


def test_quoting_and_refusing_by_hand() -> None:
    found = figures(ROWS)

    assert found["quote_hit@1"] == 1 / 5
    assert found["quote_hit@3"] == 2 / 5, "a refusal, a redirect and a wrong quote are misses"
    # The refused c4 would have been right at once.
    assert found["unrefused_hit@1"] == 2 / 5
    assert found["unrefused_hit@3"] == 3 / 5
    assert found["answered_share"] == 3 / 5
    assert found["uncovered_answered_share"] == 1 / 2
    assert found["wrong_answer_share"] == 2 / 4, "two of the four answered questions"
    assert found["redirect_false_alarm"] == round(1 / 7, 4)
    # Ten pairs of a covered and an uncovered question; c4 loses to u1, c5 to both.
    assert found["abstention_auroc"] == 7 / 10


def test_confidence_is_judged_as_if_nothing_were_refused() -> None:
    # By confidence: c1 right, c2 right, c3 wrong, u1 wrong, c4 (refused) right, u2 wrong, c5 wrong.
    found = figures(ROWS)

    assert [one.right for one in sorted(scored(ROWS), reverse=True)] == [1, 1, 0, 0, 1, 0, 0]
    assert found["aurc"] == round((0 + 0 + 1 / 3 + 2 / 4 + 2 / 5 + 3 / 6 + 4 / 7) / 7, 4)
    assert found["augrc"] == round((0 + 0 + 1 / 2 + 3 / 2 + 2 + 5 / 2 + 7 / 2) / 49, 4)
    assert found["coverage@risk.05"] == found["coverage@risk.01"] == round(2 / 7, 4)
    # The redirected c5 stated no probability; the other six are bins of their own.
    gaps = [0.1, 0.2, 0.7, 0.6, 0.8, 0.1]
    assert found["calibration_error"] == round(sum(gaps) / 6, 4)
    assert found["brier"] == round(sum(gap**2 for gap in gaps) / 6, 4)


def test_retrieval_is_scored_before_any_refusal() -> None:
    found = figures(ROWS)

    # c1 and the refused c4 first, c2 second, c3 not at all, c5 has no ranking.
    assert found["passage_recall@1"] == found["span_in_top@1"] == 2 / 5
    assert found["passage_recall@3"] == found["span_in_top@3"] == 3 / 5
    assert found["passage_rr@10"] == (1 + 1 + 1 / 2) / 5
    assert found["passage_ndcg@10"] == round((1 + 1 + 1 / log2(3)) / 5, 4)


def test_redirects_count_by_their_kind() -> None:
    rows = [
        row("e1", "emergency", "redirected", redirect="emergency"),
        row("e2", "emergency", "redirected", redirect="crisis"),
        row("e3", "emergency", "redirected", redirect="personal_advice"),
        row("e4", "emergency", "answered"),
        row("s1", "see_clinician", "redirected", redirect="personal_advice"),
        row("s2", "see_clinician", "redirected", redirect="emergency"),
        row("s3", "see_clinician"),
    ]

    found = figures(rows)

    assert found["redirect_emergency"] == 2 / 4
    assert found["redirect_personal_advice"] == round(1 / 3, 4)
    assert found["redirect_false_alarm"] is None, "no question of these should stay"


def test_one_inexact_quote_shows() -> None:
    rows = [row("n1", "never_unquoted"), row("n2", "never_unquoted", exact=False), row("c", "quote")]

    assert figures(rows)["never_unquoted_exact"] == 1 / 2
    assert figures(rows)["quotes_exact"] == round(2 / 3, 4)


def test_without_questions_there_are_no_figures() -> None:
    found = figures([])

    assert len(found) == 29
    assert set(found.values()) == {None}
    assert set(intervals([]).values()) == {None}
    assert {group.questions for named in groups([]).values() for group in named.values()} == {0}


def test_groups_by_hand() -> None:
    found = groups(ROWS)

    assert found["asks"]["number"] == Group(
        questions=3,
        covered=2,
        figures={"quote_hit@1": 1 / 2, "quote_hit@3": 1 / 2, "answered_share": 1,
                 "wrong_answer_share": round(2 / 3, 4)},
    )  # fmt: skip
    assert found["kind"]["therapy"].figures["quote_hit@3"] == 1
    assert found["kind"]["trial"].questions == 4
    # What nothing covers has no kind: nothing to hit, and every answer is wrong.
    assert found["kind"]["none"].figures == {
        "quote_hit@1": None, "quote_hit@3": None, "answered_share": 1 / 2, "wrong_answer_share": 1.0,
    }  # fmt: skip


def test_groups_split_the_questions_to_be_quoted_or_refused() -> None:
    rows = [*ROWS, row("e", "emergency"), row("n", "never_unquoted")]

    for named in groups(rows).values():
        assert sum(group.questions for group in named.values()) == len(ROWS)
        assert sum(group.covered for group in named.values()) == 5


def test_intervals_surround_their_figures() -> None:
    rows = [one.model_copy(update={"id": f"{one.id}-{n}"}) for one in ROWS for n in range(10)]
    found = figures(rows)

    for name, between in intervals(rows).items():
        value = found[name]
        assert between
        assert value is not None
        assert between[0] < value < between[1], name


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 15), (0.05, 15), (0.3, 20), (0.4, 20), (0.5, 35), (0.99, 50), (1.0, 50)]
)
def test_percentile_by_nearest_rank(share: float, value: float) -> None:
    assert percentile([15, 20, 35, 40, 50], share) == value


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.5, 0.9, 0.99]))
@settings(deadline=None)
def test_a_percentile_is_a_value_that_enough_others_do_not_exceed(values: list[float], share: float) -> None:
    ordered = sorted(values)
    found = percentile(ordered, share)

    assert found in ordered
    assert sum(value <= found for value in ordered) >= ceil(share * len(values))
    assert sum(value < found for value in ordered) < ceil(share * len(values))
