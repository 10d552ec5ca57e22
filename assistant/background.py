"""Work that nobody waits for: handed over in microseconds, done by a thread in batches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from time import monotonic
from typing import Generic, TypeVar

from content.errors import FaqError

Item = TypeVar("Item")
Row = TypeVar("Row")
# A killed process loses what was handed over since; a batch gathers no longer.
_GATHER_SECONDS = 0.5
_MOST_WAITING = 1000
_STOP_SECONDS = 2.0
# What is left of them for writing: a thread still at work when the process ends would abort it.
_LAST_SECONDS = 1.0
_log = logging.getLogger(__name__)


class Background(Generic[Item, Row]):
    """A thread that is started with the first item. `tidy` runs in it at its start and every so often.

    Each item is made into a row once; a batch of rows is written, and tried again until it could be.
    Law: `put` returns at once, whatever the disk does. When too much waits, the newest is dropped and
    counted in `lost`.
    """

    def __init__(
        self,
        make: Callable[[Item], Row],
        write: Callable[[Sequence[Row]], object],
        tidy: Callable[[], object] = lambda: None,
        *,
        tidy_seconds: float = 3600.0,
    ) -> None:
        self._make, self._write, self._tidy, self._tidy_seconds = make, write, tidy, tidy_seconds
        self._queue: Queue[Item] = Queue(_MOST_WAITING)
        self._thread: Thread | None = None
        self._starting, self._stopping = Lock(), Event()
        self._told = ""
        self.lost = 0

    def put(self, item: Item) -> None:
        """Hand over one thing."""
        self.start()
        try:
            self._queue.put_nowait(item)
        except Full:
            self.lost += 1

    def start(self) -> None:
        """Start the thread unless it runs; it begins by tidying."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._stopping.clear()
                self._thread = Thread(target=self._run, name="background", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Write what waits, for a few seconds at most; the next item starts again."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        tidied, rows = float("-inf"), list[Row]()
        while not self._stopping.is_set():
            if monotonic() - tidied >= self._tidy_seconds:
                self._done(self._tidy)
                tidied = monotonic()
            self._stopping.wait(_GATHER_SECONDS)
            # While nothing can be written, what comes waits where there is an end to it.
            if len(rows) < _MOST_WAITING:
                rows += self._made(_GATHER_SECONDS)
            if rows and self._done(partial(self._write, rows)):
                rows = []
        rows += self._made(_LAST_SECONDS)
        if rows:
            self._done(partial(self._write, rows))

    def _made(self, seconds: float) -> Iterator[Row]:
        """Yield rows of what waits, for so long at most: what was made is soon written."""
        latest = monotonic() + seconds
        try:
            while monotonic() < latest:
                yield self._make(self._queue.get_nowait())
        except Empty:
            return

    def _done(self, work: Callable[[], object]) -> bool:
        """Do some work; tell an error once, not every time it comes again."""
        try:
            work()
        except FaqError as error:
            if self._told != str(error):
                _log.error("%s", error)
            self._told = str(error)
            return False
        self._told = ""
        return True
