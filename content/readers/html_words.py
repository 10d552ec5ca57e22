"""The words of a page on their way into blocks: one line of them, and what was left out of it and why."""

from __future__ import annotations

from content.extract import LeftOut, Piece
from content.readers.html_formula import formula
from content.readers.html_frames import Page, gap
from content.readers.html_line import BREAK, PICTURE, Line
from content.readers.html_tree import Element
from content.transcription import one_line

PICTURED = "picture"


class Words:
    """A line of words. Without a `page` everything is taken, for words that are left out anyway."""

    def __init__(self, page: Page | None) -> None:
        self.pieces: list[Piece] = []
        self.left_out: list[LeftOut] = []
        self.page = page
        self.line = Line(is_strict=page is not None)

    def leave_out(self, why: str, words: str) -> None:
        """Add words to what was not taken, below those with the same reason."""
        words = one_line(words)
        if self.left_out and self.left_out[-1].why == why:
            words = f"{self.left_out.pop().text}\n{words}"
        self.left_out.append(LeftOut(why=why, text=words))

    def leave_out_element(self, element: Element, why: str, words: str) -> None:
        """Leave out an element; raises ValueError for a number that some read here and others do not."""
        if gap(element) is not None and self._is_seen_number(element, words):
            raise ValueError(f"{words!r} is shown, but marked as hidden, in the middle of a sentence")
        self.line.add(gap(element) or "")
        if words:
            self.leave_out(why, words)

    def _is_seen_number(self, element: Element, words: str) -> bool:
        """Say whether sighted visitors read a number that is kept from others: 10 beside a hidden "ten"."""
        is_formula = "katex-html" in element.classes
        is_marked = element.attributes.get("aria-hidden") == "true" and not is_formula
        return is_marked and any(map(str.isdigit, words)) and bool(one_line(self.line.text))

    def add_break(self, _: Element) -> bool:
        """Add a new line."""
        self.line.add(BREAK)
        return False

    def add_picture(self, image: Element) -> bool:
        """A picture with a symbol as its text is that symbol; before a number any other is refused.

        What a picture shows is left out with the words that stand for it: nobody has compared the two.
        """
        text = one_line(image.attributes.get("alt", ""))
        if self.page is None:
            self.line.add(f" {text} ")
            return False
        is_symbol = 0 < len(text) <= 3 and not any(c.isascii() and c.isalnum() for c in text)
        self.line.add(text if is_symbol else PICTURE)
        if text and not is_symbol:
            self.leave_out(PICTURED, text)
        return False

    def add_formula(self, element: Element) -> bool:
        """Add a formula as far as one line of text can show it."""
        try:
            self.line.add(formula(element))
        except ValueError:
            if self.page is not None:
                raise
            self.line.add(element.words())
        return False
