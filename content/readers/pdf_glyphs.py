"""The characters of one PDF page: what each one is, where it stands, and whether anyone can see it."""

from __future__ import annotations

import ctypes
import re
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from content.readers.pdf_frame import Frame

# Smaller than any footnote: words of this size are not meant to be read by people.
SMALLEST_SIZE = 2.5
# Text that neither fills nor strokes its letters (ISO 32000-1, table 106) is drawn by nobody.
_INVISIBLE_MODES = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
_BOLD = re.compile("bold|black|heavy|demi|CMBX|CMB10|BX\\d|-Bd|-Medi$", re.IGNORECASE)
_BOLD_WEIGHT = 600
# What PDFium writes for a hyphen at a line end, whichever of "-" and U+00AD the file holds.
_LINE_END_HYPHEN = "\x02"
UNREADABLE = "\ufffd"
_SPACE = 0x20
_GUESSED = ([" "], ["\n"])
# In letter heights: nearer letters than this are parts of one word.
_TOUCHING = 0.12


class Style(NamedTuple):
    """How a piece of text is drawn. `why_not` is set where nobody is meant to read it."""

    size: float
    bold: bool
    font: str
    why_not: str = ""
    light: bool = False


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
    """One pass over a page; what is asked of each character is kept to four calls into PDFium."""

    def __init__(self, textpage: Any, frame: Frame) -> None:
        self.textpage, self.frame = textpage, frame
        self.styles: dict[int, Style] = {}
        self.fonts: dict[int, tuple[str, bool]] = {}
        self.readable: dict[tuple[str, int], bool] = {}
        self.found = Characters([], [], {})

    def run(self) -> Characters:
        count = raw.FPDFText_CountChars(self.textpage)
        x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
        order, unseen, upright = self.found.order, self.found.unseen, not self.frame.turned
        spaced = hinted = False
        last = 0.0, 0.0
        for at in range(count):
            code = raw.FPDFText_GetUnicode(self.textpage, at)
            drawn_by = raw.FPDFText_GetTextObject(self.textpage, at)
            if not drawn_by:  # PDFium's own guess at a space or a line end
                order.append(chr(code))
                hinted = hinted or code == _SPACE
                continue
            style = self._style(drawn_by, at)
            text = self._text(code, style, at)
            order.append(text)
            if not text or text.isspace():
                spaced = spaced or bool(text)
                continue
            raw.FPDFText_GetCharOrigin(self.textpage, at, x, y)
            raw.FPDFText_GetLooseCharBox(self.textpage, at, box)
            if upright:
                left, right = box.left - self.frame.left, box.right - self.frame.left
                base = self.frame.top - y.value
            else:
                _, base = self.frame.place(x.value, y.value)
                edges = self.frame.place(box.left, box.bottom)[0], self.frame.place(box.right, box.top)[0]
                left, right = min(edges), max(edges)
            if order[at - 1 : at] in _GUESSED and _is_touching(last, left, base, style):
                # Nothing parts these two: PDFium's guess would cut a number in parts.
                for guess in range(at - 1, max(-1, at - 3), -1):
                    order[guess] = "" if order[guess] in "\r\n " else order[guess]
                hinted = False
            last = right, base
            why_not = style.why_not or self._outside((left + right) / 2, base)
            if why_not:
                unseen[at] = why_not
            else:
                self.found.glyphs.append(Glyph(text, left, right, base, style, at, spaced, hinted))
            spaced = hinted = False
        return self.found

    def _outside(self, middle: float, base: float) -> str:
        width, height = self.frame.size
        return "" if 0 <= middle <= width and -2 <= base <= height + 2 else "hidden"

    def _text(self, code: int, style: Style, at: int) -> str:
        """Return the character, "" for one without ink, U+FFFD for one that cannot be read."""
        key = (style.font, code)
        if key not in self.readable:
            self.readable[key] = not raw.FPDFText_HasUnicodeMapError(self.textpage, at)
        text = chr(code) if code < 0xD800 or code > 0xDFFF else UNREADABLE
        if text == _LINE_END_HYPHEN:
            return "-"
        if text == "\u00ad":
            # Between letters it is no hyphen to be seen, unless a font draws its hyphen with it.
            return "-" if self._has_ink(at) else ""
        if not self.readable[key] or (code < 0x20 and not text.isspace()) or 0x7F <= code < 0xA0:
            return UNREADABLE
        return text

    def _has_ink(self, at: int) -> bool:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        raw.FPDFText_GetCharBox(self.textpage, at, left, right, bottom, top)
        return right.value - left.value > 0 and top.value - bottom.value > 0

    def _style(self, drawn_by: Any, at: int) -> Style:
        key = ctypes.addressof(drawn_by.contents)
        if key not in self.styles:
            self.styles[key] = self._new_style(drawn_by, at)
        return self.styles[key]

    def _new_style(self, drawn_by: Any, at: int) -> Style:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self.textpage, at, matrix)
        size = raw.FPDFText_GetFontSize(self.textpage, at) * (matrix.c**2 + matrix.d**2) ** 0.5
        name, bold = self._font(drawn_by)
        light = _is_light(drawn_by)
        along = self._along(matrix.a, matrix.b)
        why_not = ""
        if raw.FPDFTextObj_GetTextRenderMode(drawn_by) in _INVISIBLE_MODES or size < SMALLEST_SIZE:
            why_not = "hidden"
        elif abs(along[1]) > 0.02 * abs(along[0]) or along[0] < 0:
            why_not = "rotated text"
        return Style(round(size, 2), bold, name, why_not, light)

    def _along(self, a: float, b: float) -> tuple[float, float]:
        """Return the direction in which the letters follow each other, as shown."""
        here, there = self.frame.place(0, 0), self.frame.place(a, b)
        return there[0] - here[0], there[1] - here[1]

    def _font(self, drawn_by: Any) -> tuple[str, bool]:
        font = raw.FPDFTextObj_GetFont(drawn_by)
        if not font:
            return "", False
        key = ctypes.addressof(font.contents)
        if key not in self.fonts:
            buffer = ctypes.create_string_buffer(200)
            raw.FPDFFont_GetBaseFontName(font, buffer, 200)
            name = buffer.value.decode("utf-8", "replace")
            bold = bool(_BOLD.search(name)) or raw.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
            self.fonts[key] = f"{name} {key}", bold
        return self.fonts[key]


def _is_touching(last: tuple[float, float], left: float, base: float, style: Style) -> bool:
    """Tell whether a letter stands right behind the last one."""
    return abs(last[1] - base) < 0.01 * style.size and abs(left - last[0]) < _TOUCHING * style.size


def _is_light(drawn_by: Any) -> bool:
    """Tell whether letters are drawn in a colour that could be that of the paper, or see-through."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(drawn_by, red, green, blue, alpha):
        return False
    return alpha.value < 100 or 0.3 * red.value + 0.59 * green.value + 0.11 * blue.value > 190
