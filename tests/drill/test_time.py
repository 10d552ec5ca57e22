"""Clocks that jump, numbers that grow and a thousand builds change nothing and leave nothing behind."""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from drill.figures import Figures, sized
from drill.verdict import Found, leftovers, opened, versions
from small import tree

from index.errors import BuildFailed
from index.generations import KEPT, generation_names


class Jumping(datetime):
    """A clock that is set anywhere."""

    moment: ClassVar[datetime]

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return cls.moment


def test_the_newest_is_the_last_built_whatever_the_clock_says(
    memory: Path, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, root, same = versions(memory / "words", "old", "new"), memory / "index", set()
    monkeypatch.setattr("index.build.datetime", Jumping)
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 1971, 2999, 2026, 2026, 1, 9999)]
    for number, moment in enumerate(moments):
        Jumping.moment = moment
        version = known[number % 2]
        same.add((version.name, version.publish(root, force=True).manifest.index_id))
        assert opened(root, known) == Found(version.name, degraded=False)
        (root / "CURRENT").unlink()
        assert opened(root, known) == Found(version.name, degraded=True)
        version.publish(root, force=True)
    assert len(same) == 2, "the same words give the same index at any time"
    figures.add("R21 clocks that jump", moments=len(moments), wrong=0)


def test_numbers_end_with_an_error_and_not_with_an_index_that_nobody_can_name(
    memory: Path, figures: Figures
) -> None:
    known, root = versions(memory / "words", "old", "new"), memory / "index"
    known[0].publish(root)
    for number in (999_999, 999_999_998):
        (root / f"g-{number}").mkdir()
        known[1].publish(root)
        assert opened(root, known) == Found("new", degraded=False)
        known[0].publish(root) if number == 999_999 else None
    before = tree(root)
    with pytest.raises(BuildFailed, match="no number is left"):
        known[0].publish(root)
    assert tree(root) == before
    figures.add("R21 generation numbers", tried="1,000,000 to 999,999,999", wrong=0)


@sized(builds=(30, 1000))
def test_many_builds_leave_no_more_than_few(builds: int, memory: Path, figures: Figures) -> None:
    known, root = versions(memory / "words", "old", "new"), memory / "index"
    sizes = []
    for number in range(builds):
        known[number % 2].publish(root, force=True)
        if number in (builds // 2, builds - 1):
            gc.collect()
            files, handles = len(tree(root)), len(list(Path("/proc/self/fd").iterdir()))
            sizes.append((files, handles, resident()))
    (files, handles, half), (files_then, handles_then, then) = sizes
    assert (files, handles, leftovers(root)) == (files_then, handles_then, [])
    assert len(generation_names(root)) == KEPT
    figures.add(
        "R22 builds in a row", builds=builds, more_files=files_then - files,
        more_open_files=handles_then - handles, memory=f"{half} to {then} MB",
    )  # fmt: skip
    assert then - half <= max(5, half // 20)


def resident() -> int:
    """Return how many MB this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
