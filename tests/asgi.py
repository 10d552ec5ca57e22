"""An ASGI app called without a server: the request as it arrives, the answer as it leaves."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from assistant.guard import Guard
from assistant.headers import App, Message, Scope

# An address of the documentation range: a visitor, not this machine.
VISITOR = "203.0.113.5"
Made = TypeVar("Made")
# Only a stream waits so long. A page may take its time on a machine that does much else.
_PATIENCE_SECONDS = 3.0


class Reply(NamedTuple):
    """Status, headers in lower case, and the joined body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as a browser shows it."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def detail(self) -> str:
        """What the problem details say."""
        assert self.headers["content-type"] == "application/problem+json"
        return str(json.loads(self.body)["detail"])


def call(
    app: App, method: str, path: str, *pieces: bytes, client: str | None = VISITOR, **headers: str
) -> Reply:
    """Send one request whose body arrives in `pieces`, and return what came back.

    `headers` are written with an underscore for each hyphen, and win over those every request has.
    """
    arriving: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    arriving.append({"type": "http.request", "body": b"", "more_body": False})
    start, *sent = exchange(app, http_scope(method, path, client, headers), arriving)
    got = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], got, b"".join(message.get("body", b"") for message in sent))


def exchange(app: App, scope: Scope, arriving: list[Message]) -> list[Message]:
    """Return every message the app sends; the client goes away with the last one, or after a moment."""
    sent: list[Message] = []
    whole = asyncio.Event()

    async def receive() -> Message:
        if arriving:
            return arriving.pop(0)
        with suppress(TimeoutError):
            await asyncio.wait_for(whole.wait(), _PATIENCE_SECONDS)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            whole.set()

    async def run() -> None:
        await app(scope, receive, send)

    asyncio.run(run())
    return sent


def behind_guard(app: Any) -> Any:
    """Return the app that the guard lets requests through to, whatever stands around the guard."""
    while not isinstance(app, Guard):
        app = app.app
    return app._app


def in_loop(make: Callable[[], Made]) -> Made:
    """Call a function while an event loop runs; Gradio would open loops of its own and leave them."""

    async def made() -> Made:
        return make()

    return asyncio.run(made())


def http_scope(method: str, path: str, client: str | None, headers: Mapping[str, str]) -> Scope:
    path, _, query = path.partition("?")
    sent = {"host": "127.0.0.1", "content-type": "application/json", "accept-encoding": "identity"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
        "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "root_path": "", "headers": [(k.encode(), v.encode("latin-1")) for k, v in sent.items()],
        "client": (client, 50000) if client else None, "server": ("127.0.0.1", 80),
    }  # fmt: skip
