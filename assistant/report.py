"""An evaluation a person can look at and a script can read: a folder of a few files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.comparison import ROWS_FILE, Comparison
from assistant.evaluation import Report
from assistant.plots import plot_risk_coverage
from assistant.report_page import as_page
from assistant.runs import write_qrels, write_run


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
    write_run(folder / "run.trec", {row.id: row.passage_ids for row in report.rows})
    write_qrels(folder / "qrels.trec", {row.id: row.right_passage_ids for row in report.rows})
    plot_risk_coverage(report.rows, folder / "risk_coverage.png")


def save_figures(found: str, figures: Mapping[str, float | None], folder: Path) -> None:
    """Write figures that belong to no labelled questions: `report.json` as it is, and `table.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(f"{found}\n", "utf-8")
    (folder / "table.txt").write_text("\n".join(figure_lines(figures)) + "\n", "utf-8")
