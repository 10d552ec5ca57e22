"""The laws of engines on a real PostgreSQL, primary and standby."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from engine_contract import EngineContract
from postgres_cluster import Cluster, cluster

from index.engines.postgres import PostgresEngine

_numbers = count(1)


@pytest.fixture(scope="session")
def servers() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def schema() -> str:
    """A store of its own for every test; making a database takes a second."""
    return f"faq_{next(_numbers)}"


class TestPrimary(EngineContract):
    """One server; every generation has a graph."""

    @pytest.fixture
    def writer(self, servers: Cluster, schema: str) -> Iterator[PostgresEngine]:
        engine = PostgresEngine(servers.url(servers.primary), schema=schema, exact_up_to=50)
        yield engine
        engine.close()


class TestStandby(EngineContract):
    """What is written to the primary is read from the standby at once."""

    @pytest.fixture
    def writer(self, servers: Cluster, schema: str) -> Iterator[PostgresEngine]:
        engine = PostgresEngine(servers.url(servers.primary, servers.standby), schema=schema)
        yield engine
        engine.close()

    @pytest.fixture
    def reader(self, servers: Cluster, schema: str) -> Iterator[PostgresEngine]:
        engine = PostgresEngine(servers.url(servers.standby), schema=schema)
        yield engine
        engine.close()
