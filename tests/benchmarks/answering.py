"""What answering and building cost, and how many questions a second are answered, measured in one run.

Run: python tests/benchmarks/answering.py [CONTENT_FOLDER]
Uses FAQ_HOME for the exported model and builds its index in a temporary folder.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, median
from time import perf_counter

from assistant.answer import Assistant
from assistant.building import build
from assistant.settings import Settings, read_settings
from content.library import BUILT_IN, load_library
from index.build import build_index
from index.embedder import open_embedder
from index.evidence import UNREAD, GraphEvidence
from index.settled import read_until_settled
from index.stored import open_index

ROUNDS = 3
VISITORS = 4


def milliseconds(work: Callable[[str], object], texts: list[str]) -> list[float]:
    """Return how long `work` takes for each text, the fastest of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        times = []
        for text in texts:
            began = perf_counter()
            work(text)
            times.append((perf_counter() - began) * 1000)
        rounds.append(times)
    return [min(times) for times in zip(*rounds, strict=True)]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def answering(settings: Settings) -> None:
    faq = Assistant.open(settings)
    questions = [question.question for question in faq.searcher.data.questions][::5]
    embedder = open_embedder(settings.embedder, settings.models)
    alone = milliseconds(lambda text: embedder.embed([text]), questions)
    searching = milliseconds(lambda text: _search_fresh(faq, text), questions)
    whole = milliseconds(lambda text: _answer_fresh(faq, text), questions)
    print(f"{len(questions)} questions            p50 ms   p99 ms   times the embedding")
    for name, times in (("embedding alone", alone), ("search", searching), ("whole answer", whole)):
        p50, p99 = median(times), percentile(times, 0.99)
        print(f"{name:<22} {p50:8.2f} {p99:8.2f}   {p50 / median(alone):.2f}")
    reading_depth(faq, questions)
    serving(faq, questions)


def reading_depth(faq: Assistant, questions: list[str]) -> None:
    """Print how many passages the reader looks at before it is settled."""
    model = faq.searcher.evidence
    if model is None:
        return
    counts = []
    for question in questions:
        hits = faq.searcher.search(question, faq.settings.passages_read)
        found = read_until_settled(model, question, hits, faq.searcher.passage_text)
        counts.append(sum(max(scores) > UNREAD for scores in found.values()))
    print(f"passages read: mean {mean(counts):.1f}, of {faq.settings.passages_read} at most")


def serving(faq: Assistant, questions: list[str]) -> None:
    """Print how many questions a second four visitors at a time are answered, no question twice."""
    _forget(faq)
    began = perf_counter()
    with ThreadPoolExecutor(VISITORS) as visitors:
        list(visitors.map(faq.answer, questions))
    print(f"{len(questions) / (perf_counter() - began):.1f} questions a second, {VISITORS} at a time")


def _forget(faq: Assistant) -> None:
    faq.searcher.encode.cache_clear()
    if isinstance(faq.searcher.evidence, GraphEvidence):
        faq.searcher.evidence.read_one.cache_clear()


def _search_fresh(faq: Assistant, text: str) -> object:
    faq.searcher.encode.cache_clear()
    return faq.searcher.search(text, faq.settings.passages_read)


def _answer_fresh(faq: Assistant, text: str) -> object:
    _forget(faq)
    return faq.answer(text)


def building(settings: Settings, folder: Path) -> None:
    library = load_library(settings.content)
    embedder = open_embedder(settings.embedder, settings.models)
    began = perf_counter()
    report = build_index(library, embedder, folder)
    whole = perf_counter() - began
    data, _, _ = open_index(folder)
    texts = list(dict.fromkeys(text for texts in data.embedded_texts() for text in texts))
    began = perf_counter()
    embedder.embed(texts)
    alone = perf_counter() - began
    print(f"building {report.embedded} texts: {whole:.2f} s, embedding as many alone {alone:.2f} s")
    print(f"share of the embedder's own speed: {alone / whole:.2f}")


def main() -> None:
    chosen = read_settings(content=Path(sys.argv[1]) if len(sys.argv) > 1 else BUILT_IN)
    with tempfile.TemporaryDirectory() as temporary:
        settings = chosen.model_copy(update={"home": Path(temporary)})
        (settings.home / "models").symlink_to(chosen.models, target_is_directory=True)
        build(settings)
        answering(settings)
        building(settings, settings.home / "again")


if __name__ == "__main__":
    main()
