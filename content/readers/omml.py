"""Equations of Word (OMML) to one line of text, or an error: a formula is right or it is not taken."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from xml.etree.ElementTree import Element

from content.readers.word_names import all_of, at
from content.transcription import lowered, raised

_ROWS = frozenset("m:oMath m:oMathPara m:e m:sup m:sub m:num m:den m:box w:ins w:moveTo w:smartTag".split())
_NOTHING = re.compile(
    r"m:\w+Pr|w:(?:bookmarkStart|bookmarkEnd|proofErr|rPr|lastRenderedPageBreak|comment\w+)"
)
_MOVES: dict[str, Callable[..., str]] = {"m:sup": raised, "m:sub": lowered}
_SCRIPTS = {"m:sSup": ("m:sup",), "m:sSub": ("m:sub",), "m:sSubSup": ("m:sub", "m:sup")}
# One number or name: around anything else a fraction on one line would need brackets.
_SINGLE = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
# Function application, invisible times, separator and plus (U+2061 to U+2064), and no-width spaces.
_INVISIBLE = re.compile("[\u2061-\u2064\u200b]")


def formula(equation: Element) -> str:
    """Return an equation as a line of text: 10⁶ for a raised 6, 1/2 for a fraction of two numbers.

    Raises ValueError for what a line cannot show (sums, roots, matrices, fractions of more than two
    numbers or names, letters that have no raised form), and when a digit would not stand in the line.
    Source: ISO/IEC 29500-1, section 22.1; only the elements named here are taken.
    """
    line = _INVISIBLE.sub("", _line(equation))
    if _digits(line) != _digits("".join(text.text or "" for text in equation.iter("m:t"))):
        raise ValueError(f"a number of the formula {line!r} would be lost")
    return line


def _digits(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isdigit())


def _line(element: Element) -> str:
    if element.tag == "m:r":
        return "".join(text.text or "" for text in all_of(element, "m:t"))
    if element.tag in _ROWS:
        return _row(element)
    if element.tag in _SCRIPTS:
        return _scripts(element)
    if element.tag == "m:f":
        return _fraction(element)
    if element.tag == "m:d":
        return _delimited(element)
    raise ValueError(f"a formula holds <{element.tag}>, which no line of text can show")


def _row(element: Element) -> str:
    row, before = "", ""
    for part in element:
        if _NOTHING.fullmatch(part.tag):
            continue
        line = _line(part)
        # "2" and a half drawn side by side would become "21/2".
        if "m:f" in (part.tag, before) and row[-1:].isalnum() and line[:1].isalnum():
            raise ValueError(f"a formula holds {row!r} and {line!r} side by side")
        row, before = row + line, part.tag
    return row


def _part(element: Element, name: str) -> str:
    part = at(element, name)
    if part is None:
        raise ValueError(f"a formula holds <{element.tag}> without <{name}>")
    return _line(part)


def _scripts(element: Element) -> str:
    row = _part(element, "m:e")
    for name in _SCRIPTS[element.tag]:
        inside = _part(element, name).strip()
        moved = _MOVES[name](inside, before=row)
        if set(moved) & set(inside) - {" "}:
            raise ValueError(f"{inside!r} behind {row!r} has no raised or lowered form")
        row += moved
    return row


def _fraction(element: Element) -> str:
    kind = at(element, "m:fPr/m:type")
    parts = [_part(element, name).strip() for name in ("m:num", "m:den")]
    if (kind is not None and kind.get("m:val") == "noBar") or not all(map(_SINGLE.fullmatch, parts)):
        raise ValueError(f"a formula holds {' over '.join(parts)!r}, which no line of text can show")
    return "/".join(parts)


def _delimited(element: Element) -> str:
    marks = {"m:begChr": "(", "m:endChr": ")"}
    for name in marks:
        found = at(element, f"m:dPr/{name}")
        if found is not None:
            marks[name] = found.get("m:val", "")
    if len(all_of(element, "m:e")) != 1:
        raise ValueError("a formula holds brackets around several parts")
    return marks["m:begChr"] + _part(element, "m:e") + marks["m:endChr"]
