"""A second, simpler reading of a Word document, for the gate that compares numbers.

It knows nothing of kinds of blocks: each paragraph's text in the order of the file, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from content.readers.word_names import chosen, mark_is_gone
from content.readers.word_runs import GONE, MARKS, shown, symbol, why_control_is_gone
from content.readers.word_styles import Look, Styles
from content.transcription import lowered, one_line, raised

_MOVES = {"raised": raised, "lowered": lowered, "up": raised, "down": lowered}
_SCRIPTS = {"m:sup": "raised", "m:sub": "lowered"}
_PARTS_OF_FORMULAS = frozenset("m:e m:sup m:sub m:num m:den".split())
_Text = tuple[str, str]  # height, text


def seen(root: Element, styles: Styles) -> str:
    """Return the text shown below `root`, a paragraph a line, those of text boxes by themselves."""
    return "".join(_paragraphs(root, styles))


def bare_words(root: Element) -> str:
    """Return the letters stored below `root`, whatever is drawn for them: for what is left out."""
    paragraphs = (below for below in root.iter() if below.tag == "w:p")
    texts = ("".join(text.text or "" for text in paragraph.iter("w:t")) for paragraph in paragraphs)
    return one_line(" ".join(texts))


def _paragraphs(parent: Element, styles: Styles) -> Iterator[str]:
    for child in _shown_children(parent):
        if child.tag == "w:p":
            yield _words(list(_texts(child, child, styles)))
            yield "" if mark_is_gone(child) else "\n"
        yield from _paragraphs(child, styles)


def _words(texts: list[_Text]) -> str:
    heights = {height for height, text in texts if text.strip()}
    flat = len(heights) == 1 and heights <= {"up", "down"}
    return "".join(text if flat or height not in _MOVES else _moved(height, text) for height, text in texts)


def _moved(height: str, text: str) -> str:
    """Return the digits and signs of a text moved one by one; a point stays, and the gate then finds it."""
    return "".join(c if c in ".,:·;" else _MOVES[height](c) for c in text)


def _texts(parent: Element, paragraph: Element, styles: Styles, height: str = "plain") -> Iterator[_Text]:
    for child in _shown_children(parent):
        if child.tag == "w:r":
            look = styles.look(child, paragraph, on_page=False)
            for part in () if look.gone else _shown_children(child):
                yield from _part(part, look, paragraph, styles)
        elif child.tag == "m:t":
            yield height, child.text or ""
        elif child.tag != "w:p":
            gap = " " if child.tag in _PARTS_OF_FORMULAS else ""
            yield height, gap
            yield from _texts(child, paragraph, styles, _SCRIPTS.get(child.tag, height))
            yield height, gap


def _part(part: Element, look: Look, paragraph: Element, styles: Styles) -> Iterator[_Text]:
    if part.tag == "w:t":
        text = shown(part.text or "", look)
        yield look.height, text if part.get("xml:space") == "preserve" else text.strip(" \t\r\n")
    elif part.tag == "w:sym":
        yield look.height, symbol(part)
    elif part.tag in MARKS:
        yield look.height, MARKS[part.tag]
    else:
        yield from _texts(part, paragraph, styles)


def _shown_children(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag == "mc:AlternateContent":
            yield from chosen(child)
        elif child.tag not in GONE and not (child.tag == "w:sdt" and why_control_is_gone(child)):
            yield child
