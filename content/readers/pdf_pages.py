"""The pages of a PDF file: opened, refused where they cannot be read, each with what it shows."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from content.errors import SourceRefused
from content.extract import LeftOut
from content.readers.pdf_frame import Frame
from content.readers.pdf_glyphs import Characters, Glyph, characters
from content.readers.pdf_shapes import Box, shapes
from content.transcription import one_line

MOST_PAGES = 500
MOST_CHARACTERS = 3_000_000
# A word whose darkest and lightest point differ by less than this, of 255, is not to be seen.
_FAINTEST = 16
_MOST_PIXELS = 4_000_000
_MAY_COPY = 1 << 4
_SHOWN_NOTES = {raw.FPDF_ANNOT_FREETEXT: "annotation", raw.FPDF_ANNOT_TEXT: "annotation"}
# A picture of at least this share of a page with hardly a letter beside it is a scan.
_SCAN_SHARE, _FEWEST_LETTERS = 0.4, 40


class Page(NamedTuple):
    """What one page shows. `order` is every character of it as the file has them, for counting."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    order: list[str]
    rules: list[Box]
    dots: list[Box]
    left_out: list[LeftOut]
    is_scan: bool


class PdfFacts(NamedTuple):
    """The pages of a file, and the title that its maker typed into it."""

    title: str
    pages: list[Page]


def read_pages(data: bytes, name: str) -> PdfFacts:
    """Read all pages, or raise SourceRefused saying why the file cannot be read."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise SourceRefused(name, "it is locked with a password") from error
        raise SourceRefused(name, f"it is no PDF file that can be opened ({error})") from error
    try:
        _refuse_document(document, name)
        pages = list(_pages(document, name))
        return PdfFacts(document.get_metadata_value("Title"), pages)
    except pdfium.PdfiumError as error:
        raise SourceRefused(name, f"one of its pages is broken ({error})") from error
    finally:
        document.close()


def _refuse_document(document: pdfium.PdfDocument, name: str) -> None:
    locked = raw.FPDF_GetSecurityHandlerRevision(document.raw) != -1
    if locked and not raw.FPDF_GetDocPermissions(document.raw) & _MAY_COPY:
        raise SourceRefused(name, "its maker has locked it against taking out words")
    if not len(document):
        raise SourceRefused(name, "it has no pages")
    if len(document) > MOST_PAGES:
        raise SourceRefused(name, f"it has {len(document)} pages, more than {MOST_PAGES}; cut it into parts")


def _pages(document: pdfium.PdfDocument, name: str) -> Iterator[Page]:
    total = 0
    for at in range(len(document)):
        page = document[at]
        try:
            found = _page(page, at + 1)
        finally:
            page.close()
        total += len(found.order)
        if total > MOST_CHARACTERS:
            raise SourceRefused(name, f"more than {MOST_CHARACTERS} characters; cut it into parts")
        yield found


def _page(page: pdfium.PdfPage, number: int) -> Page:
    left, bottom, right, top = page.get_cropbox()
    frame = Frame(left, bottom, right, top, page.get_rotation())
    drawn, words = shapes(page, frame), characters(page, frame)
    if words.glyphs and (drawn.covers or any(glyph.style.light for glyph in words.glyphs)):
        words = _without_invisible(page, frame, words)
    width, height = frame.size
    area = sum(box.width * box.height for box in drawn.pictures)
    # Behind a scan, a program may have put what it took for its words, where nobody sees them.
    few = len(words.glyphs) < max(_FEWEST_LETTERS, len(words.unseen))
    scan = area >= _SCAN_SHARE * width * height and few
    left_out = [*_unseen(words), *_notes(page)]
    return Page(number, width, height, words.glyphs, words.order, drawn.rules, drawn.dots, left_out, scan)


def _unseen(words: Characters) -> Iterator[LeftOut]:
    """Yield the words that nobody is meant to read, one for each reason."""
    for why in dict.fromkeys(words.unseen.values()):
        kept = [
            text if words.unseen.get(at, "") == why else " " if text.isspace() else ""
            for at, text in enumerate(words.order)
        ]
        text = one_line("".join(kept))
        if text:
            yield LeftOut(why=why, text=text)


def _without_invisible(page: pdfium.PdfPage, frame: Frame, words: Characters) -> Characters:
    """Look at the page as drawn and put aside each word that leaves no mark on it.

    That finds white letters on white, letters under a bar or a picture, outside of a clipping path, or
    on a layer that is switched off, whichever way the file does it.
    """
    width, height = frame.size
    scale = min(2.0, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, draw_annots=False)
    pixels, stride = bytes(bitmap.buffer), bitmap.stride
    across, down = bitmap.width, bitmap.height
    bitmap.close()
    unseen = dict(words.unseen)
    glyphs: list[Glyph] = []
    for glyph in words.glyphs:
        size = glyph.style.size
        x0, x1 = max(0, int(glyph.left * scale)), min(across, int(glyph.right * scale) + 2)
        y0 = max(0, int((glyph.base - 0.9 * size) * scale))
        y1 = min(down, int((glyph.base + 0.3 * size) * scale) + 2)
        rows = [pixels[y * stride + x0 : y * stride + x1] for y in range(y0, y1)] if x1 > x0 else []
        if rows and max(map(max, rows)) - min(map(min, rows)) >= _FAINTEST:
            glyphs.append(glyph)
        else:
            unseen[glyph.at] = "hidden"
    return Characters(glyphs, words.order, unseen)


def _notes(page: pdfium.PdfPage) -> Iterator[LeftOut]:
    """Yield notes that a reader pinned on the page, and what was typed into its form."""
    for at in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        note = raw.FPDFPage_GetAnnot(page.raw, at)
        kind = raw.FPDFAnnot_GetSubtype(note)
        if kind == raw.FPDF_ANNOT_WIDGET:
            text, why = one_line(_value(note, b"V")), "form field"
        else:
            text, why = one_line(_value(note, b"Contents")), _SHOWN_NOTES.get(kind, "")
        raw.FPDFPage_CloseAnnot(note)
        if text and why:
            yield LeftOut(why=why, text=text)


def _value(note: raw.FPDF_ANNOTATION, key: bytes) -> str:
    length = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAnnot_GetStringValue(note, key, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[: max(0, length - 2)].decode("utf-16-le", "replace")
