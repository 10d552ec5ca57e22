"""A fast folder, and the figures of a run, printed at its end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from drill.figures import Figures

_FIGURES = pytest.StashKey[Figures]()


@pytest.fixture
def memory() -> Iterator[Path]:
    """Return a folder in memory, where a sync costs nothing; the disk's own when there is none."""
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="drill-", dir=shared if shared.is_dir() else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


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
