"""Questions from a file, one JSON object a line."""

from __future__ import annotations

from pathlib import Path

from pydantic import ConfigDict, ValidationError

from assistant.errors import CannotRead
from content.schema import Fact


class AskedLine(Fact):
    """One line of `--from`: `question`, optionally `history`; other keys are
    ignored, so that a file of labelled questions can be asked as it is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    history: tuple[str, ...] = ()


def asked_lines(path: Path) -> list[AskedLine]:
    """Return every line, in order; blank lines are skipped.

    The whole file is read before the first question is asked, so that a broken line 900 does not
    leave 899 answers behind. Raises CannotRead naming the line.
    """
    command = "faq ask --from FILE"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(path, "cannot be read as text", command) from error
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(AskedLine.model_validate_json(line))
        except ValidationError as error:
            reason = f'line {number} is not {{"question": "…"}} ({error.errors()[0]["msg"]})'
            raise CannotRead(path, reason, command) from error
    return found
