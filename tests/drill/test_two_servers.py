"""Two servers of one index behind nginx: each visitor stays with one, and with the other when it is gone."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from crew import turns_after, until
from proxied import AROUND, NGINX, wait_for
from served import Server, serving
from shell import free_port
from small import edited, write_library

from assistant.building import build
from assistant.settings import Settings

pytestmark = [pytest.mark.server, pytest.mark.drill]
QUESTION, FOLLOW_UP = "How many people took part in the trial?", "And how long were they followed?"
VISITORS = [f"127.0.0.{number}" for number in range(2, 10)]
SITE = """
upstream faq {{
    hash $remote_addr consistent;
    server 127.0.0.1:{first} max_fails=1 fail_timeout=2s;
    server 127.0.0.1:{second} max_fails=1 fail_timeout=2s;
}}
server {{
    listen 127.0.0.1:{port};
    access_log off;
    location / {{
        proxy_pass http://faq;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_buffering off;
        add_header X-Answered-By $upstream_addr;
    }}
}}
"""


class Pair(NamedTuple):
    """Two servers and the address of the proxy in front of them."""

    servers: tuple[Server, Server]
    url: str
    settings: Settings

    def client(self, address: str) -> httpx.Client:
        """Return a visitor at an address."""
        transport = httpx.HTTPTransport(local_address=address)
        return httpx.Client(transport=transport, base_url=self.url, timeout=30)


@pytest.fixture(scope="module")
def pair(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    settings = Settings(home=folder / "home", content=write_library(folder / "library"))
    settings.home.mkdir()
    (settings.home / "models").symlink_to(built_in_home / "models")
    build(settings)
    around = {"FAQ_CONTENT": str(settings.content), "FAQ_TRUSTED_PROXIES": "127.0.0.1"}
    with (
        serving(settings.home, folder / "first", **around) as first,
        serving(settings.home, folder / "second", **around) as second,
        nginx(folder, first, second) as port,
    ):
        yield Pair((first, second), f"http://127.0.0.1:{port}", settings)


@contextmanager
def nginx(folder: Path, first: Server, second: Server) -> Iterator[int]:
    port, config = free_port(), folder / "nginx.conf"
    ports = [server.url.rpartition(":")[2] for server in (first, second)]
    site = SITE.format(first=ports[0], second=ports[1], port=port)
    config.write_text(AROUND.format(folder=folder, site=site), "utf-8")
    process = subprocess.Popen([NGINX, "-c", config, "-e", folder / "error.log"])
    try:
        wait_for(port, process, folder)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def answered_by(pair: Pair, address: str) -> str:
    with pair.client(address) as client:
        reply = client.get("/healthz")
    assert reply.status_code == 200
    return str(reply.headers["x-answered-by"])


def test_each_visitor_stays_with_one_server_and_both_have_some(pair: Pair) -> None:
    seen = {address: {answered_by(pair, address) for _ in range(3)} for address in VISITORS}

    assert {len(servers) for servers in seen.values()} == {1}
    assert len(set[str]().union(*seen.values())) == 2


def test_conversations_go_on(pair: Pair) -> None:
    for address in VISITORS[:4]:
        session = f"pair{address[-1]}"
        asked = [turns_after(pair.url, question, session, address) for question in (QUESTION, FOLLOW_UP)]
        assert asked == [1, 2]


def test_what_is_published_once_answers_in_both(pair: Pair) -> None:
    before = {server.get("/healthz").json()["index_id"] for server in pair.servers}
    edited(pair.settings.content, "There were no deaths.", "There were no deaths at all.")
    built = build(pair.settings).manifest.index_id
    time.sleep(2.1)

    assert len(before) == 1 and built not in before
    assert [server.get("/healthz").json()["index_id"] for server in pair.servers] == [built, built]


def test_without_one_the_other_answers_its_visitors(pair: Pair) -> None:
    pair.servers[0].process.kill()
    pair.servers[0].process.wait()

    for address in VISITORS:
        until(lambda: asks(pair, address) == 200, 10)  # noqa: B023
    assert turns_after(pair.url, QUESTION, "other", VISITORS[0]) == 1


def asks(pair: Pair, address: str) -> int:
    with pair.client(address) as client:
        return client.post("/v1/ask", json={"question": QUESTION}).status_code
