"""What a question costs while passages grow from a thousand to ten million: their vectors and their words.

Run: python tests/benchmarks/growth.py CORPORA REPORT [--sizes 1000 … 10000000] [--cache DIR]
Measures with vectors_at_size.py and words_at_size.py, which see: vectors and words beyond the real ones of
CORPORA are made. Ten million take twenty minutes and 20 GB of disk in DIR. Writes growth.md and growth.png
into REPORT. What is kept in DIR already is not measured again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

_SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_HERE = Path(__file__).parent
_HEADINGS = (
    "passages", "recall@10", "vectors, ms", "words, ms", "words, slowest twentieth",
    "memory of a process, MB", "words on the disk, MB",
)  # fmt: skip
_Lines = Mapping[int, Mapping[str, Any]]


def measure(script: str, kept: Path, sizes: Sequence[int], corpora: Path, *more: str) -> _Lines:
    """Let a benchmark measure the sizes that it has not yet; return its line for each."""
    missing = [size for size in sizes if size not in _lines(kept)]
    if missing:
        command = [sys.executable, str(_HERE / script), str(corpora), "--cache", str(kept.parent), *more]
        subprocess.run([*command, *(part for size in missing for part in ("--made", str(size)))], check=True)
    return _lines(kept)


def _lines(kept: Path) -> dict[int, Mapping[str, Any]]:
    raw = kept.read_text("utf-8").splitlines() if kept.exists() else []
    found = [json.loads(line) for line in raw]
    # Of vectors only what is served: other kinds of codes are compared elsewhere.
    served = [line for line in found if line.get("codec", "as served") == "as served"]
    return {line.get("passages", line.get("count")): line for line in served}


def table(sizes: Sequence[int], vectors: _Lines, words: _Lines) -> str:
    """Return the figures as Markdown."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS)]
    for size in sizes:
        one, other = vectors[size], words[size]
        rows.append((
            f"{size:,}", f"{one['recall']:.3f}", f"{one['cpu']:.2f}", f"{other['p50 ms of CPU']:.1f}",
            f"{other['p95 ms of CPU']:.1f}", f"{one['private MB'] + max(0.0, other['private MB']):.0f}",
            f"{other['file MB']:,.0f}",
        ))  # fmt: skip
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def draw(sizes: Sequence[int], vectors: _Lines, words: _Lines, path: Path) -> None:
    """Draw both times against the number of passages."""
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(sizes, [vectors[size]["cpu"] for size in sizes], "o-", label="nearest vectors")
    axes.plot(
        sizes, [words[size]["p50 ms of CPU"] for size in sizes], "s-", label="words, half of all questions"
    )
    axes.plot(sizes, [words[size]["p95 ms of CPU"] for size in sizes], "s:", label="words, 95 of 100")
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds of one core")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpora", type=Path)
    parser.add_argument("report", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--cache", type=Path, default=Path("/tmp/faq-growth"))
    given = parser.parse_args()
    at = given.cache / "vectors_at_size.jsonl", given.cache / "words_at_size.jsonl"
    vectors = measure("vectors_at_size.py", at[0], given.sizes, given.corpora, "--real", "72000", "--codecs")
    words = measure("words_at_size.py", at[1], given.sizes, given.corpora)
    given.report.mkdir(parents=True, exist_ok=True)
    told = table(given.sizes, vectors, words)
    (given.report / "growth.md").write_text(f"{told}\n", "utf-8")
    draw(given.sizes, vectors, words, given.report / "growth.png")
    print(told)


if __name__ == "__main__":
    main()
