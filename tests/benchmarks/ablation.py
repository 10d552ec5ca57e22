"""Each part of search and reading switched off in turn, on every set given.

    python tests/benchmarks/ablation.py BEIR_FOLDER…

Prints a Markdown table for each folder, of at most 200 questions and always the same ones: nDCG@10 of
documents and, where the set has spans, how often the gold sentence comes first inside the right document.
One index for each set, built once in FAQ_HOME.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from assistant.benchmark_run import benchmark_searcher, sentence_rank
from assistant.confidence import CAUTIOUS
from assistant.settings import read_settings
from content.benchmarks import Benchmark, BenchmarkQuestion, read_benchmark
from content.passages import opening_text
from content.readers.plain import UNTITLED
from index.documents import EVIDENCE_WEIGHT, ranked_documents
from index.evidence import EvidenceModel, PassageText
from index.features import FEATURES
from index.fusion import FusionWeights
from index.lexical import LexicalStore
from index.metrics import ranking_figures
from index.reader import Reader, ReaderWeights
from index.search import Searcher

MOST = 200
WHOLE = FusionWeights()
WITHOUT_READER = ReaderWeights(
    weights=dict.fromkeys(FEATURES, 0.0) | {"sentence_cosine": 1.0, "sentence_coverage": 0.1}
)


class Remembered:
    """A reader model that reads no passage twice for one question, whichever part is off."""

    def __init__(self, model: EvidenceModel) -> None:
        self.facts = model.facts
        self._model = model
        self._known: dict[tuple[str, PassageText], tuple[float, ...]] = {}

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[tuple[float, ...]]:
        new = [passage for passage in passages if (question, passage) not in self._known]
        found = self._model.sentence_evidence(question, new)
        self._known |= {(question, passage): scores for passage, scores in zip(new, found, strict=True)}
        return [self._known[question, passage] for passage in passages]


def variants(whole: Searcher) -> dict[str, tuple[Searcher, float, ReaderWeights]]:
    """Return by name: a searcher, how much evidence moves documents, and the reader's weights."""
    data, embedder, evidence = whole.data, whole.embedder, whole.evidence

    def searcher(**weights: float) -> Searcher:
        return Searcher(data, embedder, evidence, weights=WHOLE.model_copy(update=weights))

    nameless = Searcher(replace(data, equivalents={}), embedder, evidence)
    learnt = CAUTIOUS.reader
    return {
        "everything": (whole, EVIDENCE_WEIGHT, learnt),
        "no reader": (whole, 0.0, WITHOUT_READER),
        "no BM25": (searcher(lexical=0.0, lexical_long=0.0), EVIDENCE_WEIGHT, learnt),
        "BM25 as for short questions": (searcher(lexical_long=WHOLE.lexical), EVIDENCE_WEIGHT, learnt),
        "no whole-document vector": (searcher(document=0.0, dense=1.0), EVIDENCE_WEIGHT, learnt),
        "no passage vector": (searcher(dense=0.0, document=1.0), EVIDENCE_WEIGHT, learnt),
        "no titles and headings": (_untitled(whole), EVIDENCE_WEIGHT, learnt),
        "no other names": (nameless, EVIDENCE_WEIGHT, learnt),
        "passage vectors alone": (
            Searcher(
                replace(data, equivalents={}), embedder, evidence,
                weights=FusionWeights(dense=1.0, document=0.0, lexical=0.0, lexical_long=0.0, staff=0.0),
            ), 0.0, WITHOUT_READER,
        ),
    }  # fmt: skip


def _untitled(whole: Searcher) -> Searcher:
    """Return the same index with vectors and terms of the bare words."""
    data = replace(whole.data, titles=False)
    words = [data.by_id[p.document_id].slice(p.span) for p in data.passages]
    openings = [opening_text(d.model_copy(update={"title": UNTITLED})) for d in data.documents]
    bare = replace(
        data,
        passage_vectors=whole.embedder.embed(words, progress=True),
        document_vectors=whole.embedder.embed(openings, progress=True),
        lexical=LexicalStore.from_texts(words),
    )
    return Searcher(bare, whole.embedder, whole.evidence)


def asked(benchmark: Benchmark) -> list[BenchmarkQuestion]:
    """Return up to 200 answerable questions, always the same ones."""
    answerable = [question for question in benchmark.questions if question.documents]
    return random.Random(0).sample(answerable, min(MOST, len(answerable)))


def scored(
    benchmark: Benchmark, searcher: Searcher, evidence_weight: float, weights: ReaderWeights
) -> tuple[float | None, float | None]:
    """Return nDCG@10 of documents and the share of gold sentences that come first in theirs."""
    answerable = asked(benchmark)
    reader = Reader(searcher, weights)
    found, ranks = {}, []
    for question in tqdm(answerable, disable=None, leave=False):
        best = ranked_documents(searcher, question.question, evidence_weight=evidence_weight)
        found[question.id] = [key for key, _ in best]
        rank = sentence_rank(searcher, reader, question)
        ranks += [rank] if rank is not None else []
    right = {question.id: list(question.documents) for question in answerable}
    first = sum(rank == 1 for rank in ranks) / len(ranks) if ranks else None
    return ranking_figures(found, right)["passage_ndcg@10"], first


def main(folders: list[Path]) -> None:
    """Print a table for each folder."""
    settings = read_settings()
    for folder in folders:
        benchmark = read_benchmark(folder)
        whole = benchmark_searcher(benchmark, settings, progress=True)
        if whole.evidence:
            whole = Searcher(whole.data, whole.embedder, Remembered(whole.evidence))
        print(f"\n| {benchmark.name} | nDCG@10 | gold sentence first |\n|---|---|---|", flush=True)
        for name, (searcher, evidence_weight, weights) in variants(whole).items():
            ndcg, first = scored(benchmark, searcher, evidence_weight, weights)
            shown = ["–" if value is None else f"{value:.3f}" for value in (ndcg, first)]
            print(f"| {name} | {' | '.join(shown)} |", flush=True)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
