"""The newest whole report is found, whatever else lies beside it."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.answer import Assistant
from assistant.evaluation import Report, evaluate
from assistant.last_report import newest_report
from assistant.report import save_report
from assistant.settings import Settings
from content.library import load_library


def saved(settings: Settings, folder: Path, *, at: int, count: int) -> Report:
    report = evaluate(Assistant.open(settings), load_library(settings.content).questions[:count])
    save_report(report, folder)
    os.utime(folder / "report.json", (at, at))
    return report


def test_the_newest_report_comes_back_whole(small_settings: Settings, tmp_path: Path) -> None:
    new = saved(small_settings, tmp_path / "reports" / "new", at=2_000_000_000, count=3)
    saved(small_settings, tmp_path / "reports" / "old", at=1_000_000_000, count=2)

    found = newest_report(tmp_path / "reports")

    assert found is not None
    assert (found.folder, found.saved_at.year, found.report) == ("new", 2033, new)


def test_half_a_report_is_passed_over(small_settings: Settings, tmp_path: Path) -> None:
    saved(small_settings, tmp_path / "old", at=1_000_000_000, count=2)
    for name, text in {"cut": '{"index_id": "x"', "other": '{"queries": 3}', "list": "[1]"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_text(text)
        (tmp_path / name / "rows.jsonl").write_text("")
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "report.json").write_text("{}")

    found = newest_report(tmp_path)

    assert found is not None
    assert found.folder == "old"


def test_without_a_report_there_is_none(tmp_path: Path) -> None:
    assert newest_report(tmp_path / "nowhere") is None
    assert newest_report(tmp_path) is None
