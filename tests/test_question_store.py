"""Stored questions: counts that hold no words, and words only where they are wanted."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import QuestionsUnavailable
from assistant.live import LiveAssistant
from assistant.questions import (
    Count,
    KeptText,
    Noted,
    QuestionCounts,
    QuestionStore,
    detail_of,
    may_keep_words,
    noted,
)
from assistant.settings import Settings

DAY = date(2026, 11, 27)
TEXT = KeptText(
    "2026-11-27", "does it cure lupus", "no_answer", "below_threshold", "trial-lupus", "words", b"\0"
)
REFUSED = Noted(
    "2026-11-27", "ix-1", "en", "no_answer", "below_threshold", "0.1", "short", (), ("trial-lupus",), TEXT
)
QUOTED = Noted(
    "2026-11-28", "ix-1", "es", "answered", "", "0.9", "long", ("trial-lupus#p1", "clinic-doctor#p1"), ()
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "questions.sqlite"


@pytest.fixture
def live(small_settings: Settings) -> LiveAssistant:
    return LiveAssistant(small_settings)


def test_counts_are_those_of_what_was_added(path: Path) -> None:
    store = QuestionStore(path)
    store.add([REFUSED, QUOTED, REFUSED])
    store.close()

    assert QuestionStore(path).counts() == QuestionCounts(
        since=DAY,
        asked=3,
        outcomes=(Count(name="no_answer below_threshold", asked=2), Count(name="answered", asked=1)),
        languages=(Count(name="en", asked=2), Count(name="es", asked=1)),
        sure=(Count(name="0.1", asked=2), Count(name="0.9", asked=1)),
        lengths=(Count(name="short", asked=2), Count(name="long", asked=1)),
        quoted=(Count(name="clinic-doctor#p1", asked=1), Count(name="trial-lupus#p1", asked=1)),
        nearest=(Count(name="trial-lupus", asked=2),),
    )


def test_nothing_stored_counts_nothing(path: Path) -> None:
    assert QuestionStore(path).counts() == QuestionCounts()


def test_kept_words_of_several_days_are_one_question(path: Path) -> None:
    store = QuestionStore(path)
    later = TEXT._replace(day="2026-11-28")
    store.add([REFUSED, REFUSED, REFUSED._replace(text=later), QUOTED], [TEXT, TEXT, TEXT, later])

    (kept,) = store.kept()

    assert (kept.text, kept.asked, kept.closest) == ("does it cure lupus", 3, "trial-lupus")
    # Two visitors cannot have found it unhelpful three times.
    assert kept.unhelpful == 3


def test_a_batch_is_stored_whole_or_not_at_all(path: Path) -> None:
    store = QuestionStore(path)
    broken = REFUSED._replace(nearest=(None,))  # type: ignore[arg-type]
    with pytest.raises(QuestionsUnavailable, match="NOT NULL"):
        store.add([QUOTED, broken])

    assert store.counts().asked == 0


def test_four_stores_count_beside_each_other(path: Path) -> None:
    stores = [QuestionStore(path) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: stores[n % 4].add([REFUSED, QUOTED]), range(80)))

    assert {store.counts().asked for store in stores} == {160}
    assert stores[0].kept()[0].asked == 80


def test_words_are_forgotten_by_the_day_and_counts_stay(path: Path) -> None:
    store = QuestionStore(path)
    store.add([REFUSED, REFUSED._replace(day="2026-11-28", text=TEXT._replace(day="2026-11-28"))])

    assert store.forget_words(date(2026, 11, 26)) == 0
    assert store.forget_words(DAY) == 1
    assert store.kept()[0].asked == 1
    assert store.counts().asked == 2
    assert store.forget_all() == 2 + 2 + 1
    assert store.counts() == QuestionCounts()


def test_the_file_has_no_place_for_a_time_a_receipt_or_an_address(path: Path) -> None:
    QuestionStore(path).add([REFUSED, QUOTED])

    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {name: [c[1] for c in database.execute(f"PRAGMA table_info({name})")] for name in names}
    database.close()
    assert columns == {
        "outcomes": ["day", "index_id", "language", "outcome", "detail", "sure", "length", "asked"],
        "places": ["day", "index_id", "what", "place", "asked"],
        "texts": ["day", "words", "outcome", "detail", "closest", "embedder", "vector", "asked", "unhelpful"],
    }


def test_a_damaged_file_is_told_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 300)

    with pytest.raises(QuestionsUnavailable, match="Move the file away"):
        QuestionStore(path).add([REFUSED])
    assert path.read_bytes() == b"no database at all" * 300


def test_an_answer_is_written_down_without_what_was_typed(live: LiveAssistant) -> None:
    typed = "Were there any deaths in the Zebrafinchley family?"
    answer = live.now().answer(typed)

    note = noted(answer, DAY, "en")

    assert note.text is None
    assert typed not in repr(note) and "Zebrafinchley" not in repr(note)
    assert answer.receipt not in repr(note)
    assert (note.day, note.index_id, note.length) == ("2026-11-27", answer.index_id, "medium")
    assert note.outcome == answer.status


@pytest.mark.parametrize(
    ("question", "outcome", "detail", "keeps"),
    [
        ("Were there any deaths?", "answered", "", True),
        ("What is the capital of France?", "no_answer", "below_threshold", True),
        ("Should I stop my pills?", "redirected", "personal_advice", True),
        ("I want to kill myself", "redirected", "crisis", False),
        ("I cannot breathe", "redirected", "emergency", False),
    ],
)
def test_words_of_somebody_in_danger_may_never_be_kept(
    question: str, outcome: str, detail: str, keeps: bool, live: LiveAssistant
) -> None:
    answer = live.now().answer(question)

    assert (answer.status, detail_of(answer), may_keep_words(answer)) == (outcome, detail, keeps)


def test_a_score_is_kept_to_a_tenth(live: LiveAssistant) -> None:
    answer = live.now().answer("Were there any deaths?")
    sure = [
        noted(answer.model_copy(update={"confidence": score}), DAY, "en").sure
        for score in (None, 0.0, 0.0999, 0.1, 0.95, 1.0)
    ]
    assert sure == ["", "0.0", "0.0", "0.1", "0.9", "0.9"]
