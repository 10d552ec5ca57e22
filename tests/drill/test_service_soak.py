"""A server that runs for long: memory, descriptors and temporary files stay as they were after warming up.

`DRILL_MINUTES` ends the long form early; the figures say how many questions there were.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from drill.figures import Figures, sized
from loaded import written
from served import serving
from small import QUESTIONS, edited, write_library
from soaked import Soak

from assistant.building import build
from assistant.settings import Settings
from index.manifest import read_manifest
from index.pointer import Pointer, read_pointer, swap_pointer

pytestmark = pytest.mark.server
WARM, GROWTH = 0.2, 1.05
LONG, MEGABYTE = 10_000, 1024 * 1024
ENDS = {"answered", "no_answer", "redirected", "in the chat"}


def built(settings: Settings) -> Pointer:
    build(settings)
    return read_pointer(settings.index_root)


def by_turns(root: Path, pointers: list[Pointer]) -> Callable[[], str]:
    """Return a function that publishes the next of some indexes and returns its id."""
    turns = cycle(pointers)

    def publish() -> str:
        pointer = next(turns)
        swap_pointer(root, pointer)
        return read_manifest(root / pointer.generation, expected_sha256=pointer.manifest_sha256).index_id

    return publish


@sized(questions=(150, 100_000), reloads=(3, 500))
def test_nothing_grows(
    built_in_home: Path, tmp_path: Path, questions: int, reloads: int, figures: Figures
) -> None:
    home, library = tmp_path / "home", write_library(tmp_path / "library")
    settings = Settings(home=home, content=library)
    home.mkdir()
    (home / "models").symlink_to(built_in_home / "models")
    first = built(settings)
    edited(library, "There were no deaths.", "There were no deaths at all.")
    second = built(settings)
    minutes = float(os.environ["DRILL_MINUTES"]) if os.environ.get("DRILL_MINUTES") else None

    with serving(home, tmp_path / "served", FAQ_CONTENT=str(library)) as server:
        publish = by_turns(home / "index", [first, second])
        asked = [question for _, question, _, _ in QUESTIONS]
        soak = Soak(server, asked, publish, most=questions, reloads=reloads, minutes=minutes)
        soak.run()
        log = server.log.read_text("utf-8")

    warm, end = soak.after(WARM), soak.after(1)
    told = {
        "questions": soak.asked, "reloads": soak.reloads, "ends": dict(soak.ends),
        "memory_mb": [round(held.memory / MEGABYTE, 1) for held in (warm, end)],
        "descriptors": [soak.begun.descriptors, soak.left.descriptors],
        "temporary_bytes": [warm.temporary, end.temporary],
    }  # fmt: skip
    course = [(held.questions, round(held.memory / MEGABYTE, 1), held.descriptors) for held in soak.held]
    written("service-soak", **told, course=course)
    figures.add("service soak", **told)

    assert set(soak.ends) <= ENDS
    assert "Traceback" not in log and "rror" not in log
    # A server of a few hundred questions is still warming up: it may not double, that is all.
    assert end.memory <= warm.memory * (GROWTH if questions >= LONG else 2), course
    assert soak.left.descriptors <= soak.begun.descriptors
    assert end.temporary == 0
