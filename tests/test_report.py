"""A report on disk: risk against coverage by hand, and files that hold what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib.image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation import Report, Row
from assistant.report import as_table, risk_coverage, save_report

SCORED = st.tuples(st.integers(0, 4).map(lambda n: n / 4), st.booleans())


def row(confidence: float, *, right: bool, expect: str = "quote") -> Row:
    return Row(
        id="q", expect=expect, status="answered", redirect=None, hit_rank=2 if right else None,
        confidence=confidence, quotes=2 if right else 0, exact=True,
        passage_ids=(), right_passage_ids=(), milliseconds=1.0,
    )  # fmt: skip


def made(*rows: Row) -> Report:
    figures = {"quote_hit@1": 0.5, "never_unquoted_exact": None, "p50_ms": 12.3456}
    return Report(
        index_id="ix-1", calibration_id="cal-1", questions=len(rows), figures=figures, rows=tuple(rows)
    )


def test_risk_and_coverage_by_hand() -> None:
    rows = [row(0.2, right=True), row(0.9, right=True), row(0.8, right=False, expect="no_passage"),
            row(0.5, right=True)]  # fmt: skip

    # Most confident first: right, wrong, right, right.
    assert risk_coverage(rows) == [(1 / 4, 0), (2 / 4, 1 / 2), (3 / 4, 1 / 3), (1, 1 / 4)]


def test_equal_confidences_enter_together() -> None:
    rows = [row(0.9, right=True), row(0.5, right=False), row(0.5, right=True), row(0.5, right=False)]

    # No threshold can tell the last three apart, in whatever order they stand.
    assert risk_coverage(rows) == risk_coverage(rows[::-1]) == [(1 / 4, 0), (1, 2 / 4)]


def test_only_questions_that_should_be_quoted_or_refused_count() -> None:
    others = ("emergency", "see_clinician", "never_unquoted")
    away = [row(1.0, right=False, expect=expect) for expect in others]

    assert risk_coverage(away) == []
    assert risk_coverage([*away, row(0.1, right=True)]) == [(1, 0)]


@given(st.lists(SCORED, min_size=1))
@settings(deadline=None)
def test_the_curve_is_what_every_threshold_gives(scored: list[tuple[float, bool]]) -> None:
    rows = [row(confidence, right=right) for confidence, right in scored]
    by_threshold = []
    for threshold in sorted({confidence for confidence, _ in scored}, reverse=True):
        shown = [right for confidence, right in scored if confidence >= threshold]
        by_threshold.append((len(shown) / len(scored), shown.count(False) / len(shown)))

    assert risk_coverage(rows) == by_threshold


def test_the_table_aligns_figures_and_marks_missing_ones() -> None:
    assert as_table(made(row(0.9, right=True))) == (
        "1 questions, index ix-1, calibration cal-1\n"
        "quote_hit@1           0.5\n"
        "never_unquoted_exact  –\n"
        "p50_ms                12.35"
    )


def test_every_file_holds_what_was_measured(tmp_path: Path) -> None:
    report = made(row(0.9, right=True), row(0.5, right=False))
    folder = tmp_path / "reports" / "first"

    save_report(report, folder)

    assert {path.name for path in folder.iterdir()} == {
        "report.json", "rows.jsonl", "table.txt", "risk_coverage.png",
    }  # fmt: skip
    rows = [Row.model_validate_json(line) for line in (folder / "rows.jsonl").read_text("utf-8").splitlines()]
    facts = json.loads((folder / "report.json").read_text("utf-8"))
    assert "rows" not in facts
    assert Report.model_validate({**facts, "rows": rows}) == report
    assert (folder / "table.txt").read_text("utf-8") == as_table(report) + "\n"


def test_the_second_report_replaces_the_first(tmp_path: Path) -> None:
    save_report(made(row(0.9, right=True), row(0.5, right=False)), tmp_path)
    save_report(made(row(0.1, right=True)), tmp_path)

    assert len((tmp_path / "rows.jsonl").read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize("rows", [(), (row(0.9, right=True), row(0.5, right=False))])
def test_the_plot_is_a_picture(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    save_report(made(*rows), tmp_path)
    path = tmp_path / "risk_coverage.png"

    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    # 6 × 4 inches at 120 dots, with ink on it: height, width, colours.
    picture = matplotlib.image.imread(path)
    assert picture.shape[:2] == (480, 720)
    assert picture[..., :3].min() < 0.5


def test_rows_change_the_picture(tmp_path: Path) -> None:
    pictures = []
    for name, right in (("good", True), ("bad", False)):
        save_report(made(row(0.9, right=True), row(0.5, right=right)), tmp_path / name)
        pictures.append((tmp_path / name / "risk_coverage.png").read_bytes())

    assert pictures[0] != pictures[1]
