"""What stands in a paragraph of a Word document: runs, links, fields, notes, tracked changes, drawings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from content.extract import LeftOut
from content.readers.omml import formula
from content.readers.symbol_fonts import drawn, drawn_code
from content.readers.word_fields import Fields
from content.readers.word_line import Line
from content.readers.word_names import at, chosen, holds_words, is_on
from content.readers.word_styles import Look, Styles
from content.transcription import one_line

# Around runs, without a meaning for their words.
_AROUND = frozenset(
    "w:hyperlink w:smartTag w:customXml w:ins w:moveTo w:sdtContent w:fldSimple w:dir w:rubyBase".split()
)
GONE = {"w:del": "deleted", "w:moveFrom": "deleted", "w:rt": "reading aid"}
_FORMULAS = frozenset({"m:oMath", "m:oMathPara"})
# Drawn for these in a run, in every font.
MARKS = {
    "w:tab": " ", "w:ptab": " ", "w:br": " ", "w:cr": " ", "w:noBreakHyphen": "\u2011", "w:softHyphen": "",
}  # fmt: skip
_DATES = frozenset("w:dayShort w:dayLong w:monthShort w:monthLong w:yearShort w:yearLong w:pgNum".split())
_DRAWINGS = frozenset({"w:drawing", "w:pict", "w:object"})
_SPACE = " \t\r\n"
_CODE = re.compile("[0-9A-Fa-f]{2,4}")


class Runs:
    """Reads paragraphs into lines; keeps what runs leave behind: text boxes, and words not taken."""

    def __init__(self, styles: Styles, notes: dict[tuple[str, str], str]) -> None:
        self.styles, self.fields = styles, Fields()
        self.boxes: list[tuple[Element, str]] = []
        self.left_out: list[LeftOut] = []
        self._notes, self._own_note = notes, ""

    def read(
        self, paragraph: Element, line: Line, *, gone: str = "", on_page: bool = True, note: str = ""
    ) -> None:
        """Add the words of a paragraph to a line; `note` is the number of the note it belongs to.

        Raises ValueError for what a line of text cannot show.
        """
        self._paragraph, self._on_page, self._own_note = paragraph, on_page, note
        self._inside(paragraph, line, gone)

    def _inside(self, parent: Iterable[Element], line: Line, gone: str) -> None:
        for child in parent:
            tag = child.tag
            if tag == "w:r":
                look = self.styles.look(child, self._paragraph, on_page=self._on_page)
                self._run(child, line, look, gone or look.gone)
            elif tag in _AROUND:
                self.fields.check(child.get("w:instr", ""))
                self._inside(child, line, gone)
            elif tag in GONE:
                self._inside(child, line, gone or GONE[tag])
            elif tag == "w:sdt":
                self._inside(child, line, gone or why_control_is_gone(child))
            elif tag == "mc:AlternateContent":
                self._inside(chosen(child), line, gone)
            elif tag in _FORMULAS:
                line.add_formula(formula(child), gone or self.fields.gone)
            elif holds_words(child):
                raise ValueError(f"words stand in <{tag}>, which this reader does not know")

    def _run(self, run: Iterable[Element], line: Line, look: Look, gone: str) -> None:
        for child in run:
            tag = child.tag
            why = gone or self.fields.gone
            if tag in ("w:t", "w:delText"):
                self._text(child, line, look, why or ("deleted" if tag == "w:delText" else ""))
            elif tag in MARKS:
                line.add(MARKS[tag], look.height, why)
            elif tag == "w:sym":
                line.add(symbol(child), look.height, why)
            elif tag in ("w:fldChar", "w:instrText"):
                self.fields.step(child)
            elif tag in ("w:footnoteReference", "w:endnoteReference"):
                self._reference(child, line, why)
            elif tag in ("w:footnoteRef", "w:endnoteRef"):
                line.add(self._own_note, "raised", why)
            elif tag in _DRAWINGS:
                self._drawing(child, why)
            elif tag == "mc:AlternateContent":
                self._run(chosen(child), line, look, gone)
            elif tag == "w:ruby":
                self._inside(child, line, gone)
            elif tag in _DATES or holds_words(child):
                raise ValueError(f"words stand in <{tag}>, which this reader does not know")

    def _text(self, element: Element, line: Line, look: Look, gone: str) -> None:
        text = element.text or ""
        if element.get("xml:space") != "preserve" and not gone:
            # Word shows no white space at the ends unless it is told to.
            bare = text.strip(_SPACE)
            if text[:1] in _SPACE or not bare:
                line.cut()
            line.add(shown(bare, look), look.height, "")
            if text[-1:] in _SPACE:
                line.cut()
            return
        line.add(text if gone else shown(text, look), look.height, gone)

    def _reference(self, element: Element, line: Line, gone: str) -> None:
        kind = element.tag.removeprefix("w:").removesuffix("Reference")
        if not is_on(element) or element.get("w:customMarkFollows", "0") in ("0", "false"):
            number = self._notes.get((kind, element.get("w:id", "")))
            if number is None:
                raise ValueError(f"a {kind} is named that the file does not hold")
            line.add(number, "raised", gone)

    def _drawing(self, drawing: Element, gone: str) -> None:
        for part in drawing.iter():
            if part.tag == "o:OLEObject" and part.get("ProgID", "").startswith(("Equation", "MathType")):
                raise ValueError("an equation of an older Word stands in it as a picture")
        self._drawn_below(drawing, gone)

    def _drawn_below(self, element: Element, gone: str) -> None:
        words = []
        for child in chosen(element) if element.tag == "mc:AlternateContent" else element:
            if child.tag == "w:txbxContent":
                self.boxes.append((child, gone))
            elif child.tag in ("a:t", "m:t", "w:t"):
                words.append(child.text or "")
            elif child.tag == "v:textpath":
                words.append(child.get("string", ""))
            elif child.tag == "wp:docPr":
                words.append(child.get("descr", ""))
            else:
                self._drawn_below(child, gone)
        text = one_line(" ".join(words))
        if text:
            self.left_out.append(LeftOut(why=gone or "drawing", text=text))


def why_control_is_gone(control: Element) -> str:
    """Return why the words of a content control are not the author's, "" when they are."""
    if is_on(at(control, "w:sdtPr/w:showingPlcHdr")):
        return "placeholder"
    gallery = at(control, "w:sdtPr/w:docPartObj/w:docPartGallery")
    return "table of contents" if gallery is not None and gallery.get("w:val") == "Table of Contents" else ""


def symbol(element: Element) -> str:
    """Return the character that w:sym draws in its font."""
    code = element.get("w:char", "")
    if not _CODE.fullmatch(code):
        raise ValueError(f"a symbol has the code {code[:20]!r}")
    return drawn_code(int(code, 16), element.get("w:font", ""))


def shown(text: str, look: Look) -> str:
    """Return what the fonts of a run draw for its text."""
    return drawn(text, ascii_font=look.ascii_font, other_font=look.other_font)
