"""Figures on documents the reader was never trained on: the validation fifth of each set.

    python tests/benchmarks/held_out.py BEIR_FOLDER…

The reader learnt from four documents in five of some sets; whole-set figures of those would flatter it.
Prints one Markdown row for each folder, with the number of questions left.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from assistant.benchmark_run import evaluate_benchmark
from assistant.settings import read_settings
from content.benchmarks import read_benchmark
from index.training.places import about_held_out

SHOWN = (
    "document_ndcg@10", "sentence_in_document@1", "sentence_in_document@3", "span_in_passage@1",
    "span_in_passage@3", "answerability_auroc",
)  # fmt: skip


def main(folders: list[Path]) -> None:
    """Evaluate each folder and print its figures on held-out documents."""
    settings = read_settings()
    print(f"| set | questions | {' | '.join(SHOWN)} |\n|---|---|{'---|' * len(SHOWN)}", flush=True)
    for folder in folders:
        benchmark = read_benchmark(folder)
        kept = tuple(question for question in benchmark.questions if about_held_out(benchmark, question))
        figures = evaluate_benchmark(replace(benchmark, questions=kept), settings, progress=True).figures
        shown = ["–" if figures[name] is None else f"{figures[name]:.3f}" for name in SHOWN]
        print(f"| {benchmark.name} | {len(kept)} | {' | '.join(shown)} |", flush=True)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
