"""The words of an element that marks some of them: bold is words, raised is a character of its own."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

from content.readers.mathml import linear
from content.readers.xml_tree import local
from content.transcription import lowered, one_line, raised, without_ligatures

# Drawn, crossed out, drawn over or a block of its own: words around them would say something else.
_UNSAYABLE = frozenset(
    "tex-math inline-graphic graphic strike overline private-char glyph-data chem-struct list def-list "
    "table-wrap table fig disp-quote boxed-text DispFormula".split()
)
# "in 2010" with a reference "12" behind it that no mark raises: it is a note, never the year 201012.
_NOTE = re.compile(r"[^\W_](?:\s*[,;–-]\s*\d+)*|\d+(?:\s*[,;–-]\s*\d+)*|[*†‡§¶#]+")
_NOTE_KINDS = frozenset("bibr fn table-fn".split())
_BEFORE_NOTE = re.compile(r"(?:[^\W_]|[)\]%”\"'’]|(?<!\d)[.,;:]|[⁰¹²³⁴-⁹ᵃ-ᶻ]\s*[,;–-]\s*)$")
_HEIGHT = re.compile(r"<(sup|sub)(?:\s[^>]*)?>((?:(?!<(?:sup|sub)[\s>]).)*?)</\1>", re.DOTALL | re.IGNORECASE)
_REFERENCE = re.compile(r"<xref\b(?P<attributes>[^>]*)>(?P<inside>[^<]*)</xref>")
_LOOK_BACK_CHARS = 80
_KIND = re.compile(r"""\bref-type\s*=\s*["']([\w-]+)""")
_FORMULA = re.compile(
    r"<((?:\w+:)?math|inline-formula|disp-formula|tex-math)\b[^>]*>.*?</\1>", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"</?([A-Za-z][\w:.-]*)[^>]*>")
# These stand inside a word or beside it without a space; every other tag divides, for whoever only counts.
_INLINE = frozenset(
    "i b u sup sub sc italic bold underline monospace roman sans-serif styled-content named-content "
    "xref ext-link uri email abbrev inline-formula x target".split()
)
# These divide for whoever quotes: two paragraphs of one note are not one word.
_BLOCKS = frozenset(
    "p title label caption sec list-item def-item term def attrib fn td th tr hr speech".split()
)
# An address for machines, which no reader of the page sees.
_OBJECT_ID = re.compile(r"<object-id\b[^>]*>[^<]*</object-id>")


def words_of(element: Element, *, without: frozenset[str] = frozenset()) -> str:
    """Return the words of an element on one line, raised and lowered parts in characters of their own.

    Elements named in `without` are passed over. Raises ValueError where a part cannot be written without
    a change: a formula that needs two lines, "10" with "2.5" raised, a word crossed out, a picture in
    the middle of a sentence.
    """
    return one_line(without_ligatures(_words(element, "", strict=True, without=without)))


def words_left_out(element: Element) -> str:
    """Return the words of an element that is not taken; where `words_of` would raise, without the mark.

    For staff to see, never for a quote.
    """
    return one_line(without_ligatures(_words(element, "", strict=False, without=frozenset())))


def plain_words(element: Element) -> str:
    """Return every word below an element without its marks: for names, types and identifiers."""
    return one_line("".join(element.itertext()))


def dumb_words(source: str) -> str:
    """Return the words of a piece of XML source by cutting its tags away, formulas excepted.

    The second reading that the fidelity gate asks for: it knows no tree. Formulas are counted where
    they are written out (`linear`).
    """
    text = _FORMULA.sub(" ", _OBJECT_ID.sub("", source))
    while _HEIGHT.search(text):
        text = _HEIGHT.sub(_moved, text)
    text = _with_notes(text)
    text = _TAG.sub(lambda tag: "" if tag[1].lower() in _INLINE else " ", text)
    return html.unescape(text)


def _with_notes(source: str) -> str:
    """Return XML source without the tags of its references, the notes among them raised."""
    parts: list[str] = []
    end = 0
    for found in _REFERENCE.finditer(source):
        parts.append(source[end : found.start()])
        kind = _KIND.search(found["attributes"])
        before = html.unescape(_TAG.sub("", "".join(parts[-6:])[-_LOOK_BACK_CHARS:]))
        parts.append(html.escape(_note(html.unescape(found["inside"]), kind[1] if kind else "", before)))
        end = found.end()
    return "".join((*parts, source[end:]))


def _note(inside: str, kind: str, before: str) -> str:
    """Return the words of a reference, raised where it stands right behind a word."""
    is_note = kind in _NOTE_KINDS and _NOTE.fullmatch(inside.strip()) and _BEFORE_NOTE.search(before)
    return raised(inside, before=before) if is_note else inside


def _moved(found: re.Match[str]) -> str:
    inside = html.unescape(_TAG.sub("", found[2]))
    before = html.unescape(
        _TAG.sub("", found.string[max(0, found.start() - _LOOK_BACK_CHARS) : found.start()])
    )
    try:
        moved = (raised if found[1].lower() == "sup" else lowered)(inside, before=before)
    except ValueError:
        moved = inside
    return html.escape(moved)


def _words(element: Element, before: str, *, strict: bool, without: frozenset[str]) -> str:
    found = element.text or ""
    for child in element:
        name = local(child)
        if name not in without and name != "object-id":
            words = _child(child, before + found, strict=strict, without=without)
            divides = name in _BLOCKS or not (strict or name in _INLINE)
            found += f" {words} " if divides else words
        found += child.tail or ""
    return found


def _child(child: Element, before: str, *, strict: bool, without: frozenset[str]) -> str:
    name = local(child)
    try:
        if name in ("sup", "sub"):
            inside = _words(child, "", strict=strict, without=without)
            return (raised if name == "sup" else lowered)(inside, before=before)
        if name == "xref":
            inside = _words(child, before, strict=strict, without=without)
            return _note(inside, child.get("ref-type", ""), before)
        if name in ("math", "alternatives", "break", *_UNSAYABLE):
            return _drawn(child, name)
    except ValueError:
        if strict:
            raise
        return "".join(child.itertext())
    return _words(child, before, strict=strict, without=without)


def _drawn(child: Element, name: str) -> str:
    if name == "break":
        return " "
    # The same formula may stand there several times: the one that can be written is taken.
    ways = [child] if name == "math" else [way for way in child if local(way) == "math"]
    if name in _UNSAYABLE or not ways:
        raise ValueError(f"a sentence holds <{name}>, which no line of text can show")
    return linear(ways[0])
