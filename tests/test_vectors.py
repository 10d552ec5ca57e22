"""Nearest neighbours agree with plain arithmetic, and only our own vector files are read."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.embedder import FloatMatrix, FloatVector
from index.errors import IndexDamaged
from index.vectors import VectorStore, load_vectors, save_vectors


@pytest.fixture(params=[0, 500], ids=["found by FAISS", "all compared"], scope="module", autouse=True)
def _few(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.vectors._FEW", request.param)
        yield


def unit_rows(seed: int, count: int, dimension: int) -> FloatMatrix:
    rows = np.random.default_rng(seed).standard_normal((count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def oracle(rows: FloatMatrix, vector: FloatVector, k: int) -> list[int]:
    exact = np.einsum("nd,d->n", rows.astype(np.float64), vector.astype(np.float64))
    return sorted(range(len(rows)), key=lambda row: (-exact[row], row))[:k]


def test_cosines_by_hand() -> None:
    store = VectorStore(np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], dtype=np.float32))

    found = store.search(np.array([1, 0], dtype=np.float32), 10)

    assert [row for row, _ in found] == [0, 2, 1, 3]
    assert [cosine for _, cosine in found] == pytest.approx([1, 0.6, 0, -1], abs=1e-7)


def halves(seed: int, count: int, dimension: int) -> FloatMatrix:
    """Return unit rows of four halves each: every cosine is an exact multiple of a quarter."""
    random = np.random.default_rng(seed)
    rows = np.zeros((count, dimension), dtype=np.float32)
    for row in rows:
        row[random.choice(dimension, 4, replace=False)] = random.choice([-0.5, 0.5], 4)
    return rows


seeds = st.integers(0, 2**32)


@settings(deadline=None)
@given(seeds, st.integers(1, 150), st.sampled_from([4, 17, 384]), st.integers(1, 160))
def test_ties_stand_in_row_order(seed: int, count: int, dimension: int, k: int) -> None:
    rows, vector = halves(seed, count, dimension), halves(seed + 1, 1, dimension)[0]

    found = VectorStore(rows).search(vector, k)

    expected = oracle(rows, vector, k)
    assert found == [(row, float(rows[row] @ vector)) for row in expected]


@settings(deadline=None)
@given(seeds, st.integers(1, 60), st.sampled_from([2, 3, 17, 384]), st.integers(1, 70))
def test_agrees_with_plain_arithmetic(seed: int, count: int, dimension: int, k: int) -> None:
    # A third as many different rows as rows: most of them tie with another one.
    different = unit_rows(seed, max(1, count // 3), dimension)
    vector = unit_rows(seed + 1, 1, dimension)[0]
    cosines = np.sort(different.astype(np.float64) @ vector)
    assume(len(cosines) == 1 or np.diff(cosines).min() > 1e-6)  # beyond float32 there is no order
    rows = different[np.random.default_rng(seed).integers(0, len(different), count)]

    found = VectorStore(rows).search(vector, k)

    assert [row for row, _ in found] == oracle(rows, vector, k)
    for row, cosine in found:
        assert cosine == pytest.approx(float(rows[row] @ vector), abs=1e-6)


@pytest.mark.parametrize("k", [1, 5, 99, 100, 250, 1000])
def test_of_five_hundred_equal_rows_the_first_are_found(k: int) -> None:
    rows = np.repeat(unit_rows(1, 1, 384), 500, axis=0)

    found = VectorStore(rows).search(unit_rows(2, 1, 384)[0], k)

    assert [row for row, _ in found] == list(range(min(k, 500)))
    assert len({cosine for _, cosine in found}) == 1


@pytest.mark.parametrize("k", [0, -1])
def test_asking_for_nothing_finds_nothing(k: int) -> None:
    assert VectorStore(unit_rows(1, 3, 4)).search(unit_rows(2, 1, 4)[0], k) == []


def test_an_empty_store_finds_nothing() -> None:
    assert VectorStore(unit_rows(1, 0, 4)).search(unit_rows(2, 1, 4)[0], 5) == []


@pytest.mark.parametrize(("count", "dimension"), [(0, 4), (1, 4), (7, 384)])
def test_what_was_saved_is_read_bit_by_bit(tmp_path: Path, count: int, dimension: int) -> None:
    rows = unit_rows(3, count, dimension)
    save_vectors(tmp_path / "a.npy", np.asfortranarray(rows))
    read = load_vectors(tmp_path / "a.npy", count=count, dimension=dimension)
    save_vectors(tmp_path / "b.npy", read)

    assert read.tobytes() == rows.tobytes()
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()
    assert np.array_equal(np.load(tmp_path / "a.npy", allow_pickle=False), rows)


def npy(array: np.ndarray, *, pickle: bool = False) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=pickle)
    return file.getvalue()


ROWS = np.eye(3, 4, dtype=np.float32)
GOOD = npy(ROWS)
# The same header with a shape of 16 TiB in it.
GIANT = GOOD.replace(b"'shape': (3, 4), }" + b" " * 14, b"'shape': (1099511627776, 4), }  ")
FORGED: dict[str, bytes] = {
    "object dtype, which is a pickle": npy(np.array([[{}] * 4] * 3, dtype=object), pickle=True),
    "giant shape": GIANT,
    "Fortran order": npy(np.asfortranarray(ROWS)),
    "big-endian": npy(ROWS.astype(">f4")),
    "float64": npy(ROWS.astype("<f8")),
    "integers": npy(ROWS.astype("<i4")),
    "one row less": npy(ROWS[:2]),
    "one column less": npy(np.eye(3, dtype=np.float32)),
    "one axis": npy(ROWS.reshape(-1)),
    "appended byte": GOOD + b"\0",
    "truncated by a byte": GOOD[:-1],
    "header only": GOOD[:128],
    "half a header": GOOD[:60],
    "empty": b"",
    "other format": b"PK\x03\x04" + GOOD,
    "header that opens a bracket and never closes it": GOOD.replace(b"}", b"("),
    "version 2 header": b"\x93NUMPY\x02\x00" + struct.pack("<I", 118) + GOOD[10:],
    "NaN": npy(np.where(ROWS == 1, np.float32("nan"), ROWS)),
    "infinity": npy(np.where(ROWS == 1, np.float32("inf"), ROWS)),
    "a length that overflows": npy(ROWS * np.float32(3e38)),
    "row of zeros": npy(ROWS * np.array([[1], [0], [1]], dtype=np.float32)),
    "row of length 1.01": npy(ROWS * np.array([[1], [1], [1.01]], dtype=np.float32)),
}


@pytest.mark.parametrize("raw", FORGED.values(), ids=FORGED.keys())
def test_anything_else_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "rows.npy"
    path.write_bytes(raw)

    with pytest.raises(IndexDamaged, match=r"rows\.npy: .*faq build --force"):
        load_vectors(path, count=3, dimension=4)


def test_a_giant_shape_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    assert len(GIANT) == len(GOOD)
    path = tmp_path / "rows.npy"
    path.write_bytes(GIANT)

    # Expected or not, the file's length is compared first.
    with pytest.raises(IndexDamaged, match="length differs"):
        load_vectors(path, count=1 << 40, dimension=4)


def test_a_missing_file_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        load_vectors(tmp_path / "rows.npy", count=3, dimension=4)


@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_of_the_header_is_believed(tmp_path: Path, bit: int) -> None:
    path = tmp_path / "rows.npy"
    for place in range(128):
        path.write_bytes(GOOD[:place] + bytes([GOOD[place] ^ (1 << bit)]) + GOOD[place + 1 :])
        with pytest.raises(IndexDamaged):
            load_vectors(path, count=3, dimension=4)
