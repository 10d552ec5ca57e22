"""A line of words while it is read: raised parts become characters, a symbol drawn as a picture stops it."""

from __future__ import annotations

import re
from typing import NamedTuple

from content.normalize import normalize
from content.readers.html_style import Height
from content.transcription import lowered, one_line, raised, without_ligatures

PICTURE = "\ufffc"
# Marks of a new line that stands for a space (br), and for two of them a new paragraph.
BREAK = "\x0b"
_MOST_WORDS = 3
_SYMBOL_LOST = re.compile(rf"[^\W_]\s*{PICTURE}\s*[\d.]|[-‐=<>(]\s*{PICTURE}\s*[\w.]|\w[-‐]{PICTURE}")


def in_height(height: Height, text: str, before: str) -> str:
    """Return raised or lowered text in characters of its own; ValueError where that would change a number.

    A whole remark in small letters above the line is a remark, not an exponent.
    """
    bare = text.strip()
    if len(bare.split()) > _MOST_WORDS and not (before[-1:].isdigit() and bare[:1].isdigit()):
        return f" {text}"
    return (raised if height == "raised" else lowered)(text, before=before)


class _Mark(NamedTuple):
    height: Height | None
    start: int


class Line:
    """Words between two block borders. With `is_strict` ValueError is raised for what no line can show."""

    def __init__(self, *, is_strict: bool) -> None:
        self.text = ""
        self._is_strict = is_strict
        self._marks: list[_Mark] = []
        self._inner: tuple[Height, str] | None = None

    @property
    def is_moved(self) -> bool:
        """Say whether the words that come next are raised or lowered."""
        return any(mark.height for mark in self._marks)

    def add(self, text: str) -> None:
        """Add words as they stand in the source."""
        self.text += text

    def open(self, height: Height | None) -> None:
        """Begin an element inside the line."""
        self._marks.append(_Mark(height, len(self.text)))

    def close(self) -> None:
        """End the innermost element, and lift its words where it lifts them."""
        if not self._marks:
            return
        mark = self._marks.pop()
        if mark.height is None:
            return
        inside, before = self.text[mark.start :], self.text[: mark.start]
        if self.is_moved:
            self._inner = (mark.height, inside)
            return
        self._refuse_nested(mark.height, inside)
        try:
            inside = in_height(mark.height, inside, before[-20:])
        except ValueError:
            if self._is_strict:
                raise
        self.text = before + inside

    def _refuse_nested(self, height: Height, inside: str) -> None:
        """Two marks around the same words are one; a height inside a height has no characters."""
        inner, self._inner = self._inner, None
        if not inner or not inner[1].strip() or not self._is_strict:
            return
        if (height, one_line(inside)) != (inner[0], one_line(inner[1])):
            raise ValueError(f"{one_line(inside)!r} is raised or lowered twice")

    def taken(self, *, keep_lines: bool = False) -> str:
        """Return the words of the line and begin the next one, inside the same elements."""
        while any(mark.height for mark in self._marks):
            # A block border inside a raised element: what stands in front of it is lifted by itself.
            lifted = [mark.height for mark in self._marks]
            while self._marks:
                self.close()
            self._marks = [_Mark(height, 0) for height in lifted]
            break
        text, self.text = normalize(without_ligatures(self.text)), ""
        self._marks = [_Mark(mark.height, 0) for mark in self._marks]
        if self._is_strict and _SYMBOL_LOST.search(text):
            raise ValueError(
                f"a picture stands in place of a symbol ({one_line(text.replace(PICTURE, '▯'))[:60]!r})"
            )
        text = text.replace(PICTURE, "")
        return text.replace(BREAK, "\n").strip("\n") if keep_lines else one_line(text)
