"""The abbreviations that documents explain, laid before a person who approves or rejects them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from content.aliases import Pair, first_meanings, rejected_pairs
from content.errors import NoSuchAbbreviation
from content.normalize import fold
from content.schema import Document, Fact, Span

Status = Literal["approved", "mined", "conflicting", "rejected"]


class AliasPlace(Fact):
    """Where a document explains a pair; both are None where a person said it and the text does not."""

    document_id: str
    short_at: Span | None = None
    long_at: Span | None = None


class AliasReview(Fact):
    """One pair over all documents: how it is written, where it stands, what a person decided.

    `conflicting`: nobody decided, and the same short form has another long form somewhere.
    """

    short: str
    long: str
    status: Status
    places: tuple[AliasPlace, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents it stands in, by id."""
        return tuple(dict.fromkeys(place.document_id for place in self.places))


def review_aliases(documents: Sequence[Document]) -> tuple[AliasReview, ...]:
    """Return every pair that a document explains or a person approved, by short form.

    Pairs are the same when they are folded: "Umbilical cord" is "umbilical cord". A decision of one
    document counts for the pair wherever it stands, approval before rejection.
    """
    written: dict[Pair, tuple[str, str]] = {}
    places: defaultdict[Pair, list[AliasPlace]] = defaultdict(list)
    decided: dict[Pair, Status] = {}
    for document in documents:
        for short, long, place, status in _pairs(document):
            pair = fold(short), fold(long)
            places[pair].append(place)
            if status == "approved" or pair not in written:
                written[pair] = short, long
            if status == "approved" or (status == "rejected" and decided.get(pair) != "approved"):
                decided[pair] = status
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for short, long in places:
        if decided.get((short, long)) != "rejected":
            meanings[short].add(long)
    found = [
        AliasReview(
            short=written[pair][0],
            long=written[pair][1],
            status=decided.get(pair) or ("conflicting" if len(meanings[pair[0]]) > 1 else "mined"),
            places=tuple(places[pair]),
        )
        for pair in places
    ]
    return tuple(sorted(found, key=lambda entry: (fold(entry.short), fold(entry.long))))


def decided_facts(
    document: Document, approve: Sequence[str] = (), reject: Sequence[str] = ()
) -> dict[str, object]:
    """Return the facts to save when a person approves or rejects short forms of a document.

    "SLE" approves the long form that the text gives, "SLE=lupus" another one. The last decision
    counts. Raises NoSuchAbbreviation where the text gives none.
    """
    explained = first_meanings(document.text)
    approved = dict(document.abbreviations)
    rejected = list(document.rejected_abbreviations)
    for words in approve:
        short, equals, long = (part.strip() for part in words.partition("="))
        meaning = explained.get(fold(short))
        if not equals and meaning is None:
            raise NoSuchAbbreviation(document.id, short)
        said = long if equals else " ".join(meaning.long.split()) if meaning else ""
        approved = {**_without(approved, short), short if equals or not meaning else meaning.short: said}
        rejected = [other for other in rejected if fold(other) != fold(short)]
    for short in map(str.strip, reject):
        meaning = explained.get(fold(short))
        if meaning is None and fold(short) not in map(fold, approved):
            raise NoSuchAbbreviation(document.id, short)
        approved = _without(approved, short)
        rejected = [other for other in rejected if fold(other) != fold(short)]
        rejected += [meaning.short] if meaning else []
    return {"abbreviations": approved, "rejected_abbreviations": rejected}


def _without(approved: Mapping[str, str], short: str) -> dict[str, str]:
    return {other: long for other, long in approved.items() if fold(other) != fold(short)}


def _pairs(document: Document) -> Iterator[tuple[str, str, AliasPlace, Status]]:
    approved = {fold(short): fold(long) for short, long in document.abbreviations.items()}
    rejected = rejected_pairs([document])
    explained = first_meanings(document.text)
    for short, found in explained.items():
        place = AliasPlace(document_id=document.id, short_at=found.short_at, long_at=found.long_at)
        status: Status = "rejected" if (short, fold(found.long)) in rejected else "mined"
        if approved.get(short) != fold(found.long):
            yield found.short, " ".join(found.long.split()), place, status
    for short, long in document.abbreviations.items():
        explains = explained.get(fold(short))
        same = explains if explains and fold(explains.long) == fold(long) else None
        place = AliasPlace(
            document_id=document.id,
            short_at=same.short_at if same else None,
            long_at=same.long_at if same else None,
        )
        yield short, long, place, "approved"
