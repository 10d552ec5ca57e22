"""Abbreviations that a text explains itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from content.normalize import fold
from content.schema import Fact, Span
from content.sentences import sentence_spans, trim

_BRACKETS = re.compile(r"\((?P<inside>[^();,]++)[^()]*+\)")
_SHORTEST, _LONGEST, _MOST_WORDS = 2, 10, 2
# "Group A", "Australia": a capital and small letters are a word of their own, not an abbreviation.
_PLAIN_WORD = re.compile(r"[A-Z][a-z]{4,}")
# The "s" of "MSCs" is no letter of its long form, which may stand in the singular.
PLURAL = re.compile(r"(?<=[A-Z0-9]{2})s$")
# Marks that no term holds: other brackets, formulas, and a clause that ends.
_NO_TERM = re.compile(r"[()\[\]<>=;:\"“”]")
_APOSTROPHES = "'’"
# Fifteen words, the most a long form has, are seldom longer; nothing further back is looked at.
_LOOK_BACK_CHARS = 400
# A term does not start with these: "of perinephric fat (OPF)".
LINKS = frozenset("and are by for from is of or that the to was were which with".split())


class Abbreviation(Fact):
    """A short form, the long form that a text gives for it, and their places in that text."""

    short: str
    long: str
    short_at: Span
    long_at: Span


def abbreviations(text: str) -> tuple[Abbreviation, ...]:
    """Return the abbreviations a text explains, in order: "long form (SHORT)", "SHORT (long form)".

    Law: letters and digits of the short form stand in the long form in order, compared folded and
    chosen from the right, the first of them at the start of a word. A short form has 2 to 10
    characters in one or two words and starts with a letter or digit; a long form has at most
    min(n + 5, 2n) words for n characters. Inside the brackets a comma or semicolon ends either.

    Source: Schwartz and Hearst, Pacific Symposium on Biocomputing 2003. Stricter than there, because
    a wrong pair finds wrong passages: every word of a short form holds a capital or a digit, a long
    form in brackets starts with them, and none reaches over other brackets, a colon or a semicolon.
    """
    found: list[Abbreviation] = []
    for sentence in sentence_spans(text):
        for brackets in _BRACKETS.finditer(text, sentence.start, sentence.end):
            start = max(sentence.start, brackets.start() - _LOOK_BACK_CHARS)
            before = _range(text, start, brackets.start())
            inside = _range(text, *brackets.span("inside"))
            found += _explained(text, before, inside) if before and inside else ()
    return tuple(found)


def _explained(text: str, before: Span, inside: Span) -> Iterator[Abbreviation]:
    """Yield the pair of the words before brackets and those in them, if they are one."""
    if _is_short(text[inside.start : inside.end]):
        yield from _pair(text, inside, before)
        return
    last = text[before.start : before.end].split()[-1]
    if _is_short(last):
        for pair in _pair(text, Span(start=before.end - len(last), end=before.end), inside):
            if pair.long_at.start == inside.start:
                yield pair


def _range(text: str, start: int, end: int) -> Span | None:
    return trim(text, Span(start=start, end=end)) if start < end else None


def _is_short(words: str) -> bool:
    parts = words.split()
    return (
        len(words) <= _LONGEST
        and len(parts) <= _MOST_WORDS
        and words[0].isalnum()
        and sum(map(str.isalnum, words)) >= _SHORTEST
        and any(map(str.isupper, words))
        and all(any(c.isupper() or c.isdigit() for c in part) for part in parts)
        and not any(map(_PLAIN_WORD.fullmatch, parts))
        and not _NO_TERM.search(words)
    )


def _pair(text: str, short_at: Span, around: Span) -> Iterator[Abbreviation]:
    """Yield a short form with the long form at the end of `around`, if its letters stand there."""
    short = text[short_at.start : short_at.end]
    end = around.end
    while end > around.start and not text[end - 1].isalnum():
        end -= 1
    letters = [letter for letter in fold(PLURAL.sub("", short)) if letter.isalnum()]
    start = _first_place(text, around.start, end, letters)
    if start is None:
        return
    long = text[start:end]
    fits = len(short) < len(long) and len(long.split()) <= min(len(short) + 5, len(short) * 2)
    says_itself = long.startswith(short) or fold(short) in re.split(r"\W", fold(long))
    if fits and not says_itself and long.split()[0].lower() not in LINKS and not _NO_TERM.search(long):
        yield Abbreviation(short=short, long=long, short_at=short_at, long_at=Span(start=start, end=end))


def _first_place(text: str, start: int, end: int, letters: list[str]) -> int | None:
    """Return where the long form of these letters starts: each from the right takes its nearest place."""
    place = end
    for number in range(len(letters) - 1, -1, -1):
        place -= 1
        while place >= start and not (
            _folded(text[place]) == letters[number] and (number or _starts_word(text, place))
        ):
            place -= 1
        if place < start:
            return None
    # "out-of-hospital cardiac arrest (OHCA)": an earlier part of the same word that starts alike.
    earlier = place
    while earlier > start and not text[earlier - 1].isspace():
        earlier -= 1
        if _folded(text[earlier]) == letters[0] and _starts_word(text, earlier):
            place = earlier
    return place


def _starts_word(text: str, place: int) -> bool:
    return place == 0 or not (text[place - 1].isalnum() or text[place - 1] in _APOSTROPHES)


@cache
def _folded(character: str) -> str:
    return fold(character)
