"""What a drill counted, to be printed, and the two lengths a drill has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


class Figures:
    """Lines such as "R1 build: states 412, unreadable 0"."""

    def __init__(self) -> None:
        self._lines: list[tuple[str, dict[str, object]]] = []

    def add(self, drill: str, **counted: object) -> None:
        """Note figures of one drill."""
        self._lines.append((drill, counted))

    def lines(self) -> list[str]:
        """Return one line for each drill, in the order of their names."""
        return [
            f"{drill}: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in counted.items())
            for drill, counted in sorted(self._lines, key=lambda line: line[0])
        ]


def sized(**sizes: tuple[Any, Any]) -> Callable[[Any], Any]:
    """Run a test twice: short in every run, long with `-m drill`. `sized(rounds=(5, 100))`"""
    short = pytest.param(*(size[0] for size in sizes.values()), id="short")
    long = pytest.param(*(size[1] for size in sizes.values()), id="long", marks=pytest.mark.drill)
    return pytest.mark.parametrize(",".join(sizes), [short, long])
