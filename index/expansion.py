"""Other names of what a question names: searched for, never shown as if the visitor had said them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from content.normalize import fold

Equivalents = Mapping[str, tuple[str, ...]]

_WORD = re.compile(r"[\w'-]+")
_LONGEST_WORDS = 10
# More names than this would drown the question itself.
_MOST_NAMES = 3


def other_names(question: str, equivalents: Equivalents) -> list[str]:
    """Return up to three other names of terms in a question, in the order of the terms.

    The longest term at a place wins, no word belongs to two terms, and names that the question
    already holds are left out. With "sle" -> ("systemic lupus erythematosus",) the question "Is SLE
    curable?" gives ["systemic lupus erythematosus"].
    """
    if not equivalents:
        return []
    folded = fold(question)
    words = [(found.start(), found.end()) for found in _WORD.finditer(folded)]
    names: dict[str, None] = {}
    place = 0
    while place < len(words):
        for count in range(min(_LONGEST_WORDS, len(words) - place), 0, -1):
            term = folded[words[place][0] : words[place + count - 1][1]]
            if term in equivalents:
                names.update(dict.fromkeys(name for name in equivalents[term] if not _holds(folded, name)))
                place += count
                break
        else:
            place += 1
    return list(names)[:_MOST_NAMES]


def _holds(folded: str, name: str) -> bool:
    """Say whether a name stands in a question as words of its own: "ms" is not in "symptoms"."""
    return bool(re.search(rf"(?<![\w'-]){re.escape(name)}(?![\w'-])", folded))
