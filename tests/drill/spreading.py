"""A program of its own with a Ray cluster of two nodes on loopback, one of which is killed again and again.

`python spreading.py FOLDER KILLS BLOCKS [MODELS]`: builds with word counts that take their time, or with the
real model when its folder is given; prints one JSON object with what it counted.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from drill.slow_words import SlowWords

from index import begun
from index.embedder import DEFAULT_NAME, Embedder, open_embedder
from index.spread import SpreadEmbedder, spread

# Ray must not listen on any address but loopback.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# Its workers stand behind everything else of a machine; on a busy one none would ever be killed at work.
os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - its name
_NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20, "include_dashboard": False}
MILLISECONDS = 20
_TRIES = 5


class Nodes:
    """A head and one more node, which is killed with signal 9 at random moments and replaced."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self._cluster: Any = _started(lambda: Cluster(initialize_head=True, head_node_args=_NODE))
        self._node: Any = _started(lambda: self._cluster.add_node(**_NODE))
        self.address = str(self._cluster.address)
        self.kills = 0

    def kill_until(self, ended: Callable[[], bool], kills: int, due: Callable[[], bool]) -> None:
        """Kill `kills` times, each once `due`, until all has ended; in the main thread, as Ray asks."""
        draws = random.Random(11)
        while self.kills < kills and not ended():
            time.sleep(draws.uniform(0.2, 2))
            if due():
                self._cluster.remove_node(self._node, allow_graceful=False)
                self._node = _started(lambda: self._cluster.add_node(**_NODE))
                self.kills += 1

    def stop(self) -> None:
        """Stop both."""
        self._cluster.shutdown()


def _started(start: Callable[[], Any]) -> Any:
    """Start a node; Ray gives it half a minute, which a busy machine may not have."""
    for _ in range(_TRIES - 1):
        with suppress(Exception):  # Ray raises nothing narrower
            return start()
    return start()


def texts_of(number: int, blocks: int) -> list[str]:
    """Return texts of which no other round has one, the last block not full."""
    return [
        f"lupus {n} of {number}: {'patients ' * (n % 7)}{'knee ' * (n % 5)}" for n in range(20 * blocks + 7)
    ]


def main() -> None:
    """Embed round after round until there were enough kills, and compare each with this process alone."""
    folder, kills, blocks = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    begun.ROWS, begun.WORTH_KEEPING = 20, 40
    local: Embedder = SlowWords(0)
    nodes = Nodes()
    if len(sys.argv) > 4:
        local = open_embedder(DEFAULT_NAME, Path(sys.argv[4]))
        spreading = spread(local, DEFAULT_NAME, Path(sys.argv[4]), nodes.address)
    else:
        spreading = SpreadEmbedder(local, partial(SlowWords, MILLISECONDS), nodes.address)
    kept = begun.BegunVectors(spreading, folder)
    seen = [0]

    def due() -> bool:
        # Only while blocks come: at least one new one since the last kill.
        new = kept.embedded > seen[0]
        seen[0] = kept.embedded
        return new

    def rounds() -> tuple[int, bool]:
        texts, same = 0, True
        while nodes.kills < kills:
            given = texts_of(texts, blocks)
            same &= bool(np.array_equal(kept.embed(given), local.embed(given)))
            same &= begun.BegunVectors(local, folder).missing(given) == []
            texts += len(given)
        return texts, same

    began = time.perf_counter()
    with ThreadPoolExecutor(1) as pool:
        embedding = pool.submit(rounds)
        nodes.kill_until(embedding.done, kills, due)
        texts, same = embedding.result()
    nodes.stop()
    seconds = round(time.perf_counter() - began, 1)
    counted = {
        "texts": texts,
        "embedded": kept.embedded,
        "kills": nodes.kills,
        "same": same,
        "seconds": seconds,
    }
    print(json.dumps(counted))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
