"""Markdown of other programs: as a browser would show it, with the facts that stand above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from content.encodings import decoded
from content.errors import SourceRefused
from content.extract import Extract, LeftOut
from content.fidelity import checked
from content.normalize import normalize
from content.readers.html import read_page
from content.readers.html_source import Head, retraction, source_of, title_of
from content.readers.html_tree import Element
from content.readers.markdown_marks import as_html
from content.readers.markdown_seen import dumb_markdown, lost_words
from content.readers.words import refuse_many
from content.transcription import without_ligatures

# A text of nothing but marks takes twenty times as long as one of words.
MOST_CHARACTERS, MOST_LINES, MOST_MARKS = 500_000, 20_000, 20_000
FACTS = "facts above the words"
_MARK = re.compile(r"[*_\[|`~^!<]")
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LONGEST_FRONT, _MOST_BRACKETS, _MOST_COLUMNS = 20_000, 500, 200
# What programs that make web pages of Markdown call these facts, by the name a page gives them.
_NAMES = {
    "dc.title": ("title",),
    "author": ("author", "authors", "by", "creator"),
    "date": ("date", "published", "publishdate", "pubdate"),
    "dc.publisher": ("publisher", "organization", "organisation"),
    "dc.identifier.doi": ("doi",),
    "canonical": ("url", "canonical", "canonical_url", "link", "source"),
}


def read_markdown_source(data: bytes, name: str) -> tuple[Extract, ...]:
    """Read Markdown that is none of our own documents. Raises SourceRefused.

    YAML above the words gives title, authors, date and address; all of it is listed as left out. HTML
    in the text is read as a page is. Every word is counted: cells that a table has no heading for, and
    words that look like an address, are lost to Markdown and refused here.
    """
    text = normalize(decoded(data, name=name))
    _refuse_long(text, name)
    found = _FRONT.match(text)
    facts = _facts(found["yaml"], name) if found else None
    front = found["yaml"] if found and facts is not None else ""
    body = without_ligatures(text[found.end() :] if found and front else text)
    try:
        page = as_html(body)
    except ValueError as error:
        raise SourceRefused(name, str(error)) from error
    (extract,) = read_page(page, name, format="markdown")
    extract = _with_facts(extract, facts or {}, front, name)
    taken = [piece.text for piece in extract.pieces]
    # A title from above the words is there twice, in the facts and as the title.
    seen = "\n".join((front, "" if extract.title in taken else extract.title, dumb_markdown(body)))
    taken += [extract.title, *(part.text for part in extract.left_out)]
    if lost := lost_words(seen, taken):
        raise SourceRefused(
            name, f"its marks would make words vanish, such as {', '.join(map(repr, lost[:3]))}"
        )
    return checked(name, [extract], seen)


def _refuse_long(text: str, name: str) -> None:
    refuse_many(text, name)
    lines = text.count("\n")
    if len(text) > MOST_CHARACTERS or lines > MOST_LINES or len(_MARK.findall(text)) > MOST_MARKS:
        raise SourceRefused(
            name,
            f"more than {MOST_CHARACTERS:,} characters, {MOST_LINES:,} lines or {MOST_MARKS:,} marks of "
            "Markdown; cut it into parts",
        )
    if any(line.count("|") > _MOST_COLUMNS for line in text.split("\n")):
        raise SourceRefused(name, f"a table has more than {_MOST_COLUMNS} columns")


def _facts(text: str, name: str) -> dict[str, Any] | None:
    """Return the fields above the words, None where two lines only part the text."""
    if len(text) > _LONGEST_FRONT or text.count("[") + text.count("{") > _MOST_BRACKETS:
        raise SourceRefused(
            name, "what stands between two lines of --- above its words is too long for facts"
        )
    try:
        facts = yaml.BaseLoader(text).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceRefused(
            name, "what stands between two lines of --- above its words is no YAML"
        ) from error
    if not isinstance(facts, dict):
        return None
    return {str(key).lower(): value for key, value in facts.items()}


def _with_facts(extract: Extract, facts: dict[str, Any], front: str, name: str) -> Extract:
    head = Head(Element("html", {}, {}))
    for said, fields in _NAMES.items():
        for field in fields:
            for value in _strings(facts.get(field)):
                head.say(said, value)
    title = title_of(head, extract.pieces, "", name)
    retracted, concern = retraction(title)
    above = (LeftOut(why=FACTS, text=front),) if front.strip() else ()
    return extract.model_copy(
        update={
            "title": title, "source": source_of(head), "left_out": above + extract.left_out,
            "retracted": retracted, "concern": concern,
        }
    )  # fmt: skip


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(value.get("name"))
    elif isinstance(value, list):
        for entry in value[:100]:
            if isinstance(entry, str | dict):
                yield from _strings(entry)
