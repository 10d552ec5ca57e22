"""The README is run: its commands, its Python, its example page and its table of settings."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from assistant.building import build
from assistant.cli import app
from assistant.settings import Settings
from content.library import load_library
from content.lint import lint

QUESTION = {"id": "q-1", "question": "Can COPD be cured?", "expect": "no_passage"}
ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[str]:
    found = [text for name, text in BLOCKS if name == language]
    assert found, f"README has no {language} block"
    return found


def faq_lines() -> list[str]:
    lines = [line.partition("#")[0].strip() for text in blocks("sh") for line in text.splitlines()]
    # A word in capitals stands for something of the reader's own.
    return [line for line in lines if line.startswith("faq ") and not re.search(r"\b[A-Z_]{4,}\b", line)]


def test_the_two_commands_are_the_promised_ones() -> None:
    assert "pip install . && faq serve" in README
    assert "pip install '.[test]' && pytest" in README
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^pip install .*'\.\[test\]'$", run, re.MULTILINE)
    assert re.search("^pytest$", run, re.MULTILINE)


def test_every_command_is_in_the_readme_and_has_help() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name, command in commands.items():
        assert f"faq {name}" in README, name
        assert command.help, name
        shown = CliRunner().invoke(app, [name, "--help"])
        assert shown.exit_code == 0
        assert command.help.splitlines()[0].split()[0] in shown.output


@pytest.mark.model
def test_the_commands_run(tmp_path: Path, built_in_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The same index as a build of its own would give, without reading every labelled question again.
    shutil.copytree(built_in_home / "index", tmp_path / "home" / "index")
    (tmp_path / "home" / "models").symlink_to(built_in_home / "models")
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert not build(Settings()).built
    (tmp_path / "questions.jsonl").write_text(json.dumps(QUESTION) + "\n", "utf-8")
    for line in faq_lines():
        command, _, target = line.partition(" > ")
        done = CliRunner().invoke(app, shlex.split(command)[1:])
        assert done.exit_code == 0, (line, done.output)
        if target:
            (tmp_path / target).write_text(done.stdout, "utf-8")
    # What talks to a running server has a test of its own.
    for source in (text for text in blocks("python") if "127.0.0.1" not in text):
        exec(compile(source, "README.md", "exec"), {})  # noqa: S102


def test_the_example_page_is_a_library_without_errors(tmp_path: Path) -> None:
    (tmp_path / "massage.md").write_text(blocks("markdown")[0], "utf-8")
    (tmp_path / "questions.jsonl").write_text(blocks("json")[0], "utf-8")
    library = load_library(tmp_path)
    reviewed = library.documents[0].reviewed
    assert reviewed is not None
    assert lint(library, reviewed.on) == []
    assert [question.expect for question in library.questions] == ["quote", "no_passage"]


def test_the_table_lists_every_setting() -> None:
    listed = set(re.findall(r"`(FAQ_[A-Z_]+)`", README))
    assert listed >= {f"FAQ_{name}".upper() for name in Settings.model_fields}
    known = {f"FAQ_{name}".upper() for name in Settings.model_fields}
    assert {name for name in listed if name not in known} == set()


def test_every_file_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert {link for link in links if not (ROOT / link).exists()} == set()
