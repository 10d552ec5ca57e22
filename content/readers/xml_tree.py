"""XML of a stranger to a tree: nothing is loaded, nothing expanded, and depth and size have an end."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from content.encodings import decoded
from content.errors import SourceRefused

MOST_DEPTH = 100
MOST_ELEMENTS = 100_000
_DECLARED = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NOT_SHOWN = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[|\]\]>", re.DOTALL)


class _TooLarge(ValueError):
    pass


class _Bounded(TreeBuilder):
    """A tree that stops growing: a file nested or split without end is refused while it is read."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MOST_DEPTH:
            raise _TooLarge(f"elements are nested more than {MOST_DEPTH} deep")
        if self._elements > MOST_ELEMENTS:
            raise _TooLarge(f"more than {MOST_ELEMENTS:,} elements; cut it into parts")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parsed(data: bytes, name: str) -> Element:
    """Return the root element of an XML file.

    The DOCTYPE line that PubMed and PMC files carry is read over: what it names is not loaded, and a
    file that declares an entity of its own, or uses one that only the unloaded DTD knows, is refused.
    """
    # Every element has a "<" in any encoding: counting them costs nothing, parsing two million seconds.
    if data.count(b"<") > 3 * MOST_ELEMENTS:
        raise SourceRefused(name, f"more than {MOST_ELEMENTS:,} elements; cut it into parts")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException as error:
        raise SourceRefused(name, f"it declares or loads entities ({type(error).__name__})") from error
    except ParseError as error:
        raise SourceRefused(name, f"it is not well-formed XML ({error})") from error
    except (_TooLarge, LookupError, ValueError) as error:
        raise SourceRefused(name, f"it cannot be read as XML ({error})") from error
    if not isinstance(root, Element):
        raise SourceRefused(name, "it holds no XML element")
    return root


def source_text(data: bytes, name: str) -> str:
    """Return the characters of an XML file as they stand, for a second and simpler reading."""
    declared = _DECLARED.search(data)
    text = decoded(data, declared=declared[1].decode("ascii") if declared else None, name=name)
    return _NOT_SHOWN.sub("", text)


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element, *names: str) -> list[Element]:
    """Return the children of these names in order, of all names when none is given."""
    return [child for child in element if not names or local(child) in names]


def first(element: Element, path: str) -> Element | None:
    """Return the first element down a path of names: "PubmedData/History"; namespaces do not matter."""
    for name in path.split("/"):
        found = children(element, name)
        if not found:
            return None
        element = found[0]
    return element


def first_of(element: Element, *names: str) -> Element:
    """Return the first child of one of these names, the element itself when it has none."""
    return next((child for name in names for child in children(element, name)), element)


def everywhere(element: Element, *names: str) -> list[Element]:
    """Return all elements of these names below an element, in order."""
    return [below for below in element.iter() if local(below) in names]
