"""An explanation as HTML for the staff: a table of every sentence that was read, every word escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.contrast import Contrast
from assistant.explanation import FATES, Candidate, Explanation
from assistant.render import escape

# What each score is, in the order of the table's columns.
_SCORES = {
    "dense": "cosine of question and passage, at most 1",
    "lexical": "BM25 of the passage, 0 when no word is shared",
    "fused": "weighted sum of the passage's scores",
    "staff question": "cosine to the nearest staff question that this passage answers",
    "reader": "log-odds that the sentence answers, against no sentence",
}


def explanation_html(found: Explanation, name: str = "") -> str:
    """Return how a question was decided and the table of its candidates, best first.

    `name` tells the tables of two explanations on one page apart, for who listens to it.
    """
    if found.answer.redirect:
        redirect = found.answer.redirect
        why = f"{escape(redirect.kind)}, rule {escape(redirect.rule)}"
        return f"<p>Redirected before anything was searched: {why}.</p>"
    return "".join((_decision(found), _table(found.candidates, name), _signals(found, name)))


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


def _table(candidates: Sequence[Candidate], name: str) -> str:
    if not candidates:
        return "<p>No passage was found.</p>"
    head = "".join(f'<th scope="col">{title}</th>' for title in ("rank", "sentence, and why", *_SCORES))
    rows = "".join(_row(candidate) for candidate in candidates)
    meanings = "".join(f"<li>{escape(score)}: {escape(told)}</li>" for score, told in _SCORES.items())
    return (
        f'<div class="staff-wide staff-candidates" title="{_named(name, "every sentence that was read")}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"<details><summary>What the scores are</summary><ul>{meanings}</ul></details>"
    )


def _row(candidate: Candidate) -> str:
    scores = (candidate.dense, candidate.lexical, candidate.fused, candidate.staff_question, candidate.reader)
    cells = "".join(f'<td class="staff-number">{score:.3f}</td>' for score in scores)
    why = f"{escape(FATES[candidate.fate])} ({escape(candidate.passage_id)})"
    return (
        f'<tr class="staff-fate staff-{candidate.fate.replace("_", "-")}"><td>{candidate.rank}</td>'
        f'<td><div dir="auto">{escape(candidate.text)}</div><div class="staff-why">{why}</div></td>'
        f"{cells}</tr>"
    )


def _signals(found: Explanation, name: str) -> str:
    lines = "".join(_signal_rows(found))
    head = "".join(f'<th scope="col">{title}</th>' for title in ("signal", "value", "moves the log-odds by"))
    return (
        "<details><summary>What the confidence is made of</summary>"
        f'<div class="staff-wide" title="{_named(name, "signals of the confidence")}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div></details>"
    )


def _signal_rows(found: Explanation) -> Iterator[str]:
    for signal in found.signals:
        name = escape(signal.name.replace("_", " "))
        yield f"<tr><td>{name}</td><td>{signal.value:.3f}</td><td>{signal.moves:+.3f}</td></tr>"


def _named(name: str, what: str) -> str:
    return escape(f"{name}: {what}" if name else what.capitalize())
