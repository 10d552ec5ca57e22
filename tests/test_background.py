"""Work nobody waits for: handed over at once, written in order, tried again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.background import _MOST_WAITING, Background
from assistant.errors import QuestionsUnavailable


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.background._GATHER_SECONDS", 0.01)


class Disk:
    """Takes batches, or refuses them while it is full."""

    def __init__(self) -> None:
        self.written: list[int] = []
        self.full = False
        self.tried = 0

    def write(self, rows: Sequence[int]) -> None:
        self.tried += 1
        if self.full:
            raise QuestionsUnavailable(Path("questions.sqlite"), "database or disk is full")
        self.written += rows


def doubled(number: int) -> int:
    return 2 * number


def until(condition: Callable[[], bool]) -> None:
    latest = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.005)


def test_everything_is_made_and_written_in_order() -> None:
    disk = Disk()
    background = Background(doubled, disk.write)
    for number in range(100):
        background.put(number)

    background.close()

    assert disk.written == [2 * number for number in range(100)]


def test_after_closing_the_next_item_starts_again() -> None:
    disk = Disk()
    background = Background(doubled, disk.write)
    background.put(1)
    background.close()
    background.put(2)
    background.close()

    assert disk.written == [2, 4]


def test_what_cannot_be_written_is_tried_again_told_once_and_made_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    disk, made = Disk(), list[int]()

    def make(number: int) -> int:
        made.append(number)
        return number

    disk.full = True
    background = Background(make, disk.write)
    background.put(1)
    until(lambda: disk.tried > 3)
    disk.full = False
    background.put(2)
    background.close()

    assert disk.written == made == [1, 2]
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 1 and "disk is full" in told[0]


def test_whoever_hands_over_never_waits_and_memory_has_an_end() -> None:
    disk, held = Disk(), threading.Event()

    def stuck(rows: Sequence[int]) -> None:
        held.wait(10)
        disk.write(rows)

    background = Background(doubled, stuck)
    slowest = 0.0
    for number in range(3 * _MOST_WAITING):
        began = time.perf_counter()
        background.put(number)
        slowest = max(slowest, time.perf_counter() - began)
    held.set()
    background.close()

    assert slowest < 0.1
    assert len(disk.written) + background.lost == 3 * _MOST_WAITING
    assert background.lost >= _MOST_WAITING - 100
    assert disk.written == sorted(disk.written)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_nobody_foresaw_ends_the_thread_and_the_next_item_starts_another() -> None:
    disk = Disk()

    def broken(number: int) -> int:
        if number == 1:
            raise ZeroDivisionError
        return number

    background = Background(broken, disk.write)
    background.put(1)
    until(lambda: not (background._thread and background._thread.is_alive()))
    background.put(2)
    background.close()

    assert disk.written == [2]


def test_tidying_comes_first_and_again_and_again() -> None:
    disk, tidied = Disk(), list[float]()
    background = Background(doubled, disk.write, lambda: tidied.append(time.monotonic()), tidy_seconds=0.02)
    background.start()
    until(lambda: len(tidied) >= 3)
    background.close()

    assert disk.tried == 0


def test_a_long_line_is_written_bit_by_bit_and_closing_leaves_no_thread_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assistant.background._LAST_SECONDS", 0.1)
    disk = Disk()

    def slow(number: int) -> int:
        time.sleep(0.005)
        return number

    background = Background(slow, disk.write)
    for number in range(900):
        background.put(number)
    until(lambda: disk.tried >= 3)
    began = time.monotonic()
    background.close()

    assert time.monotonic() - began < 1
    assert background._thread is not None and not background._thread.is_alive()
    assert disk.written == list(range(len(disk.written)))
    assert 0 < len(disk.written) < 900
