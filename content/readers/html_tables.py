"""The tables of a page: which hold data, and their rows of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from content.extract import Piece
from content.readers.html_tree import Element
from content.readers.table import table_pieces

MOST_SPAN = 100
_MOST_CELLS = 200_000
_LONG_CELL = 1000
_PARTS_OF_A_PAGE = frozenset("h1 h2 h3 h4 h5 h6 article section main nav form table".split())
_TELLS_DATA = frozenset("caption thead th".split())
_BLOCKS = frozenset("p div ul ol dl blockquote".split())
# Words of a cell or a caption; whether rows are shown, asked once for each.
Words = Callable[[Element], str]
Shown = Callable[[Element], bool]


def is_layout(table: Element) -> bool:
    """Say whether a table only puts parts of a page side by side."""
    if table.attributes.get("role") in ("presentation", "none"):
        return True
    below = list(table.below())[1:]
    if any(element.tag in _PARTS_OF_A_PAGE for element in below):
        return True
    if any(element.tag in _TELLS_DATA for element in below):
        return False
    rows = [_cells(row) for row in _rows(table, lambda _: True)]
    if max(map(len, rows), default=0) < 2:
        return True
    return any(
        cell.characters > _LONG_CELL
        or sum(e.tag in _BLOCKS for e in cell.children if isinstance(e, Element)) > 2
        for row in rows
        for cell in row
    )


def pieces_of(table: Element, words: Words, shown: Shown) -> Iterator[Piece]:
    """Yield the pieces of a data table.

    A cell of several rows is said in each of them, one of several columns once, or above each of its
    columns in a heading row. Raises ValueError for spans over 100.
    """
    captions = [child for child in table.children if isinstance(child, Element) and child.tag == "caption"]
    rows = list(_rows(table, shown))
    heads = 0
    while heads < len(rows) and _is_heading(rows[heads], table):
        heads += 1
    cells = _spread(rows, heads, words)
    if heads == len(rows):
        heads = min(heads, 1)
    yield from table_pieces(" ".join(map(words, captions)), cells[:heads], cells[heads:])


def _is_heading(row: Element, table: Element) -> bool:
    if any(
        isinstance(child, Element) and child.tag == "thead" and row in child.children
        for child in table.children
    ):
        return True
    cells = _cells(row)
    return len(cells) > 1 and all(cell.tag == "th" for cell in cells)


def _rows(table: Element, shown: Shown) -> Iterator[Element]:
    for child in table.children:
        if isinstance(child, Element) and child.tag == "tr" and shown(child):
            yield child
        elif isinstance(child, Element) and child.tag in ("thead", "tbody", "tfoot") and shown(child):
            rows = (row for row in child.children if isinstance(row, Element) and row.tag == "tr")
            yield from filter(shown, rows)


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row.children if isinstance(cell, Element) and cell.tag in ("td", "th")]


def _spread(rows: list[Element], heads: int, words: Words) -> list[list[str]]:
    found: list[list[str]] = []
    # By column: how many rows a cell from above still covers, and its words.
    above: dict[int, tuple[int, str]] = {}
    total = 0
    for number, row in enumerate(rows):
        line: list[str] = []
        for cell in [*_cells(row), None]:
            while len(line) in above or (cell is None and above and max(above) > len(line)):
                _take_from_above(line, above)
            if cell is None:
                break
            shown = words(cell)
            down, across = _span(cell, "rowspan") or len(rows) - number, _span(cell, "colspan") or 1
            for column in range(across):
                shown = shown if number < heads or not column else ""
                if down > 1:
                    above[len(line)] = (down - 1, shown)
                line.append(shown)
        total += len(line)
        if total > _MOST_CELLS:
            raise ValueError(f"a table has more than {_MOST_CELLS:,} cells")
        found.append(line)
    return found


def _take_from_above(line: list[str], above: dict[int, tuple[int, str]]) -> None:
    column = len(line)
    # A row may end before the cells that reach down into it.
    rest, words = above.pop(column, (1, ""))
    if rest > 1:
        above[column] = (rest - 1, words)
    line.append(words)


def _span(cell: Element, name: str) -> int:
    words = cell.attributes.get(name, "1").strip().rstrip("%")
    number = int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 1
    if number > MOST_SPAN:
        raise ValueError(f"a cell of a table spans {number} rows or columns")
    return number
