"""What an element of a page begins: a block or words inside one, of which kind, level and height."""

from __future__ import annotations

from typing import NamedTuple

from content.extract import PieceKind
from content.readers.html_markup import BLOCK_TAGS
from content.readers.html_style import LONGEST_STYLED, Height, height, is_block
from content.readers.html_tree import Element

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_ITEMS = frozenset("li dt dd".split())
_SECTIONS = frozenset("main article section".split())
# Drawn inside a line or not at all: leaving them out ends no sentence.
_IN_LINE = frozenset(
    "audio br button canvas datalist iframe input link meta noscript object rp rt select svg textarea "
    "video".split()
)
_UNSEEN = frozenset("link meta rp rt".split())


class Page(NamedTuple):
    """The main parts of a page; `above` leads to them, `keeps` is what no name takes away; all by id()."""

    parts: frozenset[int]
    above: frozenset[int]
    keeps: frozenset[int]


class Frame(NamedTuple):
    """The block that words stand in; `is_sectioned` is true inside a main part, an article or a section."""

    kind: PieceKind
    level: int
    is_inside: bool
    is_sectioned: bool

    def below(self, element: Element, page: Page | None) -> Frame:
        """Return the frame of what stands inside an element of this one."""
        kind, level = self.kind, self.level
        if heading := _level(element):
            kind, level = "heading", heading
        elif element.tag in _ITEMS and not level:
            kind = "item"
        return Frame(
            kind, level,
            self.is_inside or (page is not None and id(element) in page.parts),
            self.is_sectioned or element.tag in _SECTIONS,
        )  # fmt: skip


def is_block_element(element: Element) -> bool:
    """Say whether an element has lines of its own."""
    return element.tag in BLOCK_TAGS or is_block(element.style)


def gap(element: Element) -> str | None:
    """Return what an element that is left out leaves in its line, None where it ends the line."""
    if element.tag in _UNSEEN:
        return ""
    if element.tag in _IN_LINE and not is_block(element.style):
        return " "
    return None if is_block_element(element) else ""


def height_of(element: Element) -> Height | None:
    """Say whether an element lifts or lowers its words."""
    if element.tag not in ("sup", "sub") and element.characters > LONGEST_STYLED:
        return None
    return height(element.tag, element.classes, element.style)


def is_number_link(element: Element) -> bool:
    """Say whether an element is the number of a note or a reference, which leads to its place below."""
    is_link = element.tag == "a" and element.attributes.get("href", "").startswith("#")
    return is_link and element.words().strip().isdigit()


def _level(element: Element) -> int:
    if element.attributes.get("role") == "heading":
        level = element.attributes.get("aria-level", "2")
        return int(level) if level in "123456" and len(level) == 1 else 2
    return _LEVELS.get(element.tag, 0)
