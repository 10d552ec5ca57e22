"""What every tab of the staff's page works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assistant.feedback import FeedbackStore
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.live import LiveAssistant
    from assistant.questions import QuestionStore


class Desk(NamedTuple):
    """Settings, the assistant that answers visitors (None before there is an index), and what is stored."""

    settings: Settings
    live: LiveAssistant | None
    feedback: FeedbackStore
    questions: QuestionStore
