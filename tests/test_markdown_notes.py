"""Footnotes are taken out of a text and numbered as the text names them."""

from __future__ import annotations

import pytest

from content.readers.markdown_notes import Notes

TEXT = "a[^x] b[^y]\n\n[^y]: Why\n  goes on\n\n    and on\n[^x]: Ex\n\nc\n```\n[^z]: code\n```"


def test_a_note_holds_its_lines_and_the_body_the_others() -> None:
    notes = Notes(TEXT)
    assert notes.words == {"y": "Why\ngoes on\n\nand on", "x": "Ex\n"}
    assert notes.body == "a[^x] b[^y]\n\nc\n```\n[^z]: code\n```"


def test_notes_are_numbered_by_where_they_are_named_and_all_are_given() -> None:
    notes = Notes(TEXT)
    assert [notes.number("x"), notes.number("x")] == ["1", "1"]
    assert list(notes.in_order()) == [("1", "Ex\n"), ("2", "Why\ngoes on\n\nand on")]


def test_numbers_that_are_typed_stay() -> None:
    notes = Notes("[^7]: a\n[^3]: b")
    assert list(notes.in_order()) == [("7", "a"), ("3", "b")]


def test_a_label_used_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Notes("[^1]: a\n[^1]: b")
