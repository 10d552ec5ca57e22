"""Sections, lists and tables of a JATS text come in reading order; no sentence gets a hole."""

from __future__ import annotations

import pytest
from fidelity_cases import REFUSED, RIGHT, FidelityCase
from test_marked_words import source

from content.extract import LeftOut, Piece
from content.readers.jats import Part, blocks, footnotes
from content.readers.xml_tree import parsed


def read(inside: str) -> list[Part]:
    return list(blocks(parsed(f"<body>{inside}</body>".encode(), "body.xml"), 2))


def shown(inside: str) -> list[tuple[str, str]]:
    return [(part.kind if isinstance(part, Piece) else "left out", part.text) for part in read(inside)]


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.shown)
@pytest.mark.parametrize("kind", ["paragraph", "item", "table"])
def test_a_case_is_right_wherever_it_stands(case: FidelityCase, kind: str) -> None:
    inside = {
        "paragraph": f"<p>{source(case)}</p>",
        "item": f"<list><list-item><p>{source(case)}</p></list-item></list>",
        "table": f"<table-wrap><table><tr><td>{source(case)}</td></tr></table></table-wrap>",
    }[kind]
    assert shown(inside) == [(kind, " ".join(case.expected.split()))]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.shown)
def test_a_paragraph_that_cannot_be_written_is_left_out_whole(case: FidelityCase) -> None:
    (part,) = read(f"<p>Before. {source(case)} After.</p>")
    assert isinstance(part, LeftOut)
    assert part.text.startswith("Before. ") and part.text.endswith(" After.")
    assert "cannot be written" in part.why


def test_sections_have_levels_and_end_at_six() -> None:
    inside = "".join(f"<sec><title>T{level}</title>" for level in range(2, 9)) + "<p>End.</p>" + "</sec>" * 7
    assert [part.level for part in read(inside) if isinstance(part, Piece)] == [2, 3, 4, 5, 6, 6, 6, 0]


def test_a_list_divides_a_paragraph_and_its_own_numbers_are_no_words() -> None:
    inside = (
        "<p>Do <list list-type='order'><list-item><p>sleep,</p></list-item><list-item><label>(b)</label>"
        "<p>eat.</p><list><list-item><p>Bread.</p></list-item></list></list-item></list> and <b>rest</b>.</p>"
    )
    assert shown(inside) == [
        ("paragraph", "Do"), ("item", "sleep,"), ("item", "(b) eat."), ("item", "Bread."),
        ("paragraph", "and rest."),
    ]  # fmt: skip


def test_what_floats_stands_behind_its_paragraph() -> None:
    inside = (
        "<p>We saw <table-wrap><label>Table 1</label><table><tr><td>4</td></tr></table></table-wrap>"
        "<fig><caption><p>A picture.</p></caption></fig>this.</p>"
    )
    assert shown(inside) == [
        ("paragraph", "We saw this."), ("table", "Table 1\n4"), ("left out", "A picture."),
    ]  # fmt: skip


def test_a_note_inside_a_sentence_stands_behind_the_text() -> None:
    body = parsed(b"<body><p>We saw<fn><p>Twice.</p></fn> this.</p></body>", "body.xml")
    assert [part.text for part in (*blocks(body, 2), *footnotes(body))] == ["We saw this.", "Twice."]


def test_terms_and_code() -> None:
    inside = (
        "<def-list><def-item><term>UC</term><def><p>umbilical cord</p></def></def-item></def-list>"
        "<code>x = 1</code><boxed-text><p>In a box.</p></boxed-text>"
    )
    assert shown(inside) == [
        ("table", "UC | umbilical cord"), ("left out", "x = 1"), ("paragraph", "In a box."),
    ]  # fmt: skip
