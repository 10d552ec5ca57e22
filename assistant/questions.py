"""What was asked, as it is kept: counts of a day, and redacted words only where the site wants them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.clusters import Kept
from assistant.database import Database
from assistant.errors import QuestionsUnavailable
from assistant.schema import ALONE, Answer
from content.schema import Fact

What = Literal["quoted", "nearest"]
# Two tables that nothing joins: which outcome belongs to which passage would tell more of one visitor.
# Without row numbers, so that a day's rows stand in the order of the alphabet, not of asking.
_TABLES = """
CREATE TABLE IF NOT EXISTS outcomes (
    day TEXT NOT NULL, index_id TEXT NOT NULL, language TEXT NOT NULL, outcome TEXT NOT NULL,
    detail TEXT NOT NULL, sure TEXT NOT NULL, length TEXT NOT NULL, asked INTEGER NOT NULL,
    PRIMARY KEY (day, index_id, language, outcome, detail, sure, length)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS places (
    day TEXT NOT NULL, index_id TEXT NOT NULL, what TEXT NOT NULL, place TEXT NOT NULL,
    asked INTEGER NOT NULL, PRIMARY KEY (day, index_id, what, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (
    day TEXT NOT NULL, words TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL,
    closest TEXT NOT NULL, embedder TEXT NOT NULL, vector BLOB NOT NULL, asked INTEGER NOT NULL,
    unhelpful INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, words, outcome, detail, closest, embedder)) WITHOUT ROWID;
"""
_COUNT = """INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, 1)
    ON CONFLICT DO UPDATE SET asked = asked + 1"""
_PLACE = "INSERT INTO places VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET asked = asked + 1"
_KEEP = """INSERT INTO texts (day, words, outcome, detail, closest, embedder, vector, asked)
    VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET asked = asked + 1"""
_UNHELPFUL = """UPDATE texts SET unhelpful = MIN(asked, unhelpful + 1) WHERE day = ? AND words = ?
    AND outcome = ? AND detail = ? AND closest = ? AND embedder = ?"""
_KEPT = """SELECT words AS text, outcome, detail, closest, embedder, vector, SUM(asked) AS asked,
    SUM(unhelpful) AS unhelpful FROM texts GROUP BY 1, 2, 3, 4, 5"""
_SHORT, _MEDIUM = 40, 120


class KeptText(NamedTuple):
    """The row of one kept text; `vector` stands for its meaning."""

    day: str
    words: str
    outcome: str
    detail: str
    closest: str
    embedder: str
    vector: bytes


class Noted(NamedTuple):
    """All that is written of one answer."""

    day: str
    index_id: str
    language: str
    outcome: str
    detail: str
    sure: str
    length: str
    quoted: tuple[str, ...]
    nearest: tuple[str, ...]
    text: KeptText | None = None


class Count(Fact):
    """How often something happened."""

    name: str
    asked: int


class QuestionCounts(Fact):
    """What `faq questions` tells without any words: each list with the most frequent first."""

    since: date | None = None
    asked: int = 0
    outcomes: tuple[Count, ...] = ()
    languages: tuple[Count, ...] = ()
    sure: tuple[Count, ...] = ()
    lengths: tuple[Count, ...] = ()
    quoted: tuple[Count, ...] = ()
    nearest: tuple[Count, ...] = ()


def noted(answer: Answer, day: date, language: str, text: KeptText | None = None) -> Noted:
    """Return what is written of an answer: nothing that was typed, no receipt, no time of day.

    A receipt is a hash of the question, which a list of likely questions could be tried against.
    """
    length = len(answer.question)
    return Noted(
        day=day.isoformat(),
        index_id=answer.index_id,
        language=language,
        outcome=answer.status,
        detail=detail_of(answer),
        sure="" if answer.confidence is None else f"{min(int(answer.confidence * 10), 9) / 10}",
        length="short" if length <= _SHORT else "medium" if length <= _MEDIUM else "long",
        quoted=tuple(dict.fromkeys(citation.passage_id for citation in answer.citations)),
        nearest=tuple(topic.document_id for topic in answer.closest),
        text=text,
    )


def detail_of(answer: Answer) -> str:
    """Return why nothing was quoted, or where a question was sent."""
    if answer.redirect is not None:
        return answer.redirect.kind
    return answer.abstention.reason if answer.abstention is not None else ""


def may_keep_words(answer: Answer) -> bool:
    """Say whether the words of a question may be kept at all: never those of somebody in danger."""
    return answer.redirect is None or answer.redirect.kind not in ALONE


class QuestionStore:
    """A database file, opened when first needed. Any thread may use it, and other processes beside it."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path, _TABLES, QuestionsUnavailable)

    def add(self, notes: Iterable[Noted], unhelpful: Iterable[KeptText] = ()) -> None:
        """Store a batch whole or not at all; `unhelpful` ones did not help. Raises QuestionsUnavailable."""
        with self.database.use() as database, database:
            for note in notes:
                database.execute(_COUNT, note[:7])
                for what, places in (("quoted", note.quoted), ("nearest", note.nearest)):
                    rows = [(note.day, note.index_id, what, place) for place in places]
                    database.executemany(_PLACE, rows)
                if note.text is not None:
                    database.execute(_KEEP, note.text)
            database.executemany(_UNHELPFUL, [text[:6] for text in unhelpful])

    def counts(self) -> QuestionCounts:
        """Count what is stored. Raises QuestionsUnavailable."""
        with self.database.use() as database:
            since, asked = database.execute("SELECT MIN(day), TOTAL(asked) FROM outcomes").fetchone()
            found = {
                name: tuple(Count(name=value, asked=int(n)) for value, n in database.execute(query))
                for name, query in _COUNTS.items()
            }
        return QuestionCounts(since=since, asked=int(asked), **found)

    def kept(self) -> list[Kept]:
        """Return the kept questions, equal ones of several days as one. Raises QuestionsUnavailable."""
        with self.database.use() as database:
            rows = database.execute(_KEPT)
            names = [column[0] for column in rows.description]
            return [Kept.model_validate(dict(zip(names, row, strict=True))) for row in rows]

    def forget_words(self, until: date) -> int:
        """Delete words of days up to and including `until`; return how many. Raises QuestionsUnavailable."""
        with self.database.use() as database, database:
            return database.execute("DELETE FROM texts WHERE day <= ?", (until.isoformat(),)).rowcount

    def forget_all(self) -> int:
        """Delete everything stored; return how many rows. Raises QuestionsUnavailable."""
        with self.database.use() as database, database:
            tables = ("outcomes", "places", "texts")
            return sum(database.execute(f"DELETE FROM {name}").rowcount for name in tables)  # noqa: S608

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self.database.close()


def _counted(name: str, table: str, where: str = "1") -> str:
    # Names of ours alone.
    return f"SELECT {name}, SUM(asked) FROM {table} WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608


_COUNTS = {
    "outcomes": _counted("TRIM(outcome || ' ' || detail)", "outcomes"),
    "languages": _counted("language", "outcomes"),
    "sure": _counted("sure", "outcomes", "sure <> ''"),
    "lengths": _counted("length", "outcomes"),
    "quoted": _counted("place", "places", "what = 'quoted'"),
    "nearest": _counted("place", "places", "what = 'nearest'"),
}
