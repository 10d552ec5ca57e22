"""What each visitor asked today, in memory alone, so that nobody counts twice for the same question."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date

import numpy as np

from assistant.clusters import ALIKE, unpacked

# Nobody asks so many different things in a day; from here on nothing more of them is kept.
_OF_ONE = 50
_IN_ALL = 10_000


class Visits:
    """Vectors of the questions of each visitor of one day; the next day begins with nothing.

    A visitor is a pseudonym that the guard makes with the day's own secret (see `pseudonym`); what comes
    without one is all one visitor. Neither the pseudonyms nor what is here is ever written to a disk.
    """

    def __init__(self) -> None:
        self._day: date | None = None
        self._asked: OrderedDict[str, list[bytes]] = OrderedDict()
        self._count = 0

    def is_new(self, visitor: str, vector: bytes, day: date) -> bool:
        """Say whether a visitor asks this for the first time today, and remember that they did.

        Law: of one visitor no two questions of a day that count as alike are new.
        """
        if day != self._day:
            self._day, self._count = day, 0
            self._asked.clear()
        earlier = self._asked.setdefault(visitor, [])
        self._asked.move_to_end(visitor)
        if len(earlier) >= _OF_ONE:
            return False
        # A little below, because the sum of a product depends on how many are summed at once.
        if earlier and float(np.max(unpacked(earlier) @ unpacked([vector])[0])) >= ALIKE - 1e-5:
            return False
        earlier.append(vector)
        self._count += 1
        while self._count > _IN_ALL:
            _, forgotten = self._asked.popitem(last=False)
            self._count -= len(forgotten)
        return True
