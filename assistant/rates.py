"""How often one visitor may ask: first told to wait, then refused."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import Literal

from assistant.allowed import Counted
from assistant.visitors import Visitor

Verdict = Literal["free", "over", "far_over"]
# Up to so many times the limit a visitor is told to wait; beyond it nothing is done for them.
_HARD = 2
WAIT_SECONDS = 60
# No person in need asks more often; beyond it the text to show is known without asking the app.
URGENT_PER_MINUTE = 60


class Rates:
    """Counts of the last minute, held in memory; feedback is counted apart from questions."""

    def __init__(self, questions_per_minute: int) -> None:
        self._soft, self._hard = LastMinute(questions_per_minute), LastMinute(_HARD * questions_per_minute)
        self._urgent = LastMinute(URGENT_PER_MINUTE)

    def verdict(self, what: Counted, visitor: Visitor) -> Verdict:
        """Count one more and tell where the visitor stands; a refused one is not counted."""
        if not visitor.counted:
            return "free"
        if not self._hard.hit(what, visitor.name):
            return "far_over"
        return "free" if self._soft.hit(what, visitor.name) else "over"

    def passes_urgent(self, visitor: Visitor) -> bool:
        """Count one more urgent question over the limit and tell whether it is still passed on."""
        return not visitor.counted or self._urgent.hit("question", visitor.name)


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
        now = monotonic()
        self._forget(now - WAIT_SECONDS)
        times = self._passed.get((what, name), deque[float]())
        while times and times[0] <= now - WAIT_SECONDS:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        self._passed.pop((what, name), None)
        self._passed[what, name] = times
        return True

    def _forget(self, before: float) -> None:
        while self._passed and self._passed[first := next(iter(self._passed))][-1] <= before:
            del self._passed[first]
