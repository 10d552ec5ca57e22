"""What is in use: the index, its documents and its calibration."""

from __future__ import annotations

from assistant.certificate import Stratum
from assistant.confidence import load_calibration
from assistant.opened_index import certified_hashes, open_data, searcher_of
from assistant.settings import Settings
from assistant.withholding import Why, Withholding, utc_today
from content.errors import FaqError
from content.library import load_library
from content.schema import Fact
from index.manifest import StoredSource


class StatusReport(Fact):
    """The facts `faq status` shows. `degraded`: an older generation answers, see `faq build`.

    `withheld`: the documents that nobody is answered from today, and why.
    """

    index_id: str
    generation: str
    built_at: str
    degraded: bool
    content_changed: bool | None
    embedder: str
    counts: dict[str, int]
    documents: tuple[StoredSource, ...]
    withheld: dict[str, Why]
    calibration_id: str
    calibration_source: str
    calibration_questions: int
    threshold: float
    promise: str
    certified_on: str | None
    by_kind: dict[str, Stratum]
    figures: dict[str, float]


def describe_status(settings: Settings) -> StatusReport:
    """Open and verify the index in use and describe it; raises IndexNotFound, IndexDamaged, …"""
    data, manifest, degraded = open_data(settings)
    searcher = searcher_of(data, manifest, settings)
    calibration = load_calibration(data.calibration, data.index_id, certified_hashes(searcher, settings))
    certificate = calibration.certificate
    withholding = Withholding(data.front)
    try:
        changed: bool | None = load_library(settings.content).fingerprint != manifest.content_fingerprint
    except FaqError:
        # The content folder cannot be read just now; `faq check` says why.
        changed = None
    return StatusReport(
        index_id=data.index_id,
        generation=manifest.generation,
        built_at=manifest.created_at.isoformat(timespec="seconds"),
        degraded=degraded,
        content_changed=changed,
        embedder=manifest.embedder.short,
        counts=manifest.counts,
        documents=manifest.sources,
        withheld=dict(withholding.on(utc_today())),
        calibration_id=calibration.calibration_id,
        calibration_source=calibration.source,
        calibration_questions=calibration.questions,
        threshold=calibration.threshold,
        promise=certificate.says if certificate else "Nothing is promised: no certificate applies.",
        certified_on=manifest.created_at.date().isoformat() if certificate else None,
        by_kind=certificate.by_kind if certificate else {},
        figures=calibration.figures,
    )


def status_text(report: StatusReport) -> str:
    """Return the report for a terminal."""
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    changed = {True: "changed since, run: faq build", False: "unchanged", None: "unreadable, run: faq check"}
    lines = [
        f"index        {report.index_id} ({report.generation}, {report.built_at})",
        f"content      {counts}; {changed[report.content_changed]}",
        f"embedder     {report.embedder}",
        f"calibration  {report.calibration_id}, {report.calibration_questions} questions "
        f"({report.calibration_source}), threshold {report.threshold}",
        f"certificate  {report.certified_on or 'none'}. {report.promise}",
        *(_kind_line(kind, stratum) for kind, stratum in report.by_kind.items()),
        *(f"             {name} {value}" for name, value in report.figures.items()),
        *(_document_line(source, report.withheld.get(source.id)) for source in report.documents),
    ]
    if report.degraded:
        lines.insert(
            1, "DEGRADED     the newest index is damaged, an older one answers; run: faq build --force"
        )
    return "\n".join(lines)


def _document_line(source: StoredSource, why: Why | None) -> str:
    withheld = f"; WITHHELD: {why}" if why else ""
    return f"document     {source.id}  review by {source.review_by or '–'}{withheld}"


def _kind_line(kind: str, stratum: Stratum) -> str:
    missing = f"; {stratum.needs}" if stratum.needs else ""
    wrong = f"{stratum.wrong} of {stratum.answered} answered wrong, at most {stratum.upper:.0%}"
    return f"             {kind or 'other'}: {stratum.questions} questions, {wrong}{missing}"
