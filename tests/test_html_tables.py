"""The tables of a page: each cell in its row, each number under its heading, or the page is refused."""

from __future__ import annotations

import pytest
from html_pages import kinds, left_out, read, texts

from content.errors import SourceRefused


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("<tr><th>Arm<th>n<tr><td>A<td>16", "Arm | n\nA | 16"),
        ("<caption>Table 1. <b>Results</b></caption><tr><th>Arm<th>n<tr><td>A<td>16",
         "Table 1. Results\nArm | n\nA | 16"),
        ("<thead><tr><th>Arm<th>n<tbody><tr><th>A<td>16<tfoot><tr><td>All<td>20",
         "Arm | n\nA | 16\nAll | 20"),
        ("<tr><th>Arm<th colspan=2>Week<tr><td>A<td>1<td>2", "Arm | Week | Week\nA | 1 | 2"),
        ("<thead><tr><th rowspan=2>Arm<th colspan=2>Week<tr><th>1<th>2<tbody><tr><td>A<td>5<td>6",
         "Arm | Week | Week\nArm | 1 | 2\nA | 5 | 6"),
        ("<tr><th>Arm<th>Week<th>n<tr><td rowspan=2>A<td>1<td>5<tr><td>2<td>6",
         "Arm | Week | n\nA | 1 | 5\nA | 2 | 6"),
        ("<tr><th>Arm<th>n<tr><td rowspan=0>A<td>1<tr><td>2<tr><td>3", "Arm | n\nA | 1\nA | 2\nA | 3"),
        ("<tr><th>a<th>b<th>c<tr><td colspan=2>x<td>5", "a | b | c\nx |  | 5"),
        ("<tr><th>a<th>b<tr><td>x<td><tr><td><td>5", "a | b\nx |\n| 5"),
        ("<tr><td>A<td>10<sup>6</sup><tr><td>B<br>C<td><p>5</p><p>6</p>", "A | 10⁶\nB C | 5 6"),
        ("<tr><th>a<th>b<tr hidden><td>x<td>5<tr><td>y<td>6", "a | b\ny | 6"),
        ("<tr><th>a<th>b<tbody style='display:none'><tr><td>x<td>5</tbody><tbody><tr><td>y<td>6",
         "a | b\ny | 6"),
        ("<tr><th>a<th>b<tr><td><ul><li>x<li>y</ul><td>6", "a | b\nx y | 6"),
    ],
)  # fmt: skip
def test_rows_stand_as_they_are_shown(table: str, rows: str) -> None:
    assert kinds(f"<table>{table}</table>") == [("table", rows)]


def test_hidden_rows_and_cells_are_listed() -> None:
    table = "<table><tr><th>a<th>b<tr hidden><td>x<td>5<tr><td>y<td><s>6</s> 7</table>"
    assert texts(table) == ["a | b\ny | 7"]
    assert left_out(table) == [("hidden", "x 5"), ("struck through", "6")]


@pytest.mark.parametrize("role", ["", " role=presentation"])
def test_a_table_that_only_places_parts_is_no_table(role: str) -> None:
    cells = "<td><h2>Left</h2><p>Words.</p><td><p>Right.</p>" if not role else "<td>Left<td>Right"
    found = kinds(f"<table{role}><tr>{cells}</table>")
    assert [text for _, text in found if text in ("Left", "Words.", "Right.", "Right")] == [
        text for _, text in found
    ]
    assert "table" not in {kind for kind, _ in found}


def test_a_long_table_repeats_its_headings() -> None:
    rows = "".join(f"<tr><td>Row of many words, number {n}<td>{n}" for n in range(80))
    found = read(f"<table><caption>Many</caption><tr><th>Name<th>n{rows}</table>")
    parts = [piece.text for piece in found.pieces if piece.kind == "table"]
    assert len(parts) > 1
    assert all(part.startswith("Many\nName | n\nRow of") and len(part) <= 1500 for part in parts)


@pytest.mark.parametrize("span", ["colspan=101", "rowspan=5000", "colspan=999999999"])
def test_a_cell_that_spans_without_end_is_refused(span: str) -> None:
    with pytest.raises(SourceRefused, match="spans"):
        read(f"<table><tr><th>a<th>b<tr><td {span}>x<td>5</table>")


@pytest.mark.parametrize("span", ["colspan=x", "colspan=-2", "colspan=''", "colspan=1.5"])
def test_a_span_that_is_no_number_is_one(span: str) -> None:
    assert texts(f"<table><tr><th>a<th>b<tr><td {span}>x<td>5</table>") == ["a | b\nx | 5"]
