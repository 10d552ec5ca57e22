"""A program that is killed at any of its calls leaves one whole index, and the next one goes on at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from drill import killing
from drill.figures import Figures, sized


@sized(sizes=((0,), (0, 20, 80)), step=(40, 1))
@pytest.mark.parametrize("what", ["build", "rollback"])
def test_killed_at_any_call(
    what: str, sizes: tuple[int, ...], step: int, memory: Path, figures: Figures
) -> None:
    for size in sizes:
        # One thread: a child that is forked has no others, and would wait for them.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, str(killing.__file__), str(memory / str(size)), what, str(size), str(step)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200)
        assert done.returncode == 0, done.stderr
        counted = json.loads(done.stdout)
        figures.add(f"R3 kill, {what}, {size} more paragraphs", **counted | {"wrong": len(counted["wrong"])})
        assert counted["wrong"] == []
        assert counted["kills"] > 2
