"""Sums over the few texts that share a term: the same bits as over all of them."""

from __future__ import annotations

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import LexicalStore, terms
from index.term_scores import Column, TermScores, added_up

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

    found = added_up([first, second, first], count)

    assert found.rows.tolist() == [1, 4, 7]
    assert found.values.tolist() == [1.0, 5.0, 0.25]
    assert found.of([7, 0, 4, 9]) == [0.25, 0.0, 5.0, 0.0]
    assert found.highest == 5.0
    assert found.best(2) == [(4, 5.0), (1, 1.0)]


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(0, 31))
def test_the_best_are_those_of_a_full_sort(scores: list[int], k: int) -> None:
    found = TermScores(np.arange(len(scores), dtype=np.int64), np.array(scores, np.float32))
    ordered = sorted(
        ((row, float(score)) for row, score in enumerate(scores) if score), key=lambda p: (-p[1], p[0])
    )

    assert found.best(k) == ordered[:k]


def test_without_columns_nothing_is_found() -> None:
    found = added_up([], 5)
    assert (found.best(3), found.of([0, 1]), found.highest) == ([], [0.0, 0.0], 0.0)
