"""What every contestant does when told to, one JSON line in and one out; the standard library alone.

A contestant is a process of its own, in an environment of its own: the models of one are not in the memory
of another, and all stay alive, so that rounds can take turns.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TextIO

# Id, title ("" where there is none), text.
Texts = list[tuple[str, str, str]]


class Contestant(Protocol):
    """A retrieval tool with its model loaded."""

    def threads(self, count: int) -> None:
        """Use so many threads from now on."""
        ...

    def build(self, texts: Texts) -> None:
        """Make texts searchable; what was built before is forgotten."""
        ...

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of up to ten texts, best first."""
        ...


def take_turns(load: Callable[[Path], Contestant]) -> None:
    """Load with the folder of the model, then do what each line of standard input asks, until it ends."""
    # What a tool prints must not stand between the lines of answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    began = time.perf_counter()
    contestant = load(Path(sys.argv[1]))
    _say(answers, seconds=time.perf_counter() - began, memory=memory())
    for line in sys.stdin:
        asked = json.loads(line)
        _say(answers, **_done(contestant, asked))


def with_titles(texts: Texts) -> list[tuple[str, str]]:
    """Return (id, words) of every text, the title above the text."""
    return [(key, f"{title}\n{text}" if title else text) for key, title, text in texts]


def memory() -> float:
    """Return the resident memory of this process and those it started, in MB."""
    held = (Path(f"/proc/{pid}/status").read_text("utf-8").split("VmRSS:")[1] for pid in _family())
    return sum(int(found.split()[0]) for found in held) / 1024


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what `work` does, its seconds by the clock, and its seconds of processors."""
    began, spent = time.perf_counter(), time.process_time()
    done = work()
    return done, time.perf_counter() - began, time.process_time() - spent


def _family() -> list[int]:
    """Return this process and all that it started: Milvus Lite is a process of its own."""
    found = [os.getpid()]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text("utf-8").split())
    return found


def _spent_by_children() -> float:
    """Return the seconds of processors of the processes it started, in steps of a hundredth."""
    fields = (
        Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split() for pid in _family()[1:]
    )
    return sum(int(found[11]) + int(found[12]) for found in fields) / os.sysconf("SC_CLK_TCK")


def _done(contestant: Contestant, asked: dict[str, Any]) -> dict[str, Any]:
    contestant.threads(asked["threads"])
    if asked["do"] == "build":
        lines = Path(asked["texts"]).read_text("utf-8").split("\n")
        texts = [(row[0], row[1], row[2]) for row in map(json.loads, filter(None, lines))]
        before = _spent_by_children()
        _, seconds, spent = timed(lambda: contestant.build(texts))
        return {"seconds": seconds, "spent": spent + _spent_by_children() - before, "memory": memory()}
    work = getattr(contestant, asked["do"])
    for question in asked["warm"]:
        work(question)
    before = _spent_by_children()
    rows = [timed(partial(work, question)) for question in asked["questions"]]
    # Theirs is told too coarsely for one question.
    each = (_spent_by_children() - before) / max(1, len(rows))
    return {
        "found": [list(found) for found, _, _ in rows], "seconds": [seconds for _, seconds, _ in rows],
        "spent": [spent + each for _, _, spent in rows], "memory": memory(),
    }  # fmt: skip


def _say(answers: TextIO, **facts: Any) -> None:
    answers.write(json.dumps(facts) + "\n")
    answers.flush()
