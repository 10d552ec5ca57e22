"""A build that fails anywhere leaves the index in use as it was, and no beginnings."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from fakes import WordEmbedder
from small import SmallIndex, rebuild, tree

from content.library import load_library
from index.build import build_index
from index.errors import BuildFailed, BuildLocked, IndexNotFound
from index.generations import build_lock, current, generation_names, publish
from index.manifest import Manifest

Fails = Callable[[int], bool]
FAILURES: dict[str, Callable[[int], Fails]] = {
    "at one call": lambda n: lambda call: call == n,
    "from that call on": lambda n: lambda call: call >= n,
}


def refused(build: Callable[[], object], name: str, code: int, fails: Fails) -> BuildFailed | None:
    """Build while `os.<name>` fails at the calls `fails` says, counted from 1; return the error."""
    real = getattr(os, name)
    calls = count(1)

    def call(*given: object) -> object:
        if fails(next(calls)):
            raise OSError(code, os.strerror(code))
        return real(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, name, call)
        try:
            build()
        except BuildFailed as error:
            return error
    return None


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.parametrize(
    ("name", "code", "least"),
    [("fsync", errno.EIO, 16), ("rename", errno.EDQUOT, 1), ("replace", errno.EROFS, 1)],
)
def test_a_failure_at_any_call_leaves_the_old_index(
    small_index: SmallIndex, name: str, code: int, least: int, failure: Callable[[int], Fails]
) -> None:
    rebuild(small_index)
    before = tree(small_index.root)
    for n in range(1, 100):
        error = refused(lambda: rebuild(small_index), name, code, failure(n))
        if not error:
            break
        assert f"{os.strerror(code)}; the index in use is unchanged" in str(error)
        assert tree(small_index.root) == before
    assert n > least
    assert current(small_index.root)[0::2] == (small_index.root / "g-000003", False)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_of_the_first_build_leaves_no_index(
    small_library: Path, tmp_path: Path, failure: Callable[[int], Fails]
) -> None:
    library, root = load_library(small_library), tmp_path / "index"
    for n in range(1, 100):
        build = partial(build_index, library, WordEmbedder(), root)
        if not refused(build, "fsync", errno.ENOSPC, failure(n)):
            break
        assert tree(root) in ({}, {".build.lock": b""})
        with pytest.raises(IndexNotFound):
            current(root)
    assert n > 16
    assert current(root)[0].name == "g-000001"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ValueError("bug")])
def test_writing_that_stops_halfway_leaves_nothing(small_index: SmallIndex, error: BaseException) -> None:
    before = tree(small_index.root)

    def write(folder: Path) -> None:
        (folder / "half.json").write_bytes(b"{")
        raise error

    def describe(folder: Path, name: str, parent: str | None) -> Manifest:
        raise AssertionError("nothing was written")

    expected = BuildFailed if isinstance(error, OSError) else type(error)
    with build_lock(small_index.root), pytest.raises(expected):
        publish(small_index.root, write, describe)
    assert tree(small_index.root) == before


def test_a_root_that_cannot_be_made_is_said(small_index: SmallIndex, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(BuildFailed, match=r"file/index: .*faq build"):
        build_index(small_index.library, small_index.embedder, tmp_path / "file" / "index")


HOLD = """
import sys; from pathlib import Path; from index.generations import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_only_one_builder_at_a_time(small_index: SmallIndex) -> None:
    before = tree(small_index.root)
    command = [sys.executable, "-c", HOLD, str(small_index.root)]
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(command, stdin=-1, stdout=-1, env=environment, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BuildLocked, match=r"another build is running.*faq build") as refusal:
            rebuild(small_index)
        assert refusal.value.exit_code == 75
        assert tree(small_index.root) == before
        other.kill()  # a builder that dies holding the lock must not stop the next one
        other.wait()
        rebuild(small_index)
    assert current(small_index.root)[0].name == "g-000002"


def test_three_generations_are_kept(small_index: SmallIndex) -> None:
    rebuild(small_index, 5)

    assert generation_names(small_index.root) == ["g-000006", "g-000005", "g-000004"]


def test_a_generation_being_read_is_not_removed(small_index: SmallIndex) -> None:
    with (small_index.root / "g-000001" / "LOCK").open("r") as reader:
        fcntl.flock(reader, fcntl.LOCK_SH)
        rebuild(small_index, 3)
        assert generation_names(small_index.root)[-1] == "g-000001"
        assert len(generation_names(small_index.root)) == 4
    rebuild(small_index)
    assert generation_names(small_index.root) == ["g-000005", "g-000004", "g-000003"]


def test_what_dead_builders_left_is_removed_and_nothing_else(small_index: SmallIndex) -> None:
    for stale in ("tmp-1", "tmp-del-g-000000", f"tmp-{os.getpid()}"):
        (small_index.root / stale / "lexical").mkdir(parents=True)
        (small_index.root / stale / "lexical" / "half").write_bytes(b"{")
    for stray in (".DS_Store", "notes.txt", "tmp.txt"):
        (small_index.root / stray).write_bytes(b"stray")
    rebuild(small_index)

    assert sorted(path.name for path in small_index.root.iterdir()) == [
        ".DS_Store", ".build.lock", "CURRENT", "g-000001", "g-000002", "notes.txt", "tmp.txt",
    ]  # fmt: skip


@pytest.mark.parametrize("raw", [b"", b"g-000001\n", b"\xff" * 99])
def test_a_damaged_pointer_does_not_stop_the_build(small_index: SmallIndex, raw: bytes) -> None:
    (small_index.root / "CURRENT").write_bytes(raw)
    build_index(small_index.library, small_index.embedder, small_index.root)

    folder, manifest, degraded = current(small_index.root)
    assert (folder.name, manifest.parent, degraded) == ("g-000002", None, False)
