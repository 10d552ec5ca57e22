"""PubMed XML: labels, marks, notices and facts of each record."""

from __future__ import annotations

from datetime import date
from html import escape
from pathlib import Path

import pytest
from fidelity_cases import REFUSED, RIGHT
from hypothesis import given
from hypothesis import strategies as st
from test_marked_words import source

from content.errors import SourceRefused
from content.extract import Extract
from content.readers.pubmed_xml import read_pubmed_xml
from content.roles import section_role

SAMPLE = Path(__file__).parent / "samples" / "pubmed.xml"


def record(abstract: str, *, pmid: int = 1) -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>T.</ArticleTitle>"
        f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    )


@pytest.fixture(scope="module")
def found() -> tuple[Extract, ...]:
    return read_pubmed_xml(SAMPLE.read_bytes(), SAMPLE.name)


def test_every_record_with_an_abstract_is_a_document(found: tuple[Extract, ...]) -> None:
    assert [extract.title for extract in found] == [
        "Cord cells in lupus: a small trial of 10⁶ cells",
        "[A review from another language]",
        "A chapter on cord cells",
    ]


def test_labels_are_headings_and_words_stand_as_they_are(found: tuple[Extract, ...]) -> None:
    assert [(piece.level, piece.text) for piece in found[0].pieces] == [
        (1, "Cord cells in lupus: a small trial of 10⁶ cells"),
        (2, "BACKGROUND"),
        (0, "Cord cells (<5 days old) calm cells of the immune system."),
        (2, "METHODS"),
        (0, "In 24 people we gave 1×10⁶ cells/kg or none, at 5% CO₂; the index was x²=9."),
        (2, "RESULTS"),
        (0, "The score fell by 5.2 ± 1.3 points (P<0.05)."),
        (0, "Nobody died."),
        (2, "plain language summary"),
        (0, "24 people took part."),
    ]
    assert section_role("In 24 people", ["T", "METHODS"]) == "methods"


def test_what_the_record_says_of_itself(found: tuple[Extract, ...]) -> None:
    first = found[0]
    assert (first.kind, first.speaker) == ("trial", "published_abstract")
    assert first.source.model_dump(exclude_none=True) == {
        "url": "https://pubmed.ncbi.nlm.nih.gov/90000001/",
        "doi": "10.9999/inv.2021.7",
        "authors": ("Muster AM", "King M Jr", "The Cord Group"),
        "publisher": "Journal of invented trials",
        "published": date(2021, 3, 9),
    }
    assert first.hints is not None
    assert first.hints.model_dump(exclude_none=True) == {
        "design": "randomized controlled trial, phase II",
        "comparison_group": True,
        "randomised": True,
        "registered": "NCT01234567",
    }
    assert first.retracted == "J Inv. 2023 Feb 6;3(2):445. PMID: 90000003"
    assert first.concern == "J Inv. 2022 Jan;2(1):1."
    assert "Randomized Controlled Trial" in first.publication_types


def test_a_review_is_no_trial_and_a_range_of_months_no_date(found: tuple[Extract, ...]) -> None:
    review = found[1]
    assert (review.kind, review.speaker, review.hints, review.source.published) == (None, None, None, None)
    assert [part.text for part in review.left_out] == ["1998 Dec-1999 Jan"]


def test_a_chapter_of_a_book(found: tuple[Extract, ...]) -> None:
    assert found[2].source.model_dump(exclude_none=True) == {
        "url": "https://pubmed.ncbi.nlm.nih.gov/90000006/",
        "doi": "10.9999/book.1",
        "authors": ("Writer W",),
        "publisher": "House of Books",
        "published": date(2020, 4, 5),
    }


def test_what_was_left_out_is_said(found: tuple[Extract, ...]) -> None:
    left = {part.text: part.why for part in found[0].left_out}
    assert left["Bei 24 Menschen fiel der Wert um 5,2 Punkte."] == "abstract in another language (ger)"
    assert left["Nabelschnurzellen bei Lupus: 24 Menschen."] == "title in the original language"
    assert left["© 2021 The inventors."] == "copyright notice"
    assert left["None of the 3 authors has one."] == "conflict of interest statement"
    assert left["J Inv. 2021 Dec;1(12):99."].startswith("a correction was published")
    assert "no abstract" in left["PMID 90000002. A letter of 1990 without an abstract"]
    assert "J Inv. 2021 Aug;1:7." in left["PMID 90000003. Retraction: Cord cells in lupus"]
    assert "2.5" in left["PMID 90000005. A power nobody can write"]


def test_a_spoilt_record_stops_no_other() -> None:
    spoilt, good = (
        "We gave 1×106 cells/kg to all of the people there.",
        "Sixteen people took part, and were seen.",
    )
    both = f"<PubmedArticleSet>{record(spoilt)}{record(good, pmid=2)}</PubmedArticleSet>"
    (found,) = read_pubmed_xml(both.encode(), "two.xml")
    assert found.pieces[1].text == good
    assert [part.text for part in found.left_out] == ["PMID 1. T", spoilt]
    assert "1×106" in found.left_out[1].why


def test_a_single_record_is_a_file() -> None:
    sentence = "Sixteen people took part in this study, and were seen."
    assert read_pubmed_xml(record(sentence).encode(), "one.xml")[0].pieces[1].text == sentence


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<html><body>PubMed</body></html>", "no PubMed record but <html>"),
        ("<PubmedArticleSet/>", "no PubMed record"),
        ("<!DOCTYPE a [<!ENTITY e '5'>]><PubmedArticleSet/>", "entities"),
        (record("The strike <strike>5</strike> mg is no dose."), "strike"),
        (record(""), "no abstract"),
        (record("We gave 1×106 cells/kg to all of the people there."), "1×106"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(SourceRefused, match=why):
        read_pubmed_xml(text.encode(), "refused.xml")


def test_all_cases_come_out_right_or_are_left_out_and_said() -> None:
    said = "We saw this in all of the people who took part."
    records = [record(f"{source(case)} {said}", pmid=number) for number, case in enumerate(RIGHT, 1)]
    records += [record(source(case), pmid=9_000 + number) for number, case in enumerate(REFUSED)]
    found = read_pubmed_xml(f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>".encode(), "cases.xml")
    expected = [f"{' '.join(case.expected.split())} {said}" for case in RIGHT]
    assert [extract.pieces[1].text for extract in found] == expected
    passed = [part.text for part in found[0].left_out if part.text.startswith("PMID 9")]
    assert len(passed) == len(REFUSED)


PLAIN = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=80)


@given(PLAIN)
def test_plain_words_come_back_or_the_file_is_refused(words: str) -> None:
    said = f"{' '.join(words.split())} and this was seen in all of the people who took part."
    try:
        found = read_pubmed_xml(record(escape(said)).encode(), "any.xml")
    except SourceRefused:
        return
    assert found[0].pieces[1].text.split() == said.translate(LIGATURES).split()


LIGATURES = {ord(one): two for one, two in zip("ﬀﬁﬂﬃﬄﬅﬆ", "ff fi fl ffi ffl st st".split(), strict=True)}
