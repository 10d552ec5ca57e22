"""Labelled questions: what counts as answered, and files that say where they are broken."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from content.errors import BrokenQuestions
from content.questions import LabelledQuestion, questions_sha256, read_questions

GOOD = '{"id": "q1", "question": "Any deaths?", "expect": "quote", "accept_any": ["no deaths"]}'


def accepting(*accept_any: str) -> LabelledQuestion:
    return LabelledQuestion(id="q", question="?", expect="quote", accept_any=accept_any)


def file_of(folder: Path, *lines: str, line_end: str = "\n") -> Path:
    path = folder / "questions.jsonl"
    path.write_bytes(line_end.join(lines).encode("utf-8"))
    return path


@pytest.mark.parametrize(
    ("accept_any", "words", "accepted"),
    [
        (("single-arm trial",), "We conducted a single‐arm trial that involved 16 patients.", True),
        (("NO  DEATHS",), "there were no\ndeaths", True),
        (("no deaths",), "no treatment‐related deaths", False),
        (("10⁶ cells",), "106 cells", True),
        (("8.25 months", "3–28 months"), "range 3–28 months", True),
        (("8.25 months", "3–28 months"), "range 3-28 months", False),
        (("trans\u00adplant",), "Transplantation", True),
        (("the whole sentence",), "whole sentence", False),
        (("whole sentence",), "", False),
    ],
)
def test_a_quote_is_accepted_when_it_holds_the_words(
    accept_any: tuple[str, ...], words: str, accepted: bool
) -> None:
    assert accepting(*accept_any).accepts(words) is accepted


@settings(deadline=None)
@given(st.text(alphabet="ab c"), st.text(alphabet="ab c"))
def test_words_around_an_accepted_answer_do_not_matter(before: str, after: str) -> None:
    question = accepting("8.25 months")
    assert question.accepts(f"{before}8.25 Months{after}")
    assert not question.accepts(before + after)


@pytest.mark.parametrize(
    ("expect", "accept_any"), [("quote", ()), ("no_passage", ("words",)), ("emergency", ("a",))]
)
def test_accepted_words_belong_to_a_quote_and_to_nothing_else(
    expect: str, accept_any: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError, match="accept_any belongs to expect 'quote'"):
        LabelledQuestion.model_validate(
            {"id": "q", "question": "?", "expect": expect, "accept_any": accept_any}
        )


@pytest.mark.parametrize("blank", ["", " ", "\u00ad", "\n\u200b"])
def test_accepted_words_that_any_quote_would_hold_are_refused(blank: str) -> None:
    with pytest.raises(ValidationError, match="without words"):
        accepting("words", blank)


@pytest.mark.parametrize("expect", ["no_passage", "see_clinician", "emergency", "never_unquoted"])
def test_a_question_without_accepted_words_accepts_nothing(expect: str) -> None:
    question = LabelledQuestion.model_validate({"id": "q", "question": "?", "expect": expect})
    assert not question.accepts("any words")
    assert not question.accepts("")


def test_a_file_is_read_in_order_without_its_blank_lines(tmp_path: Path) -> None:
    refused = (
        '{"id": "a0", "question": "β 😀\\u2028?", "expect": "no_passage", "history": ["Hi"], "fact": "f"}'
    )
    for line_end in ("\n", "\r\n"):
        path = file_of(tmp_path, "", GOOD, "  \t", refused, "", line_end=line_end)
        assert read_questions(path) == [
            LabelledQuestion(id="q1", question="Any deaths?", expect="quote", accept_any=("no deaths",)),
            LabelledQuestion(id="a0", question="β 😀\u2028?", expect="no_passage", history=("Hi",), fact="f"),
        ]
    assert read_questions(file_of(tmp_path)) == []


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("{", "line: Invalid JSON"),
        ("[]", "line: Input should be an object"),
        ('{"id": "q2", "expect": "no_passage"}', "question: Field required"),
        ('{"id": "q2", "question": "?", "expect": "maybe"}', "expect: Input should be"),
        ('{"id": "q2", "question": "?", "expect": "quote"}', "accept_any belongs to expect 'quote'"),
        ('{"id": "q2", "question": "?", "expect": "no_passage", "answer": "a"}', "answer: Extra inputs"),
        ('{"id": "q2", "question": "?", "expect": "quote", "accept_any": ["a", 1]}', "accept_any.1: Input"),
        (GOOD, "id 'q1' is given twice"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, broken: str, reason: str) -> None:
    path = file_of(tmp_path, GOOD, "", broken, GOOD.replace("q1", "q9"))
    with pytest.raises(BrokenQuestions) as caught:
        read_questions(path)
    assert str(caught.value).startswith(f"{path}, line 3: ")
    assert reason in str(caught.value)


def test_bytes_that_are_not_utf8_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(GOOD.encode("utf-8") + b"\n\n\xff")
    with pytest.raises(BrokenQuestions) as caught:
        read_questions(path)
    assert str(caught.value).startswith(f"{path}, line 3: not UTF-8 text (byte {len(GOOD) + 2})")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenQuestions) as missing:
        read_questions(tmp_path / "missing.jsonl")
    assert str(missing.value).startswith(f"{tmp_path / 'missing.jsonl'}: no such file")
    with pytest.raises(BrokenQuestions) as folder:
        read_questions(tmp_path)
    assert str(folder.value).startswith(f"{tmp_path}: cannot be read (")


def test_the_hash_changes_with_every_field_and_with_nothing_else() -> None:
    base = accepting("words")
    others = [
        base.model_copy(update=change)
        for change in (
            {"id": "r"},
            {"question": "??"},
            {"history": ("Hi",)},
            {"accept_any": ("word", "s")},
            {"fact": "f"},
        )
    ]
    rows = [(base,), *((other,) for other in others), (base, others[0]), (others[0], base), ()]
    assert len({questions_sha256(questions) for questions in rows}) == len(rows)
    assert questions_sha256([accepting("words")]) == questions_sha256((base,))
    assert questions_sha256([]) == hashlib.sha256(b"[]").hexdigest()
