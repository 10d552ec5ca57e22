"""A block of a page: a paragraph, a heading, an item of a list, or a table."""

from __future__ import annotations

import re
from typing import NamedTuple

from content.readers.pdf_grids import Cells
from content.readers.pdf_lines import Line

_CAPTION = re.compile(
    r"(?:supplementary |suppl\. |online )?"
    r"(?:fig(?:ure|\.)?|(?P<table>table|tab\.)|box|scheme|chart)\s*[\dSIVX]",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[.?!]\s.*[.?!]$|\.$", re.DOTALL)
# A heading has few words; it is larger than the words by this share, or bold.
_LONGEST_HEADING, _MOST_LINES, _LARGER = 250, 5, 1.08


class Block(NamedTuple):
    """Lines that belong together, or the rows of a table; `leaf` tells the column they stand in."""

    lines: list[Line]
    page: int
    leaf: int
    rows: Cells | None = None
    why_not: str = ""
    note: bool = False
    # What names a table, above or below it.
    caption: tuple[Line, ...] = ()

    @property
    def first(self) -> Line:
        """Its first line."""
        return self.lines[0]

    @property
    def size(self) -> float:
        """The size of its letters."""
        return self.first.words.size

    @property
    def raw(self) -> str:
        """Its lines as they stand."""
        return "\n".join(line.text for line in self.lines)

    @property
    def is_caption(self) -> bool:
        """Tell whether it names a figure or a table."""
        return bool(self.lines) and bool(_CAPTION.match(self.first.text))

    @property
    def names_table(self) -> bool:
        """Tell whether it is the caption of a table."""
        found = _CAPTION.match(self.first.text) if self.rows is None and not self.why_not else None
        return bool(found and found["table"])

    @property
    def is_table(self) -> bool:
        """Tell whether it is a table, read or not."""
        return self.rows is not None or self.why_not == "table"

    @property
    def is_spoilt(self) -> bool:
        """Tell whether it is words in a row that cannot be taken: what goes on with them cannot, either."""
        return bool(self.why_not) and self.why_not != "table"

    @property
    def floats(self) -> bool:
        """Tell whether it may stand in the middle of a paragraph that goes on behind it."""
        return self.rows is not None or bool(self.why_not) or self.is_caption

    def is_heading(self, body: float) -> bool:
        """Tell whether it is set as a heading: few words, larger or bold throughout."""
        if (
            self.floats
            or self.first.bullet
            or len(self.lines) > _MOST_LINES
            or len(self.raw) > _LONGEST_HEADING
        ):
            return False
        if self.raw[-1] in ",;" or not any(map(str.isalpha, self.raw)):
            return False
        # In bold letters of the size of the words, whole sentences are words.
        bold = all(line.words.bold for line in self.lines) and not _SENTENCES.search(self.raw)
        return self.size > _LARGER * body or bold
