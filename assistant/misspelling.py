"""Words typed badly, read as the words of danger they are meant to be; never shown to anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from pydantic import Field, field_validator

from content.normalize import without_accents
from content.schema import Fact

# Letters of other alphabets that look like Latin ones (Unicode Technical Standard 39, confusables), and
# signs and digits typed for letters.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁɡοαενικτυο", "aeopcyxijsdgoaevuktuo")
_DIGITS = str.maketrans("013457", "oieast")
_SIGNS = str.maketrans({"@": "a", "$": "s", "*": ""})
_SIGNED = re.compile(r"(?<=\w)[@$*]+(?=\w)")
_APART = re.compile(r"(?<!\w)(?:[^\W\d_] ){3,}[^\W\d_](?!\w)")
_REPEATED = re.compile(r"(.)\1{2,}")
# Shorter words are too near to others: of four letters none may be replaced, of three nothing is mended.
_MENDED, _REPLACED, _TWO_SLIPS = 4, 5, 9
_LONGEST = 24
# A slip of more words than this is read as these.
_READINGS = 4


class Spelling(Fact):
    """The words that bad spelling is mended to, each before those that yield to it.

    `words` are dangerous or stand beside danger, `joints` are short ones between them, `kept` are real
    words near a dangerous one, `slang` gives whole words for short ones.
    """

    words: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    slang: dict[str, str] = Field(default_factory=dict)

    @field_validator("words", "joints", "kept", mode="before")
    @classmethod
    def _one_by_one(cls, words: object) -> object:
        return tuple(dict.fromkeys(words.split())) if isinstance(words, str) else words


def unsigned(typed: str) -> str:
    """Return text with the signs inside words read as the letters they stand for, or dropped."""
    return _SIGNED.sub(lambda found: found[0].translate(_SIGNS), typed)


class Mender:
    """Mends spelling towards a list of words; words it knows are left alone."""

    def __init__(self, spelling: Spelling, more: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        """Take the words to mend to, `more` that yield to them, and words that are left alone."""
        words = tuple(dict.fromkeys((*spelling.words, *more)))
        self._slang = dict(spelling.slang)
        self._words = {word: place for place, word in enumerate(words)}
        self._parts = {*spelling.words, *spelling.joints}
        self._sure = {*map(bare, known), *spelling.words, *spelling.joints, *spelling.kept}
        self._known = self._sure | set(words)
        self._near = _by_remains(words, twice=frozenset(spelling.words))
        self.word = lru_cache(maxsize=20_000)(self._word)

    def mended(self, words: str) -> tuple[str, ...]:
        """Return readings of folded words, mended and without accents: "cna't braethe" as "cant breathe".

        There is more than one where a word may be a slip of several: the first has the first of each.
        """
        together = _APART.sub(lambda found: self._together(found[0]), bare(words))
        ways = [self.word(word) for word in self._joined(together.split())]
        most = max(map(len, ways), default=1)
        return tuple(" ".join(way[min(turn, len(way) - 1)] for way in ways) for turn in range(most))

    def _together(self, apart: str) -> str:
        """Return letters typed apart as a word, the first one by itself when it is a word before another."""
        word = apart.replace(" ", "")
        return f"{word[0]} {word[1:]}" if word[0] in self._parts and self._is_known(word[1:]) else word

    def _joined(self, words: list[str]) -> Iterator[str]:
        """Yield the words, two pieces of a torn word as one."""
        at = 0
        while at < len(words):
            pair = words[at : at + 2]
            torn = len(pair) == 2 and not any(self.word(word)[0] in self._known for word in pair)
            whole = self.word("".join(pair))[0] if torn else ""
            yield whole if whole in self._words else words[at]
            at += 2 if whole in self._words else 1

    def _is_known(self, word: str) -> bool:
        return word in self._known

    def _word(self, word: str) -> tuple[str, ...]:
        word = self._slang.get(word, word)
        if word in self._known or word.isdigit() or len(word) > _LONGEST or " " in word:
            return (word,)
        letters = word.translate(_DIGITS) if any(map(str.isdigit, word)) else word
        forms = dict.fromkeys((letters, _REPEATED.sub(r"\1\1", letters), _REPEATED.sub(r"\1", letters)))
        meant = [self._slang.get(form, form) for form in forms]
        for sure in (self._sure, self._known):
            for form in meant:
                if form in sure:
                    return (form,)
        near = next(filter(None, map(self._nearest, forms)), ())
        return near or (" ".join(self._torn(letters)) or word,)

    def _nearest(self, word: str) -> tuple[str, ...]:
        """Return the words this one may be a slip of, the likeliest first."""
        if len(word) < _MENDED - 1 or any(map(str.isdigit, word)):
            return ()
        near = {(slips(word, other), self._words[other], other) for other in self._candidates(word)}
        allowed = sorted(one for one in near if one[0] <= _slips_allowed(word, one[2]))
        return tuple(other for _, _, other in allowed[:_READINGS])

    def _candidates(self, word: str) -> set[str]:
        return {other for rest in _remains(word) for other in self._near.get(rest, ())}

    def _torn(self, word: str) -> list[str]:
        """Return the known words a word without spaces is made of, the longest first; [] for none."""
        if len(word) < 6:
            return []
        ways: dict[int, list[str]] = {0: []}
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                part = word[start:end]
                fewer = start in ways and (end not in ways or len(ways[start]) < len(ways[end]))
                if fewer and part in self._parts:
                    ways[end] = [*ways[start], part]
        found = ways.get(len(word), [])
        return found if any(part in self._words for part in found) else []


def bare(words: str) -> str:
    """Return words without accents and in Latin letters: `bare("corazón")` is "corazon"."""
    return without_accents(words.translate(_LOOK_ALIKES))


def slips(word: str, other: str) -> int:
    """Return how many letters were missed, added, replaced or swapped (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, meant in enumerate(other, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != meant))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == meant:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


def _slips_allowed(word: str, meant: str) -> int:
    if len(meant) < _REPLACED and len(word) == len(meant) and sorted(word) != sorted(meant):
        return 0
    return 2 if len(meant) >= _TWO_SLIPS else 1


def _remains(word: str) -> set[str]:
    """Return the word, and what is left of it without one letter, or two of a long one."""
    once = _without_one(word)
    if len(word) < _TWO_SLIPS - 2:
        return once
    return {*once, *(rest[:i] + rest[i + 1 :] for rest in once for i in range(len(rest)))}


def _without_one(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _by_remains(words: Iterable[str], twice: frozenset[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        if len(word) >= _MENDED:
            for rest in _remains(word) if word in twice else _without_one(word):
                found.setdefault(rest, []).append(word)
    return found
