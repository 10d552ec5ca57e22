"""Connections to the servers of one address, and what becomes of the errors of their driver."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import NamedTuple, TypeVar

import numpy as np
import psycopg
from psycopg import conninfo, errors
from psycopg.adapt import Dumper
from psycopg.pq import Format

from index.embedder import FloatVector
from index.engines.errors import EngineUnreachable

Connection = psycopg.Connection[tuple[object, ...]]
T = TypeVar("T")

# A dead machine is noticed in seconds; whoever wants other times writes them into the address.
_DEFAULTS = {
    "connect_timeout": "2", "tcp_user_timeout": "10000", "application_name": "quoted-faq",
    "keepalives_idle": "5", "keepalives_interval": "2", "keepalives_count": "3",
}  # fmt: skip
_KEPT = 16
# A standby that replays a removal ends the queries in its way; a server that was demoted only reads; a
# server that is told to stop says so. Each is over when the next connection is made.
_PASSING = (
    errors.SerializationFailure,
    errors.ReadOnlySqlTransaction,
    errors.AdminShutdown,
    errors.CrashShutdown,
)


class Address(NamedTuple):
    """Where the servers are: options with any password, (host, port) of each, words for people."""

    options: dict[str, str]
    hosts: tuple[tuple[str, str], ...]
    where: str

    def of(self, place: int) -> Address:
        """Return the address of one of the hosts alone."""
        one = dict(self.options)
        for key in ("host", "hostaddr", "port"):
            several = one[key].split(",") if key in one else []
            if several:
                one[key] = several[min(place, len(several) - 1)]
        host, port = self.hosts[place]
        return Address(one, (self.hosts[place],), f"postgresql://{host}:{port}")


def read_address(url: str) -> Address:
    """Return what a `postgresql://…` address says. Raises EngineUnreachable, without the address's words."""
    try:
        given = {key: str(value) for key, value in conninfo.conninfo_to_dict(url).items()}
    except psycopg.Error:
        # The driver's message quotes the address, password and all.
        raise EngineUnreachable("postgresql://", "the address cannot be read") from None
    names = [name for name in given.get("host", given.get("hostaddr", "")).split(",") if name]
    ports = given.get("port", "5432").split(",")
    hosts = tuple((name, ports[min(place, len(ports) - 1)]) for place, name in enumerate(names))
    listed = ",".join(f"{host}:{port}" for host, port in hosts)
    where = f"postgresql://{listed}/{given.get('dbname', '')}"
    return Address(_DEFAULTS | given | {"client_encoding": "UTF8"}, hosts, where)


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


def unreachable(address: Address, error: BaseException) -> EngineUnreachable:
    """Return what the driver's error means to a person, without a password should it quote one."""
    words = " ".join(str(error).split()) or type(error).__name__
    for secret in (address.options.get("password"), address.options.get("sslpassword")):
        words = words.replace(secret, "…") if secret else words
    return EngineUnreachable(address.where, words[:300])


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
