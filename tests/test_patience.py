"""Whoever takes too long to ask is let go; whoever asks, and whoever only waits, is not."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from assistant.headers import Receive, Scope, Send
from assistant.patience import PatientProtocol

SECONDS = 0.3
HEAD = b"POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a whole body, a while after it came."""
    message = await receive()
    while message.get("more_body"):
        message = await receive()
    if message["type"] == "http.disconnect":
        return
    await asyncio.sleep(2 * SECONDS)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr("assistant.patience.REQUEST_SECONDS", SECONDS)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, http=PatientProtocol, ws="none", lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        yield client


def seconds_until_closed(client: socket.socket, piece: bytes) -> float:
    """Send a piece again and again, as slow clients do, until the other side has closed."""
    began = time.monotonic()
    client.settimeout(0.05)
    while time.monotonic() < began + 5:
        try:
            client.sendall(piece)
            if client.recv(100) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("first", "piece"),
    [(b"", b""), (b"GET / HTTP/1.1\r\n", b"x-a: b\r\n"), (HEAD[:-2], b""), (HEAD, b""), (HEAD + b"1", b"")],
    ids=["nothing", "endless head", "no end of the head", "no body", "half a body"],
)
def test_who_never_ends_a_request_is_let_go(port: int, first: bytes, piece: bytes) -> None:
    with connected(port) as client:
        client.sendall(first)
        assert SECONDS * 0.8 <= seconds_until_closed(client, piece) < 3


def test_who_has_asked_is_answered_however_long_it_takes_and_may_ask_again_later(port: int) -> None:
    with connected(port) as client:
        for _ in range(2):
            # In two pieces, the second one just in time.
            client.sendall(HEAD + b"12")
            time.sleep(SECONDS / 2)
            client.sendall(b"34")
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
            time.sleep(2 * SECONDS)
