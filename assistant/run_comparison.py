"""A ranking of documents scored, and held against an earlier one query by query."""

from __future__ import annotations

from pathlib import Path

from assistant.comparison import Comparison, concluded, difference_of
from assistant.errors import BrokenRun
from assistant.runs import RUN_FILE, RUN_SHAPE, Qrels, Run, read_qrels, read_run
from assistant.significance import Interval, mean_interval
from content.schema import Fact
from index.metrics import run_figures, run_values

COMPARED = ("ndcg@10", "recall@10", "rr")


class RunScore(Fact):
    """The figures of a run over all `queries` of the judgements; `missing` ones are not in the run.

    `intervals`: 95 % of the figures that are compared. `comparison`: with an earlier run, if any.
    """

    run: str
    qrels: str
    queries: int
    missing: int
    figures: dict[str, float | None]
    intervals: dict[str, Interval | None]
    comparison: Comparison | None = None


def score_run(run_path: Path, qrels_path: Path, baseline: Path | None = None) -> RunScore:
    """Score a TREC run against TREC or BEIR judgements; a query missing in the run counts 0.

    `baseline`: an earlier run of the same queries, or the report folder that holds it. Raises
    CannotRead, and BrokenRun naming file and line.
    """
    run, qrels = read_run(run_path), read_qrels(qrels_path)
    return RunScore(
        run=str(run_path),
        qrels=str(qrels_path),
        queries=len(qrels),
        missing=len(qrels.keys() - run.keys()),
        figures=run_figures(run, qrels),
        intervals=run_intervals(run, qrels),
        comparison=compare_runs(run, read_earlier(baseline, qrels), qrels) if baseline else None,
    )


def run_intervals(run: Run, qrels: Qrels) -> dict[str, Interval | None]:
    """Return 95 % bootstrap intervals of the compared figures, by the name of the figure."""
    values = run_values(run, qrels)
    return {name: mean_interval(list(values[name].values())) for name in COMPARED}


def read_earlier(path: Path, qrels: Qrels) -> Run:
    """Read an earlier run, or that of a report folder; one that ranks none of the queries is refused."""
    path = path / RUN_FILE if path.is_dir() else path
    run = read_run(path)
    if qrels and not qrels.keys() & run.keys():
        raise BrokenRun(path, 0, "none of its queries is judged here", RUN_SHAPE)
    return run


def compare_runs(now: Run, before: Run, qrels: Qrels) -> Comparison:
    """Compare two rankings by nDCG@10, recall@10 and reciprocal rank over every judged query.

    Law: a query that a run forgot counts 0 in it; exchanging the runs turns every sign and keeps
    every p (paired randomisation, see `paired_p`).
    """
    ours, theirs = run_values(now, qrels), run_values(before, qrels)
    figures = {
        name: difference_of([ours[name][q] for q in qrels], [theirs[name][q] for q in qrels])
        for name in COMPARED
        if qrels
    }
    return concluded(
        figures,
        questions=len(qrels),
        forgotten_now=len(qrels.keys() - now.keys()),
        forgotten_before=len(qrels.keys() - before.keys()),
    )
