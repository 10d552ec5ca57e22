"""The blocks of a Word document in order: paragraphs and tables, whatever stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from content.readers.word_names import at, chosen, holds_words, is_on, value
from content.readers.word_runs import GONE, why_control_is_gone

_AROUND = frozenset("w:sdtContent w:customXml w:smartTag w:ins w:moveTo".split())
_ELSEWHERE = frozenset({"w:altChunk", "w:subDoc"})
_MOST_COLUMNS = 100


class Block(NamedTuple):
    """A paragraph, table, row or cell; `gone` says why it is not to be read, "" when it is."""

    element: Element
    gone: str


class Cell(NamedTuple):
    """A cell of a table with the columns it spans; `covered_from` says where the cell over it begins."""

    blocks: tuple[Block, ...]
    columns: int
    covered_from: str  # "above", "left" or ""


class Row(NamedTuple):
    """A row of a table; `skipped` columns lie in front of its first cell."""

    cells: tuple[Cell, ...]
    skipped: int
    is_heading: bool
    gone: str


def blocks(
    parent: Iterable[Element], wanted: tuple[str, ...] = ("w:p", "w:tbl"), gone: str = ""
) -> Iterator[Block]:
    """Yield the wanted elements of a container in order.

    Raises ValueError for parts whose words are stored in another file or in an element not known here.
    """
    for child in parent:
        tag = child.tag
        if tag in wanted:
            yield Block(child, gone)
        elif tag in _AROUND:
            yield from blocks(child, wanted, gone)
        elif tag in GONE:
            yield from blocks(child, wanted, gone or GONE[tag])
        elif tag == "w:sdt":
            yield from blocks(child, wanted, gone or why_control_is_gone(child))
        elif tag == "mc:AlternateContent":
            yield from blocks(chosen(child), wanted, gone)
        elif tag in _ELSEWHERE:
            raise ValueError(f"a part of it is another file (<{tag}>)")
        elif holds_words(child):
            raise ValueError(f"words stand in <{tag}>, which this reader does not know")


def rows(table: Block) -> list[Row]:
    """Return the rows of a table; raises ValueError where a cell hides words or spans too much."""
    return [_row(row, number) for number, row in enumerate(blocks(table.element, ("w:tr",), table.gone))]


def _row(row: Block, number: int) -> Row:
    marks = at(row.element, "w:trPr")
    gone = row.gone or ("deleted" if at(marks, "w:del") is not None else "")
    gone = gone or ("hidden" if is_on(at(marks, "w:hidden")) else "")
    cells = tuple(_cell(cell) for cell in blocks(row.element, ("w:tc",), gone))
    is_heading = is_on(at(marks, "w:tblHeader"))
    return Row(cells, _columns(value(marks, "w:gridBefore"), 0), is_heading or number == 0, gone)


def _cell(cell: Block) -> Cell:
    marks = at(cell.element, "w:tcPr")
    gone = cell.gone or ("deleted" if at(marks, "w:cellDel") is not None else "")
    covered = ""
    for merge, side in (("w:vMerge", "above"), ("w:hMerge", "left")):
        if at(marks, merge) is not None and value(marks, merge) in ("", "continue"):
            covered = side
    found = tuple(blocks(cell.element, gone=gone))
    if covered and any(holds_words(block.element) for block in found):
        raise ValueError("a cell holds words under the cell that covers it")
    return Cell(found, _columns(value(marks, "w:gridSpan"), 1), covered)


def _columns(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) > _MOST_COLUMNS:
        raise ValueError(f"a cell spans {text[:20]!r} columns")
    return int(text)
