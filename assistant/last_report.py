"""The newest evaluation that was saved, and whether it was of the index in use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from assistant.comparison import ROWS_FILE
from assistant.evaluation import Report
from assistant.rows import Row
from content.schema import Fact


class SavedReport(Fact):
    """A report with its folder and the time it was saved, UTC."""

    report: Report
    folder: str
    saved_at: datetime


def newest_report(reports: Path) -> SavedReport | None:
    """Return the newest report of labelled questions in a folder of report folders.

    Folders that hold something else, or half of a report, are passed over: another one may be whole.
    """
    if not reports.is_dir():
        return None
    found = [folder for folder in reports.iterdir() if (folder / "report.json").is_file()]
    for folder in sorted(found, key=_saved_at, reverse=True):
        report = _read(folder)
        if report is not None:
            return SavedReport(report=report, folder=folder.name, saved_at=_saved_at(folder))
    return None


def _saved_at(folder: Path) -> datetime:
    return datetime.fromtimestamp((folder / "report.json").stat().st_mtime, UTC)


def _read(folder: Path) -> Report | None:
    try:
        lines = (folder / ROWS_FILE).read_text("utf-8").split("\n")
        rows = [Row.model_validate_json(line) for line in lines if line]
        report = json.loads((folder / "report.json").read_text("utf-8"))
        return Report.model_validate({**report, "rows": rows})
    except (OSError, ValueError, TypeError):
        # Neither JSON nor a report: both are ValueErrors.
        return None
