"""HTML as a run of tags: its declared encoding, its bounds, and a second reading that knows no tree."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from content.errors import SourceRefused
from content.fidelity import MOST_BYTES
from content.readers.html_line import in_height
from content.readers.html_style import LONGEST_STYLED, Height, declarations, height, rules
from content.readers.html_tree import MOST_DEPTH
from content.transcription import without_ligatures

MOST_TAGS = 300_000
# Depths of all tags added up: what a tree builder may have to walk and to copy.
_MOST_WORK = 10_000_000
# Elements that stand inside a line; browsers do the same for every name they do not know.
BLOCK_TAGS = frozenset(
    "address article aside audio blockquote body br button canvas caption center col colgroup datalist "
    "dd details dialog dir div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 "
    "head header hgroup hr html iframe input legend li link listing main menu meta nav noframes "
    "noscript object ol optgroup option p plaintext pre rp rt search section select summary svg table "
    "tbody td textarea tfoot th thead title tr ul video xmp".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# Their end may be left out, so that many starts in a row are no depth.
_SELF_CLOSING = frozenset(
    "p li dt dd tr td th thead tbody tfoot option optgroup colgroup html head body rt rp".split()
)
_META = re.compile(rb"<meta[\s/]([^>]*)>", re.IGNORECASE)
_CHARSET = re.compile(rb"(?:\A|[\s/\"'])charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CONTENT_TYPE = re.compile(rb"http-equiv\s*=\s*[\"']?\s*content-type\b", re.IGNORECASE)
_IN_CONTENT = re.compile(rb"\bcontent\s*=\s*[\"']?[^\"'>]{0,200}?charset\s*=\s*([\w.:-]+)", re.IGNORECASE)
_CONTENT = re.compile(rb"\bcontent\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_PARTS = re.compile(
    r"(?P<comment><!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+>?|</[^a-zA-Z>][^>]*+>?)"
    r"|<(?P<raw>script|style|title|template|iframe|noembed|noframes|svg|math)\b[^>]*+>(?P<inside>.*?)(?:</(?P=raw)\b[^>]*+>|\Z)"
    r"|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/>]*+)"
    r"(?P<rest>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\s>]*+)?+)*+)>?",
    re.DOTALL | re.IGNORECASE,
)
_MOST_ATTRIBUTES = 2_000
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_CLASS = re.compile(r"\sclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_ALT = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_STRUCK = frozenset("del s strike".split())
_SIMPLE = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?:\.(?P<class>[\w-]+))?", re.IGNORECASE)
Sheet = dict[tuple[str, str], dict[str, str]]


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding a page says it has, in its first meta element or its XML declaration.

    A page cannot say it is UTF-16 in letters that are not; browsers take that as UTF-8.
    Source: HTML Standard 13.2.3.2, "prescan a byte stream to determine its encoding".
    """
    label = next(_labels(_COMMENT.sub(b"", data[:100_000])), None)
    if label is None and (found := _XML.match(data)):
        label = found[1].decode("ascii", "replace").lower()
    return "utf-8" if label and label.startswith("utf-16") else label


def _labels(start: bytes) -> Iterator[str]:
    for meta in _META.finditer(start):
        # "charset=" in a description is words.
        found = _CHARSET.search(_CONTENT.sub(b"", meta[1]))
        if found is None and _CONTENT_TYPE.search(meta[1]):
            found = _IN_CONTENT.search(meta[1])
        if found:
            yield found[1].decode("ascii", "replace").lower()


def refuse_unbounded(source: str, name: str) -> None:
    """Refuse a page whose tree would take minutes: nested or split without end."""
    depth = deepest = work = tags = words = end = 0
    if source.count("<") > 3 * MOST_TAGS:
        raise SourceRefused(name, f"more than {3 * MOST_TAGS:,} times {'<'!r}; cut it into parts")
    for part in _PARTS.finditer(source):
        words, end = words + part.start() - end, part.end()
        _refuse_long(part["rest"] or "", words, name)
        tag = (part["tag"] or "").lower()
        if not tag or tag in _VOID:
            continue
        tags += 1
        if tag not in _SELF_CLOSING:
            depth = max(0, depth - 1) if part["end"] else depth + 1
            deepest = max(deepest, depth)
        work += depth
        if deepest > MOST_DEPTH:
            raise SourceRefused(name, f"elements are nested more than {MOST_DEPTH} deep")
        if tags > MOST_TAGS or work > _MOST_WORK:
            raise SourceRefused(
                name, f"more than {MOST_TAGS:,} tags, or too many of them nested; cut it into parts"
            )
    _refuse_long("", words + len(source) - end, name)


