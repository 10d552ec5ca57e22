"""A program of its own with a Ray cluster of two nodes on loopback, one of which is killed again and again.

`python spreading.py FOLDER KILLS BLOCKS [MODELS]`: builds with word counts that take their time, or with the
real model when its folder is given; prints one JSON object with what it counted.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
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
_NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20, "include_dashboard": False}
MILLISECONDS = 20


class Nodes:
    """A head and one more node, which is killed with signal 9 at random moments and replaced."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self._cluster: Any = Cluster(initialize_head=True, head_node_args=_NODE)
        self._node: Any = self._cluster.add_node(**_NODE)
        self.address = str(self._cluster.address)
        self.kills = 0

    def kill_until(self, ended: threading.Event, kills: int, due: Callable[[], bool]) -> None:
        """Kill `kills` times, each once `due`, until everything has ended."""
        draws = random.Random(11)
        while self.kills < kills and not ended.wait(draws.uniform(0.2, 2)):
            if due():
                self._cluster.remove_node(self._node, allow_graceful=False)
                self.kills += 1
                self._node = self._cluster.add_node(**_NODE)

    def stop(self) -> None:
        """Stop both."""
        self._cluster.shutdown()


def main() -> None:
    """Embed, kill meanwhile, and compare."""
    folder, kills, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    begun.ROWS, begun.WORTH_KEEPING = 20, 40
    texts = [f"lupus {n} of {'patients ' * (n % 7)}{'knee ' * (n % 5)}" for n in range(20 * count + 7)]
    local: Embedder = SlowWords(0)
    nodes = Nodes()
    if len(sys.argv) > 4:
        local = open_embedder(DEFAULT_NAME, Path(sys.argv[4]))
        spreading = spread(local, DEFAULT_NAME, Path(sys.argv[4]), nodes.address)
    else:
        spreading = SpreadEmbedder(local, partial(SlowWords, MILLISECONDS), nodes.address)
    kept = begun.BegunVectors(spreading, folder)
    ended, seen = threading.Event(), [0]

    def due() -> bool:
        # Only while blocks come: at least one new one since the last kill.
        new = kept.embedded > seen[0]
        seen[0] = kept.embedded
        return new

    killer = threading.Thread(target=nodes.kill_until, args=(ended, kills, due))
    killer.start()
    began = time.perf_counter()
    try:
        rows = kept.embed(texts)
    finally:
        seconds = time.perf_counter() - began
        ended.set()
        killer.join()
        nodes.stop()
    again = begun.BegunVectors(local, folder)
    counted = {
        "texts": len(texts), "embedded": kept.embedded, "kills": nodes.kills, "seconds": round(seconds, 1),
        "same": bool(np.array_equal(rows, local.embed(texts))),
        "kept": len(texts) - len(again.missing(texts)),
    }  # fmt: skip
    print(json.dumps(counted))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
