"""Recall, time and memory of every kind of codes: real sentences first, then millions that lie like them.

Run: python tests/benchmarks/vectors_at_size.py CORPORA [--made 1000000 --made 10000000] [--real 60000]
CORPORA holds folders with corpus.jsonl and queries.jsonl (BEIR). Whatever was embedded, made, written or
measured is kept in --cache and not done again. Times are of one thread: of a busy machine believe the
CPU time. Writes vectors_at_size.jsonl and .png into --cache.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.embedder import FloatMatrix, open_embedder
from index.engines.codes import Codec, Recipe, recipe_for, write_codes
from index.engines.files import FilesEngine
from index.engines.mapped import MappedGeneration
from index.engines.nearest import nearest
from index.engines.proof import CODES, VECTORS, read_folder
from index.engines.protocol import Batch, GenerationFacts

# Shared with the tests, which pytest finds by itself.
sys.path.insert(0, str(Path(__file__).parent.parent))
from made_vectors import Made, likeness, recall
from real_vectors import embedded, questions, sentences

EMBEDDER, BLOCK, K = "all-MiniLM-L6-v2", 50_000, 10
CURVES: tuple[Codec, ...] = ("sq8", "hnsw", "ivf-sq8", "ivf-pq", "ivf-rabitq")
SHARES, TIMES, EFFORTS = (0.02, 0.05, 0.1, 0.2, 0.4), (2, 4, 8), (100, 200, 400)


def batches(blocks: Iterator[FloatMatrix]) -> Iterator[Batch]:
    """Yield vectors as passages with short bodies, ten a document."""
    first = 0
    for rows in blocks:
        numbers = range(first, first + len(rows))
        yield Batch(
            first, [f"d{n // 10}#p{n % 10}" for n in numbers], [f"d{n // 10}" for n in numbers],
            ["trial"] * len(rows), ["published_abstract"] * len(rows), rows,
            [b"passage %d" % n for n in numbers],
        )  # fmt: skip
        first += len(rows)
        print(f"  {first:,} rows", file=sys.stderr, flush=True)


def store(root: Path, count: int, dimension: int, blocks: Iterator[FloatMatrix]) -> Path:
    """Write and publish a generation, unless it stands there; return its folder."""
    engine = FilesEngine(root)
    if engine.published() is None:
        began, cpu = perf_counter(), thread_time()
        with engine.building() as name:
            facts = GenerationFacts(name=name, embedder=EMBEDDER, dimension=dimension, count=count)
            engine.write(facts, batches(blocks), [])
            print(
                f"written in {perf_counter() - began:.0f} s ({thread_time() - cpu:.0f} s of CPU)", flush=True
            )
            engine.publish(name)
            print(f"published after {perf_counter() - began:.0f} s", flush=True)
    return root / str(engine.published())


def measured(
    generation: MappedGeneration, asked: FloatMatrix, right: npt.NDArray[np.int64], *, warm: bool = True
) -> dict[str, float]:
    """Return recall@10 against exact and milliseconds of one thread, of the clock and of the CPU."""
    found, times, cpu = [], [], []
    for question in asked if warm else ():
        nearest(generation, question, K)
    for question in asked:
        began, worked = perf_counter(), thread_time()
        found.append([row for row, _ in nearest(generation, question, K)])
        times.append((perf_counter() - began) * 1000)
        cpu.append((thread_time() - worked) * 1000)
    return {"recall": recall(np.array(found), right), "p50": median(times), "cpu": median(cpu)}


def settings(codec: Codec, count: int) -> list[Recipe]:
    """Return the settings of a codec that are compared."""
    start = recipe_for(count, codec)
    if codec == "hnsw":
        return [start.model_copy(update={"probes": effort}) for effort in EFFORTS]
    if not start.lists:
        return [start]
    probes = sorted({max(1, round(start.lists * share)) for share in SHARES})
    times = TIMES if codec in ("ivf-pq", "ivf-rabitq") else (2,)
    return [start.model_copy(update={"probes": p, "times": t}) for p in probes for t in times]


def curve(
    folder: Path, codec: Codec, recipes: list[Recipe], asked: FloatMatrix, right: npt.NDArray[np.int64]
) -> Iterator[dict[str, Any]]:
    """Yield a line for each setting of a codec over the vectors of a generation."""
    told = read_folder(folder, None)
    count = told.facts.count
    beside = folder if codec == told.recipe.codec else folder.parent / codec
    if not (beside / CODES).exists():
        build_beside(folder, beside, recipe_for(count, codec))
    size = (beside / CODES).stat().st_size / 1e6
    for recipe in recipes:
        generation = MappedGeneration(beside, told.model_copy(update={"recipe": recipe}))
        yield {
            "count": count, "codec": codec, "lists": recipe.lists, "probes": recipe.probes,
            "times": recipe.times, "file MB": size, **measured(generation, asked, right),
        }  # fmt: skip


def build_beside(folder: Path, beside: Path, recipe: Recipe) -> None:
    """Make another kind of codes of the vectors of a generation, in a folder that shares its other files."""
    beside.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name != CODES and not (beside / path.name).is_symlink():
            (beside / path.name).symlink_to(path.resolve())
    told = read_folder(folder, None)
    vectors = np.memmap(folder / VECTORS, "<f4", "r", shape=(told.facts.count, told.facts.dimension))
    began = thread_time()
    with (beside / "begun").open("wb") as file:
        write_codes(recipe, vectors, file.write)
    (beside / "begun").rename(beside / CODES)
    print(f"{recipe.codec} built in {thread_time() - began:.0f} s of CPU", flush=True)


def opened_alone(root: Path, asked: Path, right: Path) -> dict[str, Any]:
    """Return what a process that does nothing else sees: opening, answers, memory."""
    command = [sys.executable, __file__, "--opening", str(root), str(asked), str(right)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def opening(root: Path, asked: Path, right: Path) -> dict[str, Any]:
    asking, exact = np.load(asked), np.load(right)
    engine = FilesEngine(root)
    # As after a start of the machine: nothing of the vectors is in memory.
    with (root / str(engine.published()) / VECTORS).open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    before, began, cpu = memory(), perf_counter(), thread_time()
    generation = engine.open(EMBEDDER)
    took, worked = (perf_counter() - began) * 1000, (thread_time() - cpu) * 1000
    cold = measured(generation, asking, exact, warm=False)["p50"]
    figures = measured(generation, asking, exact)
    after = memory()
    return {
        "count": generation.facts.count, "codec": "as served", "opened in ms": took, "of CPU": worked,
        "p50 cold": cold, **figures,
        "private MB": after["RssAnon"] - before["RssAnon"], "mapped MB": after["RssFile"],
        "in all MB": after["RssAnon"] + after["RssFile"],
    }  # fmt: skip


def memory() -> dict[str, float]:
    lines = Path("/proc/self/status").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) / 1000 for line in lines if line.startswith("Rss")}


def show(line: dict[str, Any], kept: Path) -> None:
    with kept.open("a") as file:
        file.write(json.dumps(line) + "\n")
    print(", ".join(f"{k} {round(v, 3) if isinstance(v, float) else v}" for k, v in line.items()), flush=True)


def lines_of(kept: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []


def draw(lines: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw recall against CPU time, a curve for each codec and size."""
    from matplotlib.figure import Figure

    counts = sorted({line["count"] for line in lines})
    figure = Figure(figsize=(5 * len(counts), 4), layout="constrained")
    for axes, count in zip(np.atleast_1d(figure.subplots(1, len(counts))), counts, strict=True):
        for codec in sorted({line["codec"] for line in lines if line["count"] == count}):
            best: list[tuple[float, float]] = []
            some = [line for line in lines if (line["count"], line["codec"]) == (count, codec)]
            for line in sorted(some, key=lambda line: float(line["cpu"])):
                if not best or line["recall"] > best[-1][1]:
                    best.append((line["cpu"], line["recall"]))
            axes.plot(*zip(*best, strict=True), "o-", label=codec)
        axes.set(xscale="log", xlabel="ms of one thread", ylabel="recall@10", title=f"{count:,} vectors")
        axes.legend()
    figure.savefig(path, dpi=120)


