"""A generation written into PostgreSQL: made, filled, indexed and entered in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import LiteralString

import numpy as np
import psycopg

from index.engines.errors import WriteRefused
from index.engines.postgres_link import Connection, vector_bytes
from index.engines.postgres_tables import (
    FILL_BLOBS,
    FILL_PASSAGES,
    GRAPH,
    INDEXES,
    PASSAGES,
    Tables,
    writable,
)
from index.engines.protocol import Batch, GenerationFacts

# The binary form of COPY: a signature, no flags, no extension; each row begins with its number of fields.
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
# A graph that outgrows this memory is made on disk, many times slower; the server may allow more.
_MOST_MEGABYTES, _BYTES_OF_A_NODE = 2_048, 700
# Errors of values that no server would take: too long, not in its encoding, twice, not finite.
_REFUSED = ("22", "23", "54")
_SETTINGS: LiteralString = """SELECT set_config('statement_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', '0', true),
    set_config('lock_timeout', '10s', true),
    set_config('maintenance_work_mem', greatest(pg_size_bytes(current_setting('maintenance_work_mem')) / 1024,
        %s::bigint * 1024)::text, true)"""


def write_generation(
    connection: Connection,
    tables: Tables,
    facts: GenerationFacts,
    batches: Iterable[Batch],
    blobs: Iterable[tuple[str, bytes]],
    *,
    exact_up_to: int,
) -> None:
    """Write all of a generation, or nothing of it, whatever becomes of us or of the server.

    One with more than `exact_up_to` passages gets a graph. Raises WriteRefused, and the driver's errors.
    """
    indexed = facts.count > exact_up_to
    try:
        with connection.transaction():
            refuse_published(connection, tables, facts.name)
            connection.execute(_SETTINGS, [_megabytes(facts)])
            number = int(str(_value(connection, tables.store("SELECT nextval('{schema}.numbers')"))))
            for text in PASSAGES:
                connection.execute(tables.of(number, text, facts.dimension))
            _copy(connection, tables.of(number, FILL_PASSAGES), _passages(facts, batches))
            _copy(connection, tables.of(number, FILL_BLOBS), map(_blob, blobs))
            for text in (*INDEXES, *((GRAPH,) if indexed else ()), "ANALYZE {passages}"):
                connection.execute(tables.of(number, text, facts.dimension))
            _enter(connection, tables, facts, number, indexed=indexed)
    except psycopg.Error as error:
        if (error.sqlstate or "")[:2] not in _REFUSED:
            raise
        reason = error.diag.message_primary or "a value cannot be kept"
        raise WriteRefused(facts.name, reason) from None


def refuse_published(connection: Connection, tables: Tables, name: str) -> None:
    """Hold the store until the transaction ends; raise WriteRefused for a name in use or revoked."""
    if _value(connection, tables.store("SELECT published FROM {schema}.store")) == name:
        raise WriteRefused(name, "is published")
    why = connection.execute(tables.store("SELECT FROM {schema}.revocations WHERE name = %s"), [name])
    if why.fetchone() is not None:
        raise WriteRefused(name, "was revoked; what was said must stay provable")


def drop_tables(connection: Connection, tables: Tables, name: str) -> None:
    """Remove the tables of a generation, within the caller's transaction; its number stays taken."""
    select = "SELECT tables FROM {schema}.generations WHERE name = %s AND tables IS NOT NULL"
    found = connection.execute(tables.store(select), [name]).fetchone()
    if found is not None:
        connection.execute(tables.of(int(str(found[0])), "DROP TABLE {passages}, {blobs}"))
        forget = "UPDATE {schema}.generations SET tables = NULL WHERE name = %s"
        connection.execute(tables.store(forget), [name])


def _enter(
    connection: Connection, tables: Tables, facts: GenerationFacts, number: int, *, indexed: bool
) -> None:
    # Somebody may have published or revoked what stood under this name while we wrote.
    connection.execute(tables.store("SELECT FROM {schema}.store FOR UPDATE"))
    refuse_published(connection, tables, facts.name)
    drop_tables(connection, tables, facts.name)
    enter = """INSERT INTO {schema}.generations VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (name) DO UPDATE SET embedder = excluded.embedder, dimension = excluded.dimension,
        count = excluded.count, tables = excluded.tables, indexed = excluded.indexed"""
    values = [facts.name, facts.embedder, facts.dimension, facts.count, number, indexed]
    connection.execute(tables.store(enter), values)


def _copy(connection: Connection, statement: bytes, rows: Iterable[bytes]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_SIGNATURE)
        for row in rows:
            copy.write(row)
        copy.write(_TRAILER)


def _passages(facts: GenerationFacts, batches: Iterable[Batch]) -> Iterator[bytes]:
    written = 0
    for batch in batches:
        _check(facts, batch, written)
        for place, body in enumerate(batch.bodies):
            yield _row(
                (batch.first_row + place).to_bytes(4, "big"),
                _text(facts.name, batch.ids[place]),
                _text(facts.name, batch.document_ids[place]),
                batch.kinds[place].encode(),
                batch.speakers[place].encode(),
                vector_bytes(batch.vectors[place]),
                body,
                hashlib.sha256(body).digest(),
            )
        written += len(batch.bodies)
    if written != facts.count:
        raise WriteRefused(facts.name, f"{written} passages came, {facts.count} were named")


def _check(facts: GenerationFacts, batch: Batch, written: int) -> None:
    if batch.first_row != written:
        raise WriteRefused(facts.name, f"row {batch.first_row} follows {written} passages")
    if batch.vectors.ndim != 2 or batch.vectors.shape[1] != facts.dimension:
        raise WriteRefused(facts.name, f"vectors of the shape {batch.vectors.shape} came")
    if batch.vectors.dtype != np.float32:
        raise WriteRefused(facts.name, f"vectors of {batch.vectors.dtype} came, not of float32")
    if len({len(column) for column in batch[1:]}) != 1:
        raise WriteRefused(facts.name, f"the columns from row {batch.first_row} on differ in length")


def _blob(blob: tuple[str, bytes]) -> bytes:
    key, value = blob
    return _row(_text(key, key), value, hashlib.sha256(value).digest())


def _text(where: str, text: str) -> bytes:
    if not writable(text):
        raise WriteRefused(where, f"{text!r} holds what PostgreSQL cannot keep in a text")
    return text.encode()


def _row(*fields: bytes) -> bytes:
    parts = [len(fields).to_bytes(2, "big")]
    for field in fields:
        parts += [len(field).to_bytes(4, "big"), field]
    return b"".join(parts)


def _megabytes(facts: GenerationFacts) -> int:
    needed = facts.count * (2 * facts.dimension + _BYTES_OF_A_NODE) // 2**20
    return min(max(64, needed), _MOST_MEGABYTES)


def _value(connection: Connection, statement: bytes) -> object:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None
