"""A disk that refuses any call leaves the old index serving, and nothing that was begun."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from drill.figures import Figures, sized
from drill.refusing import ERRNOS, refused
from drill.verdict import Found, Version, husks, leftovers, opened, versions
from small import tree

from index.errors import BuildFailed
from index.pointer import readable_pointer
from index.rollback import Revocation, read_revocation, roll_back

WHY = Revocation(reason="wrong dose", by="Ada", on=datetime(2026, 11, 27, tzinfo=UTC))


def prepared(memory: Path) -> tuple[Path, tuple[Version, ...]]:
    known = versions(memory / "words", "old", "new")
    for _ in range(3):
        known[0].publish(memory / "template", force=True)
    return memory / "template", known


@sized(step=(97, 1), codes=(ERRNOS, ERRNOS))
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_a_build_refused_at_any_call(
    step: int, codes: tuple[int, ...], lasting: bool, memory: Path, figures: Figures
) -> None:
    template, known = prepared(memory)
    root, begun, told, unsure, kinds = memory / "index", 0, 0, 0, set()
    for start, code in enumerate(codes):
        # Short runs take other calls for every errno.
        for number in count(1 + start * step // len(codes), step):
            shutil.copytree(template, root)
            outcome = refused(root, partial(known[1].publish, root), number, code, lasting=lasting)
            found = opened(root, known)
            either = "is the old one or the new" in str(outcome.error)
            assert not found.degraded, (number, outcome.call)
            if not either:
                assert found.version == ("old" if outcome.error else "new"), (number, outcome.call)
            # Only a disk that refuses to put back what it has just taken leaves open which it is.
            unsure += either
            assert lasting or not either, (number, outcome.call)
            if outcome.error and not lasting:
                # What cannot be removed while everything is refused, the next build removes.
                assert tree(root).keys() <= tree(template).keys(), (number, outcome.call)
            begun += bool(leftovers(root))
            known[0].publish(root, force=True)
            assert (leftovers(root), husks(root)) == ([], []), (number, outcome.call)
            shutil.rmtree(root)
            if not outcome.reached:
                break
            told += bool(outcome.error)
            kinds.add(outcome.call and outcome.call.name)
    figures.add(
        f"R4 refusals, build, {'from then on' if lasting else 'once'}", errnos=len(codes), calls=number - 1,
        failed_and_told=told, kinds_of_call=len(kinds), either_and_said_so=unsure,
        left_for_the_next_build=begun,
    )  # fmt: skip
    assert told > 10


@sized(step=(41, 1))
def test_a_rollback_refused_at_any_call(step: int, memory: Path, figures: Figures) -> None:
    template, known = prepared(memory)
    known[1].publish(template)
    root, told = memory / "index", 0
    for code in ERRNOS:
        for number in count(1, step):
            shutil.copytree(template, root)
            outcome = refused(root, partial(roll_back, root, WHY), number, code, lasting=False)
            told += bool(outcome.error)
            revoked = read_revocation(root / "g-000004")
            assert opened(root, known).version == ("old" if revoked else "new"), outcome.call
            assert revoked or outcome.error, outcome.call
            pointer = readable_pointer(root)
            assert pointer
            again = "run the same again" in str(outcome.error)
            # Whoever does what is said comes to the old index, and never further back.
            if again or opened(root, known).version == "new":
                assert pointer.generation == "g-000004", outcome.call
                roll_back(root, WHY)
            assert opened(root, known) == Found("old", degraded=False), outcome.call
            known[0].publish(root, force=True)
            assert leftovers(root) == [], outcome.call
            shutil.rmtree(root)
            if not outcome.reached:
                break
    figures.add("R4 refusals, rollback", errnos=len(ERRNOS), calls=number - 1, failed_and_told=told)


@sized(step=(29, 1))
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_a_reader_refused_at_any_call(step: int, lasting: bool, memory: Path, figures: Figures) -> None:
    root, known = prepared(memory)
    known[1].publish(root)
    served: list[Found] = []

    def read() -> None:
        served.append(opened(root, known))

    told = tried = 0
    for code in ERRNOS:
        for number in count(1, step):
            served.clear()
            outcome = refused(root, read, number, code, lasting=lasting)
            # Either it answers, if need be from the generation before, or it says why not.
            assert bool(served) != bool(outcome.error), outcome.call
            told, tried = told + bool(outcome.error), tried + 1
            if not outcome.reached:
                break
    figures.add(
        f"R4 refusals, reader, {'from then on' if lasting else 'once'}", errnos=len(ERRNOS), tried=tried,
        answered_all_the_same=tried - told, told=told,
    )  # fmt: skip
    assert opened(root, known) == Found("new", degraded=False)


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """Mount a disk of its own, which only root may; what is said is whether it worked."""
    place.mkdir()
    done = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["/bin/umount", "-l", str(place)], check=True)


def resized(place: Path, pages: int) -> None:
    command = ["/bin/mount", "-o", f"remount,size={pages * 4096}", "tmpfs", str(place)]
    subprocess.run(command, check=True, capture_output=True)


@sized(step=(3, 1))
def test_a_full_disk(step: int, memory: Path, figures: Figures) -> None:
    template, known = prepared(memory)
    with small_disk(memory / "disk") as mounted:
        if not mounted:
            pytest.skip("only root may mount a disk to be filled")
        root = memory / "disk" / "index"
        shutil.copytree(template, root)
        before, told = tree(root), 0
        used = shutil.disk_usage(root).used // 4096
        for pages in count(used, step):
            resized(memory / "disk", pages)
            outcome = refused(root, partial(known[1].publish, root), 0, 0, lasting=False)
            if not outcome.error:
                break
            told += 1
            assert isinstance(outcome.error, BuildFailed) and "No space left" in str(outcome.error)
            # .build.lock may be new: it is empty and stays.
            assert tree(root) == before | {".build.lock": b""}
            assert opened(root, known) == Found("old", degraded=False)
        assert opened(root, known) == Found("new", degraded=False)
        figures.add("R5 full disk (tmpfs of its own)", too_small=told, pages_needed=pages - used)
        assert told > 5


@sized(step=(512, 32))
def test_a_file_that_may_not_grow(step: int, memory: Path, figures: Figures) -> None:
    """Without root: no file may be longer than the limit, so that writing stops in the middle of a file."""
    template, known = prepared(memory)
    root, told, before = memory / "index", 0, resource.getrlimit(resource.RLIMIT_FSIZE)
    shutil.copytree(template, root)
    try:
        for limit in count(0, step):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
            outcome = refused(root, partial(known[1].publish, root), 0, 0, lasting=False)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            if not outcome.error:
                break
            told += 1
            assert "File too large" in str(outcome.error)
            assert tree(root) == tree(template)
            assert opened(root, known) == Found("old", degraded=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    figures.add("R5 files that may not grow (RLIMIT_FSIZE)", limits_that_were_too_small=told)
    assert opened(root, known) == Found("new", degraded=False)
