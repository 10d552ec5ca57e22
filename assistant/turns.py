"""Turns of a conversation: what was asked and what was shown, as the chat draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from assistant.cards import as_html
from assistant.errors import BadQuestion
from assistant.live import LiveAssistant
from assistant.render import escape
from assistant.settings import Language
from content.errors import FaqError
from content.normalize import fold

_SHOWN_CHARS = 500


class Turn(NamedTuple):
    """A question and its answer, kept as it was shown: a new index never rewrites a conversation.

    `number` counts the turns of a conversation from 1, those that are no longer shown too.
    """

    question: str
    html: str
    follow_ups: tuple[str, ...] = ()
    number: int = 1


def messages(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return a conversation as the Chatbot takes it; every word of the visitor is escaped."""
    shown: list[dict[str, Any]] = []
    for turn in turns:
        asked = f'<div class="faq-asked">{escape(turn.question[:_SHOWN_CHARS])}</div>'
        options = [{"value": text} for text in turn.follow_ups]
        # By its number the page's script knows an answer that it has not announced yet.
        answer = f'<div class="faq-turn-{turn.number}">{turn.html}</div>'
        shown.append({"role": "user", "content": asked})
        shown.append({"role": "assistant", "content": answer, "options": options})
    return shown


def answered_turn(
    live: LiveAssistant, question: str, history: Sequence[str], language: Language = "en", visitor: str = ""
) -> Turn:
    """Return a question with the card of its answer, or with the wording that says why there is none."""
    faq = live.now()
    say = faq.wordings[language].text
    try:
        answer = live.answer(question, history, by=faq, visitor=visitor, language=language)
    except BadQuestion:
        return _told(question, say("too_long" if fold(question) else "empty"))
    except FaqError:
        return _told(question, say("unavailable"))
    html = as_html(answer, faq.wordings[language], faq.documents, faq.passages)
    return Turn(question, html, tuple(follow_up.text for follow_up in answer.follow_ups))


def refused_turn(live: LiveAssistant, question: str, language: Language = "en") -> Turn | None:
    """Return the turn of somebody who asks too often; None in an emergency, which is always answered."""
    if live.is_urgent(question):
        return None
    return _told(question, live.now().wordings[language].text("busy"))


def _told(question: str, words: str) -> Turn:
    return Turn(question, f'<div class="faq-answer"><p class="faq-wording">{escape(words)}</p></div>')
