"""An evaluation a person can look at: a table, rows, and a risk-coverage plot (home of matplotlib)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.evaluation import Report, Row


def as_table(report: Report) -> str:
    """Return the figures as aligned text, one a line; "–" where no question asks for it."""
    width = max(len(name) for name in report.figures)
    lines = [f"{report.questions} questions, index {report.index_id}, calibration {report.calibration_id}"]
    for name, value in report.figures.items():
        lines.append(f"{name:<{width}}  {'–' if value is None else format(value, '.4g')}")
    return "\n".join(lines)


def save_report(report: Report, folder: Path) -> None:
    """Write `report.json`, `rows.jsonl`, `table.txt` and `risk_coverage.png` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(report.model_dump_json(indent=1, exclude={"rows"}) + "\n", "utf-8")
    (folder / "rows.jsonl").write_text("".join(f"{r.model_dump_json()}\n" for r in report.rows), "utf-8")
    (folder / "table.txt").write_text(as_table(report) + "\n", "utf-8")
    plot_risk_coverage(report.rows, folder / "risk_coverage.png")


def risk_coverage(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Return (coverage, risk) for every cut through the questions, most confident first.

    Coverage: share of quote and no_passage questions answered. Risk: share of those whose quotes
    hold no accepted words (El-Yaniv and Wiener, JMLR 2010). Equal confidences enter together.
    """
    scored = sorted((r for r in rows if r.expect in ("quote", "no_passage")), key=lambda r: -r.confidence)
    points: list[tuple[float, float]] = []
    wrong = 0
    for count, row in enumerate(scored, 1):
        wrong += row.hit_rank is None
        following = scored[count].confidence if count < len(scored) else None
        if following != row.confidence:
            points.append((count / len(scored), wrong / count))
    return points


def plot_risk_coverage(rows: Sequence[Row], path: Path) -> None:
    """Draw risk against coverage; without questions to score the plot stays empty."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    points = risk_coverage(rows)
    axes.step([c for c, _ in points], [r for _, r in points], where="post")
    axes.set(xlabel="share of questions answered", ylabel="share of those wrong", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("Risk and coverage, most confident first")
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)
