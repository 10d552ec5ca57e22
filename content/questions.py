"""Labelled questions: what must be answered with which words, and what must be refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import ValidationError, model_validator

from content.errors import BrokenQuestions
from content.normalize import fold
from content.schema import Fact

Expectation = Literal["quote", "no_passage", "see_clinician", "emergency", "never_unquoted"]


class LabelledQuestion(Fact):
    """One question with the outcome a person expects; `fact` groups rewordings of one thing.

    `accept_any`: exact words, one of which a quote must contain, compared after `fold`.
    """

    id: str
    question: str
    history: tuple[str, ...] = ()
    expect: Expectation
    accept_any: tuple[str, ...] = ()
    fact: str | None = None

    @model_validator(mode="after")
    def _says_what_is_accepted(self) -> LabelledQuestion:
        if (self.expect == "quote") != bool(self.accept_any):
            raise ValueError("accept_any belongs to expect 'quote' and is needed there")
        if not all(fold(accepted) for accepted in self.accept_any):
            raise ValueError("accept_any holds an entry without words, which every quote would contain")
        return self

    def accepts(self, words: str) -> bool:
        """Say whether the words hold one of the accepted answers."""
        folded = fold(words)
        return any(fold(accepted) in folded for accepted in self.accept_any)


def read_questions(path: Path) -> list[LabelledQuestion]:
    """Read a JSON lines file of labelled questions; ids must be unique.

    Raises BrokenQuestions naming file and line. Blank lines are skipped.
    """
    questions: list[LabelledQuestion] = []
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            question = LabelledQuestion.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "line"
            raise BrokenQuestions(path, number, f"{field}: {first['msg']}") from error
        if question.id in seen:
            raise BrokenQuestions(path, number, f"id {question.id!r} is given twice")
        seen.add(question.id)
        questions.append(question)
    return questions


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise BrokenQuestions(path, 0, "no such file") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BrokenQuestions(path, line, f"not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise BrokenQuestions(path, 0, f"cannot be read ({error.strerror})") from error
    return [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]


def questions_sha256(questions: list[LabelledQuestion] | tuple[LabelledQuestion, ...]) -> str:
    """Return the hash that ties a calibration to the questions it was fitted on."""
    rows = json.dumps([question.model_dump(mode="json") for question in questions], sort_keys=True)
    return hashlib.sha256(rows.encode("utf-8")).hexdigest()
