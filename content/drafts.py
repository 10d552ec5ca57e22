"""What was taken from a source, written as a document file that a person can read and edit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from content.errors import SourceRefused, UnreadableDocument
from content.extract import Piece
from content.normalize import normalize
from content.readers.front_matter import write_front_matter
from content.readers.markdown import as_document, canonical_text
from content.schema import Document, FrontMatter

# Places where a character would be markup; a backslash goes before it. Each group stands alone,
# so that "SLEDAI* [1]" gets a backslash only where Markdown would misread it.
_MARKS = (
    re.compile(r"(?m)^(?=[-+*>#=~`])"),
    re.compile(r"(?m)^\d{1,9}(?=[.)])"),
    re.compile(r"(?=\\)"),
    re.compile(r"(?=&#?\w+;)"),
    re.compile(r"(?=<)"),
    re.compile(r"(?=`)"),
    re.compile(r"(?=\*)"),
    re.compile(r"(?=_)"),
    re.compile(r"(?=\[)"),
    re.compile(r"(?=#)"),
)
_ANY_MARK = re.compile(r"(?=[!-/:-@\[-`{-~])")
# The search for the fewest backslashes reads a block up to a dozen times.
_SEARCHED_CHARS = 5_000
_EDGES = re.compile(r"(?m)^[ \t]|[ \t]$")


def as_markdown(front: FrontMatter, pieces: Sequence[Piece]) -> str:
    """Return the text of a document file with these facts and words.

    Law: read back it holds exactly the words of the pieces, normalised, in order, headings with their
    levels, and the facts of `front`. Pieces of invisible characters alone are left out. It is read
    back before it is returned; raises SourceRefused where words cannot be written without a change.
    """
    name = front.imported.file if front.imported else front.id
    text = f"---\n{write_front_matter(front)}---\n\n{written_words(name, pieces)}"
    try:
        document = as_document(Path(name), text.encode("utf-8"))
    except UnreadableDocument as error:
        raise SourceRefused(name, error.reason) from error
    if not text.startswith(f"---\n{write_front_matter(facts_of(document))}---\n"):
        raise SourceRefused(name, "its facts cannot be written as front matter unchanged")
    return text


def written_words(name: str, pieces: Sequence[Piece]) -> str:
    """Return the Markdown of the pieces, read back and compared; `name` is for the refusal."""
    shown = [piece for piece in pieces if _words(piece)]
    wanted = [(_words(piece), _level(piece)) for piece in shown]
    changed = 0
    for every_mark in (False, True):
        body = _joined(shown, [_block(piece, every_mark=every_mark) for piece in shown]) + "\n"
        found = _read(body)
        if found == wanted:
            return body
        changed = next((n for n, words in enumerate(wanted) if found[n : n + 1] != [words]), 0)
    reason = f"block {changed + 1} ({wanted[changed][0][:60]!r}) cannot be written as Markdown unchanged"
    raise SourceRefused(name, reason)


def facts_of(document: Document) -> FrontMatter:
    """Return what stands above the words of a document."""
    return FrontMatter(**{name: getattr(document, name) for name in FrontMatter.model_fields})


def _words(piece: Piece) -> str:
    return normalize(piece.text).strip()


def _level(piece: Piece) -> int:
    return max(piece.level, 1) if piece.kind == "heading" else 0


def _joined(pieces: Sequence[Piece], blocks: Sequence[str]) -> str:
    """Join blocks by blank lines, the items of one list by line ends."""
    if not pieces:
        return ""
    between = ["\n" if a.kind == b.kind == "item" else "\n\n" for a, b in pairwise(pieces)]
    return "".join(block + gap for block, gap in zip(blocks, [*between, ""], strict=True))


def _block(piece: Piece, *, every_mark: bool) -> str:
    """Return the Markdown of one piece with as few backslashes as its words allow."""
    words = _words(piece)
    marks = [pattern for pattern in _MARKS if pattern.search(words)]
    if every_mark or (marks and len(words) > _SEARCHED_CHARS):
        return _written(piece, words, (_ANY_MARK,))
    if _reads_back(piece, words, _written(piece, words, ())):
        return _written(piece, words, ())
    for pattern in tuple(marks):
        fewer = [other for other in marks if other is not pattern]
        if _reads_back(piece, words, _written(piece, words, fewer)):
            marks = fewer
    block = _written(piece, words, marks)
    return block if _reads_back(piece, words, block) else _written(piece, words, (_ANY_MARK,))


def _written(piece: Piece, words: str, marks: Sequence[re.Pattern[str]]) -> str:
    places = sorted({found.end() for mark in marks for found in mark.finditer(words)})
    words = "\\".join(words[start:end] for start, end in pairwise((0, *places, len(words))))
    # Markdown drops spaces at the ends of lines: an empty cell would change its table.
    words = _EDGES.sub(lambda found: f"&#{ord(found.group())};", words)
    if piece.kind == "heading":
        return f"{'#' * _level(piece)} " + words.replace("\n", "&#10;")
    words = re.sub(r"\n(?=\n)", "&#10;", words)
    return "- " + words.replace("\n", "\n  ") if piece.kind == "item" else words


def _reads_back(piece: Piece, words: str, block: str) -> bool:
    return _read(block) == [(words, _level(piece))]


def _read(body: str) -> list[tuple[str, int]]:
    """Return every block and heading of a Markdown body in order, with the heading's level or 0."""
    text, blocks, headings = canonical_text(body)
    found = [(block, 0) for block in blocks] + [(heading.span, heading.level) for heading in headings]
    return [(text[s.start : s.end], level) for s, level in sorted(found, key=lambda f: f[0].start)]
