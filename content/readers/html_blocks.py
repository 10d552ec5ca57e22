"""A tree of elements to blocks of words in reading order, and to what was left out and why."""

from __future__ import annotations

import re
from collections.abc import Callable

from content.extract import Piece
from content.readers.html_frames import Frame, Page, gap, height_of, is_block_element, is_number_link
from content.readers.html_left_out import why_left_out
from content.readers.html_line import BREAK
from content.readers.html_style import is_apart
from content.readers.html_tables import is_layout, pieces_of
from content.readers.html_tree import WORDLESS, Element
from content.readers.html_words import Words
from content.readers.text_blocks import text_pieces
from content.transcription import one_line

_AS_TYPED = frozenset("pre listing xmp plaintext".split())
# Line ends of the source are spaces; only a BREAK is a new line, and two of them part paragraphs.
_LINE_ENDS = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")
_PARTS = re.compile(r"\n[^\S\n]*\n")
OUTSIDE = "outside the main part"
COLUMNS = "columns that could be read in two ways"


class Blocks(Words):
    """Reads elements in order. Without a `page` everything is taken, for words that are left out anyway."""

    def __init__(self, page: Page | None) -> None:
        super().__init__(page)
        self._frames = [Frame("paragraph", 0, page is None, False)]

    def read(self, root: Element) -> Blocks:
        """Read an element and all below it. Raises ValueError for what cannot be written as it stands."""
        waiting: list[tuple[Element | str, bool]] = [(root, False)]
        while waiting:
            node, is_closing = waiting.pop()
            if isinstance(node, str):
                self._words(node)
            elif is_closing:
                self._close(node)
            elif self._open(node):
                waiting.append((node, True))
                waiting += [(child, False) for child in reversed(node.children)]
        self._flush()
        return self

    def _words(self, words: str) -> None:
        if self._frames[-1].is_inside:
            self.line.add(_LINE_ENDS.sub(" ", words))
        elif one_line(words):
            self.leave_out(OUTSIDE, words)

    def _open(self, element: Element) -> bool:
        """Begin an element; say whether what it holds is still to be read."""
        frame = self._frames[-1]
        if self.page is None:
            if element.tag in WORDLESS:
                return False
        elif (why := self._why(element, frame, self.page)) is not None:
            self._leave_out_element(element, why)
            return False
        if read := _WHOLE.get(element.tag):
            return read(self, element)
        if is_block_element(element):
            is_typed = element.style.get("white-space", "").startswith(("pre", "break-spaces"))
            return self._as_typed(element) if is_typed else self._begin(element)
        self._refuse_joined(element)
        self.line.add(" " if is_apart(element.style) else "")
        self.line.add("“" if element.tag == "q" else "")
        self.line.open(height_of(element))
        return True

    def _refuse_joined(self, element: Element) -> None:
        """Refuse "in 2010" with a reference "12" behind it that nothing raises: it is no number 201012."""
        before = self.line.text
        if self.page and before[-1:].isdigit() and not self.line.is_moved and is_number_link(element):
            raise ValueError(f"{before[-20:]!r} and the number of a reference behind it run together")

    def _begin(self, element: Element) -> bool:
        self._flush()
        self._frames.append(self._frames[-1].below(element, self.page))
        return True

    def _close(self, element: Element) -> None:
        if is_block_element(element):
            self._flush()
            self._frames.pop()
            return
        self.line.close()
        self.line.add("”" if element.tag == "q" else "")
        self.line.add(" " if is_apart(element.style) else "")

    def _why(self, element: Element, frame: Frame, page: Page) -> str | None:
        why = why_left_out(element, keeps=page.keeps, is_sectioned=frame.is_sectioned)
        if why is None and not (frame.is_inside or id(element) in page.parts | page.above):
            return OUTSIDE
        return why

    def _flush(self) -> None:
        """End a block: what the line holds is a piece, or two where a blank line divides it."""
        frame = self._frames[-1]
        for words in filter(None, map(one_line, _PARTS.split(self.line.taken(keep_lines=True)))):
            self.pieces.append(Piece(kind=frame.kind, text=words, level=frame.level))

    def _leave_out_element(self, element: Element, why: str) -> None:
        if gap(element) is None:
            self._flush()
        self.leave_out_element(element, why, words_of(element) if why else "")

    def _as_typed(self, element: Element) -> bool:
        if self.page is None:
            return self._begin(element)
        self._flush()
        inner = Blocks(self.page)
        for child in element.children:
            inner._typed(child)
        self.left_out += inner.left_out
        words = inner.line.taken(keep_lines=True)
        try:
            self.pieces += text_pieces(words)
        except ValueError:
            # Of code nobody needs its columns; of a table staff see here that it is not taken.
            self.leave_out(COLUMNS, words)
        return False

    def _typed(self, node: Element | str) -> None:
        """Add words whose white space counts, as in pre."""
        if isinstance(node, str):
            self.line.add(node.replace("\n", BREAK))
            return
        why = why_left_out(node, keeps=self.page.keeps, is_sectioned=True) if self.page else None
        if why is not None or node.tag in WORDLESS:
            self._leave_out_element(node, why or "")
            return
        if node.tag == "img":
            self.add_picture(node)
            return
        self.line.add(BREAK if node.tag == "br" or is_block_element(node) else "")
        self.line.open(height_of(node))
        for child in node.children:
            self._typed(child)
        self.line.close()

    def _table(self, table: Element) -> bool:
        if self.page is None or is_layout(table):
            return self._begin(table)
        self._flush()
        self.pieces += pieces_of(table, self._cell, self._is_shown)
        return False

    def _is_shown(self, row: Element) -> bool:
        why = self._why(row, self._frames[-1], self.page) if self.page else None
        if why is not None:
            self._leave_out_element(row, why)
        return why is None

    def _cell(self, cell: Element) -> str:
        inner = Blocks(self.page)
        inner._frames = [self._frames[-1]._replace(kind="paragraph", level=0)]
        inner.read(cell)
        self.left_out += inner.left_out
        return " ".join(piece.text.replace("\n", " ") for piece in inner.pieces)

    def _rule(self, _: Element) -> bool:
        self._flush()
        return False


_WHOLE: dict[str, Callable[[Blocks, Element], bool]] = {
    "br": Blocks.add_break, "hr": Blocks._rule, "img": Blocks.add_picture, "math": Blocks.add_formula,
    "table": Blocks._table, **dict.fromkeys(_AS_TYPED, Blocks._as_typed),
}  # fmt: skip


def words_of(element: Element) -> str:
    """Return all words of an element, shown or not, as they would stand in its place."""
    return "\n".join(piece.text for piece in Blocks(None).read(element).pieces)
