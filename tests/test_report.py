"""A report on disk: files that hold what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from judged import ROWS, row

from assistant.comparison import compare, read_outcomes
from assistant.evaluation import Report
from assistant.figures import figures, groups, intervals
from assistant.report import as_table, save_figures, save_report
from assistant.report_page import as_page
from assistant.rows import Row
from assistant.run_comparison import RunScore, score_run


def made(*rows: Row) -> Report:
    return Report(
        index_id="ix-1", calibration_id="cal-1", questions=len(rows), figures=figures(rows),
        intervals=intervals(rows), groups=groups(rows), rows=tuple(rows),
    )  # fmt: skip


def test_the_table_aligns_figures_and_marks_missing_ones() -> None:
    chosen = {"quote_hit@1": 0.5, "never_unquoted_exact": None, "p50_ms": 12.3456}
    report = made(row(confidence=0.9)).model_copy(update={"figures": chosen})

    assert as_table(report) == (
        "1 questions, index ix-1, calibration cal-1\n"
        "quote_hit@1           0.5\n"
        "never_unquoted_exact  –\n"
        "p50_ms                12.35"
    )


def test_the_table_ends_with_the_verdict_of_a_comparison() -> None:
    rows = [row("a", status="answered", hit_rank=1), row("b")]
    report = made(*rows).model_copy(
        update={"figures": {}, "comparison": compare(rows, [row("a", status="answered"), row("c")])}
    )

    assert as_table(report) == (
        "2 questions, index ix-1, calibration cal-1\n"
        "\n"
        "right@1         0 -> 0.3333  +0.3333  p 1  (3 questions)\n"
        "right@3         0 -> 0.3333  +0.3333  p 1  (3 questions)\n"
        "right_decision  0.3333 -> 0.3333  +0  p 1  (3 questions)\n"
        "forgotten questions count as wrong: 1 in this run, 1 in the baseline\n"
        "No credible loss against the baseline: right@1 +0.333 (p = 1.000), right@3 +0.333 (p = 1.000), "
        "right_decision +0.000 (p = 1.000)."
    )


@pytest.mark.parametrize("compared", [False, True])
def test_every_file_holds_what_was_measured(tmp_path: Path, compared: bool) -> None:
    report = made(*ROWS)
    if compared:
        report = report.model_copy(update={"comparison": compare(ROWS, ROWS[1:])})
    folder = tmp_path / "reports" / "first"

    save_report(report, folder)

    assert {path.name for path in folder.iterdir()} == {
        "report.json", "rows.jsonl", "table.txt", "report.html", "risk_coverage.png", "run.trec",
        "qrels.trec",
    }  # fmt: skip
    rows = [Row.model_validate_json(line) for line in (folder / "rows.jsonl").read_text("utf-8").splitlines()]
    facts = json.loads((folder / "report.json").read_text("utf-8"))
    assert "rows" not in facts
    assert Report.model_validate({**facts, "rows": rows}) == report
    assert (folder / "table.txt").read_text("utf-8") == as_table(report) + "\n"
    assert (folder / "report.html").read_text("utf-8") == as_page(report)


def test_the_tools_of_the_field_find_the_figures_of_the_report(tmp_path: Path) -> None:
    save_report(made(*ROWS), tmp_path)

    found = score_run(tmp_path / "run.trec", tmp_path / "qrels.trec")

    # c5 has no ranking and counts 0; the questions nothing covers are ranked and not judged.
    assert (found.queries, found.missing) == (5, 1)
    ours = figures(ROWS)
    assert found.figures["ndcg@10"] == ours["passage_ndcg@10"]
    assert found.figures["rr"] == ours["passage_rr@10"]
    for k in (1, 3, 5, 10):
        assert found.figures[f"recall@{k}"] == ours[f"passage_recall@{k}"]


def test_a_report_is_a_baseline_without_difference_from_itself(tmp_path: Path) -> None:
    save_report(made(*ROWS), tmp_path)

    found = compare(ROWS, read_outcomes(tmp_path))

    assert {(one.difference, one.p) for one in found.figures.values()} == {(0, 1)}
    assert not found.credible_loss


def test_the_second_report_replaces_the_first(tmp_path: Path) -> None:
    save_report(made(*ROWS), tmp_path)
    save_report(made(row(confidence=0.1, found=("p1",))), tmp_path)

    for name in ("rows.jsonl", "run.trec", "qrels.trec"):
        assert len((tmp_path / name).read_text("utf-8").splitlines()) == 1
    assert "1 of 1 questions." in (tmp_path / "report.html").read_text("utf-8")


def test_a_report_of_nothing_is_whole(tmp_path: Path) -> None:
    save_report(made(), tmp_path)

    for name in ("rows.jsonl", "run.trec", "qrels.trec"):
        assert (tmp_path / name).read_text("utf-8") == ""


def test_rows_change_the_picture(tmp_path: Path) -> None:
    pictures = []
    for name, rank in (("good", 1), ("bad", None)):
        save_report(made(row("a", hit_rank=1, confidence=0.9), row("b", unrefused=rank, confidence=0.5)),
                    tmp_path / name)  # fmt: skip
        pictures.append((tmp_path / name / "risk_coverage.png").read_bytes())

    assert pictures[0] != pictures[1]


def test_the_figures_of_a_ranking_are_saved_with_their_intervals(tmp_path: Path) -> None:
    figures = {"rr": 0.5, "ndcg@10": None}
    found = RunScore(run="r", qrels="q", queries=2, missing=0, figures=figures,
                     intervals={"rr": (0.25, 0.75), "ndcg@10": None})  # fmt: skip
    save_figures(found, tmp_path / "new")

    assert RunScore.model_validate_json((tmp_path / "new" / "report.json").read_text("utf-8")) == found
    table = (tmp_path / "new" / "table.txt").read_text("utf-8")
    assert table == "rr       0.5\nndcg@10  –\nrr  95 % 0.25 to 0.75\n"
