"""Law: a paragraph with one letter nobody can read goes whole and is told; a file with many is refused."""

from __future__ import annotations

import pytest
from pdfs import paragraphs, pdf

from content.errors import SourceRefused
from content.extract import Extract
from content.readers.pdf import read_pdf
from content.readers.pdf_spoilt import SPOILT, refuse_loss

WHOLE = [
    f"Person {at} of 16 was seen again after three months and told how the days had been." for at in range(9)
]
PRIVATE, BACKWARDS = "Nobody was harmed by \ue123 in this study.", "The word שלום means peace."


def read(*texts: str) -> Extract:
    (extract,) = read_pdf(pdf(paragraphs(*texts)), "leaflet.pdf")
    return extract


@pytest.mark.parametrize(("spoilt", "why"), [(PRIVATE, "unreadable"), (BACKWARDS, "backwards")])
@pytest.mark.parametrize("at", [0, 4, 9])
def test_a_spoilt_paragraph_goes_whole_and_is_told(spoilt: str, why: str, at: int) -> None:
    extract = read(*WHOLE[:at], spoilt, *WHOLE[at:])

    assert [piece.text for piece in extract.pieces] == WHOLE
    (entry,) = extract.left_out
    assert entry.why == SPOILT[why]
    assert entry.text.split()[0] in ("Nobody", "The") and entry.text.endswith((" study.", " peace."))


def test_of_a_paragraph_on_many_lines_no_line_is_kept() -> None:
    long = (
        "In the end, and after all that was said of it, nobody was harmed by \ue123, "
        + "as far as is known " * 5
    )
    extract = read(*WHOLE, long + "today.", *WHOLE[:2])

    assert [piece.text for piece in extract.pieces] == [*WHOLE, *WHOLE[:2]]
    assert "today." in extract.left_out[0].text


@pytest.mark.parametrize("spoilt", [PRIVATE, BACKWARDS])
def test_a_file_of_which_more_than_a_fifth_is_spoilt_is_refused(spoilt: str) -> None:
    with pytest.raises(SourceRefused, match="page 1 has "):
        read(WHOLE[0], spoilt)


def test_letters_that_are_neither_kept_nor_told_of_are_a_loss() -> None:
    refuse_loss("leaflet.pdf", ["16 people, 3 men"], ["3 men", "16 people"])
    refuse_loss("leaflet.pdf", ["o Rest", "• Sleep"], ["Rest", "Sleep"])
    with pytest.raises(SourceRefused, match="'6' would be lost"):
        refuse_loss("leaflet.pdf", ["16 people, 6 men"], ["16 people, men"])
