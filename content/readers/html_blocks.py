"""A tree of elements to blocks of words in reading order, and to what was left out and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from content.extract import LeftOut, Piece, PieceKind
from content.readers.html_formula import formula
from content.readers.html_left_out import why_left_out
from content.readers.html_line import BREAK, PICTURE, Line
from content.readers.html_markup import BLOCK_TAGS
from content.readers.html_style import LONGEST_STYLED, Height, height, is_apart, is_block
from content.readers.html_tables import is_layout, pieces_of
from content.readers.html_tree import WORDLESS, Element
from content.readers.text_blocks import text_pieces
from content.transcription import one_line

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_ITEMS = frozenset("li dt dd".split())
_SECTIONS = frozenset("main article section".split())
_AS_TYPED = frozenset("pre listing xmp plaintext".split())
OUTSIDE = "outside the main part"


class Page(NamedTuple):
    """The main parts of a page; `keeps` and `above` are elements by id()."""

    parts: frozenset[int]
    above: frozenset[int]
    keeps: frozenset[int]


class _Frame(NamedTuple):
    kind: PieceKind
    level: int
    is_inside: bool
    is_sectioned: bool


class Blocks:
    """Reads elements in order. Without a `page` everything is taken, for words that are left out anyway."""

    def __init__(self, page: Page | None) -> None:
        self.pieces: list[Piece] = []
        self.left_out: list[LeftOut] = []
        self._page = page
        self._line = Line(is_strict=page is not None)
        self._frames = [_Frame("paragraph", 0, page is None, False)]

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
            # Line ends of the source are spaces; only a BREAK is a new line.
            self._line.add(words.replace(BREAK, " "))
        elif one_line(words):
            self._leave_out(OUTSIDE, words)

    def _open(self, element: Element) -> bool:
        """Begin an element; say whether what it holds is still to be read."""
        frame = self._frames[-1]
        if self._page is None:
            if element.tag in WORDLESS:
                return False
        elif (why := self._why(element, frame, self._page)) is not None:
            self._leave_out_element(element, why)
            return False
        if read := _WHOLE.get(element.tag):
            return read(self, element)
        if element.style.get("white-space", "").startswith(("pre", "break-spaces")) and _is_block(element):
            return self._as_typed(element)
        if _is_block(element):
            self._flush()
            self._frames.append(self._frame(element, frame))
            return True
        self._line.add(" " if is_apart(element.style) else "")
        self._line.add("“" if element.tag == "q" else "")
        self._line.open(_height(element))
        return True

    def _close(self, element: Element) -> None:
        if _is_block(element):
            self._flush()
            self._frames.pop()
            return
        self._line.close()
        self._line.add("”" if element.tag == "q" else "")
        self._line.add(" " if is_apart(element.style) else "")

    def _why(self, element: Element, frame: _Frame, page: Page) -> str | None:
        why = why_left_out(element, keeps=page.keeps, is_sectioned=frame.is_sectioned)
        if why is None and not (frame.is_inside or id(element) in page.parts | page.above):
            return OUTSIDE
        return why

    def _frame(self, element: Element, above: _Frame) -> _Frame:
        kind, level = above.kind, above.level
        if heading := _level(element):
            kind, level = "heading", heading
        elif element.tag in _ITEMS and not level:
            kind = "item"
        return _Frame(
            kind, level,
            above.is_inside or (self._page is not None and id(element) in self._page.parts),
            above.is_sectioned or element.tag in _SECTIONS,
        )  # fmt: skip

    def _flush(self) -> None:
        """End a block: what the line holds is a piece, or two where a blank line divides it."""
        frame = self._frames[-1]
        for words in filter(None, map(one_line, self._line.taken(keep_lines=True).split("\n\n"))):
            self.pieces.append(Piece(kind=frame.kind, text=words, level=frame.level))

    def _leave_out_element(self, element: Element, why: str) -> None:
        words = words_of(element) if why else ""
        if _is_block(element):
            self._flush()
        elif self._is_seen_number(element, words):
            raise ValueError(f"{words!r} is shown, but marked as hidden, in the middle of a sentence")
        if words:
            self._leave_out(why, words)

    def _is_seen_number(self, element: Element, words: str) -> bool:
        """Say whether sighted visitors read a number that is kept from others: 10 beside a hidden "ten"."""
        is_formula = "katex-html" in element.classes
        is_marked = element.attributes.get("aria-hidden") == "true" and not is_formula
        return is_marked and any(map(str.isdigit, words)) and bool(one_line(self._line.text))

    def _leave_out(self, why: str, words: str) -> None:
        words = one_line(words)
        if self.left_out and self.left_out[-1].why == why:
            words = f"{self.left_out.pop().text}\n{words}"
        self.left_out.append(LeftOut(why=why, text=words))

    def _as_typed(self, element: Element) -> bool:
        self._flush()
        inner = Blocks(self._page)
        for child in element.children:
            inner._typed(child, self._frames[-1])
        self.left_out += inner.left_out
        self.pieces += text_pieces(inner._line.taken(keep_lines=True))
        return False

    def _typed(self, node: Element | str, frame: _Frame) -> None:
        """Add words whose white space counts, as in pre."""
        if isinstance(node, str):
            self._line.add(node.replace("\n", BREAK))
            return
        why = why_left_out(node, keeps=self._page.keeps, is_sectioned=True) if self._page else None
        if why is not None or node.tag in WORDLESS:
            self._leave_out_element(node, why or "")
            return
        self._line.add(BREAK if node.tag == "br" or _is_block(node) else "")
        self._line.open(_height(node))
        for child in node.children:
            self._typed(child, frame)
        self._line.close()

    def _table(self, table: Element) -> bool:
        if self._page is None or is_layout(table):
            self._flush()
            self._frames.append(self._frame(table, self._frames[-1]))
            return True
        self._flush()
        self.pieces += pieces_of(table, self._cell)
        return False

    def _cell(self, cell: Element) -> str:
        inner = Blocks(self._page)
        inner._frames = [self._frames[-1]._replace(kind="paragraph", level=0)]
        inner.read(cell)
        self.left_out += inner.left_out
        return " ".join(piece.text.replace("\n", " ") for piece in inner.pieces)

    def _break(self, _: Element) -> bool:
        self._line.add(BREAK)
        return False

    def _rule(self, _: Element) -> bool:
        self._flush()
        return False

    def _picture(self, image: Element) -> bool:
        """A picture with a symbol as its text is that symbol; before a number any other is refused."""
        text = one_line(image.attributes.get("alt", ""))
        is_symbol = 0 < len(text) <= 3 and not any(c.isascii() and c.isalnum() for c in text)
        self._line.add(text if is_symbol else PICTURE)
        return False

    def _formula(self, element: Element) -> bool:
        try:
            self._line.add(formula(element))
        except ValueError:
            if self._page is not None:
                raise
            self._line.add(element.words())
        return False


_WHOLE: dict[str, Callable[[Blocks, Element], bool]] = {
    "br": Blocks._break, "hr": Blocks._rule, "img": Blocks._picture, "math": Blocks._formula,
    "table": Blocks._table, **dict.fromkeys(_AS_TYPED, Blocks._as_typed),
}  # fmt: skip


def words_of(element: Element) -> str:
    """Return all words of an element, shown or not, as they would stand in its place."""
    return "\n".join(piece.text for piece in Blocks(None).read(element).pieces)


def _level(element: Element) -> int:
    if element.attributes.get("role") == "heading":
        level = element.attributes.get("aria-level", "2")
        return int(level) if level in "123456" and len(level) == 1 else 2
    return _LEVELS.get(element.tag, 0)


def _height(element: Element) -> Height | None:
    if element.tag not in ("sup", "sub") and element.characters > LONGEST_STYLED:
        return None
    return height(element.tag, element.classes, element.style)


def _is_block(element: Element) -> bool:
    return element.tag in BLOCK_TAGS or is_block(element.style)
