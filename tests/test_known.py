"""Known vectors are found by their text in whatever matrix, and large matrices leave memory free."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder
from hypothesis import given
from hypothesis import strategies as st
from small import tree

from content.library import load_library
from index.build import build_index, candidate
from index.errors import BuildFailed, IndexDamaged
from index.generations import current
from index.known import KnownVectors
from index.vectors import load_vectors, roomy, save_vectors

texts = st.sampled_from("abcdefgh")


@given(st.lists(st.lists(texts, max_size=6), max_size=4), st.lists(texts, max_size=30), st.integers(1, 7))
def test_each_text_gets_the_row_it_was_given_last(
    matrices: list[list[str]], asked: list[str], rows_at_once: int
) -> None:
    known, expected, number = KnownVectors(), dict[str, float](), 0.0
    for matrix in matrices:
        values = [number + place for place in range(len(matrix))]
        known.add(matrix, np.array([[value, -value] for value in values], np.float32).reshape(-1, 2))
        expected |= dict(zip(matrix, values, strict=True))
        number += len(matrix)
    asked = [text for text in asked if text in known]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.known._ROWS_AT_ONCE", rows_at_once)
        found = known.matrix(asked, 2, Path("/nowhere"))

    assert {text for text in "abcdefgh" if text in known} == set(expected)
    assert found.tolist() == [[expected[text], -expected[text]] for text in asked]


def test_an_unknown_text_has_no_vector() -> None:
    with pytest.raises(KeyError):
        KnownVectors().matrix(["a"], 2, Path("/nowhere"))


@pytest.fixture
def everything_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors.MAPPED_BYTES", 0)


@pytest.mark.usefixtures("everything_mapped")
def test_a_large_matrix_stands_in_a_file_that_nobody_sees(tmp_path: Path) -> None:
    rows = roomy(3, 4, tmp_path)
    rows[:] = np.arange(12).reshape(3, 4)

    assert isinstance(rows.base, np.memmap)
    assert rows.sum(axis=1).tolist() == [6, 22, 38]
    assert tree(tmp_path) == {}


@pytest.mark.usefixtures("everything_mapped")
def test_a_disk_without_room_is_told_before_a_page_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.posix_fallocate", full)

    with pytest.raises(BuildFailed, match="No space left"):
        roomy(3, 4, tmp_path)


@pytest.mark.usefixtures("everything_mapped")
def test_mapped_vectors_are_those_that_were_saved_and_damage_is_refused(tmp_path: Path) -> None:
    path, rows = tmp_path / "rows.npy", np.eye(3, 4, dtype=np.float32)
    save_vectors(path, rows)
    read = load_vectors(path, count=3, dimension=4)

    assert isinstance(read.base, np.memmap) and not read.flags.writeable
    assert read.tobytes() == rows.tobytes()
    # Whoever opened it goes on with it, whatever stands there now.
    path.unlink()
    assert read.tobytes() == rows.tobytes()

    save_vectors(path, rows * np.array([[1], [1.01], [1]], dtype=np.float32))
    with pytest.raises(IndexDamaged, match="not a unit vector"):
        load_vectors(path, count=3, dimension=4)


def test_mapped_or_in_memory_the_index_is_the_same_to_the_byte(
    small_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, embedder = load_library(small_library), WordEmbedder()
    build_index(library, embedder, tmp_path / "held")
    monkeypatch.setattr("index.vectors.MAPPED_BYTES", 0)
    asked = candidate(library, embedder, tmp_path / "mapped").search("knee pain", 3)
    build_index(library, embedder, tmp_path / "mapped")
    again = build_index(library, embedder, tmp_path / "mapped", settings_id="other")

    (held, its, _), (mapped, other, _) = current(tmp_path / "held"), current(tmp_path / "mapped")
    assert (again.embedded, its.index_id) == (0, other.index_id)
    assert asked[0].passage.id == "therapy-knee#p1"
    names = [name for name in its.files if name.endswith(".npy")]
    assert len(names) == 7
    assert [(held / name).read_bytes() for name in names] == [(mapped / name).read_bytes() for name in names]
