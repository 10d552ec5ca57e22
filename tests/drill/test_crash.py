"""A power cut at any moment leaves the old index or the new one, and leaving out any sync is noticed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from drill.crash import CutDisk, Tree, plant
from drill.disk import Call, Disk
from drill.figures import Figures, sized
from drill.verdict import Found, Version, husks, leftovers, opened, versions
from small import tree

from assistant.archive import archive_documents, archived
from content.errors import FaqError
from index.errors import IndexNotFound
from index.pointer import readable_pointer
from index.rollback import Revocation, read_revocation, roll_back

WHY = Revocation(reason="wrong dose", by="Ada", on=datetime(2026, 11, 27, tzinfo=UTC))


class Judge(Protocol):
    """A law: what is wrong with a folder as it stands, and then with what the next program makes of it."""

    def found(self, home: Path, *, ended: bool) -> str: ...

    def mended(self, home: Path) -> str: ...


class Recording(NamedTuple):
    """What a program did to a folder, and how the folder was before."""

    root: Path
    before: Tree
    calls: list[Call]

    def states(self, few: int, leaving_out: int | None = None) -> Iterator[tuple[Tree, bool]]:
        """Yield each different state once, and whether the program had ended by then; the last ones first."""
        calls = [call for number, call in enumerate(self.calls) if number != leaving_out]
        seen: set[tuple[int, bool]] = set()
        for length in range(len(calls), -1, -1):
            disk = CutDisk(self.root, self.before)
            for call in calls[:length]:
                disk.do(call)
            for state in disk.states(random.Random(length), few):
                key = (hash(tuple(sorted(state.items()))), length == len(calls))
                if key not in seen:
                    seen.add(key)
                    yield state, length == len(calls)


def recorded(root: Path, run: Callable[[], object]) -> Recording:
    before = tree(root) if root.exists() else {}
    with Disk(root) as disk:
        run()
    recording = Recording(root, before, disk.changes)
    played = CutDisk(root, before)
    for call in recording.calls:
        played.do(call)
    assert played.now() == tree(root), "the recording lacks a change"
    return recording


def judged(
    recording: Recording, judge: Judge, memory: Path, few: int, *, mend: int, leaving_out: int | None = None
) -> list[str]:
    """Return what is wrong in which state; with a call left out, the first thing that is wrong.

    In every `mend`-th state the next program is run as well. If that is not every state, those that
    differ only in what no reader looks at (`tmp-…`) are read once.
    """
    found, seen = [], set()
    for number, (state, ended) in enumerate(recording.states(few, leaving_out)):
        key = (ended, *sorted((name, raw) for name, raw in state.items() if "/tmp-" not in name))
        if mend > 1 and number % mend and key in seen:
            continue
        seen.add(key)
        home = memory / "state"
        plant(home, state)
        wrong = judge.found(home, ended=ended) or (number % mend == 0 and judge.mended(home))
        shutil.rmtree(home)
        if wrong:
            found.append(f"{number}: {wrong}")
            if leaving_out is not None:
                break
    return found


class Building(NamedTuple):
    """The law of a build: old or new, never a fallback, and new once it has ended."""

    known: tuple[Version, ...]
    first: bool

    def found(self, home: Path, *, ended: bool) -> str:
        try:
            found = opened(home / "index", self.known)
        except IndexNotFound:
            found = Found("none", degraded=False)
        except FaqError as error:
            return f"unreadable: {error}"
        if ended and found != Found("new", degraded=False):
            return f"committed but lost: {found}"
        # Before the first index is named there is none to go on with, so a whole one may be taken.
        if not self.first and (found.degraded or found.version == "none"):
            return f"a fallback: {found}"
        return ", ".join(husks(home / "index"))

    def mended(self, home: Path) -> str:
        self.known[1].publish(home / "index", force=True)
        if opened(home / "index", self.known) != Found("new", degraded=False):
            return "the next build is not answered from"
        return ", ".join([*leftovers(home), *husks(home / "index")])


class RollingBack(NamedTuple):
    """The law of a rollback: revoked before it is replaced, for good once it has ended."""

    known: tuple[Version, ...]

    def found(self, home: Path, *, ended: bool) -> str:
        root = home / "index"
        pointer, revoked = readable_pointer(root), read_revocation(root / "g-000002")
        if not pointer or revoked not in (None, WHY):
            return "CURRENT or REVOKED is half written"
        if pointer.generation == "g-000001" and not revoked:
            return "replaced before it was revoked"
        found = opened(root, self.known)
        if (found.version == "new") == (revoked is not None):
            return f"revoked words are answered: {found}"
        return f"rolled back but lost: {found}" if ended and found != Found("old", degraded=False) else ""

    def mended(self, home: Path) -> str:
        root = home / "index"
        pointer = readable_pointer(root)
        if pointer and pointer.generation == "g-000002":
            roll_back(root, WHY)
        if opened(root, self.known) != Found("old", degraded=False):
            return "cannot be completed"
        self.known[1].publish(root, force=True)
        return "" if opened(root, self.known).version == "new" and not leftovers(home) else "no rebuild"


class Archiving(NamedTuple):
    """The law of the archive: what has its name is whole, and everything is there once it has ended."""

    known: tuple[Version, ...]

    def found(self, home: Path, *, ended: bool) -> str:
        archive = archived(home)
        if archive.damaged():
            return f"not what the name says: {archive.damaged()}"
        lost = any(not archive.documents(document.sha256) for document in self.known[0].library.documents)
        return "archived but lost" if ended and lost else ""

    def mended(self, home: Path) -> str:
        documents = self.known[0].library.documents
        archive_documents(home, documents)
        whole = all(archived(home).documents(document.sha256) == (document,) for document in documents)
        return "" if whole and not leftovers(home) else "cannot be completed"


class Case(NamedTuple):
    recording: Recording
    judge: Judge


@pytest.fixture
def case(request: pytest.FixtureRequest, memory: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Return what was recorded of the real program, and the law it has to keep."""
    known = old, new = versions(memory / "libraries", "old", "new")
    home, what = memory / "home", request.param
    home.mkdir()
    if what == "first build":
        return Case(recorded(home, lambda: new.publish(home / "index")), Building(known, first=True))
    if what == "archive":
        # One after the other, so that what is left out is the same call every time.
        monkeypatch.setattr("assistant.archive_files._SYNCS_AT_ONCE", 1)
        return Case(recorded(home, lambda: archive_documents(home, old.library.documents)), Archiving(known))
    if what == "rollback":
        old.publish(home / "index")
        new.publish(home / "index")
        return Case(recorded(home, lambda: roll_back(home / "index", WHY)), RollingBack(known))
    for _ in range(4):  # so that the fifth has one to remove
        old.publish(home / "index", force=True)
    return Case(recorded(home, lambda: new.publish(home / "index")), Building(known, first=False))


