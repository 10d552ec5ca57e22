"""The real server on a real store: it answers what another machine built, and says when the store is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crew import until
from postgres_cluster import Cluster, cluster
from served import Server, serving
from small import edited, write_library

from assistant import shared_index
from assistant.building import build
from assistant.errors import ContentRevoked
from assistant.publishing import generations, publish, roll_back
from assistant.settings import Settings

pytestmark = [pytest.mark.server, pytest.mark.model]
QUESTION = "Did anyone die?"
URGENT = "I have crushing chest pain and cannot breathe"
_PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def servers() -> Iterator[Cluster]:
    with cluster() as running:
        yield running
        # This process has built as well.
        shared_index._engine(running.url(running.primary, running.standby)).close()
        shared_index._engine.cache_clear()


def settings_of(home: Path, models: Path, library: Path, url: str | None) -> Settings:
    home.mkdir()
    (home / "models").symlink_to(models)
    return Settings.model_validate({"home": home, "content": library, "index_url": url})


def asked(server: Server, question: str) -> tuple[int, dict[str, object]]:
    reply = server.ask(question)
    return reply.status_code, reply.json()


def says(server: Server, path: str, status: int) -> None:
    until(lambda: server.get(path).status_code == status, _PATIENCE_SECONDS)


def answers_from(server: Server, index_id: str) -> None:
    until(lambda: server.get("/healthz").json()["index_id"] == index_id, _PATIENCE_SECONDS)


def test_one_machine_builds_and_another_answers(
    servers: Cluster, built_in_home: Path, tmp_path: Path
) -> None:
    library, url = write_library(tmp_path / "library"), servers.url(servers.primary, servers.standby)
    builder = settings_of(tmp_path / "builder", built_in_home / "models", library, url)
    alone = settings_of(tmp_path / "alone", built_in_home / "models", library, None)
    first = publish(builder).manifest.index_id
    assert build(alone).manifest.index_id == first
    web = settings_of(tmp_path / "server", built_in_home / "models", tmp_path / "none", url)
    server_home = web.home

    with (
        serving(alone.home, tmp_path / "folder", FAQ_CONTENT=str(library)) as folder,
        serving(server_home, tmp_path / "store", FAQ_INDEX_URL=url) as server,
    ):
        for question in (QUESTION, "Where is the clinic?", "Does it help with a stroke?", URGENT):
            assert asked(server, question) == asked(folder, question)
        assert not (server_home / "index").exists()

        edited(library, "There were no deaths.", "There were no deaths at all.")
        second = publish(builder).manifest.index_id
        answers_from(server, second)

        # Taken back by a machine that built nothing, and not brought again by the one that built it.
        assert roll_back(web, reason="a wrong number", by="Ann").index_id == first
        answers_from(server, first)
        with pytest.raises(ContentRevoked, match="a wrong number"):
            publish(builder)
        assert [bool(one.revoked) for one in generations(web)] == [True, False]

        servers.standby.kill()
        servers.primary.kill()
        status, told = asked(server, "Where is the doctor's clinic, please?")
        assert status == 503
        assert "postgres" not in str(told).replace("postgresql://", ""), "visitors are told no address"
        says(server, "/readyz", 503)
        status, told = asked(server, URGENT)
        assert (status, told["status"]) == (200, "redirected")

        servers.primary.start()
        says(server, "/readyz", 200)
        assert asked(server, QUESTION)[1]["status"] == "answered"
