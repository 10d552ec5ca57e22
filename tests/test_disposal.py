"""What is taken away goes whole, unless a reader holds it; a pipe or a link is unlinked and not opened."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from small import SmallIndex, tree

from index.disposal import dispose, remove

BEGUN: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "a file": lambda path: path.write_bytes(b"half"),
    "a full folder": lambda path: (path / "inner").mkdir(parents=True),
    "a pipe": lambda path: os.mkfifo(path),
    "a link": lambda path: path.symlink_to(path.parent / "kept"),
}


@pytest.mark.parametrize("make", BEGUN.values(), ids=BEGUN.keys())
def test_whatever_was_begun_is_removed_and_nothing_else(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"words")
    make(tmp_path / "tmp-1")
    remove(tmp_path / "tmp-1")

    assert tree(tmp_path) == {"kept": None, "kept/file": b"words"}


def test_a_generation_goes_once_nobody_reads_it(small_index: SmallIndex) -> None:
    with (small_index.root / "g-000001" / "LOCK").open("r") as reader:
        fcntl.flock(reader, fcntl.LOCK_SH)
        before = tree(small_index.root)
        dispose(small_index.root, "g-000001")
        assert tree(small_index.root) == before
    dispose(small_index.root, "g-000001")

    assert set(tree(small_index.root)) == {".build.lock", "CURRENT"}


def test_its_name_is_gone_for_good_before_its_files_are(
    small_index: SmallIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(5, "Input/output error")

    whole = tree(small_index.root / "g-000001")
    monkeypatch.setattr(os, "fsync", refuse)
    dispose(small_index.root, "g-000001")

    assert tree(small_index.root / "tmp-del-g-000001") == whole
