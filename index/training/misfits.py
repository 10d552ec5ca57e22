"""Answerable questions changed by one telling word, so that the passage which answered no longer does."""

from __future__ import annotations

import re

import numpy as np

# Words of which one cannot stand for the other: the kinds of change that Rajpurkar, Jia and Liang
# (ACL 2018, https://aclanthology.org/P18-2124) list for unanswerable questions, and the near misses
# of patients: another group of people, another time, another organ.
_OPPOSITES = (
    "largest smallest", "biggest smallest", "highest lowest", "longest shortest", "oldest youngest",
    "first last", "earliest latest", "most least", "more fewer", "best worst", "maximum minimum",
    "before after", "begin end", "began ended", "start stop", "started stopped", "increase decrease",
    "increased decreased", "rise fall", "higher lower", "above below", "inside outside", "north south",
    "northern southern", "east west", "eastern western", "upper lower",
    "early late", "won lost", "accepted rejected", "allowed banned", "open closed", "public private",
    "common rare", "positive negative", "safe dangerous", "same different", "strong weak", "hot cold",
    "men women", "man woman", "male female", "boys girls", "mother father", "mothers fathers",
    "son daughter", "brother sister", "children adults", "child adult", "kids grandparents",
    "patients donors", "patient donor", "doctors patients", "people animals", "humans mice",
    "pregnant elderly", "daily yearly", "weeks decades", "hours months",
    "acute chronic", "mild severe", "benefits harms", "causes consequences", "cause prevent",
    "caused prevented", "symptoms costs", "treatment history", "inherited contagious", "blood bone",
    "heart brain", "kidney lung", "kidneys lungs", "liver eye", "knee shoulder", "skin muscle",
    "vaccine antibody", "virus bacterium", "viruses bacteria", "king queen", "war peace",
    "city country", "river mountain", "teacher student", "teachers students",
)  # fmt: skip
_OTHER: dict[str, str] = {}
for _pair in _OPPOSITES:
    _one, _two = _pair.split()
    _OTHER.setdefault(_one, _two)
    _OTHER.setdefault(_two, _one)
_WORD = re.compile(r"[A-Za-z]+|\d[\d,]*")
_YEAR = range(1000, 2101)


def misfit(question: str, rng: np.random.Generator) -> str | None:
    """Return the question with one word changed to what it cannot mean, or None where none is known.

    "What is the largest city?" becomes "What is the smallest city?", "Who won in 1983?" asks of
    another year. The words of the passage still fit the question nearly as well as before.
    """
    places = [found for found in _WORD.finditer(question) if _changed(found[0], rng) is not None]
    if not places:
        return None
    found = places[int(rng.integers(len(places)))]
    return question[: found.start()] + str(_changed(found[0], rng)) + question[found.end() :]


def _changed(word: str, rng: np.random.Generator) -> str | None:
    if word[0].isdigit():
        number = int(word.replace(",", ""))
        if number in _YEAR:
            return str(number + int(rng.integers(2, 40)) * (1 if rng.random() < 0.5 else -1))
        return str(number + int(rng.integers(1, 9)))
    other = _OTHER.get(word.lower())
    return other.capitalize() if other and word[0].isupper() else other
