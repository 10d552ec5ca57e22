"""A server that starts: it never is silent, exchanges its app once, and tells why it could not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from asgi import http_scope

from assistant.headers import App, Message, Receive, Scope, Send
from assistant.startup import Startup, in_thread


def saying(word: str, lives: list[str]) -> App:
    """Return an app that answers with a word and notes its lifespan."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            lives.append((await receive())["type"])
            await send({"type": "lifespan.startup.complete"})
            lives.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await send({"type": "said", "word": word})

    return app


class Run:
    """A Startup in its lifespan, as a server runs it."""

    def __init__(self, load: Callable[[], Awaitable[App]], *, at_once: bool = True) -> None:
        self.told: list[str] = []
        self.stopped = asyncio.Event()
        self.messages = asyncio.Queue[Message]()
        self.sent: list[str] = []
        self.app = Startup(
            saying("starting", []), load, tell_ready=lambda: self.told.append("ready"),
            stop=self.stopped.set, at_once=at_once,
        )  # fmt: skip
        self.messages.put_nowait({"type": "lifespan.startup"})
        self.life = asyncio.create_task(self.app({"type": "lifespan"}, self.messages.get, self._send))

    async def _send(self, message: Message) -> None:
        self.sent.append(message["type"])

    async def ask(self) -> str:
        heard: list[Message] = []

        async def send(message: Message) -> None:
            heard.append(message)

        await self.app(http_scope("GET", "/", None, {}), self.messages.get, send)
        return str(heard[0]["word"])

    async def stop(self) -> None:
        self.messages.put_nowait({"type": "lifespan.shutdown"})
        await asyncio.wait_for(self.life, 2)


def test_it_answers_while_it_loads_then_with_what_was_loaded_and_ends_it_properly() -> None:
    async def run() -> None:
        loaded, lives = asyncio.Event(), list[str]()

        async def load() -> App:
            await loaded.wait()
            return saying("whole", lives)

        server = Run(load)
        await asyncio.sleep(0.01)
        assert (await server.ask(), server.told, server.sent) == (
            "starting",
            [],
            ["lifespan.startup.complete"],
        )
        loaded.set()
        await asyncio.sleep(0.01)
        assert (await server.ask(), server.told, lives) == ("whole", ["ready"], ["lifespan.startup"])
        await server.stop()
        assert lives == ["lifespan.startup", "lifespan.shutdown"]
        assert server.sent[-1] == "lifespan.shutdown.complete"
        assert server.app.error is None
        assert not server.stopped.is_set()

    asyncio.run(run())


def test_what_cannot_be_loaded_stops_it_and_is_told() -> None:
    async def run() -> None:
        async def load() -> App:
            raise KeyError("why")

        server = Run(load)
        await asyncio.wait_for(server.stopped.wait(), 2)
        assert isinstance(server.app.error, KeyError)
        assert (await server.ask(), server.told) == ("starting", [])
        await server.stop()

    asyncio.run(run())


def test_an_app_that_fails_in_its_own_start_is_never_shown() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": ""})
        raise OSError("no room")

    async def run() -> None:
        async def load() -> App:
            return failing

        server = Run(load)
        await asyncio.wait_for(server.stopped.wait(), 2)
        assert isinstance(server.app.error, OSError)
        assert (await server.ask(), server.told) == ("starting", [])
        await server.stop()

    asyncio.run(run())


def test_stopping_waits_for_no_thread_that_still_loads() -> None:
    leave = threading.Event()

    async def run() -> None:
        async def load() -> App:
            await in_thread(lambda: leave.wait(20))
            raise AssertionError("nobody waits for this")

        server = Run(load)
        await asyncio.sleep(0.05)
        await server.stop()
        assert server.app.error is None

    asyncio.run(run())
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "loading"] == [True]
    leave.set()


def test_a_thread_hands_over_what_it_made_or_why_it_could_not() -> None:
    async def run() -> None:
        assert await in_thread(lambda: threading.current_thread().name) == "loading"
        with pytest.raises(ZeroDivisionError):
            await in_thread(lambda: 1 // 0)
        with pytest.raises(SystemExit):
            await in_thread(lambda: exit(3))

    asyncio.run(run())


def test_where_others_answer_meanwhile_nobody_is_let_in_before() -> None:
    async def check() -> None:
        loaded = asyncio.Event()

        async def load() -> App:
            await loaded.wait()
            return saying("whole", [])

        run = Run(load, at_once=False)
        await asyncio.sleep(0.05)
        assert run.sent == []
        loaded.set()
        await asyncio.sleep(0.05)
        assert run.sent == ["lifespan.startup.complete"]
        assert (await run.ask(), run.told) == ("whole", ["ready"])
        await run.stop()

    asyncio.run(check())


def test_what_cannot_load_is_told_also_where_nobody_was_let_in() -> None:
    async def check() -> None:
        async def load() -> App:
            raise ValueError("broken")

        run = Run(load, at_once=False)
        await asyncio.wait_for(run.stopped.wait(), 2)
        await run.stop()
        assert str(run.app.error) == "broken"

    asyncio.run(check())
