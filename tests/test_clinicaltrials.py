"""Registered studies: one, many, and what their design tells."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.extract import Extract
from content.readers.clinicaltrials import read_clinicaltrials

SAMPLE = Path(__file__).parent / "samples" / "study.json"
SUMMARY = "Sixteen people take part in the study, and all of them are seen."


def study(design: dict[str, Any] | None = None, arms: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000001", "briefTitle": "A study"},
            "descriptionModule": {"briefSummary": SUMMARY},
            "designModule": design or {},
            "armsInterventionsModule": {"armGroups": [{"label": arm, "type": arm} for arm in arms]},
            **more,
        }
    }


def read(given: object) -> tuple[Extract, ...]:
    return read_clinicaltrials(json.dumps(given).encode(), "study.json")


def hints(design: dict[str, Any], arms: tuple[str, ...] = ()) -> dict[str, Any]:
    found = read(study(design, arms))[0].hints
    assert found is not None
    return found.model_dump(exclude_none=True, exclude={"registered"})


def test_what_the_study_says_of_itself() -> None:
    (found,) = read_clinicaltrials(SAMPLE.read_bytes(), SAMPLE.name)
    assert found.source.model_dump(exclude_none=True) == {
        "url": "https://clinicaltrials.gov/study/NCT09000001",
        "authors": ("University of Inventions",),
        "publisher": "ClinicalTrials.gov",
        "published": date(2018, 3, 23),
    }
    assert (found.kind, found.speaker) == ("trial", None)
    assert found.hints is not None
    assert found.hints.model_dump(exclude_none=True) == {
        "design": "interventional, randomized, parallel, masking double, phase 1, phase 2",
        "participants": 9,
        "comparison_group": True,
        "randomised": True,
        "registered": "NCT09000001",
    }
    assert found.concern == "Muster AM. J Inv. 2021. Retracted: J Inv. 2023;3:445"
    left = {part.text: part.why for part in found.left_out}
    assert left["SLEDAI Mean of 9 people 5.2"].startswith("posted results")
    assert left["Ana Muster 555-0100"] == "field of the registry: contactsLocationsModule"


@pytest.mark.parametrize(
    ("design", "arms", "expected"),
    [
        ({}, (), {}),
        ({"enrollmentInfo": {"count": 24, "type": "ESTIMATED"}}, (), {}),
        ({"enrollmentInfo": {"count": 0, "type": "ACTUAL"}}, (), {}),
        ({"enrollmentInfo": {"count": 24, "type": "ACTUAL"}}, (), {"participants": 24}),
        (
            {"designInfo": {"allocation": "NA", "interventionModel": "SINGLE_GROUP"}}, ("EXPERIMENTAL",),
            {"design": "single group", "comparison_group": False, "randomised": False},
        ),
        (
            {"designInfo": {"allocation": "NON_RANDOMIZED", "interventionModel": "PARALLEL"}},
            ("EXPERIMENTAL", "EXPERIMENTAL"), {"design": "non randomized, parallel", "randomised": False},
        ),
        (
            {"designInfo": {"interventionModel": "PARALLEL"}}, ("EXPERIMENTAL", "NO_INTERVENTION"),
            {"design": "parallel", "comparison_group": True},
        ),
        (
            {"designInfo": {"interventionModel": "SINGLE_GROUP"}}, ("ACTIVE_COMPARATOR",),
            {"design": "single group"},
        ),
        (
            {"studyType": "OBSERVATIONAL", "designInfo": {"observationalModel": "COHORT"}}, (),
            {"design": "observational, cohort", "randomised": False},
        ),
    ],
)  # fmt: skip
def test_a_design_tells_this_and_no_more(
    design: dict[str, Any], arms: tuple[str, ...], expected: dict[str, Any]
) -> None:
    assert hints(design, arms) == expected


def test_several_studies_in_a_file() -> None:
    assert [found.title for found in read({"studies": [study(), study()]})] == ["A study", "A study"]
    assert len(read([study()])) == 1


def test_an_observational_study_is_no_trial_and_a_month_no_date() -> None:
    dates = {"studyFirstPostDateStruct": {"date": "2018-03"}}
    (found,) = read(study({"studyType": "OBSERVATIONAL"}, statusModule=dates))
    assert (found.kind, found.source.published) == (None, None)


def test_numbers_stay_as_they_are_written() -> None:
    text = json.dumps(study(whyModule={"x": 1})).replace('"x": 1', '"x": 1.10')
    (found,) = read_clinicaltrials(text.encode(), "study.json")
    assert "1.10" in [part.text for part in found.left_out]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no study of ClinicalTrials.gov"),
        ("[]", "neither a study nor a list"),
        ("{}", "nctId is missing"),
        ('{"studies": [5]}', "nctId is missing"),
        ('{"FullStudiesResponse": {}}', "first version of the format"),
        ("[" * 100_000, "nested too deep"),
        (json.dumps(study(x=json.loads("[" * 60 + "]" * 60))), "nested too deep"),
        (json.dumps(study(descriptionModule={})), "no words found"),
        (json.dumps(study(descriptionModule={"briefSummary": SUMMARY + " 1×106 cells/kg"})), "1×106"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(SourceRefused, match=re.escape(why)):
        read_clinicaltrials(text.encode(), "refused.json")


@given(
    st.dictionaries(
        st.sampled_from("designModule statusModule eligibilityModule outcomesModule".split()),
        st.none() | st.text("ab", max_size=3) | st.lists(st.integers(), max_size=2)
        | st.dictionaries(
            st.sampled_from("phases designInfo enrollmentInfo primaryOutcomes references sex".split()),
            st.none() | st.text("ab", max_size=3) | st.lists(st.none() | st.just({"measure": 5}), max_size=2),
        ),
    )
)  # fmt: skip
def test_fields_of_any_shape_are_read_or_refused(modules: dict[str, Any]) -> None:
    try:
        (found,) = read(study(**modules))
    except SourceRefused:
        return
    assert SUMMARY in [piece.text for piece in found.pieces]
