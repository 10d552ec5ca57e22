"""Withdrawn words stay withdrawn: revoked first, then another generation is made current."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from fakes import WordEmbedder
from small import SmallIndex, edited, rebuild, tree

from content.errors import FaqError
from content.library import Library
from index.build import build_index
from index.errors import BuildLocked, NothingToRollBackTo, RollbackFailed
from index.generations import build_lock, current, generation_names
from index.pointer import read_pointer
from index.rollback import Revocation, read_revocation, roll_back
from index.stored import open_generation, open_index

WHY = Revocation(reason="wrong dose", by="Ada", on=datetime(2026, 11, 27, tzinfo=UTC))
BAD = "The knee needs 900 cells."


@pytest.fixture
def bad(small_index: SmallIndex, small_library: Path) -> SmallIndex:
    """Return an index of three generations, each of other words, the last with a wrong dose."""
    publish(small_index, edited(small_library, "Knee pain is common.", "Knee pain is frequent."))
    publish(small_index, edited(small_library, "Cells may ease a painful knee.", BAD))
    assert BAD in words(small_index.root)
    return small_index


def publish(index: SmallIndex, library: Library) -> None:
    build_index(library, WordEmbedder(), index.root)


def words(root: Path) -> str:
    """Return every text that is answered from."""
    return "".join(document.text for document in open_index(root)[0].documents)


def test_the_newest_other_generation_takes_over_and_the_bad_one_says_why(bad: SmallIndex) -> None:
    manifest = roll_back(bad.root, WHY)

    assert manifest.generation == "g-000002" == read_pointer(bad.root).generation
    assert current(bad.root)[0::2] == (bad.root / "g-000002", False)
    assert read_revocation(bad.root / "g-000003") == WHY
    assert read_revocation(bad.root / "g-000002") is None
    assert "frequent" in words(bad.root) and BAD not in words(bad.root)


def test_going_back_twice_goes_further_back_and_never_to_what_was_revoked(bad: SmallIndex) -> None:
    roll_back(bad.root, WHY)

    assert roll_back(bad.root, WHY).generation == "g-000001"
    with pytest.raises(NothingToRollBackTo, match=r"no other whole generation.*nothing was changed"):
        roll_back(bad.root, WHY)
    assert current(bad.root)[0].name == "g-000001"


def test_a_wanted_generation_revokes_all_that_came_after_it(bad: SmallIndex) -> None:
    assert roll_back(bad.root, WHY, to="g-000001").generation == "g-000001"

    assert [bool(read_revocation(bad.root / name)) for name in generation_names(bad.root)] == [
        True, True, False,
    ]  # fmt: skip
    (bad.root / "CURRENT").unlink()
    assert current(bad.root)[0].name == "g-000001"


def test_the_same_words_under_another_number_are_not_gone_back_to(bad: SmallIndex) -> None:
    build_index(Library(documents=open_index(bad.root)[0].documents), WordEmbedder(), bad.root)
    again = Library(documents=open_index(bad.root)[0].documents)
    build_index(again, WordEmbedder(), bad.root, force=True)

    # Three are kept: the same words twice, and the wrong dose once more with its questions.
    assert generation_names(bad.root)[0] == "g-000005"
    assert roll_back(bad.root, WHY).generation == "g-000003"
    assert read_revocation(bad.root / "g-000004")


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("g-000003", "is the generation in use"),
        ("g-000009", "no such generation"),
        ("../g-000001", "no such"),
    ],
)
def test_a_place_that_cannot_be_gone_to_changes_nothing(bad: SmallIndex, to: str, says: str) -> None:
    before = tree(bad.root)
    with pytest.raises(NothingToRollBackTo, match=f"{says}.*faq generations"):
        roll_back(bad.root, WHY, to=to)
    assert tree(bad.root) == before


def test_a_revoked_or_damaged_generation_is_not_gone_to(bad: SmallIndex) -> None:
    (bad.root / "g-000002" / "passages.npy").write_bytes(b"")
    with pytest.raises(NothingToRollBackTo, match="is not whole"):
        roll_back(bad.root, WHY, to="g-000002")
    (bad.root / "g-000002" / "REVOKED").write_bytes(b"half")
    with pytest.raises(NothingToRollBackTo, match="was revoked by unknown"):
        roll_back(bad.root, WHY, to="g-000002")

    assert roll_back(bad.root, WHY).generation == "g-000001"


class Killed(BaseException):
    """The process is gone: nothing after this is run, and nothing is tidied up."""


CALLS = ("fsync", "replace", "rename", "open", "unlink")


def dies_at(number: int, patch: pytest.MonkeyPatch) -> None:
    """Let the process die before its `number`-th call that touches the disk, and at every one after it."""
    calls = count(1)

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            if next(calls) >= number:
                raise Killed
            return real(*given, **named)

        return call

    for name in CALLS:
        patch.setattr(os, name, dying(getattr(os, name)))


def test_a_crash_at_any_step_leaves_the_old_index_or_one_without_the_withdrawn_words(
    bad: SmallIndex, tmp_path: Path
) -> None:
    states = []
    for number in range(1, 100):
        root = tmp_path / f"crash-{number}"
        shutil.copytree(bad.root, root)
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            dies_at(number, patch)
            roll_back(root, WHY)
            number = 0
        revoked = read_revocation(root / "g-000003")
        states.append((bool(revoked), read_pointer(root).generation))
        assert revoked in (None, WHY), "whole or absent"
        assert (BAD in words(root)) == (revoked is None), "whoever starts now quotes no revoked words"
        # Asked for once more, it is completed.
        if read_pointer(root).generation == "g-000003":
            assert roll_back(root, WHY).generation == "g-000002"
        if not number:
            break
    # Nothing, then revoked, then revoked and swapped; never swapped alone.
    assert len(states) > 7
    assert list(dict.fromkeys(states)) == [
        (False, "g-000003"), (True, "g-000003"), (True, "g-000002"),
    ]  # fmt: skip
    assert current(root)[0::2] == (root / "g-000002", False)


def test_a_disk_that_refuses_is_told_and_the_same_command_ends_it(
    bad: SmallIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.replace, count(1)

    def refuse(*given: object) -> None:
        if next(calls) == 2:
            raise OSError(errno.ENOSPC, "full")
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(RollbackFailed, match=r"full; the rollback is not complete.*faq rollback"):
        roll_back(bad.root, WHY)
    assert BAD not in words(bad.root)

    assert roll_back(bad.root, WHY.model_copy(update={"reason": "again"})).generation == "g-000002"
    assert read_revocation(bad.root / "g-000003") == WHY, "the first reason stays"


def test_no_rollback_while_a_build_is_running(bad: SmallIndex) -> None:
    with build_lock(bad.root), pytest.raises(BuildLocked):
        roll_back(bad.root, WHY)


def test_revoked_words_are_never_served_whatever_is_damaged(bad: SmallIndex) -> None:
    roll_back(bad.root, WHY)
    for name in ("CURRENT", "g-000002/MANIFEST.json", "g-000001/documents.jsonl", "g-000002/LOCK"):
        raw = (bad.root / name).read_bytes()
        (bad.root / name).unlink()
        # What cannot be opened at all quotes nothing either.
        with suppress(FaqError):
            assert BAD not in words(bad.root)
        (bad.root / name).write_bytes(raw)


def test_revoked_generations_do_not_crowd_out_those_to_go_back_to(bad: SmallIndex) -> None:
    roll_back(bad.root, WHY)
    small = SmallIndex(bad.root, bad.library, bad.embedder)
    rebuild(small, 2)

    # Two before the one in use, and the revoked one to look things up in.
    assert generation_names(bad.root) == ["g-000005", "g-000004", "g-000003", "g-000002"]
    assert open_generation(bad.root, "g-000003")[1].generation == "g-000003"


def test_whoever_looks_things_up_sees_exactly_what_was_said(bad: SmallIndex) -> None:
    roll_back(bad.root, WHY)
    data, manifest = open_generation(bad.root, "g-000003")

    assert BAD in "".join(document.text for document in data.documents)
    assert data.index_id == manifest.index_id
    (bad.root / "g-000003" / "documents.jsonl").write_bytes(b"{}")
    with pytest.raises(FaqError, match=r"documents\.jsonl"):
        open_generation(bad.root, "g-000003")
