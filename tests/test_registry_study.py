"""A study in reading order; where a part is missing, so is its heading."""

from __future__ import annotations

import json
from pathlib import Path

from content.readers.registry_study import study_pieces

STUDY = json.loads((Path(__file__).parent / "samples" / "study.json").read_text("utf-8"), parse_int=str)


def test_the_study_by_hand() -> None:
    found = study_pieces(STUDY["protocolSection"], "Cord Cells in Lupus")
    assert [(piece.kind[0] + (str(piece.level) if piece.level else ""), piece.text) for piece in found] == [
        ("h1", "Cord Cells in Lupus"),
        ("h2", "Official title"),
        ("p", "A Study of Cord Cells in 24 People With Lupus"),
        ("h2", "Brief summary"),
        ("p", "We ask if cord cells help."),
        ("p", "Nobody knows yet."),
        ("h2", "Detailed description"),
        ("p", "Each person gets:"),
        ("i", "1 x 10^6 cells/kg on day 0, given over 30 minutes"),
        ("i", "<5 mg of prednisone; SLEDAI >= 8"),
        ("i", "less if [possible]"),
        ("i", "1. Blood is taken."),
        ("i", "2. It is kept at -80 C."),
        ("h2", "Conditions"),
        ("i", "Lupus"),
        ("h2", "Status"),
        (
            "t",
            "Overall status | TERMINATED\nStart date | 2018-08-16 (ACTUAL)\nCompletion date | 2019-12",
        ),
        ("h2", "Why stopped"),
        ("p", "Only 9 of 24 people could be found"),
        ("h2", "Design"),
        (
            "t",
            "Study type | INTERVENTIONAL\nPhases | PHASE1, PHASE2\nAllocation | RANDOMIZED\n"
            "Intervention model | PARALLEL\nPrimary purpose | TREATMENT\nMasking | DOUBLE\n"
            "Who masked | PARTICIPANT, INVESTIGATOR\nEnrollment | 9 (ACTUAL)",
        ),
        ("p", "Nobody is told."),
        ("h2", "Arms"),
        (
            "t",
            "Label | Type | Intervention names\nCells | EXPERIMENTAL | Biological: cord cells\n"
            "Placebo | PLACEBO_COMPARATOR |",
        ),
        ("h3", "Cells"),
        ("p", "Cells on day 0."),
        ("h2", "Interventions"),
        ("t", "Name | Type | Other names\ncord cells | BIOLOGICAL | UC-MSC"),
        ("h2", "Primary outcomes"),
        ("t", "Measure | Time frame\nSLEDAI | 6 months"),
        ("h3", "SLEDAI"),
        ("p", "From 0 to 105; lower is better."),
        ("h2", "Eligibility"),
        ("t", "Sex | ALL\nMinimum age | 18 Years\nHealthy volunteers | no"),
        ("h3", "Inclusion Criteria:"),
        ("i", "Inclusion Criteria: Age 18 years or older"),
        ("h3", "Exclusion Criteria:"),
        ("i", "Exclusion Criteria: Pregnancy"),
    ]


def test_an_empty_study_is_its_title() -> None:
    assert [piece.text for piece in study_pieces({}, "Title")] == ["Title"]
