"""What an approved short form in a quote stands for: said under the quote, never inside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from assistant.citation import Citation
from assistant.schema import Hint
from content.aliases import first_meanings
from content.normalize import fold
from content.schema import Document, FrontMatter
from index.engines.fetched import StoredDocuments

_FIELDS = re.compile(r"(\{short\}|\{long\})")


class Hints:
    """The approved abbreviations of a library, looked up for the documents that are quoted."""

    def __init__(self, documents: Iterable[FrontMatter]) -> None:
        meanings: dict[str, set[str]] = {}
        for document in documents:
            for short, long in document.abbreviations.items():
                meanings.setdefault(short, set()).add(long)
        # What two documents approved in two ways is said only of these documents.
        self._shared = {short: min(longs) for short, longs in meanings.items() if len(longs) == 1}
        # Looking a text through takes milliseconds, and it stays the same as long as the index.
        self._found = dict[str, Mapping[str, str]]()

    def of(self, citations: Sequence[Citation], documents: Mapping[str, Document]) -> tuple[Hint, ...]:
        """Return the hints of an answer, in the order they are read.

        Law: a hint's short form stands in its quote as words of its own, and its long form does not;
        the long form was approved for the quoted document, or for others where this one neither
        explains nor rejects the short form. A quote and its caveats say a hint once.
        """
        found: list[Hint] = []
        said: set[tuple[int, str, str]] = set()
        for citation in citations:
            card = citation.caveat_of or citation.number
            known = self._known(documents[citation.document_id])
            for short in _shorts(citation.cited_text, known):
                long = known[short]
                if (card, short, long) not in said and fold(long) not in fold(citation.cited_text):
                    said.add((card, short, long))
                    found.append(Hint(short=short, long=long, citation=citation.number))
        return tuple(found)

    def _known(self, document: Document) -> Mapping[str, str]:
        if document.id not in self._found:
            self._found[document.id] = self._looked_up(document)
        return self._found[document.id]

    def _looked_up(self, document: Document) -> Mapping[str, str]:
        if not self._shared.keys() - document.abbreviations.keys():
            return document.abbreviations
        own = {*map(fold, document.rejected_abbreviations), *first_meanings(document.text)}
        shared = {short: long for short, long in self._shared.items() if fold(short) not in own}
        return {**shared, **document.abbreviations}


def holds(hint: Hint, documents: Mapping[str, Document]) -> bool:
    """Say whether a person approved these words, checked again whenever a hint is shown."""
    # Of documents in a store no text is fetched for this.
    known = documents.front if isinstance(documents, StoredDocuments) else documents.values()
    return any(document.abbreviations.get(hint.short) == hint.long for document in known)


def hints_under(number: int, hints: Sequence[Hint], documents: Mapping[str, Document]) -> Iterator[Hint]:
    """Yield the hints of a citation that still hold."""
    yield from (hint for hint in hints if hint.citation == number and holds(hint, documents))


def hint_parts(hint: Hint, sentence: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of the sentence that says a hint; True for words of the documents' language."""
    words = {"{short}": hint.short, "{long}": hint.long}
    for part in _FIELDS.split(sentence):
        if part:
            yield words.get(part, part), part in words


def _shorts(words: str, known: Mapping[str, str]) -> list[str]:
    """Return the short forms that stand in a quote, each once; the longest at a place counts."""
    pattern = _pattern(tuple(sorted(known, key=lambda short: (-len(short), short))))
    return list(dict.fromkeys(pattern.findall(words))) if known else []


@lru_cache(maxsize=64)
def _pattern(shorts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, shorts))})(?!\w)")
