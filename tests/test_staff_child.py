"""Commands of the staff's page: a process of its own, the same settings, and no secret in it."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.settings import Settings, read_settings
from assistant.staff.child import Step, environment, run_faq

TOKEN = "sixteen letters and more"  # noqa: S105 - of a test


def test_the_same_settings_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_MAX_QUOTES", "1")
    settings = read_settings(
        home=tmp_path / "home", content=tmp_path / "pages", region="UK", embed_titles=False,
        allowed_sites=("https://a.example", "https://b.example"), trusted_proxies=("127.0.0.1", "::1"),
    )  # fmt: skip

    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    assert read_settings() == settings


def test_the_token_is_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_STAFF_TOKEN", TOKEN)
    settings = read_settings(home=tmp_path)

    assert settings.staff_token == SecretStr(TOKEN)
    assert TOKEN not in "".join(environment(settings).values())


def test_the_sites_own_copy_of_the_documents_is_found_anew(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert "FAQ_CONTENT" not in environment(settings)
    (tmp_path / "content").mkdir()

    assert Settings(home=tmp_path).content == tmp_path / "content"


def last(steps: list[Step]) -> Step:
    return steps[-1]


def test_a_command_runs_to_its_end_and_is_heard(small_library: Path, tmp_path: Path) -> None:
    steps = list(run_faq(Settings(home=tmp_path, content=small_library), "documents", "--json"))

    finished = last(steps).finished
    assert finished is not None and (finished.code, finished.err) == (0, "")
    assert len([json.loads(line) for line in finished.out.splitlines()]) == 4
    assert all(step.finished is None for step in steps[:-1])
    assert steps[0].seconds <= last(steps).seconds


def test_what_is_wrong_is_heard_too(tmp_path: Path) -> None:
    step = last(list(run_faq(Settings(home=tmp_path, content=tmp_path / "nowhere"), "build")))

    assert step.finished is not None and step.finished.code == 66
    assert step.said.startswith(f"faq: {tmp_path / 'nowhere'}: no documents")


def test_who_stops_listening_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    class Remembered(subprocess.Popen[str]):
        def __init__(self, *words: Any, **options: Any) -> None:
            super().__init__(*words, **options)
            started.append(self)

    monkeypatch.setattr("assistant.staff.child.subprocess.Popen", Remembered)
    running = run_faq(Settings(home=tmp_path), "documents")
    next(running)
    running.close()

    (process,) = started
    assert process.returncode == -signal.SIGTERM
