"""Figures computed by hand, and by the libraries of the field."""

from __future__ import annotations

from math import log2

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from index.metrics import auroc, ranking_figures, run_figures, span_figures

NAMES = ("recall@1", "recall@3", "recall@5", "recall@10", "rr@10", "ndcg@10")
SCORES = st.lists(st.integers(0, 9).map(lambda tenths: tenths / 10), min_size=1, max_size=20)


def figures(found: dict[str, list[str]], right: dict[str, list[str]]) -> tuple[float | None, ...]:
    values = ranking_figures(found, right)
    assert list(values) == [f"passage_{name}" for name in NAMES]
    return tuple(values.values())


def test_one_question_by_hand() -> None:
    # Right at ranks 2 and 4 of 5: one of two within 3, both within 5.
    gained = 1 / log2(1 + 2) + 1 / log2(1 + 4)
    best = 1 / log2(1 + 1) + 1 / log2(1 + 2)

    assert figures({"q": ["x", "a", "y", "b", "z"]}, {"q": ["a", "b"]}) == pytest.approx(
        (0, 1 / 2, 1, 1, 1 / 2, gained / best)
    )


def test_figures_are_means_over_the_questions_that_have_a_right_passage() -> None:
    found = {"first": ["a", "x"], "third": ["x", "y", "a"], "none": ["a"]}
    right = {"first": ["a"], "third": ["a"], "none": []}

    assert figures(found, right) == pytest.approx((1 / 2, 1, 1, 1, (1 + 1 / 3) / 2, (1 + 1 / 2) / 2))


def test_a_question_without_a_ranking_counts_zero() -> None:
    right = {"asked": ["a"], "empty": ["a"], "forgotten": ["a"]}

    assert figures({"asked": ["a"], "empty": []}, right) == pytest.approx((1 / 3,) * 6)
    assert figures({}, right) == pytest.approx((0,) * 6)


def test_what_stands_beyond_rank_ten_counts_for_nothing() -> None:
    ranking = [f"x{n}" for n in range(10)] + ["a"]

    assert figures({"q": ranking}, {"q": ["a"]}) == pytest.approx((0,) * 6)
    assert figures({"q": ranking[1:]}, {"q": ["a"]}) == pytest.approx((0, 0, 0, 1, 1 / 10, 1 / log2(11)))


def test_without_any_right_passage_there_is_no_figure() -> None:
    assert figures({"q": ["a"]}, {"q": []}) == (None,) * 6
    assert figures({}, {}) == (None,) * 6


def test_a_span_counts_once_however_many_passages_hold_it() -> None:
    right = {"first": ["a", "b"], "third": ["a"], "fourth": ["a"], "forgotten": ["a"], "none": []}
    found = {"first": ["a", "x"], "third": ["x", "y", "a"], "fourth": ["x", "y", "z", "a"], "none": ["a"]}

    assert span_figures(found, right) == {"span_in_top@1": 1 / 4, "span_in_top@3": 2 / 4}
    assert set(span_figures({"q": ["a"]}, {"q": []}).values()) == {None}


@given(
    st.dictionaries(st.sampled_from("pqrs"), st.lists(st.sampled_from("abcdef"), unique=True)),
    st.dictionaries(st.sampled_from("pqrs"), st.sets(st.sampled_from("abcdef"), min_size=1), min_size=1),
)
@settings(deadline=None, max_examples=30)
def test_spans_are_the_successes_of_ir_measures(
    found: dict[str, list[str]], right: dict[str, set[str]]
) -> None:
    measures = [ir_measures.Success @ 1, ir_measures.Success @ 3]
    qrels = [ir_measures.Qrel(key, one, 1) for key, ids in right.items() for one in ids]
    run = [ir_measures.ScoredDoc(key, one, -n) for key, ids in found.items() for n, one in enumerate(ids)]

    expected = ir_measures.calc_aggregate(measures, qrels, run)
    ours = span_figures(found, {key: sorted(ids) for key, ids in right.items()})

    assert list(ours.values()) == pytest.approx([expected[measure] for measure in measures])


def test_a_judged_run_by_hand() -> None:
    run = {"q": {"x": 3.0, "a": 2.0, "y": 1.0, "b": 0.5}, "unjudged": {"a": 1.0}}
    found = run_figures(run, {"q": {"a": 3, "b": 1, "c": 1, "x": 0}})

    # By grade: a gains 3 at rank 2, b gains 1 at rank 4; best is 3, 1, 1.
    assert found["ndcg@10"] == round((3 / log2(3) + 1 / log2(5)) / (3 + 1 / log2(3) + 1 / log2(4)), 4)
    assert [found[f"recall@{k}"] for k in (1, 3, 5, 10, 100)] == [0, 0.3333, 0.6667, 0.6667, 0.6667]
    assert found["rr"] == 1 / 2
    assert found["map"] == round((1 / 2 + 2 / 4) / 3, 4)


def test_every_judged_query_counts() -> None:
    qrels = {"found": {"a": 1}, "forgotten": {"a": 1}, "nothing right": {"a": 0}}

    found = run_figures({"found": {"a": 1.0}, "nothing right": {"a": 1.0}}, qrels)

    assert set(found.values()) == {0.3333}
    assert set(run_figures({}, qrels).values()) == {0}
    assert set(run_figures({"found": {"a": 1.0}}, {}).values()) == {None}


def test_rank_one_hundred_is_the_last_that_counts() -> None:
    run = {"q": {f"x{n:03}": 200.0 - n for n in range(120)}}

    assert run_figures(run, {"q": {"x099": 1}})["recall@100"] == 1
    beyond = run_figures(run, {"q": {"x100": 1}})
    assert beyond["recall@100"] == 0
    assert beyond["rr"] == round(1 / 101, 4)


@pytest.mark.parametrize(
    ("positives", "negatives", "area"),
    [
        ([0.9, 0.4], [0.4, 0.1], (1 + 1 + 0.5 + 1) / 4),
        ([1.0], [0.0], 1.0),
        ([0.0], [1.0], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
    ],
)
def test_auroc_by_hand(positives: list[float], negatives: list[float], area: float) -> None:
    assert auroc(positives, negatives) == area


def test_auroc_needs_both_sides() -> None:
    assert auroc([], [0.5]) is None
    assert auroc([0.5], []) is None


@given(SCORES, SCORES)
@settings(deadline=None)
def test_auroc_is_that_of_scikit_learn(positives: list[float], negatives: list[float]) -> None:
    labels = [1] * len(positives) + [0] * len(negatives)

    assert auroc(positives, negatives) == pytest.approx(roc_auc_score(labels, positives + negatives))
