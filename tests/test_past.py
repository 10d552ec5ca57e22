"""Every index that was published is known once, kept or pruned, with what it may have answered with."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from asking import COSINE
from small import SmallIndex, edited, rebuild

from assistant.archive import archive_documents
from assistant.certificate import certify
from assistant.confidence import CAUTIOUS, load_calibration
from assistant.past import PastIndex, past_indexes, possible_calibrations
from assistant.publishing import publish, roll_back
from assistant.settings import Settings
from content.library import load_library
from index.generations import generation_names


def known(settings: Settings) -> list[PastIndex]:
    return past_indexes(settings.home, settings.index_root)


def test_nothing_was_published_yet(unbuilt: Settings) -> None:
    assert known(unbuilt) == []


def test_kept_and_pruned_indexes_are_known_newest_first(unbuilt: Settings) -> None:
    publish(unbuilt)
    first = load_library(unbuilt.content).documents
    for n in range(3):
        edited(unbuilt.content, f"common{'!' * n}.", f"common{'!' * (n + 1)}.")
        publish(unbuilt)
    roll_back(unbuilt, reason="a wrong dose", by="Ada")

    found = known(unbuilt)

    assert [past.manifest.generation for past in found] == ["g-000004", "g-000003", "g-000002", "g-000001"]
    assert [past.kept is not None for past in found] == [True, True, True, False]
    assert [past.revoked and past.revoked.by for past in found] == ["Ada", None, None, None]
    assert found[-1].documents == first
    assert len({past.index_id for past in found}) == 4
    assert list(found[-1].calibrations.values())[-1] == CAUTIOUS


def test_one_index_in_several_generations_is_one_since_its_first(small_index: SmallIndex) -> None:
    root, home = small_index.root, small_index.root.parent
    rebuild(small_index, 3)
    archive_documents(home, [])
    (past,) = past_indexes(home, root)

    assert past.kept and past.kept.name == "g-000004"
    assert past.manifest.generation == generation_names(root)[0]
    (root / "g-000004" / "REVOKED").write_bytes(b"")
    (past,) = past_indexes(home, root)
    assert past.kept and past.kept.name == "g-000003", "nobody is answered from what was revoked"
    (root / "CURRENT").write_text("g-000002 " + "0" * 64 + "\n")
    (past,) = past_indexes(home, root)
    assert past.kept and past.kept.name == "g-000002"
    assert past.since == datetime.now(UTC).date()


def test_a_generation_that_says_nothing_of_itself_is_passed_over(small_index: SmallIndex) -> None:
    rebuild(small_index)
    (small_index.root / "g-000002" / "MANIFEST.json").write_bytes(b"{}")

    (past,) = past_indexes(small_index.root.parent, small_index.root)

    assert past.kept and past.kept.name == "g-000001"


def test_a_calibration_may_have_been_void_for_every_reason_there_is() -> None:
    hashes = {"builder": "b", "content": "c", "settings": "s"}
    found = certify(
        np.linspace(0, 1, 400), np.zeros(400, bool), np.ones(400, bool), [()] * 400,
        risk=0.05, joint_risk=0.02, confidence=0.95, hashes=hashes,
    )  # fmt: skip
    stored = COSINE.model_copy(update={"certificate": found})

    possible = {one.calibration_id: one for one in possible_calibrations(stored)}

    assert next(iter(possible)) == stored.calibration_id
    assert len(possible) == 1 + 7, "itself, and each of seven sets of three things that may have changed"
    for changed in ({"settings": "x"}, {"builder": "x", "content": "y"}, {}):
        raw = stored.model_dump_json()
        given = load_calibration(raw, "ix-1", {**hashes, **changed})
        assert possible[given.calibration_id] == given
    assert list(possible)[1] == load_calibration(raw, "ix-1", {**hashes, "settings": "x"}).calibration_id


def test_without_a_certificate_nothing_is_void() -> None:
    assert list(possible_calibrations(COSINE)) == [COSINE]
