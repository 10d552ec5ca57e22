"""A content folder is changed by one program at a time, and a file is the old one or the new one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from small import tree

from content.errors import CannotWrite
from content.writing import changing, removed_name, set_aside, write_files


def test_files_are_written_whole_into_new_folders(tmp_path: Path) -> None:
    write_files({tmp_path / "a" / "b.md": b"one", tmp_path / "c.md": b"two"})

    assert tree(tmp_path) == {"a": None, "a/b.md": b"one", "c.md": b"two"}


def test_no_name_changes_before_every_byte_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_bytes(b"old")
    calls: list[str] = []

    def told(name: str, real: Callable[..., None], *given: object) -> None:
        calls.append(name)
        real(*given)

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, partial(told, name, getattr(os, name)))

    write_files({tmp_path / "a.md": b"new", tmp_path / "b.md": b"new"})

    assert calls == ["fsync", "fsync", "replace", "fsync", "replace", "fsync"]


def test_a_write_that_fails_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"old")
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(OSError, match="file"):
        write_files({tmp_path / "a.md": b"new", tmp_path / "file" / "b.md": b"new"})

    assert tree(tmp_path) == {"a.md": b"old", "file": b""}


def test_a_folder_that_cannot_be_changed_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with (
        pytest.raises(CannotWrite, match=r"file/pages: cannot be written \(Not a directory\)"),
        changing(tmp_path / "file" / "pages"),
    ):
        raise AssertionError("never reached")


def test_one_program_waits_for_the_other(tmp_path: Path) -> None:
    told: list[str] = []

    def second() -> None:
        with changing(tmp_path):
            told.append("second")

    waiting = threading.Thread(target=second)
    with changing(tmp_path):
        waiting.start()
        waiting.join(0.2)
        told.append("first")
    waiting.join(10)

    assert told == ["first", "second"]


HOLD = """
import sys; from pathlib import Path; from content.writing import changing
with changing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_killed_program_holds_nobody_up_and_its_beginnings_go(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(command, stdin=-1, stdout=-1, env=environment, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        other.kill()
        other.wait()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".new-a.md").write_bytes(b"half")
    (tmp_path / "deep" / "new-a.md").write_bytes(b"whole")

    with changing(tmp_path):
        assert [path.name for path in (tmp_path / "deep").iterdir()] == ["new-a.md"]


def test_what_is_set_aside_overwrites_nothing(tmp_path: Path) -> None:
    for words, name in ((b"1", "a-page.md"), (b"2", "a-page.2.md"), (b"3", "a-page.3.md")):
        (tmp_path / "a.md").write_bytes(words)
        assert removed_name(tmp_path, "a-page").name == name
        assert set_aside(tmp_path / "a.md", tmp_path, "a-page").read_bytes() == words

    assert tree(tmp_path / ".removed") == {"a-page.md": b"1", "a-page.2.md": b"2", "a-page.3.md": b"3"}
