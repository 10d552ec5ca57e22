"""Load of locust's on a server: started in a process of its own, for so long and no longer, then read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

from served import Server
from tqdm import tqdm

from content.schema import Fact

VISITORS = Path(__file__).with_name("locust_visitors.py")
Pace = Literal["calm", "brisk"]
# Until locust itself has started, and its last visitors have been told their answers.
_AROUND_SECONDS = 180


class Load(Fact):
    """How what visitors did ended, by what it was; and after how many seconds."""

    ends: dict[str, dict[str, int]]
    seconds: dict[str, list[float]]
    # Processor time of the server: on a busy machine it says more than how long answers took.
    cpu_seconds: float = 0.0

    def number(self, name: str) -> int:
        """Return how often something was done."""
        return sum(self.ends.get(name, {}).values())

    def wrong(self, *right: str) -> dict[str, dict[str, int]]:
        """Return every end that is none of these."""
        return {
            name: bad
            for name, ends in self.ends.items()
            if (bad := {how: number for how, number in ends.items() if how not in right})
        }

    def at(self, share: float, name: str) -> float:
        """Return a percentile of the seconds until an end, such as `question: answered`."""
        found = sorted(self.seconds.get(name, []))
        return found[min(len(found) - 1, int(share * len(found)))] if found else float("nan")

    def figures(self) -> dict[str, object]:
        """Return what is written down of it."""
        times = {
            name: {f"p{share * 100:.0f}": self.at(share, name) for share in (0.5, 0.95, 0.99, 1)}
            for name in sorted(self.seconds)
        }
        cpu = round(self.cpu_seconds * 1000 / max(1, self.number("question")), 1)
        return {"ends": self.ends, "took": times, "cpu_ms_for_each_question": cpu}


def load(
    server: Server, folder: Path, *, users: int, seconds: float, pace: Pace, rate: int, most: int = 10**8
) -> Load:
    """Let `users` visit for so long or until they asked `most`, `rate` more of them each second."""
    seen, spent = folder / "seen.json", cpu_seconds(server.process.pid)
    words = ("-f", VISITORS, "--headless", "--host", server.url, "--users", users, "--spawn-rate", rate,
             "--run-time", f"{seconds}s", "--stop-timeout", 120, "--only-summary", "--loglevel", "WARNING",
             )  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "locust", *map(str, words)],
        env={**os.environ, "LOAD_SEEN": str(seen), "LOAD_PACE": pace, "LOAD_MOST": str(most)}, cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        _wait(process, seconds)
        output = process.communicate(timeout=_AROUND_SECONDS)[0]
    finally:
        process.kill()
    # 1 is locust's word for requests that failed, which are judged by how they ended.
    assert process.returncode in (0, 1) and seen.exists(), output
    found = Load.model_validate_json(seen.read_text("utf-8"))
    return found.model_copy(update={"cpu_seconds": cpu_seconds(server.process.pid) - spent})


def cpu_seconds(process_id: int) -> float:
    """Return the processor time of a process, as the kernel counts it."""
    fields = Path(f"/proc/{process_id}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    latest = time.monotonic() + seconds
    with tqdm(total=round(seconds), unit="s", desc="load", disable=None) as bar:
        while process.poll() is None and time.monotonic() < latest:
            time.sleep(1)
            bar.update(1)


def written(name: str, **figures: object) -> dict[str, object]:
    """Return figures and what they were measured on; written to the folder that DRILL_FIGURES names."""
    machine = {"cores": os.cpu_count(), "load": [round(one, 1) for one in os.getloadavg()]}
    told = {"machine": machine, **figures}
    if folder := os.environ.get("DRILL_FIGURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}.json").write_text(json.dumps(told, indent=1), "utf-8")
    return told
