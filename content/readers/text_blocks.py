"""Lines of plain text to blocks: headings, paragraphs, items and tables, with every word kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.extract import Piece
from content.normalize import normalize
from content.readers.pdf_hyphens import Hyphenation
from content.readers.table import table_pieces
from content.readers.text_columns import RULE, columns
from content.transcription import one_line, without_ligatures

_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_BULLET = re.compile(r"(?P<mark>[-*+–•‣◦▪●·])\s+(?=\S)")
# A number stays in the words, because whoever wrote the text typed it.
_NUMBER = re.compile(r"\(?(?P<number>\d{1,3}|[a-z])[.)]\s+(?=\S)")
_LABEL = re.compile(r"[A-Z][\w /()-]{1,40}:\s+\S")
_QUOTED = re.compile(r"\s*>")
_UNDERLINES = {"=": 1, "-": 2, "~": 3}
# Only these are headings when they stand alone: "NO DEATHS OCCURRED" is a sentence.
_SECTIONS = frozenset(
    "abstract aim aims background introduction objective objectives purpose methods results discussion "
    "conclusion conclusions summary references acknowledgements acknowledgments limitations interpretation "
    "findings funding".split()
) | {"materials and methods", "patients and methods", "methods and results", "side effects"}
# Nobody breaks lines by hand at more than this: such a line is a whole paragraph.
_LONGEST_LINE = 140
_GOES_ON = re.compile(r"\s*[a-zß-öø-ÿ]")
_ENDS = (".", "!", "?", ":", ";", "”", "»", '"', ")")
Lines = list[str]


def text_pieces(text: str) -> list[Piece]:
    """Return the blocks of a text that blank lines divide.

    Lines of a paragraph are joined, over a hyphen as `Hyphenation` says; where most words stand in lines
    that nobody breaks, each line is a paragraph. Lines whose words stand in columns are the rows of a
    table. A heading is one only when it is underlined or the name of a section. Raises ValueError for
    columns that could be read in two ways, and for "> " before lines, a quotation or "more than".
    """
    text = without_ligatures(normalize(text))
    blocks = [block for block in map(_lines, _BLANK.split(text)) if block]
    if _is_unbroken(blocks):
        blocks = [part for block in blocks for part in _unbroken(block)]
    hyphens = Hyphenation(line.strip() for block in blocks for line in block)
    marks = [_mark(block[0]) for block in blocks]
    found: list[Piece] = []
    for place, block in enumerate(blocks):
        around = {marks[place - 1] if place else "", marks[place + 1] if place + 1 < len(marks) else ""}
        found += _block(block, hyphens, is_listed=bool(marks[place]) and marks[place] in around)
    return found


def _lines(block: str) -> Lines:
    return [line.rstrip() for line in block.split("\n") if line.strip()]


def _is_unbroken(blocks: list[Lines]) -> bool:
    """Say whether half of the words or more stand in lines that no one breaks, tables excepted."""
    lines = [line for block in blocks for line in block if "\t" not in line and "   " not in line.strip()]
    return 2 * sum(len(line) for line in lines if len(line) > _LONGEST_LINE) >= sum(map(len, lines)) > 0


def _unbroken(block: Lines) -> Iterator[Lines]:
    """Yield each line as a block, with those that go on in small letters what another left open."""
    if _underlined(block) or columns(block):
        yield block
        return
    part: Lines = []
    for line in block:
        if part and not (_GOES_ON.match(line) and not part[-1].endswith(_ENDS)):
            yield part
            part = []
        part.append(line)
    yield part


def _mark(line: str) -> str:
    """Return what a list item would begin with: its bullet, "1" for a number, "" for neither."""
    bare = line.lstrip()
    if found := _BULLET.match(bare):
        return found["mark"]
    return "1" if _NUMBER.match(bare) else ""


def _block(lines: Lines, hyphens: Hyphenation, *, is_listed: bool) -> Iterator[Piece]:
    if level := _underlined(lines):
        yield Piece(kind="heading", text=one_line(lines[0]), level=level)
        lines = lines[2:]
    elif one_line(lines[0]).rstrip(":").lower() in _SECTIONS:
        yield Piece(kind="heading", text=one_line(lines[0]), level=2)
        lines = lines[1:]
    if all(map(RULE.fullmatch, lines)):
        return
    if len(lines) > 1 and all(map(_QUOTED.match, lines)):
        raise ValueError(f"lines begin with '>' ({lines[0].strip()[:40]!r}): a quotation or 'more than'")
    if cells := columns(lines):
        yield from table_pieces("", [], cells)
    else:
        yield from _joined(lines, hyphens, is_listed=is_listed)


def _underlined(lines: Lines) -> int:
    """Return the level of a first line that the second underlines, 0 for any other."""
    if len(lines) < 2 or "   " in lines[0].strip():
        return 0
    bare = lines[1].strip()
    if len(set(bare)) != 1 or bare[0] not in _UNDERLINES or len(bare) < 3:
        return 0
    return _UNDERLINES[bare[0]] if abs(len(bare) - len(lines[0].strip())) <= 3 else 0


def _joined(lines: Lines, hyphens: Hyphenation, *, is_listed: bool) -> Iterator[Piece]:
    """Yield the paragraph of some lines, or one piece for each item or "Name: value" among them."""
    lines = [line for line in lines if not RULE.fullmatch(line)]
    starts = _item_starts(lines)
    is_listed = is_listed or _mark(lines[0]) == "•" or len(starts) > 1
    if not is_listed:
        is_labelled = len(lines) > 1 and all(map(_LABEL.match, lines))
        starts = set(range(len(lines))) if is_labelled else {0}
    parts: list[Lines] = []
    for place, line in enumerate(lines):
        if place in starts or not parts:
            parts.append([])
        parts[-1].append(line.strip())
    for part in parts:
        if is_listed and (bullet := _BULLET.match(part[0])):
            part[0] = part[0][bullet.end() :]
        yield Piece(kind="item" if is_listed else "paragraph", text=one_line(hyphens.joined(part)))


def _item_starts(lines: Lines) -> set[int]:
    """Return which lines begin an item, if the first does: those with its mark, or further in with any.

    Of numbers only the one that follows the last begins an item: "in week" may end a line, and "12. Then"
    begin the next.
    """
    mark, inside = _mark(lines[0]), _indent(lines[0])
    if not mark:
        return set()
    starts, last = {0}, _number(lines[0])
    for place, line in enumerate(lines[1:], 1):
        found = _mark(line)
        if found == "1" == mark and _indent(line) == inside:
            if _number(line) == last + 1:
                starts.add(place)
                last = _number(line)
        elif found and (found == mark or (found != "1" and _indent(line) > inside)):
            starts.add(place)
    return starts


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _number(line: str) -> int:
    found = _NUMBER.match(line.lstrip())
    if not found:
        return 0
    return int(found["number"]) if found["number"].isdigit() else ord(found["number"])
