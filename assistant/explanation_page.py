"""An explanation as HTML for the staff: a table of every sentence that was read, every word escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.contrast import Contrast
from assistant.explanation import FATES, Candidate, Explanation
from assistant.render import escape

_COLUMNS = ("rank", "sentence", "document", "dense", "lexical", "fused", "staff question", "reader", "why")
# What each score is, for who reads the table with a mouse or a screen reader.
_MEANINGS = {
    "dense": "cosine of question and passage, at most 1",
    "lexical": "BM25 of the passage, 0 when no word is shared",
    "fused": "weighted sum of the passage's scores",
    "staff question": "cosine to the nearest staff question that this passage answers",
    "reader": "log-odds that the sentence answers, against no sentence",
}


def explanation_html(found: Explanation) -> str:
    """Return how a question was decided and the table of its candidates, best first."""
    if found.answer.redirect:
        redirect = found.answer.redirect
        why = f"{escape(redirect.kind)}, rule {escape(redirect.rule)}"
        return f"<p>Redirected before anything was searched: {why}.</p>"
    return "".join((_decision(found), _table(found.candidates), _signals(found)))


def contrast_html(found: Contrast) -> str:
    """Return what differs for a visitor, one line each."""
    if found.same:
        return "<p><strong>A visitor would see the same.</strong></p>"
    lines = "".join(f"<li>{escape(line)}</li>" for line in found.differences)
    return f"<p><strong>A visitor would see something else:</strong></p><ul>{lines}</ul>"


def _decision(found: Explanation) -> str:
    sure = "–" if found.probability is None else f"{found.probability:.3f}"
    verdict = "at or above" if found.answer.status == "answered" else "below"
    if found.answer.abstention and found.answer.abstention.reason != "below_threshold":
        verdict = f"not compared ({found.answer.abstention.reason.replace('_', ' ')}) with"
    return (
        f"<p>Confidence <strong>{sure}</strong>, {escape(verdict)} the threshold "
        f"<strong>{found.threshold:.3f}</strong> (calibrated on {escape(found.calibration)}). "
        f"Searched for: {escape(found.searched)}</p>"
    )


def _table(candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return "<p>No passage was found.</p>"
    head = "".join(
        f'<th scope="col"><abbr title="{escape(_MEANINGS[name])}">{name}</abbr></th>'
        if name in _MEANINGS
        else f'<th scope="col">{name}</th>'
        for name in _COLUMNS
    )
    rows = "".join(_row(candidate) for candidate in candidates)
    # A wide table scrolls in a box of its own, which a keyboard must be able to reach.
    return (
        '<div class="staff-wide" role="region" tabindex="0" aria-label="Every sentence that was read">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(candidate: Candidate) -> str:
    scores = (candidate.dense, candidate.lexical, candidate.fused, candidate.staff_question, candidate.reader)
    cells = "".join(f'<td class="staff-number">{score:.3f}</td>' for score in scores)
    return (
        f'<tr class="staff-{candidate.fate.replace("_", "-")}"><td>{candidate.rank}</td>'
        f'<td dir="auto">{escape(candidate.text)}</td><td>{escape(candidate.passage_id)}</td>{cells}'
        f"<td>{escape(FATES[candidate.fate])}</td></tr>"
    )


def _signals(found: Explanation) -> str:
    lines = "".join(_signal_rows(found))
    head = "".join(f'<th scope="col">{name}</th>' for name in ("signal", "value", "moves the log-odds by"))
    return (
        "<details><summary>What the confidence is made of</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></details>"
    )


def _signal_rows(found: Explanation) -> Iterator[str]:
    for signal in found.signals:
        name = escape(signal.name.replace("_", " "))
        yield f"<tr><td>{name}</td><td>{signal.value:.3f}</td><td>{signal.moves:+.3f}</td></tr>"
