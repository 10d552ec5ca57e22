"""The other web workers of this machine: which of them holds a conversation, and whom they let through."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
import zlib
from collections.abc import Callable
from contextlib import suppress

from assistant.post import Post
from assistant.rates import Hit

_HERE = "127.0.0.1"
_LONGEST = 1024


class Neighbours:
    """What a worker knows of the others; `private` is where they ask it. For the thread of its loop alone."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.private = socket.socket(fileno=post.private)
        self._hits = socket.socket(fileno=post.hits)
        self._hits.setblocking(False)
        self._secret = post.secret.encode()

    def owner_of(self, session: str) -> int:
        """Return the number of the worker that holds a conversation, the same whoever asks."""
        return zlib.crc32(session.encode("utf-8", "replace")) % self.post.count

    def is_one(self, secret: bytes) -> bool:
        """Tell whether a request comes from another worker."""
        return hmac.compare_digest(secret, self._secret)

    def tell(self, hit: Hit) -> None:
        """Tell all others whom this worker let through: a visitor has one limit, not one for each worker.

        Nobody waits for them. Where one has no room to listen, it is told nothing, and its visitors are
        counted a little too kindly.
        """
        said = self._secret + json.dumps(hit).encode()
        for number, port in enumerate(self.post.hit_ports):
            if number != self.post.number:
                with suppress(OSError):
                    self._hits.sendto(said, (_HERE, port))

    def listen(self, heard: Callable[[Hit], None]) -> None:
        """Call `heard` for everybody whom others let through, as long as the running loop lives."""
        asyncio.get_running_loop().add_reader(self._hits, self._hear, heard)

    def close(self) -> None:
        """Let go of the sockets."""
        self.private.close()
        self._hits.close()

    def _hear(self, heard: Callable[[Hit], None]) -> None:
        with suppress(OSError):
            while True:
                said = self._hits.recv(_LONGEST)
                secret, hit = said[: len(self._secret)], said[len(self._secret) :]
                # What anybody else on this machine sends is nothing.
                if self.is_one(secret):
                    heard(Hit(*json.loads(hit)))
