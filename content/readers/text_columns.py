"""Lines of plain text whose words stand in columns: the rows of a table, or nothing that can be trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

# Lines drawn between rows, and between paragraphs.
RULE = re.compile(r"[\s|+=_*~#─━═│┃┼├┤┬┴┌┐└┘:-]{3,}")
_GAP = re.compile(r"[ \u00a0]{3,}|[ \u00a0]*\t[ \t\u00a0]*|[ \u00a0]*\.{4,}[ \u00a0]*|(?: \.){4,} *")
_BORDER = re.compile(r"(?<!\S)\|(?!\S)")
_PROSE_WORDS = 4
_TAB_STOP = 8
Rows = list[list[str]]


def columns(lines: Sequence[str]) -> Rows:
    """Return the cells of lines that stand in columns, [] for words that run on.

    A cell that is empty keeps its place, so that no number moves under another heading. Raises
    ValueError where the rows could be read in two ways: a cell over two lines, two columns of running
    text, rows that do not fit each other.
    """
    rows = [line.replace("│", "|").replace("┃", "|") for line in lines if not RULE.fullmatch(line)]
    if len(rows) < 2:
        return []
    if all(map(_BORDER.search, rows)):
        return _bordered(rows)
    if sum("\t" in row.strip() for row in rows) == len(rows):
        return _tabbed(rows)
    return _spaced(rows)


def _bordered(rows: list[str]) -> Rows:
    cells = [[cell.strip() for cell in _unframed(row).split("|")] for row in rows]
    if len(set(map(len, cells))) > 1:
        raise ValueError(f"the rows of a table have different numbers of cells ({rows[0].strip()[:40]!r})")
    return _whole(cells)


def _unframed(row: str) -> str:
    return row.strip().removeprefix("|").removesuffix("|")


def _tabbed(rows: list[str]) -> Rows:
    cells = [[cell.strip() for cell in row.rstrip().split("\t")] for row in rows]
    widest = max(map(len, cells))
    # Several tabs in a row draw columns of spaces; one between cells is how programs write tables.
    if any("\t\t" in row.strip() for row in rows) and len(set(map(len, cells))) > 1:
        return _spaced(rows)
    return _whole([row + [""] * (widest - len(row)) for row in cells])


def _spaced(rows: list[str]) -> Rows:
    """Return cells that spaces or points divide, each in the column below which it stands."""
    is_tabbed = sum("\t" in row.strip() for row in rows) > 1
    rows = [row.expandtabs(_TAB_STOP).rstrip() for row in rows]
    typed = [[cell for cell in _GAP.split(row.strip()) if cell] for row in rows]
    apart = [row for row in typed if len(row) > 1]
    if len(apart) < 2 or not (is_tabbed or len(apart) == len(rows) or _is_aligned(rows)):
        return []
    if len(apart) >= 4 and sum(map(_is_prose, apart)) > len(apart) / 2:
        raise ValueError("two columns of running text stand side by side")
    if len(apart) * 3 < len(rows) * 2:
        raise ValueError(f"some lines stand in columns, others do not ({rows[0].strip()[:40]!r})")
    if _is_even(typed):
        return typed
    found = _by_place(rows)
    if [[cell for cell in row if cell] for row in found] != [list(map(_plain, row)) for row in typed]:
        raise ValueError(f"the columns of a table do not stand below each other ({rows[0].strip()[:40]!r})")
    return _whole(found)


def _by_place(rows: list[str]) -> Rows:
    """Cut rows where all of them are blank for two characters or more."""
    widest = max(map(len, rows))
    blank = "".join(
        " " if all(row[at : at + 1] in ("", " ") for row in rows) else "x" for at in range(widest)
    )
    edges = [0, *(found.end() for found in re.finditer(r" {2,}", blank) if found.start()), widest]
    return [[_plain(row[start:end]) for start, end in pairwise(edges) if end > start] for row in rows]


def _plain(cell: str) -> str:
    return " ".join(cell.split())


def _whole(cells: Rows) -> Rows:
    """Return rows that each begin with a name; the first may have none above the names."""
    for row in cells[1:]:
        if not row[0] and any(row):
            raise ValueError(f"a cell of a table goes over several lines ({' '.join(row).strip()[:40]!r})")
    return cells


def _is_even(cells: Rows) -> bool:
    return len(set(map(len, cells))) == 1


def _is_prose(row: Sequence[str]) -> bool:
    return len(row) == 2 and all(len(cell.split()) >= _PROSE_WORDS for cell in row)


def _is_aligned(rows: list[str]) -> bool:
    """Say whether a gap of one line begins or ends where one of another line does."""
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
