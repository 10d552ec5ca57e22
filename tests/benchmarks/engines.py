"""PostgreSQL beside FAISS in memory: writing, publishing and searching real sentences, in one run.

Run: python tests/benchmarks/engines.py CORPORA [--count 20000] [--cache FOLDER]
CORPORA holds folders with corpus.jsonl and queries.jsonl (BEIR). A primary and a standby of the tests are
started and stopped; every time is that of the clock, one question after the other, on the same machine.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from postgres_cluster import cluster
from real_vectors import embedded, questions, sentences

from index.embedder import FloatMatrix, FloatVector, open_embedder
from index.engines.nearest import nearest
from index.engines.postgres import PostgresEngine
from index.engines.protocol import Batch, GenerationFacts, Where
from index.vectors import VectorStore

EMBEDDER, K, BATCH, DOCUMENT = "all-MiniLM-L6-v2", 10, 1_000, 20
Search = Callable[[FloatVector], list[tuple[int, float]]]


def batches(rows: FloatMatrix) -> Iterator[Batch]:
    """Yield vectors as passages with short bodies, twenty a document, a third of each kind."""
    for first in range(0, len(rows), BATCH):
        numbers = range(first, min(first + BATCH, len(rows)))
        kinds = [("trial", "therapy", "clinic")[n // DOCUMENT % 3] for n in numbers]
        yield Batch(
            first, [f"d{n // DOCUMENT}#p{n % DOCUMENT}" for n in numbers],
            [f"d{n // DOCUMENT}" for n in numbers], kinds, ["published_abstract"] * len(numbers),  # type: ignore[arg-type]
            rows[first : first + BATCH], [b"passage %d" % n for n in numbers],
        )  # fmt: skip


def measured(name: str, search: Search, asked: FloatMatrix, right: list[set[int]]) -> float:
    """Print recall@10 against `right` and milliseconds, and return their median."""
    for question in asked[:20]:
        search(question)
    times, shared = [], 0
    for question, wanted in zip(asked, right, strict=True):
        began = perf_counter()
        found = search(question)
        times.append((perf_counter() - began) * 1000)
        shared += len({row for row, _ in found} & wanted)
    recall = shared / sum(map(len, right))
    print(
        f"{name:34} recall {recall:.4f}  p50 {median(times):6.2f} ms  p95 {np.quantile(times, 0.95):6.2f} ms"
    )
    return median(times)


def main() -> None:
    """Measure and print."""
    home = Path(os.environ.get("FAQ_HOME", "~/.faq")).expanduser()
    parser = argparse.ArgumentParser()
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--cache", type=Path, default=home / "benchmarks")
    parser.add_argument("--models", type=Path, default=home / "models")
    given = parser.parse_args()
    embedder = open_embedder(EMBEDDER, given.models)
    rows = embedded(embedder, sentences(given.corpora)[: given.count], given.cache / "sentences.f32")
    asked = embedded(embedder, questions(given.corpora)[: given.questions], given.cache / "questions.f32")
    flat = VectorStore(rows)
    right = [{row for row, _ in flat.search(question, K)} for question in asked]
    with cluster() as servers:
        url = servers.url(servers.primary, servers.standby)
        with closing(PostgresEngine(url)) as engine, engine.building() as name:
            began = perf_counter()
            facts = GenerationFacts(name=name, embedder=EMBEDDER, dimension=rows.shape[1], count=len(rows))
            engine.write(facts, batches(rows), [])
            written = perf_counter()
            engine.publish(name)
            print(f"{len(rows):,} passages: written with their graph in {written - began:.1f} s "
                  f"({len(rows) / (written - began):,.0f} a second), checked, published and at the standby "
                  f"after {perf_counter() - written:.1f} s more")  # fmt: skip
        with closing(PostgresEngine(url)) as engine:
            compared(engine, flat, rows, asked, right)


def compared(
    engine: PostgresEngine, flat: VectorStore, rows: FloatMatrix, asked: FloatMatrix, right: list[set[int]]
) -> None:
    """Print the times of one generation, whole and filtered, beside those of FAISS in memory."""
    generation = engine.open(EMBEDDER)
    one = measured("FAISS, every vector", lambda question: flat.search(question, K), asked, right)
    other = measured("PostgreSQL, graph", lambda question: nearest(generation, question, K), asked, right)
    print(f"PostgreSQL takes {other / one:.1f} times as long")
    filters = {
        "one document": Where(document_id=("d7",)),
        "a third of all": Where(kind=("trial",)),
        "ten documents": Where(document_id=tuple(f"d{n}" for n in range(0, 100, 10))),
    }
    for words, where in filters.items():
        some = np.array(generation.rows_where(where))
        few = VectorStore(rows[some])
        wanted = [{int(some[row]) for row, _ in few.search(question, K)} for question in asked]
        measured(
            f"PostgreSQL, {words} ({len(some):,})",
            lambda question, where=where: nearest(generation, question, K, where),  # type: ignore[misc]
            asked,
            wanted,
        )


if __name__ == "__main__":
    main()
