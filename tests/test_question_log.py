"""What visitors ask on its way to the file: nobody waits, nothing breaks an answer, a visitor counts once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.clusters import Kept
from assistant.live import LiveAssistant
from assistant.questions import QuestionStore
from assistant.settings import Settings

DEATHS = "Were there any deaths?"
COST = "What is the cost of the cure for Zebrafinchley?"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.background._GATHER_SECONDS", 0.02)


@pytest.fixture
def counting(small_settings: Settings) -> LiveAssistant:
    return LiveAssistant(small_settings)


@pytest.fixture
def keeping(small_settings: Settings) -> LiveAssistant:
    return LiveAssistant(small_settings.model_copy(update={"keep_questions": "clusters"}))


def kept(live: LiveAssistant) -> list[Kept]:
    live.questions.close()
    store = QuestionStore(live._settings.questions_file)
    try:
        return store.kept()
    finally:
        store.close()


def counted(live: LiveAssistant) -> int:
    live.questions.close()
    return QuestionStore(live._settings.questions_file).counts().asked


def in_bytes(folder: Path, words: str) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and words.encode() in p.read_bytes()]


def test_every_answer_of_a_visitor_is_counted_and_no_word_is_kept(counting: LiveAssistant) -> None:
    for question in (DEATHS, COST, COST, "I cannot breathe, Zebrafinchley"):
        counting.answer(question, ["Zebrafinchley is my name"], visitor="ann")
    receipt = counting.answer(COST).receipt
    counting.questions.unhelpful(receipt)

    assert counted(counting) == 5
    home = counting._settings.home
    assert in_bytes(home, "Zebrafinchley") == in_bytes(home, receipt) == []
    assert kept(counting) == []


def test_what_staff_try_is_not_counted(counting: LiveAssistant) -> None:
    counting.now().answer(DEATHS)

    assert counted(counting) == 0


def test_words_are_kept_redacted_once_for_each_visitor(keeping: LiveAssistant) -> None:
    for visitor in ("ann", "ann", "bob", "", ""):
        keeping.answer("What does the cure cost? My name is Zebrafinchley", visitor=visitor)

    (found,) = kept(keeping)

    assert (found.text, found.asked) == ("What does the cure cost? My name is [name]", 3)
    assert in_bytes(keeping._settings.home, "Zebrafinchley") == []


def test_a_visitor_who_asks_alike_in_other_words_counts_once(keeping: LiveAssistant) -> None:
    for question in ("cost of the cure", "the cost of a cure", "does the cure cost much"):
        keeping.answer(question, visitor="ann")
    keeping.answer("knee of the doctor", visitor="ann")

    assert sorted((q.text, q.asked) for q in kept(keeping)) == [
        ("cost of the cure", 1), ("knee of the doctor", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("question", ["I want to kill myself", "I cannot breathe, it is my heart"])
def test_words_of_somebody_in_danger_are_never_kept(question: str, keeping: LiveAssistant) -> None:
    keeping.answer(question, visitor="ann")

    assert kept(keeping) == []
    assert counted(keeping) == 1


def test_an_answer_that_did_not_help_is_counted_with_its_question_and_its_receipt_is_not_kept(
    keeping: LiveAssistant,
) -> None:
    receipt = keeping.answer(COST, visitor="ann").receipt
    keeping.questions.unhelpful(receipt)
    keeping.questions.unhelpful("r-0123456789abcdef01234567")

    assert [q.unhelpful for q in kept(keeping)] == [1]
    assert in_bytes(keeping._settings.home, receipt) == []


def test_a_visitor_waits_less_than_a_third_of_a_millisecond(keeping: LiveAssistant) -> None:
    faq = keeping.now()
    answer = faq.answer(DEATHS)
    seconds = []
    for number in range(400):
        began = time.perf_counter()
        keeping.questions.note(answer, faq, visitor=str(number))
        seconds.append(time.perf_counter() - began)
    keeping.questions.close()

    assert sorted(seconds)[200] < 0.0003


def lock(path: Path) -> Callable[[], None]:
    held = sqlite3.connect(path, isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    return held.close


def test_a_locked_file_breaks_no_answer_and_loses_none(
    counting: LiveAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("assistant.database._WAIT_SECONDS", 0.01)
    counting.answer(DEATHS)
    assert counted(counting) == 1
    unlock = lock(counting._settings.questions_file)
    began = time.perf_counter()
    assert [counting.answer(DEATHS).status for _ in range(5)] == ["answered"] * 5
    assert time.perf_counter() - began < 2
    time.sleep(0.2)
    unlock()

    assert counted(counting) == 6
    assert [r.name for r in caplog.records if "locked" in r.getMessage()] == ["assistant.background"]


def test_a_folder_that_takes_nothing_breaks_no_answer(
    small_settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveAssistant(small_settings)
    (tmp_path / "file").write_text("")
    live.questions._store = QuestionStore(tmp_path / "file" / "questions.sqlite")

    assert live.answer(DEATHS).status == "answered"
    live.questions.close()
    assert any("questions.sqlite" in record.getMessage() for record in caplog.records)


WRITER = """
import sys, time
from datetime import date
from pathlib import Path
from assistant.background import Background
from assistant.questions import Noted, QuestionStore
store = QuestionStore(Path(sys.argv[1]))
background = Background(lambda item: item, store.add)
note = Noted("2026-11-27", "ix-1", "en", "answered", "", "0.9", "short", (), ())
while True:
    background.put(note)
    print(time.time(), flush=True)
    time.sleep(0.01)
"""


def test_a_killed_process_loses_at_most_its_last_second(tmp_path: Path) -> None:
    path = tmp_path / "questions.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parent.parent,
    ) as writer:  # fmt: skip
        assert writer.stdout is not None
        put = [float(writer.stdout.readline()) for _ in range(250)]
        os.kill(writer.pid, signal.SIGKILL)
        put += [float(line) for line in writer.stdout.readlines() if line.endswith("\n")]

    stored = QuestionStore(path).counts().asked
    assert stored >= sum(when < put[-1] - 1.0 for when in put) > 0
