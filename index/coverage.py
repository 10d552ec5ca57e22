"""How much of a question's words a text covers, and which of them nothing covers."""

from __future__ import annotations

import math

from index.lexical import content_words, terms
from index.rarity import rarity
from index.term_scores import Lexical


def term_weights(lexical: Lexical, question: str, passages: int) -> dict[str, float]:
    """Return the terms of a question with their inverse document frequency (Robertson 2004)."""
    found = {}
    for term in terms(question):
        frequency = lexical.frequency(term)
        found[term] = math.log(1.0 + (passages - frequency + 0.5) / (frequency + 0.5))
    return found


def coverage(wanted: dict[str, float], held: frozenset[str]) -> float:
    """Return the weight of the wanted terms that are held, as a share of all; 0 when none is wanted."""
    total = sum(wanted.values())
    return sum(weight for term, weight in wanted.items() if term in held) / total if total else 0.0


def unknown_name(lexical: Lexical, question: str, absence: frozenset[str] = frozenset()) -> float:
    """Return the rarity in [0, 1] of the question's rarest word that stands in no passage, 0 without one.

    "Does it help with Parkinson's disease?" asks about something the documents never name; a "placebo"
    is named by no report of a trial that had none, so words of `absence` do not count.
    """

    def is_unknown(word: str) -> bool:
        named = terms(word)
        return absence.isdisjoint(named) and not any(map(lexical.frequency, named))

    words = (word for word in content_words(question) if word.isalpha() and len(word) > 2)
    return max(map(rarity, filter(is_unknown, words)), default=0.0)
