"""Word documents (.docx): every word that Word shows, each digit in its height, or nothing.

Written for this project because the readers there are lose or change words, and unpack what would
fill the memory. Source of the format: ISO/IEC 29500-1:2016, part WordprocessingML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

from content.errors import SourceRefused
from content.extract import Extract, LeftOut
from content.fidelity import checked
from content.normalize import fold
from content.readers.package import Package
from content.readers.word_body import Body
from content.readers.word_names import at, with_short_names
from content.readers.word_notes import NoteKey, notes, numbered
from content.readers.word_runs import Runs
from content.readers.word_seen import bare_words, seen
from content.readers.word_styles import Styles
from content.schema import Source
from content.transcription import one_line

_NOTES = ("footnote", "endnote")
# Drawn beside the words from files of their own; kept for the person who looks at what was taken.
_DRAWN = {"chart": "chart", "chartEx": "chart", "diagramData": "diagram"}
_DRAWN_WORDS = frozenset({"a:t", "c:v"})
# What programs write where an author's name belongs.
_NOBODY = frozenset(
    ("", "python-docx", "microsoft office user", "user", "author", "admin", "windows user", "unknown")
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class _Parts:
    """The files of one document by what they are to it."""

    def __init__(self, data: bytes, name: str) -> None:
        self.package = Package(data, name)
        paths = self.package.related("")
        main = paths.get("officeDocument", [])
        if len(main) != 1:
            raise SourceRefused(name, "it is a ZIP file, but no Word document")
        self.document = with_short_names(self.package.tree(main[0]))
        body = at(self.document, "w:body")
        if self.document.tag != "w:document" or body is None:
            raise SourceRefused(name, "it is an Office file, but no Word document")
        self.body = body
        self._paths = self.package.related(main[0]) | {"core": paths.get("core-properties", [])}

    def all(self, kind: str) -> Iterator[Element]:
        """Yield the files of a kind in the order they are named, each once."""
        for path in dict.fromkeys(self._paths.get(kind, [])):
            yield with_short_names(self.package.tree(path))

    def one(self, kind: str) -> Element | None:
        """Return the first file of a kind, None when there is none."""
        return next(self.all(kind), None)


def read_docx(data: bytes, name: str) -> tuple[Extract, ...]:
    """Return the one document of a Word file.

    Deleted, hidden and struck words, comments, running heads and tables of contents are left out and
    named; notes follow the body with their numbers. Raises SourceRefused for a file that holds more
    than it says, is locked, or shows what no line of text can.
    """
    parts = _Parts(data, name)
    try:
        return _read(parts, name)
    except ValueError as error:
        raise SourceRefused(name, str(error)) from error
    except RecursionError as error:
        raise SourceRefused(name, "its parts are nested too deep") from error


def _read(parts: _Parts, name: str) -> tuple[Extract, ...]:
    styles = Styles(parts.one("styles"), parts.one("numbering"))
    numbers = numbered(parts.body, parts.one("settings"))
    runs = Runs(styles, numbers)
    body = Body(runs)
    body.walk(parts.body)
    if not runs.fields.are_closed:
        raise ValueError("a field begins in it that never ends")
    texts = [seen(parts.body, styles)]
    found: dict[NoteKey, Element] = {}
    for kind in _NOTES:
        found |= notes(parts.one(f"{kind}s"), kind)
    for key in [*numbers, *(key for key in found if key not in numbers)]:
        if key not in found:
            raise ValueError(f"a {key[0]} is named that the file does not hold")
        gone = "" if key in numbers else "note that is named nowhere"
        body.walk(found[key], gone=gone, note=numbers.get(key, ""))
        texts.append(seen(found[key], styles))
    left_out = (*runs.left_out, *_around(parts), *_drawn(parts))
    core = parts.one("core")
    extract = Extract(
        format="docx", title=_title(core, body, name), pieces=tuple(body.pieces), source=_source(core),
        left_out=left_out,
    )  # fmt: skip
    return checked(name, [extract], "\n".join(texts))


def _around(parts: _Parts) -> Iterator[LeftOut]:
    heads = [head for kind in ("header", "footer") for head in parts.all(kind)]
    for text in dict.fromkeys(map(bare_words, heads)):
        if text:
            yield LeftOut(why="running head", text=text)
    for comment in parts.one("comments") or ():
        yield LeftOut(why="comment", text=bare_words(comment))


def _drawn(parts: _Parts) -> Iterator[LeftOut]:
    for kind, why in _DRAWN.items():
        for drawing in parts.all(kind):
            words = (word.text or "" for word in drawing.iter() if word.tag in _DRAWN_WORDS)
            text = one_line(" ".join(words))
            if text:
                yield LeftOut(why=why, text=text)


def _title(core: Element | None, body: Body, name: str) -> str:
    """Return the title that the page itself shows; what only the properties say may be a template's."""
    stored = one_line(_stored(core, "dc:title"))
    headings = [piece.text for piece in body.pieces if piece.kind == "heading"]
    words = fold(" ".join(piece.text for piece in body.pieces))
    shown = stored if stored and fold(stored) in words else ""
    return next(filter(None, [*body.titles, shown, *headings, stored, Path(name).stem]), name)


def _source(core: Element | None) -> Source:
    names = [one_line(part) for part in re.split(r"[;\n]", _stored(core, "dc:creator"))]
    days = [_stored(core, f"dcterms:{kind}").strip() for kind in ("modified", "created")]
    return Source(
        authors=tuple(name for name in names if name.lower() not in _NOBODY),
        published=next(filter(None, map(_day, days)), None),
    )


def _stored(core: Element | None, name: str) -> str:
    found = at(core, name)
    return "" if found is None else found.text or ""


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return date.fromisoformat(found.group()) if found else None
    except ValueError:
        return None
