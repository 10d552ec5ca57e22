"""An index of a store can be looked into and asked again on a machine that built nothing."""

from __future__ import annotations

import pytest
from fakes import WordEmbedder
from memory_engine import MemoryEngine
from small import edited

from assistant.answer import Assistant
from assistant.asked import wanted
from assistant.kept_index import KeptHere, KeptInStore
from assistant.past import past_indexes
from assistant.publishing import publish, roll_back
from assistant.replay import Replays
from assistant.replayed import Replay
from assistant.settings import Settings
from index.engines.errors import EngineUnreachable

QUESTION = "Did anyone die?"


@pytest.fixture
def builder(builder: Settings) -> Settings:
    publish(builder, embedder=WordEmbedder())
    return builder


def replayed(settings: Settings, receipt: str) -> Replay:
    replays = Replays(settings)
    (one,) = wanted(receipt, QUESTION, (), replays.asked_before)
    return replays.replay(one.receipt, one.asked, one.stored)


def test_here_and_in_the_store_the_same_is_kept(engine: MemoryEngine, builder: Settings) -> None:
    here, stored = KeptHere(builder.index_root / "g-000001"), KeptInStore(engine, "g-000001")

    assert tuple(here.documents()) == tuple(stored.documents())
    assert here.calibration() == stored.calibration() is not None
    assert here.open()[0].questions == stored.open()[0].questions
    assert here.open()[1].index_id == stored.open()[1].index_id
    assert (here.name, here.revoked) == (stored.name, stored.revoked) == ("g-000001", None)
    edited(builder.content, "There were no deaths.", "There were no deaths at all.")
    publish(builder, embedder=WordEmbedder())
    roll_back(builder, reason="a wrong number", by="Ann")
    for revoked in (KeptHere(builder.index_root / "g-000002"), KeptInStore(engine, "g-000002")):
        assert revoked.revoked and revoked.revoked.reason == "a wrong number"


def test_what_was_said_is_found_again_by_a_machine_that_built_nothing(
    engine: MemoryEngine, builder: Settings, web: Settings
) -> None:
    said = Assistant.open(web).answer(QUESTION)
    edited(builder.content, "There were no deaths.", "There were no deaths at all.")
    publish(builder, embedder=WordEmbedder())

    found = replayed(web, said.receipt)

    assert found.same and found.then == said
    assert (found.index.index_id, found.index.generation) == (said.index_id, "g-000001")
    assert "trial-lupus" in [one.document_id for one in found.documents], "it has other words today"
    assert found == replayed(builder, said.receipt), "as where it was built"


def test_a_store_that_cannot_be_asked_hides_nothing_that_is_kept_here(
    engine: MemoryEngine, builder: Settings, web: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> str | None:
        raise EngineUnreachable("memory", "the cable")

    monkeypatch.setattr(engine, "published", gone)

    (past,) = past_indexes(builder.home, builder.index_root, engine)
    assert isinstance(past.kept, KeptHere)
    assert past_indexes(web.home, web.index_root, engine) == []
