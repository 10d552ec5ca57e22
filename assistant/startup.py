"""The first seconds of a server: it answers as one that is starting, then as the whole app."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Generic, TypeVar

from assistant.headers import App, Message, Receive, Scope, Send

Made = TypeVar("Made")


class Startup:
    """ASGI app: `until_ready` answers while `load` runs, then the app that `load` returned.

    `tell_ready` is called once that app has started. When `load` fails, `error` holds why and
    `stop` is called. Without `at_once` nobody is let in before: others answer meanwhile.
    """

    def __init__(
        self,
        until_ready: App,
        load: Callable[[], Awaitable[App]],
        *,
        tell_ready: Callable[[], None],
        stop: Callable[[], None],
        at_once: bool = True,
    ) -> None:
        self._now, self._load, self._tell_ready, self._stop = until_ready, load, tell_ready, stop
        self._at_once, self._begun = at_once, asyncio.Event()
        self._loaded = False
        self.error: BaseException | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with the app of the moment."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._now(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        stopping = asyncio.Event()
        whole = asyncio.create_task(self._load_and_live(stopping))
        whole.add_done_callback(self._note_error)
        if not self._at_once:
            await self._begun.wait()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        stopping.set()
        if not self._loaded:
            whole.cancel()
        await asyncio.wait([whole])
        await send({"type": "lifespan.shutdown.complete"})

    async def _load_and_live(self, stopping: asyncio.Event) -> None:
        """Load the app and take it through its own lifespan, in one task as its own scopes demand."""
        app = await self._load()
        coming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def receive() -> Message:
            if len(coming) == 1:
                await stopping.wait()
            return coming.pop(0)

        async def send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._now, self._loaded = app, True
                self._begun.set()
                self._tell_ready()

        await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)

    def _note_error(self, whole: asyncio.Task[None]) -> None:
        if not whole.cancelled() and whole.exception() is not None:
            self.error = whole.exception()
            self._stop()
        self._begun.set()


async def in_thread(work: Callable[[], Made]) -> Made:
    """Run slow work in a thread of its own, which a stopping server does not wait for.

    The threads of asyncio and anyio are waited for, and a first build takes minutes.
    """
    handing = _Handing[Made](asyncio.get_running_loop())

    def run() -> None:
        with handing:
            handing.made = work()

    threading.Thread(target=run, name="loading", daemon=True).start()
    await handing.over.wait()
    if handing.error is not None:
        raise handing.error
    return handing.made


class _Handing(Generic[Made]):
    """Hands what a thread made, or why it could not, to the loop that waits for it."""

    made: Made

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self.over = loop, asyncio.Event()
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> bool:
        self.error = error
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.over.set)
        return True
