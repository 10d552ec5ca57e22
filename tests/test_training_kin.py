"""Words of one kind, and questions changed by one of them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.training.kin import kin, kin_swapped
from index.training.misfits import altered, negated

SAID = frozenset({"poland", "kidney", "king", "army"})


@pytest.mark.parametrize(
    ("word", "one_of_a_kind"),
    [("poland", "slovenia"), ("kidney", "lung"), ("wheat", "rice"), ("mother", "aunt"), ("album", "song")],
)
def test_kin_is_of_one_kind(word: str, one_of_a_kind: str) -> None:
    found = kin(word)
    assert one_of_a_kind in found
    assert word not in found and len(found) <= 12


@pytest.mark.parametrize("word", ["", "the", "made", "lupus", "xyzzyx", "of", "Poland"])
def test_common_words_words_of_several_tokens_and_unfolded_words_have_no_kin(word: str) -> None:
    assert kin(word) == ()


@given(st.sampled_from(["poland", "kidney", "wheat", "founded", "released", "patients", "quickly"]))
def test_kin_has_another_stem_and_the_same_ending(word: str) -> None:
    for other in kin(word):
        assert other[:3] != word[:3]
        for ending in ("ing", "ed"):
            assert other.endswith(ending) == word.endswith(ending)


def test_only_a_word_that_is_said_changes() -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        changed = kin_swapped("Which Poland had the largest monastery?", SAID, rng)
        assert changed is not None
        found = re.fullmatch(r"Which (\w+) had the largest monastery\?", changed)
        assert found and found[1].lower() in kin("poland") and found[1][0].isupper()


@pytest.mark.parametrize("question", ["", "?", "What is lupus?", "Which monastery was it?"])
def test_a_question_without_a_telling_word_is_left_alone(question: str) -> None:
    assert kin_swapped(question, SAID, np.random.default_rng(2)) is None


@pytest.mark.parametrize(
    ("question", "changed"),
    [
        ("Who signed it?", None),
        ("Who did sign it?", "Who didn't sign it?"),
        ("What was injected?", "What wasn't injected?"),
        ("Will it help?", "won't it help?"),
        ("Who wasn't there and who was?", None),
        ("Who was not there?", None),
        ("dissolves in water", None),
    ],
)
def test_a_question_is_negated_once(question: str, changed: str | None) -> None:
    assert negated(question) == changed


@given(st.integers(0, 2**32))
def test_an_altered_question_differs_in_one_word(seed: int) -> None:
    question = "Which king was the first to lead the army of Poland?"
    changed = altered(question, SAID, np.random.default_rng(seed))
    assert changed is not None and changed != question
    assert sum(one != other for one, other in zip(question.split(), changed.split(), strict=True)) == 1


def test_every_way_of_changing_is_taken() -> None:
    question = "Which king was the first to lead the army of Poland?"
    rng = np.random.default_rng(3)
    found = {str(altered(question, SAID, rng)) for _ in range(300)}
    assert "Which king wasn't the first to lead the army of Poland?" in found
    assert "Which king was the last to lead the army of Poland?" in found
    assert any(" of Poland" not in changed for changed in found)
