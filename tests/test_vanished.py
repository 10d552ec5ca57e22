"""Which questions lose their sentence: only those that no other sentence answers, each once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cited import AWKWARD, CLAIM, QUOTE, REFUSED, answered
from small import edited

from assistant.building import build
from assistant.settings import Settings
from assistant.vanished import Answered, LostQuestion, answered_questions, lost_to, questions_lost
from content.importing import add_source
from content.questions import LabelledQuestion

GONE = "There were no deaths."


def labelled(name: str, *accepted: str, question: str = "Did anyone die?") -> LabelledQuestion:
    expect = "quote" if accepted else "no_passage"
    return LabelledQuestion(id=name, question=question, expect=expect, accept_any=accepted)


def test_a_labelled_question_is_lost_with_its_last_sentence() -> None:
    asked = [
        labelled("q1", "No  deaths"),
        labelled("q2", "16 patients", question="Who?"),
        labelled("q3", question="?"),
    ]

    (lost,) = questions_lost([GONE, "Pain fell."], asked)

    assert lost == LostQuestion(by="labelled", id="q1", question="Did anyone die?", sentence=GONE)
    assert questions_lost([GONE], asked, remaining=["16 patients.", "We saw no deaths."]) == ()
    assert questions_lost([], asked) == ()


def test_a_staff_question_is_lost_when_its_passage_loses_a_sentence() -> None:
    asked = [
        Answered(question="Were there deaths?", sentences=("Followed for 8 months.", GONE)),
        Answered(question="How long?", sentences=("Followed for 8 months.",)),
    ]

    assert questions_lost([GONE], [], asked) == (
        LostQuestion(by="staff", id="", question="Were there deaths?", sentence=GONE),
    )


def test_a_question_is_told_once() -> None:
    suggested = Answered(question="did ANYONE die?", sentences=(GONE,))

    (lost,) = questions_lost([GONE], [labelled("q1", "no deaths")], [suggested])

    assert lost.by == "labelled"


def test_kept_answers_that_quoted_it_are_named_by_receipt() -> None:
    lost = questions_lost([AWKWARD], [], answers=[answered(QUOTE), answered(CLAIM), REFUSED])

    assert lost == (LostQuestion(by="answer", id="r-1", question="q", sentence=AWKWARD),)


def test_without_an_index_no_staff_question_was_answered(tmp_path: Path) -> None:
    assert answered_questions(tmp_path / "nowhere") == ()


def test_a_changed_document_names_the_questions_of_the_site(unbuilt: Settings, tmp_path: Path) -> None:
    edited(unbuilt.content, "aliases: [the clinic]", "questions: ['Where is the clinic?']")
    build(unbuilt)
    (asked,) = [
        one for one in answered_questions(unbuilt.index_root) if one.question == "Where is the clinic?"
    ]
    assert asked.sentences == (
        "The doctor founded the clinic in 1986.", "The clinic is in Scottsdale, Arizona.",
    )  # fmt: skip

    page = unbuilt.content / "clinic" / "doctor.md"
    moved = tmp_path / "doctor.md"
    moved.write_text(page.read_text("utf-8").replace("in Scottsdale", "near Phoenix"), "utf-8")
    (added,) = add_source(moved, unbuilt.content, date(2026, 6, 30))

    lost = lost_to(added, unbuilt.content, unbuilt.index_root)

    assert [(one.by, one.id, one.question) for one in lost] == [
        ("labelled", "q9", "Where is the clinic?"),
    ]
    assert {one.sentence for one in lost} == {"The clinic is in Scottsdale, Arizona."}
    (again,) = add_source(moved, unbuilt.content, date(2026, 6, 30))
    assert lost_to(again, unbuilt.content, unbuilt.index_root) == ()
