"""A builder that is killed at any moment loses a block at most, and the finished index is the same."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from drill import going_on
from drill.figures import Figures, sized
from drill.slow_words import SlowWords
from drill.verdict import husks, leftovers, versions

from index.build import build_index
from index.errors import IndexNotFound
from index.generations import current
from index.vector_blocks import VectorBlocks

MILLISECONDS = 0.5


def builder(folder: Path, root: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(going_on.__file__), str(folder), str(root), str(MILLISECONDS)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def blocks_of(root: Path) -> int:
    """Return how many whole blocks stand in `root`."""
    words = SlowWords(0)
    found = 0
    for path in root.glob("begun-*.vectors"):
        shape = VectorBlocks(path, owner=b"", rows=going_on.ROWS, dimension=words.facts.dimension)
        found += path.stat().st_size // shape.block_bytes
    return found


def in_use(root: Path) -> str | None:
    try:
        _, manifest, degraded = current(root)
    except IndexNotFound:
        return None
    # Killed before the first index was named: a whole one stands there, and the next build names its own.
    return None if degraded else manifest.generation


@sized(kills=(5, 50), paragraphs=(150, 400))
def test_killed_at_random_moments(kills: int, paragraphs: int, memory: Path, figures: Figures) -> None:
    draws, root = random.Random(7), memory / "index"
    (version,) = versions(memory / "words", "new", more=paragraphs)
    # Nobody was killed in between: what the drill has to end with.
    whole = build_index(version.library, SlowWords(0), memory / "whole")
    # Each build is of another state of what was begun; the drill starts anew when one came to its end.
    done, finished, blocks, lost = 0, 0, 0, 0
    seconds = whole.embedded * MILLISECONDS / 1000
    while done < kills:
        process = builder(memory / "words" / "new", root)
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(draws.uniform(0, 1.2 * seconds / (1 if done % 3 else 4)))
        process.kill()
        said = process.stdout.read()
        process.wait()
        process.stdout.close()
        assert not husks(root)
        if in_use(root):
            finished += 1
            assert current(root)[1].files == whole.manifest.files
            root.rename(memory / f"finished-{finished}")
            blocks = 0
            if not said:
                done += 1
            continue
        done += 1
        lost += blocks > blocks_of(root)
        blocks = blocks_of(root)
    last = builder(memory / "words" / "new", root)
    embedded = int(last.communicate()[0].split()[-1])

    figures.add("R31 kill -9 of a building process", kills=done, came_to_an_end_first=finished, lost=lost)
    assert lost == 0
    # The last block may hold fewer than the others.
    assert embedded == max(0, whole.embedded - blocks * going_on.ROWS)
    assert current(root)[1].files == whole.manifest.files
    assert current(root)[1].index_id == whole.manifest.index_id
    assert not leftovers(root) and not list(root.glob("*.vectors"))
