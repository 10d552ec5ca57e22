"""Floors for the built-in content with the real model, on questions no file of the project holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.evaluation import Report, evaluate
from assistant.settings import Settings
from content.normalize import fold
from content.questions import Expectation, LabelledQuestion

ENROLLED = ("a total of 16 patients with active SLE", "16 SLE patients")
COVERED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("What was the number of trial participants?", ENROLLED),
    ("did anybody pass away because of it", ("no treatment‐related deaths",)),
    ("has the illness returned in anyone", ("no recurrence to date",)),
    ("What was the median follow-up?", ("median followup time",)),
    ("between which dates were patients enrolled", ("From April 2007 to July 2009",)),
    ("publication date of the article", ("03 August 2010",)),
    ("Name the authors", ("Dandan Wang",)),
    ("Was there a placebo arm?", ("single‐arm trial",)),
    ("Which score did they use for disease activity?", ("SLE Disease Activity Index",)),
    ("Did the kidneys get better?", ("renal function were observed",)),
    ("what changed in regulatory T cells", ("increase in peripheral Treg cells",)),
    ("Did the participants consent?", ("gave consent",)),
    ("Why was the study carried out?", ("undertaken to assess",)),
    ("Is a bigger randomized trial still to come?", ("foundation for conducting a randomized",)),
    ("What were animal studies showing?", ("marked therapeutic effects",)),
    ("Since when has Dr. Hansen had a practice?", ("since 1986",)),
    ("In which city is the practice?", ("Scottsdale, Arizona",)),
    ("Is there something that cures COPD?", ("there is no cure for COPD",)),
    ("How many people worldwide live with COPD?", ("600 million people",)),
    ("What does a total knee replacement cost?", ("$50,000",)),
    ("What harm do steroids do in rheumatoid arthritis?", ("serious long-term side effects",)),
    ("Can an injured brain recover?", ("proven false", "may revolutionize")),
)
UNCOVERED = (
    "What does one treatment cost?", "How do I get to the clinic by bus?", "Who paid for the trial?",
    "How old was the youngest participant?", "Does it work for psoriasis?", "Do you treat eczema?",
    "How are the cells frozen?", "Which vein is used?", "Will my insurer pay?", "Who is the mayor of Paris?",
    "Recommend me a film", "How tall is Mount Everest?", "What is the dose per kilogram?",
    "lorem ipsum dolor",
)  # fmt: skip


def labelled() -> list[LabelledQuestion]:
    expect: Expectation = "quote"
    covered = [
        LabelledQuestion(id=f"c{n}", question=text, expect=expect, accept_any=words)
        for n, (text, words) in enumerate(COVERED)
    ]
    return covered + [
        LabelledQuestion(id=f"u{n}", question=text, expect="no_passage") for n, text in enumerate(UNCOVERED)
    ]


@pytest.fixture(scope="module")
def faq(built_in_home: Path) -> Assistant:
    return Assistant.open(Settings(home=built_in_home))


@pytest.fixture(scope="module")
def report(faq: Assistant) -> Report:
    known = {fold(question.question) for question in faq.searcher.data.questions}
    assert not known & {fold(question.question) for question in labelled()}, (
        "a staff question would score itself"
    )
    return evaluate(faq, labelled())


FLOORS = {
    "unrefused_hit@3": 0.9,
    "unrefused_hit@1": 0.8,
    "answered_share": 0.5,
    "passage_recall@5": 0.85,
    "abstention_auroc": 0.9,
    "quotes_exact": 1.0,
}


@pytest.mark.model
@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_floor(report: Report, name: str, floor: float) -> None:
    value = report.figures[name]
    assert value is not None
    assert value >= floor, {row.id: row.hit_rank for row in report.rows if row.hit_rank is None}


@pytest.mark.model
def test_at_most_a_tenth_of_the_uncovered_questions_is_answered(report: Report) -> None:
    share = report.figures["uncovered_answered_share"]
    assert share is not None
    assert share <= 0.1, [row.id for row in report.rows if row.expect != "quote" and row.status == "answered"]


@pytest.mark.model
def test_the_size_of_the_trial_comes_with_its_design(faq: Assistant) -> None:
    answer = faq.answer("How many patients were in the trial?")
    words = " ".join(citation.cited_text for citation in answer.citations)
    assert answer.citations[0].evidence.comparison_group is False
    assert "single‐arm trial" in words
    assert "16 SLE patients" in words or "16 patients with active SLE" in words


@pytest.mark.model
def test_suggested_questions_are_answered(faq: Assistant) -> None:
    suggestions = faq.calibration.suggestions
    assert len(suggestions) >= 6
    for suggestion in suggestions:
        first = faq.answer(suggestion.text).citations[0]
        assert first.passage_id == suggestion.passage_id
