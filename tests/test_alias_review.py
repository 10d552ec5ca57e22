"""A person sees every pair once, with its places and what was decided."""

from __future__ import annotations

import pytest
from test_aliases import AGAIN, ARTHRITIS, ATRIUM, decided

from content.alias_review import decided_facts, review_aliases
from content.errors import NoSuchAbbreviation
from content.schema import Document

LUPUS = decided(ARTHRITIS, id="page-9", text="Systemic lupus erythematosus (SLE) is meant.", blocks=[])


def rows(*documents: Document) -> list[tuple[str, str, str, tuple[str, ...]]]:
    found = review_aliases(documents)
    return [(entry.short, entry.long, entry.status, entry.documents) for entry in found]


def test_pairs_are_the_same_in_every_document_that_explains_them() -> None:
    assert rows(ARTHRITIS, AGAIN, LUPUS) == [
        ("RA", "rheumatoid arthritis", "mined", ("page-1", "page-3")),
        ("SLE", "Systemic lupus erythematosus", "mined", ("page-9",)),
    ]


def test_places_are_those_of_the_text() -> None:
    (entry,) = review_aliases([ARTHRITIS])
    (place,) = entry.places
    assert place.short_at and ARTHRITIS.slice(place.short_at) == "RA"
    assert place.long_at and ARTHRITIS.slice(place.long_at) == "rheumatoid arthritis"


def test_two_meanings_conflict_until_one_is_decided() -> None:
    both = [("rheumatoid arthritis", "page-1"), ("right atrium", "page-2")]
    assert rows(ARTHRITIS, ATRIUM) == [("RA", long, "conflicting", (home,)) for long, home in both]
    rejected = decided(ATRIUM, rejected_abbreviations=["RA"])
    assert [row[2] for row in rows(ARTHRITIS, rejected)] == ["mined", "rejected"]
    approved = decided(ARTHRITIS, abbreviations={"RA": "Rheumatoid arthritis"})
    assert [row[1:3] for row in rows(approved, ATRIUM)] == [
        ("Rheumatoid arthritis", "approved"), ("right atrium", "conflicting"),
    ]  # fmt: skip


def test_what_a_person_said_has_no_place_in_the_text() -> None:
    said = decided(LUPUS, abbreviations={"SLE": "lupus"})
    found = review_aliases([said])
    assert [(entry.long, entry.status) for entry in found] == [
        ("lupus", "approved"), ("Systemic lupus erythematosus", "rejected"),
    ]  # fmt: skip
    assert found[0].places[0].long_at is None


def test_approval_takes_the_long_form_of_the_text_or_the_persons_own() -> None:
    assert decided_facts(LUPUS, ["sle"])["abbreviations"] == {"SLE": "Systemic lupus erythematosus"}
    assert decided_facts(LUPUS, ["SLE = lupus"])["abbreviations"] == {"SLE": "lupus"}
    assert decided_facts(LUPUS, ["LN=lupus nephritis"])["abbreviations"] == {"LN": "lupus nephritis"}


def test_the_last_decision_counts() -> None:
    approved = decided(LUPUS, **decided_facts(LUPUS, ["SLE"]))
    rejected = decided(approved, **decided_facts(approved, reject=["SLE"]))
    assert (rejected.abbreviations, rejected.rejected_abbreviations) == ({}, ("SLE",))
    again = decided(rejected, **decided_facts(rejected, ["SLE"]))
    assert (again.abbreviations, again.rejected_abbreviations) == (approved.abbreviations, ())


def test_what_the_text_does_not_explain_needs_a_long_form() -> None:
    with pytest.raises(NoSuchAbbreviation, match=r"page-9: the text explains no 'LN'.*--approve page-9"):
        decided_facts(LUPUS, ["LN"])
    with pytest.raises(NoSuchAbbreviation):
        decided_facts(LUPUS, reject=["LN"])
