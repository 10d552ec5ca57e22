"""Another version of a source is known by what cannot be chance, and a new one gets a name of its own."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.extract import Extract, Format, Piece
from content.matching import earlier_version, new_id
from content.readers.plain import read_plain
from content.schema import Document, Imported, Kind, Source, StudyHints

FILE, SHA, OTHER_SHA = "page.html", "0" * 64, "1" * 64


def document(
    *, title: str = "Knee pain", words: str = "Knees hurt.", file: str | None = None, sha256: str = OTHER_SHA,
    form: str = "html", registered: str | None = None, **source: str,
) -> Document:  # fmt: skip
    imported = Imported(file=file, sha256=sha256, format=form, on=date(2026, 1, 2)) if file else None
    facts = {
        "source": Source.model_validate(source), "imported": imported,
        "study_hints": StudyHints(registered=registered),
    }  # fmt: skip
    return read_plain(words, document_id="a-page", title=title).model_copy(update=facts)


def extract(
    *, title: str = "Knee pain", words: str = "Knees hurt.", form: Format = "html",
    registered: str | None = None, **source: str,
) -> Extract:  # fmt: skip
    return Extract(
        format=form, title=title, pieces=(Piece(kind="paragraph", text=words),),
        source=Source.model_validate(source), hints=StudyHints(registered=registered),
    )  # fmt: skip


DOI: dict[str, Any] = {"doi": "10.1000/Knee"}
URL: dict[str, Any] = {"url": "https://a.example/knee"}
NCT: dict[str, Any] = {"registered": "NCT00000001"}
NEW: dict[str, Any] = {"title": "Another title", "words": "Another sentence."}


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        # the doi, in any case, under another title, with other words and in another file
        (extract(**NEW, **DOI), document(doi="10.1000/knee"), True),
        (extract(**DOI), document(doi="10.1000/other", file=FILE, url=URL["url"]), False),
        (extract(**NEW, **DOI, **URL), document(**DOI), True),
        # the number in a registry, but only between two entries of it
        (extract(**NEW, form="clinicaltrials", **NCT),
         document(file="b", form="clinicaltrials", **NCT), True),
        (extract(form="clinicaltrials", **NCT), document(file=FILE, form="medline", **NCT), False),
        (extract(form="medline", **NCT), document(file=FILE, form="clinicaltrials", **NCT), False),
        (extract(form="medline", **NCT), document(file="b", form="medline", **NCT), False),
        (extract(form="clinicaltrials", **NCT),
         document(file=FILE, form="clinicaltrials", registered="NCT00000002"), False),
        # the url
        (extract(**NEW, **URL), document(**URL), True),
        (extract(**NEW, **URL), document(url="https://a.example/hip"), False),
        # the name of the file, with the title or a sentence
        (extract(words="Another sentence."), document(file=FILE), True),
        (extract(title="Another title"), document(file=FILE), True),
        (extract(**NEW), document(file=FILE), False),
        (extract(), document(file="other.html"), False),
        (extract(), document(), False),
        # the same bytes, whatever the name
        (extract(title="Another title"), document(file="other.html", sha256=SHA), True),
        (extract(**NEW), document(file="other.html", sha256=SHA), False),
    ],
)  # fmt: skip
def test_what_makes_two_sources_one(here: Extract, there: Document, same: bool) -> None:
    found = earlier_version(here, [there], file=FILE, sha256=SHA)

    assert found is (there if same else None)


def test_the_surest_sign_decides_and_the_title_between_equals() -> None:
    by_name, by_url = document(file=FILE), document(**URL)
    by_doi = document(title="Another title", **DOI)
    same_title = document(**DOI)

    def found(*documents: Document) -> Document | None:
        return earlier_version(extract(**DOI, **URL), documents, file=FILE, sha256=SHA)

    assert found(by_name, by_url, by_doi, same_title) is same_title
    assert found(by_name, by_url, by_doi) is by_doi
    assert found(by_name, by_url) is by_url
    assert found() is None


@pytest.mark.parametrize(
    ("kind", "title", "year", "expected"),
    [
        ("trial", "Cord cells in the treatment of lupus", 2010, "trial-cord-cells-treatment-lupus-2010"),
        ("therapy", "Therapy – für Ärzte & Élèves", None, "therapy-fur-arzte-eleves"),
        ("clinic", "The Clinic's  hours (2026)", None, "clinic-clinics-hours-2026"),
        ("therapy", "幹細胞", None, "therapy-23b86cb3"),
        ("clinic", "abcdefghi " * 7, None, "clinic-" + "-".join(["abcdefghi"] * 6)),
        ("trial", "x" * 200, 2010, "trial-" + "x" * 60 + "-2010"),
    ],
)
def test_an_id_tells_kind_title_and_year(kind: Kind, title: str, year: int | None, expected: str) -> None:
    assert new_id(kind, title, date(year, 1, 1) if year else None, ()) == expected


@given(st.text(), st.sampled_from(["trial", "therapy", "clinic"]), st.integers(0, 3))
def test_any_title_gives_an_id_that_nobody_has(title: str, kind: Kind, others: int) -> None:
    taken: list[str] = []
    for _ in range(others + 1):
        taken.append(new_id(kind, title, None, taken))

    assert len(set(taken)) == others + 1
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{1,79}", name) for name in taken)
    assert taken[1:] == [f"{taken[0]}-{n}" for n in range(2, others + 2)]
