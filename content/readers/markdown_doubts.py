"""Marks of Markdown that may be meant as words: kept where they can be, refused where nothing tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from content.readers.html_markup import BLOCK_TAGS

_TAGS = BLOCK_TAGS | frozenset(
    "a abbr acronym area b base bdi bdo big cite code data del dfn em embed font i img ins kbd label map "
    "mark math meter nobr output param picture progress q rb rtc ruby s samp script slot small source span "
    "strike strong style sub sup template time track tt u var wbr".split()
)
_TAG = re.compile(r"</?([a-zA-Z][\w-]*)")
_TEX = re.compile(
    r"[\^_]\{|\\(?:times|cdot|[dt]?frac|pm|mp|leq?|geq?|mu|alpha|beta|gamma|mathrm|text|sqrt|sim|approx)\b"
)
_NUMBERS = re.compile(r"\d+(?:\s*[,;–-]\s*\d+)*")
_STRUCK = re.compile(r"(?<![\w~^)\]])~(?![\s~])[^~\n]*[^\s~]~(?![\w~])")
_SIGNED = re.compile(r"[+−–-]?\s*[.\d]")


def settle(tokens: Sequence[Token]) -> None:
    """Change tokens so that no number goes with a mark; raises ValueError for what nothing tells."""
    open_lists: list[list[int]] = []
    for place, token in enumerate(tokens):
        if token.type == "html_block":
            _refuse_unknown(token.content)
        elif token.type == "inline":
            _settle_line(token.children or [])
        elif token.type == "blockquote_open" and _SIGNED.match(words := _words_after(tokens, place)):
            raise ValueError(f"a line begins with {'> ' + words[:20]!r}: a quotation or 'more than'")
        elif token.type in ("ordered_list_open", "bullet_list_open"):
            open_lists.append([])
        elif token.type == "list_item_open":
            open_lists[-1].append(place)
        elif token.type == "bullet_list_close":
            _refuse_sign(tokens, open_lists.pop())
        elif token.type == "ordered_list_close":
            _keep_numbers(tokens, open_lists.pop())


def _settle_line(children: Sequence[Token]) -> None:
    before = ""
    plain = "".join(token.content if token.type == "text" else " " for token in children)
    if found := _STRUCK.search(plain):
        raise ValueError(f"{found.group()[:40]!r} is struck through in some programs and not in others")
    for place, token in enumerate(children):
        if token.type == "html_inline":
            _refuse_unknown(token.content)
        elif token.type == "text" and (tex := _TEX.search(token.content)):
            raise ValueError(f"it holds a formula in TeX ({token.content[tex.start() :][:40]!r})")
        elif token.type in ("em_open", "strong_open") and "*" in token.markup:
            _refuse_star(before, children[place:])
        elif token.type == "link_open" and before[-1:] != "[":
            _keep_brackets(children[place + 1 : place + 3])
        before = "\n" if token.type in ("softbreak", "hardbreak") else token.content or before


def _refuse_unknown(source: str) -> None:
    """Words in angle brackets that are no element would vanish: "a dose of <n> mg"."""
    for found in _TAG.finditer(source):
        if found[1].lower() not in _TAGS:
            raise ValueError(f"{found.group()!r} is no element of HTML; if these are words, write '&lt;'")


def _refuse_star(before: str, marked: Sequence[Token]) -> None:
    """A star between two letters or digits may be one: "HLA-B*27 and HLA-B*15", "10**6 and 10**7"."""
    after = next((token.content for token in marked if token.content), "")
    if before[-1:].isalnum() and after[:1].isalnum():
        around = f"{before[-20:]}{marked[0].markup}{after[:20]}"
        raise ValueError(f"{around!r} has a star inside of a word; if it is meant, write '\\*'")


def _keep_brackets(inside: Sequence[Token]) -> None:
    """Write the number of a link as a reference: "16 patients [2]" must not become "16 patients 2"."""
    if [token.type for token in inside] == ["text", "link_close"] and _NUMBERS.fullmatch(inside[0].content):
        inside[0].content = f"[{inside[0].content}]"


def _keep_numbers(tokens: Sequence[Token], items: list[int]) -> None:
    """Put the numbers of a list back into its items, unless it counts from 1, to 2 at least.

    "16. of them" at the start of a line is a list of one item to Markdown, and words to its writer.
    """
    numbers = [int(tokens[item].info) for item in items]
    counted = list(range(numbers[0], numbers[0] + len(numbers)))
    if len(items) > 1 and numbers[0] in (0, 1) and numbers in (counted, numbers[:1] * len(numbers)):
        return
    for item in items:
        number = f"{tokens[item].info}{tokens[item].markup}"
        inside = next(
            (token for token in tokens[item : item + 30] if token.type in ("inline", "list_item_close")), None
        )
        if inside is None or inside.children is None:
            raise ValueError(f"{number!r} stands in a line of its own")
        inside.children.insert(0, Token("text", "", 0, content=f"{number} "))


def _refuse_sign(tokens: Sequence[Token], items: list[int]) -> None:
    """A line of a paragraph that begins with "- 3" makes a list of one item, and may be a sign."""
    start = items[0] - 1
    before, lines = tokens[start - 1] if start else None, tokens[start].map
    if len(items) > 1 or before is None or before.type != "paragraph_close" or lines is None:
        return
    paragraph = tokens[start - 3].map
    words = _words_after(tokens, start)
    if paragraph and paragraph[1] == lines[0] and _SIGNED.match(words):
        raise ValueError(f"a line begins with {f'{tokens[start].markup} {words[:20]}'!r}: a list or a sign")


def _words_after(tokens: Sequence[Token], place: int) -> str:
    # A list in a list in a quotation is as deep as anybody goes.
    return next((token.content for token in tokens[place : place + 30] if token.type == "inline"), "")
