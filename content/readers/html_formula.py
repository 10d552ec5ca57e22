"""The formulas of a page as one line of text."""

from __future__ import annotations

from xml.etree import ElementTree

from content.readers.html_tree import Element
from content.readers.mathml import linear

_MOST_DEPTH = 30
_SOURCES = frozenset({"annotation", "annotation-xml"})


def formula(element: Element) -> str:
    """Return a math element as text; raises ValueError where no line can show it."""
    return linear(_copied(element, 0))


def _copied(element: Element, depth: int) -> ElementTree.Element:
    if depth > _MOST_DEPTH:
        raise ValueError("a formula is nested too deeply for a line of text")
    copy = ElementTree.Element(element.tag)
    for child in element.children:
        if isinstance(child, Element):
            if child.tag not in _SOURCES:
                copy.append(_copied(child, depth + 1))
        elif len(copy):
            copy[-1].tail = (copy[-1].tail or "") + child
        else:
            copy.text = (copy.text or "") + child
    return copy
