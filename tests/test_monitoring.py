"""Monitoring: what was answered is counted, and no word of it is told."""

from __future__ import annotations

import json
from datetime import date

import pytest
from prometheus_client.parser import text_string_to_metric_families

from assistant.drift import ENOUGH
from assistant.errors import BadQuestion
from assistant.feedback import Feedback, FeedbackStore
from assistant.live import LiveAssistant
from assistant.monitoring import metrics_page, staff_pages
from assistant.settings import Settings

PRIVATE = "Eleonora"
Labels = frozenset[tuple[str, str]]


def values(live: LiveAssistant, feedback: FeedbackStore) -> dict[tuple[str, Labels], float]:
    """Return every number of the page, read as Prometheus reads it."""
    page = metrics_page(live, feedback).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def labels(**named: str) -> Labels:
    return frozenset(named.items())


@pytest.fixture
def live(small_settings: Settings) -> LiveAssistant:
    return LiveAssistant(small_settings)


@pytest.fixture
def feedback(small_settings: Settings) -> FeedbackStore:
    return FeedbackStore(small_settings.feedback_file)


def test_answers_are_counted_by_status_and_redirect(live: LiveAssistant, feedback: FeedbackStore) -> None:
    for question in (
        "Were there any deaths?", "Where is the clinic?", "What does it cost?", "I cannot breathe",
        "Should I stop my tablets?",
    ):  # fmt: skip
        live.answer(question)
    live.answer("Where is the clinic?", by=live.now())

    found = values(live, feedback)

    counted = {name: value for name, value in found.items() if name[0] == "quoted_faq_answers_total"}
    assert {tuple(sorted(dict(name[1]).values())): value for name, value in counted.items()} == {
        ("answered", "none"): 3.0,
        ("no_answer", "none"): 1.0,
        ("emergency", "redirected"): 1.0,
        ("personal_advice", "redirected"): 1.0,
    }
    assert found["quoted_faq_answer_seconds_count", labels()] == 6
    assert 0 < found["quoted_faq_answer_seconds_sum", labels()] < 60
    assert found["quoted_faq_index_info", labels(index_id=live.now().index_id)] == 1
    assert found["quoted_faq_reload_failed", labels()] == 0


def test_a_question_that_is_none_is_not_counted(live: LiveAssistant, feedback: FeedbackStore) -> None:
    with pytest.raises(BadQuestion):
        live.answer(" ")

    assert values(live, feedback)["quoted_faq_answer_seconds_count", labels()] == 0


def test_no_word_of_a_question_is_told(live: LiveAssistant, feedback: FeedbackStore) -> None:
    for question in (f"Does {PRIVATE} have lupus?", f"{PRIVATE} cannot breathe", PRIVATE):
        live.answer(question, [f"I am {PRIVATE}"])

    page = metrics_page(live, feedback).decode()
    assert PRIVATE not in page
    assert "lupus" not in page


def test_drift_is_told_once_there_is_enough(live: LiveAssistant, feedback: FeedbackStore) -> None:
    faq = live.now()
    # Labelled questions that were all sure of nothing: those asked now differ from every one of them.
    faq.calibration = faq.calibration.model_copy(update={"reference_scores": (0.0,) * 50})
    live.answer("Were there any deaths?")
    before = values(live, feedback)
    assert before["quoted_faq_drift_answers", labels()] == 1
    assert ("quoted_faq_confidence_drift", labels()) not in before

    for _ in range(ENOUGH - 1):
        live.answer("Were there any deaths?")

    after = values(live, feedback)
    assert after["quoted_faq_drift_answers", labels()] == ENOUGH
    assert after["quoted_faq_confidence_drift", labels()] == 1
    assert (before["quoted_faq_drift_alarm", labels()], after["quoted_faq_drift_alarm", labels()]) == (0, 1)


def test_feedback_is_counted_by_reason_and_a_broken_store_hides_nothing_else(
    live: LiveAssistant, feedback: FeedbackStore, small_settings: Settings
) -> None:
    for helpful, reason in ((True, None), (False, "looks_wrong"), (False, "looks_wrong"), (False, None)):
        row = {"day": date.today(), "index_id": "ix-1", "helpful": helpful, "reason": reason}
        feedback.add(Feedback.model_validate(row))

    found = values(live, feedback)
    name = "quoted_faq_feedback_total"
    assert found[name, labels(helpful="yes", reason="none")] == 1
    assert found[name, labels(helpful="no", reason="looks_wrong")] == 2
    assert found[name, labels(helpful="no", reason="none")] == 1

    feedback.close()
    small_settings.feedback_file.write_bytes(b"no database" * 500)
    broken = values(live, FeedbackStore(small_settings.feedback_file))
    assert not any(metric == name for metric, _ in broken)
    assert ("quoted_faq_answer_seconds_count", labels()) in broken


def test_two_servers_in_one_process_count_for_themselves(
    live: LiveAssistant, feedback: FeedbackStore, small_settings: Settings
) -> None:
    live.answer("Where is the clinic?")

    assert values(LiveAssistant(small_settings), feedback)["quoted_faq_answer_seconds_count", labels()] == 0


def test_the_staff_have_two_pages(live: LiveAssistant, small_settings: Settings) -> None:
    pages = staff_pages(live, small_settings)

    assert set(pages) == {"/metrics", "/readyz"}
    assert pages["/metrics"].media_type.startswith("text/plain; version=")


def test_the_staff_read_why_a_newer_index_cannot_be_opened(
    live: LiveAssistant, small_settings: Settings
) -> None:
    page = staff_pages(live, small_settings)["/readyz"]
    ready = json.loads(page.body())
    assert (page.status(), ready["ready"], ready["detail"]) == (200, True, None)

    live.reload_error = "/srv/faq/index: damaged. Run: faq build"

    assert page.status() == 503
    assert json.loads(page.body()) == {**ready, "ready": False, "detail": live.reload_error}
