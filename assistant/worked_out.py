"""A mapping whose values are worked out when they are first looked at, and kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Generic, TypeVar

Found = TypeVar("Found")


class WorkedOut(Mapping[str, Found], Generic[Found]):
    """Holds a value for each of `keys`: of a million documents only those that are quoted are looked at.

    Any thread may look; a value worked out twice at once is the same value. What working out raises is
    raised to who looks.
    """

    def __init__(self, keys: Collection[str], work: Callable[[str], Found]) -> None:
        self._keys, self._work = keys, work
        self._found: dict[str, Found] = {}

    def __getitem__(self, key: str) -> Found:
        if key not in self._found:
            if key not in self._keys:
                raise KeyError(key)
            self._found[key] = self._work(key)
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
