"""The words that rules are written with: what bad spelling can be mended to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# A word, the beginning of one ("bleed\w*"), or one with an optional end ("pains?"), outside of commands.
_WRITTEN = re.compile(r"(?<![\\a-z])([a-z]{3,})(\\w[*+]|\?)?")
# The likely ends of a word of which a pattern names the beginning.
ENGLISH = ("", "s", "e", "es", "ed", "ing", "er", "ly", "y", "ned", "ning", "ting", "en")
SPANISH = tuple("a o as e ar ado ada ando io ir ido iendo arme arse aron en".split())
_SHORTEST = 3


def rule_words(patterns: Iterable[str], forms: Iterable[str] = ()) -> tuple[str, ...]:
    r"""Return every word the patterns name, and the likely forms of each word they name the beginning of.

    `rule_words([r"(pains?|bleed\w*)"], ENGLISH)` holds "pain", "pains", "bleed", "bleeding" and
    forms that nobody types, which do no harm: a pattern that names a beginning takes any end.
    """
    found = dict.fromkeys(word for pattern in patterns for word in _words(pattern, forms))
    return tuple(word for word in found if len(word) >= _SHORTEST)


def _words(pattern: str, forms: Iterable[str]) -> Iterator[str]:
    for word, end in _WRITTEN.findall(pattern):
        if end.startswith("\\w"):
            yield from (word + form for form in forms)
        elif end:
            yield from (word, word[:-1])
        else:
            yield word
