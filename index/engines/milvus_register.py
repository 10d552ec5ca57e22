"""The register of a Milvus store: a log in which every change is one row.

Milvus has no transactions. A row, though, is there or not, so what stands is worked out from the rows in
their order and no reader sees half a change.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Literal, NamedTuple

from content.schema import Fact
from index.engines.errors import WriteRefused
from index.engines.milvus_calls import MilvusCalls
from index.engines.milvus_cells import TEXT_BYTES
from index.engines.protocol import GenerationFacts
from index.generations import number_of

_COLLECTION = "faq_register"
# A collection must have a vector to be searched by, also one that is never searched.
NO_VECTOR = ("nothing", "FLOAT_VECTOR", 2)
_FIELDS = (("place", "INT64", 0), ("entry", "VARCHAR", TEXT_BYTES), NO_VECTOR)
# Two who write at once get places apart by chance.
_CHANCE_BITS = 20


class Written(Fact):
    """A generation that was written whole, the collections it is in, and the rows of its values."""

    facts: GenerationFacts
    passages: str
    values: str
    value_rows: int


class Entry(Fact):
    """One row of the log: something happened to a generation."""

    what: Literal["written", "published", "revoked", "dropped"]
    name: str
    written: Written | None = None
    why: str = ""
    """Base64."""


class Claim(Fact):
    """A row beside the log: somebody says that it builds, `until` seconds since 1970 by its own clock."""

    owner: str
    until: float


class Placed(NamedTuple):
    """An entry and its place in the order of all."""

    place: int
    entry: Entry


class Standing(Fact):
    """What follows from all entries; `taken` is the highest number that any generation ever had."""

    written: dict[str, Written]
    published: str | None
    ever_published: frozenset[str]
    revoked: dict[str, str]
    taken: int


def standing(entries: Iterable[Placed]) -> Standing:
    """Work out what stands. Law: the first reason of a revocation stays; dropped numbers stay taken."""
    written: dict[str, Written] = {}
    revoked: dict[str, str] = {}
    published: list[str] = []
    taken = 0
    for entry in (placed.entry for placed in sorted(entries)):
        if entry.what == "written" and entry.written is not None:
            written[entry.name] = entry.written
            taken = max(taken, number_of(entry.name))
        elif entry.what == "published":
            published.append(entry.name)
        elif entry.what == "revoked":
            revoked.setdefault(entry.name, entry.why)
        elif entry.what == "dropped":
            written.pop(entry.name, None)
    return Standing(
        written=written,
        published=published[-1] if published else None,
        ever_published=frozenset(published),
        revoked=revoked,
        taken=taken,
    )


class Register:
    """The log of one store; it alone is read strongly: all that was written before is seen."""

    def __init__(self, calls: MilvusCalls) -> None:
        self._calls = calls
        self._there = False

    def standing(self) -> Standing:
        """Return what stands now."""
        return standing(self.entries())

    def entries(self) -> list[Placed]:
        """Return all entries in their order, none before the first was written."""
        rows = self._rows("place >= 0")
        return sorted(Placed(place, Entry.model_validate_json(words)) for place, words in rows.items())

    def append(self, entry: Entry) -> None:
        """Write one entry after all that are there; WriteRefused for one that is too long."""
        words = entry.model_dump_json(exclude_defaults=True)
        if len(words.encode()) > TEXT_BYTES:
            raise WriteRefused(entry.name, f"what the register is to say has more than {TEXT_BYTES} bytes")
        newest = max((placed.place for placed in self.entries()), default=0)
        chance = secrets.randbelow(1 << _CHANCE_BITS)
        self._write(((newest >> _CHANCE_BITS) + 1 << _CHANCE_BITS) + chance, words)

    def claims(self) -> dict[int, Claim]:
        """Return all claims by their places, those that have ended too."""
        return {place: Claim.model_validate_json(words) for place, words in self._rows("place < 0").items()}

    def claim(self, claim: Claim) -> int:
        """Write a claim and return its place."""
        place = -1 - secrets.randbelow(1 << 62)
        self._write(place, claim.model_dump_json())
        return place

    def remove(self, claims: Iterable[int]) -> None:
        """Take claims away; of the log nothing is ever removed."""
        self._calls.delete(_COLLECTION, f"place in {sorted(claims)}")

    def _rows(self, which: str) -> dict[int, str]:
        if not self._ready():
            return {}
        rows = self._calls.query(_COLLECTION, which, ["place", "entry"], "Strong")
        return {int(row["place"]): str(row["entry"]) for row in rows}

    def _write(self, place: int, words: str) -> None:
        self._ready(make=True)
        self._calls.upsert(_COLLECTION, [{"place": place, "entry": words, "nothing": [0.0, 0.0]}])

    def _ready(self, *, make: bool = False) -> bool:
        """Return whether the log can be asked; make it, or what a killed builder left half made."""
        if not self._there and make:
            # Not made again: after a restart the server takes the same fields for others.
            if not self._calls.has(_COLLECTION):
                self._calls.create(_COLLECTION, _FIELDS)
            if not self._calls.indexes(_COLLECTION):
                self._calls.create_index(_COLLECTION, "nothing", "FLAT", "L2", {})
        if not self._there and self._calls.has(_COLLECTION) and self._calls.indexes(_COLLECTION):
            self._calls.load(_COLLECTION)
            self._there = True
        return self._there
