"""Clients that are slow, broken or too large: they break nothing, and the others are answered."""

from __future__ import annotations

import json
import random
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException

import pytest
from drill.figures import Figures, sized
from loaded import written
from served import Server

from assistant.bodies import MAX_BODY_BYTES
from assistant.patience import REQUEST_SECONDS

pytestmark = pytest.mark.server
HEAD = b"POST /v1/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 40\r\n\r\n"
QUESTION = "Can COPD be cured?"
SPARE_SECONDS = 20


def address(server: Server) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


@sized(each=(30, 300))
def test_slow_clients_are_let_go_and_cost_nobody_an_answer(
    server: Server, each: int, figures: Figures
) -> None:
    ways = (b"", HEAD[:40], HEAD, HEAD + b'{"question": "')
    with ExitStack() as held:
        began = time.monotonic()
        slow = []
        for first in ways * each:
            client = held.enter_context(socket.create_connection(address(server), timeout=10))
            client.sendall(first)
            slow.append(client)
        took = list[float]()
        gone = 0
        while gone < len(slow) and time.monotonic() < began + REQUEST_SECONDS + SPARE_SECONDS:
            asked = time.monotonic()
            assert server.ask(QUESTION).status_code == 200
            took.append(time.monotonic() - asked)
            # The middle of a head never ends: a little more of it comes every time.
            gone = sum(
                is_closed(client, b"x" if n % len(ways) == 1 else b"") for n, client in enumerate(slow)
            )
            time.sleep(0.5)

    told = {"slow_clients": len(slow), "let_go": gone, "answered_meanwhile": len(took), "slowest": max(took)}
    figures.add("service slow clients", **written("service-slow", **told))
    assert gone == len(slow)


def is_closed(client: socket.socket, piece: bytes) -> bool:
    """Tell whether the other side has closed, sending a piece more if it has not."""
    client.settimeout(0.001)
    try:
        client.sendall(piece)
        return client.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def damaged(bodies: list[bytes], number: int) -> Iterator[bytes]:
    """Yield bodies as they never should be: cut, with other bytes, twice, or made of marks alone.

    Numbers without end, which once broke the chat's own reader, come first, in every run.
    """
    yield from (body.replace(b'"fn_index": 0', b'"fn_index": 1e999') for body in bodies)
    draw = random.Random(20261127)
    for _ in range(number):
        body = bytearray(draw.choice(bodies))
        for _ in range(draw.choice((1, 1, 3, 9))):
            place = draw.randrange(len(body))
            body[place : place + draw.randrange(3)] = draw.choice(
                (
                    b"",
                    bytes([draw.randrange(256)]),
                    b'"',
                    b"{",
                    b"[",
                    b"\\u",
                    b"\xed\xa0\x80",
                    b"1e999",
                    b"\x00",
                )
            )
        yield bytes(body[: draw.randrange(len(body) + 1)] if draw.random() < 0.3 else body)


@sized(number=(300, 20_000))
def test_no_body_however_broken_breaks_anything(server: Server, number: int, figures: Figures) -> None:
    said = server.log.read_text("utf-8")
    chat = {"data": [QUESTION, None], "fn_index": 0, "session_hash": "broken"}
    asked: tuple[dict[str, object], ...] = (
        {"question": QUESTION, "history": [QUESTION]},
        {"receipt": "r-0123456789abcdef01234567", "helpful": False}, chat,
    )  # fmt: skip
    bodies = [json.dumps(body).encode() for body in asked]
    paths = ("/v1/ask", "/v1/feedback", "/chat/gradio_api/queue/join")
    statuses = Counter[int]()
    connection = HTTPConnection(*address(server), timeout=60)
    for count, body in enumerate(damaged(bodies, number)):
        connection.request("POST", paths[count % 3], body, {"content-type": "application/json"})
        reply = connection.getresponse()
        reply.read()
        statuses[reply.status] += 1
    connection.close()

    figures.add("service broken bodies", **written("service-broken", statuses=dict(statuses)))
    assert max(statuses) < 500, statuses
    assert statuses[400] > number / 4
    assert server.ask(QUESTION).status_code == 200
    assert "Traceback" not in server.log.read_text("utf-8").removeprefix(said)


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/feedback", "/chat/gradio_api/queue/join"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_is_read_up_to_16_kb_and_no_further(server: Server, path: str, *, chunked: bool) -> None:
    def sent(size: int) -> int:
        start, end = b'{"question": "I cannot breathe. ', b'"}'
        body = start + b"x" * (size - len(start) - len(end)) + end
        assert len(body) == size
        connection = HTTPConnection(*address(server), timeout=30)
        with suppress(BrokenPipeError, ConnectionResetError):
            pieces = (body[n : n + 1000] for n in range(0, size, 1000)) if chunked else body
            connection.request(
                "POST", path, pieces, {"content-type": "application/json"}, encode_chunked=chunked
            )
        try:
            return connection.getresponse().status
        except (HTTPException, OSError):
            return 0
        finally:
            connection.close()

    assert sent(MAX_BODY_BYTES + 1) == 413
    assert sent(MAX_BODY_BYTES) == {"/v1/ask": 200, "/v1/feedback": 422}.get(path, sent(MAX_BODY_BYTES))
    # Nobody waits for the end of what is too large.
    assert sent(4 * 1024 * 1024) in (413, 0)
    assert server.ask(QUESTION).status_code == 200
