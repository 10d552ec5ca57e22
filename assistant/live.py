"""The assistant that is answering now, exchanged whole when a new index is published."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Sequence
from time import monotonic, perf_counter
from typing import NamedTuple

from assistant.answer import Assistant
from assistant.circumstances import record_circumstances
from assistant.drift import DriftReport, Floats, ScoreWindow, drift
from assistant.monitoring import AnswerMetrics
from assistant.publication import publication_of
from assistant.question_log import QuestionLog
from assistant.schema import ALONE, Answer, Redirect
from assistant.settings import Language, Settings
from content.errors import FaqError
from content.schema import Fact

_LOOK_EVERY_SECONDS = 2.0
_log = logging.getLogger(__name__)


class Readiness(Fact):
    """Whether the newest index answers, why not, and what is known of drift."""

    ready: bool
    detail: str | None
    drift: str


class Scores(NamedTuple):
    """Probabilities to compare: of the labelled questions, sorted, and of the newest that were asked."""

    labelled: tuple[float, ...]
    asked: Floats


class LiveAssistant:
    """Holds one Assistant; a question keeps the one it began with, a failed reload keeps the old one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._publication = publication_of(settings)
        self._stamp = self._publication.stamp()
        self._assistant = self._opened()
        self._looked = monotonic()
        self._loading = threading.Lock()
        self.reload_error: str | None = None
        self._scores = ScoreWindow()
        self.metrics = AnswerMetrics()
        self.questions = QuestionLog(settings)

    def answer(
        self, question: str, history: Sequence[str] = (), *, by: Assistant | None = None,
        visitor: str = "", language: Language | None = None,
    ) -> Answer:  # fmt: skip
        """Answer a visitor with the assistant in use, or one that was in use a moment ago; counted and timed.

        `visitor` is the guard's pseudonym of the day, `language` that of the page.
        """
        began = perf_counter()
        faq = by or self.now()
        answer = faq.answer(question, history)
        self.metrics.count(answer, perf_counter() - began)
        self.questions.note(answer, faq, visitor=visitor, language=language or self._settings.language)
        return self.noted(answer)

    def route(self, question: str) -> Redirect | None:
        """Return where a question goes instead of the search; at once, without a look for a new index."""
        return self._assistant.route(question)

    def is_urgent(self, question: str) -> bool:
        """Say whether a question is a crisis or an emergency, which is answered whatever the matter."""
        redirect = self.route(question)
        return redirect is not None and redirect.kind in ALONE

    def noted(self, answer: Answer) -> Answer:
        """Remember how sure an answer was, and nothing else of it."""
        if answer.confidence is not None:
            self._scores.add(answer.confidence)
        return answer

    def drift(self) -> DriftReport:
        """Compare the newest scores with those the calibration was certified on.

        It only tells: the threshold stays, because the same question must get the same answer.
        """
        return drift(*self.scores())

    def scores(self) -> Scores:
        """Return what drift is told from; nothing of a question is kept but how sure its answer was."""
        return Scores(self.now().calibration.reference_scores, self._scores.scores())

    def readiness(self) -> Readiness:
        """Tell the staff everything; the detail names files and commands of the server."""
        drift = self.drift().says
        return Readiness(ready=self.reload_error is None, detail=self.reload_error, drift=drift)

    def now(self) -> Assistant:
        """Return the assistant in use, looking for a new generation at most every two seconds."""
        if monotonic() - self._looked > _LOOK_EVERY_SECONDS and self._loading.acquire(blocking=False):
            try:
                self._looked = monotonic()
                self._reload_if_published()
            finally:
                self._loading.release()
        return self._assistant

    def _reload_if_published(self) -> None:
        try:
            stamp = self._publication.stamp()
            if stamp == self._stamp:
                # Also after a while in which a store could not be asked: what it holds is what answers.
                self.reload_error = None
                return
            newer = self._opened(self._assistant)
            if self._publication.withdrawn_since(stamp):
                return
            before, self._assistant = self._assistant, newer
            if self._publication.withdrawn_since(stamp):
                # In this very moment: the look that follows takes what is to be answered from.
                self._assistant = before
                return
            self._stamp, self.reload_error = stamp, None
            # An index refers to itself in rings: until a collector comes by, it stays beside the new one.
            gc.collect()
        except FaqError as error:
            # The old index goes on answering; the log and the staff's port tell why the new one does not.
            if self.reload_error != str(error):
                _log.error("a newer index cannot be opened: %s", error)
            self.reload_error = str(error)

    def _opened(self, before: Assistant | None = None) -> Assistant:
        faq = Assistant.open(self._settings, before=before)
        record_circumstances(self._settings, faq.calibration.calibration_id, faq.index_id)
        return faq
