"""Labelled questions of the site: appended one at a time, checked first, other lines byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from content.errors import BrokenQuestions, CannotWrite, QuestionRefused
from content.library import BUILT_IN, load_library
from content.question_file import add_question
from content.questions import LabelledQuestion, read_questions

SENTENCE = "There were no deaths."


def first_sentence(folder: Path) -> str:
    document = load_library(folder).documents[0]
    return document.slice(document.blocks[0])


def test_a_question_is_appended_and_the_rest_stays(small_library: Path) -> None:
    path = small_library / "questions.jsonl"
    before = path.read_bytes()
    quote = first_sentence(small_library)

    added = add_question(small_library, "  Did\nanybody die? ", expect="quote", accept_any=(quote,))
    refused = add_question(small_library, "What does parking cost?", expect="no_passage")

    assert added == LabelledQuestion(
        id="staff-1", question="Did anybody die?", expect="quote", accept_any=(quote,)
    )
    assert refused.id == "staff-2"
    assert path.read_bytes().startswith(before)
    assert read_questions(path)[-2:] == [added, refused]
    assert load_library(small_library).questions[-1] == refused


def test_the_first_question_makes_the_file(small_library: Path) -> None:
    (small_library / "questions.jsonl").unlink()

    add_question(small_library, "What does parking cost?", expect="no_passage")

    assert [q.id for q in read_questions(small_library / "questions.jsonl")] == ["staff-1"]


def test_a_file_without_an_end_of_line_gets_one(small_library: Path) -> None:
    path = small_library / "questions.jsonl"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    count = len(read_questions(path))

    add_question(small_library, "What does parking cost?", expect="no_passage")

    assert len(read_questions(path)) == count + 1


@pytest.mark.parametrize(
    ("question", "given", "says"),
    [
        ("", {"expect": "no_passage"}, "it has no words"),
        (" \n ", {"expect": "no_passage"}, "it has no words"),
        ("Does […] help?", {"expect": "no_passage"}, "it holds a mask"),
        ("Did [name] die?", {"expect": "no_passage"}, "it holds a mask"),
        ("Who died?", {"expect": "quote"}, "needs the sentence that answers"),
        ("Who died?", {"expect": "no_passage", "accept_any": ("a",)}, "needs the sentence that answers"),
        ("Who died?", {"expect": "quote", "accept_any": ("Nobody ever said this.",)}, "no document holds"),
        ("Who died?", {"expect": "quote", "accept_any": (" ",)}, "no document holds"),
    ],
)
def test_what_cannot_be_added_is_told_and_changes_nothing(
    question: str, given: dict[str, object], says: str, small_library: Path
) -> None:
    before = (small_library / "questions.jsonl").read_bytes()

    with pytest.raises(QuestionRefused, match=says):
        add_question(small_library, question, **given)  # type: ignore[arg-type]

    assert (small_library / "questions.jsonl").read_bytes() == before


def test_the_same_question_is_added_once(small_library: Path) -> None:
    add_question(small_library, "What does parking cost?", expect="no_passage")

    with pytest.raises(QuestionRefused, match="labelled question already"):
        add_question(small_library, "what does  PARKING cost?", expect="no_passage")


def test_the_built_in_questions_are_never_changed() -> None:
    before = (BUILT_IN / "questions.jsonl").read_bytes()

    with pytest.raises(QuestionRefused, match="never changed"):
        add_question(BUILT_IN, "What does parking cost?", expect="no_passage")

    assert (BUILT_IN / "questions.jsonl").read_bytes() == before


def test_a_broken_file_is_told_and_left_alone(small_library: Path) -> None:
    path = small_library / "questions.jsonl"
    path.write_text("{\n")

    with pytest.raises(BrokenQuestions):
        add_question(small_library, "What does parking cost?", expect="no_passage")
    assert path.read_text() == "{\n"


def test_many_at_once_lose_none_and_no_id_is_given_twice(small_library: Path) -> None:
    before = len(read_questions(small_library / "questions.jsonl"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(
            lambda n: add_question(small_library, f"Parking place {n}?", expect="no_passage"), range(24)
        ))  # fmt: skip

    found = read_questions(small_library / "questions.jsonl")
    assert len(found) == before + 24
    assert {f"staff-{n}" for n in range(1, 25)} <= {question.id for question in found}


def test_a_full_disk_changes_nothing(
    small_library: Path, monkeypatch: pytest.MonkeyPatch, full_disk: Callable[[], None]
) -> None:
    before = (small_library / "questions.jsonl").read_bytes()
    full_disk()

    with pytest.raises(CannotWrite):
        add_question(small_library, "What does parking cost?", expect="no_passage")

    assert (small_library / "questions.jsonl").read_bytes() == before


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def fill() -> None:
        def refuse(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("content.writing.os.fsync", refuse)

    return fill
