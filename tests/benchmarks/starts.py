"""How long a start takes and what it holds: one question from nothing, and a server until it is ready.

Run: python tests/benchmarks/starts.py [--rounds 5]
Uses FAQ_HOME, whose index must be built. Beside each time stands how many times an interpreter takes that
only imports numpy, measured by turns: another machine, or a busy one, changes both.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

# Shared with the tests, which pytest finds by itself.
sys.path.insert(0, str(Path(__file__).parent.parent))
from served import serving

from assistant.settings import read_settings

QUESTION = "Can COPD be cured?"
FAQ = Path(sys.executable).with_name("faq")


def run(*command: str | Path) -> tuple[float, float]:
    """Return the seconds of a command and the megabytes it held at most."""
    began = perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return perf_counter() - began, used.ru_maxrss / 1024


def served() -> tuple[float, float]:
    """Return the seconds until a server is ready, and the megabytes it holds after its first answer."""
    home = read_settings().home
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        with serving(home, Path(folder) / "around") as server:
            while server.get("/readyz").status_code != 200:
                pass
            seconds = perf_counter() - began
            server.ask(QUESTION).raise_for_status()
            status = Path(f"/proc/{server.process.pid}/status").read_text("utf-8")
            return seconds, int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    found: dict[str, list[tuple[float, float]]] = {"import numpy": [], "faq ask": [], "faq serve": []}
    for _ in range(rounds):
        found["import numpy"].append(run(sys.executable, "-c", "import numpy"))
        found["faq ask"].append(run(FAQ, "ask", QUESTION))
        found["faq serve"].append(served())
    least = median(seconds for seconds, _ in found["import numpy"])
    print(f"{rounds} rounds        median s    from      to    MB   times importing numpy")
    for name, both in found.items():
        seconds, held = zip(*both, strict=True)
        middle = median(seconds)
        print(
            f"{name:<14} {middle:12.2f} {min(seconds):7.2f} {max(seconds):7.2f} {median(held):5.0f} "
            f"{middle / least:10.1f}"
        )


if __name__ == "__main__":
    main()
