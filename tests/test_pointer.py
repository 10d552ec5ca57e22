"""CURRENT is one line or it is damage; a swap shows the old line or the new one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.errors import IndexDamaged
from index.pointer import Pointer, read_pointer, readable_pointer, restore_pointer, swap_pointer

SHA = "0123456789abcdef" * 4
OLD, NEW = Pointer("g-000041", SHA), Pointer("g-000042", SHA[::-1])


def test_the_line_is_generation_and_hash(tmp_path: Path) -> None:
    swap_pointer(tmp_path, NEW)

    assert (tmp_path / "CURRENT").read_bytes() == f"g-000042 {SHA[::-1]}\n".encode()
    assert read_pointer(tmp_path) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["CURRENT"]


@pytest.mark.parametrize("number", ["000001", "999999", "1000000"])
def test_generations_may_outgrow_six_digits(tmp_path: Path, number: str) -> None:
    swap_pointer(tmp_path, Pointer(f"g-{number}", SHA))

    assert read_pointer(tmp_path).generation == f"g-{number}"


GARBAGE = {
    "empty": b"",
    "no line end": f"g-000001 {SHA}".encode(),
    "Windows line end": f"g-000001 {SHA}\r\n".encode(),
    "a second line": f"g-000001 {SHA}\n\n".encode(),
    "a space before": f" g-000001 {SHA}\n".encode(),
    "two spaces": f"g-000001  {SHA}\n".encode(),
    "no hash": b"g-000001\n",
    "short hash": f"g-000001 {SHA[:-1]}\n".encode(),
    "long hash": f"g-000001 {SHA}0\n".encode(),
    "capital hash": f"g-000001 {SHA.upper()}\n".encode(),
    "few digits": f"g-1 {SHA}\n".encode(),
    "digits of another script": f"g-٠٠٠٠٠١ {SHA}\n".encode(),
    "folder above": f"../g-000001 {SHA}\n".encode(),
    "absolute path": f"/etc/g-000001 {SHA}\n".encode(),
    "not text": b"\xff\xfe\0" * 20,
    "ten megabytes": f"g-000001 {SHA}\n".encode() * 140_000,
}


@pytest.mark.parametrize("raw", GARBAGE.values(), ids=GARBAGE.keys())
def test_anything_else_is_damage(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "CURRENT").write_bytes(raw)

    with pytest.raises(IndexDamaged, match=r"CURRENT: does not name a generation.*faq build --force"):
        read_pointer(tmp_path)
    assert readable_pointer(tmp_path) is None


def test_a_missing_file_or_a_folder_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="cannot be read"):
        read_pointer(tmp_path)
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(IndexDamaged, match="cannot be read"):
        read_pointer(tmp_path)
    assert readable_pointer(tmp_path) is None


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_swap_that_fails_leaves_the_old_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    swap_pointer(tmp_path, OLD)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(OSError, match="No space left"):
        swap_pointer(tmp_path, NEW)
    assert read_pointer(tmp_path) == OLD
    restore_pointer(tmp_path, OLD)
    assert [path.name for path in tmp_path.iterdir()] == ["CURRENT"]


def test_restoring_puts_the_old_line_back(tmp_path: Path) -> None:
    swap_pointer(tmp_path, NEW)
    restore_pointer(tmp_path, OLD)

    assert read_pointer(tmp_path) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["CURRENT"]


def test_restoring_nothing_leaves_nothing(tmp_path: Path) -> None:
    swap_pointer(tmp_path, NEW)
    restore_pointer(tmp_path, None)

    assert list(tmp_path.iterdir()) == []


def test_restoring_what_already_stands_does_not_touch_it(tmp_path: Path) -> None:
    swap_pointer(tmp_path, OLD)
    before = (tmp_path / "CURRENT").stat()
    restore_pointer(tmp_path, OLD)

    assert (tmp_path / "CURRENT").stat().st_ino == before.st_ino
