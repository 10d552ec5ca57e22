"""How often one visitor may ask (home of limits): first told to wait, then refused."""

from __future__ import annotations

from typing import Literal

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

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
        self._soft = RateLimitItemPerMinute(questions_per_minute)
        self._hard = RateLimitItemPerMinute(_HARD * questions_per_minute)
        self._urgent = RateLimitItemPerMinute(URGENT_PER_MINUTE)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def verdict(self, what: Counted, visitor: Visitor) -> Verdict:
        """Count one more and tell where the visitor stands; a refused one is not counted."""
        if not visitor.counted:
            return "free"
        if not self._limiter.hit(self._hard, what, "hard", visitor.name):
            return "far_over"
        return "free" if self._limiter.hit(self._soft, what, "soft", visitor.name) else "over"

    def passes_urgent(self, visitor: Visitor) -> bool:
        """Count one more urgent question over the limit and tell whether it is still passed on."""
        return not visitor.counted or self._limiter.hit(self._urgent, "urgent", visitor.name)
