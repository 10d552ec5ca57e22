"""Writes one generation into collections of a Milvus store that nobody reads yet."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable, Iterator

from index.engines.errors import EngineUnreachable, WriteRefused
from index.engines.milvus_calls import MilvusCalls, Row
from index.engines.milvus_cells import TEXT_BYTES, key_of, place_of, split
from index.engines.milvus_register import NO_VECTOR, Written
from index.engines.protocol import Batch, GenerationFacts

PREFIX = "faq_g_"
_TEXT = ("VARCHAR", TEXT_BYTES)
_VALUES = (
    ("place", "VARCHAR", 128),
    ("value", *_TEXT),
    ("parts", "INT64", 0),
    ("sha256", "VARCHAR", 64),
    NO_VECTOR,
)
# A message of the server's log of writes may not be much longer.
_AT_ONCE_BYTES, _AT_ONCE_ROWS = 4_000_000, 2_000
# Fewer are compared one by one in a few milliseconds, and exactly.
FLAT_UP_TO = 10_000
_GRAPH: Row = {"M": 24, "efConstruction": 300}
# Seconds without any row more in the index; one segment of a gigabyte takes many minutes.
_PATIENCE = 1_800.0


class Writing:
    """The two collections of a generation that is being written; their names are never used again."""

    def __init__(self, calls: MilvusCalls, facts: GenerationFacts, flat_up_to: int) -> None:
        own = f"{PREFIX}{facts.name.removeprefix('g-')}_{secrets.token_hex(6)}"
        self.facts, self._calls, self._flat_up_to = facts, calls, flat_up_to
        self.passages, self.values = f"{own}_passages", f"{own}_values"
        self._value_rows = 0

    def fill(self, batches: Iterable[Batch], blobs: Iterable[tuple[str, bytes]]) -> Written:
        """Write everything, and return when it is on the disks and its index is made; WriteRefused."""
        self._calls.create(self.passages, _passage_fields(self.facts.dimension))
        self._calls.create(self.values, _VALUES)
        self._send(self.passages, self._passages(batches))
        self._send(self.values, self._counted(_parts_of(f"blob:{key}", value) for key, value in blobs))
        for collection in (self.passages, self.values):
            self._calls.flush(collection)
        flat = self.facts.count <= self._flat_up_to
        kind, settings = ("FLAT", {}) if flat else ("HNSW", _GRAPH)
        self._calls.create_index(self.passages, "vector", kind, "IP", settings)
        self._calls.create_index(self.values, "nothing", "FLAT", "L2", {})
        self._wait(self.passages, "vector", self.facts.count)
        self._wait(self.values, "nothing", self._value_rows)
        return Written(
            facts=self.facts, passages=self.passages, values=self.values, value_rows=self._value_rows
        )

    def drop(self) -> None:
        """Remove what was written."""
        self._calls.drop(self.passages)
        self._calls.drop(self.values)

    def _passages(self, batches: Iterable[Batch]) -> Iterator[Row]:
        """Give the rows of all passages; what a text cannot hold of a body is sent on its way."""
        facts, written = self.facts, 0
        for batch in batches:
            _check(facts, batch, written)
            written += len(batch.ids)
            rows = [_passage(batch, place) for place in range(len(batch.ids))]
            self._send(self.values, self._counted(row.pop("rest") for row in rows))
            yield from rows
        if written != facts.count:
            raise WriteRefused(facts.name, f"{written} passages came, {facts.count} were named")

    def _counted(self, groups: Iterable[list[Row]]) -> Iterator[Row]:
        for rows in groups:
            self._value_rows += len(rows)
            yield from rows

    def _send(self, collection: str, rows: Iterable[Row]) -> None:
        waiting: list[Row] = []
        size = 0
        for row in rows:
            waiting.append(row)
            size += sum(len(value) * 4 for value in row.values() if not isinstance(value, int)) + 64
            if size >= _AT_ONCE_BYTES or len(waiting) >= _AT_ONCE_ROWS:
                self._calls.upsert(collection, waiting)
                waiting, size = [], 0
        if waiting:
            self._calls.upsert(collection, waiting)

    def _wait(self, collection: str, field: str, rows: int) -> None:
        """Wait for the index: a search before that misses most of what is there, and counts do not tell."""
        best, since = -1, time.monotonic()
        while rows:
            state = self._calls.index_state(collection, field)
            done = state.get("state") == "Finished" and not state.get("pending_index_rows")
            if done and state.get("total_rows", 0) >= rows:
                return
            if (indexed := state.get("indexed_rows", 0)) > best:
                best, since = indexed, time.monotonic()
            if time.monotonic() - since > _PATIENCE:
                raise EngineUnreachable(self._calls.where, f"the index of {collection} is not made: {state}")
            time.sleep(0.25)


def _passage_fields(dimension: int) -> tuple[tuple[str, str, int], ...]:
    return (
        ("row", "INT64", 0),
        ("id", *_TEXT),
        ("document_id", *_TEXT),
        ("document_key", "VARCHAR", 64),
        ("kind", "VARCHAR", 64),
        ("speaker", "VARCHAR", 64),
        ("body", *_TEXT),
        ("parts", "INT64", 0),
        ("sha256", "VARCHAR", 64),
        ("vector", "FLOAT_VECTOR", dimension),
    )


def _passage(batch: Batch, place: int) -> Row:
    row, body = batch.first_row + place, batch.bodies[place]
    first, *rest = _parts_of(f"body:{row}", body)
    return {
        "row": row,
        "id": batch.ids[place],
        "document_id": batch.document_ids[place],
        "document_key": key_of(batch.document_ids[place]),
        "kind": batch.kinds[place],
        "speaker": batch.speakers[place],
        "body": first["value"],
        "parts": first["parts"],
        "sha256": first["sha256"],
        "vector": batch.vectors[place],
        "rest": rest,
    }


def _parts_of(key: str, value: bytes) -> list[Row]:
    parts, sha256 = split(value), hashlib.sha256(value).hexdigest()
    return [
        {
            "place": place_of(key, number),
            "value": part,
            "parts": len(parts),
            "sha256": sha256,
            "nothing": [0.0, 0.0],
        }
        for number, part in enumerate(parts)
    ]


def _check(facts: GenerationFacts, batch: Batch, written: int) -> None:
    count = len(batch.ids)
    if batch.first_row != written:
        raise WriteRefused(facts.name, f"row {batch.first_row} follows {written} passages")
    if batch.vectors.shape != (count, facts.dimension):
        raise WriteRefused(facts.name, f"vectors of {count} passages have the shape {batch.vectors.shape}")
    lengths = {len(batch.document_ids), len(batch.kinds), len(batch.speakers), len(batch.bodies)}
    if lengths != {count}:
        raise WriteRefused(facts.name, f"a batch has {count} ids and columns of {sorted(lengths)}")
    for words in (*batch.ids, *batch.document_ids):
        if len(words.encode("utf-8", "surrogatepass")) > TEXT_BYTES:
            raise WriteRefused(facts.name, f"an id has more than {TEXT_BYTES} bytes: {words[:40]}…")
