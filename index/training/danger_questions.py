"""Questions that people wrote to show what danger sounds like, and what only sounds like it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple, get_args

from index.danger_errors import BadDangerQuestions

QUESTIONS = Path(__file__).with_name("dangers")
Kind = Literal["emergency", "crisis", "advice", "ordinary", "controls"]
URGENT_KINDS: frozenset[Kind] = frozenset({"emergency", "crisis"})


class Written(NamedTuple):
    """A question, what it is, and who wrote it."""

    text: str
    kind: Kind
    writer: str


def read_written(folder: Path = QUESTIONS) -> list[Written]:
    """Return every line of every writer's five files, in order; "\\n" in a line is a line break.

    Raises BadDangerQuestions where a writer lacks a file, a file is no text or holds nothing, or there
    are fewer than two writers: thresholds are taken from writers that were kept out.
    """
    writers = sorted(
        path for path in folder.glob("*") if path.is_dir() and not path.name.startswith(("_", "."))
    )
    if len(writers) < 2:
        raise BadDangerQuestions(folder, f"{len(writers)} writer(s), two are needed")
    return [one for writer in writers for kind in get_args(Kind) for one in _lines(writer, kind)]


def _lines(writer: Path, kind: Kind) -> list[Written]:
    path = writer / f"{kind}.txt"
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadDangerQuestions(path, "cannot be read as text") from error
    found = [Written(line.replace("\\n", "\n"), kind, writer.name) for line in lines if line.strip()]
    if not found:
        raise BadDangerQuestions(path, "holds no question")
    return found
