"""Stored answers checked again, by anyone, at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from assistant.citation import mismatch
from assistant.schema import Answer
from content.schema import Document, Fact


class Verdict(Fact):
    """What became of one stored answer; `problems` is empty when every quote still holds."""

    line: int
    receipt: str | None = None
    quotes: int = 0
    problems: tuple[str, ...] = ()


def verify_lines(lines: Iterable[str], documents: Mapping[str, Document]) -> list[Verdict]:
    """Check stored answers, one JSON object a line, against the stored documents.

    A line that is no answer, a changed document, a shifted offset or a changed word is a problem;
    nothing is repaired. Blank lines are skipped.
    """
    return [_verdict(n, line, documents) for n, line in enumerate(lines, 1) if line.strip()]


def _verdict(number: int, line: str, documents: Mapping[str, Document]) -> Verdict:
    try:
        answer = Answer.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "answer"
        return Verdict(line=number, problems=(f"{field}: {first['msg']}",))
    found = (mismatch(citation, documents.get(citation.document_id)) for citation in answer.citations)
    problems = tuple(problem for problem in found if problem)
    return Verdict(line=number, receipt=answer.receipt, quotes=len(answer.citations), problems=problems)
