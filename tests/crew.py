"""A server of several workers in a test: who they are, one of them alone, and its chat without a browser."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import httpx
from served import Server

_PATIENCE_SECONDS = 60


def workers_of(server: Server) -> list[int]:
    """Return the process ids of a server's children, oldest first."""
    parent = server.process.pid
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(word) for word in path.read_text("ascii").split()] if path.exists() else []


def is_alive(process_id: int) -> bool:
    """Tell whether a process runs: one that has ended and nobody asked about does not."""
    path = Path(f"/proc/{process_id}/stat")
    return path.exists() and path.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"


@contextmanager
def alone(server: Server, number: int) -> Iterator[None]:
    """Hold all workers but one, so that this one is asked whatever is asked."""
    others = [one for place, one in enumerate(workers_of(server)) if place != number]
    for one in others:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in others:
            os.kill(one, signal.SIGCONT)


def until(holds: Callable[[], bool], seconds: float) -> float:
    """Wait until something holds and return after how many seconds it did."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + seconds, "not in time"
        time.sleep(0.05)
    return time.monotonic() - began


def join(url: str, question: str, session: str, address: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """Put a question into the queue of the chat, on a connection of its own that begins at an address."""
    body = {"data": [question, None], "fn_index": 0, "session_hash": session}
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(transport=transport, timeout=_PATIENCE_SECONDS) as client:
        return client.post(f"{url}/chat/gradio_api/queue/join", json=body, headers=headers)


def turns_after(url: str, question: str, session: str, address: str = "127.0.0.1") -> int:
    """Ask in the chat, each request on a connection of its own; return how many turns it then shows."""
    assert join(url, question, session, address).status_code == 200
    host = url.removeprefix("http://")
    connection = HTTPConnection(host, timeout=_PATIENCE_SECONDS, source_address=(address, 0))
    connection.request("GET", f"/chat/gradio_api/queue/data?session_hash={session}")
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    (end,) = (json.loads(line[6:]) for line in lines if '"process_completed"' in line)
    assert end["success"]
    return len([message for message in end["output"]["data"][0] if message["role"] == "user"])
