"""The body of a Word document, or one of its notes, to pieces in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from content.extract import Piece, PieceKind
from content.readers.table import table_pieces
from content.readers.word_blocks import Block, Cell, Row, blocks, rows
from content.readers.word_line import Line
from content.readers.word_names import mark_is_gone
from content.readers.word_runs import Runs

# A paragraph made a heading by mistake would never be quoted.
_LONGEST_HEADING = 200
_CONTENTS = ("toc ", "table of figures")


class Body:
    """Collects the pieces of one document while it is walked."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.pieces: list[Piece] = []
        self.titles: list[str] = []
        self._open = Line()
        self._caption = ""

    def walk(
        self, parent: Iterable[Element], *, gone: str = "", on_page: bool = True, note: str = ""
    ) -> None:
        """Take all blocks of a container, and after each the text boxes that hang on it.

        Raises ValueError for what pieces cannot show.
        """
        last: Block | None = None
        for block in blocks(parent, gone=gone):
            if block.element.tag == "w:p":
                last = block
                self._paragraph(block, on_page=on_page, note=note)
            else:
                self._close(last, "")
                self._table(block)
                self._walk_boxes()
        self._close(last, "")
        self._add("paragraph", self._caption)
        self._caption = ""

    def _paragraph(self, block: Block, *, on_page: bool, note: str) -> None:
        if self._caption and not _is_empty(block.element):
            self._add("paragraph", self._caption)
            self._caption = ""
        self.runs.read(block.element, self._open, gone=block.gone, on_page=on_page, note=note)
        # Where the end of a paragraph is deleted, the next one goes on in the same line.
        if not mark_is_gone(block.element):
            self._close(block, self._why_gone(block.element))

    def _why_gone(self, paragraph: Element) -> str:
        names = self.runs.styles.names(self.runs.styles.style_of(paragraph))
        return "table of contents" if any(name.startswith(_CONTENTS) for name in names) else ""

    def _close(self, block: Block | None, why: str) -> None:
        """Make a piece of the open line, of the kind that its last paragraph says."""
        line, self._open = self._open, Line()
        self.runs.left_out += line.everything(why) if why else line.left_out()
        if block is not None and not why:
            self._take(line.text(), block)
        self._walk_boxes()

    def _take(self, text: str, block: Block) -> None:
        styles = self.runs.styles
        names = styles.names(styles.style_of(block.element))
        level = styles.level(block.element)
        if text and "caption" in names and text.lower().startswith("tab"):
            self._caption = text
        elif level and len(text) <= _LONGEST_HEADING:
            if "title" in names:
                self.titles.append(text)
            self._add("heading", text, level)
        else:
            self._add("item" if styles.is_item(block.element) else "paragraph", text)

    def _add(self, kind: PieceKind, text: str, level: int = 0) -> None:
        if text:
            self.pieces.append(Piece(kind=kind, text=text, level=level))

    def _walk_boxes(self) -> None:
        while self.runs.boxes:
            pending, self.runs.boxes = self.runs.boxes, []
            for box, gone in pending:
                self.walk(box, gone=gone, on_page=False)

    def _table(self, table: Block) -> None:
        found = rows(table)
        caption, self._caption = self._caption, ""
        if all(len(row.cells) <= 1 for row in found):
            # One column is a frame around text, and its paragraphs are paragraphs.
            self._add("paragraph", caption)
            for row in found:
                for cell in row.cells:
                    for block in cell.blocks:
                        self.walk([block.element], gone=block.gone, on_page=False)
            return
        inner: list[Block] = []
        lines = self._lines(found, inner)
        count = _headings(found)
        self.pieces += table_pieces(caption, lines[:count], lines[count:])
        for block in inner:
            self._table(block)

    def _lines(self, found: list[Row], inner: list[Block]) -> list[list[str]]:
        """Return the rows as texts, each column in its place, and put the tables inside cells in `inner`.

        A cell over several rows is said in each of them, since a row may be quoted alone; one over
        several columns once, or in a heading above each of its columns.
        """
        lines: list[list[str]] = []
        above: dict[int, str] = {}
        for number, row in enumerate(found):
            cells = [""] * row.skipped
            for cell in row.cells:
                column = len(cells)
                text = above.get(column, "") if cell.covered_from == "above" else self._cell(cell, inner)
                above[column] = text
                repeat = text if number < _headings(found) else ""
                cells += [text, *([repeat] * (cell.columns - 1))]
            if not row.gone:
                lines.append(cells)
        return lines

    def _cell(self, cell: Cell, inner: list[Block]) -> str:
        lines = [Line()]
        for block in cell.blocks:
            if block.element.tag == "w:tbl":
                inner.append(block)
                continue
            self.runs.read(block.element, lines[-1], gone=block.gone, on_page=False)
            if not mark_is_gone(block.element):
                lines.append(Line())
        for line in lines:
            self.runs.left_out += line.left_out()
        return " ".join(filter(None, (line.text() for line in lines)))


def _headings(found: list[Row]) -> int:
    """Return how many rows at the top are headings."""
    return next((number for number, row in enumerate(found) if not row.is_heading), len(found))


def _is_empty(paragraph: Element) -> bool:
    return not any(below.tag == "w:r" for below in paragraph.iter())
