"""The other ways to say a term: explained in the documents, approved by a person, given by the site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

from content.abbreviations import LINKS, PLURAL, Abbreviation, abbreviations
from content.normalize import fold
from content.readers.plain import UNTITLED
from content.schema import Document

_DOTTED = re.compile(r"(?:[^\W\d]\.)+")
# These are no way to say "odds ratio", "arsenic" or "WHO": folded, they mean themselves.
_WORDS = LINKS | frozenset(
    "all am an any as at be but can did do does had has have he her his how if in it its may me more "
    "most my no not on our she so than their them they this us we what when where who why will you".split()
)

# A short form and its long form, both folded.
Pair = tuple[str, str]


def equivalents(
    documents: Iterable[Document], *, synonyms: Sequence[Sequence[str]] = (), mined: bool = True
) -> dict[str, tuple[str, ...]]:
    """Return the other ways to say a term, all folded: "sle" -> ("systemic lupus erythematosus",).

    They go both ways: from the abbreviations of every document, "MSCs" also as "MSC" and "N.M.D."
    as "NMD", from its aliases, which are equals of its title and of each other, and from the site's
    synonyms. Over the library a short form keeps every long form, those given most often first; within
    one document it has one, the approved or the first. A pair that a person rejected is used only where
    another document has it approved; without `mined` only approved ones are. No form is of one character
    or a word such as "or" or "who".
    """
    documents = tuple(documents)
    refused = rejected_pairs(documents)
    groups = [group for document in documents for group in _groups(document, refused, mined=mined)]
    ways: dict[str, Counter[str]] = {}
    for equals in (*groups, *synonyms):
        terms = {term for term in map(fold, equals) if len(term) > 1 and term not in _WORDS}
        for term, other in permutations(terms, 2):
            ways.setdefault(term, Counter())[other] += 1
    return {term: tuple(sorted(ways[term], key=lambda way: (-ways[term][way], way))) for term in sorted(ways)}


def first_meanings(text: str) -> dict[str, Abbreviation]:
    """Return the first long form that a text gives for each short form, by the folded short form."""
    first: dict[str, Abbreviation] = {}
    for found in abbreviations(text):
        first.setdefault(fold(found.short), found)
    return first


def rejected_pairs(documents: Iterable[Document]) -> frozenset[Pair]:
    """Return the pairs that a person rejected in the document that explains them.

    Another long form that was approved for the same short form there is a rejection too.
    """
    found: set[Pair] = set()
    for document in documents:
        if not (document.abbreviations or document.rejected_abbreviations):
            continue
        approved = {fold(short): fold(long) for short, long in document.abbreviations.items()}
        rejected = set(map(fold, document.rejected_abbreviations))
        for short, meaning in first_meanings(document.text).items():
            long = fold(meaning.long)
            if short in rejected or approved.get(short, long) != long:
                found.add((short, long))
    return frozenset(found)


def _groups(document: Document, refused: frozenset[Pair], *, mined: bool) -> Iterator[tuple[str, ...]]:
    """Yield terms of one document that mean the same."""
    decided = {fold(short) for short in (*document.abbreviations, *document.rejected_abbreviations)}
    pairs = list(document.abbreviations.items())
    for short, found in first_meanings(document.text).items() if mined else ():
        if short not in decided and (short, fold(found.long)) not in refused:
            pairs.append((found.short, found.long))
    for short, long in pairs:
        yield from _ways(short, long)
    title = () if document.title == UNTITLED else (document.title,)
    yield (*title, *document.aliases)


def _ways(short: str, long: str) -> Iterator[tuple[str, ...]]:
    """Yield a pair with its undotted form, a plural one in the singular too."""
    yield short, short.replace(".", "") if _DOTTED.fullmatch(short) else short, long
    if PLURAL.search(short):
        yield short[:-1], re.sub(r"ies$", "y", long).removesuffix("s")
