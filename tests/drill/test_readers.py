"""Whoever opens an index while others are built and old ones are removed gets a whole one."""

from __future__ import annotations

import threading
from pathlib import Path

from drill.figures import Figures, sized
from drill.verdict import Found, husks, leftovers, opened, versions

from index.generations import KEPT, generation_names


@sized(builds=(15, 200))
def test_readers_race_with_builders_and_removal(builds: int, memory: Path, figures: Figures) -> None:
    known, root = versions(memory / "words", "old", "new"), memory / "index"
    known[0].publish(root)
    stop, found, errors = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                found.append(opened(root, known))
            except BaseException as error:  # noqa: BLE001 - counted
                errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for number in range(builds):
        known[number % 2].publish(root, force=True)
    stop.set()
    for reader in readers:
        reader.join()
    known[0].publish(root, force=True)
    figures.add(
        "R14 eight readers and removal", builds=builds, openings=len(found), errors=len(errors),
        fallbacks=sum(one.degraded for one in found),
    )  # fmt: skip
    assert errors == []
    assert {one.degraded for one in found} == {False}
    assert len(generation_names(root)) == KEPT
    assert (husks(root), leftovers(root)) == ([], [])
    assert opened(root, known) == Found("old", degraded=False)
