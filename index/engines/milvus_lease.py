"""The one lock of whoever builds, in a store without locks: a claim with an end, renewed while held."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from threading import Event, Thread

from index.engines.errors import EngineBusy, EngineUnreachable, WriteRefused
from index.engines.milvus_register import Claim, Register


class Lease:
    """A claim to build; EngineBusy where somebody else has one.

    Who claims writes that down first and then reads what all others claim: of two at once at least one
    sees the other and steps back, perhaps both. What it cannot promise: clocks that stand apart by more
    than the lease, or a builder that sleeps past its end and wakes, let two build at once. They write to
    collections of their own and publish whole generations, so the last to publish wins and none is torn;
    whoever knows that its lease has ended is refused.
    """

    def __init__(self, register: Register, where: str, seconds: float) -> None:
        self._register, self._seconds = register, seconds
        self._owner = secrets.token_hex(8)
        self._ended = Event()
        self._claim()
        now = time.time()
        others = {place: one for place, one in register.claims().items() if one.owner != self._owner}
        if any(one.until > now for one in others.values()):
            register.remove([self._place])
            raise EngineBusy(where)
        if others:
            register.remove(others)
        self._thread = Thread(target=self._renew, name="milvus-lease", daemon=True)
        self._thread.start()

    def check(self, name: str) -> None:
        """Raise WriteRefused when the lease has ended, as after a long time without the server."""
        if time.time() >= self._until:
            raise WriteRefused(name, "the claim to build ended before the build did")

    def give_back(self) -> None:
        """Let others build; a server that cannot be asked learns it when the lease ends."""
        self._ended.set()
        self._thread.join()
        with suppress(EngineUnreachable):
            self._register.remove([self._place])

    def _claim(self) -> None:
        # Counted from before the call, so that others never see a claim end before this one knows it.
        until = time.time() + self._seconds
        self._place = self._register.claim(Claim(owner=self._owner, until=until))
        self._until = until

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / 4) and time.time() < self._until:
            before = self._place
            with suppress(EngineUnreachable):
                self._claim()
                self._register.remove([before])
