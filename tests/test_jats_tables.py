"""Cells that span keep their place; a number is never said of a row it does not belong to."""

from __future__ import annotations

import pytest

from content.readers.jats_tables import tables_of
from content.readers.xml_tree import parsed


def table(inside: str, above: str = "") -> list[str]:
    wrap = parsed(f"<table-wrap>{above}<table>{inside}</table></table-wrap>".encode(), "table.xml")
    return [piece.text for piece in tables_of(wrap)]


def test_caption_heading_and_rows() -> None:
    above = "<label>Table 1.</label><caption><title>People</title><p>of both sexes</p></caption>"
    inside = (
        "<thead><tr><th>Sex</th><th><i>n</i></th></tr></thead><tbody><tr><td>f</td><td>5</td></tr></tbody>"
    )
    assert table(inside, above) == ["Table 1. People of both sexes\nSex | n\nf | 5"]


def test_a_heading_stands_above_each_of_its_columns() -> None:
    inside = (
        "<thead><tr><th rowspan='2'>Group</th><th colspan='2'>Score</th></tr>"
        "<tr><th>before</th><th>after</th></tr></thead>"
        "<tbody><tr><td>A</td><td>8</td><td>5</td></tr></tbody>"
    )
    assert table(inside) == ["Group | Score | Score\nGroup | before | after\nA | 8 | 5"]


def test_a_name_is_repeated_for_its_rows_and_a_number_is_not() -> None:
    inside = (
        "<tr><td rowspan='2'>Women</td><td>8</td><td rowspan='2'>0.04</td></tr><tr><td>9</td></tr>"
        "<tr><td colspan='3'>Men</td></tr>"
    )
    assert table(inside) == ["Women | 8 | 0.04\nWomen | 9 |\nMen |  |"]


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<tr><td colspan='101'>x</td></tr>", "spans 101"),
        ("<tr><td>10<sup>2.5</sup></td></tr>", "cannot be written"),
        ("<tr><td><graphic/></td></tr>", "graphic"),
        ("<tr><td><table><tr><td>1</td></tr></table></td></tr>", "table"),
    ],
)
def test_a_table_no_lines_can_show_is_refused(inside: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        table(inside)


def test_a_picture_is_no_table() -> None:
    with pytest.raises(ValueError, match="picture"):
        tables_of(parsed(b"<table-wrap><graphic/></table-wrap>", "table.xml"))
