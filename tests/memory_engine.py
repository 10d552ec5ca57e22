"""An engine that keeps everything in memory and compares with every vector: the oracle of all others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import numpy as np

from index.embedder import FloatMatrix, FloatVector
from index.engines.errors import (
    EngineBusy,
    GenerationDamaged,
    GenerationMismatch,
    NotPublished,
    WriteRefused,
)
from index.engines.gate import check
from index.engines.nearest import check_vector
from index.engines.protocol import Batch, Candidates, GenerationFacts, Record, Where


class MemoryGeneration:
    def __init__(
        self, facts: GenerationFacts, batches: Iterable[Batch], blobs: Iterable[tuple[str, bytes]]
    ) -> None:
        self.facts = facts
        self.records: list[Record] = []
        self.kinds: list[tuple[str, str]] = []
        rows: list[FloatMatrix] = []
        for batch in batches:
            if batch.first_row != len(self.records):
                raise WriteRefused(facts.name, f"row {batch.first_row} follows {len(self.records)} passages")
            if batch.vectors.shape[1] != facts.dimension:
                raise WriteRefused(facts.name, f"a vector has {batch.vectors.shape[1]} dimensions")
            rows.append(np.array(batch.vectors, dtype=np.float32))
            self.kinds += zip(batch.kinds, batch.speakers, strict=True)
            for place, words in enumerate(zip(batch.ids, batch.document_ids, batch.bodies, strict=True)):
                self.records.append(Record(batch.first_row + place, *words))
        if len(self.records) != facts.count:
            raise WriteRefused(facts.name, f"{len(self.records)} passages came, {facts.count} were named")
        self.rows = np.concatenate(rows) if rows else np.zeros((0, facts.dimension), np.float32)
        self.kept = dict(blobs)
        self.hashes = [hashlib.sha256(record.body).digest() for record in self.records]

    def candidates(self, vector: FloatVector, n: int, where: Where | None = None) -> Candidates:
        check_vector(self, vector)
        rows = np.array(self._matching(where), dtype=np.int64)
        # einsum takes one core: threads of a matrix library wait for each other on a busy machine.
        cosines = np.einsum("nd,d->n", self.rows[rows], vector)
        best = rows[np.argsort(-cosines, kind="stable")[:n]]
        return Candidates(best, self.rows[best])

    def count(self, where: Where | None = None) -> int:
        return len(self._matching(where))

    def vectors(self, rows: Sequence[int]) -> FloatMatrix:
        self._known(rows)
        return self.rows[np.array(rows, dtype=np.int64)]

    def get(self, rows: Sequence[int]) -> list[Record]:
        self._known(rows)
        for row in rows:
            if hashlib.sha256(self.records[row].body).digest() != self.hashes[row]:
                raise GenerationDamaged(self.facts.name, f"passage {row} is not what was written")
        return [self.records[row] for row in rows]

    def rows_where(self, where: Where) -> list[int]:
        return self._matching(where)

    def blobs(self, keys: Sequence[str]) -> dict[str, bytes]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def close(self) -> None:
        pass

    def _known(self, rows: Sequence[int]) -> None:
        for row in rows:
            if not 0 <= row < len(self.records):
                raise KeyError(row)

    def _matching(self, where: Where | None) -> list[int]:
        return [record.row for record in self.records if where is None or self._fits(record, where)]

    def _fits(self, record: Record, where: Where) -> bool:
        kind, speaker = self.kinds[record.row]
        return (
            (where.document_id is None or record.document_id in where.document_id)
            and (where.kind is None or kind in where.kind)
            and (where.speaker is None or speaker in where.speaker)
        )


class MemoryEngine:
    where = "memory"

    def __init__(self) -> None:
        self.generations: dict[str, MemoryGeneration] = {}
        self.revoked: dict[str, bytes] = {}
        self.current: str | None = None
        self.lock = Lock()

    @contextmanager
    def building(self) -> Iterator[str]:
        if not self.lock.acquire(blocking=False):
            raise EngineBusy(self.where)
        try:
            newest = max((int(name[2:]) for name in self.generations), default=0)
            yield f"g-{newest + 1:06d}"
        finally:
            self.lock.release()

    def write(
        self, facts: GenerationFacts, batches: Iterable[Batch], blobs: Iterable[tuple[str, bytes]]
    ) -> int:
        if facts.name == self.current:
            raise WriteRefused(facts.name, "is published")
        self.generations.pop(facts.name, None)
        written = MemoryGeneration(facts, batches, blobs)
        self.generations[facts.name] = written
        return facts.count

    def publish(self, name: str) -> None:
        if name in self.revoked or name not in self.generations:
            raise WriteRefused(name, "was revoked or never written")
        check(self.generations[name])
        self.current = name

    def published(self) -> str | None:
        return self.current

    def open(self, embedder: str | None = None, name: str | None = None) -> MemoryGeneration:
        wanted = name or self.current
        if wanted is None or wanted not in self.generations:
            raise NotPublished(self.where)
        if name is None and wanted in self.revoked:
            raise NotPublished(self.where, f"{wanted} was revoked")
        found = self.generations[wanted]
        if embedder is not None and found.facts.embedder != embedder:
            raise GenerationMismatch(self.where, found.facts.embedder, embedder)
        return found

    def names(self) -> list[str]:
        return sorted(self.generations, reverse=True)

    def revoke(self, name: str, why: bytes) -> None:
        self.revoked.setdefault(name, why)

    def revocations(self) -> dict[str, bytes]:
        return dict(self.revoked)

    def drop(self, name: str) -> None:
        if name == self.current:
            raise WriteRefused(name, "is in use")
        self.generations.pop(name, None)

    def close(self) -> None:
        pass
