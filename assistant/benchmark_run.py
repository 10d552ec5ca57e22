"""A benchmark folder scored: documents found, sentences chosen, unanswerable questions told apart."""

from __future__ import annotations

from time import perf_counter

from tqdm import tqdm

from assistant.benchmark_report import (
    BenchmarkReport,
    BenchmarkRow,
    benchmark_figures,
    benchmark_intervals,
)
from assistant.confidence import CAUTIOUS
from assistant.runs import Qrels, as_qrels
from assistant.settings import Settings
from content.benchmarks import Benchmark, BenchmarkQuestion
from content.library import Library
from content.schema import Span
from index.build import build_index
from index.documents import ranked_documents
from index.embedder import open_embedder
from index.evidence import open_evidence
from index.reader import Reader
from index.search import Searcher
from index.stored import open_index

_DEPTH = 10


def judgements(benchmark: Benchmark) -> Qrels:
    """Return the right documents of every answerable question under the set's own names."""
    return as_qrels({
        question.id: [benchmark.names[key] for key in question.documents]
        for question in benchmark.questions
        if question.documents
    })  # fmt: skip


def evaluate_benchmark(
    benchmark: Benchmark, settings: Settings, *, progress: bool = False
) -> BenchmarkReport:
    """Index a benchmark's corpus, ask its questions and score them; the index is kept for the next time.

    The same searcher, reader and settings as for a site without labelled questions. Documents:
    nDCG@10, recall, reciprocal rank. With spans: the gold sentence first among all sentences of the
    right document, and the gold span in the first or first three passages of the whole set. With
    unanswerable questions: AUROC of the confidence.
    """
    searcher = benchmark_searcher(benchmark, settings, progress=progress)
    reader = Reader(searcher, CAUTIOUS.reader)
    bar = tqdm(benchmark.questions, desc=benchmark.name, unit="question", disable=None if progress else True)
    rows = tuple(_row(benchmark, searcher, reader, question, settings.passages_read) for question in bar)
    return BenchmarkReport(
        name=benchmark.name, index_id=searcher.data.index_id, questions=len(rows),
        figures=benchmark_figures(rows), intervals=benchmark_intervals(rows), rows=rows,
    )  # fmt: skip


def benchmark_searcher(benchmark: Benchmark, settings: Settings, *, progress: bool = False) -> Searcher:
    """Return a searcher over a benchmark's documents, built once and kept in FAQ_HOME."""
    library = Library(documents=benchmark.documents, questions=())
    titles = "" if settings.embed_titles else "-bare"
    names = "" if settings.mined_aliases else "-approved-names"
    root = settings.home / "benchmarks" / f"{benchmark.name}-{library.fingerprint[:12]}{titles}{names}"
    embedder = open_embedder(settings.embedder, settings.models)
    evidence = open_evidence(settings.models)
    build_index(
        library, embedder, root, evidence=evidence, titles=settings.embed_titles,
        mined=settings.mined_aliases, progress=progress,
    )  # fmt: skip
    return Searcher(open_index(root)[0], embedder, evidence)


def _row(
    benchmark: Benchmark, searcher: Searcher, reader: Reader, question: BenchmarkQuestion, read: int
) -> BenchmarkRow:
    began = perf_counter()
    documents = ranked_documents(searcher, question.question, _DEPTH, read=read)
    hits = searcher.search(question.question, read)
    reading = reader.read(question.question, hits)
    confidence = CAUTIOUS.probability(reading)
    milliseconds = (perf_counter() - began) * 1000
    return BenchmarkRow(
        id=question.id,
        kind=question.kind,
        answerable=bool(question.documents),
        documents=tuple(benchmark.names[key] for key, _ in documents),
        right=tuple(benchmark.names[key] for key in question.documents),
        sentence_rank=sentence_rank(searcher, reader, question),
        passage_rank=next(
            (hit.rank for hit in hits if holds_gold(hit.passage.document_id, hit.passage.span, question)),
            None,
        ),
        confidence=round(confidence, 6),
        milliseconds=round(milliseconds, 3),
    )


def sentence_rank(searcher: Searcher, reader: Reader, question: BenchmarkQuestion) -> int | None:
    """Return the rank of the first gold sentence among all of its document, None without spans."""
    if not question.spans:
        return None
    document_id = question.spans[0][0]
    reading = reader.read(question.question, searcher.hits_in(question.question, document_id))
    ranks = (n for n, s in enumerate(reading.sentences, 1) if holds_gold(document_id, s.span, question))
    return next(ranks, len(reading.sentences) + 1)


def holds_gold(document_id: str, span: Span, question: BenchmarkQuestion) -> bool:
    """Say whether a span shares characters with a gold span of the same document."""
    return any(
        key == document_id and gold.start < span.end and span.start < gold.end for key, gold in question.spans
    )
