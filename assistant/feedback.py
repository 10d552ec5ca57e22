"""What visitors thought of answers: yes or no, a reason from a list, and the passages shown. No words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assistant.errors import FeedbackUnavailable
from content.schema import Fact

Reason = Literal["not_my_question", "hard_to_understand", "too_little", "looks_wrong", "other"]
PassageId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,79}#p[0-9]{1,6}$")]
PassageIds = Annotated[tuple[PassageId, ...], Field(max_length=10)]
_WAIT_SECONDS = 5.0
_TABLE = """CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY, day TEXT NOT NULL, index_id TEXT NOT NULL, helpful INTEGER NOT NULL,
    reason TEXT, passage_ids TEXT NOT NULL)"""
_ADD = "INSERT INTO feedback (day, index_id, helpful, reason, passage_ids) VALUES (?, ?, ?, ?, ?)"


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


class FeedbackStore:
    """A database file, opened when first needed. Any thread may use it, and other processes beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._open: sqlite3.Connection | None = None

    def add(self, feedback: Feedback) -> None:
        """Store one; it is on the disk when this returns. Raises FeedbackUnavailable."""
        row = (
            feedback.day.isoformat(), feedback.index_id, feedback.helpful, feedback.reason,
            json.dumps(feedback.passage_ids),
        )  # fmt: skip
        with self._database() as database, database:
            database.execute(_ADD, row)

    def rows(self) -> list[Feedback]:
        """Return everything stored, oldest first. Raises FeedbackUnavailable."""
        with self._database() as database:
            found = database.execute("SELECT day, index_id, helpful, reason, passage_ids FROM feedback")
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found]
        return [
            Feedback.model_validate({**row, "passage_ids": json.loads(row["passage_ids"])}) for row in rows
        ]

    def counts(self) -> FeedbackCounts:
        """Count what is stored. Raises FeedbackUnavailable."""
        with self._database() as database:
            grouped = database.execute("SELECT helpful, reason, COUNT(*) FROM feedback GROUP BY 1, 2")
            found = [(bool(helpful), reason or "none", int(n)) for helpful, reason, n in grouped]
        return FeedbackCounts(
            helpful=sum(n for helpful, _, n in found if helpful),
            not_helpful=sum(n for helpful, _, n in found if not helpful),
            reasons={reason: n for helpful, reason, n in found if not helpful},
        )

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            self._let_go()

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to one thread at a time; after any error the next use opens anew."""
        with self._lock:
            try:
                self._open = self._open or self._connect()
                yield self._open
            except (sqlite3.Error, OSError) as error:
                self._let_go()
                # SQLite's own message names tables and files, never values.
                raise FeedbackUnavailable(self._path, str(error)) from error

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode=WAL")
            # FULL: what was answered with 204 outlives a power cut, too.
            database.execute("PRAGMA synchronous=FULL")
            database.execute(_TABLE)
            database.commit()
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _let_go(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
