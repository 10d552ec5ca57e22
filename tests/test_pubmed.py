"""A record becomes a document, or says why not."""

from __future__ import annotations

from datetime import date

import pytest

from content.errors import SourceRefused
from content.readers.pubmed import Record, day_of, doi_of, extracts_of, says_retracted, title_of

WORDS = (("", "Sixteen people took part, and all of them were followed."),)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("2010", "Aug", "3"), date(2010, 8, 3)),
        (("2010", "08", "03"), date(2010, 8, 3)),
        (("2010", "August", "3"), date(2010, 8, 3)),
        (("2010", "Aug", ""), None),
        (("2010", "", ""), None),
        (("2010", "Summer", "1"), None),
        (("2010", "Feb", "30"), None),
        (("", "", ""), None),
        (("x", "13", "1"), None),
    ],
)
def test_a_date_is_known_to_the_day_or_not_at_all(parts: tuple[str, str, str], expected: date | None) -> None:
    assert day_of(*parts) == expected


def test_the_full_stop_behind_a_title_is_pubmeds() -> None:
    assert title_of("Cells in lupus.") == "Cells in lupus"
    assert title_of("Does it work?") == "Does it work?"
    assert title_of("The trial of Wang et al.") == "The trial of Wang et al."


def test_a_doi_has_the_form_of_one() -> None:
    assert doi_of(" 10.1002/art.27548 ") == "10.1002/art.27548"
    assert doi_of("doi 10.1002/art") is None


@pytest.mark.parametrize("title", ["RETRACTED: Cells", "[Retracted] Cells", "Retracted article: Cells"])
def test_a_title_that_says_so_is_retracted(title: str) -> None:
    assert says_retracted(title) == title
    assert extracts_of("f", [Record(pmid="1", title=title, sections=WORDS)], "medline")[0].retracted == title


def test_a_retracted_publication_without_a_notice_is_retracted() -> None:
    record = Record(pmid="1", title="T", sections=WORDS, types=("Retracted Publication",))
    assert extracts_of("f", [record], "medline")[0].retracted == "Retracted Publication"


def test_a_record_that_cannot_be_written_stops_no_other() -> None:
    broken = Record(pmid="2", title="U", sections=(("", "10 2.5"),), unwritable="a raised 2.5")
    good = Record(pmid="1", title="T", sections=WORDS)
    (found,) = extracts_of("f", [broken, good], "medline")
    assert [(part.why, part.text) for part in found.left_out] == [
        ("record without a document of its own: a raised 2.5", "PMID 2. U"),
        ("record without a document of its own: a raised 2.5", "10 2.5"),
    ]
    with pytest.raises(SourceRefused, match=r"PMID 2: a raised 2\.5"):
        extracts_of("f", [broken], "medline")
