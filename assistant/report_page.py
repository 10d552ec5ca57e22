"""An evaluation as one web page: no script, nothing from outside, every word escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from assistant.comparison import Comparison
from assistant.evaluation import Report
from assistant.figures import Group
from assistant.plots import svg_plots
from assistant.rows import Row

# What each figure says; ↑ higher is better, ↓ lower is better.
MEANINGS = {
    "quote_hit@1": "↑ the first quote shown holds accepted words; a refusal is a miss",
    "quote_hit@3": "↑ one of the first three does",
    "unrefused_hit@1": "↑ the first quote that would be shown, were no question refused, is right",
    "unrefused_hit@3": "↑ one of the first three is",
    "span_in_top@1": "↑ the first passage found holds accepted words",
    "span_in_top@3": "↑ one of the first three does",
    "passage_recall@1": "↑ share of the right passages found first",
    "passage_recall@3": "↑ … among the first three",
    "passage_recall@5": "↑ … among the first five",
    "passage_recall@10": "↑ … among the first ten",
    "passage_rr@10": "↑ one divided by the rank of the first right passage",
    "passage_ndcg@10": "↑ normalised discounted cumulative gain of the first ten passages",
    "abstention_auroc": "↑ chance that a covered question is more confident than an uncovered one",
    "aurc": "↓ area under the risk-coverage curve",
    "augrc": "↓ average risk of wrong answers nobody notices, over all coverages",
    "coverage@risk.05": "↑ most questions any threshold answers with 5 % of them wrong",
    "coverage@risk.01": "↑ … with 1 % of them wrong",
    "calibration_error": "↓ gap between confidence and share right, ten equally large bins",
    "brier": "↓ mean squared gap between confidence and being right",
    "answered_share": "↑ covered questions that got a quote",
    "uncovered_answered_share": "↓ uncovered questions that got a quote all the same",
    "wrong_answer_share": "↓ answered questions whose quotes hold no accepted words",
    "redirect_emergency": "↑ emergencies that got the emergency text",
    "redirect_personal_advice": "↑ questions for a clinician sent to one",
    "redirect_false_alarm": "↓ ordinary questions redirected by mistake",
    "never_unquoted_exact": "↑ exact quotes where a claim of our own was asked for",
    "quotes_exact": "↑ questions whose every quote is a slice of its document",
    "p50_ms": "↓ milliseconds to an answer, half are faster",
    "p99_ms": "↓ milliseconds, 99 of 100 are faster",
}
_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 75rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: .2rem; }
.wide { overflow-x: auto; margin: .5rem 0 1.5rem; }
table { border-collapse: collapse; width: 100%; min-width: 44rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d9dee3; }
th { background: #f3f5f7; }
td[dir] { min-width: 11rem; max-width: 28rem; overflow-wrap: break-word; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; border: 1px solid #d9dee3; padding: .5rem; }
figure svg { width: 100%; height: auto; }
figcaption, .earlier { color: #57606a; font-size: .9em; }
.verdict { font-weight: 600; }
"""
# Even a mistake in escaping could run no script and load nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_page(report: Report) -> str:
    """Return the report as one HTML page; the same report gives the same bytes."""
    made_of = f"{report.questions} questions · index {report.index_id} · calibration {report.calibration_id}"
    parts = [
        f"<h1>Evaluation</h1><p>{escape(made_of)}</p>",
        figures_table(report),
        _comparison(report.comparison) if report.comparison else "",
        _plots(report),
        *(_groups(name, found) for name, found in report.groups.items()),
        misses_table(report.rows),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def figures_table(report: Report) -> str:
    """Return every figure with its interval and what it means, as HTML."""
    rows = []
    for name, value in report.figures.items():
        found = report.intervals.get(name)
        between = f"{found[0]:.3f} – {found[1]:.3f}" if found else ""
        rows.append([name, _number(value), between, MEANINGS.get(name, "")])
    return "<h2>Figures</h2>" + _table(("figure", "value", "95 % interval", "meaning"), rows)


def _comparison(comparison: Comparison) -> str:
    rows = [
        [name, _number(one.before), _number(one.now), f"{one.difference:+.3f}", f"{one.p:.4f}", one.questions]
        for name, one in comparison.figures.items()
    ]
    forgotten = (
        f"Questions that a run forgot count as wrong: {comparison.forgotten_now} in this run, "
        f"{comparison.forgotten_before} in the baseline. p: paired randomisation test, two-sided."
    )
    return (
        f'<h2>Against the baseline</h2><p class="verdict">{escape(comparison.verdict)}</p>'
        + _table(("figure", "baseline", "this run", "difference", "p", "questions"), rows)
        + f"<p>{escape(forgotten)}</p>"
    )


def _plots(report: Report) -> str:
    drawn = svg_plots(report.rows, report.groups).items()
    figures = [f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>" for caption, svg in drawn]
    return f'<h2>Plots</h2><div class="plots">{"".join(figures)}</div>'


def _groups(name: str, groups: Mapping[str, Group]) -> str:
    shown = {label: group for label, group in groups.items() if group.questions}
    if not shown:
        return ""
    names = list(next(iter(shown.values())).figures)
    rows = [
        [label, one.questions, one.covered, *(_number(one.figures[figure]) for figure in names)]
        for label, one in shown.items()
    ]
    return f"<h2>By {escape(name)}</h2>" + _table((name, "questions", "covered", *names), rows)


def misses_table(rows: Sequence[Row]) -> str:
    """Return every miss with the sentence wanted beside the sentence quoted, as HTML."""
    missed = [row for row in rows if row.miss]
    body = "".join(
        f'<tr><td>{escape(row.id)}</td><td dir="auto">{_asked(row)}</td>'
        f'<td dir="auto">{escape(row.wanted)}</td><td dir="auto">{escape(row.quoted)}</td>'
        f"<td>{escape(row.status)}</td><td>{escape(row.miss)}</td><td>{row.confidence:.3f}</td></tr>"
        for row in missed
    )
    names = ("id", "question", "sentence wanted", "sentence quoted", "status", "miss", "confidence")
    shown = _rows_under(names, body) if missed else ""
    return f"<h2>Misses</h2><p>{len(missed)} of {len(rows)} questions.</p>{shown}"


def _asked(row: Row) -> str:
    earlier = "".join(f'<div class="earlier">after: {escape(words)}</div>' for words in row.history)
    return f"{escape(row.question)}{earlier}"


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>" for cells in rows
    )
    return _rows_under(names, body)


def _rows_under(names: Sequence[str], body: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _number(value: float | None) -> str:
    return "–" if value is None else format(value, ".4g")
