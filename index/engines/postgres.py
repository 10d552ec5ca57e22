"""Generations in PostgreSQL with pgvector: one server that is written to, and standbys that answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from index.engines.errors import EngineBusy, GenerationMismatch, NotPublished, WriteRefused
from index.engines.gate import check
from index.engines.postgres_address import read_address
from index.engines.postgres_link import Connection, connect, leave
from index.engines.postgres_reading import PostgresGeneration
from index.engines.postgres_store import Store
from index.engines.postgres_writing import drop_tables, write_generation
from index.engines.protocol import Batch, GenerationFacts
from index.generations import name_of, number_of
from index.pointer import GENERATION

SCHEMA = "quoted_faq"
PATIENCE_SECONDS = 30.0
# As many vectors are compared one by one in a few milliseconds.
EXACT_UP_TO = 5_000
_BUILDING = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
_TAKEN = "SELECT coalesce(max(substr(name, 3)::int), 0) FROM {schema}.generations"
_SWITCH = "UPDATE {schema}.store SET published = %s"
_REVOKE = "INSERT INTO {schema}.revocations VALUES (%s, %s) ON CONFLICT DO NOTHING"


class PostgresEngine:
    """A store of generations in one schema of a database; see `Engine`.

    What is written goes to the host of the address that takes writes, what is read to a standby if there is
    one. A generation with more than `exact_up_to` passages gets a graph; a smaller one is compared whole.
    """

    def __init__(
        self,
        url: str,
        *,
        schema: str = SCHEMA,
        patience: float = PATIENCE_SECONDS,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        """Connect nothing yet. `patience`: seconds that a standby has to follow each change."""
        self._store = Store(read_address(url), schema, patience)
        self.where = self._store.address.where
        self._exact_up_to = exact_up_to
        self._builder: Connection | None = None

    @contextmanager
    def building(self) -> Iterator[str]:
        """See `Engine`. The lock is the connection's: it is freed when either end of it dies."""
        connection = connect(self._store.address, "read-write")
        try:
            name = self._store.reported(lambda: self._locked(connection))
            self._builder = connection
            yield name
        finally:
            self._builder = None
            leave(connection)

    def _locked(self, connection: Connection) -> str:
        if connection.execute(_BUILDING, [self._store.tables.schema]).fetchone() != (True,):
            raise EngineBusy(self.where)
        self._store.tables.make(connection, self.where)
        taken = connection.execute(self._store.tables.store(_TAKEN)).fetchone()
        return name_of(int(str(taken[0] if taken else 0)) + 1)

    def write(
        self, facts: GenerationFacts, batches: Iterable[Batch], blobs: Iterable[tuple[str, bytes]]
    ) -> int:
        """See `Engine`. All or nothing; who holds the lock of builders writes through its connection.

        So a builder who lost the lock with the server cannot write either.
        """
        if not GENERATION.fullmatch(facts.name):
            raise WriteRefused(facts.name, "is no name of a generation")
        connection = self._builder or connect(self._store.address, "read-write")

        def work() -> None:
            self._store.tables.make(connection, self.where)
            write_generation(
                connection, self._store.tables, facts, batches, blobs, exact_up_to=self._exact_up_to
            )

        try:
            self._store.reported(work)
        finally:
            if connection is not self._builder:
                connection.close()
        return facts.count

    def publish(self, name: str) -> None:
        """See `Engine`. Raises StandbyBehind when it is published and a server still shows the one before."""
        entry = self._store.entry(name, self._store.writing)
        if entry is None or entry.revoked:
            raise WriteRefused(name, "was revoked" if entry else "was never written whole")
        check(self._store.generation(entry, self._store.writing))

        def switch(connection: Connection) -> None:
            if self._store.entry_at(connection, name) != entry:
                raise WriteRefused(name, "was changed by somebody else just now")
            connection.execute(self._store.tables.store(_SWITCH), [name])

        self._store.change(switch)

    def published(self) -> str | None:
        """See `Engine`."""
        found = self._store.rows("SELECT published FROM {schema}.store WHERE published IS NOT NULL")
        return str(found[0][0]) if found else None

    def open(self, embedder: str | None = None, name: str | None = None) -> PostgresGeneration:
        """See `Engine`."""
        entry = self._store.entry(name)
        if entry is None:
            raise NotPublished(self.where, f"no generation {name}" if name else "no index here")
        if name is None and entry.revoked:
            raise NotPublished(self.where, f"{entry.facts.name} was revoked")
        if embedder is not None and entry.facts.embedder != embedder:
            raise GenerationMismatch(self.where, entry.facts.embedder, embedder)
        return self._store.generation(entry)

    def names(self) -> list[str]:
        """See `Engine`."""
        found = self._store.rows("SELECT name FROM {schema}.generations WHERE tables IS NOT NULL")
        return sorted((str(name) for (name,) in found), key=number_of, reverse=True)

    def revoke(self, name: str, why: bytes) -> None:
        """See `Engine`."""
        enter = self._store.tables.store(_REVOKE)
        self._store.change(lambda connection: connection.execute(enter, [name, why]))

    def revocations(self) -> dict[str, bytes]:
        """See `Engine`."""
        found = self._store.rows("SELECT name, why FROM {schema}.revocations")
        return {str(name): why for name, why in found if isinstance(why, bytes)}

    def drop(self, name: str) -> None:
        """See `Engine`."""
        if self._store.entry(name, self._store.writing) is None:
            return

        def remove(connection: Connection) -> None:
            in_use = connection.execute(self._store.tables.store("SELECT published FROM {schema}.store"))
            if in_use.fetchone() == (name,):
                raise WriteRefused(name, "is in use")
            drop_tables(connection, self._store.tables, name)

        self._store.change(remove)

    def close(self) -> None:
        """See `Engine`."""
        self._store.close()
