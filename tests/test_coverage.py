"""What of a question's words a text covers: shares by hand and between nothing and all."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.coverage import coverage, term_weights, unknown_name
from index.lexical import LexicalStore
from index.rarity import rarity

STORE = LexicalStore.from_texts(["Lupus patients slept.", "Lupus hurts."])


def test_weights_by_hand() -> None:
    """Of two texts "lupus" stands in both, "slept" in one, "sclerosis" in none."""
    weights = term_weights(STORE, "lupus slept sclerosis", 2)
    assert list(weights.values()) == pytest.approx([log(1 + 0.5 / 2.5), log(2), log(1 + 2.5 / 0.5)])


def test_coverage_by_hand() -> None:
    assert coverage({"a": 3.0, "b": 1.0}, frozenset("a")) == 0.75
    assert coverage({}, frozenset("a")) == 0.0


@given(st.dictionaries(st.sampled_from("abc"), st.floats(0.1, 9)), st.frozensets(st.sampled_from("abcd")))
def test_holding_more_never_covers_less(wanted: dict[str, float], held: frozenset[str]) -> None:
    share = coverage(wanted, held)
    assert 0.0 <= share <= coverage(wanted, held | {"a"}) + 1e-12 <= 1.0 + 1e-9


def test_the_rarest_unknown_word_counts_unless_it_is_excused() -> None:
    assert unknown_name(STORE, "Does lupus hurt like multiple sclerosis?") == 1.0 == rarity("sclerosis")
    assert unknown_name(STORE, "a placebo for lupus?", frozenset({"placebo"})) == 0.0
    assert unknown_name(STORE, "a placebo for lupus?") == 1.0
