"""`faq questions`: counts, groups, exports, and deleting with a proof."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shell import Shell
from test_question_report import note, stored

from assistant.settings import Settings

ASKED = [note("lupus cost")] * 5


@pytest.fixture
def keeping(small_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("FAQ_KEEP_QUESTIONS", "clusters")
    stored(small_settings, *ASKED)
    return small_settings


def test_groups_are_shown_as_text_and_as_json(keeping: Settings, shell: Shell) -> None:
    told, data = shell("questions"), shell("questions", "--json")

    assert told.code == data.code == 0
    assert "lupus cost  (5 refused, 0 unhelpful, closest trial-lupus)" in told.out
    assert [group["asked"] for group in json.loads(data.out)["clusters"]] == [5]


def test_an_export_is_written_and_counted(keeping: Settings, shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "asked.csv"

    done = shell("questions", "--export", path)

    assert done.out == f"{len(path.read_text('utf-8').splitlines()) - 1} rows in {path}\n"
    assert '"cluster","lupus cost","5","5","0","trial-lupus"' in path.read_text("utf-8")
    assert shell("questions", "--export", tmp_path / "asked.txt").code == 73


def test_purging_deletes_what_is_over(keeping: Settings, shell: Shell) -> None:
    stored(keeping, note("knee cost", "2020-01-01"))

    assert shell("questions", "--purge").out == "1 kept questions and 0 comments deleted\n"
    assert json.loads(shell("questions", "--purge", "--json").out) == {"questions": 0, "comments": 0}


def test_deleting_all_asks_first_and_proves_it(
    keeping: Settings, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.confirm", lambda *_, **__: (_ for _ in ()).throw(SystemExit(1)))
    assert shell("questions", "--delete-all").code == 1
    assert b"lupus cost" in keeping.questions_file.read_bytes()

    done = shell("questions", "--delete-all", "--yes")

    assert done.code == 0
    assert done.out.startswith("3 rows deleted; 0 of their ")
    assert str(keeping.questions_file) in done.out
    assert b"lupus cost" not in keeping.questions_file.read_bytes()
    assert json.loads(shell("questions", "--json").out)["counts"]["asked"] == 0


def test_one_thing_at_a_time(shell: Shell) -> None:
    done = shell("questions", "--purge", "--delete-all")
    assert done.code == 2
    assert "choose one" in done.err
