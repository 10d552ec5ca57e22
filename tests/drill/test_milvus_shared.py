"""A site on a real Milvus: published, answered from, taken back by another machine, and not brought again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import WordEmbedder
from milvus_server import MilvusServer, empty_database, marks, running
from small import edited, write_library

pytest.importorskip("pymilvus", reason="pip install '.[milvus]'")

from assistant import shared_index
from assistant.answer import Assistant
from assistant.errors import ContentRevoked
from assistant.publishing import generations, publish, roll_back
from assistant.settings import Settings

pytestmark = marks()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with running(tmp_path_factory) as server:
        yield server


@pytest.fixture
def builder(server: MilvusServer, words_model: None, tmp_path: Path) -> Iterator[Settings]:
    library = write_library(tmp_path / "library")
    with empty_database(server, "shared") as url:
        given = {"home": tmp_path / "builder", "content": library, "index_url": url}
        yield Settings.model_validate(given)
        shared_index._engine(url).close()
        shared_index._engine.cache_clear()


def test_what_one_machine_published_another_takes_back(builder: Settings, tmp_path: Path) -> None:
    first = publish(builder, embedder=WordEmbedder()).manifest.index_id
    edited(builder.content, "There were no deaths.", "There were no deaths at all.")
    second = publish(builder, embedder=WordEmbedder()).manifest.index_id
    web = builder.model_copy(update={"home": tmp_path / "web", "content": tmp_path / "nothing"})
    assert Assistant.open(web).index_id == second

    manifest = roll_back(web, reason="a wrong number", by="Ann")

    assert (manifest.generation, manifest.index_id) == ("g-000001", first)
    assert Assistant.open(web).index_id == first
    assert [(one.current, bool(one.revoked)) for one in generations(web)] == [(False, True), (True, False)]
    with pytest.raises(ContentRevoked, match="a wrong number"):
        publish(builder, embedder=WordEmbedder())
    assert Assistant.open(web).index_id == first
