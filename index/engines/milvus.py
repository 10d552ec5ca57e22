"""Generations in a Milvus server or cluster: for more vectors than one machine's memory holds."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from index.engines.errors import (
    EngineError,
    GenerationDamaged,
    GenerationMismatch,
    NotPublished,
    WriteRefused,
)
from index.engines.gate import check
from index.engines.milvus_calls import MilvusCalls
from index.engines.milvus_generation import MilvusGeneration
from index.engines.milvus_lease import Lease
from index.engines.milvus_register import Entry, Register, Written
from index.engines.milvus_writing import FLAT_UP_TO, PREFIX, Writing
from index.engines.protocol import Batch, GenerationFacts
from index.generations import name_of, number_of


class MilvusEngine:
    """A store in one database of a Milvus server, `milvus://[user:password@]host[:port][/database]`.

    `?secure=true` speaks TLS. A generation is two collections, one for passages and one for values; which
    of them is in use stands in a third, the register. All generations that are kept are held in memory by
    the server, so those not needed any more should be dropped. `patience` is how many seconds a publication
    waits for the server to find everything, `lease_seconds` how long a builder that was killed keeps
    others from building.
    """

    def __init__(
        self, url: str, *, patience: float = 120.0, lease_seconds: float = 60.0, flat_up_to: int = FLAT_UP_TO
    ) -> None:
        self._calls = MilvusCalls(url)
        self._register = Register(self._calls)
        self._patience, self._lease_seconds, self._flat_up_to = patience, lease_seconds, flat_up_to
        self._lease: Lease | None = None
        self.where = self._calls.where

    @contextmanager
    def building(self) -> Iterator[str]:
        """Claim the right to build; what the claim cannot promise is told in `Lease`."""
        lease = Lease(self._register, self.where, self._lease_seconds)
        self._lease = lease
        try:
            yield name_of(self._register.standing().taken + 1)
        finally:
            self._lease = None
            lease.give_back()

    def write(
        self, facts: GenerationFacts, batches: Iterable[Batch], blobs: Iterable[tuple[str, bytes]]
    ) -> int:
        """Write a generation into new collections and enter it in the register when it is whole."""
        name, before = facts.name, self._register.standing()
        self._check_lease(name)
        if name in before.ever_published or name in before.revoked:
            raise WriteRefused(name, "was published or revoked")
        self._sweep()
        writing = Writing(self._calls, facts, self._flat_up_to)
        try:
            written = writing.fill(batches, blobs)
            self._check_lease(name)
        except BaseException:
            with suppress(EngineError):
                writing.drop()
            raise
        self._register.append(Entry(what="written", name=name, written=written))
        self._remove(before.written.get(name))
        return facts.count

    def publish(self, name: str) -> None:
        """Load a generation, wait until all of it is found, and name it in one row of the register."""
        now = self._register.standing()
        if name in now.revoked or name not in now.written:
            raise WriteRefused(name, "was revoked or never written")
        generation = self._loaded(now.written[name])
        self._wait_at_the_gate(generation, now.written[name])
        self._check_lease(name)
        self._register.append(Entry(what="published", name=name))

    def published(self) -> str | None:
        """Return the name in use; takes as long as the server takes to be sure, a fifth of a second."""
        return self._register.standing().published

    def open(self, embedder: str | None = None, name: str | None = None) -> MilvusGeneration:
        """Open the generation in use, or one by name."""
        now = self._register.standing()
        wanted = name or now.published
        if wanted is None or wanted not in now.written:
            raise NotPublished(self.where)
        if name is None and wanted in now.revoked:
            raise NotPublished(self.where, f"{wanted} was revoked")
        written = now.written[wanted]
        if embedder is not None and written.facts.embedder != embedder:
            raise GenerationMismatch(self.where, written.facts.embedder, embedder)
        return self._loaded(written)

    def names(self) -> list[str]:
        """Return all complete generations, newest first."""
        return sorted(self._register.standing().written, key=number_of, reverse=True)

    def revoke(self, name: str, why: bytes) -> None:
        """Enter a revocation; a second one of the same generation changes nothing."""
        if name not in self._register.standing().revoked:
            self._register.append(Entry(what="revoked", name=name, why=b64encode(why).decode("ascii")))

    def revocations(self) -> dict[str, bytes]:
        """Return why generations were revoked."""
        return {name: b64decode(why) for name, why in self._register.standing().revoked.items()}

    def drop(self, name: str) -> None:
        """Enter that a generation is gone, then remove it; WriteRefused for the one in use."""
        now = self._register.standing()
        if name == now.published:
            raise WriteRefused(name, "is in use")
        if name in now.written:
            self._register.append(Entry(what="dropped", name=name))
            self._remove(now.written[name])

    def close(self) -> None:
        """Give the connection back."""
        self._calls.close()

    def _loaded(self, written: Written) -> MilvusGeneration:
        self._calls.load(written.passages)
        self._calls.load(written.values)
        return MilvusGeneration(self._calls, written)

    def _wait_at_the_gate(self, generation: MilvusGeneration, written: Written) -> None:
        """Check until it passes: for a while after loading a server finds less than it counts."""
        end = time.monotonic() + self._patience
        while True:
            try:
                held = self._calls.query(written.values, 'place >= ""', ["count(*)"])[0]["count(*)"]
                if held != written.value_rows:
                    raise WriteRefused(
                        written.facts.name, f"holds {held} of {written.value_rows} parts of values"
                    )
                return check(generation)
            except (WriteRefused, GenerationDamaged):
                if time.monotonic() > end:
                    raise
            time.sleep(1.0)

    def _check_lease(self, name: str) -> None:
        if self._lease is not None:
            self._lease.check(name)

    def _sweep(self) -> None:
        """Remove what killed builders left: collections that the register does not know."""
        there = self._calls.collections()
        # Read after the list, so that what was entered in between is known.
        written = self._register.standing().written.values()
        known = {name for one in written for name in (one.passages, one.values)}
        for collection in there:
            if collection.startswith(PREFIX) and collection not in known:
                self._calls.drop(collection)

    def _remove(self, written: Written | None) -> None:
        if written is not None:
            self._calls.drop(written.passages)
            self._calls.drop(written.values)
