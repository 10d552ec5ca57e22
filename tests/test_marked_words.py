"""Marks inside a sentence become characters or nothing, never another number."""

from __future__ import annotations

from html import escape

import pytest
from fidelity_cases import REFUSED, RIGHT, FidelityCase
from hypothesis import given
from hypothesis import strategies as st

from content.readers.marked_words import dumb_words, plain_words, words_left_out, words_of
from content.readers.xml_tree import parsed

TAGS = {"plain": "", "raised": "sup", "lowered": "sub"}


def source(case: FidelityCase) -> str:
    parts = ((TAGS[run.height], escape(run.text, quote=False)) for run in case.runs)
    return "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in parts)


def words(inside: str) -> str:
    return words_of(parsed(f"<p>{inside}</p>".encode(), "p.xml"))


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.shown)
def test_a_case_is_right_in_both_readings(case: FidelityCase) -> None:
    expected = " ".join(case.expected.split())
    assert words(source(case)) == expected
    assert " ".join(dumb_words(source(case)).split()) == expected


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.shown)
def test_a_case_that_cannot_be_written_is_refused(case: FidelityCase) -> None:
    with pytest.raises(ValueError, match="cannot be written without a change"):
        words(source(case))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("in<b> 24</b> pe<i>op</i>le", "in 24 people"),
        ("IL-1<sub><i>&#946;</i></sub>", "IL-1ᵦ"),
        ("one<break/>two", "one two"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("<label>a</label><p>Note.</p>", "a Note."),
        ("a ﬁne day", "a fine day"),
        ("in 2010<xref ref-type='bibr'>12</xref>", "in 2010¹²"),
        ("fell.<xref ref-type='bibr'>1</xref>–<xref ref-type='bibr'>5</xref>", "fell.¹–⁵"),
        ("per day)<xref ref-type='fn'>a</xref>", "per day)ᵃ"),
        ("cells<xref ref-type='fn'>*</xref>", "cells*"),
        ("said [<xref ref-type='bibr'>3</xref>, <xref ref-type='bibr'>4</xref>]", "said [3, 4]"),
        ("Smith (<xref ref-type='bibr'>2009</xref>)", "Smith (2009)"),
        ("see Table <xref ref-type='table'>1</xref>", "see Table 1"),
        ("<sup><xref ref-type='bibr'>1</xref>,<xref ref-type='bibr'>2</xref></sup>", "¹,²"),
        ("<alternatives><tex-math>x</tex-math><math><mn>7</mn></math></alternatives>", "7"),
        ("<object-id>10.1</object-id>Words", "Words"),
    ],
)
def test_marks_by_hand(inside: str, expected: str) -> None:
    assert words(inside) == expected
    if "<math>" not in inside:
        assert " ".join(dumb_words(inside).split()) == expected.replace("fine", "ﬁne")


@pytest.mark.parametrize("name", ["strike", "overline", "inline-graphic", "tex-math", "list", "table-wrap"])
def test_a_mark_that_changes_what_is_said_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        words(f"the <{name}>5</{name}> mg")


def test_what_is_left_out_keeps_its_numbers_where_words_would_be_refused() -> None:
    element = parsed(b"<p>10<sup>2.5</sup> and 10<sup>6</sup><tex-math>x</tex-math><p>End</p></p>", "p.xml")
    assert words_left_out(element) == "102.5 and 10⁶ x End"
    assert plain_words(element) == "102.5 and 106xEnd"


@given(st.lists(st.tuples(st.sampled_from(["", "b", "sup", "sub", "xref"]), st.text("1a+ .", max_size=4))))
def test_both_readings_say_the_same(runs: list[tuple[str, str]]) -> None:
    inside = "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in runs)
    try:
        shown = words(inside)
    except ValueError:
        return
    assert " ".join(dumb_words(inside).split()) == shown
