"""What the styles of a Word document make of a run and of a paragraph: raised, hidden, a heading."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from content.readers.word_names import all_of, at, is_on, value

Height = str  # "plain", "raised" or "lowered"; "up" or "down" where only the position says so
_MOST_BASES = 50
_DEEPEST = 6
_NAMED_HEADING = re.compile(r"heading ([1-9])\b")
_NAMED_LIST = re.compile(r"list (?:bullet|number)\b")
_SWITCHES = ("w:vanish", "w:strike", "w:dstrike")
_VALUES = ("w:vertAlign", "w:position", "w:sz", "w:color", "w:highlight")
_HEIGHTS = {"superscript": "raised", "subscript": "lowered"}
# Half-points. Word's own default is 10 points; text of 2 points is not there to be read.
_USUAL_SIZE, _TOO_SMALL = 20, 4
# Of the size of its letters: less than this is fine adjustment, Word's own raising is a quarter or more.
_RAISED_SHARE = 0.15
Marks = dict[str, str]


class Look(NamedTuple):
    """How a run is drawn; `gone` says why it is not to be read, "" when it is."""

    height: Height
    gone: str
    ascii_font: str
    other_font: str


class Styles:
    """The styles and list levels of one document; what stands nearer to the words wins."""

    def __init__(self, styles: Element | None, numbering: Element | None) -> None:
        found = all_of(styles, "w:style")
        self._styles = {style.get("w:styleId", ""): style for style in found}
        usual = [s for s in found if s.get("w:type") == "paragraph" and s.get("w:default") in ("1", "true")]
        self._usual = usual[0].get("w:styleId", "") if usual else ""
        defaults = at(styles, "w:docDefaults/w:rPrDefault/w:rPr")
        self._defaults = marks_of(defaults)
        self._unmarked = _unmarked_levels(numbering)
        self._marks: dict[str, Marks] = {}
        self._pairs: dict[tuple[str, str], Marks] = {}

    def look(self, run: Element, paragraph: Element, *, on_page: bool) -> Look:
        """Return how a run of a paragraph is drawn; `on_page` says that the white page is behind it."""
        own = at(run, "w:rPr")
        marks = self._styled(self.style_of(paragraph), value(own, "w:rStyle") or "")
        if own is not None:
            marks = {**marks, **marks_of(own)}
        gone = "hidden" if _is_hidden(marks) else ""
        if not gone and on_page and marks.get("w:color", "").upper() == "FFFFFF":
            gone = "" if self._is_shaded(marks, paragraph) else "hidden"
        if not gone and (marks.get("w:strike") or marks.get("w:dstrike")):
            gone = "struck out"
        return Look(_height(marks), gone, marks.get("ascii", ""), marks.get("hAnsi", ""))

    def style_of(self, paragraph: Element) -> str:
        """Return the id of a paragraph's style."""
        return value(paragraph, "w:pPr/w:pStyle") or self._usual

    def names(self, style: str) -> list[str]:
        """Return the name of a style and of those it is based on, as every language of Word stores them."""
        return [(value(base, "w:name") or "").lower() for base in self._bases(style)]

    def level(self, paragraph: Element) -> int:
        """Return the level of a heading, 0 for other text: by its outline, then by its styles."""
        outline = value(paragraph, "w:pPr/w:outlineLvl")
        if outline is not None:
            return _level(outline)
        for base in self._bases(self.style_of(paragraph)):
            outline = value(base, "w:pPr/w:outlineLvl")
            name = (value(base, "w:name") or "").lower()
            named = _NAMED_HEADING.match(name)
            if outline is not None or named or name == "title":
                return (
                    _level(outline) if outline is not None else min(int(named[1]) if named else 1, _DEEPEST)
                )
        return 0

    def is_item(self, paragraph: Element) -> bool:
        """Say whether a paragraph is an item of a list that Word marks with a number or a bullet."""
        style = self.style_of(paragraph)
        for owner in (paragraph, *self._bases(style)):
            number = value(owner, "w:pPr/w:numPr/w:numId")
            if number is not None:
                level = value(owner, "w:pPr/w:numPr/w:ilvl") or "0"
                return number not in ("", "0") and (number, level) not in self._unmarked
        return any(_NAMED_LIST.match(name) for name in self.names(style))

    def _bases(self, style: str) -> list[Element]:
        found: list[Element] = []
        while style in self._styles and len(found) < _MOST_BASES:
            found.append(self._styles[style])
            style = value(found[-1], "w:basedOn") or ""
        return found

    def _styled(self, paragraph_style: str, run_style: str) -> Marks:
        """Return what both styles say; a switch that both turn is turned back (ISO/IEC 29500-1, 17.7.3)."""
        pair = paragraph_style, run_style
        if pair not in self._pairs:
            below, above = self._all_marks(paragraph_style), self._all_marks(run_style)
            merged = {**self._defaults, **below, **above}
            for switch in _SWITCHES:
                turned = bool(below.get(switch)) != bool(above.get(switch))
                merged[switch] = "on" if turned else ""
            self._pairs[pair] = merged
        return self._pairs[pair]

    def _all_marks(self, style: str) -> Marks:
        if style not in self._marks:
            merged: Marks = {}
            for base in reversed(self._bases(style)):
                merged |= marks_of(at(base, "w:rPr"))
            self._marks[style] = merged
        return self._marks[style]

    def _is_shaded(self, marks: Marks, paragraph: Element) -> bool:
        if marks.get("w:highlight", "none") != "none" or marks.get("shade"):
            return True
        owners = (paragraph, *self._bases(self.style_of(paragraph)))
        return any(_shade(at(owner, "w:pPr/w:shd")) for owner in owners)


