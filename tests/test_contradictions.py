"""What a person entered is held against the text and against the source's own record."""

from __future__ import annotations

import pytest

from content.contradictions import contradictions
from content.readers.plain import read_plain
from content.schema import Document, Study, StudyHints

SINGLE = Study(design="single-arm trial", participants=16, comparison_group=False, randomised=False)
RANDOMISED = Study(design="trial", participants=16, comparison_group=True, randomised=True)


def trial(text: str, study: Study = SINGLE, **facts: object) -> Document:
    document = read_plain(text, document_id="a-trial", url="https://a.example")
    return document.model_copy(update={"study": study, **facts})


def fields(document: Document) -> list[tuple[str, str]]:
    return [(found.severity, found.field.removeprefix("study.")) for found in contradictions(document)]


def test_without_study_facts_nothing_is_contradicted() -> None:
    assert list(contradictions(trial("A randomised trial.").model_copy(update={"study": None}))) == []


@pytest.mark.parametrize(
    ("text", "participants", "written"),
    [
        ("We treated 16 patients.", 16, True),
        ("Sixteen patients were treated.", 16, True),
        ("Twenty-one people.", 21, True),
        ("Twenty one people.", 21, True),
        ("Twenty people.", 20, True),
        ("Twenty-one people.", 20, False),
        ("Twenty-one people.", 1, False),
        ("We treated 1,016 patients.", 1016, True),
        ("We treated 1,016 patients.", 16, False),
        ("We treated 116 patients.", 16, False),
        ("Nobody says how many.", 16, False),
        ("There were ninety-nine.", 99, True),
        ("There were one hundred.", 100, False),
    ],
)
def test_participants_are_written_in_digits_or_words(text: str, participants: int, written: bool) -> None:
    study = SINGLE.model_copy(update={"participants": participants})

    assert fields(trial(text, study)) == ([] if written else [("error", "participants")])


def test_the_follow_up_s_numbers_are_written_too() -> None:
    study = SINGLE.model_copy(update={"follow_up": "6 months (range 3–28)"})

    (found,) = contradictions(trial("Sixteen were followed for six months, at most 28.", study))

    assert found.message == "3 is not written in the text"


@pytest.mark.parametrize(
    ("kind", "study", "expected"),
    [
        ("Randomized Controlled Trial", SINGLE, [("error", "comparison_group"), ("error", "randomised")]),
        ("Randomized Controlled Trial", RANDOMISED, []),
        ("Controlled Clinical Trial", SINGLE, [("error", "comparison_group")]),
        ("Case Reports", RANDOMISED, [("error", "comparison_group"), ("error", "randomised")]),
        ("Clinical Trial", SINGLE, []),
        ("Clinical Trial, Phase II", RANDOMISED, []),
        ("Editorial", SINGLE, [("warning", "design")]),
    ],
)
def test_a_publication_type_contradicts_what_it_tells(
    kind: str, study: Study, expected: list[tuple[str, str]]
) -> None:
    text = "We randomized 16 patients." if study.randomised else "We treated 16 patients."

    assert fields(trial(text, study, publication_types=("Journal Article", kind))) == expected


def test_another_figure_in_the_source_s_record_is_worth_a_look() -> None:
    hints = StudyHints(participants=18, comparison_group=False, randomised=True)

    found = list(contradictions(trial("We treated 16 patients.", study_hints=hints)))

    assert [(f.severity, f.field, f.message) for f in found] == [
        ("warning", "study.participants", "the source's record says 18"),
        ("warning", "study.randomised", "the source's record says yes"),
    ]
