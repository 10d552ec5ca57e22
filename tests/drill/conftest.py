"""A fast folder, and the figures of a run, printed at its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from drill.figures import Figures
from memory_folder import folder_in_memory

_FIGURES = pytest.StashKey[Figures]()


@pytest.fixture
def memory() -> Iterator[Path]:
    """Return a folder in memory, where a sync costs nothing; the disk's own when there is none."""
    with folder_in_memory() as folder:
        yield folder


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Return the figures of this run, to be added to."""
    return request.config.stash.setdefault(_FIGURES, Figures())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what the drill counted."""
    figures = config.stash.get(_FIGURES, None)
    if figures:
        terminalreporter.section("index drill")
        for line in figures.lines():
            terminalreporter.line(line)
