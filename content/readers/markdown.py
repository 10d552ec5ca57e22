"""Markdown files with YAML front matter: the project's own format for documents."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.errors import UnreadableDocument
from content.normalize import normalize
from content.readers.front_matter import read_front_matter
from content.schema import Document, Heading, Span

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)(?P<body>.*)\Z", re.DOTALL)
# Direction overrides can make shown words read differently from the stored ones (CVE-2021-42574).
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Raw HTML stays words: "<mg/day>" in a dose table is text, and everything is escaped when shown.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def read_markdown(path: Path) -> Document:
    """Read one document: front matter checked field by field, words normalised once.

    Raises UnreadableDocument naming file, line and field. Nothing is repaired silently.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(path, f"cannot be read ({error.strerror})") from error
    return as_document(path, raw)


# Half of the staff's commands read every document; parsing YAML is what takes the time.
@lru_cache(maxsize=2048)
def as_document(path: Path, raw: bytes) -> Document:
    """Return the document that a file of these bytes is; `path` is for messages."""
    try:
        words = normalize(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UnreadableDocument(path, f"not UTF-8 text (byte {error.start})", line=line) from error
    _refuse_direction_controls(path, words)
    found = _FRONT_MATTER.match(words)
    if not found:
        raise UnreadableDocument(path, "no front matter between two lines of ---", line=1)
    front = read_front_matter(path, found["yaml"])
    text, blocks, headings = canonical_text(found["body"])
    # Once more, for those written as "&#x202e;" or "\u202e".
    _refuse_direction_controls(path, front.model_dump_json(), field="front matter")
    _refuse_direction_controls(path, text, field="text")
    if not blocks:
        raise UnreadableDocument(path, "no words below the front matter", field="text")
    return Document(**front.model_dump(), text=text, blocks=blocks, headings=headings)


def _refuse_direction_controls(path: Path, words: str, *, field: str | None = None) -> None:
    hidden = _BIDI_CONTROLS.search(words)
    if hidden:
        reason = f"invisible direction control U+{ord(hidden.group()):04X}"
        line = None if field else words.count("\n", 0, hidden.start()) + 1
        raise UnreadableDocument(path, reason, line=line, field=field)


def canonical_text(body: str) -> tuple[str, tuple[Span, ...], tuple[Heading, ...]]:
    """Return the words of a Markdown body without its markup, with the places of its blocks.

    Blocks are joined by one blank line. Emphasis marks, link targets and list markers are markup;
    everything else, including raw HTML and double spaces, is words.
    """
    pieces: list[str] = []
    blocks: list[Span] = []
    headings: list[Heading] = []
    position = 0
    for words, level in _blocks(_MARKDOWN.parse(body)):
        words = normalize(words).strip()
        if not words:
            continue
        span = Span(start=position, end=position + len(words))
        if level:
            headings.append(Heading(span=span, level=level))
        else:
            blocks.append(span)
        pieces.append(words)
        position = span.end + 2
    return "\n\n".join(pieces), tuple(blocks), tuple(headings)


def _blocks(tokens: list[Token]) -> list[tuple[str, int]]:
    """Return (words, heading level or 0) of every leaf block in order."""
    found: list[tuple[str, int]] = []
    level = 0
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type == "inline":
            found.append((_inline_words(token.children or []), level))
        elif token.type in ("code_block", "fence"):
            found.append((token.content, 0))
    return found


def _inline_words(children: list[Token]) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(breaks.get(child.type, child.content) for child in children)
