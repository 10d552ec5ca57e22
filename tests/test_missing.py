"""A person is asked for what no source tells, and told what it says; nothing is decided."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from content.missing import caveat_candidates, missing_facts
from content.readers.plain import read_plain
from content.schema import Document, Reviewed, Source, Study, StudyHints

REVIEWED = Reviewed(by="Staff", on=date(2026, 1, 2), review_by=date(2027, 1, 2))
STUDY = Study(design="trial", participants=16, comparison_group=False, randomised=False, follow_up="8 months")
WHOLE = {
    "source": Source(doi="10.1000/a", published=date(2010, 8, 3)),
    "reviewed": REVIEWED, "study": STUDY, "caveats": ("None died.",),
}  # fmt: skip


def document(text: str = "None died.", **facts: Any) -> Document:
    return read_plain(text, document_id="a-trial").model_copy(update={**WHOLE, **facts})


def test_a_whole_document_asks_for_nothing() -> None:
    assert missing_facts(document()) == ()


@pytest.mark.parametrize(
    ("facts", "field", "needed"),
    [
        ({"source": Source(published=date(2010, 8, 3))}, "source", True),
        ({"source": Source(doi="10.1000/a")}, "source.published", True),
        ({"reviewed": None}, "reviewed", False),
        ({"study": STUDY.model_copy(update={"follow_up": None})}, "study.follow_up", False),
        ({"caveats": ()}, "caveats", True),
        ({"kind": "clinic", "source": Source()}, "source", True),
    ],
)
def test_each_absent_fact_is_asked_for(facts: dict[str, Any], field: str, needed: bool) -> None:
    assert [(m.field, m.needed) for m in missing_facts(document(**facts))] == [(field, needed)]


def test_a_page_that_is_no_trial_needs_no_study() -> None:
    page = document(kind="therapy", study=None, caveats=(), source=Source(publisher="Clinic"))

    assert missing_facts(page) == ()


def test_the_source_is_a_hint() -> None:
    hints = StudyHints(design="Interventional, phase 2", participants=16, comparison_group=False)

    found = missing_facts(document(study=None, study_hints=hints, publication_types=("Clinical Trial",)))

    assert {m.field.removeprefix("study."): m.message.partition("; ")[2] for m in found} == {
        "design": "the source says: Interventional, phase 2; check it; its record calls it: Clinical Trial",
        "comparison_group": "the source says: no; check it",
        "randomised": "",
        "participants": "the source says: 16; check it",
        "follow_up": "",
    }


def test_sentences_about_design_size_and_limits_are_offered_as_caveats() -> None:
    text = (
        "Cells are small. We treated 16 SLE patients. Pain fell. It was a single‐arm trial. No deaths. "
        "Further large trials are needed. The study was limited by its size. None was lost. It was "
        "open-label. The pilot ended. It had no control group. It was a single‐arm trial."
    )

    assert caveat_candidates(document(text)) == (
        "We treated 16 SLE patients.",
        "It was a single‐arm trial.",
        "Further large trials are needed.",
        "The study was limited by its size.",
        "It was open-label.",
    )
    (asked,) = missing_facts(document(text, caveats=()))
    assert asked.message.startswith("at least one sentence that stands beside every outcome; candidates: “We")
