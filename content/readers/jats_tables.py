"""The tables of a JATS text as rows of cells."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from content.extract import Piece
from content.readers.marked_words import words_of
from content.readers.table import table_pieces
from content.readers.xml_tree import children, everywhere

_MOST_SPAN = 100


def tables_of(wrap: Element) -> list[Piece]:
    """Return the pieces of the tables below one caption; ValueError where they are pictures."""
    tables = everywhere(wrap, "table")
    if not tables:
        raise ValueError("the table is a picture")
    caption = " ".join(words_of(part) for part in _captions(wrap))
    found: list[Piece] = []
    for table in tables:
        heading = _rows(children(table, "thead"), heading=True)
        found += table_pieces(caption, heading, _rows([table, *children(table, "tbody", "tfoot")]))
    return found


def _captions(wrap: Element) -> Iterator[Element]:
    yield from children(wrap, "label")
    for caption in children(wrap, "caption"):
        yield from caption


def _rows(holders: list[Element], *, heading: bool = False) -> list[list[str]]:
    """Return rows of cells.

    A cell over several columns is said once, or above each of them in a heading. One over several rows
    is said in each where it names them, in the first column, and else once: the p value of a whole
    group must not seem to belong to each row of it.
    """
    found: list[list[str]] = []
    waiting: dict[int, tuple[int, str]] = {}
    for row in (row for holder in holders for row in children(holder, "tr")):
        cells: list[str] = []
        for cell in [*children(row, "td", "th"), None]:
            while len(cells) in waiting:
                column = len(cells)
                rest, words = waiting.pop(column)
                if rest > 1:
                    waiting[column] = (rest - 1, words)
                cells.append(words)
            if cell is None:
                break
            words = words_of(cell, without=frozenset({"fn"}))
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            for number in range(across):
                shown = words if heading or not number else ""
                if down > 1:
                    waiting[len(cells)] = (down - 1, shown if heading or not cells else "")
                cells.append(shown)
        found.append(cells)
    return found


def _span(cell: Element, name: str) -> int:
    words = cell.get(name, "1")
    number = int(words) if words.isdigit() else 1
    if number > _MOST_SPAN:
        raise ValueError(f"a cell of the table spans {number} rows or columns")
    return max(number, 1)
