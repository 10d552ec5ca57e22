"""What staff may see of questions as a file: CSV that no spreadsheet takes for a formula, or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import CannotExport
from assistant.question_report import QuestionReport
from content.normalize import fold

COLUMNS = ("kind", "name", "asked", "refused", "unhelpful", "closest")
# A spreadsheet runs a cell that begins with one of these (OWASP, CSV injection).
_FORMULAS = ("=", "+", "-", "@")
Row = dict[str, str | int]


def export(report: QuestionReport, path: Path) -> int:
    """Write a `.csv` or `.jsonl` file and return its rows. Raises CannotExport; nothing is half written."""
    rows = list(rows_of(report))
    if path.suffix not in (".csv", ".jsonl"):
        raise CannotExport(path, "the name ends neither in .csv nor in .jsonl")
    text = as_csv(rows) if path.suffix == ".csv" else as_jsonl(rows)
    try:
        path.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise CannotExport(path, error.strerror or "cannot be written") from error
    return len(rows)


def rows_of(report: QuestionReport) -> Iterator[Row]:
    """Yield one row for each count, group and comment."""
    for kind in ("outcomes", "languages", "sure", "lengths", "quoted", "nearest"):
        for count in getattr(report.counts, kind):
            yield _row(kind, count.name, count.asked)
    yield _row("helpful", "", report.feedback.helpful)
    for reason, number in sorted(report.feedback.reasons.items()):
        yield _row("not_helpful", reason, number)
    for passage in report.unhelpful:
        yield _row("unhelpful", passage.name, 0, unhelpful=passage.asked)
    for group in report.clusters:
        yield {**_row("cluster", group.question, group.asked, unhelpful=group.unhelpful),
               "refused": group.refused, "closest": group.closest}  # fmt: skip
    for comment in report.comments:
        yield _row("comment", comment.words, 1, unhelpful=int(not comment.helpful))


def as_csv(rows: list[Row]) -> str:
    """Return rows as CSV (RFC 4180): every cell quoted, one that could be a formula behind an apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({name: harmless(str(value)) for name, value in row.items()} for row in rows)
    return out.getvalue()


def as_jsonl(rows: list[Row]) -> str:
    """Return one JSON object a line."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def harmless(cell: str) -> str:
    """Return a cell that every spreadsheet shows as it is written: "=1+1" becomes "'=1+1"."""
    return f"'{cell}" if fold(cell).startswith(_FORMULAS) or cell[:1].isspace() else cell


def _row(kind: str, name: str, asked: int, *, unhelpful: int = 0) -> Row:
    return {"kind": kind, "name": name, "asked": asked, "refused": 0, "unhelpful": unhelpful, "closest": ""}
