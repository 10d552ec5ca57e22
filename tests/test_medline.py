"""NBIB files: fields, their continuations, and what the record says of itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.extract import Extract
from content.readers.medline import read_medline

RECORDS = Path(__file__).parent / "samples" / "records.nbib"
OPENING = "Cord cells were given to 12 people with active arthritis"
WORDS = st.text("abc ABC.,;:()µ±10–", min_size=1, max_size=60)


@pytest.fixture(scope="module")
def found() -> tuple[Extract, ...]:
    return read_medline(RECORDS.read_bytes(), RECORDS.name)


def test_the_parts_of_an_abstract_stand_under_their_labels(found: tuple[Extract, ...]) -> None:
    title = "Cord cells in twelve people with arthritis: a trial that goes on over one line of its title"
    assert [(piece.level, piece.text) for piece in found[0].pieces] == [
        (1, title),
        (2, "BACKGROUND"),
        (0, f"{OPENING}, whose pain had lasted 5 years or more."),
        (2, "MATERIALS AND METHODS"),
        (0, "We gave 10(6) cells/kg. RNA: it was kept."),
        (2, "RESULTS"),
        (0, "Pain fell by 2.4 points (95% CI: 1.1-3.7)."),
        (2, "CONCLUSION"),
        (0, "More trials are needed."),
    ]


def test_what_the_record_says_of_itself(found: tuple[Extract, ...]) -> None:
    first = found[0]
    assert (first.kind, first.speaker) == ("trial", "published_abstract")
    assert first.source.model_dump(exclude_none=True) == {
        "url": "https://pubmed.ncbi.nlm.nih.gov/90000011/",
        "doi": "10.9999/inv.11",
        "authors": ("Muster AM", "The Cord Group"),
        "publisher": "Journal of invented trials",
    }
    assert first.hints is not None
    # "Clinical Trial" alone tells neither design nor comparison; the registration is in the record.
    assert first.hints.model_dump(exclude_none=True) == {"registered": "NCT00000011"}
    assert first.retracted == "J Inv. 2012;2:2. PMID: 90000012"
    assert first.concern == "J Inv. 2011;1:1."


def test_what_was_left_out_is_said(found: tuple[Extract, ...]) -> None:
    assert {part.text for part in found[0].left_out} == {
        "Copyright 2010 The inventors.",
        "None declared.",
        "Bei 12 Menschen fiel der Schmerz um 2,4 Punkte.",
        "2010 Aug",
        "J Inv. 2010;9:9.",
        "PMID 90000012. Retraction of the trial of 12 people",
    }


def test_the_other_record_comes_although_a_notice_stands_between(found: tuple[Extract, ...]) -> None:
    assert [extract.title for extract in found[1:]] == ["What did 300 people eat?"]
    other = found[1]
    assert other.source.published == date(2011, 6, 3)
    assert other.source.publisher == "J Inv"
    assert (other.kind, other.speaker) == (None, "published_abstract")
    assert other.hints is not None and other.hints.design == "observational study"


def test_a_notice_alone_is_refused() -> None:
    data = b"PMID- 1\nTI  - Retraction.\nAB  - This retracts it.\nPT  - Retraction Notice\nROF - J. 2010;1."
    with pytest.raises(SourceRefused, match="notice about another publication"):
        read_medline(data, "notice.nbib")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("TI  - No record", "line 1: a record starts with its PMID"),
        ("PMID- 1\nTI  - A title.\nlost words\nAB  - x", "line 3 is neither"),
        ("      continued", "line 1 is neither"),
        ("PMID- 1\nTI  - A title without an abstract.", "it has no abstract"),
        ("", "it holds none"),
        ("PMID- 1\nTI  - T.\nAB  - We gave 1x106 cells/kg to all of the people there.", "1x106"),
    ],
)
def test_a_broken_file_is_refused(text: str, why: str) -> None:
    with pytest.raises(SourceRefused, match=why):
        read_medline(text.encode(), "broken.nbib")


def test_windows_characters_are_read() -> None:
    data = "PMID- 1\nTI  - A title.\nAB  - The dose was 5 µg for each of 12 naïve people.".encode("cp1252")
    assert read_medline(data, "old.nbib")[0].pieces[1].text.startswith("The dose was 5 µg")


@given(WORDS.filter(str.strip), st.integers(20, 60))
def test_words_come_back_however_the_lines_were_broken(words: str, width: int) -> None:
    abstract = "we followed all the people of the study and then " + " ".join(words.split())
    lines = [""]
    for word in abstract.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += f"{word} "
    data = "PMID- 7\nTI  - T.\nAB  - " + "\n      ".join(lines)
    try:
        found = read_medline(data.encode(), "any.nbib")
    except SourceRefused as refused:
        assert "seems to have lost" in str(refused)
        return
    assert found[0].pieces[1].text == abstract
