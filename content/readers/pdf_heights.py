"""Raised and lowered letters as characters of their own, and what no characters in a row can show."""

from __future__ import annotations

import re
import unicodedata

from content.readers.pdf_glyphs import UNREADABLE, Glyph
from content.readers.pdf_runs import Run
from content.transcription import lowered, raised

# Raised "1,*" is a reference and a mark: only a comma between digits may belong to a number.
_MOVED_PARTS = re.compile(r"\d+(?:[.,:·]\d+)*|[.,:·]|[^\d.,:·]+|.")
_BACKWARDS = ("R", "AL")
_MATH_FONT = re.compile("CMEX|CMSY|CMMI|MSAM|MSBM|Math|MTEX|MTSY|txex|pxex", re.IGNORECASE)


def moved_text(run: Run, words: str, before: str, moved: dict[int, str]) -> str:
    """Return the words of a raised or lowered run in characters of their own."""
    move = raised if run.height == "raised" else lowered
    lead = words[: len(words) - len(words.lstrip())]
    if lead:
        before = f"{before} "
    inside = words.strip()
    try:
        text = move(inside, before=before)
    except ValueError:
        parts = _MOVED_PARTS.findall(inside)
        # "1,*" behind a name is two marks; a comma behind a digit at the end could go on below.
        if before[-1:].isdigit() or parts[-1] in ".,:·":
            raise
        text = "".join(part if part in ".,:·" else move(part, before=before) for part in parts)
    plain = [glyph for glyph in run.glyphs if len(glyph.text) == 1]
    shown = text.replace(" ", "")
    if len(shown) == len(plain) == len(run.glyphs):
        moved.update((glyph.at, character) for glyph, character in zip(plain, shown, strict=True))
    return lead + text


def why_unreadable(glyph: Glyph) -> str:
    """Return why a character cannot be taken, "" for most."""
    code = ord(glyph.text[0])
    if glyph.text == UNREADABLE or 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        return "formula" if _MATH_FONT.search(glyph.style.font) else "unreadable"
    return "backwards" if unicodedata.bidirectional(glyph.text[0]) in _BACKWARDS else ""


def why_stacked(part: list[Run]) -> str:
    """Tell of digits right above digits, which may be a fraction as well as two marks of one letter."""
    moved = [run for run in part if run.host is not None]
    for above in moved:
        for below in moved:
            if above.height == "raised" and below.height == "lowered":
                apart = abs(above.left + above.right - below.left - below.right) / 2
                digits = all(glyph.text.isdigit() for run in (above, below) for glyph in run.glyphs)
                if digits and apart < 0.12 * above.size:
                    return "formula"
    return ""
