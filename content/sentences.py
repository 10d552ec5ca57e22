"""Where sentences end: a partition of a text, so that a quote can be a whole sentence."""

from __future__ import annotations

import re

from content.schema import Span

# A full stop behind these never ends a sentence while words follow …
_ALWAYS = frozenset(
    "dr drs mr mrs ms prof st gen rep sen rev hon capt lt col sgt vs cf eg ie approx ca resp".split()
)
# … behind these not when a number follows ("Fig. 2", "No. 7") …
_BEFORE_NUMBER = frozenset("no nos fig figs vol pp p ref refs eq sec ch table".split())
# … and behind these only when the next word commonly opens a sentence.
_UNLESS_OPENED = frozenset(
    "etc al inc ltd co corp dept est min max jr sr jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_OPENERS = frozenset(
    "the a an this these those that it he she they we you i in on at for from by with to of and but "
    "or if when while after before all some no none there our their his her its however".split()
)
# Closing quotation marks and brackets belong to the sentence they close. A run of stops is tried
# once, from its first and without going back, so that a line of dots takes no time.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|\n[ \t]*\n|[。！？]+[”’」』]*")
_NEXT = re.compile(r"\s*[\"'“‘«(\[]*(?P<word>\w+)?")
_LAST = re.compile(r"(?P<word>\w[\w.\-’']*)$")
# "H." in "Clark H. Hansen", "N.M.D.", "U.S.": single capitals between full stops.
_INITIAL = re.compile(r"(?:^|[\s(\[])(?:[A-Z]\.)*[A-Z]$")
_LOOK_BACK_CHARS = 40


def sentence_spans(text: str) -> list[Span]:
    """Partition `text` into sentences, white space kept at the end of the sentence before it.

    Law: the pieces joined in order are exactly `text`, whatever it holds. A blank line always
    ends a sentence, a single newline never does by itself. Abbreviations ("et al.", "Dr."),
    initials ("Clark H. Hansen"), decimals ("8.25") and amounts ("$89.1") do not end one. In
    doubt the sentence goes on: half a sentence can say the opposite of the whole.
    """
    spans: list[Span] = []
    start = 0
    for mark in _END.finditer(text, _skip_space(text, 0)):
        if mark.end() <= start or not _ends(text, start, mark):
            continue
        end = _skip_space(text, mark.end())
        spans.append(Span(start=start, end=end))
        start = end
    if start < len(text):
        spans.append(Span(start=start, end=len(text)))
    return spans


def trim(text: str, span: Span) -> Span | None:
    """Return the span without white space at its ends, or None when it holds nothing else."""
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    end = span.end - len(words) + len(words.rstrip())
    return Span(start=start, end=end) if start < end else None


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Say whether the mark ends the sentence that began at `start`."""
    if mark.group()[0] in "\n。！？":
        return True
    following = _NEXT.match(text, mark.end())
    word = (following["word"] or "") if following else ""
    if word[:1].islower():
        return False
    if mark.group()[0] != "." or mark.group().startswith(".."):
        return True
    before = text[max(start, mark.start() - _LOOK_BACK_CHARS) : mark.start()]
    if _INITIAL.search(before):
        return word.casefold() in _OPENERS
    last = _LAST.search(before)
    return not (last and _is_abbreviation(last["word"].replace(".", "").casefold(), word))


def _is_abbreviation(last: str, following: str) -> bool:
    if last in _BEFORE_NUMBER:
        return following[:1].isdigit()
    if last in _UNLESS_OPENED:
        return following.casefold() not in _OPENERS
    return last in _ALWAYS
