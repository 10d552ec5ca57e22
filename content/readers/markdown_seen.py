"""Markdown read a second time, without a parser: its marks cut away line by line."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable

from content.normalize import normalize
from content.readers.html_markup import dumb_words
from content.transcription import lowered, raised

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"(?<![`\\])(`{1,3})(?!`)([^`\n]{1,300})\1(?!`)")
_MARK = re.compile(r"[!-/:-@\[-`{-~]")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:?")
# An address and a title that is shown to a mouse alone; what stands there and is no address stays.
_TARGET = re.compile(
    r"\]\(\s*(?:<[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?\s*\)"
)
_DEFINED = re.compile(
    r"(?m)^ {0,3}\[[^\]\n]+\]:\s*(?:<[^<>\n]*>|\S*[/#.@]\S*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?[ \t]*$"
)
_LABEL = re.compile(r"\]\[[^\]]*\]")
_FENCE = re.compile(r"(?m)^[ \t>]*(?:`{3,}|~{3,})[^`\n]*$")
_NUMBER = re.compile(r"(?m)^(?:[ \t]|>|[-*+][ \t])*\d{1,9}[.)](?=\s)")
_QUOTE = re.compile(r"(?m)^(?:[ \t]*>)+(?![ \t]*[\d.+−–-])")
_HEIGHT = re.compile(r"((?<!~)~(?!~)|\^)((?:(?!\1)\S){1,60})\1(?!\d)")
_STAR_IN_NUMBER = re.compile(r"(?<=\d)\*+(?=[^\W_])|(?<=[^\W_])\*+(?=\d)")
_MARKS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|`+|~~+")
_WORD = re.compile(r"[^\W\d_]{2,}")


def dumb_markdown(text: str) -> str:
    """Return the words of Markdown without its marks: the second reading the fidelity gate asks for.

    A star beside a digit divides, so that "10**6 and 10**7" never is 106 and 107 to both readings.
    """
    text = _CODE.sub(lambda found: _MARK.sub(_named, found[2]), _without_comments(text))
    text = _ESCAPED.sub(lambda found: _named(found[1]), text)
    for mark, instead in (
        (_FENCE, ""), (_NOTE, " "), (_DEFINED, ""), (_TARGET, ""), (_LABEL, ""), (_QUOTE, " "),
        (_NUMBER, " "), (_STAR_IN_NUMBER, " "),
    ):  # fmt: skip
        text = mark.sub(instead, text)
    text = _HEIGHT.sub(_moved, text)
    return dumb_words(_MARKS.sub("", text).replace("|", " "))


def lost_words(seen: str, taken: Iterable[str]) -> list[str]:
    """Return the words that were seen more often than they were taken."""
    left = Counter(_WORD.findall(normalize(seen)))
    left.subtract(Counter(word for text in taken for word in _WORD.findall(normalize(text))))
    return [word for word, count in left.items() if count > 0]


def _named(mark: str | re.Match[str]) -> str:
    return f"&#{ord(mark if isinstance(mark, str) else mark.group())};"


def _without_comments(text: str) -> str:
    parts: list[str] = []
    end = 0
    while (start := text.find("<!--", end)) >= 0 and (closed := text.find("-->", start + 4)) >= 0:
        parts += (text[end:start], " ")
        end = closed + 3
    return "".join((*parts, text[end:]))


def _moved(found: re.Match[str]) -> str:
    inside, before = html.unescape(found[2]), found.string[max(0, found.start() - 1) : found.start()]
    try:
        return html.escape((raised if found[1] == "^" else lowered)(inside, before=before))
    except ValueError:
        return found[2]
