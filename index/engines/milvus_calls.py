"""Calls to a Milvus server: each with a time limit, none with an error of its own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from index.embedder import FloatVector
from index.engines.errors import EngineUnreachable, GenerationDamaged

_DOTENV = "PYTHON_DOTENV_DISABLED"
_was = os.environ.get(_DOTENV)
# On import it would read a file `.env` of any folder above it into the environment, and so change settings.
os.environ[_DOTENV] = "1"
try:
    import grpc
    from pymilvus import DataType, MilvusClient, MilvusException
finally:
    del os.environ[_DOTENV]
    if _was is not None:
        os.environ[_DOTENV] = _was

# It prints every failed call with a traceback, and with it what was asked.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

Row = dict[str, Any]
Consistency = Literal["Strong", "Eventually"]
# Seconds. A page waits for an answer; a write may wait for the disks of a cluster.
_CONNECT, _ASK, _WRITE, _FLUSH, _LOAD = 5.0, 10.0, 60.0, 600.0, 1_800.0
# As the server names it, since 2.3.
_COLLECTION_NOT_FOUND = 100
_DETAIL = 200


class MilvusCalls:
    """One connection, made when it is first needed; any number of threads may use it.

    Every method raises EngineUnreachable when the server cannot be asked or refuses, GenerationDamaged
    when a collection is gone.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        address = f"{parts.hostname or 'localhost'}:{parts.port or 19530}"
        secure = parse_qs(parts.query).get("secure") == ["true"]
        self.where = f"milvus://{address}{parts.path.rstrip('/')}"
        self._password = unquote(parts.password or "")
        self._arguments = {
            "uri": f"{'https' if secure else 'http'}://{address}",
            "user": unquote(parts.username or ""),
            "password": self._password,
            "db_name": parts.path.strip("/"),
        }
        self._lock = Lock()
        self._connected: tuple[int, MilvusClient] | None = None

    def has(self, collection: str) -> bool:
        """Say whether a collection exists."""
        with self._asking(collection) as client:
            return bool(client.has_collection(collection, timeout=_ASK))

    def collections(self) -> list[str]:
        """Return the names of all collections of the database."""
        with self._asking() as client:
            return list(client.list_collections(timeout=_ASK))

    def create(self, collection: str, fields: Sequence[tuple[str, str, int]]) -> None:
        """Make a collection; fields are (name, type, length or dimension), the first is the key."""
        with self._asking(collection) as client:
            schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
            for place, (name, kind, size) in enumerate(fields):
                size_of = {"VARCHAR": {"max_length": size}, "FLOAT_VECTOR": {"dim": size}}.get(kind, {})
                schema.add_field(name, DataType[kind], is_primary=place == 0, **size_of)
            client.create_collection(collection, schema=schema, timeout=_WRITE)

    def upsert(self, collection: str, rows: list[Row]) -> None:
        """Write rows; one with the same key is replaced, so a call may be made again."""
        with self._asking(collection) as client:
            client.upsert(collection, rows, timeout=_WRITE)

    def delete(self, collection: str, expression: str) -> None:
        """Remove all rows that an expression names."""
        with self._asking(collection) as client:
            client.delete(collection, filter=expression, timeout=_WRITE)

    def flush(self, collection: str) -> None:
        """Return when all that was written is on the disks."""
        with self._asking(collection) as client:
            client.flush(collection, timeout=_FLUSH)

    def create_index(self, collection: str, field: str, kind: str, metric: str, settings: Row) -> None:
        """Begin to make an index of a field of vectors; the same one again is no error."""
        with self._asking(collection) as client:
            wanted = MilvusClient.prepare_index_params()
            wanted.add_index(field, index_type=kind, index_name=field, metric_type=metric, params=settings)
            client.create_index(collection, wanted, timeout=_WRITE, sync=False)

    def indexes(self, collection: str) -> list[str]:
        """Return the names of the indexes of a collection."""
        with self._asking(collection) as client:
            return list(client.list_indexes(collection, timeout=_ASK))

    def index_state(self, collection: str, field: str) -> Row:
        """Return `state`, `total_rows`, `indexed_rows` and `pending_index_rows` of an index."""
        with self._asking(collection) as client:
            return dict(client.describe_index(collection, field, timeout=_ASK))

    def load(self, collection: str) -> None:
        """Return when a collection can be asked; at once when it was loaded before."""
        with self._asking(collection) as client:
            client.load_collection(collection, timeout=_LOAD)

    def drop(self, collection: str) -> None:
        """Remove a collection; one that is not there is gone already."""
        with self._asking(collection) as client:
            client.drop_collection(collection, timeout=_WRITE)

    def query(
        self, collection: str, expression: str, fields: list[str], consistency: Consistency = "Eventually"
    ) -> list[Row]:
        """Return some fields of all rows that an expression names, in any order."""
        with self._asking(collection) as client:
            found = client.query(collection, expression, fields, consistency_level=consistency, timeout=_ASK)
            return [dict(row) for row in found]

    def search(
        self, collection: str, vector: FloatVector, limit: int, expression: str, settings: Row
    ) -> list[tuple[int, list[float]]]:
        """Return (key, stored vector) of the nearest rows, best first."""
        with self._asking(collection) as client:
            found = client.search(
                collection,
                [vector.tolist()],
                filter=expression,
                limit=limit,
                output_fields=["vector"],
                search_params={"metric_type": "IP", "params": settings},
                anns_field="vector",
                consistency_level="Eventually",
                timeout=_ASK,
            )
            return [(int(hit["id"]), hit["entity"]["vector"]) for hit in found[0]]

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._connected is not None and self._connected[0] == os.getpid():
                self._connected[1].close()
            self._connected = None

    @contextmanager
    def _asking(self, collection: str = "") -> Iterator[MilvusClient]:
        try:
            yield self._client()
        except (MilvusException, grpc.RpcError, grpc.FutureTimeoutError) as error:
            if getattr(error, "code", None) == _COLLECTION_NOT_FOUND:
                raise GenerationDamaged(collection, "is no longer in the store") from None
            raise EngineUnreachable(self.where, self._detail(error)) from None

    def _client(self) -> MilvusClient:
        """Return the connection of this process: one made before a fork must not be used after it."""
        with self._lock:
            if self._connected is None or self._connected[0] != os.getpid():
                # Shared ones would be closed under other engines of the same server.
                made = MilvusClient(**self._arguments, timeout=_CONNECT, dedicated=True)
                self._connected = (os.getpid(), made)
            return self._connected[1]

    def _detail(self, error: Exception) -> str:
        said = error.message if isinstance(error, MilvusException) else str(error)
        words = " ".join(str(said).split())[:_DETAIL] or type(error).__name__
        return words.replace(self._password, "…") if self._password else words
