"""An evaluation a person can look at and a script can read: a folder of a few files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.benchmark_report import BenchmarkReport, rankings, right_documents
from assistant.comparison import ROWS_FILE, Comparison
from assistant.evaluation import Report
from assistant.plots import plot_risk_coverage
from assistant.report_page import as_page
from assistant.run_comparison import RunScore
from assistant.runs import QRELS_FILE, RUN_FILE, write_qrels, write_run
from assistant.significance import Interval


def as_table(report: Report) -> str:
    """Return the figures as aligned text, one a line; "–" where no question asks for it."""
    head = f"{report.questions} questions, index {report.index_id}, calibration {report.calibration_id}"
    compared = ["", *comparison_lines(report.comparison)] if report.comparison else []
    return "\n".join([head, *figure_lines(report.figures), *compared])


def figure_lines(figures: Mapping[str, float | None]) -> list[str]:
    """Return a line for each figure: its name, then four digits of its value."""
    width = max(map(len, figures), default=0)
    return [
        f"{name:<{width}}  {'–' if value is None else format(value, '.4g')}"
        for name, value in figures.items()
    ]


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return the comparison as text: a line for each figure, then the verdict."""
    width = max((len(name) for name in comparison.figures), default=0)
    lines = [
        f"{name:<{width}}  {one.before:.4g} -> {one.now:.4g}  {one.difference:+.4g}  p {one.p:.4g}  "
        f"({one.questions} questions)"
        for name, one in comparison.figures.items()
    ]
    if comparison.forgotten_now or comparison.forgotten_before:
        lines.append(
            f"forgotten questions count as wrong: {comparison.forgotten_now} in this run, "
            f"{comparison.forgotten_before} in the baseline"
        )
    return [*lines, comparison.verdict]


def save_report(report: Report, folder: Path) -> None:
    """Write the report into `folder`.

    `report.html` for people; `report.json` and `rows.jsonl` for scripts and later comparisons;
    `run.trec` and `qrels.trec`, the passage rankings, for the tools of the field; `table.txt`,
    `risk_coverage.png`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(report.model_dump_json(indent=1, exclude={"rows"}) + "\n", "utf-8")
    (folder / ROWS_FILE).write_text("".join(f"{row.model_dump_json()}\n" for row in report.rows), "utf-8")
    (folder / "table.txt").write_text(as_table(report) + "\n", "utf-8")
    (folder / "report.html").write_text(as_page(report), "utf-8")
    write_run(folder / RUN_FILE, {row.id: row.passage_ids for row in report.rows})
    write_qrels(folder / QRELS_FILE, {row.id: row.right_passage_ids for row in report.rows})
    plot_risk_coverage(report.rows, folder / "risk_coverage.png")


def as_lines(found: RunScore | BenchmarkReport) -> list[str]:
    """Return figures, intervals and comparison of a ranking as text."""
    between = [f"{name}  95 % {low:.4g} to {high:.4g}"
               for name, (low, high) in _known(found.intervals).items()]  # fmt: skip
    compared = ["", *comparison_lines(found.comparison)] if found.comparison else []
    return [*figure_lines(found.figures), *between, *compared]


def _known(intervals: Mapping[str, Interval | None]) -> dict[str, Interval]:
    """Return the intervals that could be told."""
    return {name: interval for name, interval in intervals.items() if interval}


def save_figures(found: RunScore | BenchmarkReport, folder: Path) -> None:
    """Write what belongs to no labelled questions: `report.json` and `table.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(f"{found.model_dump_json()}\n", "utf-8")
    (folder / "table.txt").write_text("\n".join(as_lines(found)) + "\n", "utf-8")


def save_benchmark(found: BenchmarkReport, folder: Path) -> None:
    """Write a benchmark's report, and its ranking for other tools and later comparisons."""
    save_figures(found, folder)
    write_run(folder / RUN_FILE, rankings(found.rows))
    write_qrels(folder / QRELS_FILE, right_documents(found.rows))
