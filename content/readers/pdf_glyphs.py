"""The characters of one PDF page: what each one is, where it stands, and whether anyone can see it."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from content.readers.pdf_frame import Frame
from content.readers.pdf_styles import Style, Styles

# What PDFium writes for a hyphen at a line end, whichever of "-" and U+00AD the file holds.
_LINE_END_HYPHEN = "\x02"
_SOFT_HYPHEN = 0xAD
UNREADABLE = "\ufffd"
_SPACE = 0x20
_GUESSED = (" ", "\n")
# In letter heights: nearer letters than this are parts of one word.
_TOUCHING = 0.12
# How many characters are asked for in one go; PDFium's rectangle is four numbers of four bytes.
_AT_ONCE, _BOX = 8_192, 16


def _plain(function: Any, *takes: Any, gives: Any) -> Any:
    """Return a function of PDFium that takes addresses as numbers: to make pointers takes twice as long."""
    return ctypes.CFUNCTYPE(gives, ctypes.c_void_p, ctypes.c_int, *takes)(
        ctypes.cast(function, ctypes.c_void_p).value or 0
    )


_unicode = _plain(raw.FPDFText_GetUnicode, gives=ctypes.c_uint)
_drawn_by = _plain(raw.FPDFText_GetTextObject, gives=ctypes.c_void_p)
_box = _plain(raw.FPDFText_GetLooseCharBox, ctypes.c_void_p, gives=ctypes.c_int)


class Glyph(NamedTuple):
    """A character: left and right edge, its baseline below the page's upper edge, all in points.

    `at` is its place in the file's own order; `spaced` tells that a space was drawn in front of it,
    `hinted` that PDFium, which looks at the widths of its neighbours, takes the gap for one.
    """

    text: str
    left: float
    right: float
    base: float
    style: Style
    at: int
    spaced: bool = False
    hinted: bool = False


class Characters(NamedTuple):
    """Those of a page that are seen, and all of them with PDFium's own spaces in the file's order."""

    glyphs: list[Glyph]
    order: list[str]
    # The places in `order` of those that nobody is meant to read, by reason.
    unseen: dict[int, str]


def characters(page: pdfium.PdfPage, frame: Frame) -> Characters:
    """Read all characters of a page. A character whose meaning the file does not tell is U+FFFD."""
    textpage = page.get_textpage()
    try:
        return _Reading(textpage.raw, frame).run()
    finally:
        textpage.close()


class _Reading:
    """One pass over a page; what is asked of each character is kept to three calls into PDFium."""

    def __init__(self, textpage: Any, frame: Frame) -> None:
        self.textpage, self.frame = textpage, frame
        self.styles = Styles(textpage, frame)
        # What a number means in a font, for the fonts of the page.
        self.texts: dict[str, dict[int, str]] = {}
        self.found = Characters([], [], {})

    def run(self) -> Characters:
        order, unseen, glyphs = self.found.order, self.found.unseen, self.found.glyphs
        (width, height), turned, margin = self.frame.size, self.frame.turned, self.frame.left
        spaced = hinted = False
        drawn_before, style, texts = 0, Style(0.0, False, ""), dict[int, str]()
        last_right = base = floor = 0.0
        for at, (code, drawn_by, left, top, right, bottom) in enumerate(self._asked()):
            if not drawn_by:  # PDFium's own guess at a space or a line end
                order.append(chr(code))
                hinted = hinted or code == _SPACE
                continue
            if drawn_by != drawn_before:
                style, drawn_before, floor = self.styles.of(drawn_by, at), drawn_by, float("nan")
                texts = self.texts.setdefault(style.font, {})
            text = texts[code] if code in texts else self._text(code, texts, at)
            order.append(text)
            if not text or text.isspace():
                spaced = spaced or bool(text)
                continue
            last_base = base
            if turned:
                left, right, base = self._turned(at, left, top, right, bottom)
            else:
                left, right = left - margin, right - margin
                # While their lower edge stays where it was, letters of one piece have one baseline.
                base, floor = base if bottom == floor else self._origin(at)[1], bottom
            near = abs(last_base - base) < 0.01 * style.size
            if near and abs(left - last_right) < _TOUCHING * style.size and order[at - 1] in _GUESSED:
                self._without_guess(at)
                hinted = False
            last_right = right
            if style.why_not or not (0 <= (left + right) / 2 <= width and -2 <= base <= height + 2):
                unseen[at] = style.why_not or "hidden"
            else:
                glyphs.append(Glyph(text, left, right, base, style, at, spaced, hinted))
            spaced = hinted = False
        return self.found

    def _asked(self) -> Iterator[tuple[int, int | None, float, float, float, float]]:
        """Yield of each character its number, what drew it, and the edges of the space it takes."""
        handle, count = ctypes.cast(self.textpage, ctypes.c_void_p), raw.FPDFText_CountChars(self.textpage)
        for start in range(0, count, _AT_ONCE):
            places = range(start, min(count, start + _AT_ONCE))
            boxes = (raw.FS_RECTF * len(places))()
            first = ctypes.addressof(boxes) - start * _BOX
            for at in places:
                _box(handle, at, first + at * _BOX)
            edges = array("f", bytes(boxes)).tolist()
            yield from zip(
                [_unicode(handle, at) for at in places],
                [_drawn_by(handle, at) for at in places],
                *(edges[side::4] for side in range(4)),
                strict=True,
            )

    def _origin(self, at: int) -> tuple[float, float]:
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self.textpage, at, x, y)
        return self.frame.place(x.value, y.value)

    def _turned(
        self, at: int, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float]:
        """Return the edges and the baseline of a character of a page that is turned before it is shown."""
        edges = self.frame.place(left, bottom)[0], self.frame.place(right, top)[0]
        return min(edges), max(edges), self._origin(at)[1]

    def _without_guess(self, at: int) -> None:
        """Take back PDFium's guess where nothing parts two letters: it would cut a number in parts."""
        order = self.found.order
        for guess in range(at - 1, max(-1, at - 3), -1):
            order[guess] = "" if order[guess] in "\r\n " else order[guess]

    def _text(self, code: int, texts: dict[int, str], at: int) -> str:
        """Return the character, "" for one without ink, U+FFFD for one that cannot be read."""
        if code == _SOFT_HYPHEN:
            # Between letters it is no hyphen to be seen, unless a font draws its hyphen with it.
            return "-" if self._has_ink(at) else ""
        text = chr(code) if code < 0xD800 or code > 0xDFFF else UNREADABLE
        if text == _LINE_END_HYPHEN:
            text = "-"
        elif (
            raw.FPDFText_HasUnicodeMapError(self.textpage, at)
            or (code < 0x20 and not text.isspace())
            or 0x7F <= code < 0xA0
        ):
            text = UNREADABLE
        texts[code] = text
        return text

    def _has_ink(self, at: int) -> bool:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        raw.FPDFText_GetCharBox(self.textpage, at, left, right, bottom, top)
        return right.value - left.value > 0 and top.value - bottom.value > 0
