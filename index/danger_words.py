"""A question as numbered traces of its words, for a model that knows danger by how people tell of it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from content.normalize import fold, without_accents, without_apostrophes

BITS = 17
# Words, and signs that are no punctuation: a knife or a pill may be all that somebody types.
_WORD = re.compile(r"\w+|[^\w\s\x00-\x7f¡¿…–—“”«»]")
# No end: the stop after a title, which would leave a name and half a question alone, and within a number.
_TITLES = "".join(rf"(?<!\b{title})" for title in ("dr", "dra", "mr", "mrs", "ms", "sr", "sra"))
_SENTENCE_END = re.compile(rf"(?:{_TITLES}(?:\.(?!\d)|(?<!\d)\.)|[!?;:\n…])+", re.IGNORECASE)
_WORDS_IN_A_ROW, _LETTERS_IN_A_ROW = 3, range(2, 6)
# Of a word without end only its beginning, and of a question without end only so many sentences: time only.
_LONGEST_WORD, _MOST_PARTS = 40, 120
_SHORTEST_PART, _STRETCH = 3, 30


def parts(question: str) -> list[str]:
    """Return a question, then its sentences, each followed by itself with the next, as they come.

    Words around a danger thin it out; alone it stands as it would without them. A stop after a title
    ends no sentence: names are left whole. A sentence that never
    ends is taken in stretches that overlap. What is said again is taken once. Of a question with more
    than a hundred parts the last ones are looked at: whoever comes to the point, comes to it late.
    """
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(question) if sentence.strip()]
    found: list[str] = []
    for sentence, following in zip_longest(sentences, sentences[1:]):
        words = sentence.split()
        if len(words) >= _SHORTEST_PART:
            found.append(sentence)
        if len(words) > _STRETCH:
            found += [" ".join(words[at : at + _STRETCH]) for at in range(0, len(words), _STRETCH // 2)]
        if following:
            found.append(f"{sentence}. {following}")
    alone = dict.fromkeys(found)
    return [question, *[part for part in alone if part != question.strip()][-_MOST_PARTS:]]


def traces(text: str) -> npt.NDArray[np.int64]:
    """Return the numbers below 2**BITS, sorted and once each, of a text's words and runs of letters.

    One to three words in a row, and two to five letters in a row within a word and its edges, each
    under crc32 (feature hashing, Weinberger et al. 2009). Case, accents, apostrophes and punctuation
    leave no trace.
    """
    numbers = {zlib.crc32(trace.encode("utf-8")) % (1 << BITS) for trace in _traces(words_of(text))}
    return np.array(sorted(numbers), dtype=np.int64)


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, without accents."""
    bare = without_accents(fold(without_apostrophes(text)))
    return [word[:_LONGEST_WORD] for word in _WORD.findall(bare)]


def _traces(words: list[str]) -> Iterator[str]:
    for count in range(1, _WORDS_IN_A_ROW + 1):
        for start in range(len(words) - count + 1):
            yield "w " + " ".join(words[start : start + count])
    for word in dict.fromkeys(words):
        edged = f" {word} "
        for count in _LETTERS_IN_A_ROW:
            for start in range(len(edged) - count + 1):
                yield f"l {edged[start : start + count]}"
