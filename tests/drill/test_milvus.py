"""A real Milvus server keeps the laws of every engine, and loses nothing when it is killed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from engine_contract import EngineContract
from milvus_server import MilvusServer, empty_database, why_not

pytest.importorskip("pymilvus")
pytestmark = [
    pytest.mark.drill,
    pytest.mark.server,
    pytest.mark.skipif(bool(why_not()), reason=str(why_not())),
]


from index.engines.milvus import MilvusEngine  # noqa: E402

_WHY_NOT = why_not()
pytestmark = [
    pytest.mark.drill,
    pytest.mark.server,
    pytest.mark.skipif(_WHY_NOT is not None, reason=str(_WHY_NOT)),
]
_numbers = count(1)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("milvus-programs")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Iterator[MilvusServer]:
    server = MilvusServer(tmp_path_factory.mktemp("milvus"), programs)
    server.start()
    yield server
    server.kill()


class TestMilvus(EngineContract):
    """Every law; 2,400 passages are enough for the graph, which the engine itself begins later."""

    @pytest.fixture
    def writer(self, server: MilvusServer) -> Iterator[MilvusEngine]:
        with empty_database(server, f"store_{next(_numbers)}") as url:
            engine = MilvusEngine(url, flat_up_to=1_000)
            yield engine
            engine.close()

    @pytest.fixture
    def reader(self, writer: MilvusEngine, server: MilvusServer) -> Iterator[MilvusEngine]:
        engine = MilvusEngine(writer.where)
        yield engine
        engine.close()
