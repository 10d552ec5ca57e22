"""What `faq add` did with a file, for a person at a terminal and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.vanished import LostQuestion
from content.changes import Changes
from content.extract import LeftOut
from content.importing import Added, Outcome
from content.schema import Fact

_SHORT = 100
_LEFT_OUT_SHOWN = 5


class ImportReport(Fact):
    """One document of a source file: what was taken, what not, and what a person has to do."""

    file: str
    id: str
    path: str
    outcome: Outcome
    blocks: int
    words: int
    changes: Changes | None
    missing: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    lost_caveats: tuple[str, ...]
    lost_questions: tuple[LostQuestion, ...]


class RefusedFile(Fact):
    """A source file of which nothing was taken."""

    file: str
    refused: str


def import_report(file: str, added: Added, lost: Sequence[LostQuestion] = ()) -> ImportReport:
    """Return the report on one document; `lost` are the questions that lose a sentence."""
    document = added.document
    return ImportReport(
        file=file, id=document.id, path=added.path, outcome=added.outcome, blocks=len(document.blocks),
        words=len(document.text.split()), changes=added.changes, missing=added.missing,
        left_out=added.left_out, lost_caveats=added.lost_caveats, lost_questions=tuple(lost),
    )  # fmt: skip


def report_text(report: ImportReport) -> str:
    """Return the report for a terminal."""
    lines = [
        f"{report.outcome}: {report.id}  ({report.path}) from {report.file}",
        f"  taken: {report.blocks} blocks, {report.words} words; left out: {_reasons(report.left_out)}",
        *(f"    left out, {left.why}: {_short(left.text)}" for left in report.left_out[:_LEFT_OUT_SHOWN]),
    ]
    if len(report.left_out) > _LEFT_OUT_SHOWN:
        lines.append(f"    … and {len(report.left_out) - _LEFT_OUT_SHOWN} more: faq add --show FILE")
    if report.changes:
        changes = report.changes
        lines.append(
            f"  sentences: {len(changes.removed)} gone, {len(changes.added)} new, {changes.kept} as before"
        )
        lines += [f"    - {words}" for words in changes.removed]
        lines += [f"    + {words}" for words in changes.added]
    lines += [f"  a caveat is gone: {lost}" for lost in report.lost_caveats]
    lines += [f"  a question loses its sentence: {_question(lost)}" for lost in report.lost_questions]
    if report.missing:
        lines.append("  enter above the words in that file:")
        lines += [f"    {missing}" for missing in report.missing]
    return "\n".join(lines)


def taken_text(added: Added) -> str:
    """Return every block that was taken and every part that was not, for a terminal."""
    lines = [f"  {'#' * piece.level or piece.kind}  {piece.text}" for piece in added.pieces]
    lines += [f"  left out, {left.why}  {left.text}" for left in added.left_out]
    return "\n".join(lines)


def _reasons(left_out: Sequence[LeftOut]) -> str:
    counts = Counter(left.why for left in left_out)
    return ", ".join(f"{count} {why}" for why, count in counts.items()) or "nothing"


def _question(lost: LostQuestion) -> str:
    named = f"{lost.by} {lost.id}".strip()
    return f"“{lost.question}” ({named}) “{lost.sentence}”"


def _short(words: str) -> str:
    bare = " ".join(words.split())
    return bare if len(bare) <= _SHORT else f"{bare[:_SHORT]}…"
