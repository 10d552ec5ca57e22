"""What the front of a JATS article says of itself: place, authors, date, links to its corrections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from xml.etree.ElementTree import Element

from content.readers.marked_words import plain_words
from content.readers.pubmed import day_of, doi_of
from content.readers.xml_tree import children, first
from content.schema import Source

_XLINK = "{http://www.w3.org/1999/xlink}"
_APART = re.compile(r"[-.]")
_DATES = ("epub", "pub", "epub-ppub", "ppub")


def related_of(meta: Element) -> Iterator[tuple[str, str]]:
    """Yield (kind, words) of each link to another article: its retraction, its correction."""
    for related in children(meta, "related-article"):
        given = (
            related.get(f"{_XLINK}title"),
            related.get("vol"),
            related.get("page"),
            related.get(f"{_XLINK}href"),
        )
        words = plain_words(related) or " ".join(part for part in given if part)
        yield related.get("related-article-type", ""), words or "notice without words"


def source_of(article: Element, meta: Element) -> Source:
    """Return where an article stands: PubMed Central before its DOI, because its text stands there."""
    ids = {part.get("pub-id-type", ""): plain_words(part) for part in children(meta, "article-id")}
    pmc = (ids.get("pmc") or ids.get("pmcid") or "").removeprefix("PMC")
    doi = doi_of(ids.get("doi", ""))
    url = f"https://pmc.ncbi.nlm.nih.gov/articles/PMC{pmc}/" if pmc.isdigit() else None
    return Source(
        url=url or (f"https://doi.org/{doi}" if doi and not set("\"'<>") & set(doi) else None),
        doi=doi,
        authors=tuple(_authors(meta)),
        publisher=_journal(article),
        published=_published(children(meta, "pub-date")),
    )


def _journal(article: Element) -> str | None:
    for path in ("front/journal-meta/journal-title-group/journal-title", "front/journal-meta/journal-title"):
        found = first(article, path)
        if found is not None:
            return plain_words(found)
    return None


def _published(dates: Sequence[Element]) -> date | None:
    """Return the first date known to the day: online, then in print; never that of the archive."""
    by_kind = {part.get("pub-type") or part.get("date-type") or "": part for part in dates}
    for part in (by_kind[kind] for kind in _DATES if kind in by_kind):
        known = [first(part, unit) for unit in ("year", "month", "day")]
        day = day_of(*("" if unit is None else plain_words(unit) for unit in known))
        if day:
            return day
    return None


def _authors(meta: Element) -> Iterator[str]:
    """Yield "Surname AB" of each author, the whole name of a group."""
    for group in children(meta, "contrib-group"):
        for person in children(group, "contrib"):
            if person.get("contrib-type", "author") != "author":
                continue
            surname, given = first(person, "name/surname"), first(person, "name/given-names")
            if surname is not None:
                names = _APART.sub(" ", plain_words(given)).split() if given is not None else []
                initials = "".join(
                    name if name.isupper() and len(name) <= 3 else name[0].upper() for name in names
                )
                yield f"{plain_words(surname)} {initials}".strip()
            else:
                yield from (plain_words(part) for part in children(person, "collab"))
