"""What the Quality tab shows: the promise, the last evaluation, and whether visitors ask like it."""

from __future__ import annotations

from threading import Lock

from assistant.drift import drift
from assistant.last_report import SavedReport, newest_report
from assistant.quality_page import drift_html, evaluation_html, promise_html
from assistant.render import escape
from assistant.staff.desk import Desk
from assistant.staff.shown import alert
from assistant.staff.texts import say
from content.errors import FaqError


class Quality:
    """Shows how good the answers are; pictures of a report are drawn once, any thread may ask."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = Lock()
        self._drawn: tuple[SavedReport | None, str] | None = None
        self._evaluation = ""

    def show(self) -> str:
        """Return the whole tab as it is now."""
        live = self._desk.live
        if live is None:
            return alert(say("no_index"))
        try:
            faq, scores = live.now(), live.scores()
        except FaqError as error:
            return alert(str(error))
        asked = scores.asked.tolist()
        parts = {
            "quality_evaluation": self._evaluated(faq.index_id),
            "quality_promise": promise_html(faq.calibration),
            "quality_drift": drift_html(drift(*scores), scores.labelled, asked),
        }
        return "".join(
            f"<section><h2>{escape(say(name))}</h2>{html}</section>" for name, html in parts.items()
        )

    def _evaluated(self, index_id: str) -> str:
        saved = newest_report(self._desk.settings.home / "reports")
        with self._lock:
            # Drawing takes a second of the time in which visitors are answered.
            if self._drawn != (saved, index_id):
                self._evaluation = evaluation_html(saved, index_id)
                self._drawn = saved, index_id
            return self._evaluation
