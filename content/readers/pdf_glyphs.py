"""The characters of one PDF page: what each one is, where it stands, and whether anyone can see it."""

from __future__ import annotations

import ctypes
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
# The piece of text that drew a character, as a number: to make a pointer of each takes twice as long.
_drawn_by = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)


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
        self.origin = ctypes.c_double(), ctypes.c_double()
        self.box = raw.FS_RECTF()
        self.found = Characters([], [], {})

    def run(self) -> Characters:
        order, unseen, glyphs = self.found.order, self.found.unseen, self.found.glyphs
        handle, unicode = ctypes.cast(self.textpage, ctypes.c_void_p), raw.FPDFText_GetUnicode
        width, height = self.frame.size
        spaced = hinted = False
        drawn_before, style, texts = 0, Style(0.0, False, ""), dict[int, str]()
        last_right = base = bottom = 0.0
        for at in range(raw.FPDFText_CountChars(self.textpage)):
            code, drawn_by = unicode(self.textpage, at), _drawn_by(handle, at)
            if not drawn_by:  # PDFium's own guess at a space or a line end
                order.append(chr(code))
                hinted = hinted or code == _SPACE
                continue
            last_base = base
            if drawn_by != drawn_before:
                style, drawn_before, bottom = self.styles.of(drawn_by, at), drawn_by, float("nan")
                texts = self.texts.setdefault(style.font, {})
            text = texts[code] if code in texts else self._text(code, texts, at)
            order.append(text)
            if not text or text.isspace():
                spaced = spaced or bool(text)
                continue
            left, right, base, bottom = self._place(at, base, bottom)
            near = abs(last_base - base) < 0.01 * style.size
            if near and abs(left - last_right) < _TOUCHING * style.size and order[at - 1] in _GUESSED:
                self._without_guess(at)
                hinted = False
            last_right = right
            inside = 0 <= (left + right) / 2 <= width and -2 <= base <= height + 2
            if style.why_not or not inside:
                unseen[at] = style.why_not or "hidden"
            else:
                glyphs.append(Glyph(text, left, right, base, style, at, spaced, hinted))
            spaced = hinted = False
        return self.found

    def _place(self, at: int, base: float, bottom: float) -> tuple[float, float, float, float]:
        """Return the edges and the baseline of a character, and the lower edge of the space it takes.

        While that edge stays where it was within a piece of text, so does the baseline.
        """
        (x, y), box, frame = self.origin, self.box, self.frame
        raw.FPDFText_GetLooseCharBox(self.textpage, at, box)
        if not frame.turned:
            if box.bottom != bottom:
                raw.FPDFText_GetCharOrigin(self.textpage, at, x, y)
                base = frame.top - y.value
            return box.left - frame.left, box.right - frame.left, base, box.bottom
        raw.FPDFText_GetCharOrigin(self.textpage, at, x, y)
        _, base = frame.place(x.value, y.value)
        edges = frame.place(box.left, box.bottom)[0], frame.place(box.right, box.top)[0]
        return min(edges), max(edges), base, bottom

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
