"""Markup goes, words stay, and every block is a slice of the text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.normalize import normalize
from content.readers.markdown import canonical_text, read_markdown

FRONT = (
    "---\nid: a-page\ntitle: A page\nkind: clinic\nspeaker: clinic_page\nsource: {publisher: Clinic}\n---\n"
)
LOOKS_LIKE_MARKUP = (
    *("<mg/day>", "<b>", "</div>", "<!-- note -->", "p < 0.05", "> 3", "10^6", "10⁶", "SLEDAI*", "5 * 3"),
    *("a_b_c", "~5", "&", "AT&T", "[1]", r"C:\dir", "|", "#5", "β", "😀", "double  spaces", "- 7", "=", "`"),
)
words = st.lists(st.sampled_from(LOOKS_LIKE_MARKUP), max_size=8, unique=True).map(
    lambda middle: " ".join(["Words", *middle, "end."])
)
blocks = st.lists(st.tuples(st.integers(0, 6), words), min_size=1, max_size=6)
lines = st.text(
    alphabet=st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("β⁶😀é‐"), min_size=1
)


def text_of(body: str) -> str:
    return canonical_text(body)[0]


@settings(deadline=None, max_examples=300)
@given(st.text() | st.text(alphabet="#*_-` \n>[]()!\\&;<1.\tae\u0301\u00ad😀"))
def test_blocks_and_headings_hold_every_character_but_the_blank_lines(body: str) -> None:
    text, found, headings = canonical_text(body)
    spans = sorted([*found, *(heading.span for heading in headings)], key=lambda span: span.start)
    slices = [text[span.start : span.end] for span in spans]
    assert "\n\n".join(slices) == text
    assert all(piece and piece == piece.strip() for piece in slices)
    assert text == normalize(text)
    assert list(found) == sorted(found, key=lambda span: span.start)


@settings(deadline=None, max_examples=200)
@given(blocks)
def test_words_that_look_like_markup_stay(written: list[tuple[int, str]]) -> None:
    """Level 0 is a paragraph, 1 to 6 a heading."""
    body = "\n\n".join("#" * level + " " * bool(level) + line for level, line in written)
    text, found, headings = canonical_text(body)
    assert text == "\n\n".join(line for _, line in written)
    assert [text[b.start : b.end] for b in found] == [line for level, line in written if not level]
    assert [(h.level, text[h.span.start : h.span.end]) for h in headings] == [
        (level, line) for level, line in written if level
    ]


@settings(deadline=None, max_examples=200)
@given(lines.filter(str.strip))
def test_any_line_can_be_written_with_backslashes(line: str) -> None:
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line.strip())
    assert text_of(escaped) == normalize(line.strip())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("**bold** *it* _it_ __bo__ `code  x`", "bold it it bo code  x"),
        ("[words](https://a.b 'hint') <https://a.b/c>", "words https://a.b/c"),
        ("![a picture](a.png)", "a picture"),
        ("Give 5 * 3 mg  twice <mg/day> at p < 0.05", "Give 5 * 3 mg  twice <mg/day> at p < 0.05"),
        ("<div>not *hidden*</div>\n<!-- nor this -->", "<div>not hidden</div>\n<!-- nor this -->"),
        ("10^6 and 10⁶ and AT&amp;T &lt; &copy;", "10^6 and 10⁶ and AT&T < ©"),
        ("one\ntwo  \nthree\\\nfour", "one\ntwo\nthree\nfour"),
        ("one\n\n\n\ntwo", "one\n\ntwo"),
        ("- a\n- b\n  - c\n\n1. d\n2) e", "a\n\nb\n\nc\n\nd\n\ne"),
        ("- one\n  line\n\n  more", "one\nline\n\nmore"),
        ("> said\n> so", "said\nso"),
        ("```python\nx  = *y*\n\n<z>\n```", "x  = *y*\n\n<z>"),
        ("    indented *code*", "indented *code*"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("Title\n===\n\n### Third *level* ###", "Title\n\nThird level"),
        ("one\n\n***\n\ntwo", "one\n\ntwo"),
        ("caf*e*\u0301 and trans\u00adplant&shy;ed&nbsp;now", "café and transplanted now"),
        ("", ""),
    ],
)
def test_markup_by_hand(body: str, text: str) -> None:
    assert text_of(body) == text


def test_offsets_by_hand() -> None:
    text, found, headings = canonical_text("# 😀 A\n\nOne *two*.\n\n- β\n\n```\nx = 1\n```")
    assert text == "😀 A\n\nOne two.\n\nβ\n\nx = 1"
    assert [(h.level, h.span.start, h.span.end) for h in headings] == [(1, 0, 3)]
    assert [(b.start, b.end) for b in found] == [(5, 13), (15, 16), (18, 23)]


def test_a_file_is_facts_and_normalised_words(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(FRONT + "\n# Head\n\nThe\u00a0words  are cafe\u0301.\n", "utf-8")
    page = read_markdown(path)
    assert (page.id, page.title, page.kind, page.speaker) == ("a-page", "A page", "clinic", "clinic_page")
    assert page.text == "Head\n\nThe words  are café."
    assert [page.slice(block) for block in page.blocks] == ["The words  are café."]
    assert [page.slice(heading.span) for heading in page.headings] == ["Head"]
