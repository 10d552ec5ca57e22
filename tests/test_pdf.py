"""Law: what a PDF shows comes out as it stands, or the file is refused and says why."""

from __future__ import annotations

import io
import random
from typing import Any, cast

import pytest
from fidelity_cases import REFUSED, RIGHT, FidelityCase
from pdfs import BODY, drawn, marked, paragraphs, pdf
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, ListItem, Paragraph, Table

from content.errors import SourceRefused
from content.extract import Extract
from content.normalize import normalize
from content.readers.pdf import read_pdf

ENOUGH = "Some more words stand here, so that the page is long enough."


def read(data: bytes) -> Extract:
    (extract,) = read_pdf(data, "leaflet.pdf")
    return extract


def texts(data: bytes) -> list[str]:
    return [normalize(piece.text) for piece in read(data).pieces]


def expected(*cases: FidelityCase) -> list[str]:
    return [normalize(case.expected) for case in cases]


@pytest.mark.parametrize("columns", [1, 2])
def test_every_case_is_right_as_a_paragraph(columns: int) -> None:
    story = [Paragraph(marked(case), BODY) for case in RIGHT]

    assert texts(pdf(story, columns=columns)) == expected(*RIGHT)


def test_every_case_is_right_as_a_list_item() -> None:
    items = [ListItem(Paragraph(marked(case), BODY)) for case in RIGHT]
    # The stubs do not know that an item is what a list holds.
    extract = read(pdf([ListFlowable(cast(Any, items), bulletType="bullet")]))

    assert [normalize(piece.text) for piece in extract.pieces] == expected(*RIGHT)
    assert {piece.kind for piece in extract.pieces} == {"item"}


def test_every_case_is_right_in_a_ruled_table() -> None:
    cells = [Paragraph(marked(case), BODY) for case in RIGHT]
    rows = list(zip(cells[::2], cells[1::2], strict=True))
    table = Table(rows, colWidths=[230, 230], style=[("GRID", (0, 0), (-1, -1), 0.5, "black")])
    lines = [line.split(" | ") for text in texts(pdf([table])) for line in text.split("\n")]

    assert {cell for line in lines for cell in line} == set(expected(*RIGHT))
    assert {len(line) for line in lines} == {2}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.shown)
def test_what_no_characters_can_show_is_refused(case: FidelityCase) -> None:
    story = [*paragraphs(ENOUGH), Paragraph(marked(case), BODY)]

    with pytest.raises(SourceRefused, match=r"leaflet\.pdf"):
        read(pdf(story))


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_words_in_are_words_out(columns: int, seed: int) -> None:
    chance = random.Random(seed)
    sentences = expected(*RIGHT)
    story = [" ".join(chance.choices(sentences, k=chance.randint(2, 9))) for _ in range(40)]
    extract = read(pdf(paragraphs(*story), columns=columns, head="A study of cells", numbered=True))

    # A paragraph may be parted between sentences where a column ends there; its words may not.
    assert " ".join(piece.text for piece in extract.pieces) == " ".join(story)
    heads = [entry.text for entry in extract.left_out if entry.why == "running head"]
    assert heads == [f"A study of cells · {page}" for page in range(1, len(heads) + 1)]
    assert len(heads) > 1


def line_after_line(canvas: Canvas, *lines: str, left: float = 60, top: float = 760) -> None:
    for at, line in enumerate(lines):
        canvas.drawString(left, top - 13 * at, line)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("All of them got the anti-", "CD20 antibody.", "anti-CD20 antibody"),
        ("The range of it was 3-", "28 months in all.", "was 3-28 months"),
        ("This was a single-", "arm study of cells.", "single-arm study"),
        ("They took part in the ran-", "domised study.", "the randomised study"),
        ("There are short- and long-", "term effects of it.", "short- and long-term effects"),
        ("Watch for short-", "and long-term effects.", "short- and long-term effects"),
        ("The dose in cells/", "kg was the same.", "cells/kg was"),
        ("From 2007–", "2009 they were asked.", "2007–2009 they"),
        ("Their similar-", "ity was seen.", "Their similarity was"),
    ],
)
def test_a_hyphen_goes_only_where_the_file_shows_the_word_without(
    first: str, second: str, joined: str
) -> None:
    data = drawn(
        lambda canvas: line_after_line(canvas, "A randomised study was planned here, and", first, second)
    )

    assert joined in " ".join(texts(data))


def test_words_nobody_sees_are_left_out_and_said() -> None:
    def draw(canvas: Canvas) -> None:
        line_after_line(canvas, "Nobody died of the treatment in this study of 16 people.")
        canvas.setFillColor("white")
        line_after_line(canvas, "White 11 words", top=600)
        canvas.setFillColor("black")
        line_after_line(canvas, "Outside 12 of it", left=-300, top=500)
        line_after_line(canvas, "Covered 13 words", top=400)
        canvas.rect(50, 390, 300, 30, fill=1)
        words = canvas.beginText(60, 300)
        words.setTextRenderMode(3)
        words.textOut("Invisible 14")
        canvas.drawText(words)

    extract = read(drawn(draw))
    assert [piece.text for piece in extract.pieces] == [
        "Nobody died of the treatment in this study of 16 people."
    ]
    (hidden,) = [entry.text for entry in extract.left_out if entry.why == "hidden"]
    assert all(number in hidden for number in ("11", "12", "13", "14"))


def test_a_watermark_across_the_page_is_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        line_after_line(canvas, ENOUGH)
        canvas.rotate(45)
        canvas.drawString(400, 100, "Draft 7")

    extract = read(drawn(draw))
    assert [piece.text for piece in extract.pieces] == [ENOUGH]
    assert [(entry.why, entry.text) for entry in extract.left_out] == [("rotated text", "Draft 7")]


def picture() -> ImageReader:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 40), "grey").save(out, "PNG")
    return ImageReader(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (drawn(lambda canvas: canvas.drawImage(picture(), 0, 0, 595, 842)), "as a scanner makes them"),
        (drawn(lambda canvas: line_after_line(canvas, ENOUGH), password="secret"), "locked with a password"),
        (drawn(lambda canvas: line_after_line(canvas, ENOUGH, "\ue123 is private.")), "without a meaning"),
        (drawn(lambda canvas: line_after_line(canvas, ENOUGH, "שלום")), "right to left"),
        (b"%PDF-1.7\nnothing", "no PDF file"),
    ],
    ids=["scan", "password", "private use", "right to left", "broken"],
)
def test_what_cannot_be_read_is_refused_and_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(SourceRefused, match=reason):
        read(data)


def test_a_title_stands_over_two_columns() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 18)
        canvas.drawCentredString(297, 790, "Cells in lupus: what was seen")
        canvas.setFont("DejaVu", 10)
        left = [f"The left column goes on in its line {at} of twelve" for at in range(12)]
        right = [f"the right column goes on in its line {at} of twelve" for at in range(12)]
        line_after_line(canvas, *left, left=40)
        line_after_line(canvas, *right, left=310, top=757)

    extract = read(drawn(draw))
    assert extract.title == "Cells in lupus: what was seen"
    words = " ".join(piece.text for piece in extract.pieces[1:])
    assert words.index("left column goes on in its line 11") < words.index(
        "right column goes on in its line 0"
    )
