"""Rows read here and there are the rows of the file, and no more of it becomes memory of the process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.engines.errors import GenerationDamaged
from index.engines.scattered import ScatteredRows

SHAPE = (500, 384)
ROWS = np.random.default_rng(1).standard_normal(SHAPE).astype(np.float32)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("scattered") / "rows"
    found.write_bytes(ROWS.astype("<f4").tobytes())
    return found


@settings(deadline=None)
@given(wanted=st.lists(st.integers(0, SHAPE[0] - 1), max_size=30), told=st.booleans())
def test_rows_are_those_of_the_file_in_the_order_asked(path: Path, wanted: list[int], told: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.engines.scattered._TOLD", told)
        found = ScatteredRows(path, SHAPE).take(np.array(wanted, np.int64))

    assert found.tobytes() == ROWS[wanted].tobytes()
    assert found.shape == (len(wanted), SHAPE[1])


def test_a_file_that_has_become_shorter_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_bytes(ROWS.tobytes())
    rows = ScatteredRows(path, SHAPE)
    with path.open("r+b") as file:
        file.truncate(ROWS.nbytes - 4)

    assert rows.take(np.array([0, 498])).tobytes() == ROWS[[0, 498]].tobytes()
    with pytest.raises(GenerationDamaged, match="shorter"):
        rows.take(np.array([3, 499]))


def test_nothing_of_the_file_is_mapped(path: Path) -> None:
    rows = ScatteredRows(path, SHAPE)
    rows.take(np.arange(SHAPE[0]))

    assert str(path) not in Path("/proc/self/maps").read_text("utf-8")
