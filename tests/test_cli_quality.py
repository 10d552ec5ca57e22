"""The commands that say how good things are, as a shell sees them."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from shell import Shell

from assistant.settings import Settings


def test_checking_ends_with_one_only_for_errors(shell: Shell, small_settings: Settings) -> None:
    # Three of the small library's pages name no reviewer: warnings. A lost caveat is an error.
    assert shell("check").code == 0
    assert shell("check").out.endswith("4 documents, 0 errors, 3 warnings\n")

    path = small_settings.content / "trials" / "lupus.md"
    path.write_text(path.read_text("utf-8").replace("caveats: [The study", "caveats: [This study"), "utf-8")

    assert shell("check").code == 1
    assert "error: trial-lupus, caveats: " in shell("check").out


def test_verifying_catches_one_changed_character(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    stored = tmp_path / "answers.jsonl"
    stored.write_text(shell("ask", "Were there any deaths?", "--json").out, "utf-8")
    whole = shell("verify", stored)
    stored.write_text(
        stored.read_text("utf-8").replace("There were no deaths.", "There were no Deaths."), "utf-8"
    )

    changed = shell("verify", stored)

    assert (whole.code, whole.out) == (0, "1 answers, 2 quotes, 0 broken answers\n")
    assert changed.code == 1
    assert "trial-lupus: the words differ from the document" in changed.out


def test_an_evaluation_is_printed_and_saved(shell: Shell, small_settings: Settings, tmp_path: Path) -> None:
    asked = small_settings.content / "questions.jsonl"

    done = shell("eval", asked, "--report", tmp_path / "report", "--json")

    assert (done.code, done.err) == (0, ""), "no progress bar in a pipe"
    assert json.loads(done.out) == json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert json.loads(done.out)["questions"] == 13
    assert (small_settings.home / "reports").exists() is False
    assert str(small_settings.home / "reports") in shell("eval", asked).out


def test_a_terminal_gets_a_progress_bar(
    shell: Shell, small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    shell("eval", small_settings.content / "questions.jsonl")

    assert "evaluating: 100%" in terminal.getvalue()


def test_calibrating_on_too_few_questions_is_refused(shell: Shell, small_settings: Settings) -> None:
    done = shell("calibrate", small_settings.content / "questions.jsonl")

    assert (done.code, done.out) == (65, "")
    assert "9 questions with a quote and 2 without a passage; at least 10" in done.err
