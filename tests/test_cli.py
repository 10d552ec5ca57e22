"""The command line as a shell sees it: what is printed where, and the exit code."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from shell import Shell, line, questions_file
from typer.main import get_command

from assistant.answer import Assistant
from assistant.cli import app
from assistant.schema import Answer
from assistant.settings import Settings

COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
FINDING = "What did the lupus study find?"
ASK_TWICE = ("ask", "What is COPD?", "--from", "asked.jsonl")


def test_the_commands_are_those_of_the_design() -> None:
    designed = "serve ask build status check documents eval calibrate verify"

    assert set(COMMANDS) >= set(designed.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_explains_itself(command: str, shell: Shell) -> None:
    done = shell(command, "--help")

    assert (done.code, done.err) == (0, "")
    assert f"faq {command}" in done.out
    for parameter in COMMANDS[command].params:
        assert parameter.help, f"{command} {parameter.name}"


def test_one_question_is_answered_for_a_person(shell: Shell, small_settings: Settings) -> None:
    done = shell("ask", "Were there any deaths?")

    assert (done.code, done.err) == (0, "")
    assert "“There were no deaths.”\n  — Lupus study\n" in done.out
    assert "Keep in mind:\n“The study had no comparison group.”" in done.out


def test_answers_as_json_are_answers_in_order(shell: Shell, small_settings: Settings, tmp_path: Path) -> None:
    asked = ["Were there any deaths?", "What does it cost?", "I cannot breathe"]

    done = shell("ask", "--from", questions_file(tmp_path, *map(line, asked)))

    answers = [Answer.model_validate_json(row) for row in done.out.splitlines()]
    assert [answer.question for answer in answers] == asked
    assert [answer.status for answer in answers] == ["answered", "no_answer", "redirected"]
    alone = shell("ask", asked[0], "--json")
    assert alone.out == done.out.splitlines(keepends=True)[0], "the same question, the same bytes"


def test_history_on_the_line_is_that_of_the_python_call(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    expected = Assistant.open(small_settings).answer("And how many months?", [FINDING])

    by_file = shell("ask", "--from", questions_file(tmp_path, line(expected.question, FINDING)))
    by_option = shell("ask", expected.question, "--history", FINDING, "--json")

    assert Answer.model_validate_json(by_file.out) == expected
    assert Answer.model_validate_json(by_option.out) == expected


@pytest.mark.parametrize(
    "words",
    [("ask",), ASK_TWICE, ("eval",), ("verify",), ("nonsense",), ("ask", "--loud")],
)
def test_wrong_use_is_told_on_stderr(words: tuple[str, ...], shell: Shell) -> None:
    done = shell(*words)

    assert (done.code, done.out) == (2, "")
    assert "Usage: " in done.err


@pytest.mark.parametrize("question", ["", "  \n", "x" * 501])
def test_a_question_that_cannot_be_asked(question: str, shell: Shell, small_settings: Settings) -> None:
    done = shell("ask", question)

    assert (done.code, done.out) == (64, "")
    assert done.err.startswith("faq: the question ")
    assert ("501 characters, at most 500" if question.strip() else "is empty") in done.err


@pytest.mark.parametrize("bad", ['{"q": 1}', '{"question": " "}', line("x" * 501)])
def test_a_bad_line_answers_nothing(bad: str, shell: Shell, small_settings: Settings, tmp_path: Path) -> None:
    done = shell("ask", "--from", questions_file(tmp_path, line("Were there any deaths?"), bad))

    assert done.code in (64, 66)
    assert done.out == ""
    assert done.err.startswith("faq: ")


@pytest.mark.parametrize(
    ("words", "code"),
    [(("ask", "--from"), 66), (("verify",), 66), (("eval",), 65), (("calibrate",), 65)],
)
def test_an_unknown_file_is_named(words: tuple[str, ...], code: int, shell: Shell, tmp_path: Path) -> None:
    done = shell(*words, tmp_path / "nowhere.jsonl")

    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(f"faq: {tmp_path / 'nowhere.jsonl'}: ")


@pytest.mark.parametrize("words", [("ask", "What is COPD?"), ("status",)])
def test_without_an_index_the_next_command_is_named(words: tuple[str, ...], shell: Shell) -> None:
    done = shell(*words)

    assert (done.code, done.out) == (66, "")
    assert done.err.endswith("no index here. Run: faq build\n")


@pytest.mark.parametrize("words", [("check",), ("build",), ("documents",)])
def test_broken_front_matter_is_named_by_file_line_and_field(
    words: tuple[str, ...], shell: Shell, small_settings: Settings
) -> None:
    path = small_settings.content / "therapies" / "knee.md"
    path.write_text(path.read_text("utf-8").replace("kind: therapy", "kind: advert"), "utf-8")

    done = shell(*words)

    assert (done.code, done.out) == (65, "")
    assert done.err.startswith(f"faq: {path}, line 4, field kind: ")


def test_a_misspelt_setting_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_PROT", "1")

    assert shell("status").code == 78


def test_a_port_in_use_is_told_before_anything_is_built(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = shell("serve", "--port", port)

    assert (done.code, done.out) == (69, "")
    assert done.err == f"faq: 127.0.0.1:{port} is in use. Choose another: faq serve --port {port + 1}\n"


def test_building_says_what_it_did(shell: Shell, small_settings: Settings) -> None:
    first = json.loads(shell("build", "--json").out)
    forced = json.loads(shell("build", "--force", "--json").out)

    assert (first["built"], first["generation"]) == (False, "g-000001")
    assert (forced["built"], forced["generation"]) == (True, "g-000002")
    assert forced["index_id"] == first["index_id"], "the same words, the same name"
    assert shell("build").out.startswith("unchanged: ")
