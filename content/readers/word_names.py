"""Short names for the elements of a Word document, and which of them hold words that are shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

# Both forms of ISO/IEC 29500: transitional, which Word writes, and strict.
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
}
WORDS = frozenset({"w:t", "w:delText", "m:t", "a:t"})
_OFF = frozenset({"0", "false", "off", "none"})


def with_short_names(root: Element) -> Element:
    """Rename every element and attribute below `root` to "w:p", whatever prefix the file uses."""
    for element in root.iter():
        element.tag = _short(element.tag)
        if element.attrib:
            element.attrib = {_short(key): value for key, value in element.attrib.items()}
    return root


def all_of(element: Element | None, name: str) -> list[Element]:
    """Return the children of a name; none of nothing."""
    return [] if element is None else [child for child in element if child.tag == name]


def at(element: Element | None, path: str) -> Element | None:
    """Return the first element down a path of children: "w:pPr/w:rPr"; None where the path ends."""
    for name in path.split("/"):
        element = next(iter(all_of(element, name)), None)
    return element


def value(element: Element | None, path: str) -> str | None:
    """Return the w:val at the end of a path, None where the path ends before."""
    found = at(element, path)
    return None if found is None else found.get("w:val", "")


def is_on(element: Element | None) -> bool:
    """Say whether a switch such as <w:vanish/> stands and is not switched off."""
    return element is not None and element.get("w:val", "1") not in _OFF


def holds_words(element: Element) -> bool:
    """Say whether any words stand below an element."""
    return any(below.tag in WORDS and below.text for below in element.iter())


def chosen(alternatives: Element) -> list[Element]:
    """Return the content of mc:AlternateContent, which says the same several times, once.

    The first choice that holds words is taken; without one, the fallback.
    """
    branches = [branch for branch in alternatives if branch.tag in ("mc:Choice", "mc:Fallback")]
    with_words = [branch for branch in branches if holds_words(branch)]
    return list(with_words[0]) if with_words else []


def mark_is_gone(paragraph: Element) -> bool:
    """Say whether the end of a paragraph is deleted or hidden, so that the next one follows on its line.

    Not so the "style separator" of Word, which only draws two paragraphs side by side.
    """
    marks = at(paragraph, "w:pPr/w:rPr")
    if at(marks, "w:del") is not None or at(marks, "w:moveFrom") is not None:
        return True
    return is_on(at(marks, "w:vanish")) and not is_on(at(marks, "w:specVanish"))


def below(element: Element, stop: frozenset[str]) -> Iterator[Element]:
    """Yield the elements below one in order, without those under a name of `stop`."""
    for child in element:
        yield child
        if child.tag not in stop:
            yield from below(child, stop)


@cache
def _short(name: str) -> str:
    namespace, brace, local = name.rpartition("}")
    prefix = _PREFIXES.get(namespace.lstrip("{")) if brace else None
    return f"{prefix}:{local}" if prefix else name
