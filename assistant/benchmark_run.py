"""A benchmark folder scored: documents found, sentences chosen, unanswerable questions told apart."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from pydantic import Field
from tqdm import tqdm

from assistant.comparison import Comparison
from assistant.confidence import CAUTIOUS
from assistant.figures import percentile, share
from assistant.run_comparison import run_intervals
from assistant.runs import Qrels, Run, as_qrels, as_run
from assistant.settings import Settings
from assistant.significance import Interval, auroc_interval, share_interval
from content.benchmarks import Benchmark, BenchmarkQuestion
from content.library import Library
from content.schema import Fact, Span
from index.build import build_index
from index.documents import ranked_documents
from index.embedder import open_embedder
from index.evidence import open_evidence
from index.metrics import auroc, ranking_figures
from index.reader import Reader
from index.search import Searcher
from index.stored import open_index

_DEPTH = 10


class BenchmarkRow(Fact):
    """One question: documents found under the set's own names, and where the answer's sentence came."""

    id: str
    kind: str
    answerable: bool
    documents: tuple[str, ...]
    right: tuple[str, ...]
    sentence_rank: int | None
    passage_rank: int | None
    confidence: float
    milliseconds: float


class BenchmarkReport(Fact):
    """The figures of one set; shares in [0, 1], None where the set asks for nothing of the kind."""

    name: str
    index_id: str
    questions: int
    figures: dict[str, float | None]
    intervals: dict[str, Interval | None] = Field(default_factory=dict)
    comparison: Comparison | None = None
    rows: tuple[BenchmarkRow, ...] = ()

    @property
    def run(self) -> Run:
        """The ranking of documents, as other tools read it."""
        return as_run({row.id: row.documents for row in self.rows if row.answerable})

    @property
    def qrels(self) -> Qrels:
        """The right documents of every answerable question."""
        return as_qrels({row.id: row.right for row in self.rows if row.answerable})


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
    bare = "" if settings.embed_titles else "-bare"
    root = settings.home / "benchmarks" / f"{benchmark.name}-{library.fingerprint[:12]}{bare}"
    embedder = open_embedder(settings.embedder, settings.models)
    evidence = open_evidence(settings.models)
    build_index(library, embedder, root, evidence=evidence, titles=settings.embed_titles, progress=progress)
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
            (hit.rank for hit in hits if _holds(hit.passage.document_id, hit.passage.span, question)), None
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
    ranks = (n for n, s in enumerate(reading.sentences, 1) if _holds(document_id, s.span, question))
    return next(ranks, len(reading.sentences) + 1)


def _holds(document_id: str, span: Span, question: BenchmarkQuestion) -> bool:
    """Say whether a span shares characters with a gold span of the same document."""
    return any(
        key == document_id and gold.start < span.end and span.start < gold.end for key, gold in question.spans
    )


def benchmark_figures(rows: Sequence[BenchmarkRow]) -> dict[str, float | None]:
    """Return the figures of rows, in all and for each kind of question."""
    answerable = [row for row in rows if row.answerable]
    kinds = sorted({row.kind for row in answerable})
    figures = dict(_document_figures(answerable))
    for kind in kinds if len(kinds) > 1 else ():
        of_kind = _document_figures([row for row in answerable if row.kind == kind])
        figures[f"document_ndcg@10 {kind}"] = of_kind["document_ndcg@10"]
    spans = [row for row in answerable if row.sentence_rank is not None]
    times = sorted(row.milliseconds for row in rows)
    figures |= {
        "sentence_in_document@1": share([row.sentence_rank == 1 for row in spans]),
        "sentence_in_document@3": share([(row.sentence_rank or 9) <= 3 for row in spans]),
        "span_in_passage@1": share([row.passage_rank == 1 for row in spans]),
        "span_in_passage@3": share([(row.passage_rank or 9) <= 3 for row in spans]),
        "answerability_auroc": auroc(
            [row.confidence for row in answerable], [row.confidence for row in rows if not row.answerable]
        ),
        "p50_ms": percentile(times, 0.50),
        "p99_ms": percentile(times, 0.99),
    }
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}


def benchmark_intervals(rows: Sequence[BenchmarkRow]) -> dict[str, Interval | None]:
    """Return 95 % bootstrap intervals of the main figures, by the name of the figure."""
    answerable = [row.answerable for row in rows]
    found = BenchmarkReport(name="", index_id="", questions=len(rows), figures={}, rows=tuple(rows))
    first = [row.sentence_rank == 1 for row in rows]
    return {
        "document_ndcg@10": run_intervals(found.run, found.qrels)["ndcg@10"],
        "sentence_in_document@1": share_interval(first, [row.sentence_rank is not None for row in rows]),
        "answerability_auroc": auroc_interval([row.confidence for row in rows], answerable),
    }


def _document_figures(rows: Sequence[BenchmarkRow]) -> dict[str, float | None]:
    found = ranking_figures(
        {row.id: list(row.documents) for row in rows}, {row.id: list(row.right) for row in rows}
    )
    return {name.replace("passage_", "document_"): value for name, value in found.items()}
