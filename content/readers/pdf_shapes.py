"""What is drawn on a PDF page beside its letters: rules, bullets, pictures, and what covers words."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from content.readers.pdf_frame import Frame

# Thicker than this is a bar, not a rule.
_THICKEST_RULE = 2.5
_SHORTEST_RULE = 6.0
_BULLET_SIZES = (1.2, 8.0)
# A drawing with more parts than this is a figure, no table.
_MOST_SHAPES, _MOST_SEGMENTS = 20_000, 600


class Box(NamedTuple):
    """A rectangle in points from the left and upper edge of the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Right edge less left edge."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Lower edge less upper edge."""
        return self.bottom - self.top

    @property
    def is_rule(self) -> bool:
        """Tell whether it is a line, lying or standing."""
        thin, long = sorted((self.width, self.height))
        return thin <= _THICKEST_RULE and long >= _SHORTEST_RULE


class Shapes(NamedTuple):
    """`covers` tells that something may lie over words: these are then looked at as drawn."""

    rules: list[Box]
    dots: list[Box]
    pictures: list[Box]
    covers: bool


def shapes(page: pdfium.PdfPage, frame: Frame) -> Shapes:
    """Read what is drawn on a page beside its letters."""
    found = Shapes([], [], [], False)
    covers = after_words = False
    count = raw.FPDFPage_CountObjects(page.raw)
    for at in range(min(count, _MOST_SHAPES)):
        drawn = raw.FPDFPage_GetObject(page.raw, at)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            after_words = True
            covers = covers or _is_cut(drawn)
            continue
        box = _bounds(drawn, frame)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            filled = _note_path(found, drawn, box, frame)
            covers = covers or (after_words and filled and min(box.width, box.height) > _THICKEST_RULE)
        elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                found.pictures.append(box)
            covers = covers or after_words or kind == raw.FPDF_PAGEOBJ_FORM
    return found._replace(covers=covers or count > _MOST_SHAPES)


def _note_path(found: Shapes, drawn: Any, box: Box, frame: Frame) -> bool:
    """Keep a path as rules or as a dot; tell whether it is filled."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(drawn, fill, stroke)
    smallest, largest = _BULLET_SIZES
    if _is_white(drawn, stroked=bool(stroke.value)):
        return bool(fill.value)
    if box.is_rule:
        found.rules.append(box)
    elif smallest <= box.width <= largest and smallest <= box.height <= largest:
        found.dots.append(box)
    elif stroke.value:
        found.rules.extend(line for line in _lines(drawn, frame) if line.is_rule)
    return bool(fill.value)


def _is_white(drawn: Any, *, stroked: bool) -> bool:
    """Tell whether a path has the colour of paper: borders of a table that only arranges a page."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    colour = raw.FPDFPageObj_GetStrokeColor if stroked else raw.FPDFPageObj_GetFillColor
    if not colour(drawn, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) > 245


def _lines(drawn: Any, frame: Frame) -> Iterator[Box]:
    """Yield the straight parts of a path: the edges of a rectangle, the grid of a table."""
    count = raw.FPDFPath_CountSegments(drawn)
    if count > _MOST_SEGMENTS:
        return
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for at in range(count):
        segment = raw.FPDFPath_GetPathSegment(drawn, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = frame.place(
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield _box(last, point)
        if raw.FPDFPathSegment_GetClose(segment):
            yield _box(point, start)
        last = point


def _box(one: tuple[float, float], other: tuple[float, float]) -> Box:
    (x0, x1), (y0, y1) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return Box(x0, y0, x1, y1)


def _bounds(drawn: Any, frame: Frame) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    return _box(frame.place(left.value, bottom.value), frame.place(right.value, top.value))


def _is_cut(drawn: Any) -> bool:
    """Tell whether a clipping path, or a layer that can be switched off, may hide letters."""
    if any(_mark_name(raw.FPDFPageObj_GetMark(drawn, at)) == "OC" for at in range(_count_marks(drawn))):
        return True
    clip = raw.FPDFPageObj_GetClipPath(drawn)
    return bool(clip) and raw.FPDFClipPath_CountPaths(clip) > 0 and not _holds(clip, drawn)


def _count_marks(drawn: Any) -> int:
    return max(0, int(raw.FPDFPageObj_CountMarks(drawn)))


def _mark_name(mark: Any) -> str:
    buffer, length = (ctypes.c_ushort * 40)(), ctypes.c_ulong()
    raw.FPDFPageObjMark_GetName(mark, buffer, 80, length)
    return bytes(buffer)[: max(0, length.value - 2)].decode("utf-16-le", "replace")


def _holds(clip: Any, drawn: Any) -> bool:
    """Tell whether all parts of a clipping path reach around a piece of text."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(raw.FPDFClipPath_CountPaths(clip)):
        count = raw.FPDFClipPath_CountPathSegments(clip, path)
        if count > 8:
            return False
        xs, ys = [], []
        for at in range(count):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, at), x, y)
            xs.append(x.value)
            ys.append(y.value)
        inside = xs and min(xs) <= left.value + 1 and max(xs) >= right.value - 1
        if not (inside and min(ys) <= bottom.value + 1 and max(ys) >= top.value - 1):
            return False
    return True
