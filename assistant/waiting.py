"""Who waits for an answer, so that nobody joins a queue that is too long without being told."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from assistant.visitors import Visitor

# A question takes about 30 ms of a core: the last of so many waits about a second.
MOST_WAITING = 64
# Behind more than so many nobody in need is made to wait in line.
FEW_WAITING = 4
# A tab holds one stream, and another one while it waits for an answer.
MOST_STREAMS = 20


def cores_of_one(workers: int) -> int:
    """Return how many cores one of several workers has to itself, at least one."""
    return max(1, (os.cpu_count() or 1) // workers)


class Turns:
    """Lets a few questions be answered at once and the others wait, first come, first served.

    More at once than there are cores only makes every one of them slower.
    """

    def __init__(self, at_once: int | None = None, most_waiting: int = MOST_WAITING) -> None:
        self._free = asyncio.Semaphore(at_once or os.cpu_count() or 1)
        self._waiting, self._most_waiting = 0, most_waiting

    @property
    def must_wait(self) -> bool:
        """Whether the next question would not be answered at once."""
        return self._free.locked()

    @property
    def is_full(self) -> bool:
        """Whether the next question would wait too long."""
        return self._waiting >= self._most_waiting

    async def __aenter__(self) -> None:
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        self._free.release()


class ChatQueues:
    """Counts who waits in a chat: in its queue, by `queued`, or still on the way into it."""

    def __init__(self, queued: Callable[[], int], most_waiting: int = MOST_WAITING) -> None:
        self._queued, self._joining, self._most_waiting = queued, 0, most_waiting

    @property
    def is_full(self) -> bool:
        """Whether the next question would wait too long."""
        return self._joining + self._queued() >= self._most_waiting

    @property
    def is_long(self) -> bool:
        """Whether the next question would be answered noticeably later."""
        return self._joining + self._queued() > FEW_WAITING

    def __enter__(self) -> None:
        self._joining += 1

    def __exit__(self, *_: object) -> None:
        self._joining -= 1


class Streams:
    """Counts what each visitor listens to, each kind apart: open tabs never cost anybody an answer."""

    def __init__(self, most: int = MOST_STREAMS) -> None:
        self._most = most
        self._open: Counter[tuple[str, str]] = Counter()

    def is_full(self, kind: str, visitor: Visitor) -> bool:
        """Whether this visitor listens to as many as one may."""
        return visitor.counted and self._open[kind, visitor.name] >= self._most

    @contextmanager
    def held(self, kind: str, visitor: Visitor) -> Iterator[None]:
        """Count one more until the block ends; who listens to nothing is forgotten."""
        held = kind, visitor.name
        self._open[held] += 1
        try:
            yield
        finally:
            self._open[held] -= 1
            if not self._open[held]:
                del self._open[held]


def chats_waiting(routes: Iterable[Any]) -> Callable[[], int]:
    """Return a function that counts the questions waiting in the queues of all mounted chats."""
    queues = chat_queues(routes)
    return lambda: sum(map(len, queues))


def chat_queues(routes: Iterable[Any]) -> list[Any]:
    """Return the queues of all mounted chats."""
    return [
        route.app.get_blocks()._queue for route in routes if hasattr(getattr(route, "app", None), "blocks")
    ]
