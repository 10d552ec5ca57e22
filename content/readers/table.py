"""Rows of cells to the pieces of a table, for every format that has tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from content.extract import Piece

MOST_CHARACTERS = 1500
_BORDER = " | "


def table_pieces(
    caption: str, headings: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]
) -> Iterator[Piece]:
    """Yield the pieces of a table: its caption, its heading rows, then rows, each on a line of its own.

    A table over 1,500 characters is cut between rows, and each part repeats caption and headings, so
    that no number stands without its name. Empty rows are no rows; an empty cell keeps its place.
    """
    above = [line for line in (" ".join(caption.split()), *map(_line, headings)) if line]
    lines = [line for line in map(_line, rows) if line]
    part: list[str] = []
    for line in lines:
        if part and sum(map(len, (*above, *part, line))) + len(above) + len(part) > MOST_CHARACTERS:
            yield _piece(above, part)
            part = []
        part.append(line)
    if part or above:
        yield _piece(above, part)


def _line(cells: Sequence[str]) -> str:
    """Return a row on one line; "" when all its cells are empty."""
    if not any(cell.strip() for cell in cells):
        return ""
    return _BORDER.join(" ".join(cell.split()) for cell in cells).strip()


def _piece(above: list[str], lines: list[str]) -> Piece:
    return Piece(kind="table", text="\n".join((*above, *lines)))