def compare(
    root: Path, count: int, blocks: Iterator[FloatMatrix], asked: FloatMatrix, codecs: Sequence[Codec]
) -> None:
    """Write a store of one size, look for the exact answers, and measure it as served and by codec."""
    kept = root.parent / "vectors_at_size.jsonl"
    folder = store(root, count, asked.shape[1], blocks)
    rows = np.memmap(folder / VECTORS, "<f4", "r", shape=(count, asked.shape[1]))
    paths = root / "asked.npy", root / "right.npy"
    if not paths[1].exists():
        np.save(paths[0], asked)
        np.save(paths[1], faiss.knn(asked, rows, K, metric=faiss.METRIC_INNER_PRODUCT)[1])
    show(opened_alone(root, *paths), kept)
    known = {(line["count"], line["codec"], line.get("probes"), line.get("times")) for line in lines_of(kept)}
    for codec in codecs:
        recipes = [r for r in settings(codec, count) if (count, codec, r.probes, r.times) not in known]
        for line in curve(folder, codec, recipes, asked, np.load(paths[1])) if recipes else ():
            show(line, kept)


def main() -> None:
    if sys.argv[1:2] == ["--opening"]:
        print(json.dumps(opening(*map(Path, sys.argv[2:5]))))
        return
    home = Path(os.environ.get("FAQ_HOME", "~/.faq")).expanduser()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--cache", type=Path, default=home / "benchmarks")
    parser.add_argument("--models", type=Path, default=home / "models")
    parser.add_argument("--real", type=int, default=60_000)
    parser.add_argument("--made", type=int, action="append", default=[])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--codecs", nargs="*", default=CURVES)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    embedder = open_embedder(EMBEDDER, given.models)
    asked = embedded(embedder, questions(given.corpora)[: given.questions], given.cache / "questions.f32")
    real = embedded(embedder, sentences(given.corpora)[: given.real], given.cache / "sentences.f32")
    print(f"{len(real):,} real sentences, {len(asked)} real questions", flush=True)
    compare(given.cache / f"real-{len(real)}", len(real), iter([real]), asked, given.codecs)
    if given.made:
        made = Made(real)
        for name, rows in (("real", real), ("made", made.rows(10**9, len(real)))):
            print(f"likeness of {name}: {likeness(rows, asked)}", flush=True)
    for count in given.made:
        print(f"{count:,} MADE vectors, real questions", flush=True)
        blocks = (made.rows(n, min(BLOCK, count - n * BLOCK)) for n in range(-(-count // BLOCK)))
        compare(given.cache / f"made-{count}", count, blocks, asked, given.codecs)
    draw(lines_of(given.cache / "vectors_at_size.jsonl"), given.cache / "vectors_at_size.png")


if __name__ == "__main__":
    main()