CASES = ("build", "first build", "rollback", "archive")


# Why nothing is lost without it, for each case.
_EMPTY = {"fsync LOCK": "an empty file has no bytes to lose, and its name is synced with the folder's"}
NEEDLESS = {
    "build": {
        **_EMPTY,
        "fsync index after rename CURRENT.tmp": "the one before an old generation is removed comes right "
        "after; in a first build, which removes nothing, leaving it out is noticed",
        "rename g-000002": "one old generation more is kept",
    },
    "first build": _EMPTY,
    "rollback": {},
    "archive": {},
}


@sized(few=(1, 4), mend=(40, 1))
@pytest.mark.parametrize("case", CASES, indirect=True, ids=CASES)
def test_every_state_after_a_power_cut_is_one_index(
    case: Case, few: int, mend: int, memory: Path, figures: Figures, request: pytest.FixtureRequest
) -> None:
    states = sum(1 for _ in case.recording.states(few))
    wrong = judged(case.recording, case.judge, memory, few, mend=mend)
    figures.add(
        f"R1 crash states, {request.node.callspec.params['case']}",
        calls=len(case.recording.calls), states=states, wrong=len(wrong),
    )  # fmt: skip
    assert wrong == []
    assert states > 10


@sized(few=(0, 1), mend=(10**6, 5))
@pytest.mark.parametrize("case", CASES, indirect=True, ids=CASES)
def test_leaving_out_any_sync_or_rename_is_noticed(
    case: Case, few: int, mend: int, memory: Path, figures: Figures, request: pytest.FixtureRequest
) -> None:
    calls, what = case.recording.calls, request.node.callspec.params["case"]
    places = [n for n, call in enumerate(calls) if call.name in ("fsync", "rename")]
    unnoticed = [
        " after ".join(f"{call.name} {call.path.name}" for call in (calls[place], calls[place - 1]))
        for place in places
        if not judged(case.recording, case.judge, memory, few, mend=mend, leaving_out=place)
    ]
    figures.add(
        f"R2 mutations, {what}", left_out=len(places),
        noticed=len(places) - len(unnoticed), needless=", ".join(unnoticed) or "none",
    )  # fmt: skip
    assert all(any(map(place.startswith, NEEDLESS[what])) for place in unnoticed)
    assert len(unnoticed) == len(NEEDLESS[what])
