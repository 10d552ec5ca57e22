"""What a store says of its generations, read at any server and changed at the one that takes writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import LiteralString, NamedTuple, TypeVar, cast

import psycopg
from psycopg import errors

from index.engines.postgres_address import Address, unreachable
from index.engines.postgres_link import Connection, Link
from index.engines.postgres_reading import PostgresGeneration
from index.engines.postgres_standbys import wait_for_all
from index.engines.postgres_tables import Tables
from index.engines.protocol import GenerationFacts
from index.pointer import GENERATION

T = TypeVar("T")

_NOTHING_YET = (errors.UndefinedTable, errors.InvalidSchemaName)
# What is acknowledged is on the disk of the server that was written to; some servers are set to less.
_SAFE = """SELECT set_config('statement_timeout', '60s', true), set_config('lock_timeout', '10s', true),
    set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
        THEN 'on' ELSE current_setting('synchronous_commit') END, true)"""
_PATIENT = "SELECT set_config('statement_timeout', '5s', true)"
_LOOK: LiteralString = """SELECT g.name, g.embedder, g.dimension, g.count, g.tables, g.indexed,
        EXISTS (SELECT FROM {schema}.revocations r WHERE r.name = g.name)
    FROM {schema}.generations g
    WHERE g.tables IS NOT NULL AND g.name = coalesce(%s, (SELECT published FROM {schema}.store))"""
_HOLD: LiteralString = "SELECT FROM {schema}.store FOR UPDATE"
_CHANGED: LiteralString = "UPDATE {schema}.store SET changes = changes + 1 RETURNING changes"


class Entry(NamedTuple):
    """What the store says of one generation that can be read."""

    facts: GenerationFacts
    number: int
    indexed: bool
    revoked: bool


class Store:
    """The few rows that name the generations of a schema, and the links to its servers."""

    def __init__(self, address: Address, schema: str, patience: float) -> None:
        self.address = address
        self.tables = Tables(schema)
        self._patience = patience
        several = "prefer-standby" if len(address.hosts) > 1 else "any"
        self.reading = Link(address, address.options.get("target_session_attrs", several))
        self.writing = Link(address, "read-write")

    def rows(
        self, text: LiteralString, *values: object, link: Link | None = None
    ) -> list[tuple[object, ...]]:
        """Return the rows of a statement, none where nobody ever wrote. Raises EngineUnreachable."""
        statement = self.tables.store(text)

        def read(connection: Connection) -> list[tuple[object, ...]]:
            with connection.pipeline():
                connection.execute(_PATIENT)
                cursor = connection.cursor(binary=True).execute(statement, values)
            return cursor.fetchall()

        try:
            return self.reported(lambda: (link or self.reading).ask(read))
        except _NOTHING_YET:
            return []

    def entry(self, name: str | None, link: Link | None = None) -> Entry | None:
        """Return what is said of a generation, None: of the one in use; None where there is none."""
        if name is not None and not GENERATION.fullmatch(name):
            return None
        found = self.rows(_LOOK, name, link=link)
        return _entry(found[0]) if found else None

    def entry_at(self, connection: Connection, name: str) -> Entry | None:
        """Return what is said of a generation within the transaction of a connection."""
        row = connection.execute(self.tables.store(_LOOK), [name]).fetchone()
        return _entry(row) if row else None

    def generation(self, entry: Entry, link: Link | None = None) -> PostgresGeneration:
        """Return a generation to be read through a link, the reading one unless another is given."""
        return PostgresGeneration(
            link or self.reading, self.tables, entry.facts, entry.number, indexed=entry.indexed
        )

    def change(self, work: Callable[[Connection], object]) -> None:
        """Do one transaction that holds the store, and wait until every server shows it.

        `work` may be done twice. Raises EngineUnreachable, StandbyBehind.
        """

        def once(connection: Connection) -> int:
            self.tables.make(connection, self.address.where)
            with connection.transaction():
                connection.execute(_SAFE)
                connection.execute(self.tables.store(_HOLD))
                work(connection)
                row = connection.execute(self.tables.store(_CHANGED)).fetchone()
            return int(str(row[0] if row else 0))

        changes = self.reported(lambda: self.writing.ask(once))
        wait_for_all(self.address, self.tables, changes, self._patience)

    def reported(self, work: Callable[[], T]) -> T:
        """Return what `work` gives; the driver's errors become EngineUnreachable, but for missing tables."""
        try:
            return work()
        except _NOTHING_YET:
            raise
        except psycopg.Error as error:
            raise unreachable(self.address, error) from None

    def close(self) -> None:
        """Give back every connection."""
        self.reading.close()
        self.writing.close()


def _entry(row: tuple[object, ...]) -> Entry:
    name, embedder, dimension, count, number, indexed, revoked = cast(
        tuple[str, str, int, int, int, bool, bool], row
    )
    facts = GenerationFacts(name=name, embedder=embedder, dimension=dimension, count=count)
    return Entry(facts, number, indexed, revoked)
