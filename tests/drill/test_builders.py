"""Two builders never mix, a dead one stops nobody, and a folder that takes nothing is still read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from drill.figures import Figures, sized
from drill.verdict import Found, husks, leftovers, opened, versions

from content.errors import FaqError
from index.errors import BuildFailed
from index.generations import generation_names, number_of

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
BUILDER = """
import json, sys
from pathlib import Path
from drill.verdict import versions
from index.errors import BuildLocked
root, rounds, name = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
(version,) = versions(root.parent / f"words-{name}", name)
built = locked = 0
for _ in range(rounds):
    try:
        version.publish(root, force=True)
        built += 1
    except BuildLocked:
        locked += 1
print(json.dumps([built, locked]))
"""
HOLDER = """
import sys; from pathlib import Path; from index.generations import build_lock
with build_lock(Path(sys.argv[1])):
    (Path(sys.argv[1]) / "tmp-1").mkdir()
    print("held", flush=True)
    sys.stdin.read()
"""


def started(script: str, *given: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, given)]
    return subprocess.Popen(command, stdin=-1, stdout=-1, env=ENVIRONMENT, text=True)


@sized(rounds=(5, 100))
def test_two_builders_at_once(rounds: int, memory: Path, figures: Figures) -> None:
    known, root = versions(memory / "words", "old", "new"), memory / "index"
    builders = [started(BUILDER, root, rounds, version.name) for version in known]
    counts = [json.loads(builder.communicate(timeout=600)[0]) for builder in builders]
    built, locked = map(sum, zip(*counts, strict=True))

    assert built + locked == 2 * rounds
    # Every build that says it built made a generation of its own, and no other did.
    assert number_of(generation_names(root)[0]) == built
    assert (husks(root), leftovers(root)) == ([], [])
    assert not opened(root, known).degraded
    figures.add("R10 two builders", rounds=rounds, built=built, told_to_wait=locked, mixed=0)


@sized(rounds=(2, 25))
def test_a_builder_killed_while_it_holds_the_lock(rounds: int, memory: Path, figures: Figures) -> None:
    known, root, slowest = versions(memory / "words", "old", "new"), memory / "index", 0.0
    for number in range(rounds):
        with started(HOLDER, root) as holder:
            assert holder.stdout and holder.stdout.readline() == "held\n"
            with pytest.raises(FaqError, match="another build is running"):
                known[0].publish(root)
            holder.send_signal(signal.SIGKILL)
            holder.wait()
        began = perf_counter()
        known[number % 2].publish(root, force=True)
        slowest = max(slowest, perf_counter() - began)
    figures.add("R10 builder killed with the lock", rounds=rounds, slowest_next_build=f"{slowest:.3f} s")
    assert slowest < 1.0 and leftovers(root) == []


def test_a_read_only_disk(memory: Path, figures: Figures) -> None:
    known = versions(memory / "words", "old", "new")
    known[0].publish(memory / "template")
    disk = memory / "disk"
    disk.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk of its own")
    try:
        shutil.copytree(memory / "template", disk / "index")
        subprocess.run(["/bin/mount", "-o", "remount,ro", str(disk)], check=True, capture_output=True)
        assert opened(disk / "index", known) == Found("old", degraded=False)
        with pytest.raises(BuildFailed, match=r"Read-only file system.*the index in use is unchanged"):
            known[1].publish(disk / "index")
    finally:
        subprocess.run(["/bin/umount", "-l", str(disk)], check=True)
    figures.add("R9 read-only disk", reader="answers", builder="exit 74")


def test_a_folder_of_somebody_else(memory: Path, figures: Figures) -> None:
    """Who may not write reads all the same; who may not read is told. Root, who may do all, steps down."""
    known, root = versions(memory / "words", "old", "new"), memory / "index"
    known[0].publish(root)
    memory.chmod(0o755)
    said = as_nobody(lambda: str(opened(root, known)))
    assert said == "Found(version='old', degraded=False)"
    assert "Permission denied; the index in use is unchanged" in as_nobody(
        lambda: str(known[1].publish(root))
    )
    for path in (root / "g-000001" / "passages.npy", root / "g-000001", root):
        mode = path.stat().st_mode
        path.chmod(0o000)
        if os.geteuid() == 0:
            assert "Run: faq build" in as_nobody(lambda: str(opened(root, known))), path
        path.chmod(mode)
    figures.add("R9 folder of somebody else", reader="answers or is told", builder="exit 74")


def as_nobody(run: object) -> str:
    """Run in a child that is no longer root, and return what it returned or the error it was told."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            try:
                said = run()  # type: ignore[operator]
            except FaqError as error:
                said = str(error)
            os.write(write, said.encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        said = file.read().decode()
    os.waitpid(child, 0)
    return said