def _refuse_long(attributes: str, words: int, name: str) -> None:
    # lexbor looks through all attributes of a tag for each of them.
    if len(attributes.split(None, _MOST_ATTRIBUTES)) > _MOST_ATTRIBUTES:
        raise SourceRefused(name, f"a tag has more than {_MOST_ATTRIBUTES:,} attributes")
    if words > MOST_BYTES:
        raise SourceRefused(name, f"more than {MOST_BYTES // 1_000_000} MB of words; cut it into parts")


def dumb_words(source: str) -> str:
    """Return the words of a page by cutting its tags away: the second reading the fidelity gate asks for.

    It takes everything, hidden or not. Of styles it knows those in the tag itself and plain rules such
    as ".up {vertical-align: super}".
    """
    sheet = _sheet(source)
    found: list[str] = []
    open_heights: list[tuple[str, Height | None, int]] = []
    position = 0
    for part in _PARTS.finditer(source):
        found.append(html.unescape(source[position : part.start()]))
        position = part.end()
        tag = (part["tag"] or "").lower()
        if part["raw"]:
            found.append(" ")
        elif part["end"]:
            _close(tag, found, open_heights)
        elif tag and tag not in _VOID and not part["rest"].endswith("/"):
            open_heights.append((tag, _height(tag, part["rest"], sheet), len(found)))
        if tag in BLOCK_TAGS:
            found.append("\n")
        elif tag in _STRUCK:
            found.append(" ")
        elif tag == "img":
            found.append(f" {_value(_ALT, part['rest'])} ")
    found.append(html.unescape(source[position:]))
    return without_ligatures("".join(found))


def _close(tag: str, found: list[str], open_heights: list[tuple[str, Height | None, int]]) -> None:
    """Close the nearest open element of this name, and lift its words where it lifts them."""
    for place in range(len(open_heights) - 1, max(-1, len(open_heights) - 30), -1):
        if open_heights[place][0] == tag:
            _, moved, start = open_heights[place]
            del open_heights[place:]
            inside = "".join(found[start:])
            if tag not in ("sup", "sub") and len("".join(inside.split())) > LONGEST_STYLED:
                return
            if moved:
                before = "".join(found[max(0, start - 8) : start])
                found[start:] = [_in_height(moved, inside, before)]
            return


def _in_height(moved: Height, text: str, before: str) -> str:
    try:
        return in_height(moved, text, before)
    except ValueError:
        return text


def _height(tag: str, rest: str, sheet: Sheet) -> Height | None:
    if tag in BLOCK_TAGS:
        return None
    classes = _value(_CLASS, rest)
    style: dict[str, str] = {}
    for key in ((tag, ""), *(pair for name in classes.split() for pair in (("", name), (tag, name)))):
        style |= sheet.get(key, {})
    return height(tag, classes, style | declarations(_value(_STYLE, rest)))


def _value(pattern: re.Pattern[str], rest: str) -> str:
    found = pattern.search(rest)
    return html.unescape(next(filter(None, found.groups()), "")) if found else ""


def _sheet(source: str) -> Sheet:
    sheet: Sheet = {}
    for selector, said in _rules(source):
        found = _SIMPLE.fullmatch(selector)
        if found:
            sheet.setdefault((found["tag"] or "", found["class"] or ""), {}).update(said)
    return sheet


def _rules(source: str) -> Iterator[tuple[str, dict[str, str]]]:
    for part in _PARTS.finditer(source):
        if part["raw"] and part["raw"].lower() == "style":
            yield from rules(part["inside"])
