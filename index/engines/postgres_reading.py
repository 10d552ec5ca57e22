"""One generation in PostgreSQL, read from whichever server answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import LiteralString, TypeVar, cast

import numpy as np
import psycopg
from psycopg import errors, sql

from index.embedder import FloatMatrix, FloatVector
from index.engines.errors import GenerationDamaged
from index.engines.nearest import check_vector
from index.engines.postgres_address import unreachable
from index.engines.postgres_link import Connection, Link
from index.engines.postgres_tables import (
    NEAR_AMONG_FEW,
    NEAR_BY_GRAPH,
    NEAR_EXACTLY,
    Tables,
    condition,
    writable,
)
from index.engines.protocol import Candidates, GenerationFacts, Record, Where

Row = tuple[object, ...]
T = TypeVar("T")

# So many vectors are compared one by one in some milliseconds; a graph, asked for few among many, loses them.
_FEW = 20_000
# How many places of the graph are kept in view: at least this many, at most what pgvector allows.
_EF_LEAST, _EF_MOST = 200, 1_000
_SETTINGS: LiteralString = """SELECT set_config('statement_timeout', %(patience)s, true),
    set_config('hnsw.ef_search', %(ef)s, true), set_config('hnsw.iterative_scan', 'relaxed_order', true),
    set_config('hnsw.max_scan_tuples', '200000', true), set_config('enable_sort', %(sort)s, true)"""
_PATIENCE = "10s"
# Tables or pages that are not what they were.
_DAMAGED = (errors.UndefinedTable, errors.DataCorrupted, errors.IndexCorrupted)


class PostgresGeneration:
    """A generation whose tables never change; connections belong to the engine that opened it."""

    def __init__(
        self, link: Link, tables: Tables, facts: GenerationFacts, number: int, *, indexed: bool
    ) -> None:
        self.facts = facts
        self.number = number
        self._link = link
        self._tables = tables
        self._indexed = indexed

    def candidates(self, vector: FloatVector, n: int, where: Where | None = None) -> Candidates:
        """See `Generation`. One round trip, but for a filter that more than some thousand passages match."""
        check_vector(self, vector)
        n = min(n, self.facts.count)
        filtered, values = condition(where or Where())
        asked = {"vector": vector, "n": max(n, 0), **values}
        if self._indexed and filtered is not None:
            few = self._ask(NEAR_AMONG_FEW, asked | {"few": _FEW}, filtered)
            if int(str(few[0][2])) <= _FEW:
                return self._candidates([row for row in few if row[0] is not None])
        if self._indexed and n <= _EF_MOST:
            found = self._ask(NEAR_BY_GRAPH, asked, filtered)
            if len(found) >= n:
                return self._candidates(found)
        return self._candidates(self._ask(NEAR_EXACTLY, asked, filtered))

    def count(self, where: Where | None = None) -> int:
        """See `Generation`."""
        filtered, values = condition(where or Where())
        return int(str(self._ask("SELECT count(*) FROM {passages} WHERE {where}", values, filtered)[0][0]))

    def vectors(self, rows: Sequence[int]) -> FloatMatrix:
        """See `Generation`."""
        found = self._at(rows, "SELECT row, vector FROM {passages} WHERE row = ANY(%(rows)s::int[])")
        return self._matrix([found[row][1] for row in rows])

    def get(self, rows: Sequence[int]) -> list[Record]:
        """See `Generation`."""
        select: LiteralString = """SELECT row, id, document_id, body, sha256 FROM {passages}
            WHERE row = ANY(%(rows)s::int[])"""
        found = cast(dict[int, tuple[int, str, str, bytes, bytes]], self._at(rows, select))
        for row, _, _, body, sha256 in found.values():
            if hashlib.sha256(body).digest() != sha256:
                raise GenerationDamaged(self.facts.name, f"passage {row} is not what was written")
        return [Record(*found[row][:4]) for row in rows]

    def rows_where(self, where: Where) -> list[int]:
        """See `Generation`."""
        filtered, values = condition(where)
        rows = self._ask("SELECT row FROM {passages} WHERE {where} ORDER BY row", values, filtered)
        return [int(str(row)) for (row,) in rows]

    def blobs(self, keys: Sequence[str]) -> dict[str, bytes]:
        """See `Generation`."""
        select: LiteralString = "SELECT key, value, sha256 FROM {blobs} WHERE key = ANY(%(keys)s::text[])"
        asked = [key for key in keys if writable(key)]
        found = cast(list[tuple[str, bytes, bytes]], self._ask(select, {"keys": asked}))
        for key, value, sha256 in found:
            if hashlib.sha256(value).digest() != sha256:
                raise GenerationDamaged(self.facts.name, f"{key!r} is not what was written")
        return {key: value for key, value, _ in found}

    def close(self) -> None:
        """Nothing is held between two questions; the engine gives back the connections."""

    def _at(self, rows: Sequence[int], select: LiteralString) -> dict[int, Row]:
        for row in rows:
            if not 0 <= row < self.facts.count:
                raise KeyError(row)
        found = {int(str(row[0])): row for row in self._ask(select, {"rows": list(rows)})} if rows else {}
        for row in rows:
            if row not in found:
                raise GenerationDamaged(self.facts.name, f"passage {row} is missing")
        return found

    def _candidates(self, found: list[Row]) -> Candidates:
        rows = np.array([row[0] for row in found], dtype=np.int64)
        return Candidates(rows, self._matrix([row[1] for row in found]))

    def _matrix(self, raw: list[object]) -> FloatMatrix:
        """Turn vectors as they come, four bytes and then the numbers, into float32 (n, d)."""
        dimension = self.facts.dimension
        for one in raw:
            if not isinstance(one, bytes) or len(one) != 4 * (dimension + 1):
                raise GenerationDamaged(self.facts.name, "a vector has another length")
        joined = np.frombuffer(b"".join(cast(list[bytes], raw)), dtype=">f4")
        return joined.reshape(len(raw), dimension + 1)[:, 1:].astype(np.float32)

    def _ask(
        self, text: LiteralString, values: Mapping[str, object], where: sql.Composable | None = None
    ) -> list[Row]:
        statement = self._tables.of(self.number, text, self.facts.dimension, where)
        wanted = values.get("n", 0)
        ef = min(max(2 * int(str(wanted)), _EF_LEAST), _EF_MOST)
        # A graph gives rows in their order; where nothing may be sorted, nothing else is planned.
        sort = "off" if text is NEAR_BY_GRAPH else "on"
        settings = {"patience": _PATIENCE, "ef": str(ef), "sort": sort}

        def read(connection: Connection) -> list[Row]:
            # Both go out together, as one transaction that the settings end with.
            with connection.pipeline():
                connection.execute(_SETTINGS, settings)
                cursor = connection.cursor(binary=True).execute(statement, values)
            return cursor.fetchall()

        return self._reported(read)

    def _reported(self, read: Callable[[Connection], T]) -> T:
        try:
            return self._link.ask(read)
        except _DAMAGED as error:
            reason = error.diag.message_primary or "cannot be read"
            raise GenerationDamaged(self.facts.name, reason) from None
        except psycopg.Error as error:
            raise unreachable(self._link.address, error) from None
