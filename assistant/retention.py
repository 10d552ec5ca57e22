"""How long words of visitors stay, and the one way to delete everything they left."""

from __future__ import annotations

from datetime import date, timedelta

from assistant.errors import StillThere
from assistant.feedback import FeedbackStore
from assistant.questions import QuestionStore
from assistant.settings import Settings
from content.errors import FaqError
from content.schema import Fact


class Purged(Fact):
    """How many texts were deleted because their time was over, or because they are no longer wanted."""

    questions: int = 0
    comments: int = 0


class Deleted(Fact):
    """How many rows were deleted, and the proof: how many of their values were looked for, and where."""

    rows: int = 0
    looked_for: int = 0
    files: tuple[str, ...] = ()


def purge(settings: Settings, today: date) -> Purged:
    """Delete the words whose time is over; all of them where the settings want none.

    A text is kept for at most FAQ_KEEP_DAYS days after the day it came. Raises QuestionsUnavailable
    and FeedbackUnavailable, after deleting what could be deleted.
    """
    over = today - timedelta(days=settings.keep_days)
    questions, feedback = _stores(settings)
    wanted = ((questions, settings.keep_questions == "clusters"), (feedback, settings.feedback_text))
    counts, problems = [], list[FaqError]()
    for store, is_wanted in wanted:
        try:
            counts.append(_forget(store, over if is_wanted else date.max))
        except FaqError as error:
            problems.append(error)
    if problems:
        raise problems[0]
    return Purged(questions=counts[0], comments=counts[1])


def delete_all(settings: Settings) -> Deleted:
    """Delete counts, texts and feedback, and look for every value of them in the bytes of the files.

    Raises StillThere when one is found that no newer row explains, QuestionsUnavailable and
    FeedbackUnavailable.
    """
    rows, looked_for, files = 0, 0, list[str]()
    for store in _stores(settings):
        database = store.database
        if not database.files():
            continue
        try:
            before = database.values()
            rows += store.forget_all()
            database.shred()
            # A server that runs meanwhile may have stored the same index or day again.
            gone = before - database.values()
        finally:
            database.close()
        for path in database.files():
            held = path.read_bytes()
            if found := sum(value.encode("utf-8") in held for value in gone):
                raise StillThere(path, found)
            files.append(str(path))
        looked_for += len(gone)
    return Deleted(rows=rows, looked_for=looked_for, files=tuple(files))


def _stores(settings: Settings) -> tuple[QuestionStore, FeedbackStore]:
    return QuestionStore(settings.questions_file), FeedbackStore(settings.feedback_file)


def _forget(store: QuestionStore | FeedbackStore, until: date) -> int:
    """Delete words and leave no bytes of them; a file that is not there is not made for it."""
    if not store.database.files():
        return 0
    try:
        count = store.forget_words(until)
        if count:
            store.database.shred()
        return count
    finally:
        store.database.close()
