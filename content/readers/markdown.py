"""Markdown files with YAML front matter: the project's own format for documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import ValidationError

from content.errors import UnreadableDocument
from content.normalize import normalize
from content.schema import Document, FrontMatter, Heading, Span

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)(?P<body>.*)\Z", re.DOTALL)
# Direction overrides can make shown words read differently from the stored ones (CVE-2021-42574).
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Raw HTML stays words: "<mg/day>" in a dose table is text, and everything is escaped when shown.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class _Loader(yaml.SafeLoader):
    """YAML with the booleans of version 1.2: `on` and `no` are words, only true and false are not."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_markdown(path: Path) -> Document:
    """Read one document: front matter checked field by field, words normalised once.

    Raises UnreadableDocument naming file, line and field. Nothing is repaired silently.
    """
    try:
        raw = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UnreadableDocument(path, f"not UTF-8 text (byte {error.start})", line=line) from error
    except OSError as error:
        raise UnreadableDocument(path, f"cannot be read ({error.strerror})") from error
    found = _FRONT_MATTER.match(normalize(raw))
    if not found:
        raise UnreadableDocument(path, "no front matter between two lines of ---", line=1)
    front = _front_matter(path, found["yaml"])
    hidden = _BIDI_CONTROLS.search(found["body"])
    if hidden:
        line = found["yaml"].count("\n") + 3 + found["body"].count("\n", 0, hidden.start())
        raise UnreadableDocument(path, f"invisible direction control U+{ord(hidden.group()):04X}", line=line)
    text, blocks, headings = canonical_text(found["body"])
    if not blocks:
        raise UnreadableDocument(path, "no words below the front matter", field="text")
    return Document(**front.model_dump(), text=text, blocks=blocks, headings=headings)


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


def _front_matter(path: Path, text: str) -> FrontMatter:
    try:
        node = yaml.compose(text, Loader=_Loader)
        values = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise UnreadableDocument(path, f"front matter is not YAML ({error.problem})", line=line) from error
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableDocument(path, f"front matter is not YAML ({error})", line=1) from error
    if not isinstance(node, yaml.MappingNode):
        raise UnreadableDocument(path, "front matter is not a list of 'field: value'", line=2)
    _refuse_repeated_fields(path, node)
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UnreadableDocument(
            path, first["msg"], line=_line_of(node, first["loc"]), field=field
        ) from error


def _refuse_repeated_fields(path: Path, node: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            line = key.start_mark.line + 2
            raise UnreadableDocument(path, "field given twice", line=line, field=str(key.value))
        seen.add(key.value)
        if isinstance(value, yaml.MappingNode):
            _refuse_repeated_fields(path, value)


def _line_of(node: Any, place: tuple[int | str, ...]) -> int:
    """Return the file line of a field; of its parent when the field is missing."""
    line = int(node.start_mark.line) + 2
    for part in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            keys = {key.value: (key, value) for key, value in node.value}
            if part not in keys:
                break
            key, node = keys[part]
            line = key.start_mark.line + 2
            continue
        else:
            break
        line = node.start_mark.line + 2
    return line
