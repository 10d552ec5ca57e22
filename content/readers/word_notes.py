"""Footnotes and endnotes of a Word document: which are shown, and the number each is given."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from content.readers.word_names import all_of, at, below, value

NoteKey = tuple[str, str]  # ("footnote", its w:id)
_SKIPPED = frozenset({"w:del", "w:moveFrom", "mc:Fallback"})
_ROMAN = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
# Chicago Manual of Style: a star, a dagger, a double dagger, a section sign, then each of them twice.
_CHICAGO = "*†‡§"


def numbered(body: Element, settings: Element | None) -> dict[NoteKey, str]:
    """Return the number of every note that the body names, "" for one with a mark of its own.

    Word numbers by order of appearance, footnotes 1, 2, 3 and endnotes i, ii, iii unless the document
    says otherwise. Numbers that begin again on each page are counted through, since pages are not known.
    """
    found: dict[NoteKey, str] = {}
    for kind, usual in (("footnote", "decimal"), ("endnote", "lowerRoman")):
        places = [at(body, f"w:sectPr/w:{kind}Pr"), at(settings, f"w:{kind}Pr")]
        style = next(filter(None, (value(place, "w:numFmt") for place in places)), usual)
        start = next(filter(None, (value(place, "w:numStart") for place in places)), "1")
        written = _FORMATS.get(style, str)
        count = int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 1
        for mark in below(body, _SKIPPED):
            if mark.tag != f"w:{kind}Reference":
                continue
            key = kind, mark.get("w:id", "")
            if mark.get("w:customMarkFollows", "0") not in ("0", "false"):
                found.setdefault(key, "")
            elif key not in found:
                found[key] = written(count)
                count += 1
    return found


def notes(root: Element | None, kind: str) -> dict[NoteKey, Element]:
    """Return the notes of one kind in the file, without the lines that part them from the page."""
    parts = all_of(root, f"w:{kind}")
    return {(kind, part.get("w:id", "")): part for part in parts if part.get("w:type", "normal") == "normal"}


def _roman(number: int) -> str:
    done = ""
    for size, sign in _ROMAN:
        done += sign * (number // size)
        number %= size
    return done


def _letters(number: int) -> str:
    """Return a to z, then aa, bb, cc: as Word counts in letters."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _chicago(number: int) -> str:
    return _CHICAGO[(number - 1) % 4] * ((number - 1) // 4 + 1)


_FORMATS: dict[str, Callable[[int], str]] = {
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "chicago": _chicago,
}
