"""A calibration is fitted once to the same content, and again to any other."""

from __future__ import annotations

import pytest
from test_checking import ANSWERED, ask_in
from test_publish import add_words

from assistant import building
from assistant.checking import check
from assistant.confidence import CAUTIOUS
from assistant.kept_fit import KeptFit, keep_fit, read_fit
from assistant.publishing import publish
from assistant.settings import Settings


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with every fit."""
    done: list[str] = []
    real = building.fit

    def fit(*given: object, **named: object) -> object:
        done.append("fitted")
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("assistant.building.fit", fit)
    return done


def test_checking_before_publishing_costs_no_second_fit(unbuilt: Settings, fits: list[str]) -> None:
    ask_in(unbuilt, "therapies/stroke.md", ANSWERED)

    check(unbuilt)
    publish(unbuilt)
    check(unbuilt)

    assert fits == ["fitted"]


def test_other_content_and_force_fit_again(unbuilt: Settings, fits: list[str]) -> None:
    publish(unbuilt)
    add_words(unbuilt)
    publish(unbuilt)
    publish(unbuilt, force=True)

    assert len(fits) == 3


def test_the_same_is_published_with_a_fit_that_was_kept(unbuilt: Settings, fits: list[str]) -> None:
    ask_in(unbuilt, "therapies/stroke.md", ANSWERED)
    check(unbuilt)
    kept = publish(unbuilt).manifest.index_id
    (unbuilt.home / "fitted.json").unlink()

    assert publish(unbuilt, force=True).manifest.index_id == kept
    assert len(fits) == 2


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b'{"hashes": {}, "calibration": {}}'])
def test_a_damaged_file_is_no_fit(unbuilt: Settings, damage: bytes) -> None:
    path = unbuilt.home / "fitted.json"
    path.parent.mkdir(parents=True)
    keep_fit(path, KeptFit(hashes={"content": "a"}, calibration=CAUTIOUS))
    assert read_fit(path) == KeptFit(hashes={"content": "a"}, calibration=CAUTIOUS)

    path.write_bytes(damage)

    assert read_fit(path) is None
    assert publish(unbuilt).built


def test_a_fit_that_cannot_be_kept_is_no_reason_to_stop(unbuilt: Settings) -> None:
    (unbuilt.home / "fitted.json").mkdir(parents=True)

    assert publish(unbuilt).built
