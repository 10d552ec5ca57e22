"""The post of one web worker among several: its sockets, its neighbours, and the line to its parent."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from content.schema import Fact

_LONGEST_LINE = 16_384
_READY, _GO = b"ready\n", b"go\n"
# The variable of prometheus_client that names a folder in which several processes count together.
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"


class Post(Fact):
    """What a worker is told when it begins; sockets are open descriptors that it inherited.

    `number` counts from 0: the first worker alone serves the staff's side. `ports` and `hit_ports` are
    those of all workers on the loopback address, by number, where they pass on requests (TCP) and count
    each other's visitors (UDP). `secret` is known to them alone. `anew`: it takes the place of one that
    has ended, so nothing is built and nobody is answered before it can.
    """

    number: int
    public: int
    private: int
    hits: int
    ports: tuple[int, ...]
    hit_ports: tuple[int, ...]
    secret: str
    anew: bool = False

    @property
    def waits(self) -> bool:
        """Whether others answer until this one can."""
        return self.anew or self.number > 0

    @property
    def count(self) -> int:
        """How many workers there are."""
        return len(self.ports)


class Line:
    """The line between a worker and its parent, which breaks when either of them ends."""

    def __init__(self, end: socket.socket) -> None:
        self._end, self._go = end, threading.Event()

    def receive(self) -> Post:
        """Return what the parent has to say. Raises EOFError when it has ended before."""
        text = b""
        while not text.endswith(b"\n"):
            part = self._end.recv(_LONGEST_LINE)
            if not part:
                raise EOFError
            text += part
        return Post.model_validate_json(text)

    def send(self, post: Post) -> None:
        """Tell a worker its post."""
        self._end.sendall(post.model_dump_json().encode() + b"\n")

    def tell_ready(self) -> None:
        """Tell the parent that visitors are answered from now on."""
        self._end.sendall(_READY)

    def is_ready(self) -> bool:
        """Tell whether the worker at the other end has said so since the last look."""
        try:
            return _READY in self._end.recv(_LONGEST_LINE, socket.MSG_DONTWAIT)
        except (BlockingIOError, ConnectionError):
            return False

    def tell_go(self) -> None:
        """Tell a worker that there is an index to answer from. One that has ended is told nothing."""
        with suppress(ConnectionError):
            self._end.sendall(_GO)

    def watch(self, ended: Callable[[], None]) -> None:
        """Call `ended` once the other end is gone, whatever ended it."""
        threading.Thread(target=self._wait, args=(ended,), name="parent", daemon=True).start()

    def wait_for_go(self) -> None:
        """Wait until the parent says so; for a line that is watched."""
        self._go.wait()

    def _wait(self, ended: Callable[[], None]) -> None:
        with suppress(ConnectionError):
            while self._end.recv(_LONGEST_LINE):
                self._go.set()
        ended()

    def close(self) -> None:
        """Let go of this end."""
        self._end.close()


def line_to_parent() -> Line:
    """Return the line that was given as standard input, which becomes empty: children inherit it."""
    end = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return Line(end)
