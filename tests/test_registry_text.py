"""Free text of the registry: item marks are markup, words are words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.readers.registry_text import registry_pieces, unescaped


def read(text: str) -> list[tuple[str, str]]:
    return [(piece.kind[0], piece.text) for piece in registry_pieces(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One line\nand its next.\n\nTwo.", [("p", "One line and its next."), ("p", "Two.")]),
        ("* this\n* that,\n  too\n\n  * deep", [("i", "this"), ("i", "that, too"), ("i", "deep")]),
        ("Do:\n* this", [("p", "Do:"), ("i", "this")]),
        ("1. Blood.\n2. Urine.", [("i", "1. Blood."), ("i", "2. Urine.")]),
        ("## Aim\n\nTo see.", [("p", "Aim"), ("p", "To see.")]),
        ("\\<5 mg and \\>= 8, 10\\^6 \\[cells\\] \\* 2", [("p", "<5 mg and >= 8, 10^6 [cells] * 2")]),
        ("-80 C is cold", [("p", "-80 C is cold")]),
        ("*not an item*", [("p", "*not an item*")]),
        ("", []),
    ],
)  # fmt: skip
def test_by_hand(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


@given(st.text("ab 5*-.\n\\<", max_size=80))
def test_every_letter_and_number_stands_there_in_order(text: str) -> None:
    shown = "".join(words for _, words in read(text))
    assert [c for c in shown if c in "ab5"] == [c for c in text if c in "ab5"]


@given(st.text("ab<>[]*^ 5", max_size=40))
def test_escaping_is_undone(text: str) -> None:
    assert unescaped("".join(f"\\{c}" if c in "<>[]*^" else c for c in text)) == text
