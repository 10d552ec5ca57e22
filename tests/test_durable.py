"""What is synced is complete at that moment, and nothing is left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.durable import sync_tree, write_synced


class Disk:
    """Notes which file or folder every fsync was for, and how long it was by then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: list[tuple[Path, int]] = []
        real = os.fsync

        def note(handle: int) -> None:
            path = Path(f"/proc/self/fd/{handle}").readlink()
            self.synced.append((path, os.fstat(handle).st_size))
            real(handle)

        monkeypatch.setattr(os, "fsync", note)

    @property
    def paths(self) -> list[Path]:
        return [path for path, _ in self.synced]


@pytest.mark.parametrize("raw", [b"", b"one line\n", bytes(100_000)])
def test_every_byte_is_there_when_a_file_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bytes
) -> None:
    disk = Disk(monkeypatch)
    (tmp_path / "file").write_bytes(b"longer than what comes next" * 5)
    write_synced(tmp_path / "file", raw)

    assert disk.synced == [(tmp_path / "file", len(raw))]
    assert (tmp_path / "file").read_bytes() == raw


def test_a_tree_is_synced_whole_and_from_the_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    files = [tmp_path / "a" / "b" / "deep", tmp_path / "a" / "z", tmp_path / "a.txt", tmp_path / "z"]
    for path in files:
        path.write_bytes(b"words")
    disk = Disk(monkeypatch)
    sync_tree(tmp_path)

    assert sorted(disk.paths) == sorted([*files, tmp_path / "a", tmp_path / "a" / "b"])
    for path in disk.paths:
        if path.parent != tmp_path:
            assert disk.paths.index(path) < disk.paths.index(path.parent)


def test_a_disk_that_refuses_is_not_asked_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def refuse(handle: int) -> None:
        asked.append(handle)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="Input/output error"):
        write_synced(tmp_path / "file", b"words")
    assert len(asked) == 1
