"""Styles say whether words are raised, hidden, struck through or on lines of their own."""

from __future__ import annotations

import pytest

from content.readers.html_style import declarations, height, is_apart, is_block, is_hidden, is_struck, rules


@pytest.mark.parametrize(
    ("style", "moved"),
    [
        ("vertical-align:super", "raised"), ("vertical-align: SUB", "lowered"),
        ("vertical-align:30%", "raised"),
        ("vertical-align:-.3em", "lowered"),
        ("position:relative;top:-4px", "raised"),
        ("position:relative; bottom: -0.25em", "lowered"), ("vertical-align:middle", None),
        ("top:-4px", None),
        ("vertical-align:-1px", None), ("position:relative;top:1px", None), ("vertical-align:0", None),
        ("vertical-align:baseline", None), ("position:absolute;top:-4px", None),
    ],
)  # fmt: skip
def test_a_style_moves_words_when_it_moves_them_visibly(style: str, moved: str | None) -> None:
    assert height("span", "", declarations(style)) == moved


def test_elements_and_names_move_words_too() -> None:
    assert height("sup", "", {"vertical-align": "baseline"}) == "raised"
    assert height("sub", "", {}) == "lowered"
    assert height("span", "x Superscript", {}) == "raised"
    assert height("span", "subscript", {}) == "lowered"
    assert height("span", "sup", {"vertical-align": "baseline"}) is None


def test_rules_that_always_hold_are_read_by_selector() -> None:
    sheet = """/* p {display: none} */ p, .a > b {display: none; color: red}
    @media print {c {display: none}} @media screen {d {display: block}} e:hover {display: none}
    @import "x.css"; @font-face {font-family: x} f {margin: 0} @supports (x: y) {g {display: none}}"""
    assert [(selector, dict(said)) for selector, said in rules(sheet)] == [
        ("p", {"display": "none", "color": "red"}),
        (".a > b", {"display": "none", "color": "red"}),
        ("d", {"display": "block"}),
    ]


@pytest.mark.parametrize(
    "sheet", ["}", "{", "a{", "a{b", "@media {", "a{{}}", "/*", "@media screen {a {b: c}", ";;", "a{b:c}}"]
)
def test_a_broken_sheet_says_something_or_nothing(sheet: str) -> None:
    assert all(selector for selector, _ in rules(sheet))


@pytest.mark.parametrize(
    ("style", "hidden"),
    [
        ("display:none", True), ("display:block", False), ("opacity:0.0", True), ("opacity:0.5", False),
        ("font-size:0", True), ("font-size:0.8em", False), ("visibility:collapse", True),
        ("clip-path:inset(50%)", False),
        ("position:absolute;clip-path:inset(50%)", True), ("left:-9999px", False),
        ("position:fixed;top:-9999px", True),
        ("position:absolute;left:-5px", False), ("height:0", False), ("height:0;overflow:hidden", True),
        ("width:1px;overflow:hidden;position:absolute", True), ("content-visibility:hidden", True),
        ("opacity:auto", False),
        ("transform:scale(0.5)", False), ("transform:scaleX(0)", True), ("color:#0000", True),
        ("color:rgba(0, 0, 0, 0)", True), ("color:rgb(9 9 9 / 0%)", True), ("color:#ff000000", True),
        ("color:rgb(0, 0, 0)", False), ("color:#000", False), ("color:rgba(0,0,0,.5)", False),
    ],
)  # fmt: skip
def test_what_no_visitor_sees_is_hidden(style: str, hidden: bool) -> None:
    assert is_hidden("", declarations(style)) is hidden


def test_lines_of_their_own_and_crossed_out() -> None:
    assert is_block(declarations("display: flex"))
    assert not is_block(declarations("display: inline"))
    assert is_apart(declarations("display:inline-block"))
    assert is_struck(declarations("text-decoration: line-through red"))
    assert is_struck(declarations("text-decoration-line:line-through"))
    assert not is_struck(declarations("text-decoration: underline"))
