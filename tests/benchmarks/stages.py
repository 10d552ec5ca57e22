"""What an answer spends its time on, stage by stage, from the question to the card a visitor sees.

Run: python tests/benchmarks/stages.py [--plot FILE] [--questions 200]
Uses FAQ_HOME, whose index must be built. Every question is new to the assistant, one after the other; a stage
is counted without the stages inside it, so that they add up to the whole. The reader reads several passages
at a time, on all cores: its stage is the time that passes, not the time of all cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any

import numpy as np

import assistant.triage
from assistant.answer import Assistant
from assistant.cards import as_html
from assistant.settings import read_settings
from content.library import load_library
from index.danger import DangerModel
from index.embedder import GraphEmbedder
from index.evidence import GraphEvidence
from index.lexical import LexicalStore
from index.reader import Reader
from index.search import Searcher
from index.term_scores import TermScores
from index.vectors import VectorStore

# Where a stage is entered; several entrances make one stage.
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("safety rules", assistant.triage, "route"),
    ("what danger sounds like", DangerModel, "look"),
    ("embedding", GraphEmbedder, "embed"),
    ("words", LexicalStore, "scores"),
    ("words", TermScores, "best"),
    ("words", TermScores, "of"),
    ("vectors", VectorStore, "search"),
    ("fusion and staff questions", Searcher, "search"),
    ("reading", GraphEvidence, "sentence_evidence"),
    ("scoring sentences", Reader, "read"),
    ("quotes and caveats", Assistant, "_decided"),
    ("receipt and the rest", Assistant, "answer"),
)
CARD = "card"
NAMES = (*dict.fromkeys(stage for stage, _, _ in STAGES), CARD)


class Stopwatch:
    """Counts the seconds of nested stages, each without those inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inside: list[float] = []

    def around(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return `work` with its time counted for a stage."""

        def counted(*given: Any, **named: Any) -> Any:
            self._inside.append(0.0)
            began = perf_counter()
            try:
                return work(*given, **named)
            finally:
                passed = perf_counter() - began
                self.seconds[stage] = self.seconds.get(stage, 0.0) + passed - self._inside.pop()
                if self._inside:
                    self._inside[-1] += passed

        return counted

    def taken(self) -> dict[str, float]:
        """Return the seconds of each stage so far, and begin anew."""
        found, self.seconds = self.seconds, {}
        return found


def measured(questions: list[str]) -> list[dict[str, float]]:
    """Return the milliseconds of each stage for each question."""
    faq, watch = Assistant.open(), Stopwatch()
    # What is made at the first question, such as the networks, belongs to the start.
    faq.answer(questions[0])
    for stage, place, name in STAGES:
        setattr(place, name, watch.around(stage, getattr(place, name)))
    card = watch.around(CARD, as_html)
    rows = []
    for number, question in enumerate(questions[1:]):
        answer = faq.answer(f"{question} ({number})")
        card(answer, faq.wording, faq.documents, faq.passages)
        rows.append({stage: seconds * 1000 for stage, seconds in watch.taken().items()})
    return rows


def table(rows: list[dict[str, float]]) -> str:
    """Return the stages with their median, 95th percentile and share of the whole."""
    whole = [sum(row.values()) for row in rows]
    lines = [f"{len(rows)} questions", f"{'':<28} {'p50 ms':>8} {'p95 ms':>8} {'mean':>8} {'share':>7}"]
    for name, times in [(n, [row.get(n, 0.0) for row in rows]) for n in NAMES] + [("the whole", whole)]:
        p95, share = np.percentile(times, 95), sum(times) / sum(whole)
        lines.append(f"{name:<28} {median(times):8.2f} {p95:8.2f} {mean(times):8.2f} {share:7.1%}")
    return "\n".join(lines)


def draw(rows: list[dict[str, float]], path: Path) -> None:
    """Draw the mean of every stage as one bar."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 3.6), layout="constrained")
    bars = axes.barh(NAMES, [mean(row.get(name, 0.0) for row in rows) for name in NAMES])
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.margins(x=0.12)
    axes.invert_yaxis()
    axes.set_xlabel("milliseconds of an answer, on average")
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--questions", type=int, default=200)
    given = parser.parse_args()
    known = [question.question for question in load_library(read_settings().content).questions]
    step = max(1, len(known) // given.questions)
    rows = measured(known[::step][: given.questions + 1])
    print(table(rows))
    if given.plot:
        draw(rows, given.plot)


if __name__ == "__main__":
    main()
