"""A server asked for hours: questions from a few visitors at once, a new index every now and then."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import httpx
from served import Server
from tqdm import tqdm

VISITORS = 4
# One of so many questions is asked in a chat, by a visitor who never comes again.
_CHAT_EVERY = 50
_SAMPLES = 100
_PATIENCE_SECONDS = 120
_LEAVING_SECONDS = 3


class Held(NamedTuple):
    """What a server holds after so many questions."""

    questions: int
    memory: int
    descriptors: int
    temporary: int


class Soak:
    """Asks `most` questions, or as many as there is time for; `publish` is called `reloads` times."""

    def __init__(
        self, server: Server, questions: Sequence[str], publish: Callable[[], str], *, most: int,
        reloads: int, minutes: float | None = None,
    ) -> None:  # fmt: skip
        self._server, self._questions, self._publish = server, questions, publish
        self._most, self._every = most, most // reloads
        self._latest = time.monotonic() + minutes * 60 if minutes else float("inf")
        self._lock, self._next = threading.Lock(), 0
        self.ends, self.held, self.reloads = Counter[str](), list[Held](), 0
        # Whoever asks for the numbers first opens a database, which stays open.
        httpx.get(f"{server.staff_url}/metrics", trust_env=False).raise_for_status()
        # With nobody there: a connection that is open is a descriptor as well.
        self.begun = self.left = held(server, 0)

    def run(self) -> None:
        """Ask until it is over."""
        with tqdm(total=self._most, unit="questions", desc="soak", disable=None) as self._bar:
            threads = [threading.Thread(target=self._visit) for _ in range(VISITORS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        time.sleep(_LEAVING_SECONDS)
        self.left = held(self._server, self.asked)

    @property
    def asked(self) -> int:
        """How many questions there were."""
        return self._next

    def after(self, share: float) -> Held:
        """Return what was held after a share of all questions: of a tenth of the samples the middle one."""
        width = max(1, len(self.held) // 10)
        first = min(int(share * len(self.held)), len(self.held) - width)
        some = sorted(self.held[first : first + width], key=lambda held: held.memory)
        return some[width // 2]

    def _visit(self) -> None:
        host = self._server.url.removeprefix("http://")
        connection = HTTPConnection(host, timeout=_PATIENCE_SECONDS)
        while (number := self._take()) is not None:
            question = self._questions[number % len(self._questions)]
            question = question if number % 3 else f"{question} {number}"
            ask = _by_chat if number % _CHAT_EVERY == 0 else _by_program
            end = ask(connection, question, number)
            with self._lock:
                self.ends[end] += 1
        connection.close()

    def _take(self) -> int | None:
        """Return the number of the next question; whoever takes certain ones publishes or looks first."""
        with self._lock:
            if self._next >= self._most or time.monotonic() > self._latest:
                return None
            number = self._next
            self._next += 1
            self._bar.update(1)
            if number and number % self._every == 0:
                self._reload()
            if number % max(1, self._most // _SAMPLES) == 0:
                self.held.append(held(self._server, number))
            return number

    def _reload(self) -> None:
        """Publish, and wait until it answers."""
        wanted, latest = self._publish(), time.monotonic() + _PATIENCE_SECONDS
        while self._server.get("/healthz").json()["index_id"] != wanted:
            assert time.monotonic() < latest, "the new index never answered"
            time.sleep(0.2)
        self.reloads += 1


def held(server: Server, questions: int) -> Held:
    """Return what the kernel says of a server, and the bytes of its temporary files."""
    process = Path(f"/proc/{server.process.pid}")
    (line,) = (line for line in process.joinpath("status").read_text("utf-8").splitlines() if "VmRSS" in line)
    files = (path for folder in (server.around, server.home / "gradio") for path in folder.rglob("*"))
    temporary = sum(path.stat().st_size for path in files if path.is_file())
    return Held(
        questions, int(line.split()[1]) * 1024, len(list(process.joinpath("fd").iterdir())), temporary
    )


def _by_program(connection: HTTPConnection, question: str, _: int) -> str:
    status, body = _posted(connection, "/v1/ask", {"question": question, "history": []})
    return str(json.loads(body)["status"]) if status == 200 else str(status)


def _by_chat(connection: HTTPConnection, question: str, number: int) -> str:
    session = f"soak{number}"
    body = {"data": [question, None], "fn_index": 0, "session_hash": session}
    status, _ = _posted(connection, "/chat/gradio_api/queue/join", body)
    if status != 200:
        return f"chat {status}"
    connection.request("GET", f"/chat/gradio_api/queue/data?session_hash={session}")
    heard = connection.getresponse().read()
    return "in the chat" if b'"success":true' in heard else "chat unheard"


def _posted(connection: HTTPConnection, path: str, body: object) -> tuple[int, bytes]:
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
    reply = connection.getresponse()
    return reply.status, reply.read()
