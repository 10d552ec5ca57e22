"""What is answered with is noted once, survives a crash, and holds nothing of what was asked."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
from small import edited

from assistant.building import build
from assistant.circumstances import Recorded, program, record_circumstances, recorded_circumstances
from assistant.live import LiveAssistant
from assistant.receipts import receipt
from assistant.settings import Settings


def noted(home: Path) -> list[tuple[str, str, int]]:
    return [(one.index_id, one.given.region, one.given.max_quotes) for one in recorded_circumstances(home)]


def test_a_change_is_noted_once_and_the_newest_comes_first(tmp_path: Path) -> None:
    us, uk = Settings(home=tmp_path), Settings(home=tmp_path, region="UK", max_quotes=1)

    for settings, index_id in ((us, "ix-1"), (us, "ix-1"), (uk, "ix-1"), (uk, "ix-2"), (us, "ix-1")):
        record_circumstances(settings, "cal-1", index_id)

    assert noted(tmp_path) == [("ix-1", "US", 3), ("ix-2", "UK", 1), ("ix-1", "UK", 1), ("ix-1", "US", 3)]
    newest = recorded_circumstances(tmp_path)[0]
    assert (newest.program, newest.given.calibration_id) == (program(), "cal-1")


def test_settings_that_change_no_answer_are_nothing_new(tmp_path: Path) -> None:
    record_circumstances(Settings(home=tmp_path), "cal-1", "ix-1")
    record_circumstances(Settings(home=tmp_path, port=8080, language="es"), "cal-1", "ix-1")

    assert len(noted(tmp_path)) == 1


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_line_cut_off_by_a_crash_costs_that_line_alone(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "circumstances.jsonl"
    for index_id in ("ix-1", "ix-2"):
        record_circumstances(Settings(home=tmp_path), "cal-1", index_id)
    path.write_bytes(path.read_bytes()[:-cut])

    record_circumstances(Settings(home=tmp_path), "cal-1", "ix-3")

    assert [index_id for index_id, *_ in noted(tmp_path)] == (
        ["ix-3", "ix-2", "ix-1"] if cut == 1 else ["ix-3", "ix-1"]
    )


def test_a_disk_that_takes_nothing_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with caplog.at_level(logging.WARNING):
        record_circumstances(Settings(home=tmp_path), "cal-1", "ix-1")

    assert "not noted with which settings is answered (No space left on device)" in caplog.text


def test_it_is_on_the_disk_when_the_first_question_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def note(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", note)
    home = tmp_path / "home"
    record_circumstances(Settings(home=home), "cal-1", "ix-1")
    record_circumstances(Settings(home=home), "cal-1", "ix-1")

    assert synced == ["circumstances.jsonl", "home"]


def test_a_server_notes_what_it_answers_with_and_nothing_of_what_it_is_asked(
    small_settings: Settings,
) -> None:
    live = LiveAssistant(small_settings)
    answer = live.answer("Were there any deaths?")
    edited(small_settings.content, "common.", "frequent.")
    build(small_settings)
    live._looked = 0
    live.now()

    (newer, first) = recorded_circumstances(small_settings.home)
    raw = (small_settings.home / "circumstances.jsonl").read_text("utf-8")

    assert (first.index_id, newer.index_id) == (answer.index_id, live.now().index_id)
    assert first.index_id != newer.index_id
    expected = receipt(answer.question, (), first.index_id, first.given.calibration_id, small_settings)
    assert answer.receipt == expected
    assert set(json.loads(raw.splitlines()[0])) == set(Recorded.model_fields)
    assert "deaths" not in raw and answer.receipt not in raw
