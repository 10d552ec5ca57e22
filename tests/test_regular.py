"""Only regular files are read, up to a length; nothing that stands below a folder is passed over."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index.regular import everything_below, must_be_regular, read_regular

OTHERS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
}


@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS.keys())
def test_nothing_else_is_read_or_waited_for(make: Callable[[Path], object], tmp_path: Path) -> None:
    make(tmp_path / "file")

    with pytest.raises(OSError, match=r"not a regular file|No such file"):
        must_be_regular(tmp_path / "file")
    with pytest.raises(OSError, match=r"not a regular file|No such file"):
        read_regular(tmp_path / "file", 10)


def test_a_file_is_read_up_to_its_length_and_no_further(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"words")

    assert must_be_regular(tmp_path / "file") == 5
    assert read_regular(tmp_path / "file", 5) == b"words"
    with pytest.raises(OSError, match="longer than 4 bytes"):
        read_regular(tmp_path / "file", 4)


def test_what_is_inside_comes_before_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/b/deep", "a/z", "z"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "a")

    found = [str(path.relative_to(tmp_path)) for path in everything_below(tmp_path)]
    assert found == ["a/b/deep", "a/b", "a/z", "a", "link", "z"]


def test_a_folder_that_cannot_be_listed_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    real = os.listdir

    def refuse(path: Path) -> list[str]:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(PermissionError):
        list(everything_below(tmp_path))
