"""Who asked what today: of one visitor no two questions alike are new."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.clusters import ALIKE, packed, unpacked
from assistant.visits import Visits

TODAY, TOMORROW = date(2026, 11, 27), date(2026, 11, 28)


def at(degrees: float) -> bytes:
    """Return a vector of the plane; two of them are alike up to 53 degrees apart (cosine .6)."""
    return packed(np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32))


def test_the_same_again_or_alike_is_not_new() -> None:
    visits = Visits()
    asked = [visits.is_new("ann", at(angle), TODAY) for angle in (0, 0, 50, 60, 90, 115)]
    assert asked == [True, False, False, True, False, True]


def test_another_visitor_and_another_day_begin_anew() -> None:
    visits = Visits()
    assert visits.is_new("ann", at(0), TODAY)
    assert visits.is_new("bob", at(0), TODAY)
    assert not visits.is_new("ann", at(0), TODAY)
    assert visits.is_new("ann", at(0), TOMORROW)


@given(st.lists(st.floats(0, 360), max_size=40))
def test_of_one_visitor_no_two_are_alike(angles: list[float]) -> None:
    visits = Visits()
    new = [at(angle) for angle in angles if visits.is_new("ann", at(angle), TODAY)]

    if new:
        cosines = unpacked(new) @ unpacked(new).T
        np.fill_diagonal(cosines, 0)
        assert float(cosines.max()) < ALIKE


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.visits._OF_ONE", 3)
    monkeypatch.setattr("assistant.visits._IN_ALL", 10)
    visits = Visits()

    assert [visits.is_new("ann", at(angle), TODAY) for angle in (0, 90, 180, 270)] == [True] * 3 + [False]
    for name in "bcdefghi":
        assert visits.is_new(name, at(0), TODAY)
    assert visits._count <= 10
    assert "ann" not in visits._asked
