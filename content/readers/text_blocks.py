"""Lines of plain text to blocks: paragraphs, items and tables, with every word kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from content.extract import Piece
from content.normalize import normalize
from content.readers.pdf_hyphens import Hyphenation
from content.readers.table import table_pieces
from content.transcription import one_line, without_ligatures

_BULLET = re.compile(r"(?P<mark>[-*+–•‣◦▪●·])\s+(?=\S)")
# A number stays in the words, because whoever wrote the text typed it.
_NUMBER = re.compile(r"(?:\d{1,3}[.)]|\(\d{1,3}\)|\(?[a-z]\))\s+(?=\S)")
_LABEL = re.compile(r"[A-Z][\w /()-]{1,40}:\s+\S")
_GAP = re.compile(r"[ \u00a0]{3,}|[ \u00a0]*\t\s*")
_PIPE = re.compile(r"\s*\|\s*")
_RULE = re.compile(r"[\s|+=_*~#─━═│┼:-]{3,}")
_UNDERLINES = {"=": 1, "-": 2, "~": 3}
# Only these are headings when they stand alone in capitals: "NO DEATHS OCCURRED" is a sentence.
_SECTIONS = frozenset(
    "abstract aim aims background introduction objective objectives purpose methods results discussion "
    "conclusion conclusions summary references acknowledgements acknowledgments limitations interpretation "
    "findings funding".split()
) | {"materials and methods", "patients and methods", "methods and results", "side effects"}
_PROSE_WORDS = 4


def text_pieces(text: str) -> list[Piece]:
    """Return the blocks of a text that blank lines divide.

    Lines of a paragraph are joined, over a hyphen as `Hyphenation` says. Lines whose words stand in
    columns are the rows of a table. A heading is one only when it is underlined, or is the name of a
    section in capitals. Raises ValueError for columns that could be read in two ways.
    """
    text = without_ligatures(normalize(text)).replace("\f", "\n")
    blocks = [block for block in map(_lines, re.split(r"\n[ \t]*(?:\n[ \t]*)+", text)) if block]
    hyphens = Hyphenation(line.strip() for block in blocks for line in block)
    marks = [_mark(block[0]) for block in blocks]
    found: list[Piece] = []
    for place, block in enumerate(blocks):
        around = {marks[place - 1] if place else "", marks[place + 1] if place + 1 < len(marks) else ""}
        found += _block(block, hyphens, is_listed=bool(marks[place]) and marks[place] in around)
    return found


def _lines(block: str) -> list[str]:
    return [line.rstrip() for line in block.split("\n") if line.strip()]


def _mark(line: str) -> str:
    """Return what a list item would begin with: its bullet, "1" for a number, "" for neither."""
    bare = line.lstrip()
    if found := _BULLET.match(bare):
        return found["mark"]
    return "1" if _NUMBER.match(bare) else ""


def _block(lines: list[str], hyphens: Hyphenation, *, is_listed: bool) -> Iterator[Piece]:
    if len(lines) == 2 and (level := _underlined(*lines)):
        yield Piece(kind="heading", text=one_line(lines[0]), level=level)
    elif len(lines) == 1 and _RULE.fullmatch(lines[0]):
        return
    elif len(lines) == 1 and lines[0].isupper() and one_line(lines[0]).rstrip(":").lower() in _SECTIONS:
        yield Piece(kind="heading", text=one_line(lines[0]), level=2)
    elif cells := _columns(lines):
        yield from table_pieces("", [], cells)
    else:
        yield from _joined(lines, hyphens, is_listed=is_listed)


def _underlined(line: str, below: str) -> int:
    bare = below.strip()
    mark = bare[:1]
    if len(set(bare)) != 1 or mark not in _UNDERLINES or len(bare) < 3:
        return 0
    return _UNDERLINES[mark] if abs(len(bare) - len(line.strip())) <= 3 else 0


def _joined(lines: list[str], hyphens: Hyphenation, *, is_listed: bool) -> Iterator[Piece]:
    """Yield the paragraph of some lines, or one piece for each item or "Name: value" among them."""
    mark = _mark(lines[0])
    is_listed = is_listed or mark == "•" or (bool(mark) and sum(_mark(line) == mark for line in lines) > 1)
    is_labelled = len(lines) > 1 and all(_LABEL.match(line) for line in lines)
    parts: list[list[str]] = []
    for line in lines:
        starts = (is_listed and _mark(line) == mark) or is_labelled or not parts
        if _RULE.fullmatch(line):
            continue
        if starts:
            parts.append([])
        parts[-1].append(line.strip())
    for part in parts:
        if is_listed and (bullet := _BULLET.match(part[0])):
            part[0] = part[0][bullet.end() :]
        yield Piece(kind="item" if is_listed else "paragraph", text=one_line(hyphens.joined(part)))


def _columns(lines: list[str]) -> list[list[str]]:
    """Return the cells of lines that stand in columns, [] for words that run on."""
    rows = [line for line in lines if not _RULE.fullmatch(line)]
    piped = [line.strip().strip("|") for line in rows if "|" in line]
    if len(piped) == len(rows) >= 2:
        return [[cell.strip() for cell in _PIPE.split(row)] for row in piped]
    cells = [_GAP.split(row.strip()) for row in rows]
    apart = [row for row in cells if len(row) > 1]
    if len(apart) < 2 or not _is_aligned(rows):
        return []
    if len(apart) >= 4 and sum(_is_prose(row) for row in apart) > len(apart) / 2:
        raise ValueError("two columns of running text stand side by side")
    if len(apart) * 3 < len(rows) * 2:
        raise ValueError(f"some lines stand in columns, others do not ({rows[0].strip()[:40]!r})")
    return cells


def _is_prose(row: Sequence[str]) -> bool:
    return len(row) == 2 and all(len(cell.split()) >= _PROSE_WORDS for cell in row)


def _is_aligned(rows: list[str]) -> bool:
    """Say whether a gap of one line begins or ends where one of another line does, or tabs divide them."""
    if sum("\t" in row.strip() for row in rows) > 1:
        return True
    seen: set[tuple[str, int]] = set()
    for row in rows:
        start = len(row) - len(row.lstrip())
        places = {
            place
            for gap in _GAP.finditer(row.strip())
            for place in (("starts", start + gap.start()), ("ends", start + gap.end()))
        }
        if seen & places:
            return True
        seen |= places
    return False
