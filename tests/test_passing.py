"""A chat's requests on their way to another worker: as they came, from whom they came, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from asgi import http_scope
from test_neighbours import SECRET, close, crew

from assistant.headers import Message, Receive, Scope, Send
from assistant.neighbours import Neighbours
from assistant.passing import PASSED_ON, PassingOn

JOIN, DATA = "/chat/gradio_api/queue/join", "/chat/gradio_api/queue/data"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def session_of(one: Neighbours, number: int) -> str:
    """Return a session that belongs to a worker."""
    return next(name for name in map(str, range(99)) if one.owner_of(name) == number)


def named(word: str, seen: list[Scope] | None = None) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return an app that answers with a word, and notes what it was asked."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if seen is not None:
            body = await receive()
            seen.append({**scope, "body": body["body"]})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": word.encode()})

    return app


async def asked(app: PassingOn, scope: Scope, body: bytes = b"") -> bytes:
    """Return the whole body of an answer; the client stays until it has come."""
    coming = [{"type": "http.request", "body": body, "more_body": False}]
    sent, over = list[Message](), asyncio.Event()

    async def receive() -> Message:
        if not coming:
            await over.wait()
            return {"type": "http.disconnect"}
        return coming.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(app(scope, receive, send), 10)
    over.set()
    return b"".join(message.get("body", b"") for message in sent)


async def with_owner(serve: Serve, scope: Scope, body: bytes = b"") -> bytes:
    """Ask the first of two workers, of which `serve` is the second."""
    workers = crew(2)
    owner = await asyncio.start_server(serve, sock=workers[1].private)
    try:
        return await asked(PassingOn(named("own"), named("meanwhile"), workers[0]), scope, body)
    finally:
        owner.close()
        close(workers)


def stream_of(number: int) -> Scope:
    workers = crew(2)
    session = session_of(workers[0], number)
    close(workers)
    scope = http_scope("GET", DATA, "203.0.113.5", {"host": "faq.example"})
    return {**scope, "query_string": f"session_hash={session}".encode()}


def test_the_owner_is_asked_what_was_asked_and_who_asks() -> None:
    heard = list[bytes]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
        )
        writer.close()

    scope = stream_of(1)
    answer = asyncio.run(with_owner(serve, scope))

    assert answer == b"onetwo"
    lines = heard[0].lower().split(b"\r\n")
    assert lines[0].split()[1] == DATA.encode() + b"?" + scope["query_string"]
    assert PASSED_ON + b": " + SECRET.encode() + b" 203.0.113.5" in lines
    assert lines.count(b"host: faq.example") == 1


@pytest.mark.parametrize("kind", ["its own conversation", "no conversation"])
def test_what_belongs_to_nobody_else_stays(kind: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise AssertionError("asked")

    own = stream_of(0) if kind == "its own conversation" else http_scope("GET", "/healthz", None, {})
    assert asyncio.run(with_owner(serve, own)) == b"own"


def test_an_owner_that_says_nothing_is_answered_for() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    assert asyncio.run(with_owner(serve, stream_of(1))) == b"meanwhile"


def test_only_a_worker_may_say_who_asks() -> None:
    async def check() -> tuple[bytes, bytes, list[Scope]]:
        workers, seen = crew(2), list[Scope]()
        app = PassingOn(named("own", seen), named("meanwhile"), workers[0])
        port = workers[0].post.ports[0]
        scope = http_scope("POST", JOIN, "127.0.0.1", {"host": "faq.example"})
        private = {**scope, "server": ("127.0.0.1", port)}
        claims = [f"{secret} 203.0.113.9".encode() for secret in (SECRET, "0" * 32)]
        told = [{**private, "headers": [*scope["headers"], (PASSED_ON, claim)]} for claim in claims]
        answers = await asked(app, told[0], b"{}"), await asked(app, told[1], b"{}")
        close(workers)
        return *answers, seen

    real, forged, seen = asyncio.run(check())
    assert (real, forged) == (b"own", b"")
    assert [scope["client"][0] for scope in seen] == ["203.0.113.9"]
    assert all(name != PASSED_ON for name, _ in seen[0]["headers"])
