"""Runs of letters of one size on one baseline, and which are raised or lowered beside a larger one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from content.readers.pdf_glyphs import Glyph
from content.readers.pdf_shapes import Box

Height = Literal["plain", "raised", "lowered"]
# A wider gap than this, in letter heights, is no space between words.
WIDEST_SPACE = 0.9
# Raised letters are set at 58 to 83 % of the size (83 % by browsers), 0.2 to 0.5 above the baseline.
_SMALLER = 0.87
_RAISED_BY = (0.1, 0.75)
_LOWERED_BY = (-0.6, -0.04)
# Of the same size, letters must stand further off and can be few only.
_SAME_SIZE_BY = 0.15
_MOST_MOVED = 40
_REACH = 0.45
_LARGEST_HOST = 2.3
_WORD = 12
# Accents as characters of their own, which old fonts draw over a letter, and what they do to it.
_ACCENTS = dict(
    zip(
        "´`¨ˆ˜˚¸ˇ¯˘˝˙˛",
        "\u0301\u0300\u0308\u0302\u0303\u030a\u0327\u030c\u0304\u0306\u030b\u0307\u0328",
        strict=True,
    )
)


class Run:
    """Letters of one size on one baseline. `reach` is where those attached to it end."""

    __slots__ = ("base", "glyphs", "height", "host", "left", "reach", "right", "size")

    def __init__(self, glyph: Glyph) -> None:
        self.glyphs = [glyph]
        self.size, self.base = glyph.style.size, glyph.base
        self.left, self.right = glyph.left, glyph.right
        self.reach = glyph.right
        self.height: Height = "plain"
        self.host: Run | None = None


def runs(glyphs: Sequence[Glyph], borders: Sequence[Box]) -> list[Run]:
    """Return the runs of a page, each with its height. `borders` are standing rules: none is crossed."""
    found: list[Run] = []
    current: Run | None = None
    for glyph in _composed(glyphs):
        if current is None or _is_apart(current, glyph, borders):
            current = Run(glyph)
            found.append(current)
        else:
            current.glyphs.append(glyph)
            if glyph.right > current.right:
                current.right = current.reach = glyph.right
    _set_heights(found)
    return found


def _is_apart(run: Run, glyph: Glyph, borders: Sequence[Box]) -> bool:
    size, gap = run.size, glyph.left - run.right
    if not -0.4 * size <= gap <= WIDEST_SPACE * size or abs(glyph.base - run.base) > 0.04 * size:
        return True
    if abs(glyph.style.size - size) > 0.02 * size:
        return True
    return gap > 0.1 * size and is_divided(run.right, glyph.left, run.base - 0.3 * size, borders)


def is_divided(left: float, right: float, height: float, borders: Iterable[Box]) -> bool:
    """Tell whether a standing rule passes between two places on a line."""
    return any(
        left - 0.5 <= border.left and border.right <= right + 0.5 and border.top <= height <= border.bottom
        for border in borders
    )


def _composed(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the glyphs with accents put on the letter that they are drawn over: "¨" on "o" is "ö"."""
    marks = {text: mark for text in {glyph.text for glyph in glyphs} if (mark := _mark(text))}
    if not marks:
        return list(glyphs)
    found: list[Glyph] = []
    last = -_WORD  # where in `found` an accent may stand last
    for glyph in glyphs:
        mark = marks.get(glyph.text, "")
        # An accent is drawn before its letter, behind it, or behind the whole word.
        back = _WORD if mark else 3 if len(found) - last < 3 else 0
        for at in range(len(found) - 1, max(-1, len(found) - back), -1):
            other = marks.get(found[at].text, "")
            accent, letter = (glyph, found[at]) if mark else (found[at], glyph)
            if bool(mark) != bool(other) and _stand_over(accent, letter):
                plain = {"ı": "i", "ȷ": "j"}.get(letter.text, letter.text)
                text = unicodedata.normalize("NFC", plain + (mark or other))
                whole = letter._replace(text=text, spaced=glyph.spaced or found[at].spaced)
                if mark:
                    found[at] = letter._replace(text=text)
                else:
                    found[at:] = [*found[at + 1 :], whole]
                break
        else:
            last = len(found) if mark else last
            found.append(glyph)
    return found


def _mark(text: str) -> str:
    """Return the combining mark that a character is drawn as, or ""."""
    return _ACCENTS.get(text) or (text if unicodedata.combining(text[0]) else "")


def _stand_over(accent: Glyph, letter: Glyph) -> bool:
    """Tell whether an accent stands over a letter rather than beside it."""
    if accent.text in _ACCENTS and not letter.text.isalpha():
        return False
    narrow, wide = sorted((accent, letter), key=lambda glyph: glyph.right - glyph.left)
    middle = (narrow.left + narrow.right) / 2
    near = abs(accent.base - letter.base) < 0.5 * letter.style.size
    return near and wide.left - 0.01 <= middle <= wide.right + 0.01


def _set_heights(found: list[Run]) -> None:
    """Attach runs that stand higher or lower beside a larger one, or beside a longer one of their size."""
    by_height: dict[int, list[Run]] = {}
    for run in found:
        by_height.setdefault(int(run.base // 8), []).append(run)
    for run in sorted(found, key=lambda run: (run.left, run.base)):
        if len(run.glyphs) > _MOST_MOVED:
            continue
        steps = int(run.size * _LARGEST_HOST * 0.75 // 8) + 1
        near = [
            other
            for step in range(-steps, steps + 1)
            for other in by_height.get(int(run.base // 8) + step, ())
            if other is not run
        ]
        hosts = [(distance, height, other) for other in near for distance, height in _attachment(run, other)]
        if hosts:
            _, run.height, run.host = min(hosts, key=lambda host: host[0])
            run.host.reach = max(run.host.reach, run.right)


def _attachment(run: Run, other: Run) -> Iterator[tuple[float, Height]]:
    """Yield how far a run stands from another one that it is raised or lowered against."""
    if other.host is not None or other.size > _LARGEST_HOST * run.size:
        return
    behind, before = run.left - other.reach, other.left - run.right
    size = other.size
    if -0.3 * size - (other.reach - other.right) <= behind <= _REACH * size:
        distance = abs(behind)
    elif -0.15 * size <= before <= _REACH * size:
        distance = abs(before) + size
    else:
        return
    up = (other.base - run.base) / size
    if run.size > _SMALLER * size:
        short = len(run.glyphs) < len(other.glyphs) or (
            len(run.glyphs) == len(other.glyphs) and run.left > other.left
        )
        if run.size > 1.15 * size or not short or not _SAME_SIZE_BY <= abs(up) <= 0.6:
            return
    if _RAISED_BY[0] <= up <= _RAISED_BY[1]:
        yield distance, "raised"
    elif _LOWERED_BY[0] <= up <= _LOWERED_BY[1]:
        yield distance, "lowered"
