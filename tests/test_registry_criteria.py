"""Law: whatever sentence of the criteria is quoted, it says whether it lets people in or keeps them out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.extract import Piece
from content.passages import document_sentences
from content.readers.markdown import as_document
from content.readers.registry_criteria import criteria_pieces

LISTED = """Inclusion Criteria:

* Age 18 years or older
* Lupus for 2 years

Exclusion Criteria:

1. Pregnancy. Women who nurse their child.
2. Cells of any kind before (e.g. bone marrow)
"""


def read(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in criteria_pieces(text)]


def test_the_criteria_by_hand() -> None:
    assert read(LISTED) == [
        ("heading", "Inclusion Criteria:"),
        ("item", "Inclusion Criteria: Age 18 years or older"),
        ("item", "Inclusion Criteria: Lupus for 2 years"),
        ("heading", "Exclusion Criteria:"),
        ("item", "1. Exclusion Criteria: Pregnancy."),
        ("item", "Exclusion Criteria: Women who nurse their child."),
        ("item", "2. Exclusion Criteria: Cells of any kind before (e.g. bone marrow)"),
    ]


def test_every_sentence_of_a_document_of_them_says_its_side() -> None:
    front = "---\nid: study\ntitle: A\nkind: clinic\nspeaker: clinic_page\nsource: {}\n---\n\n"
    written = "\n\n".join(
        f"{'#' * piece.level} {piece.text}" if piece.level else f"- {piece.text}"
        for piece in criteria_pieces(LISTED.replace("1. ", "* ").replace("2. ", "* "))
    )
    document = as_document(Path("a.md"), (front + written).encode())
    said = [document.slice(span) for span in document_sentences(document)]
    assert len(said) == 5
    assert [words.partition(" Criteria: ")[0] for words in said] == ["Inclusion"] * 2 + ["Exclusion"] * 3


@pytest.mark.parametrize(
    "heading",
    [
        "Exclusion Criteria:", "EXCLUSION CRITERIA", "Key Exclusion Criteria:", "Exclusion:", "Exclusions:",
        "Main participant exclusion criteria.", "Exclusion criteria for part B:",
        "Patients who meet one of these exclusion criteria:", "* Exclusion Criteria:",
    ],
)  # fmt: skip
def test_a_heading_is_known_however_it_is_written(heading: str) -> None:
    (first, last) = read(f"{heading}\n\n* Pregnancy")[-2:]
    assert first[0] == "heading"
    assert last[1].endswith(": Pregnancy") and "xclusion" in last[1].casefold()


@pytest.mark.parametrize(
    "words",
    ["Meets all inclusion criteria", "Exclusion of other diseases", "No exclusion criteria apply to men."],
)
def test_words_about_criteria_are_no_heading(words: str) -> None:
    assert [kind for kind, _ in read(f"* {words}")] == ["item"]


def test_a_heading_on_the_line_of_its_words_is_one_all_the_same() -> None:
    assert read("Exclusion criteria: pregnancy. Age over 80.") == [
        ("heading", "Exclusion criteria:"),
        ("paragraph", "Exclusion criteria: pregnancy."),
        ("paragraph", "Exclusion criteria: Age over 80."),
    ]


def test_criteria_without_a_side_stand_as_they_are() -> None:
    assert read("Eligibility Criteria:\n\n* Lupus") == [
        ("heading", "Eligibility Criteria:"),
        ("item", "Lupus"),
    ]


@given(st.text(alphabet="ab1 .:*-\nExclusion Criteria", max_size=200))
def test_no_word_is_lost(text: str) -> None:
    def words(given: str) -> set[str]:
        return {word.strip(".:*-") for word in given.split()} - {""}

    pieces: list[Piece] = list(criteria_pieces(text))
    assert words(text) <= words(" ".join(piece.text for piece in pieces))
