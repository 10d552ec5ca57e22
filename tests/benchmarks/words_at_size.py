"""Words found among real passages, and among millions that hold the same words: time, memory, exactness.

Run: python tests/benchmarks/words_at_size.py CORPORA [--made 1000000 --made 10000000] [--cache DIR]
CORPORA holds folders with corpus.jsonl and queries.jsonl (BEIR). A made passage holds the terms of a real
one, each worth up to a fifth more or less; new words, which more documents would bring, are missing. Times
are of one thread. Beside the search as it is served stands one that adds up every column a question names:
the answers must be the same. What was measured is kept in words_at_size.jsonl in the cache.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, thread_time
from typing import Any

import numpy as np
from tqdm import tqdm
from vectors_at_size import memory

from content.sentences import sentence_spans
from index.lexical import LexicalStore, terms
from index.term_scores import Column
from index.vectors import npy_header

# Shared with the tests, which pytest finds by itself.
sys.path.insert(0, str(Path(__file__).parent.parent))
from real_vectors import CORPORA, questions

_ASKED, _K, _SENTENCES = 200, 100, 4
_FILES = {"data": "<f4", "indices": "<i4", "indptr": "<i8"}


def passages(folder: Path) -> list[str]:
    """Return the texts of the corpora in passages of four sentences."""
    found = []
    for corpus in CORPORA:
        with (folder / corpus / "corpus.jsonl").open(encoding="utf-8") as file:
            for line in file:
                words = json.loads(line)["text"]
                spans = sentence_spans(words)
                for first in range(0, len(spans), _SENTENCES):
                    some = spans[first : first + _SENTENCES]
                    found.append(words[some[0].start : some[-1].end])
    return found


def made(real: LexicalStore, count: int, folder: Path) -> None:
    """Write a table of `count` texts that hold what the real ones hold."""
    folder.mkdir(parents=True)
    sizes, draws = [], np.random.default_rng(5)
    repeats = np.arange(-(-count // real.count), dtype=np.int64)[:, None] * real.count
    with (folder / "data").open("wb") as values, (folder / "indices").open("wb") as places:
        for _, column in tqdm(list(real.columns()), desc="columns", unit="term", disable=None):
            rows = (repeats + column.rows).ravel()
            rows = rows[: np.searchsorted(rows, count)]
            worth = np.resize(column.values, len(rows)) * draws.uniform(0.8, 1.2, len(rows))
            rows.astype("<i4").tofile(places)
            worth.astype("<f4").tofile(values)
            sizes.append(len(rows))
    np.concatenate([[0], np.cumsum(sizes)]).astype("<i8").tofile(folder / "indptr")
    real.save(folder / "table")
    written = json.loads((folder / "table" / "params.index.json").read_bytes())
    (folder / "table" / "params.index.json").write_text(json.dumps({**written, "num_docs": count}))
    for name, kind in _FILES.items():
        raw = folder / name
        with (folder / "table" / f"{name}.csc.index.npy").open("wb") as whole, raw.open("rb") as file:
            whole.write(npy_header(kind, (raw.stat().st_size // np.dtype(kind).itemsize,)))
            while block := file.read(1 << 24):
                whole.write(block)
        raw.unlink()


def in_full(store: LexicalStore, question: str) -> list[tuple[int, float]]:
    """Return the best texts by adding up every column the question names, text by text."""
    sums = np.zeros(store.count, np.float32)
    for column in _asked(store, question):
        sums[column.rows] += column.values
    best = np.flatnonzero(sums >= max(np.partition(sums, -_K)[-_K], np.float32(1e-9)))
    order = best[np.argsort(-sums[best], kind="stable")][:_K]
    return [(int(row), float(sums[row])) for row in order]


def _asked(store: LexicalStore, question: str) -> Iterator[Column]:
    for term in terms(question):
        column = store.column(term)
        if column is not None:
            yield column


def timed(store: LexicalStore, asked: Sequence[str]) -> dict[str, float]:
    """Return milliseconds of the best hundred as served and in full, and how many texts hold their terms."""
    clock, served, full, named = [], [], [], []
    for question in asked:
        began, worked = perf_counter(), thread_time()
        scores = store.scores(question)
        best = scores.best(_K)
        scores.of([row for row, _ in best])
        served.append((thread_time() - worked) * 1000)
        clock.append((perf_counter() - began) * 1000)
        worked = thread_time()
        right = in_full(store, question)
        full.append((thread_time() - worked) * 1000)
        named.append(sum(len(column.rows) for column in _asked(store, question)))
        if best != right:
            raise SystemExit(f"not the same best texts: {question}")
    return {
        "texts named": median(named), "p50 ms": median(clock), "p50 ms of CPU": median(served),
        "p95 ms of CPU": quantiles(served, n=20)[-1], "p50 ms in full": median(full),
        "times as fast": median(full) / median(served),
    }  # fmt: skip


def measured(folder: Path, count: int, asked: Sequence[str]) -> dict[str, Any]:
    """Open a table and ask it everything twice: the first time its pages may be on the disk."""
    before, began = memory(), perf_counter()
    store = LexicalStore.load(folder, count=count)
    opened = (perf_counter() - began) * 1000
    for question in asked:
        store.search(question, _K)
    private = memory()["RssAnon"] - before["RssAnon"]
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    return {
        "passages": count, "file MB": size, "opened in ms": opened, "private MB": private,
        **timed(store, asked),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--made", type=int, action="append", default=[])
    parser.add_argument("--cache", type=Path, default=Path("/tmp/words_at_size"))
    given = parser.parse_args()
    texts = passages(given.corpora)
    asked = questions(given.corpora)[:_ASKED]
    given.cache.mkdir(parents=True, exist_ok=True)
    began = thread_time()
    real = LexicalStore.from_texts(texts)
    print(f"{real.count:,} real passages counted in {thread_time() - began:.0f} s of CPU", flush=True)
    for count in (real.count, *given.made):
        folder = given.cache / f"words-{count}"
        if not folder.exists():
            made(real, count, folder.with_suffix(".begun"))
            folder.with_suffix(".begun").rename(folder)
        line = measured(folder / "table", count, asked)
        print(", ".join(f"{name} {value:,.1f}" for name, value in line.items()), flush=True)
        with (given.cache / "words_at_size.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
