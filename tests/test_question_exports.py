"""Exports of what was asked: a spreadsheet shows every cell as it is written and runs none."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.clusters import Cluster
from assistant.errors import CannotExport
from assistant.feedback import FeedbackCounts
from assistant.question_exports import COLUMNS, as_csv, export, harmless, rows_of
from assistant.question_report import QuestionReport
from assistant.questions import Count, QuestionCounts

REPORT = QuestionReport(
    keeps="clusters", cluster_size=5, keep_days=30,
    counts=QuestionCounts(asked=9, outcomes=(Count(name="answered", asked=9),)),
    feedback=FeedbackCounts(helpful=2, not_helpful=1, reasons={"other": 1}),
    unhelpful=(Count(name="trial-lupus#p1", asked=1),),
    clusters=(Cluster(question="=cost of lupus, \"now\"", asked=9, refused=4, unhelpful=1, closest="trial"),),
)  # fmt: skip


def test_both_formats_hold_the_same_rows(tmp_path: Path) -> None:
    assert export(REPORT, tmp_path / "asked.csv") == export(REPORT, tmp_path / "asked.jsonl") == 5
    lines = [json.loads(line) for line in (tmp_path / "asked.jsonl").read_text("utf-8").splitlines()]
    table = list(csv.DictReader(io.StringIO((tmp_path / "asked.csv").read_text("utf-8"))))

    assert lines == list(rows_of(REPORT))
    assert lines[-1] == {
        "kind": "cluster", "name": '=cost of lupus, "now"', "asked": 9, "refused": 4, "unhelpful": 1,
        "closest": "trial",
    }  # fmt: skip
    assert [{k: harmless(str(v)) for k, v in line.items()} for line in lines] == table
    assert table[-1]["name"] == '\'=cost of lupus, "now"'


@given(st.text(min_size=1))
def test_no_cell_begins_a_formula(text: str) -> None:
    row: dict[str, str | int] = dict.fromkeys(COLUMNS, text)
    rows = list(csv.reader(io.StringIO(as_csv([row]), newline="")))

    assert all(cell[0] not in "=+-@\t\r\n＝＋－＠" for cell in rows[1])
    assert {cell.removeprefix("'") if cell != text else cell for cell in rows[1]} == {text}


@pytest.mark.parametrize("name", ["asked.xlsx", "asked", "no-folder/asked.csv"])
def test_a_file_that_cannot_be_written_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotExport, match="Name another: faq questions --export"):
        export(REPORT, tmp_path / name)
