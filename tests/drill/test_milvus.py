"""A real Milvus server keeps the laws of every engine, and some of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest
from engine_contract import COUNT, EngineContract, batches_of, facts_of, publish, vectors_of
from milvus_server import MilvusServer, empty_database, marks, running

pytest.importorskip("pymilvus", reason="pip install '.[milvus]'")

from index.engines.errors import GenerationDamaged, WriteRefused
from index.engines.milvus import MilvusEngine
from index.engines.milvus_cells import PART_BYTES
from index.engines.milvus_register import _COLLECTION, _FIELDS
from index.engines.milvus_writing import PREFIX, Writing

pytestmark = marks()
_numbers = count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with running(tmp_path_factory) as server:
        yield server


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

    def test_a_register_left_half_made_is_finished(self, writer: MilvusEngine, reader: MilvusEngine) -> None:
        writer._calls.create(_COLLECTION, _FIELDS)
        assert reader.published() is None

        name = publish(writer, vectors_of(60))

        assert reader.published() == name

    def test_what_a_killed_builder_left_is_removed_by_the_next(self, writer: MilvusEngine) -> None:
        Writing(writer._calls, facts_of("g-000001"), 0).fill(batches_of(vectors_of(COUNT)), [])
        publish(writer, vectors_of(60))

        assert len([name for name in writer._calls.collections() if name.startswith(PREFIX)]) == 2

    def test_a_body_of_any_length_comes_back(self, writer: MilvusEngine, reader: MilvusEngine) -> None:
        batch = next(batches_of(vectors_of(3)))
        bodies = [b"", bytes(range(256)) * 700, os.urandom(PART_BYTES)]
        with writer.building() as name:
            writer.write(facts_of(name, 3), [batch._replace(bodies=bodies)], [])
            writer.publish(name)

        assert [record.body for record in reader.open().get([0, 1, 2])] == bodies

    def test_a_body_that_was_changed_is_not_given(self, writer: MilvusEngine, reader: MilvusEngine) -> None:
        publish(writer, vectors_of(60))
        generation = reader.open()
        row = writer._calls.query(generation._written.passages, "row == 7", ["*"], "Strong")[0]
        writer._calls.upsert(generation._written.passages, [row | {"body": "QUJD"}])
        writer._calls.query(generation._written.passages, "row == 7", ["row"], "Strong")

        with pytest.raises(GenerationDamaged, match="passage 7 is not what was written"):
            generation.get([7])
        assert len(generation.get([6, 8])) == 2

    def test_who_lost_the_claim_to_build_publishes_nothing(
        self, writer: MilvusEngine, reader: MilvusEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with writer.building() as name:
            assert writer._lease
            monkeypatch.setattr(writer._lease, "_until", 0.0)
            with pytest.raises(WriteRefused, match="claim to build ended"):
                writer.write(facts_of(name, 60), batches_of(vectors_of(60)), [])
        assert reader.names() == []
