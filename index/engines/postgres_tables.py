"""The tables of a store of generations in PostgreSQL, and the statements about them.

    SCHEMA.store        one row: which generation is published, and how often anything was changed
    SCHEMA.generations  what each generation says of itself; `tables` is null when it was dropped
    SCHEMA.revocations  why a generation must not be answered from
    SCHEMA.passages_N, SCHEMA.blobs_N   one generation; N is never used again

A generation's tables are made, filled and entered in one transaction, and never changed afterwards. Texts
are compared byte by byte: an order of words may differ between a server and its standby.
"""

from __future__ import annotations

import re
from typing import LiteralString

from psycopg import sql

from index.engines.errors import EngineUnreachable
from index.engines.postgres_link import Connection
from index.engines.protocol import Where

_PGVECTOR = (0, 8)
_MAKE: tuple[LiteralString, ...] = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    "CREATE SCHEMA IF NOT EXISTS {schema}",
    """CREATE TABLE {schema}.store (
        one bool PRIMARY KEY CHECK (one), published text COLLATE "C", changes bigint NOT NULL)""",
    "INSERT INTO {schema}.store VALUES (true, NULL, 0)",
    """CREATE TABLE {schema}.generations (
        name text COLLATE "C" PRIMARY KEY, embedder text NOT NULL, dimension int NOT NULL,
        count bigint NOT NULL, tables bigint, indexed bool NOT NULL)""",
    'CREATE TABLE {schema}.revocations (name text COLLATE "C" PRIMARY KEY, why bytea NOT NULL)',
    "CREATE SEQUENCE {schema}.numbers",
)
PASSAGES: tuple[LiteralString, ...] = (
    """CREATE TABLE {passages} (
        row int NOT NULL, id text COLLATE "C" NOT NULL, document_id text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL, speaker text COLLATE "C" NOT NULL,
        vector vector({dimension}) NOT NULL, body bytea NOT NULL, sha256 bytea NOT NULL)""",
    # Vectors stay in the row, where a comparison with many finds them; statistics on them say nothing.
    "ALTER TABLE {passages} ALTER vector SET STORAGE MAIN, ALTER vector SET STATISTICS 0",
    "ALTER TABLE {passages} ALTER body SET STATISTICS 0, ALTER sha256 SET STATISTICS 0",
    'CREATE TABLE {blobs} (key text COLLATE "C" NOT NULL, value bytea NOT NULL, sha256 bytea NOT NULL)',
    "ALTER TABLE {blobs} ALTER value SET STORAGE EXTERNAL",
)
# After the rows: an index that grows row by row takes a hundred times as long.
INDEXES: tuple[LiteralString, ...] = (
    "ALTER TABLE {passages} ADD PRIMARY KEY (row)",
    "CREATE INDEX ON {passages} (document_id, row)",
    "CREATE INDEX ON {passages} (kind, speaker, row)",
    "ALTER TABLE {blobs} ADD PRIMARY KEY (key)",
)
GRAPH: LiteralString = "CREATE INDEX ON {passages} USING hnsw ((vector::halfvec({dimension})) halfvec_ip_ops)"
FILL_PASSAGES: LiteralString = "COPY {passages} FROM STDIN (FORMAT binary, FREEZE)"
FILL_BLOBS: LiteralString = "COPY {blobs} FROM STDIN (FORMAT binary, FREEZE)"
# The graph holds numbers of 16 bits, and its operator must be the index's: another one compares row by row.
NEAR_BY_GRAPH: LiteralString = """SELECT row, vector FROM {passages} WHERE {where}
    ORDER BY vector::halfvec({dimension}) <#> %(vector)s::vector::halfvec({dimension}) LIMIT %(n)s"""
NEAR_EXACTLY: LiteralString = """SELECT row, vector FROM {passages} WHERE {where}
    ORDER BY vector <#> %(vector)s::vector LIMIT %(n)s"""
# One row at least, that says how many match; none is compared when there are too many.
NEAR_AMONG_FEW: LiteralString = """WITH few AS MATERIALIZED (
        SELECT count(*) AS matching FROM (SELECT FROM {passages} WHERE {where} LIMIT %(few)s + 1) found)
    SELECT best.row, best.vector, few.matching FROM few LEFT JOIN LATERAL (
        SELECT row, vector FROM {passages} WHERE {where} AND few.matching <= %(few)s
        ORDER BY vector <#> %(vector)s::vector LIMIT %(n)s) best ON true"""


class Tables:
    """The names of a schema's tables, put into statements."""

    def __init__(self, schema: str) -> None:
        self.schema = schema

    def store(self, text: LiteralString) -> bytes:
        """Return a statement about the whole store."""
        return sql.SQL(text).format(schema=sql.Identifier(self.schema)).as_bytes(None)

    def of(
        self, number: int, text: LiteralString, dimension: int = 0, where: sql.Composable | None = None
    ) -> bytes:
        """Return a statement about one generation; `where` is what `condition` gave."""
        return (
            sql.SQL(text)
            .format(
                passages=sql.Identifier(self.schema, f"passages_{number}"),
                blobs=sql.Identifier(self.schema, f"blobs_{number}"),
                dimension=sql.Literal(dimension),
                where=where or sql.SQL("true"),
            )
            .as_bytes(None)
        )

    def make(self, connection: Connection, where: str) -> None:
        """Make the tables of an empty store; those that stand are left as they are.

        Raises EngineUnreachable for a pgvector too old to be asked for all that a filter matches.
        """
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [self.schema])
            found = connection.execute(
                "SELECT to_regclass(%s) IS NOT NULL", [self.store("{schema}.store").decode()]
            ).fetchone()
            if found == (True,):
                return
            for text in _MAKE:
                connection.execute(self.store(text))
            version = connection.execute(
                "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
            ).fetchone()
            if version is None or _numbers(str(version[0])) < _PGVECTOR:
                raise EngineUnreachable(where, f"has pgvector {version and version[0]}, 0.8 is needed")


def condition(where: Where) -> tuple[sql.Composable | None, dict[str, list[str]]]:
    """Return the condition of a filter and the values it is asked with; None for no condition."""
    parts = [
        (sql.SQL("document_id = ANY(%(documents)s::text[])"), "documents", where.document_id),
        (sql.SQL("kind = ANY(%(kinds)s::text[])"), "kinds", where.kind),
        (sql.SQL("speaker = ANY(%(speakers)s::text[])"), "speakers", where.speaker),
    ]
    asked = [(part, key, values) for part, key, values in parts if values is not None]
    if not asked:
        return None, {}
    # What cannot be written cannot match, and could not even be asked for.
    values = {key: [value for value in values if writable(value)] for _, key, values in asked}
    return sql.SQL(" AND ").join(part for part, _, _ in asked), values


def writable(text: str) -> bool:
    """Say whether PostgreSQL can hold a text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall("[0-9]+", version))
