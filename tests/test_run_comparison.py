"""Two rankings of the same queries: differences by hand, and the laws of exchanging them."""

from __future__ import annotations

from math import log2
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import BrokenRun
from assistant.run_comparison import COMPARED, compare_runs, read_earlier, run_intervals
from assistant.runs import Qrels, Run

QRELS: Qrels = {"a": {"x": 1}, "b": {"x": 1}, "c": {"y": 1}}
FIRST: Run = {"a": {"x": 2.0, "y": 1.0}, "b": {"y": 2.0, "x": 1.0}}
runs = st.dictionaries(
    st.sampled_from("abcd"),
    st.dictionaries(st.sampled_from("xyz"), st.integers(0, 5).map(float), min_size=1),
)


def test_differences_by_hand() -> None:
    """The second run turns b round and knows c, which the first forgot."""
    second: Run = {"a": FIRST["a"], "b": {"x": 2.0, "y": 1.0}, "c": {"y": 1.0}}
    found = compare_runs(second, FIRST, QRELS)

    assert (found.questions, found.forgotten_now, found.forgotten_before) == (3, 0, 1)
    ndcg = found.figures["ndcg@10"]
    assert ndcg.before == pytest.approx((1 + 1 / log2(3)) / 3, abs=1e-4)
    assert (ndcg.now, found.figures["rr"].difference) == (1, 0.5)
    # Two changes, both gains: 2 of 4 patterns of signs reach as far.
    assert ndcg.p == 0.5 and not found.credible_loss


def test_nothing_judged_is_nothing_compared() -> None:
    found = compare_runs(FIRST, FIRST, {})
    assert found.figures == {} and "nothing to compare" in found.verdict
    assert run_intervals(FIRST, {}) == dict.fromkeys(COMPARED)


@settings(deadline=None, max_examples=40)
@given(runs, runs)
def test_exchanging_the_runs_turns_every_sign_and_keeps_every_p(one: Run, other: Run) -> None:
    there, back = compare_runs(one, other, QRELS), compare_runs(other, one, QRELS)
    for name in COMPARED:
        assert there.figures[name].difference == -back.figures[name].difference
        assert there.figures[name].p == back.figures[name].p
    same = compare_runs(one, one, QRELS)
    assert {figure.p for figure in same.figures.values()} == {1.0}


def test_an_interval_holds_its_mean_and_is_a_point_where_queries_agree() -> None:
    low, high = run_intervals(FIRST, QRELS)["rr"] or (0, 0)
    assert 0 <= low < (1 + 1 / 2 + 0) / 3 < high <= 1
    assert run_intervals({"a": {"x": 1.0}}, {"a": {"x": 1}})["rr"] == (1, 1)


def test_a_run_of_other_queries_is_no_baseline(tmp_path: Path) -> None:
    (tmp_path / "run.trec").write_text("z Q0 x 1 1 t\n", "utf-8")
    with pytest.raises(BrokenRun, match="none of its queries is judged here"):
        read_earlier(tmp_path, QRELS)
