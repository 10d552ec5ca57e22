"""How often one visitor may ask: first told to wait, then refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Literal, NamedTuple

from assistant.allowed import Counted
from assistant.visitors import Visitor

Verdict = Literal["free", "over", "far_over"]
_Limit = Literal["soft", "hard", "urgent"]
# Up to so many times the limit a visitor is told to wait; beyond it nothing is done for them.
_HARD = 2
WAIT_SECONDS = 60
# No person in need asks more often; beyond it the text to show is known without asking the app.
URGENT_PER_MINUTE = 60


class Hit(NamedTuple):
    """One visitor let through once, by one of the limits."""

    limit: _Limit
    what: Counted
    name: str


class Rates:
    """Counts of the last minute, held in memory; feedback is counted apart from questions.

    `tell` is called for every hit, so that other processes can count it too; what they tell is `heard`.
    """

    def __init__(self, questions_per_minute: int, tell: Callable[[Hit], None] = lambda hit: None) -> None:
        self._limits: dict[_Limit, LastMinute] = {
            "soft": LastMinute(questions_per_minute),
            "hard": LastMinute(_HARD * questions_per_minute),
            "urgent": LastMinute(URGENT_PER_MINUTE),
        }
        self._tell = tell

    def verdict(self, what: Counted, visitor: Visitor) -> Verdict:
        """Count one more and tell where the visitor stands; a refused one is not counted."""
        if not visitor.counted:
            return "free"
        if not self._hit("hard", what, visitor.name):
            return "far_over"
        return "free" if self._hit("soft", what, visitor.name) else "over"

    def passes_urgent(self, visitor: Visitor) -> bool:
        """Count one more urgent question over the limit and tell whether it is still passed on."""
        return not visitor.counted or self._hit("urgent", "question", visitor.name)

    def heard(self, hit: Hit) -> None:
        """Count what another process let through."""
        self._limits[hit.limit].note(hit.what, hit.name)

    def _hit(self, limit: _Limit, what: Counted, name: str) -> bool:
        passed = self._limits[limit].hit(what, name)
        if passed:
            self._tell(Hit(limit, what, name))
        return passed


class LastMinute:
    """When each name was let through, for a minute; each may be so often as `most`.

    The time is the machine's own running time: a clock set back would shut visitors out until it has
    caught up. Whoever was not let through for a minute is forgotten, or the memory would grow with
    every visitor there ever was. For one thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        # Those let through longest ago come first.
        self._passed: dict[tuple[str, str], deque[float]] = {}

    def __len__(self) -> int:
        """Return how many names are remembered."""
        return len(self._passed)

    def hit(self, what: Counted, name: str) -> bool:
        """Count one more and tell whether it is let through; one that is not does not count."""
        times = self._times(what, name)
        if len(times) >= self._most:
            return False
        self._add(what, name, times)
        return True

    def note(self, what: Counted, name: str) -> None:
        """Count one that was let through elsewhere, at most as many as are let through here."""
        times = self._times(what, name)
        if len(times) >= self._most:
            times.popleft()
        self._add(what, name, times)

    def _times(self, what: Counted, name: str) -> deque[float]:
        before = monotonic() - WAIT_SECONDS
        self._forget(before)
        times = self._passed.get((what, name), deque[float]())
        while times and times[0] <= before:
            times.popleft()
        return times

    def _add(self, what: Counted, name: str, times: deque[float]) -> None:
        times.append(monotonic())
        self._passed.pop((what, name), None)
        self._passed[what, name] = times

    def _forget(self, before: float) -> None:
        while self._passed and self._passed[first := next(iter(self._passed))][-1] <= before:
            del self._passed[first]
