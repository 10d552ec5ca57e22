"""Ours against txtai, LangChain, Haystack and verbatim-rag: the same model, texts and questions in one run.

    python tests/benchmarks/rivals.py SETS_FOLDER REPORT_FOLDER [--documents 5183] [--rounds 3] [--builds 3]
        [--threads N] [--cache FOLDER]

SETS_FOLDER holds BEIR folders, see rival_set.py. Rivals are installed with pip into environments in the
cache folder, then nothing uses a network. Ours takes its exported models from FAQ_HOME. Every contestant is a
process of its own that stays alive; in every round they take turns, and each round begins with another. All
build with N threads (by default all cores) and answer one question at a time with one. Ours builds on the
disk and opens what it verified; of a rival the time to be searchable in its own way. Writes figures.json,
table.md and race.png, and prints the table: a ratio above 1 says how many times as long a rival took.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from rival_figures import Raced, summary, table
from rival_places import CONTESTANTS, RIVALS, installed, packaged_model, started
from rival_plot import plot_race
from rival_set import DOCUMENTS, Texts, read_texts

from assistant.settings import read_settings

# Ways to ask ours, and what they are called; the first is what ratios are against.
_OURS = {
    "search": "ours, retrieval", "search_and_read": "ours, with the reader",
    "answer": "ours, whole answer",
}  # fmt: skip
_WARM = 5


class Racer:
    """A contestant's process, and what it was measured at so far."""

    def __init__(self, name: str, python: Path, file: str, model: Path, threads: int) -> None:
        self.name, self.failed = name, ""
        self.ways = _OURS if file == "ours.py" else {"search": name}
        self.raced = {way: Raced(name=called, ranks=way != "answer") for way, called in self.ways.items()}
        self._threads = threads
        began = perf_counter()
        self._process = started(
            python, CONTESTANTS / file, model, threads=threads, home=read_settings().home
        )  # fmt: skip
        self._hear()
        self._note("search", start=perf_counter() - began)

    def build(self, texts: Path) -> None:
        """Build once more."""
        done = self._ask(do="build", threads=self._threads, texts=str(texts))
        if done:
            first = self.raced["search"]
            builds, spent = (*first.builds, done["seconds"]), (*first.builds_spent, done["spent"])
            self._note("search", builds=builds, builds_spent=spent, memory=done["memory"])
            print(f"  {self.name}: built in {done['seconds']:.1f} s", flush=True)

    def search(self, questions: dict[str, str]) -> None:
        """Ask every question once more, in every way there is."""
        words = list(questions.values())
        for way in self.ways:
            done = self._ask(do=way, threads=1, warm=words[:_WARM], questions=words)
            if done:
                found = {key: tuple(ids) for key, ids in zip(questions, done["found"], strict=True)}
                so_far = self.raced[way]
                self._note(
                    way, found=found, memory=done["memory"],
                    rounds=(*so_far.rounds, tuple(done["seconds"])),
                    rounds_spent=(*so_far.rounds_spent, tuple(done["spent"])),
                )  # fmt: skip
        print(f"  {self.name}: asked", flush=True)

    def results(self) -> list[Raced]:
        """Return what was measured, for each way of asking."""
        return [one.model_copy(update={"failed": self.failed}) for one in self.raced.values()]

    def stop(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _note(self, way: str, **facts: object) -> None:
        self.raced[way] = self.raced[way].model_copy(update=facts)

    def _ask(self, **asked: object) -> dict[str, Any]:
        if self.failed or self._process.stdin is None:
            return {}
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self.failed = self.failed or "its process ended"
            return {}
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self.failed = f"its process ended with {self._process.wait()}; what it said stands above"
            print(f"!! {self.name} failed: {self.failed}", flush=True)
        return dict(json.loads(line)) if line else {}


def race(racers: Sequence[Racer], texts: Texts, folder: Path, builds: int, rounds: int) -> Iterator[None]:
    """Let all build and search in turns, and yield after every round."""
    written = folder / "texts.jsonl"
    written.write_text("".join(json.dumps(row) + "\n" for row in texts.documents), "utf-8")
    for number in range(builds + rounds):
        print(f"round {number + 1} of {builds + rounds}", flush=True)
        shift = number % len(racers)
        for racer in (*racers[shift:], *racers[:shift]):
            racer.build(written) if number < builds else racer.search(texts.questions)
        yield


def report(racers: Sequence[Racer], texts: Texts, folder: Path) -> None:
    """Write what was measured so far: figures, table and picture."""
    raced = [one for racer in racers for one in racer.results()]
    rows = summary(raced, texts.right)
    facts = {
        "documents": len(texts.documents), "questions": len(texts.questions), "cores": os.cpu_count(),
        "load": os.getloadavg(), "rows": rows, "raced": [one.model_dump() for one in raced],
    }  # fmt: skip
    (folder / "figures.json").write_text(json.dumps(facts, indent=1), "utf-8")
    (folder / "table.md").write_text(table(rows) + "\n", "utf-8")
    plot_race(rows, folder / "race.png")


def main() -> None:
    """Install, race, report."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("sets", type=Path)
    arguments.add_argument("report", type=Path)
    arguments.add_argument("--documents", type=int, default=DOCUMENTS)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--builds", type=int, default=3)
    arguments.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    arguments.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "faq-rivals")
    given = arguments.parse_args()
    given.report.mkdir(parents=True, exist_ok=True)
    pythons = [(rival, installed(rival, given.cache)) for rival in RIVALS]
    model = packaged_model(given.cache)
    texts = read_texts(given.sets, given.documents)
    print(f"{len(texts.documents)} documents, {len(texts.questions)} questions", flush=True)
    racers = [Racer("ours", Path(sys.executable), "ours.py", model, given.threads)]
    racers += [Racer(rival.name, python, rival.file, model, given.threads) for rival, python in pythons]
    try:
        with tempfile.TemporaryDirectory() as temporary:
            for _ in race(racers, texts, Path(temporary), given.builds, given.rounds):
                report(racers, texts, given.report)
    finally:
        for racer in racers:
            racer.stop()
    print((given.report / "table.md").read_text("utf-8"))


if __name__ == "__main__":
    main()
