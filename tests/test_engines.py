"""The laws every engine keeps, the gate before publication, and what is scored after it."""

from __future__ import annotations

import numpy as np
import pytest
from engine_contract import COUNT, EngineContract, batches_of, facts_of, publish, vectors_of
from memory_engine import MemoryEngine

from index.embedder import FloatVector
from index.engines.errors import EngineUnreachable, GenerationDamaged, WriteRefused
from index.engines.gate import check
from index.engines.nearest import exact_cosines, nearest
from index.engines.opening import open_engine
from index.engines.protocol import Candidates, Where


class TestMemory(EngineContract):
    """The oracle keeps the laws as well."""

    @pytest.fixture
    def writer(self) -> MemoryEngine:
        return MemoryEngine()


def test_cosines_are_rounded_and_equal_ones_stand_in_order_of_rows() -> None:
    engine = MemoryEngine()
    rows = np.zeros((3, 32), dtype=np.float32)
    rows[0, 0], rows[1, :2], rows[2, 0] = 1.0, (0.6, 0.8), 1.0
    publish(engine, rows)
    question = np.eye(1, 32, dtype=np.float32)[0]

    assert nearest(engine.open(), question, 3) == [(0, 1.0), (2, 1.0), (1, 0.6)]
    assert exact_cosines(np.full((1, 2), 1 / 3, np.float32), np.ones(2, np.float32)) == [0.666667]


def test_finding_fewer_than_there_are_is_a_fault_and_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = MemoryEngine()
    publish(engine, vectors_of(60))
    generation, question = engine.open(), vectors_of(60)[0]
    nothing = Candidates(np.zeros(0, np.int64), np.zeros((0, 32), np.float32))

    def lost(vector: FloatVector, n: int, where: Where | None = None) -> Candidates:
        return nothing

    monkeypatch.setattr(generation, "candidates", lost)
    with pytest.raises(GenerationDamaged, match="found 0 passages where 50 match"):
        nearest(generation, question, 10)
    assert nearest(generation, question, 10, Where(document_id=("unknown",))) == []


@pytest.mark.parametrize("fault", ["count", "documents", "recall"])
def test_the_gate_notices_what_is_lost(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    engine = MemoryEngine()
    engine.write(facts_of("g-000001"), batches_of(vectors_of(COUNT)), [])
    generation = engine.generations["g-000001"]
    whole = generation.candidates
    check(generation)

    def some(vector: FloatVector, n: int, where: Where | None = None) -> Candidates:
        """Half of what there is, as a graph gives it that is still being made."""
        found = whole(vector, n, where)
        lost = where is not None if fault == "documents" else where is None
        keep = found.rows % 2 == 0 if lost else found.rows >= 0
        return Candidates(found.rows[keep], found.vectors[keep])

    if fault == "count":
        monkeypatch.setattr(generation, "count", lambda where=None: COUNT - 1)
    else:
        monkeypatch.setattr(generation, "candidates", some)
    with pytest.raises(WriteRefused):
        engine.publish("g-000001")
    assert engine.published() is None


def test_an_address_of_no_engine_says_what_is_known() -> None:
    with pytest.raises(EngineUnreachable, match="only file://, postgresql:// and milvus:// are known"):
        open_engine("redis://127.0.0.1")
