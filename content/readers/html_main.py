"""Which parts of a page are what it is about."""

from __future__ import annotations

from collections.abc import Iterator

from content.readers.html_left_out import why_left_out
from content.readers.html_tree import Element

FEWEST_CHARACTERS = 40
# Articles that hold less than half of the words are teasers of other pages.
_LEAST_SHARE = 0.5


def main_parts(body: Element) -> tuple[list[Element], frozenset[int]]:
    """Return the elements that hold the content, and all (by id()) that names must not take away.

    The page says so with main or role=main; without these, articles say it when they hold at least half
    of the words; otherwise it is the whole body.
    """
    parents = {id(child): element for element in body.below() for child in _elements(element)}
    seen = list(_seen(body))
    mains = [part for part in seen if part.tag == "main" or part.attributes.get("role") == "main"]
    parts = _enough(mains, FEWEST_CHARACTERS)
    if not parts:
        words = sum(len(child) for element in seen for child in element.children if isinstance(child, str))
        parts = _enough([part for part in seen if part.tag == "article"], max(1.0, _LEAST_SHARE * words))
    titled = [part for part in parts if any(below.tag == "h1" for below in part.below())]
    if len(titled) == 1 and parts[0].tag == "article":
        parts = titled
    parts = parts or [body]
    heads = [element for element in seen if element.tag == "h1"][:1]
    kept = set(map(id, parts))
    for element in (*parts, *heads, *_heavy(body)):
        kept.update(id(above) for above in _above(element, parents))
        kept.add(id(element))
    return parts, frozenset(kept)


def _elements(element: Element) -> Iterator[Element]:
    return (child for child in element.children if isinstance(child, Element))


def _seen(body: Element) -> Iterator[Element]:
    """Yield what nothing hides and no name calls something else, in reading order."""
    waiting = [(body, False)]
    while waiting:
        element, is_sectioned = waiting.pop()
        if (
            why_left_out(element, keeps=frozenset(), is_sectioned=is_sectioned) is not None
            and element.tag != "form"
        ):
            continue
        yield element
        is_sectioned = is_sectioned or element.tag in ("main", "article", "section")
        waiting += [(child, is_sectioned) for child in reversed(list(_elements(element)))]


def _enough(parts: list[Element], characters: float) -> list[Element]:
    """Return the outermost of the parts if they hold enough."""
    inner = {id(below) for part in parts for below in part.below() if below is not part}
    outermost = [part for part in parts if id(part) not in inner]
    return outermost if sum(part.characters for part in outermost) >= characters else []


def _heavy(body: Element) -> Iterator[Element]:
    """Yield the elements that hold most of the words, whatever they are called."""
    element: Element | None = body
    while element is not None:
        yield element
        heavy = (child for child in _elements(element) if 2 * child.characters > body.characters)
        element = next((child for child in heavy if child.tag not in ("nav", "script", "style")), None)


def _above(element: Element, parents: dict[int, Element]) -> Iterator[Element]:
    while (parent := parents.get(id(element))) is not None:
        yield parent
        element = parent
