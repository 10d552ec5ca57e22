"""Raised and lowered text becomes characters of its own, or is refused."""

from __future__ import annotations

import unicodedata

import pytest
from fidelity_cases import CASES, REFUSED, RIGHT, FidelityCase
from hypothesis import given
from hypothesis import strategies as st

from content.transcription import lowered, one_line, raised, without_ligatures

_MOVE = {"raised": raised, "lowered": lowered}


def written(case: FidelityCase) -> str:
    done = ""
    for height, text in case.runs:
        done += _MOVE[height](text, before=done) if height in _MOVE else text
    return done


def test_there_are_enough_cases() -> None:
    assert len({case.shown for case in CASES}) == len(CASES) >= 240
    assert len(REFUSED) == 3


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.shown)
def test_a_case_comes_out_right(case: FidelityCase) -> None:
    assert written(case) == case.expected


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.shown)
def test_what_no_character_can_show_is_refused(case: FidelityCase) -> None:
    with pytest.raises(ValueError, match="without a change"):
        written(case)


@given(st.text(alphabet="0123456789+=()", min_size=1))
def test_a_raised_number_is_the_number_again_when_folded_and_never_before(number: str) -> None:
    for move in _MOVE.values():
        moved = move(number)
        assert unicodedata.normalize("NFKC", moved) == number
        assert not set(moved) & set(number)


@given(st.text())
def test_one_line_keeps_every_word(text: str) -> None:
    assert one_line(text).split() == text.split()


def test_ligatures_are_the_letters_they_show() -> None:
    assert without_ligatures("eﬃcacy, ﬁve ﬂoors, oﬀ") == "efficacy, five floors, off"
