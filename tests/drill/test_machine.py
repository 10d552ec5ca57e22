"""Building, going back, damaging and opening in any order: what is answered is what was last published."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from drill.figures import Figures, sized
from drill.verdict import Found, Version, husks, leftovers, opened, versions
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from content.errors import FaqError
from index.errors import NothingToRollBackTo
from index.generations import generation_names, is_revoked, verified
from index.pointer import readable_pointer
from index.rollback import Revocation, roll_back

WHY = Revocation(reason="wrong dose", by="Ada", on=datetime(2026, 11, 27, tzinfo=UTC))
NAMES = ("red", "green", "blue", "grey")


class Publishing(RuleBasedStateMachine):
    """Keeps in mind which words each generation was given, and compares."""

    known: tuple[Version, ...]
    memory: Path
    runs = 0
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.root = Path(tempfile.mkdtemp(dir=self.memory)) / "index"
        self.words: dict[str, str] = {}
        self.damaged: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.root.parent, ignore_errors=True)

    def _whole(self) -> list[str]:
        """Name the generations that may be answered from, newest first."""
        names = generation_names(self.root)
        return [n for n in names if n not in self.damaged and not is_revoked(self.root / n)]

    @rule(name=st.sampled_from(NAMES), force=st.booleans())
    def build(self, name: str, force: bool) -> None:
        pointer, newest = readable_pointer(self.root), generation_names(self.root)[:1]
        report = self.known[NAMES.index(name)].publish(self.root, force=force)
        if report.built:
            assert [report.manifest.generation] > newest, "a number is used once"
            self.words[report.manifest.generation] = name
            assert leftovers(self.root) == []
        else:
            assert pointer and self.words[pointer.generation] == name
        assert opened(self.root, self.known) == Found(name, degraded=False)

    @precondition(lambda self: self.words)
    @rule()
    def go_back(self) -> None:
        before = readable_pointer(self.root)
        try:
            manifest = roll_back(self.root, WHY)
        except NothingToRollBackTo:
            assert readable_pointer(self.root) == before
        except FaqError:
            assert self._whole() == []
        else:
            assert manifest.generation in self._whole()
            assert opened(self.root, self.known) == Found(self.words[manifest.generation], degraded=False)

    @precondition(lambda self: self._whole())
    @rule(data=st.data())
    def damage(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self._whole()))
        files = sorted(
            path for path in (self.root / name).rglob("*") if path.is_file() and path.stat().st_size
        )
        path = data.draw(st.sampled_from([path for path in files if path.name != "REVOKED"]))
        raw = path.read_bytes()
        place = data.draw(st.integers(0, len(raw) - 1))
        path.write_bytes(
            raw[:place] + bytes([raw[place] ^ data.draw(st.integers(1, 255))]) + raw[place + 1 :]
        )
        self.damaged.add(name)
        with pytest.raises(FaqError):
            verified(self.root / name)

    @precondition(lambda self: self.words)
    @rule(raw=st.sampled_from((b"", b"g-000001\n", b"\xff" * 80, None)))
    def lose_the_pointer(self, raw: bytes | None) -> None:
        (self.root / "CURRENT").unlink(missing_ok=True)
        if raw is not None:
            (self.root / "CURRENT").write_bytes(raw)

    @rule(name=st.sampled_from(("tmp-1", "tmp-del-g-000001", ".DS_Store", "g-000000x", "CURRENT.tmp")))
    def leave_something(self, name: str) -> None:
        self.root.mkdir(exist_ok=True)
        if not (self.root / name).exists():
            (self.root / name).write_bytes(b"stray")

    @invariant()
    def what_is_answered_is_whole_and_not_withdrawn(self) -> None:
        type(self).steps += 1
        try:
            found = opened(self.root, self.known)
        except FaqError:
            assert self._whole() == [], "there was one to answer from"
            return
        pointer = readable_pointer(self.root)
        named = pointer.generation if pointer else None
        expected = named if named in self._whole() else self._whole()[0]
        assert found == Found(self.words[expected], degraded=expected != named)
        assert set(husks(self.root)) == set() or self.damaged


@sized(runs=(6, 2000))
def test_any_order(runs: int, memory: Path, figures: Figures) -> None:
    Publishing.known, Publishing.memory = versions(memory / "words", *NAMES), memory
    Publishing.runs = Publishing.steps = 0
    run_state_machine_as_test(
        Publishing,
        settings=settings(
            max_examples=runs, stateful_step_count=12, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    figures.add("R19 any order of events", runs=Publishing.runs, states_looked_at=Publishing.steps, wrong=0)
