"""How the letters of a PDF page are drawn: their size and font, and whether anyone is meant to read them."""

from __future__ import annotations

import ctypes
import re
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from content.readers.pdf_frame import Frame

# Smaller than any footnote: words of this size are not meant to be read by people.
SMALLEST_SIZE = 2.5
# Text that neither fills nor strokes its letters (ISO 32000-1, table 106) is drawn by nobody.
_INVISIBLE_MODES = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
_BOLD = re.compile("bold|black|heavy|demi|CMBX|CMB10|BX\\d|-Bd|-Medi$", re.IGNORECASE)
_BOLD_WEIGHT = 600


class Style(NamedTuple):
    """How a piece of text is drawn. `why_not` is set where nobody is meant to read it."""

    size: float
    bold: bool
    font: str
    why_not: str = ""
    light: bool = False


class Styles:
    """The styles of one page, each asked for once: a piece of text has one from its start to its end."""

    def __init__(self, textpage: Any, frame: Frame) -> None:
        self.textpage, self.frame = textpage, frame
        self.known: dict[int, Style] = {}
        self.fonts: dict[int, tuple[str, bool]] = {}
        # What PDFium writes its answers to.
        self.matrix = raw.FS_MATRIX()
        self.colour = tuple(ctypes.c_uint() for _ in range(4))

    def of(self, drawn_by: int, at: int) -> Style:
        """Return the style of a piece of text, `at` being the place of one of its characters."""
        if drawn_by not in self.known:
            self.known[drawn_by] = self._new(ctypes.cast(drawn_by, raw.FPDF_PAGEOBJECT), at)
        return self.known[drawn_by]

    def _new(self, drawn_by: Any, at: int) -> Style:
        raw.FPDFText_GetMatrix(self.textpage, at, self.matrix)
        a, b, c, d = self.matrix.a, self.matrix.b, self.matrix.c, self.matrix.d
        size = raw.FPDFText_GetFontSize(self.textpage, at) * (c**2 + d**2) ** 0.5
        name, bold = self._font(drawn_by)
        why_not = ""
        if size < SMALLEST_SIZE or raw.FPDFTextObj_GetTextRenderMode(drawn_by) in _INVISIBLE_MODES:
            why_not = "hidden"
        elif not self._runs_right(a, b):
            why_not = "rotated text"
        return Style(round(size, 2), bold, name, why_not, self._is_light(drawn_by))

    def _runs_right(self, a: float, b: float) -> bool:
        """Tell whether letters follow each other to the right, as shown."""
        here, there = self.frame.place(0, 0), self.frame.place(a, b)
        across, down = there[0] - here[0], there[1] - here[1]
        return across >= 0 and abs(down) <= 0.02 * across

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

    def _is_light(self, drawn_by: Any) -> bool:
        """Tell whether letters are drawn in a colour that could be that of the paper, or see-through."""
        red, green, blue, alpha = self.colour
        if not raw.FPDFPageObj_GetFillColor(drawn_by, red, green, blue, alpha):
            return False
        return alpha.value < 100 or 0.3 * red.value + 0.59 * green.value + 0.11 * blue.value > 190
