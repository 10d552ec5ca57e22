"""The server behind the nginx of the README, over real TLS: answers, streams, headers, addresses."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from proxied import NAME, NGINX, PER_MINUTE, Proxied, proxied

from assistant.schema import Answer
from assistant.waiting import MOST_STREAMS

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed; .ci/run installs it"),
]

ASK = {"question": "Can COPD be cured?"}
EMERGENCY = {"question": "I cannot breathe"}
JOIN, DATA = "/chat/gradio_api/queue/join", "/chat/gradio_api/queue/data"


@pytest.fixture(scope="module")
def proxy(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with proxied(built_in_home, tmp_path_factory.mktemp("proxy") / "nginx") as running:
        yield running


def test_an_answer_comes_through_with_its_headers(proxy: Proxied) -> None:
    with proxy.client("127.0.0.10") as client:
        reply = client.post("/v1/ask", json=ASK)

    assert Answer.model_validate_json(reply.text).question == ASK["question"]
    assert "nonce-" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["strict-transport-security"] == "max-age=31536000"
    assert reply.headers["server"] == "nginx", "without a version"


def test_the_page_links_to_its_public_name_alone(proxy: Proxied) -> None:
    with proxy.client() as client:
        page = client.get("/chat/", headers={"x-forwarded-host": "evil.example"})
        bare = client.get("/chat")

    assert page.status_code == 200
    assert f'"root":"https://{NAME}/chat"' in page.text
    assert "evil.example" not in page.text
    assert "127.0.0.1" not in page.text
    assert (bare.status_code, bare.headers["location"]) == (307, "/chat/")


def test_a_turn_in_the_chat_streams_through(proxy: Proxied) -> None:
    visitor = {"session_hash": "visitor"}
    with proxy.client("127.0.0.11") as client:
        joined = client.post(JOIN, json={"data": [ASK["question"], None], "fn_index": 0, **visitor})
        assert joined.status_code == 200
        with client.stream("GET", DATA, params=visitor) as told:
            assert told.headers["content-type"].startswith("text/event-stream")
            messages = [json.loads(line.removeprefix("data: ")) for line in told.iter_lines() if line]

    kinds = [message["msg"] for message in messages]
    assert kinds[:1] == ["estimation"], "who waits is told where"
    (done,) = (message for message in messages if message["msg"] == "process_completed")
    assert done["success"]
    assert "COPD" in json.dumps(done["output"]["data"][0])


def test_an_open_tab_hears_from_the_server_at_once(proxy: Proxied) -> None:
    with (
        proxy.client("127.0.0.12") as client,
        client.stream("GET", "/chat/gradio_api/heartbeat/tab", timeout=5) as told,
    ):
        assert told.status_code == 200
        assert told.headers["content-type"].startswith("text/event-stream")


def test_nobody_takes_all_connections(proxy: Proxied) -> None:
    with ExitStack() as held:
        client = held.enter_context(proxy.client("127.0.0.16"))
        tabs = [f"/chat/gradio_api/heartbeat/tab-{number}" for number in range(MOST_STREAMS + 1)]
        statuses = [held.enter_context(client.stream("GET", tab)).status_code for tab in tabs]

        assert statuses == [200] * MOST_STREAMS + [429]
        assert client.post("/v1/ask", json=ASK).status_code == 200
        with proxy.client("127.0.0.17") as somebody_else, somebody_else.stream("GET", tabs[0]) as told:
            assert told.status_code == 200


def test_who_begins_requests_and_ends_none_is_stopped_at_the_proxy(proxy: Proxied) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    begun = f"POST /v1/ask HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 9\r\n\r\n".encode()
    with ExitStack() as held:
        for _ in range(41):
            plain = socket.create_connection(("127.0.0.1", proxy.https_port), 10, ("127.0.0.18", 0))
            last = held.enter_context(context.wrap_socket(plain))
            last.sendall(begun)

        assert last.recv(99).startswith(b"HTTP/1.1 429 ")


def test_every_visitor_has_a_limit_of_their_own_whatever_they_claim(proxy: Proxied) -> None:
    with proxy.client("127.0.0.13") as client:
        statuses = [
            client.post("/v1/ask", json=ASK, headers={"x-forwarded-for": f"198.51.100.{n}"}).status_code
            for n in range(PER_MINUTE + 2)
        ]
        urgent = [client.post("/v1/ask", json=EMERGENCY).status_code for _ in range(3 * PER_MINUTE)]

    assert statuses == [200] * PER_MINUTE + [429] * 2
    assert set(urgent) == {200}
    with proxy.client("127.0.0.14") as somebody_else:
        assert somebody_else.post("/v1/ask", json=ASK).status_code == 200


def test_over_the_limit_a_chat_gets_a_message_and_an_emergency_its_number(proxy: Proxied) -> None:
    def turn(client: httpx.Client, question: str) -> str:
        visitor = {"session_hash": question.encode().hex()[-20:]}
        joined = client.post(JOIN, json={"data": [question, None], "fn_index": 0, **visitor})
        assert joined.status_code == 200, joined.text
        return client.get(DATA, params=visitor).text

    with proxy.client("127.0.0.15") as client:
        turns = [turn(client, f"Can COPD be cured, {n}?") for n in range(PER_MINUTE + 1)]
        urgent = turn(client, EMERGENCY["question"])

    assert ["Many people are asking" in told for told in turns] == [False] * PER_MINUTE + [True]
    assert "Call 911 now." in urgent
    assert "Many people are asking" not in urgent


def test_a_large_body_stops_at_the_proxy(proxy: Proxied) -> None:
    with proxy.client() as client:
        assert client.post("/v1/ask", content=b" " * 40_000).status_code == 413


def test_another_name_is_refused(proxy: Proxied) -> None:
    with proxy.client(host="evil.example") as client:
        assert client.get("/chat/").status_code == 400


def test_plain_http_leads_to_https(proxy: Proxied) -> None:
    url = f"http://127.0.0.1:{proxy.http_port}/chat/?__theme=dark"
    reply = httpx.get(url, headers={"host": NAME}, trust_env=False)

    assert (reply.status_code, reply.headers["location"]) == (301, f"https://{NAME}/chat/?__theme=dark")
