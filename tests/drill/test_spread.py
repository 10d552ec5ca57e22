"""A cluster of two nodes embeds as one machine does, whichever node is killed while it is at work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from drill import spreading
from drill.figures import Figures

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed: pip install '.[ray]'"),
]


def spread_out(folder: Path, *arguments: object) -> dict[str, object]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(spreading.__file__), str(folder), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200)
    # Ray's own processes write between the lines; the result is the one that is JSON.
    found = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert found, done.stderr[-2000:]
    counted: dict[str, object] = json.loads(found[-1])
    return counted


@pytest.mark.parametrize(("kills", "blocks"), [(1, 40), (50, 2000)])
def test_a_killed_node_costs_nothing(kills: int, blocks: int, tmp_path: Path, figures: Figures) -> None:
    if kills > 1 and "RAY_KILLS" not in os.environ:
        pytest.skip("an hour of killed nodes: set RAY_KILLS=1")
    counted = spread_out(tmp_path, kills, blocks)

    figures.add("R32 kill -9 of a Ray node", **counted)
    assert counted["kills"] == kills
    assert counted["embedded"] == counted["kept"] == counted["texts"]
    assert counted["same"]


@pytest.mark.model
def test_the_real_model_gives_the_same_bytes_on_every_node(
    model_cache: Path, tmp_path: Path, figures: Figures
) -> None:
    counted = spread_out(tmp_path, 1, 30, model_cache)

    figures.add("R32 kill -9 of a Ray node, real model", **counted)
    assert counted["kills"] == 1 and counted["same"]
    assert counted["embedded"] == counted["kept"] == counted["texts"]
