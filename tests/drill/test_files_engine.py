"""A writer of generations in files is killed at random moments: nothing is lost, nothing half-published."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from drill import files_writing
from drill.figures import Figures, sized
from engine_contract import blobs_of, body_of, publish, vectors_of

from index.engines.files import FilesEngine
from index.engines.gate import check
from index.pointer import CURRENT


def written_until_killed(root: Path, codec: str, share: float) -> list[str]:
    """Let a child publish one generation and kill it after a share of that time; return what it published."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(files_writing.__file__), str(root), codec]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        began = time.perf_counter()
        first = child.stdout.readline()
        time.sleep(share * (time.perf_counter() - began))
        child.kill()
        # A name that was cut short by the kill was not said.
        return [line.strip() for line in (first, *child.stdout) if line.endswith("\n")]


@sized(rounds=(5, 50))
def test_killed_at_random_moments(rounds: int, memory: Path, figures: Figures) -> None:
    engine, vectors, chance = FilesEngine(memory), vectors_of(files_writing.COUNT), random.Random()
    last, seen, beginnings = "g-000000", 0, 0
    for turn in range(rounds):
        said = written_until_killed(memory, "ivf-pq" if turn % 2 else "flat", 1.5 * chance.random())
        last, seen = max([last, *said]), seen + len(said)
        beginnings += len(list(memory.glob("tmp-*")))
        now = engine.published()
        assert (now or "g-000000") >= last, "what was said to be published is lost"
        if now is None:
            continue
        for name in engine.names():
            generation = engine.open(name=name)
            check(generation)
            assert generation.get([0, 1_199]) == generation.get([0, 1_199])
            assert [found.body for found in generation.get([0, 1_199])] == [
                body_of(0, name),
                body_of(1_199, name),
            ]
            assert generation.blobs(["file/one"]) == {"file/one": dict(blobs_of(name))["file/one"]}
            assert np.array_equal(generation.vectors([7]), vectors[[7]])
        last = now
    publish(engine, vectors_of(60))
    assert not list(memory.glob("tmp-*")), "the next writer tidies up, and is not kept waiting"
    assert (memory / CURRENT).read_text().split()[0] > last
    figures.add("kill -9 of a writer of files", kills=rounds, published=seen, half_written=beginnings, lost=0)
