"""Tables of a Word file: each cell in its column, a cell over several rows said in each of them."""

from __future__ import annotations

import pytest
from docx_files import PADDING, docx, left_out, paragraph, read, run, table, words

from content.errors import SourceRefused
from content.readers.docx import read_docx


def cell(text: str, marks: str = "") -> str:
    return f"<w:tc><w:tcPr>{marks}</w:tcPr>{paragraph(run(text) if text else '')}</w:tc>"


def row(*cells: str, marks: str = "") -> str:
    return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


DOWN, UNDER, TWO = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'


def test_spans() -> None:
    made = tbl(
        row(cell("Group"), cell("Result", TWO)),
        row(cell("A", DOWN), cell("week 4"), cell("12")),
        row(cell("", UNDER), cell("week 8"), cell("9")),
        row(cell("B"), cell("none seen", TWO)),
        row(cell("late"), marks='<w:gridBefore w:val="2"/>'),
    )
    assert words(made) == [
        "Group | Result | Result\nA | week 4 | 12\nA | week 8 | 9\nB | none seen |\n|  | late"
    ]


def test_a_cell_says_its_paragraphs_on_one_line() -> None:
    two = f"<w:tc>{paragraph(run('5.2'))}{paragraph(run('(1.3)'))}</w:tc>"
    cut = f"<w:tc>{paragraph(run('1'), '<w:rPr><w:del/></w:rPr>')}{paragraph(run('0 mg'))}</w:tc>"
    assert words(tbl(row(cell("a"), two), row(cell("b"), cut))) == ["a | 5.2 (1.3)\nb | 10 mg"]


def test_a_table_in_a_cell_follows_the_table_around_it() -> None:
    inner = table([[run("x"), run("1")], [run("y"), run("2")]])
    made = tbl(row(cell("a"), f"<w:tc>{paragraph(run('see'))}{inner}<w:p/></w:tc>"))
    assert words(made + paragraph(run("After."))) == ["a | see", "x | 1\ny | 2", "After."]


def test_one_column_is_a_frame_around_paragraphs() -> None:
    item = paragraph(run("Rest."), '<w:pStyle w:val="Bullets"/>')
    made = tbl(row(f"<w:tc>{paragraph(run('Do this:'))}{item}{table([[run('x'), run('1')]])}<w:p/></w:tc>"))
    found = read(made + paragraph(run(PADDING)))
    assert [(piece.kind, piece.text) for piece in found.pieces] == [
        ("paragraph", "Do this:"), ("item", "Rest."), ("table", "x | 1"), ("paragraph", PADDING),
    ]  # fmt: skip


def test_a_caption_above_is_the_first_line_of_its_table() -> None:
    caption = paragraph(run("Table 1. Doses"), '<w:pStyle w:val="Caption"/>')
    figure = paragraph(run("Figure 1. Doses"), '<w:pStyle w:val="Caption"/>')
    rows = table([[run("a"), run("1")]])
    assert words(caption + "<w:p/>" + rows) == ["Table 1. Doses\na | 1"]
    assert words(figure + rows) == ["Figure 1. Doses", "a | 1"]
    assert words(caption + paragraph(run("Text.")) + rows) == ["Table 1. Doses", "Text.", "a | 1"]
    assert words(rows + caption) == ["a | 1", "Table 1. Doses"]


def test_a_long_table_is_cut_between_rows_and_repeats_what_names_them() -> None:
    head = row(cell("Visit"), cell("Score"), marks="<w:tblHeader/>")
    units = row(cell("week"), cell("points"), marks="<w:tblHeader/>")
    found = words(tbl(head, units, *(row(cell(f"{n}"), cell("x" * 200)) for n in range(20))))
    assert len(found) > 1
    assert all(text.startswith("Visit | Score\nweek | points\n") for text in found)
    assert sum(text.count("x" * 200) for text in found) == 20


@pytest.mark.parametrize(("marks", "why"), [("<w:del/>", "deleted"), ("<w:hidden/>", "hidden")])
def test_a_row_that_is_gone_is_left_out(marks: str, why: str) -> None:
    made = tbl(row(cell("a"), cell("1")), row(cell("b"), cell("2"), marks=marks), row(cell("c"), cell("3")))
    assert words(made) == ["a | 1\nc | 3"]
    assert left_out(made) == [(why, "b"), (why, "2")]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (tbl(row(cell("a", DOWN), cell("1")), row(cell("lost", UNDER), cell("2"))), "under the cell"),
        (tbl(row(cell("a", '<w:gridSpan w:val="100000"/>'), cell("1"))), "spans '100000' columns"),
        (tbl(row(cell("a", '<w:gridSpan w:val="x"/>'), cell("1"))), "spans 'x' columns"),
        (tbl(row(cell("a"), cell("1"), marks='<w:gridBefore w:val="101"/>')), "spans '101' columns"),
    ],
)  # fmt: skip
def test_a_table_that_hides_or_spans_too_much_is_refused(made: str, why: str) -> None:
    with pytest.raises(SourceRefused, match=why):
        read_docx(docx(made + paragraph(run(PADDING))), "page.docx")
