"""Stored feedback: what was accepted is there, whoever else writes and whatever dies right afterwards."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.errors import FeedbackUnavailable
from assistant.feedback import Feedback, FeedbackCounts, FeedbackStore, GivenFeedback

DAY = date(2026, 11, 22)
YES = Feedback(day=DAY, index_id="ix-1", helpful=True, passage_ids=("trial-lupus#p1",))
NO = Feedback(day=DAY, index_id="ix-1", helpful=False, reason="too_little")
RECEIPT = "r-0123456789abcdef01234567"
# Says "stored" after each, and would go on for ever.
WRITER = f"""
import sys
from pathlib import Path
from assistant.feedback import Feedback, FeedbackStore
store = FeedbackStore(Path(sys.argv[1]))
while True:
    store.add(Feedback(day={DAY.isoformat()!r}, index_id="ix-1", helpful=True))
    print("stored", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "feedback.sqlite"


def test_what_is_added_is_read_back_in_order(path: Path) -> None:
    store = FeedbackStore(path)
    for feedback in (YES, NO, YES, NO.model_copy(update={"reason": None})):
        store.add(feedback)

    assert FeedbackStore(path).rows() == [YES, NO, YES, NO.model_copy(update={"reason": None})]
    assert store.counts() == FeedbackCounts(helpful=2, not_helpful=2, reasons={"too_little": 1, "none": 1})


def test_nothing_stored_counts_nothing(path: Path) -> None:
    assert FeedbackStore(path).counts() == FeedbackCounts(helpful=0, not_helpful=0, reasons={})


def test_the_file_holds_a_date_and_no_receipt(path: Path) -> None:
    FeedbackStore(path).add(YES)

    with sqlite3.connect(path) as database:
        (row,) = database.execute("SELECT * FROM feedback")
        columns = [column[1] for column in database.execute("PRAGMA table_info(feedback)")]
    database.close()
    assert columns == ["id", "day", "index_id", "helpful", "reason", "passage_ids"]
    assert row == (1, "2026-11-22", "ix-1", 1, None, '["trial-lupus#p1"]')


def test_twenty_threads_lose_nothing(path: Path) -> None:
    store = FeedbackStore(path)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(store.add, [YES, NO] * 100))

    assert store.counts() == FeedbackCounts(helpful=100, not_helpful=100, reasons={"too_little": 100})


def test_two_stores_write_beside_each_other(path: Path) -> None:
    stores = [FeedbackStore(path) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: stores[n % 4].add(YES), range(80)))

    assert [store.counts().helpful for store in stores] == [80] * 4


def test_what_was_accepted_outlives_a_killed_process(path: Path) -> None:
    for _ in range(3):
        before = FeedbackStore(path).counts().helpful
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parent.parent,
        ) as writer:  # fmt: skip
            assert writer.stdout is not None
            told = [writer.stdout.readline() for _ in range(25)]
            os.kill(writer.pid, signal.SIGKILL)
            told += writer.stdout.readlines()
        accepted = told.count("stored\n")

        after = FeedbackStore(path).counts().helpful
        assert accepted >= 25
        # The last one may be stored without having said so.
        assert after - before in (accepted, accepted + 1)


@pytest.mark.parametrize("damage", [b"no database at all" * 300, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_told_and_left_alone(damage: bytes, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    store = FeedbackStore(path)

    for use in (lambda: store.add(YES), store.counts, store.rows):
        with pytest.raises(FeedbackUnavailable, match="Move the file away"):
            use()
    assert path.read_bytes() == damage


def test_a_store_mends_itself_once_the_file_is_moved_away(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 300)
    store = FeedbackStore(path)
    with pytest.raises(FeedbackUnavailable):
        store.add(YES)
    path.unlink()

    store.add(YES)

    assert store.rows() == [YES]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FeedbackUnavailable, match=r"feedback\.sqlite"):
        FeedbackStore(tmp_path / "file" / "feedback.sqlite").add(YES)


def test_a_database_that_takes_no_more_is_told(path: Path) -> None:
    store = FeedbackStore(path)
    store.add(YES)
    store.close()
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TRIGGER shut BEFORE INSERT ON feedback BEGIN SELECT RAISE(FAIL, 'shut'); END"
        )
    database.close()

    with pytest.raises(FeedbackUnavailable, match="shut"):
        store.add(YES)
    assert store.rows() == [YES]


def test_a_helpful_answer_has_no_reason_why_not() -> None:
    assert GivenFeedback(receipt=RECEIPT, helpful=False, reason="other").reason == "other"
    assert GivenFeedback(receipt=RECEIPT, helpful=False).passage_ids == ()
    with pytest.raises(ValidationError, match="not helpful"):
        GivenFeedback(receipt=RECEIPT, helpful=True, reason="other")


@given(text=st.text(min_size=1))
def test_no_text_fits_any_field(text: str) -> None:
    assert not text.startswith("r-") or len(text) != 26
    for change in ({"receipt": text}, {"reason": text}, {"passage_ids": [text]}):
        with pytest.raises(ValidationError):
            GivenFeedback.model_validate({"receipt": RECEIPT, "helpful": False, **change})
