"""Connections to the servers of one address, and what becomes of the errors of their driver."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TypeVar

import numpy as np
import psycopg
from psycopg import conninfo, errors
from psycopg.adapt import Dumper
from psycopg.pq import Format

from index.embedder import FloatVector
from index.engines.errors import EngineUnreachable
from index.engines.postgres_address import Address, unreachable

Connection = psycopg.Connection[tuple[object, ...]]
T = TypeVar("T")

_KEPT = 16
# A standby that replays a removal ends the queries in its way; a server that was demoted only reads; a
# server that is told to stop says so. Each is over when the next connection is made.
_PASSING = (
    errors.SerializationFailure,
    errors.ReadOnlySqlTransaction,
    errors.AdminShutdown,
    errors.CrashShutdown,
)


def connect(address: Address, role: str) -> Connection:
    """Return a new connection that commits every statement by itself. Raises EngineUnreachable.

    `role` is libpq's word for what the server must be: `read-write`, `prefer-standby`, `any` and others.
    """
    try:
        # Nothing is prepared: a pooler between us and the server may give each query another session.
        connection = psycopg.connect(
            conninfo.make_conninfo("", **address.options | {"target_session_attrs": role}),
            autocommit=True,
            prepare_threshold=None,
        )
    except (psycopg.Error, OSError, UnicodeError) as error:
        raise unreachable(address, error) from None
    connection.adapters.register_dumper(np.ndarray, _VectorDumper)
    return connection


def leave(connection: Connection) -> None:
    """Close a connection whose locks shall be free by then; the server would notice some time later."""
    with suppress(psycopg.Error):
        connection.execute("SELECT pg_advisory_unlock_all()")
    connection.close()


class Link:
    """Connections of one kind, each used by one thread at a time and never by a child process."""

    def __init__(self, address: Address, role: str) -> None:
        self.address = address
        self._role = role
        self._idle: list[Connection] = []
        self._owner = os.getpid()
        self._left: list[list[Connection]] = []
        self._lock = Lock()
        self._closed = False

    def ask(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` gives, done again once on another connection if the first one is lost.

        `work` may so be done twice: whatever changes something comes out the same. Raises EngineUnreachable
        when no server can be asked; other errors of the driver are left to the caller.
        """
        try:
            return self._once(work)
        except psycopg.Error as error:
            if not is_lost(error):
                raise
        self._close_idle()
        try:
            return self._once(work)
        except psycopg.Error as error:
            if not is_lost(error):
                raise
            raise unreachable(self.address, error) from None

    def _once(self, work: Callable[[Connection], T]) -> T:
        connection = self._take()
        try:
            result = work(connection)
        except BaseException:
            # Whatever state it is in, nobody else shall find it so.
            connection.close()
            raise
        self._give(connection)
        return result

    def _take(self) -> Connection:
        with self._lock:
            if self._closed:
                raise EngineUnreachable(self.address.where, "was closed")
            if self._owner != os.getpid():
                # The parent's connections: kept, for closing them here would end them there.
                self._left.append(self._idle)
                self._idle, self._owner = [], os.getpid()
            if self._idle:
                return self._idle.pop()
        return connect(self.address, self._role)

    def _give(self, connection: Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
        connection.close()

    def _close_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(psycopg.Error):
                connection.close()

    def close(self) -> None:
        """Close every connection that nobody uses, the others as they are given back."""
        self._closed = True
        self._close_idle()


def is_lost(error: psycopg.Error) -> bool:
    """Say whether another connection may succeed where this one failed."""
    if isinstance(error, _PASSING):
        return True
    # The driver's own errors, of a connection that is gone, have no number of the server's.
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and error.sqlstate is None


class _VectorDumper(Dumper):
    """A float32 vector in pgvector's binary form; as text, a search would spend its time on digits."""

    format = Format.BINARY

    def dump(self, obj: FloatVector) -> bytes:
        return vector_bytes(obj)


def vector_bytes(vector: FloatVector) -> bytes:
    """Return float32 (d,) as pgvector sends it: d and a zero of 16 bits, then the numbers, big-endian."""
    return len(vector).to_bytes(2, "big") + b"\0\0" + np.asarray(vector, dtype=">f4").tobytes()
