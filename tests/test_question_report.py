"""What staff may see: counts always, words only of groups that are large enough, comments masked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder

from assistant.answer import Assistant
from assistant.clusters import packed
from assistant.feedback import Comment, Feedback, FeedbackStore
from assistant.question_log import embedder_id
from assistant.question_report import QuestionReport, question_report, report_text
from assistant.questions import KeptText, Noted, QuestionStore
from assistant.settings import Settings
from index.errors import IndexNotFound

TODAY = date.today().isoformat()
EMBEDDER = WordEmbedder()


def note(words: str, day: str = TODAY) -> Noted:
    text = KeptText(
        day, words, "no_answer", "below_threshold", "trial-lupus", embedder_id(EMBEDDER.facts),
        packed(np.asarray(EMBEDDER.embed([words])[0])),
    )  # fmt: skip
    return Noted(
        day, "ix-1", "en", "no_answer", "below_threshold", "0.1", "short", (), ("trial-lupus",), text
    )


def stored(settings: Settings, *notes: Noted) -> None:
    store = QuestionStore(settings.questions_file)
    store.add(notes)
    store.close()


def report(settings: Settings) -> QuestionReport:
    return question_report(settings, lambda: Assistant.open(settings))


@pytest.fixture
def keeping(small_settings: Settings) -> Settings:
    return small_settings.model_copy(update={"keep_questions": "clusters", "feedback_text": True})


def never() -> Assistant:
    raise AssertionError("no index is needed for counts")


def test_counts_need_no_index(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    stored(settings, note("lupus cost")._replace(text=None))

    found = question_report(settings, never)

    assert (found.counts.asked, found.clusters, found.hidden) == (1, (), 0)
    assert "1 questions answered since" in report_text(found)
    assert "No words are kept" in report_text(found)


def test_a_group_that_is_large_enough_is_shown_with_its_rare_words_masked(keeping: Settings) -> None:
    stored(
        keeping,
        *[note("lupus cost")] * 4,
        note("lupus cost zebrafinchley"),
        *[note("knee zebrafinchley")] * 4,
    )

    found = report(keeping)

    assert [(c.question, c.asked, c.refused, c.closest) for c in found.clusters] == [
        ("lupus cost", 5, 5, "trial-lupus")
    ]
    assert found.hidden == 4
    told = report_text(found)
    assert "lupus cost" in told and "4 kept questions were asked by fewer than 5 visitors" in told
    assert "zebrafinchley" not in told + found.model_dump_json()


def test_words_whose_time_is_over_are_not_shown(keeping: Settings) -> None:
    stored(keeping, *[note("lupus cost", "2020-01-01")] * 9)

    assert report(keeping).clusters == ()
    assert QuestionStore(keeping.questions_file).kept() == []


def test_a_comment_is_shown_masked(keeping: Settings) -> None:
    feedback = FeedbackStore(keeping.feedback_file)
    feedback.comment(
        Comment(day=date.today(), helpful=False, reason="other", words="too short for zebrafinchley")
    )
    feedback.close()

    found = report(keeping)

    assert [comment.words for comment in found.comments] == ["too short for […]"]
    assert "zebrafinchley" not in report_text(found)


def test_passages_that_did_not_help_are_counted(small_settings: Settings) -> None:
    feedback = FeedbackStore(small_settings.feedback_file)
    for helpful in (False, False, True):
        ids = ("trial-lupus#p1", "trial-lupus#p2") if helpful else ("trial-lupus#p1",)
        feedback.add(Feedback(day=date.today(), index_id="ix-1", helpful=helpful, passage_ids=ids))
    feedback.close()

    assert [(c.name, c.asked) for c in report(small_settings).unhelpful] == [("trial-lupus#p1", 2)]


def test_without_an_index_words_wait_and_counts_are_shown(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, keep_questions="clusters")
    stored(settings, *[note("lupus cost")] * 9)

    def missing() -> Assistant:
        raise IndexNotFound(settings.index_root)

    found = question_report(settings, missing)

    assert (found.clusters, found.hidden, found.counts.asked) == ((), 9, 9)
    assert "Kept words cannot be shown" in report_text(found)
