"""A chat's requests on their way to the web worker that holds its conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple
from urllib.parse import parse_qs

import h11

from assistant.allowed import is_chat_question, session_at
from assistant.bodies import MAX_BODY_BYTES, decoded, read_body, replay
from assistant.headers import App, Receive, Scope, Send
from assistant.neighbours import Neighbours

# A worker's own word to another: its secret, and who is asking.
PASSED_ON = b"x-faq-passed-on"
_HERE = "127.0.0.1"
# A worker begins to answer at once, whatever it is asked. One that does not is just being started again.
_PATIENCE_SECONDS = 2.0
# What is said of one connection, not of what is asked or answered.
_OF_ONE = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade"}
_NOT_PASSED_ON = {*_OF_ONE, b"content-length", b"expect", PASSED_ON}
_NOT_ANSWERED = {*_OF_ONE, b"date"}


class _Unheard(Exception):
    """The owner does not answer."""


class _Asked(NamedTuple):
    """A request that was read whole."""

    scope: Scope
    body: bytes


class PassingOn:
    """ASGI app around a worker's own: what belongs to another worker's conversation goes there.

    `meanwhile` answers where that worker does not: it is being started again.
    """

    def __init__(self, app: App, meanwhile: App, neighbours: Neighbours) -> None:
        self._app, self._meanwhile, self._neighbours = app, meanwhile, neighbours
        self._port = neighbours.post.ports[neighbours.post.number]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer here, or let the owner of the conversation answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if (scope.get("server") or ("", 0))[1] == self._port:
            await self._passed_on(scope, receive, send)
            return
        body, again = b"", receive
        if scope["method"] == "POST" and is_chat_question(scope["path"]):
            read = await read_body(receive)
            # Too large for anybody: the worker's own guard says so.
            body = b" " * (MAX_BODY_BYTES + 1) if read is None else read
            again = replay(body, receive)
        session = _session_of(scope, body)
        owner = self._neighbours.owner_of(session) if session else self._neighbours.post.number
        if owner == self._neighbours.post.number:
            await self._app(scope, again, send)
            return
        try:
            await self._pass_on(_Asked(scope, body), owner, receive, send)
        except _Unheard:
            await self._meanwhile(scope, again, send)

    async def _passed_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what another worker passes on as if its visitor had come here."""
        told = [value for name, value in scope["headers"] if name == PASSED_ON]
        secret, _, client = (told[0] if told else b"").partition(b" ")
        if not self._neighbours.is_one(secret):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body"})
            return
        headers = [(name, value) for name, value in scope["headers"] if name != PASSED_ON]
        who = (client.decode("latin-1"), 0)
        await self._app({**scope, "headers": headers, "client": who}, receive, send)

    async def _pass_on(self, asked: _Asked, owner: int, receive: Receive, send: Send) -> None:
        async with _connected(self._neighbours.post.ports[owner]) as (reader, writer):
            client = (asked.scope.get("client") or ("",))[0]
            told = f"{self._neighbours.post.secret} {client}".encode("latin-1")
            connection, words = _spoken(asked, told)
            writer.write(words)
            relayed = asyncio.ensure_future(_relay(reader, connection, send))
            left = asyncio.ensure_future(_left(receive))
            try:
                await asyncio.wait([relayed, left], return_when=asyncio.FIRST_COMPLETED)
            finally:
                left.cancel()
                if not relayed.done():
                    relayed.cancel()
            if relayed.done():
                relayed.result()


def _session_of(scope: Scope, body: bytes) -> str:
    """Return the session a chat's request belongs to, "" for every other request."""
    if not any(name == b"host" for name, _ in scope["headers"]):
        # Refused wherever it goes.
        return ""
    if scope["method"] == "POST":
        if not body:
            return ""
        try:
            value = decoded(body)
        except ValueError:
            return ""
        session = value.get("session_hash") if isinstance(value, dict) else None
        return session if isinstance(session, str) else ""
    named = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])
    return session_at(scope["path"], named[-1])


@asynccontextmanager
async def _connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(_HERE, port), _PATIENCE_SECONDS)
    except (OSError, TimeoutError) as error:
        raise _Unheard from error
    try:
        yield reader, writer
    finally:
        writer.close()


def _spoken(asked: _Asked, told: bytes) -> tuple[h11.Connection, bytes]:
    """Return the request as it goes to the owner, whole, and the connection its answer is read with."""
    scope = asked.scope
    kept = [(name, value) for name, value in scope["headers"] if name not in _NOT_PASSED_ON]
    own = [(PASSED_ON, told), (b"connection", b"close"), (b"content-length", str(len(asked.body)).encode())]
    query = scope["query_string"]
    target = (scope.get("raw_path") or scope["path"].encode()) + (b"?" + query if query else b"")
    connection = h11.Connection(h11.CLIENT)
    request = h11.Request(method=scope["method"], target=target, headers=[*kept, *own])
    parts = [request, h11.Data(data=asked.body), h11.EndOfMessage()]
    return connection, b"".join(connection.send(part) or b"" for part in parts)


async def _relay(reader: asyncio.StreamReader, connection: h11.Connection, send: Send) -> None:
    """Hand on what the owner answers, as it comes. Raises _Unheard before its first word."""
    begun = False
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await _read(reader, begun))
        elif isinstance(event, h11.Response):
            begun = True
            headers = [(name, value) for name, value in event.headers if name not in _NOT_ANSWERED]
            await send({"type": "http.response.start", "status": event.status_code, "headers": headers})
        elif isinstance(event, h11.Data):
            await send({"type": "http.response.body", "body": bytes(event.data), "more_body": True})
        elif isinstance(event, h11.EndOfMessage):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return


async def _read(reader: asyncio.StreamReader, begun: bool) -> bytes:
    try:
        part = await asyncio.wait_for(reader.read(65_536), None if begun else _PATIENCE_SECONDS)
    except (OSError, TimeoutError) as error:
        raise _Unheard from error
    if not part and not begun:
        raise _Unheard
    return part


async def _left(receive: Receive) -> None:
    """Return once whoever asked has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
