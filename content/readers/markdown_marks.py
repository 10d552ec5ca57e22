"""Markdown to HTML, with what CommonMark does not know: tables, struck words, raised and lowered ones."""

from __future__ import annotations

import html
import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from content.readers.markdown_doubts import settle
from content.readers.markdown_notes import Notes

_HEIGHTS = {"^": "sup", "~": "sub"}
_MOVED = re.compile(r"(?P<mark>[\^~])(?P<inside>(?:(?!(?P=mark))\S){1,20})(?P=mark)(?P<after>\w?)")
# "99m" of "^99m^Tc"; inside a word it could as well end there: "x^2y^z".
_MIXED = re.compile(r"\d[^\W\d]|[^\W\d]\d")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")


def as_html(text: str) -> str:
    """Return the HTML of Markdown, its footnotes behind everything else.

    `^6^` is raised and `~2~` lowered, as Pandoc reads them. Raises ValueError for marks that may be
    meant as words, or say one thing to one program and another to the next.
    """
    notes = Notes(text)
    known = {"notes": notes}
    parts = [_rendered(notes.body, known)]
    for number, words in notes.in_order():
        mark, inside = f"<p><sup>{html.escape(number)}</sup> ", _rendered(words, known)
        parts.append(mark + inside.removeprefix("<p>") if inside.startswith("<p>") else f"{mark}</p>{inside}")
    return "\n".join(parts)


def _rendered(text: str, known: dict[str, Any]) -> str:
    tokens = _MARKDOWN.parse(text, known)
    settle(tokens)
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, known))


def _moved(state: StateInline, silent: bool) -> bool:
    """Read `^…^` and `~…~` without white space as raised and lowered words."""
    if state.src[state.pos] not in _HEIGHTS:
        return False
    found = _MOVED.match(state.src, state.pos, state.posMax)
    if not found or not _is_moved(found, state.src[max(0, state.pos - 1) : state.pos]):
        return False
    if not silent:
        tag = _HEIGHTS[found["mark"]]
        inside = html.escape(_ESCAPED.sub(r"\1", found["inside"]), quote=False)
        state.push("html_inline", "", 0).content = f"<{tag}>{inside}</{tag}>"
    state.pos = found.end("inside") + 1
    return True


def _is_moved(found: re.Match[str], before: str) -> bool:
    """Say whether two marks belong together: in "10^6/10^7" and "5~10~15" they do not."""
    if found["inside"].endswith("\\") or found["after"].isdigit():
        return False
    if found["mark"] == "~" and not (before.isalnum() or before in (")", "]", "^")):
        return False
    return not (found["after"] and before.isalnum() and _MIXED.search(found["inside"]))


def _note(state: StateInline, silent: bool) -> bool:
    """Read `[^1]` as the raised number of a footnote."""
    found = _NOTE.match(state.src, state.pos, state.posMax)
    notes: Notes = state.env["notes"]
    if not found or found[1] not in notes.words:
        return False
    if not silent:
        if state.src[max(0, state.pos - 1) : state.pos].isdigit():
            raise ValueError(f"the footnote {found.group()} stands right behind a number, like an exponent")
        number = html.escape(notes.number(found[1]), quote=False)
        state.push("html_inline", "", 0).content = f"<sup>{number}</sup>"
    state.pos = found.end()
    return True


_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_MARKDOWN.inline.ruler.before("strikethrough", "moved", _moved)
_MARKDOWN.inline.ruler.before("link", "note", _note)
