"""A site with a store: what is built here is answered from there, by machines that build nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import COSINE
from fakes import WordEmbedder
from memory_engine import MemoryEngine
from small import edited, write_library

from assistant import shared_index
from assistant.answer import Assistant
from assistant.cli_publishing import published
from assistant.kept_generations import generations_here
from assistant.live import LiveAssistant
from assistant.publishing import publish, roll_back
from assistant.settings import Settings
from assistant.shared_index import finish_broken_off, keep_in_step
from assistant.status import describe_status
from content.errors import FaqError
from index.engines.errors import EngineUnreachable, NotPublished
from index.engines.shipping import shipped

DEATHS = "Did anyone die?"


def test_a_machine_without_content_answers_what_another_built(
    engine: MemoryEngine, builder: Settings, web: Settings
) -> None:
    with pytest.raises(NotPublished, match="faq build"):
        Assistant.open(web)
    built = publish(builder, embedder=WordEmbedder())

    assert published(web, serving=True) == "answering from memory; faq build publishes there"
    faq = Assistant.open(web)
    assert faq.index_id == built.manifest.index_id == shipped(engine)
    here = Assistant.open(builder.model_copy(update={"index_url": None}))
    assert faq.answer(DEATHS).model_dump_json() == here.answer(DEATHS).model_dump_json()
    assert faq.calibration == here.calibration != COSINE
    assert describe_status(web).index_id == faq.index_id
    assert not (web.home / "index").exists()


def test_what_is_unchanged_is_not_written_again(engine: MemoryEngine, builder: Settings) -> None:
    publish(builder, embedder=WordEmbedder())
    publish(builder, embedder=WordEmbedder())
    assert engine.names() == ["g-000001"]


def test_a_server_takes_what_is_published_and_says_when_the_store_is_gone(
    engine: MemoryEngine, builder: Settings, web: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(builder, embedder=WordEmbedder())
    live = LiveAssistant(web)
    before = live.now().index_id
    edited(builder.content, "There were no deaths.", "There were no deaths at all.")
    newer = publish(builder, embedder=WordEmbedder()).manifest.index_id

    assert before != live.now().index_id == newer
    assert live.readiness().ready

    def gone() -> str | None:
        raise EngineUnreachable("memory", "no such host")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "published", gone)
        assert live.now().index_id == newer
        assert not live.readiness().ready
        assert "no such host" in str(live.readiness().detail)
        assert live.is_urgent("I have crushing chest pain and my arm is numb")
    assert live.now().index_id == newer
    assert live.readiness().ready


def test_what_is_taken_back_here_is_taken_back_everywhere(
    engine: MemoryEngine, builder: Settings, web: Settings
) -> None:
    first = publish(builder, embedder=WordEmbedder()).manifest.index_id
    edited(builder.content, "There were no deaths.", "There were no deaths at all.")
    publish(builder, embedder=WordEmbedder())
    live = LiveAssistant(web)

    roll_back(builder, reason="a wrong number", by="Ann Example")

    assert live.now().index_id == first == shipped(engine)
    assert list(engine.revocations()) == ["g-000002"]
    assert b"a wrong number" in engine.revocations()["g-000002"]
    assert engine.published() == "g-000001"


def test_who_was_stopped_between_the_folder_and_the_store_builds_again(
    engine: MemoryEngine, builder: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(builder, embedder=WordEmbedder()).manifest.index_id
    edited(builder.content, "There were no deaths.", "There were no deaths at all.")

    def stopped(name: str) -> None:
        raise EngineUnreachable("memory", "the cable")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "publish", stopped)
        with pytest.raises(EngineUnreachable):
            publish(builder, embedder=WordEmbedder())
    assert shipped(engine) == first
    second = publish(builder, embedder=WordEmbedder())
    assert (second.built, second.manifest.index_id) == (False, shipped(engine))

    with monkeypatch.context() as patch:
        patch.setattr(engine, "revoke", lambda name, why: stopped(name))
        with pytest.raises(EngineUnreachable):
            roll_back(builder, reason="a wrong number", by="Ann Example")
    assert (shipped(engine), engine.revocations()) == (second.manifest.index_id, {})
    assert not [one for one in generations_here(builder.index_root) if one.revoked]

    with monkeypatch.context() as patch:
        patch.setattr(engine, "publish", stopped)
        with pytest.raises(EngineUnreachable):
            roll_back(builder, reason="a wrong number", by="Ann Example")
    assert shipped(engine) is None, "nobody is answered from what was taken back"
    # The content is still what was taken back, so nothing is built: the store is in step all the same.
    with pytest.raises(FaqError, match="a wrong number"):
        publish(builder, embedder=WordEmbedder())
    assert shipped(engine) == first


def test_a_builder_whose_folder_is_behind_brings_nothing_old_back(
    engine: MemoryEngine, builder: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = builder.model_copy(
        update={"home": tmp_path / "other", "content": write_library(tmp_path / "others")}
    )
    shown: list[str] = []
    publish_there = engine.publish

    def publishing(name: str) -> None:
        publish_there(name)
        shown.append(str(shipped(engine)))

    monkeypatch.setattr(engine, "publish", publishing)
    first = publish(builder, embedder=WordEmbedder()).manifest.index_id
    edited(other.content, "There were no deaths.", "There were no deaths at all.")
    second = publish(other, embedder=WordEmbedder()).manifest.index_id
    edited(builder.content, "There were no deaths.", "There were no deaths whatsoever.")
    third = publish(builder, embedder=WordEmbedder()).manifest.index_id

    assert shown == [first, second, third]
    # Built where nothing changed, the folder says what is wanted: the other's own index again.
    publish(other, embedder=WordEmbedder())
    assert shipped(engine) == second


def test_what_was_brought_to_another_store_is_brought_to_this_one(
    engine: MemoryEngine, builder: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(builder, embedder=WordEmbedder()).manifest.index_id
    elsewhere = MemoryEngine()
    elsewhere.where = "another"
    monkeypatch.setattr(shared_index, "_engine", lambda url: elsewhere)

    assert finish_broken_off(builder) == "g-000001"
    assert shipped(elsewhere) == first
    assert finish_broken_off(builder) is None


def test_old_generations_are_dropped_and_those_that_can_be_gone_back_to_stay(
    engine: MemoryEngine, builder: Settings
) -> None:
    for time in range(5):
        edited(
            builder.content,
            "There were no deaths" + " at all" * time,
            "There were no deaths" + " at all" * (time + 1),
        )
        publish(builder, embedder=WordEmbedder())
    assert engine.names() == ["g-000005", "g-000004", "g-000003"]


def test_without_a_store_or_an_index_nothing_is_kept_in_step(engine: MemoryEngine, builder: Settings) -> None:
    assert keep_in_step(builder) is None
    publish(builder, embedder=WordEmbedder())
    assert keep_in_step(builder) is None
    assert keep_in_step(builder.model_copy(update={"index_url": None})) is None
