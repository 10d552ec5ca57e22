"""What visitors thought of answers: yes or no, why not, the passages shown. Words only where wanted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assistant.database import Database
from assistant.errors import FeedbackUnavailable
from content.schema import Fact

Reason = Literal["not_my_question", "hard_to_understand", "too_little", "looks_wrong", "other"]
PassageId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,79}#p[0-9]{1,6}$")]
PassageIds = Annotated[tuple[PassageId, ...], Field(max_length=10)]
_TABLES = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY, day TEXT NOT NULL, index_id TEXT NOT NULL, helpful INTEGER NOT NULL,
    reason TEXT, passage_ids TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS comments (
    id INTEGER PRIMARY KEY, day TEXT NOT NULL, helpful INTEGER NOT NULL, reason TEXT, words TEXT NOT NULL);
"""
_ADD = "INSERT INTO feedback (day, index_id, helpful, reason, passage_ids) VALUES (?, ?, ?, ?, ?)"
_COMMENT = "INSERT INTO comments (day, helpful, reason, words) VALUES (?, ?, ?, ?)"


class GivenFeedback(Fact):
    """The body of `POST /v1/feedback`. There is no field for free text: people type health data into it."""

    receipt: Annotated[str, Field(pattern=r"^r-[0-9a-f]{24}$", description="the answer's receipt")]
    helpful: bool
    reason: Annotated[Reason | None, Field(description="why not, when it was not helpful")] = None
    passage_ids: Annotated[PassageIds, Field(description="passages the answer showed")] = ()

    @model_validator(mode="after")
    def _says_why_not(self) -> GivenFeedback:
        if self.helpful and self.reason is not None:
            raise ValueError("a reason belongs to an answer that was not helpful")
        return self


class WordedFeedback(GivenFeedback):
    """The body where FAQ_FEEDBACK_TEXT takes a few words too; they are redacted before they are kept."""

    text: Annotated[str, Field(max_length=500, description="a few words, without names or details")] = ""


class Feedback(Fact):
    """What is kept of it: a day and no time of day, and no receipt.

    A receipt is a hash of the question, which a list of likely questions could be tried against.
    """

    day: date
    index_id: str
    helpful: bool
    reason: Reason | None = None
    passage_ids: PassageIds = ()


class FeedbackCounts(Fact):
    """How many found answers helpful, and why the others did not ("none": no reason given)."""

    helpful: int = 0
    not_helpful: int = 0
    reasons: dict[str, int] = Field(default_factory=dict)


class Comment(Fact):
    """A few redacted words of a visitor. Nothing leads from them to an answer, so that they name no one's."""

    day: date
    helpful: bool
    reason: Reason | None = None
    words: str


class FeedbackStore:
    """A database file, opened when first needed. Any thread may use it, and other processes beside it."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path, _TABLES, FeedbackUnavailable)

    def add(self, feedback: Feedback) -> None:
        """Store one; it is on the disk when this returns. Raises FeedbackUnavailable."""
        row = (
            feedback.day.isoformat(), feedback.index_id, feedback.helpful, feedback.reason,
            json.dumps(feedback.passage_ids),
        )  # fmt: skip
        with self.database.use() as database, database:
            database.execute(_ADD, row)

    def comment(self, comment: Comment) -> None:
        """Store a few words; they are on the disk when this returns. Raises FeedbackUnavailable."""
        row = (comment.day.isoformat(), comment.helpful, comment.reason, comment.words)
        with self.database.use() as database, database:
            database.execute(_COMMENT, row)

    def comments(self) -> list[Comment]:
        """Return the words of visitors, the newest first. Raises FeedbackUnavailable."""
        with self.database.use() as database:
            found = database.execute("SELECT day, helpful, reason, words FROM comments ORDER BY id DESC")
            return [
                Comment(day=day, helpful=helpful, reason=reason, words=words)
                for day, helpful, reason, words in found
            ]

    def rows(self) -> list[Feedback]:
        """Return everything stored, oldest first. Raises FeedbackUnavailable."""
        with self.database.use() as database:
            found = database.execute("SELECT day, index_id, helpful, reason, passage_ids FROM feedback")
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found]
        return [
            Feedback.model_validate({**row, "passage_ids": json.loads(row["passage_ids"])}) for row in rows
        ]

    def counts(self) -> FeedbackCounts:
        """Count what is stored. Raises FeedbackUnavailable."""
        with self.database.use() as database:
            grouped = database.execute("SELECT helpful, reason, COUNT(*) FROM feedback GROUP BY 1, 2")
            found = [(bool(helpful), reason or "none", int(n)) for helpful, reason, n in grouped]
        return FeedbackCounts(
            helpful=sum(n for helpful, _, n in found if helpful),
            not_helpful=sum(n for helpful, _, n in found if not helpful),
            reasons={reason: n for helpful, reason, n in found if not helpful},
        )

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self.database.close()

    def forget_words(self, until: date) -> int:
        """Delete words of days up to and including `until`; return how many. Raises FeedbackUnavailable."""
        with self.database.use() as database, database:
            return database.execute("DELETE FROM comments WHERE day <= ?", (until.isoformat(),)).rowcount

    def forget_all(self) -> int:
        """Delete everything stored; return how many rows. Raises FeedbackUnavailable."""
        with self.database.use() as database, database:
            return sum(database.execute(f"DELETE FROM {name}").rowcount for name in ("feedback", "comments"))  # noqa: S608
