"""Waiting until every server of an address shows what was changed at the first."""

from __future__ import annotations

import logging
import time

import psycopg
from psycopg import errors

from index.engines.errors import EngineUnreachable, StandbyBehind
from index.engines.postgres_address import Address
from index.engines.postgres_link import Connection, connect
from index.engines.postgres_tables import Tables

_log = logging.getLogger(__name__)
_PAUSE = 0.02


def wait_for_all(address: Address, tables: Tables, changes: int, patience: float) -> None:
    """Return when every server of the address that answers shows the change of this number.

    A server that cannot be asked holds nobody up: nobody is answered from it, and it is named in the log.
    One that answers and still shows what was before after `patience` seconds: StandbyBehind. The change
    stands in both cases.
    """
    deadline = time.monotonic() + patience
    for place in range(len(address.hosts)):
        one = address.of(place)
        try:
            _wait(one, tables, changes, deadline, patience)
        except EngineUnreachable as error:
            _log.warning("a server does not follow: %s", error)


def _wait(one: Address, tables: Tables, changes: int, deadline: float, patience: float) -> None:
    statement = tables.store("SELECT changes FROM {schema}.store")
    connection = connect(one, "any")
    with connection:
        while _seen(connection, statement, one) < changes:
            if time.monotonic() > deadline:
                raise StandbyBehind(one.where, patience)
            time.sleep(_PAUSE)


def _seen(connection: Connection, statement: bytes, one: Address) -> int:
    try:
        row = connection.execute(statement).fetchone()
    except (errors.UndefinedTable, errors.InvalidSchemaName):
        return -1
    except psycopg.Error as error:
        raise EngineUnreachable(one.where, str(error).strip()) from None
    return int(str(row[0])) if row else -1
