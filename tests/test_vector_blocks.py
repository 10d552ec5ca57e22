"""A block of vectors is whole or is none, and every other block outlives it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from index.vector_blocks import VectorBlocks

OWNER = b"o" * 32
# Mark, owner and two numbers, 3 keys, 3 vectors of 2 numbers, a hash.
BLOCK = 48 + 3 * 32 + 3 * 2 * 4 + 32


def blocks(path: Path, *, owner: bytes = OWNER, rows: int = 3, dimension: int = 2) -> VectorBlocks:
    return VectorBlocks(path, owner=owner, rows=rows, dimension=dimension)


def key(number: int) -> bytes:
    return bytes([number]) * 32


def vectors(*numbers: int) -> np.ndarray:
    return np.array([[number, number + 0.5] for number in numbers], dtype=np.float32)


def held(kept: VectorBlocks) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for keys, rows in kept.read():
        found |= {name[0]: row.tolist() for name, row in zip(keys, rows, strict=True)}
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file of two blocks: vectors 1 and 2, and vectors 3, 4 and 5."""
    kept = blocks(tmp_path / "kept")
    kept.append([key(1), key(2)], vectors(1, 2))
    kept.append([key(3), key(4), key(5)], vectors(3, 4, 5))
    return kept.path


def test_what_was_added_is_read_in_order(path: Path) -> None:
    assert held(blocks(path)) == {n: [n, n + 0.5] for n in (1, 2, 3, 4, 5)}
    assert blocks(path).block_bytes == BLOCK
    assert path.stat().st_size == 2 * BLOCK


def test_no_file_holds_nothing(tmp_path: Path) -> None:
    assert held(blocks(tmp_path / "none")) == {}


def test_any_flipped_bit_costs_its_block_and_no_other(path: Path) -> None:
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        left = (3, 4, 5) if place < BLOCK else (1, 2)
        assert held(blocks(path)) == {n: [n, n + 0.5] for n in left}, place


def test_a_torn_end_is_ignored_and_written_over(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(BLOCK, 2 * BLOCK):
        path.write_bytes(whole[:length])
        assert set(held(blocks(path))) == {1, 2}, length
        blocks(path).append([key(9)], vectors(9))
        assert set(held(blocks(path))) == {1, 2, 9}, length
        assert path.stat().st_size == 2 * BLOCK


def test_zeros_that_a_power_cut_left_are_no_block(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(BLOCK))
    assert set(held(blocks(path))) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("other", [{"owner": b"p" * 32}, {"rows": 4}, {"dimension": 1}])
def test_another_owner_or_shape_reads_nothing(path: Path, other: dict[str, int]) -> None:
    assert held(blocks(path, **other)) == {}  # type: ignore[arg-type]


def test_more_than_a_block_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="4 vectors"):
        blocks(tmp_path / "kept").append([key(n) for n in (1, 2, 3, 4)], vectors(1, 2, 3, 4))
    assert not (tmp_path / "kept").exists()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "kept")
    with pytest.raises(OSError, match="not a regular file"):
        held(blocks(tmp_path / "kept"))
