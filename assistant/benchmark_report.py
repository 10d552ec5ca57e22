"""What a benchmark folder came to: its rows, and the figures over them."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from assistant.comparison import Comparison
from assistant.figures import percentile, share
from assistant.run_comparison import run_intervals
from assistant.runs import Qrels, Run, as_qrels, as_run
from assistant.significance import Interval, auroc_interval, share_interval
from content.schema import Fact
from index.metrics import auroc, ranking_figures


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
        return as_run(rankings(self.rows))

    @property
    def qrels(self) -> Qrels:
        """The right documents of every answerable question."""
        return as_qrels(right_documents(self.rows))


def rankings(rows: Sequence[BenchmarkRow]) -> dict[str, tuple[str, ...]]:
    """Return the documents found for every answerable question."""
    return {row.id: row.documents for row in rows if row.answerable}


def right_documents(rows: Sequence[BenchmarkRow]) -> dict[str, tuple[str, ...]]:
    """Return the documents that answer every answerable question."""
    return {row.id: row.right for row in rows if row.answerable}


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
    run, qrels = as_run(rankings(rows)), as_qrels(right_documents(rows))
    first = [row.sentence_rank == 1 for row in rows]
    return {
        "document_ndcg@10": run_intervals(run, qrels)["ndcg@10"],
        "sentence_in_document@1": share_interval(first, [row.sentence_rank is not None for row in rows]),
        "answerability_auroc": auroc_interval([row.confidence for row in rows], answerable),
    }


def _document_figures(rows: Sequence[BenchmarkRow]) -> dict[str, float | None]:
    found = ranking_figures(
        {row.id: list(row.documents) for row in rows}, {row.id: list(row.right) for row in rows}
    )
    return {name.replace("passage_", "document_"): value for name, value in found.items()}
