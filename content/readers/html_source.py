"""What the head of a page says about itself: title, address, authors, date, publisher."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError

from content.extract import Piece
from content.normalize import normalize
from content.readers.html_tree import Element
from content.schema import Source
from content.transcription import one_line

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_RETRACTED = re.compile(r"\W*(?:retracted|withdrawn|retraction)\b", re.IGNORECASE)
_CONCERN = re.compile(r"\W*expression of concern\b", re.IGNORECASE)
# First the names that journals and publishers use (Highwire Press, Dublin Core, PRISM), then the web's.
_DOIS = "citation_doi dc.identifier dc.identifier.doi prism.doi bepress_citation_doi".split()
_AUTHORS = "citation_author dc.creator article:author author parsely-author".split()
_PUBLISHERS = "citation_publisher dc.publisher og:site_name citation_journal_title".split()
_DATES = (
    "citation_publication_date citation_online_date citation_date dc.date dcterms.issued "
    "prism.publicationdate article:published_time datepublished date pubdate"
).split()


class Head:
    """The meta elements of a page by name, in order, and the facts of its JSON-LD."""

    def __init__(self, page: Element) -> None:
        self.said: dict[str, list[str]] = {}
        self.title = ""
        for element in page.below():
            if element.tag == "meta":
                names = (element.attributes.get(key, "") for key in ("name", "property", "itemprop"))
                for name in filter(None, map(str.lower, names)):
                    self.say(name, element.attributes.get("content", ""))
            elif element.tag == "link" and "canonical" in element.attributes.get("rel", "").lower().split():
                self.say("canonical", element.attributes.get("href", ""))
            elif element.tag == "title" and not self.title:
                self.title = _plain("".join(child for child in element.children if isinstance(child, str)))
            elif element.attributes.get("type", "").lower() == "application/ld+json":
                self._read_linked_data("".join(child for child in element.children if isinstance(child, str)))

    def say(self, name: str, value: str) -> None:
        """Add what a field of this name says."""
        if value := _plain(value):
            self.said.setdefault(name, []).append(value)

    def _read_linked_data(self, text: str) -> None:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return
        for thing in _things(said):
            self.say("datepublished", str(thing.get("datePublished") or ""))
            for name, key in (("author", "author"), ("dc.publisher", "publisher")):
                for who in _listed(thing.get(key)):
                    self.say(name, str(who.get("name") or "") if isinstance(who, dict) else str(who))

    def first(self, *names: str) -> str | None:
        """Return the first value of the first of these names that has one."""
        return next((self.said[name][0] for name in names if name in self.said), None)

    @property
    def is_article(self) -> bool:
        """Say whether the page is one of a scientific journal."""
        return "citation_journal_title" in self.said or "prism.publicationname" in self.said


def source_of(head: Head) -> Source:
    """Return where the words come from, as far as the page says it in a form that can be checked."""
    doi = next(
        (
            found.group()
            for name in _DOIS
            for value in head.said.get(name, [])
            if (found := _DOI.search(value))
        ),
        None,
    )
    authors = next((head.said[name] for name in _AUTHORS if _names(head.said.get(name, []))), [])
    urls = (
        head.first(name)
        for name in ("canonical", "og:url", "citation_public_url", "citation_abstract_html_url")
    )
    return Source(
        url=next((url for url in urls if url and _is_valid(url=url)), None),
        doi=doi.rstrip(".,;") if doi else None,
        authors=tuple(dict.fromkeys(_names(authors))),
        publisher=head.first(*_PUBLISHERS),
        published=next(
            (day for name in _DATES for value in head.said.get(name, []) if (day := _day(value))), None
        ),
    )


def title_of(head: Head, pieces: tuple[Piece, ...], first_heading: str, name: str) -> str:
    """Return the main heading, or what the head says; the file's name where nothing else is there."""
    main = (piece.text for piece in pieces if piece.kind == "heading" and piece.level == 1)
    other = (piece.text for piece in pieces if piece.kind == "heading")
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    said = head.first("citation_title", "og:title", "dc.title")
    return next(main, "") or first_heading or said or head.title or next(other, "") or stem


def retraction(title: str) -> tuple[str | None, str | None]:
    """Return what a title says of a retraction and of an expression of concern, as it says it."""
    return title if _RETRACTED.match(title) else None, title if _CONCERN.match(title) else None


def _names(values: list[str]) -> list[str]:
    return [value for value in values if not value.startswith(("http", "@", "/"))]


def _things(said: Any) -> Iterator[dict[str, Any]]:
    for thing in _listed(said):
        if isinstance(thing, dict):
            yield thing
            yield from (inner for inner in _listed(thing.get("@graph")) if isinstance(inner, dict))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _day(value: str) -> date | None:
    """Return a whole date; a year alone names no day, and none is made up."""
    found = _DATE.match(value)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _is_valid(**facts: Any) -> bool:
    try:
        Source(**facts)
    except ValidationError:
        return False
    return True


def _plain(value: str) -> str:
    return one_line(normalize(value))
