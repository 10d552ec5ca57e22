"""Whatever bytes stand in a file, its reader takes them or says what to do; nothing else comes of them."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from drill import loaders
from drill.figures import Figures, sized
from drill.loaders import Loaders, mutated
from drill.verdict import versions


@pytest.fixture
def folder(memory: Path) -> Path:
    versions(memory / "words", "old")[0].publish(memory / "index")
    return memory / "index" / "g-000001"


@sized(seconds=(5, 60))
def test_mutated_files(seconds: int, folder: Path, figures: Figures) -> None:
    draws, ends = random.Random(6), monotonic() + seconds
    every, given, taken = Loaders(folder), 0, 0
    while monotonic() < ends:
        for loader in every.all:
            raw = mutated(every.seed(loader), draws)
            try:
                taken += every.give(loader, raw)
            except BaseException as error:
                error.add_note(f"{loader.name}: {raw[:3000]!r}")
                raise
            given += 1
    figures.add("R20 mutated files", loaders=len(every.all), inputs=given, taken=taken, other_errors=0)
    assert 0 < taken < given / 2


@pytest.mark.drill
def test_files_made_up_by_atheris(folder: Path, figures: Figures) -> None:
    pytest.importorskip("atheris", reason="pip install '.[drill]'")
    command = [sys.executable, str(loaders.__file__), str(folder), os.environ.get("FUZZ_SECONDS", "300")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, env=environment, cwd=folder.parent, capture_output=True, text=True, check=False
    )
    found = re.search(r"Done (\d+) runs in (\d+) second", done.stderr)
    assert done.returncode == 0 and found, done.stdout[-2000:] + done.stderr[-4000:]
    figures.add("R20 atheris", inputs=f"{int(found[1]):,}", seconds=found[2], other_errors=0)
