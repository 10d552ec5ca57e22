"""Sums over the few texts that share a term: the same bits as over all of them."""

from __future__ import annotations

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalStore, terms
from index.term_scores import Column, TermScores

WORDS = "lupus knee pain cells doctor month trial study".split()
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=40)


def column(rows: list[int], values: list[float]) -> Column:
    return Column(np.array(rows, np.int32), np.array(values, np.float32))


@given(TEXTS, st.lists(st.sampled_from([*WORDS, "zebra"]), max_size=6).map(" ".join))
def test_bm25s_itself_gives_the_same_bits(texts: list[str], question: str) -> None:
    store = LexicalStore.from_texts(texts)
    known = [term for term in terms(question) if store.frequency(term)]
    whole = np.zeros(len(texts), np.float32)
    if known:
        counted = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
        counted.index([terms(text) for text in texts], create_empty_token=False, show_progress=False)
        whole = counted.get_scores(known)

    found = store.scores(question)

    assert np.array(found.of(range(len(texts))), np.float32).tobytes() == whole.astype(np.float32).tobytes()


@pytest.mark.parametrize("count", [10, 10_000], ids=["over all", "over the few"])
def test_a_term_asked_twice_counts_twice(count: int) -> None:
    first, second = column([1, 4], [0.5, 2.0]), column([4, 7], [1.0, 0.25])

    found = TermScores([first, second, first], count)

    assert found.of([7, 0, 4, 9]) == [0.25, 0.0, 5.0, 0.0]
    assert found.highest == 5.0
    assert found.best(2) == [(4, 5.0), (1, 1.0)]
    assert found.best(9) == [(4, 5.0), (1, 1.0), (7, 0.25)]


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(0, 31))
def test_the_best_are_those_of_a_full_sort(scores: list[int], k: int) -> None:
    found = TermScores([column(list(range(len(scores))), list(map(float, scores)))], len(scores))
    ordered = sorted(
        ((row, float(score)) for row, score in enumerate(scores) if score), key=lambda p: (-p[1], p[0])
    )

    assert found.best(k) == ordered[:k]


COLUMNS = st.lists(st.dictionaries(st.integers(0, 59), st.floats(0, 8, width=32), max_size=60), max_size=6)


@settings(deadline=None)
@given(COLUMNS, st.integers(0, 12), st.integers(1, 8), st.sampled_from([7, 60, 100]))
def test_what_is_left_out_of_the_sums_is_never_among_the_best(
    asked: list[dict[int, float]], k: int, tried: int, block: int
) -> None:
    columns = [column(sorted(held), [held[row] for row in sorted(held)]) for held in asked]
    sums = np.zeros(60, np.float32)
    for each in columns:
        sums[each.rows] += each.values
    ordered = sorted(
        ((row, float(sums[row])) for row in range(60) if sums[row] > 0), key=lambda p: (-p[1], p[0])
    )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.term_scores._FEW", 0)
        patch.setattr("index.term_scores._TRIED", tried)
        patch.setattr("index.term_scores._BLOCK", block)
        found = TermScores(columns, 60)
        assert found.best(k) == ordered[:k]
        assert found.highest == max(sums)
    assert found.of(range(60)) == sums.tolist()


def test_texts_with_common_terms_alone_are_not_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.term_scores._FEW", 0)
    common = column(list(range(1_000)), [0.25] * 1_000)
    found = TermScores([column([3, 7], [2.0, 1.5]), common], 1_000)

    candidates = found._candidates(2)
    assert candidates is not None and candidates.tolist() == [3, 7]
    assert found.best(2) == [(3, 2.25), (7, 1.75)]
    # Of three the third has the common term alone, and the first that has it comes first.
    assert found.best(3) == [(3, 2.25), (7, 1.75), (0, 0.25)]


def test_without_columns_nothing_is_found() -> None:
    found = TermScores([], 5)
    assert (found.best(3), found.of([0, 1]), found.highest) == ([], [0.0, 0.0], 0.0)
