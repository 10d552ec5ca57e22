"""How the Questions tab looks: counts, groups of questions, comments, and what is not kept."""

from __future__ import annotations

from assistant.question_report import QuestionReport
from assistant.render import escape
from assistant.staff.shown import alert, listed, table
from assistant.staff.texts import say

_LISTS = ("outcomes", "nearest", "quoted", "languages", "sure", "lengths")
_MOST = 10


def report_html(report: QuestionReport) -> str:
    """Return the whole report; every word of it is escaped."""
    return "".join((_kept(report), _groups(report), _unhelpful(report), _comments(report), _counts(report)))


def _kept(report: QuestionReport) -> str:
    if report.keeps == "no":
        return _paragraph(say("questions_not_kept"))
    about = say("questions_kept", size=report.cluster_size, days=report.keep_days, hidden=report.hidden)
    return _paragraph(about) + alert(report.unavailable or "")


def _groups(report: QuestionReport) -> str:
    rows = [
        (group.question, str(group.asked), str(group.refused), str(group.unhelpful), group.closest)
        for group in report.clusters
    ]
    names = ("question", "asked", "refused", "unhelpful", "closest")
    return table(say("questions_groups"), [say(f"questions_{name}") for name in names], rows) if rows else ""


def _unhelpful(report: QuestionReport) -> str:
    feedback = report.feedback
    about = say("questions_feedback", helpful=feedback.helpful, not_helpful=feedback.not_helpful)
    rows = [(passage.name, str(passage.asked)) for passage in report.unhelpful[:_MOST]]
    head = [say("questions_passage"), say("questions_unhelpful")]
    return _paragraph(about) + (table(say("questions_passages"), head, rows) if rows else "")


def _comments(report: QuestionReport) -> str:
    return listed((f"{c.day}: {c.words}" for c in report.comments), kind="staff-comments")


def _counts(report: QuestionReport) -> str:
    counts = report.counts
    if not counts.asked:
        return _paragraph(say("questions_none"))
    rows = [
        (say(f"questions_{name}"), count.name, str(count.asked))
        for name in _LISTS
        for count in getattr(counts, name)[:_MOST]
    ]
    head = [say("questions_what"), say("questions_which"), say("questions_asked")]
    about = _paragraph(say("questions_since", asked=counts.asked, since=counts.since))
    return about + table(say("questions_counts"), head, rows)


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
