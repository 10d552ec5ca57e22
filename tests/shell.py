"""What a shell sees of the command line."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.cli import main


class Done(NamedTuple):
    """What a command left behind: its exit code and what it printed where."""

    code: object
    out: str
    err: str


class Shell:
    """Runs `faq` in this process with pipes for output, as a script would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: object) -> Done:
        self._monkeypatch.setattr(sys, "argv", ["faq", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = self._capsys.readouterr()
        return Done(left.value.code or 0, out, err)


def questions_file(folder: Path, *lines: str) -> Path:
    """Write the lines of a `--from` file and return it."""
    path = folder / "asked.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def line(question: str, *history: str) -> str:
    """Return one line of a `--from` file."""
    return json.dumps({"question": question, "history": history})


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
