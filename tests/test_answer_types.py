"""What a question asks for, and which sentences hold such a thing."""

from __future__ import annotations

import pytest

from content.normalize import fold
from index.answer_types import ANSWER_TYPES, AnswerType, absence_terms, asked_type, holds_type

ASKED = [
    ("Was there a control group?", "design"),
    ("Did anybody get a PLACEBO?", "design"),
    ("Was it randomised?", "design"),
    ("Were there any controls?", "design"),
    ("Was the study blind?", "design"),
    ("Was it double‐blind?", "design"),
    ("What kind of study was this?", "design"),
    ("How was the trial designed?", "design"),
    ("Compared with what?", "design"),
    ("What does it cost?", "money"),
    ("How much is one treatment?", "money"),
    ("Is it expensive?", "money"),
    ("How LONG were they followed?", "duration"),
    ("How many months did it take?", "duration"),
    ("What was the follow‐up?", "duration"),
    ("When was it published?", "date"),
    ("What year was that?", "date"),
    ("How old is the study?", "date"),
    ("How many patients took part?", "number"),
    ("What percentage got better?", "number"),
    ("How big was the study?", "number"),
    ("Who wrote it?", "person"),
    ("Name of the doctor?", "person"),
    ("Where is the clinic?", "place"),
    ("Which hospital was it?", "place"),
    # The narrower kind wins: each of these also fits a wider one.
    ("How much does it cost and when?", "money"),
    ("How long ago, and how many people?", "duration"),
    ("When and where was it?", "date"),
    ("How many people were in the control group?", "design"),
    # A word of design is not always about one.
    ("Do stem cells help blind people?", None),
    ("Which part controls speech?", None),
    ("Who designed these clothes?", None),
    # Open and yes/no questions ask for no kind of thing.
    ("Is it safe?", None),
    ("Tell me about lupus", None),
    ("Does anybody know whether it helps?", None),
    ("", None),
]

HELD = {
    "design": (
        [
            "It was a single‐arm trial.",
            "There was no control group.",
            "Patients were randomly assigned.",
            "We conducted an open study.",
            "A retrospective look at 9 people.",
        ],
        ["It was a study.", "All 16 patients improved.", "They met at random."],
    ),
    "money": (
        ["It costs $5,000.", "The fee is € 40.", "About 300 dollars."],
        ["It costs a lot.", "16 patients paid.", "Dollars are not named."],
    ),
    "duration": (
        ["For 8.25 months.", "Range 3–28 months.", "A 2-week stay.", "In practice since 1986."],
        ["For months.", "16 patients.", "In 1986.", "Week after week."],
    ),
    "date": (
        ["From April 2007 to July 2009.", "Published 03 August.", "In 1986."],
        ["For 8 months.", "In spring.", "It took 20070 cells."],
    ),
    "number": (
        ["There were 16 patients.", "1,000 cells.", "8 percent.", "In all patients.", "All of the patients."],
        ["Many patients.", "Some of the patients.", "Type A1c."],
    ),
    "person": (
        ["Authors: A. Example", "Wang et al. wrote it.", "Dr. Hansen.", "He is the Medical Director."],
        ["The drug works.", "The patients recovered.", "Various metals."],
    ),
    "place": (
        ["In Scottsdale, Arizona.", "At the university.", "The clinic is small."],
        ["In July 2009.", "In patients with lupus.", "Nowhere."],
    ),
}


@pytest.mark.parametrize(("question", "expected"), ASKED)
def test_kind_of_a_question(question: str, expected: str | None) -> None:
    kind = asked_type(question)

    assert (kind.name if kind else None) == expected


HOLDING = [(name, words) for name, (holding, _) in HELD.items() for words in holding]
LACKING = [(name, words) for name, (_, lacking) in HELD.items() for words in lacking]


@pytest.mark.parametrize(("name", "words"), HOLDING)
def test_sentences_that_hold_the_kind(name: str, words: str) -> None:
    assert holds_type(_kind(name), fold(words))


@pytest.mark.parametrize(("name", "words"), LACKING)
def test_sentences_that_do_not(name: str, words: str) -> None:
    assert not holds_type(_kind(name), fold(words))


def test_every_kind_is_in_the_tables_above() -> None:
    names = [kind.name for kind in ANSWER_TYPES]

    assert len(set(names)) == len(names)
    assert set(names) == set(HELD) == {name for _, name in ASKED if name}


def _kind(name: str) -> AnswerType:
    return next(kind for kind in ANSWER_TYPES if kind.name == name)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Was there a control group?", {"control", "group"}),
        ("was the study placebo-controlled or blinded", {"placebo", "blind"}),
        ("How many patients were there?", set()),
        ("Is it painful?", set()),
    ],
)
def test_the_words_that_ask_for_a_design_are_no_words_the_answer_must_hold(
    question: str, found: set[str]
) -> None:
    assert absence_terms(question, asked_type(question)) == found
