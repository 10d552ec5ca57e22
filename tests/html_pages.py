"""Pages written by hand: a body with every way to raise words and to write characters."""

from __future__ import annotations

import html
from html.entities import codepoint2name

from fidelity_cases import FidelityCase

from content.extract import Extract
from content.readers.html import read_html

# Long enough for the fewest characters that a page must have, and without a number.
PADDING = "Everyone was seen again by the same two doctors at the end of the study."
Marks = dict[str, tuple[str, str]]


def _spans(raised: str, lowered: str) -> Marks:
    return {
        "plain": ("", ""),
        "raised": (f"<span {raised}>", "</span>"),
        "lowered": (f"<span {lowered}>", "</span>"),
    }


MARKS: dict[str, Marks] = {
    "sup and sub": {"plain": ("", ""), "raised": ("<sup>", "</sup>"), "lowered": ("<sub>", "</sub>")},
    "vertical-align": _spans('style="vertical-align: super; font-size: .7em"', "style='vertical-align:sub'"),
    "a length": _spans('style="vertical-align:0.4em"', "style=vertical-align:-3px"),
    "position": _spans('style="position:relative; top:-.5em"', 'style="position: relative; bottom: -4px"'),
    "a class": _spans("class=up", 'class="x down"'),
    "a known class": _spans("class=superscript", "class=subscript"),
}
STYLES = "<style>.up {vertical-align: super} span.down {vertical-align: sub}</style>"
_NAMES = {code: f"&{name};" for code, name in codepoint2name.items() if code > 127}
WRITTEN = ("characters", "numbers", "hexadecimals", "names")


def escaped(text: str, written: str = "characters") -> str:
    """Return text as HTML: its characters themselves, or as entities where they have one."""
    text = html.escape(text, quote=False)
    if written == "names":
        return text.translate(_NAMES)
    form = {"numbers": "&#{};", "hexadecimals": "&#x{:X};"}.get(written)
    return "".join(form.format(ord(c)) if form and not c.isascii() else c for c in text)


def marked(case: FidelityCase, marks: Marks, written: str = "characters") -> str:
    """Return the HTML of a case."""
    return "".join(
        marks[part.height][0] + escaped(part.text, written) + marks[part.height][1] for part in case.runs
    )


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()


def read(body: str, head: str = "") -> Extract:
    (found,) = read_html(page(f"{body}\n<p>{PADDING}</p>", head), "folder/page.html")
    return found


def kinds(body: str, head: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = [(piece.kind, piece.text) for piece in read(body, head).pieces]
    found.remove(("paragraph", PADDING))
    return found


def texts(body: str, head: str = "") -> list[str]:
    return [text for _, text in kinds(body, head)]


def left_out(body: str, head: str = "") -> list[tuple[str, str]]:
    return [(part.why, part.text) for part in read(body, head).left_out]
