"""Answers that somebody stored: a file of JSON lines, a single one, or a folder of such files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from assistant.errors import CannotRead
from assistant.schema import Answer
from content.schema import Fact

_SUFFIXES = (".json", ".jsonl")


class StoredAnswer(Fact):
    """One place that should hold an answer; what stands there is read, never believed.

    `answer` is None where it is none, and `problem` says why.
    """

    file: str
    line: int
    answer: Answer | None = None
    problem: str | None = None


def stored_answers(path: Path, command: str) -> list[StoredAnswer]:
    """Return what stands in a file, or in every *.json and *.jsonl below a folder, in order of names.

    A file is one answer on as many lines as it likes, or one answer a line; blank lines are skipped.
    Raises CannotRead for a file that is no text, and for a folder without files; a file of a folder
    that is no text is a problem of that file alone.
    """
    if not path.is_dir():
        try:
            return read_answers(path.read_text("utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise CannotRead(path, "cannot be read as text", command) from error
    files = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
    if not files:
        raise CannotRead(path, f"no file in it ends with {' or '.join(_SUFFIXES)}", command)
    return [found for file in files for found in _in_folder(file)]


def read_answers(text: str, file: str) -> list[StoredAnswer]:
    """Return the answers of a file's text."""
    return [_read(file, number, piece) for number, piece in _pieces(text)]


def _in_folder(file: Path) -> list[StoredAnswer]:
    try:
        return read_answers(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeDecodeError):
        return [StoredAnswer(file=str(file), line=1, problem="answer: cannot be read as text")]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    # An object that is spread over lines opens with a line that no whole answer can be.
    if lines and lines[0][1].strip() == "{":
        yield lines[0][0], text
    else:
        yield from lines


def _read(file: str, number: int, text: str) -> StoredAnswer:
    try:
        return StoredAnswer(file=file, line=number, answer=Answer.model_validate_json(text))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "answer"
        return StoredAnswer(file=file, line=number, problem=f"{field}: {first['msg']}")
