"""Numbers for a monitoring system (home of prometheus_client): how many, how fast, how sure. Never words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from assistant.errors import FeedbackUnavailable
from assistant.feedback import FeedbackStore
from assistant.post import TOGETHER
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.staff_port import Page

if TYPE_CHECKING:
    from assistant.live import LiveAssistant

MEDIA_TYPE = CONTENT_TYPE_LATEST
# Seconds around the budget of one answer, 60 ms at the median and 150 ms at the worst.
_BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5)


class AnswerMetrics:
    """Counts answers of this process in a registry of its own; any thread may use it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "quoted_faq_answers", "Answers given, by status and kind of redirect.",
            ["status", "redirect"], registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "quoted_faq_answer_seconds", "Seconds from a question to its answer.",
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip

    def count(self, answer: Answer, seconds: float) -> None:
        """Count one answer. Labels hold the schema's own words only."""
        kind = answer.redirect.kind if answer.redirect else "none"
        self._answers.labels(answer.status, kind).inc()
        self._seconds.observe(seconds)


class _State(Collector):
    """What is read at the moment of a scrape: index, drift and stored feedback."""

    def __init__(self, live: LiveAssistant, feedback: FeedbackStore) -> None:
        self._live, self._feedback = live, feedback

    def collect(self) -> Iterator[Metric]:
        """Yield one family for each thing known now."""
        yield InfoMetricFamily(
            "quoted_faq_index", "The index in use.", {"index_id": self._live.now().index_id}
        )
        failed = float(self._live.reload_error is not None)
        yield GaugeMetricFamily("quoted_faq_reload_failed", "1 while a newer index cannot be opened.", failed)
        drift = self._live.drift()
        yield GaugeMetricFamily("quoted_faq_drift_answers", "Answers the drift is told from.", drift.n)
        yield GaugeMetricFamily(
            "quoted_faq_drift_alarm", "1 when the certificate no longer holds.", drift.alarm
        )
        if drift.statistic is not None:
            about = "Widest gap between live and certified confidence, 0 to 1."
            yield GaugeMetricFamily("quoted_faq_confidence_drift", about, drift.statistic)
        yield from self._counts()

    def _counts(self) -> Iterator[Metric]:
        try:
            counts = self._feedback.counts()
        except FeedbackUnavailable:
            # Told by its absence; the other numbers must not go with it.
            return
        family = CounterMetricFamily("quoted_faq_feedback", "Stored feedback.", labels=["helpful", "reason"])
        family.add_metric(["yes", "none"], counts.helpful)
        for reason, number in sorted(counts.reasons.items()):
            family.add_metric(["no", reason], number)
        yield family


def metrics_page(live: LiveAssistant, feedback: FeedbackStore) -> bytes:
    """Return everything in the text format that Prometheus reads.

    Answers and their seconds are those of all workers together, also of one that has ended; what is
    read at the moment is told by the process that is asked.
    """
    state = CollectorRegistry()
    state.register(_State(live, feedback))
    answers = live.metrics.registry
    if TOGETHER in os.environ:
        answers = CollectorRegistry()
        MultiProcessCollector(answers)  # type: ignore[no-untyped-call]
    return generate_latest(answers) + generate_latest(state)


def staff_pages(live: LiveAssistant, settings: Settings) -> dict[str, Page]:
    """Return what the staff's port serves, by path."""
    feedback = FeedbackStore(settings.feedback_file)
    return {
        "/metrics": Page(MEDIA_TYPE, lambda: metrics_page(live, feedback)),
        "/readyz": Page(
            "application/json",
            lambda: live.readiness().model_dump_json().encode(),
            lambda: 200 if live.readiness().ready else 503,
        ),
    }
