"""Lines of a paragraph joined: which hyphen at a line end belongs to its word, and where no space was."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_LETTERS = r"[^\W\d_⁰¹²³⁴-⁹₀-₉]+"
_WORD = re.compile(rf"{_LETTERS}(?:[-‐]{_LETTERS})*")
_LAST_PART = re.compile(rf"{_LETTERS}(?:[-‐]{_LETTERS})*[-‐]$")
_FIRST_PART = _WORD
_HYPHENS = "-‐"
# Nothing further back decides how a line ends: a text of one word must not be searched again and again.
_LONGEST_WORD, _LONGEST_END = 100, 300
_DASHES = "–—"
# "short- and long-term": these words are never the end of a divided one.
_SUSPENDING = frozenset("and or nor to und oder y o et ou e".split())
# Ends of words that are no words themselves: nobody writes "similar-ity".
_ENDING = re.compile(
    r"[tsc]ion(?:s|al|ally|ed|ing)?|(?:iz|is)?ations?|ments?|ity|ities|ies|ases|ology|ness|ings?|ingly|ed|edly|ers?|ly|ally|ically|"
    r"(?:t|l|n|r|s)?ively?|(?:a|i|ta|si|ti|ra)?bl[ey]|(?:t|d|r)?[ae]nc(?:e|es|y)|[tdlnrm]?i?ous(?:ly)?|ical(?:ly)?|"
    r"(?:al)?i[sz](?:e|ed|es|ing|ation)|[tn]at(?:ed|es|ing|ion)|ral|tal|nal|tic|tics|tically|tory|tive|tives"
)
# An address is divided at these without a hyphen.
_ADDRESS = re.compile(
    r"(?:https?://|www\.|doi:|10\.\d{4,9}/)\S*[/_=&?.-]$|(?:https?://|doi\.org/)\S*$", re.IGNORECASE
)
_ADDRESS_GOES_ON = re.compile(r"[a-z0-9]", re.IGNORECASE)
# Scripts that are written without spaces between words.
_UNSPACED = re.compile("[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


class Hyphenation:
    """What the lines of a file tell about its words."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.words: Counter[str] = Counter()
        # A hyphen that stands at line ends alone was put there by whoever set the lines.
        self.typed: set[str] = set()
        for line in lines:
            inner = line[:-_LONGEST_WORD] + _LAST_PART.sub("", line[-_LONGEST_WORD:])
            self.words.update(_plain(word) for word in _WORD.findall(inner))
            self.typed.update(set(_HYPHENS) & set(line[:-1]))

    def joined(self, lines: Sequence[str]) -> str:
        """Return the lines as one text."""
        done: list[str] = []
        text = ""
        for line in lines:
            text = self._join(text, line) if text else line
            if len(text) > 4 * _LONGEST_END:
                done.append(text[:-_LONGEST_END])
                text = text[-_LONGEST_END:]
        return "".join((*done, text))

    def _join(self, before: str, after: str) -> str:
        last = before[-1]
        if last in _HYPHENS and len(before) > 1 and not before[-2].isspace():
            return self._over_hyphen(before, after)
        if (last in _DASHES or last == "/") and not before[-2:-1].isspace():
            return before + after
        if after[0] in "—" and not after[1:2].isspace() and len(after) > 1:
            return before + after
        if _UNSPACED.match(last) and _UNSPACED.match(after):
            return before + after
        is_divided = last in "/_=&?-" and _ADDRESS_GOES_ON.match(after)
        if is_divided and _ADDRESS.search(before[-_LONGEST_END:]):
            return before + after
        return f"{before} {after}"

    def _over_hyphen(self, before: str, after: str) -> str:
        """Join over a hyphen: it goes only where the file itself shows that the word has none.

        Where nothing tells, it stays: the reader of the source sees it there, too.
        """
        left, right = _LAST_PART.search(before[-_LONGEST_WORD:]), _FIRST_PART.match(after)
        if not left or not right:
            return before + after
        ending = left.group()[:-1]
        whole, divided = ending + right.group(), f"{ending}-{right.group()}"
        if self.words[_plain(whole)] and not self.words[_plain(divided)]:
            return before[:-1] + after
        if _ENDING.fullmatch(right.group()) and len(ending) > 1 and ending[1:].islower():
            return before[:-1] + after
        if right.group() in _SUSPENDING:
            return f"{before} {after}"
        # "anti-CD20": a divided word goes on in small letters.
        small = right.group()[0].islower()
        if small and before[-1] not in self.typed and before[-1] == "‐":
            return before[:-1] + after
        return before + after


def _plain(word: str) -> str:
    return word.lower().replace("‐", "-")