def marks_of(properties: Element | None) -> Marks:
    """Return the marks that matter of a w:rPr, "" for a switch that is turned off."""
    found: Marks = {}
    for mark in () if properties is None else properties:
        if mark.tag in _SWITCHES:
            found[mark.tag] = "on" if is_on(mark) else ""
        elif mark.tag in _VALUES:
            found[mark.tag] = mark.get("w:val", "")
        elif mark.tag == "w:shd":
            found["shade"] = _shade(mark)
        elif mark.tag == "w:rFonts":
            for script in ("ascii", "hAnsi"):
                font = "" if f"w:{script}Theme" in mark.attrib else mark.get(f"w:{script}")
                if font is not None:
                    found[script] = font
    return found


def _height(marks: Marks) -> Height:
    aligned = _HEIGHTS.get(marks.get("w:vertAlign", ""))
    if aligned:
        return aligned
    position = _number(marks.get("w:position"), 0)
    if abs(position) <= _RAISED_SHARE * _number(marks.get("w:sz"), _USUAL_SIZE):
        return "plain"
    return "up" if position > 0 else "down"


def _is_hidden(marks: Marks) -> bool:
    return bool(marks.get("w:vanish")) or _number(marks.get("w:sz"), _USUAL_SIZE) <= _TOO_SMALL


def _shade(mark: Element | None) -> str:
    fill = "" if mark is None else mark.get("w:fill", "").upper()
    return "" if fill in ("AUTO", "FFFFFF") else fill


def _level(outline: str) -> int:
    number = _number(outline, 9)
    return min(number + 1, _DEEPEST) if 0 <= number <= 8 else 0


def _number(text: str | None, otherwise: int) -> int:
    # "6pt" is the strict form of twelve half-points.
    found = re.fullmatch(r"(-?\d{1,4})(?:\.\d+)?(pt)?", text or "")
    return int(found[1]) * (2 if found[2] else 1) if found else otherwise


def _unmarked_levels(numbering: Element | None) -> frozenset[tuple[str, str]]:
    """Return (list, level) of those that draw neither number nor bullet."""
    plain = {
        (kind.get("w:abstractNumId", ""), level.get("w:ilvl", "0"))
        for kind in all_of(numbering, "w:abstractNum")
        for level in all_of(kind, "w:lvl")
        if value(level, "w:numFmt") == "none" and not value(level, "w:lvlText")
    }
    return frozenset(
        (number.get("w:numId", ""), level)
        for number in all_of(numbering, "w:num")
        for kind, level in plain
        if value(number, "w:abstractNumId") == kind
    )
