"""Free text of the trial registry, Markdown with few marks, to paragraphs and items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.extract import Piece
from content.transcription import one_line, without_ligatures

_ITEM = re.compile(r"\s*[*•·‣-]\s+(?P<words>\S.*)")
_HEADING = re.compile(r"\s*#{1,6}\s+(?P<words>\S.*)")
# A backslash in front of a mark says that the mark is meant: "\<126 mg/dl" is "<126 mg/dl".
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!<>~^|&$%@=:;,?/'\"-])")


def unescaped(text: str) -> str:
    """Return text as the registry's page shows it, its escaped marks bare."""
    return _ESCAPED.sub(r"\1", text)


def registry_pieces(text: str) -> Iterator[Piece]:
    """Yield the paragraphs and items of a field; a blank line ends one, an item mark starts another.

    Item marks are markup, numbers in front of a line are words. Lines that follow an item without a
    blank line belong to it.
    """
    kind, lines = "paragraph", list[str]()
    for line in (*text.splitlines(), ""):
        item = _ITEM.fullmatch(line)
        if item or not line.strip() or _numbered(line):
            yield from _piece(kind, lines)
            kind, lines = "item" if item or _numbered(line) else "paragraph", []
        words = item["words"] if item else line
        heading = _HEADING.fullmatch(words)
        lines.append(heading["words"] if heading else words)


def _numbered(line: str) -> bool:
    return bool(re.match(r"\s*(?:\d{1,2}|[a-z])[.)]\s+\S", line))


def _piece(kind: str, lines: list[str]) -> Iterator[Piece]:
    words = without_ligatures(one_line(unescaped(" ".join(lines))))
    if words:
        yield Piece.model_validate({"kind": kind, "text": words})
