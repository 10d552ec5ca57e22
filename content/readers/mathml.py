"""MathML to one line of text, or an error: a formula is right or it is not taken."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from content.readers.xml_tree import local
from content.transcription import lowered, one_line, raised

_TOKENS = frozenset("mi mn mo mtext ms".split())
_ROWS = frozenset("math mrow mstyle mpadded merror".split())
_NOTHING = frozenset("none mprescripts mspace maligngroup malignmark".split())
# Operators nobody sees: function application, invisible times, separator and plus (U+2061 to U+2064).
_INVISIBLE = re.compile("[\u2061-\u2064\u200b]")
_ACCENTS = {
    "˙": "\u0307", ".": "\u0307", "¨": "\u0308", "¯": "\u0304", "‾": "\u0304", "_": "\u0304",
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "→": "\u20d7",
}  # fmt: skip


def linear(element: Element) -> str:
    """Return a formula as a line of text: x² for a raised 2, ¹²⁹Xe for a mass number in front.

    Raises ValueError for what a line cannot say (matrices, fractions of more than two numbers or
    names, limits), and when a digit of the formula would not stand in the line.
    Source: MathML Core, W3C; only the elements named here are taken.
    """
    line = one_line(_INVISIBLE.sub("", _line(element)))
    if _digits(line) != _digits("".join(element.itertext())):
        raise ValueError(f"a number of the formula {line!r} would be lost")
    return line


def _digits(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isdigit())


def _line(element: Element) -> str:
    name = local(element)
    parts = list(element)
    if name in _TOKENS:
        if parts:
            raise ValueError(f"a formula holds <{name}> with other elements inside")
        # White space at the ends of a token is not drawn; a thin space is none, to XML.
        return (element.text or "").strip(" \t\r\n")
    if name in _ROWS:
        return _row(map(_line, parts))
    if name in _NOTHING:
        return ""
    if name == "semantics":
        return _line(parts[0]) if parts else ""
    shape = _SHAPES.get(name)
    if shape is None:
        raise ValueError(f"a formula holds <{name}>, which no line of text can show")
    return shape(parts)


def _row(lines: Iterator[str]) -> str:
    row = ""
    for line in lines:
        if row[-1:].isdigit() and line[:1].isdigit():
            raise ValueError(f"two numbers of a formula would run together ({row!r} and {line!r})")
        row += line
    return row


def _script(parts: list[Element], *moves: object) -> str:
    if len(parts) != 1 + len(moves):
        raise ValueError("a formula holds a base without what belongs to it")
    row = _line(parts[0])
    for part, move in zip(parts[1:], moves, strict=True):
        row += raised(_line(part), before=row) if move is raised else lowered(_line(part), before=row)
    return row


def _fraction(parts: list[Element]) -> str:
    if len(parts) != 2 or not all(_is_single(part) for part in parts):
        raise ValueError("a formula holds a fraction that no line of text can show")
    return f"{_line(parts[0])}/{_line(parts[1])}"


def _root(parts: list[Element]) -> str:
    if len(parts) != 1 or not _is_single(parts[0]):
        raise ValueError("a formula holds a root that no line of text can show")
    return f"√{_line(parts[0])}"


def _over(parts: list[Element]) -> str:
    base, mark = (_line(part) for part in parts) if len(parts) == 2 else ("", "")
    if len(base) != 1 or mark not in _ACCENTS:
        raise ValueError(f"a formula holds {mark!r} above {base!r}, which no line of text can show")
    return unicodedata.normalize("NFC", base + _ACCENTS[mark])


def _multiscripts(parts: list[Element]) -> str:
    """Return a base with scripts on both sides: pairs of (lowered, raised), those in front come last."""
    names = [local(part) for part in parts]
    cut = names.index("mprescripts") if "mprescripts" in names else len(parts)
    behind, before = parts[1:cut], parts[cut + 1 :]
    if not parts or len(behind) % 2 or len(before) % 2:
        raise ValueError("a formula holds a base without what belongs to it")
    row = "".join(raised(_line(up)) + lowered(_line(down)) for down, up in _pairs(before)) + _line(parts[0])
    for down, up in _pairs(behind):
        row += lowered(_line(down), before=row)
        row += raised(_line(up), before=row)
    return row


def _pairs(parts: list[Element]) -> Iterator[tuple[Element, Element]]:
    yield from zip(parts[::2], parts[1::2], strict=True)


def _is_single(element: Element) -> bool:
    """Say whether an element is one number or name, so that nothing needs brackets around it."""
    while local(element) in _ROWS and len(element) == 1:
        element = element[0]
    return local(element) in ("mi", "mn") and not len(element)


_SHAPES = {
    "msup": lambda parts: _script(parts, raised),
    "msub": lambda parts: _script(parts, lowered),
    "msubsup": lambda parts: _script(parts, lowered, raised),
    "mfrac": _fraction,
    "msqrt": _root,
    "mover": _over,
    "mmultiscripts": _multiscripts,
}
