"""How good the answers are, for the staff: last evaluation, promise, and drift since then; words escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from assistant.confidence import Calibration
from assistant.drift import DriftReport
from assistant.last_report import SavedReport
from assistant.plots import svg_drift, svg_plots
from assistant.report_page import figures_table, misses_table

_NOT_YET = (
    "Nothing was evaluated yet. Press “Evaluate the index in use” in the Publish tab, "
    "then turn to this tab again."
)


def evaluation_html(saved: SavedReport | None, index_id: str) -> str:
    """Return figures, pictures and misses of a saved report; it says when it was of another index."""
    if saved is None:
        return f"<p>{_NOT_YET}</p>"
    report = saved.report
    fits = report.index_id == index_id
    warning = (
        "" if fits else f"<p><strong>Of another index ({escape(report.index_id)}): run it again.</strong></p>"
    )
    about = (
        f"{report.questions} questions, {saved.saved_at:%Y-%m-%d %H:%M} UTC, saved as {escape(saved.folder)}"
    )
    pictures = "".join(
        _picture(svg, caption) for caption, svg in svg_plots(report.rows, report.groups).items()
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
    fitted = f"<table><thead>{head}</thead><tbody>{figures}</tbody></table>"
    return (
        f"<p>{escape(promise)}</p><p>Threshold {calibration.threshold:.3f}, fitted on "
        f"{calibration.questions} questions: {escape(calibration.source)}.</p>"
        f"{_box('Figures when it was fitted', fitted) if figures else ''}"
    )


def drift_html(drift: DriftReport, labelled: Sequence[float], asked: Sequence[float]) -> str:
    """Return whether visitors' questions still score like the labelled ones, with a picture."""
    caption = "Confidence of the questions asked since the start, beside the labelled ones"
    plot = _picture(svg_drift(labelled, asked), caption) if len(labelled) or len(asked) else ""
    return f'<p>{escape(drift.says)}</p><div class="staff-plots">{plot}</div>'


def _box(name: str, html: str) -> str:
    """Return a wide part in a box that scrolls by itself; the page's script lets a keyboard reach it."""
    return f'<div class="staff-wide" title="{escape(name)}">{html}</div>'


def _picture(svg: str, caption: str) -> str:
    """Return a picture as a file in the page's own text: drawn in place, the page takes it apart."""
    packed = b64encode(svg.encode("utf-8")).decode("ascii")
    told = escape(caption)
    source = f"data:image/svg+xml;base64,{packed}"
    return f'<figure><img src="{source}" alt="{told}"><figcaption>{told}</figcaption></figure>'
