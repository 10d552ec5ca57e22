"""Sources of a notation a person can read, and an extractor that takes them word for word.

title: Cord cells in lupus          facts of the extract, in any order
doi: 10.1000/lupus

# Results                           a heading, "- " an item, anything else a paragraph
Pain fell.
=====                               the next document of the same file
"""

from __future__ import annotations

import re
from pathlib import Path

from content.errors import SourceRefused
from content.extract import Extract, LeftOut, Piece
from content.schema import StudyHints

_FACT = re.compile(r"(?m)^([a-z]+): (.*)\n")


def extracted(path: Path, *, name: str | None = None) -> tuple[Extract, ...]:
    """Return the documents of a file in that notation; one that holds REFUSE is refused."""
    text = path.read_text("utf-8")
    if "REFUSE" in text:
        raise SourceRefused(name or path.name, "it says so")
    return tuple(_extract(part.strip("\n") + "\n") for part in text.split("\n=====\n"))


def _extract(text: str) -> Extract:
    facts = dict(_FACT.findall(text))

    def told(*names: str) -> dict[str, str]:
        return {name: facts[name] for name in names if name in facts}

    hints = told("participants", "registered")
    given = {
        "format": facts.get("format", "html"), "title": facts.get("title", "A page"),
        "pieces": [_piece(line) for line in _FACT.sub("", text).splitlines() if line.strip()],
        "source": told("url", "doi", "published", "publisher"),
        "hints": StudyHints.model_validate(hints) if hints else None,
        "left_out": [LeftOut(why="hidden", text=facts["hidden"])] if "hidden" in facts else [],
    }  # fmt: skip
    return Extract.model_validate(given | told("kind", "speaker", "retracted", "concern"))


def _piece(line: str) -> Piece:
    marks = re.match(r"(#+) ", line)
    if marks:
        return Piece(kind="heading", text=line[marks.end() :].strip(), level=len(marks[1]))
    return Piece(kind="item" if line.startswith("- ") else "paragraph", text=line.removeprefix("- ").strip())
