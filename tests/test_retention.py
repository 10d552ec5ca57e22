"""How long words stay, and that nothing stays after deleting all: looked for in the bytes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from test_question_store import REFUSED, TEXT

from assistant.database import Database
from assistant.errors import QuestionsUnavailable, StillThere
from assistant.feedback import Comment, Feedback, FeedbackStore
from assistant.questions import QuestionStore
from assistant.retention import Deleted, Purged, delete_all, purge
from assistant.settings import Settings

TODAY = date(2026, 11, 27)
PRIVATE = "Zebrafinchley"


def settings(home: Path, **given: object) -> Settings:
    return Settings.model_validate(
        {"home": home, "keep_questions": "clusters", "feedback_text": True, **given}
    )


def fill(given: Settings, *ages: int) -> None:
    """Store one question and one comment for each age in days."""
    questions, feedback = QuestionStore(given.questions_file), FeedbackStore(given.feedback_file)
    for age in ages:
        day = TODAY - timedelta(days=age)
        text = TEXT._replace(day=day.isoformat(), words=f"{PRIVATE} {age}")
        questions.add([REFUSED._replace(day=day.isoformat(), text=text)])
        feedback.add(Feedback(day=day, index_id="ix-private", helpful=False, reason="other"))
        feedback.comment(Comment(day=day, helpful=False, reason="other", words=f"{PRIVATE} {age}"))
    questions.close()
    feedback.close()


def ages_left(given: Settings) -> tuple[list[str], list[str]]:
    questions, feedback = QuestionStore(given.questions_file), FeedbackStore(given.feedback_file)
    found = [q.text for q in questions.kept()], [comment.words for comment in feedback.comments()]
    questions.close()
    feedback.close()
    return sorted(found[0]), sorted(found[1])


def in_bytes(home: Path, words: str) -> bool:
    return any(words.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_words_stay_for_so_many_days_and_no_longer(tmp_path: Path) -> None:
    given = settings(tmp_path, keep_days=30)
    fill(given, 0, 29, 30, 31, 400)

    assert purge(given, TODAY) == Purged(questions=3, comments=3)

    assert ages_left(given) == ([f"{PRIVATE} 0", f"{PRIVATE} 29"],) * 2
    assert not in_bytes(tmp_path, f"{PRIVATE} 400")
    assert in_bytes(tmp_path, f"{PRIVATE} 29")
    assert QuestionStore(given.questions_file).counts().asked == 5
    assert purge(given, TODAY) == Purged()


@pytest.mark.parametrize(
    ("off", "left"),
    [({"keep_questions": "no"}, (0, 1)), ({"feedback_text": False}, (1, 0))],
)
def test_what_is_switched_off_is_deleted(
    off: dict[str, object], left: tuple[int, int], tmp_path: Path
) -> None:
    fill(settings(tmp_path), 0)

    purge(settings(tmp_path, **off), TODAY)

    questions, comments = ages_left(settings(tmp_path))
    assert (len(questions), len(comments)) == left


def test_without_files_nothing_is_made(tmp_path: Path) -> None:
    assert purge(settings(tmp_path), TODAY) == Purged()
    assert delete_all(settings(tmp_path)) == Deleted()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_keeps_nothing_else_from_being_purged(tmp_path: Path) -> None:
    given = settings(tmp_path)
    fill(given, 99)
    given.questions_file.write_bytes(b"no database at all" * 300)

    with pytest.raises(QuestionsUnavailable):
        purge(given, TODAY)

    assert FeedbackStore(given.feedback_file).comments() == []


def test_deleting_all_leaves_no_value_in_any_byte(tmp_path: Path) -> None:
    given = settings(tmp_path)
    fill(given, *range(200))
    serving = FeedbackStore(given.feedback_file)
    assert serving.counts().not_helpful == 200, "as a running server that holds the file open"

    done = delete_all(given)

    assert done.rows == 200 * 3 + 200 * 2
    assert done.looked_for >= 400
    assert {Path(name).name for name in done.files} >= {"questions.sqlite", "feedback.sqlite"}
    for words in (PRIVATE, "ix-private", "trial-lupus", "2026-"):
        assert not in_bytes(tmp_path, words), words
    assert serving.counts().not_helpful == 0
    serving.close()


def test_a_value_that_is_still_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(tmp_path)
    fill(given, 0)
    monkeypatch.setattr(Database, "shred", lambda self: None)
    # Without overwriting: only then does deleting leave anything to be found.
    connect = Database._connect

    def careless(self: Database) -> object:
        database = connect(self)
        database.execute("PRAGMA secure_delete=OFF")
        return database

    monkeypatch.setattr(Database, "_connect", careless)

    with pytest.raises(StillThere, match="deleted values are still in the file's bytes"):
        delete_all(given)
