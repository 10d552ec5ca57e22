"""How good the answers are, for the staff: last evaluation, promise, and drift since then; words escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.confidence import Calibration
from assistant.drift import DriftReport
from assistant.last_report import SavedReport
from assistant.plots import svg_drift, svg_plots
from assistant.report_page import figures_table, misses_table


def evaluation_html(saved: SavedReport | None, index_id: str) -> str:
    """Return figures, pictures and misses of a saved report; it says when it was of another index."""
    if saved is None:
        return "<p>Nothing was evaluated yet.</p>"
    report = saved.report
    fits = report.index_id == index_id
    warning = (
        "" if fits else f"<p><strong>Of another index ({escape(report.index_id)}): run it again.</strong></p>"
    )
    about = (
        f"{report.questions} questions, {saved.saved_at:%Y-%m-%d %H:%M} UTC, saved as {escape(saved.folder)}"
    )
    pictures = "".join(
        f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"
        for caption, svg in svg_plots(report.rows, report.groups).items()
    )
    return (
        f"{warning}<p>{about}</p>{_box('Figures', figures_table(report))}"
        f'<div class="staff-plots">{pictures}</div>'
        f"<details><summary>Misses</summary>{_box('Misses', misses_table(report.rows))}</details>"
    )


def promise_html(calibration: Calibration) -> str:
    """Return what the threshold promises, or that nothing is promised and why."""
    certificate = calibration.certificate
    promise = certificate.says if certificate else "Nothing is promised: no certificate applies."
    figures = "".join(
        f"<tr><td>{escape(name)}</td><td>{value:.4g}</td></tr>" for name, value in calibration.figures.items()
    )
    head = '<tr><th scope="col">figure when it was fitted</th><th scope="col">value</th></tr>'
    return (
        f"<p>{escape(promise)}</p><p>Threshold {calibration.threshold:.3f}, fitted on "
        f"{calibration.questions} questions: {escape(calibration.source)}.</p>"
        f"<table><thead>{head}</thead><tbody>{figures}</tbody></table>"
    )


def drift_html(drift: DriftReport, reference: Sequence[float], live: Sequence[float]) -> str:
    """Return whether visitors' questions still score like the labelled ones, with a picture."""
    caption = "Confidence of the questions asked since the start, beside the labelled ones"
    picture = f"<figure>{svg_drift(reference, live)}<figcaption>{caption}</figcaption></figure>"
    return f"<p>{escape(drift.says)}</p>{picture}"


def _box(name: str, html: str) -> str:
    """Return a wide part in a box that scrolls by itself and that a keyboard can reach."""
    return f'<div class="staff-wide" role="region" tabindex="0" aria-label="{escape(name)}">{html}</div>'
