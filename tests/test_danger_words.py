"""Laws of traces and parts: how a question is typed leaves no trace, what it says does."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.danger_words import BITS, parts, traces, words_of


def number(trace: str) -> int:
    return zlib.crc32(trace.encode("utf-8")) % (1 << BITS)


def test_a_word_leaves_itself_and_its_letters() -> None:
    expected = ["w ah", "l  a", "l ah", "l h ", "l  ah", "l ah ", "l  ah "]

    assert traces("Ah!").tolist() == sorted(map(number, expected))


def test_words_in_a_row_leave_a_trace_of_their_own() -> None:
    found = set(traces("I cannot get up").tolist())

    assert {number(f"w {row}") for row in ("i", "i cannot", "cannot get up", "get up")} <= found
    assert number("w i get") not in found


@pytest.mark.parametrize(
    "typed", ["NO PUEDO RESPIRAR", "no, puedo... respirar", "nó puedó respirár", "no  puedo\nrespirar"]
)
def test_case_accents_marks_and_spaces_leave_none(typed: str) -> None:
    assert np.array_equal(traces(typed), traces("no puedo respirar"))


def test_an_apostrophe_joins_and_a_sign_is_a_word() -> None:
    assert words_of("I can’t 🔪😢!") == ["i", "cant", "🔪", "😢"]


def test_a_question_and_each_of_its_sentences_and_neighbours() -> None:
    asked = "We come in May. He is grey now! Ok?"

    assert parts(asked) == [
        asked, "We come in May", "We come in May. He is grey now", "He is grey now", "He is grey now. Ok"
    ]  # fmt: skip
    assert parts("No end") == ["No end"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("How long has Dr. Lee been here?", ["How long has Dr. Lee been here"]),
        ("la Dra. Ruiz dice que sí", []),
        ("fever of 39.4 since noon", []),
        ("I took 2. Now I am cold", ["I took 2", "I took 2. Now I am cold", "Now I am cold"]),
        ("We live on Main St. He fell down", ["We live on Main St", "He fell down"]),
        ("I fell.cant move my legs", ["I fell. cant move my legs", "cant move my legs"]),
        ("temp 40.he shakes so much", ["temp 40. he shakes so much", "he shakes so much"]),
    ],
)
def test_no_sentence_ends_after_a_title_or_within_a_number(asked: str, found: list[str]) -> None:
    assert [part for part in parts(asked)[1:] if part != asked] == [p for p in found if p != asked]


@given(st.text(max_size=200))
def test_traces_are_numbers_in_order_once_each(text: str) -> None:
    found = traces(text)

    assert found.dtype == np.int64 and np.all(np.diff(found) > 0)
    assert np.all((found >= 0) & (found < 2**BITS))
    assert parts(text)[0] == text


def test_a_question_without_end_has_its_last_parts_looked_at() -> None:
    found = parts("".join(f"This is sentence number {at}. " for at in range(1000)) + "He has stopped moving.")

    assert len(found) == 121 and found[-1] == "He has stopped moving"
    assert len(traces("a" * 100_000)) < 20


def test_a_sentence_without_end_is_taken_in_stretches() -> None:
    words = [f"word{at}" for at in range(100)]
    found = parts(" ".join(words))

    assert all(any(" ".join(words[at : at + 15]) in part for part in found[1:]) for at in range(86))
    assert max(len(part.split()) for part in found[1:]) == 30
