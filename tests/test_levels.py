"""The order of evidence, computed from study facts after the OCEBM table of 2011."""

from __future__ import annotations

import itertools

import pytest
from asking import page
from hypothesis import given
from hypothesis import strategies as st

from content.levels import Place, is_study, place_of
from content.schema import Document, Study

BIG, SMALL = 120, 18


def study(
    design: str, participants: int = BIG, *, compared: bool = False, randomised: bool = False, **facts: object
) -> Document:
    given_facts = Study(
        design=design, participants=participants, comparison_group=compared, randomised=randomised
    )
    return page("Words.", **{"kind": "trial", "speaker": "published_abstract", "study": given_facts, **facts})


REVIEW = study("systematic review of trials", compared=True, randomised=True)
RANDOMISED = study("randomised trial", compared=True, randomised=True)
CONTROLLED = study("cohort study", compared=True)
SINGLE = study("single-arm trial")
SERIES = study("case series")
AUTHORITY = page("Words.", speaker="authority")
CLINIC = page("Words.", kind="therapy")


def test_the_order_of_designs_is_that_of_the_table() -> None:
    order = [REVIEW, RANDOMISED, CONTROLLED, SINGLE, SERIES, AUTHORITY, CLINIC]

    assert [place_of(document).step for document in order] == [1, 2, 3, 4, 5, 6, 8]
    mixed = [CLINIC, SINGLE, REVIEW, AUTHORITY, SERIES, CONTROLLED, RANDOMISED]
    assert sorted(mixed, key=place_of) == order


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # A randomised trial of 18 people that was stopped loses one step, not two.
        ({"stopped_early": "was abandoned"}, Place(3, 2)),
        ({}, Place(3, 2)),
        ({"concern": "Somebody doubts it."}, Place(3, 2)),
    ],
)
def test_what_is_small_or_was_stopped_stands_one_step_lower(
    facts: dict[str, object], expected: Place
) -> None:
    assert place_of(study("trial", SMALL, compared=True, randomised=True, **facts)) == expected


@pytest.mark.parametrize(("participants", "step"), [(49, 5), (50, 4), (1, 5)])
def test_small_is_under_fifty(participants: int, step: int) -> None:
    assert place_of(study("single-arm trial", participants)).step == step


def test_a_small_randomised_trial_stands_before_a_large_controlled_study_and_a_small_one() -> None:
    small = study("randomised trial", SMALL, compared=True, randomised=True)

    assert place_of(small) < place_of(CONTROLLED) < place_of(study("cohort study", SMALL, compared=True))


def test_the_trial_of_sixteen_people_stands_behind_the_randomised_one_of_eighteen() -> None:
    deng = study("randomised trial", 18, compared=True, randomised=True, stopped_early="was abandoned")

    assert place_of(deng) == (3, 2)
    assert place_of(study("single-arm trial", 16)) == (5, 4)


def test_a_review_of_other_studies_is_as_good_as_these() -> None:
    assert place_of(study("meta-analysis", compared=True)) == place_of(CONTROLLED)


@pytest.mark.parametrize("kind", ["Editorial", "Letter", "News", "Comment", "Review"])
def test_who_reports_no_study_of_their_own_is_no_study(kind: str) -> None:
    told = study("trial", compared=True, randomised=True, publication_types=(kind,))

    assert not is_study(told)
    assert place_of(told) == place_of(CLINIC)
    systematic = told.model_copy(update={"publication_types": (kind, "Systematic Review")})
    assert place_of(systematic).step == 1


designs = st.sampled_from(["trial", "case report", "systematic review", "registry", "single-arm trial"])
speakers = st.sampled_from(["published_abstract", "authority", "clinic_page"])


@given(designs, st.integers(1, 200), st.booleans(), st.booleans(), speakers, st.booleans())
def test_no_page_of_the_clinic_stands_before_a_study(
    design: str, participants: int, compared: bool, randomised: bool, speaker: str, stopped: bool
) -> None:
    facts = {"speaker": speaker, "stopped_early": "stopped" if stopped else None}
    document = study(design, participants, compared=compared, randomised=randomised, **facts)

    assert is_study(document) == (speaker != "clinic_page")
    if speaker == "clinic_page":
        assert place_of(document) == place_of(CLINIC)
    else:
        assert place_of(document) < min(place_of(AUTHORITY), place_of(CLINIC)) or design in (
            "case report",
            "registry",
        )
        assert place_of(document) < place_of(CLINIC)


def test_places_are_a_total_order() -> None:
    documents = [REVIEW, RANDOMISED, CONTROLLED, SINGLE, SERIES, AUTHORITY, CLINIC]
    assert all(place_of(a) != place_of(b) for a, b in itertools.combinations(documents, 2))
