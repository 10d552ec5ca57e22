"""What the Questions tab does: one function for each button, each with what it shows afterwards."""

from __future__ import annotations

from assistant.answer import Assistant
from assistant.explanation import explain
from assistant.question_report import question_report
from assistant.staff.desk import Desk
from assistant.staff.folder import changing
from assistant.staff.questions_page import report_html
from assistant.staff.shown import alert, done
from assistant.staff.texts import say
from content.errors import FaqError
from content.library import QUESTIONS_FILE
from content.question_file import add_question

# More sentences are not read by anybody who chooses one.
_CANDIDATES = 20
NO_PASSAGE = ""
Choices = list[tuple[str, str]]


def overview(desk: Desk) -> tuple[str, Choices]:
    """Return everything that may be seen, and the groups to choose from: as it reads, its question."""
    live = desk.live
    try:
        report = question_report(desk.settings, live.now if live else lambda: Assistant.open(desk.settings))
    except FaqError as error:
        return alert(str(error)), []
    choices = [
        (
            say("questions_choice", question=group.question, asked=group.asked, refused=group.refused),
            group.question,
        )
        for group in report.clusters
    ]
    return report_html(report), choices


def candidates(desk: Desk, question: str) -> tuple[str, Choices]:
    """Return what went wrong, and the sentences that could answer: the likeliest first, after "none"."""
    none = (say("questions_no_passage"), NO_PASSAGE)
    if desk.live is None:
        return alert(say("no_index")), [none]
    try:
        # Staff ask here: nothing of it is counted or kept.
        found = explain(desk.live.now(), question).candidates[:_CANDIDATES]
    except FaqError as error:
        return alert(str(error)), [none]
    sentences = {sentence.text: f"{sentence.text} ({sentence.document_id})" for sentence in found}
    return "", [none, *((told, text) for text, told in sentences.items())]


def label(desk: Desk, question: str, sentence: str | None) -> str:
    """Add a question to the site's labelled ones, answered by a sentence or by none; return what to show."""
    try:
        folder = changing(desk.settings)
        added = (
            add_question(folder, question, expect="quote", accept_any=(sentence,))
            if sentence
            else add_question(folder, question, expect="no_passage")
        )
    except FaqError as error:
        return alert(str(error))
    return done(say("questions_added", id=added.id, file=QUESTIONS_FILE))
