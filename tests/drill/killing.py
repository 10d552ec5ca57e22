"""A program of its own whose children build or roll back and are killed at one call each.

`python killing.py FOLDER WHAT PARAGRAPHS STEP`: prints one JSON object with what it counted.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from drill.disk import Call, Disk
from drill.verdict import Found, Version, husks, leftovers, opened, versions

from index.rollback import Revocation, read_revocation, roll_back

WHY = Revocation(reason="wrong dose", by="Ada", on=datetime(2026, 11, 27, tzinfo=UTC))


def run(what: str, root: Path, new: Version) -> None:
    """Do what is drilled."""
    if what == "build":
        new.publish(root)
    else:
        roll_back(root, WHY)


def killed(what: str, root: Path, new: Version, number: int) -> bool:
    """Run in a child that kills itself before its call `number`; return whether it came so far."""
    child = os.fork()
    if not child:
        calls = 0

        def at(call: Call) -> None:
            nonlocal calls
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            with Disk(root, at):
                run(what, root, new)
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "failed without being killed"
    return os.WIFSIGNALED(status)


def wrong(what: str, root: Path, known: tuple[Version, ...]) -> str:
    """Return what is wrong after a kill, "" when nothing is."""
    found = opened(root, known)
    revoked = read_revocation(root / "g-000004") is not None
    if found.degraded and not revoked:
        return f"a fallback: {found}"
    if what == "rollback" and revoked == (found.version == "new"):
        return "revoked words are answered"
    if what == "rollback" and found.version == "new":
        roll_back(root, WHY)
    known[0].publish(root, force=True)
    if opened(root, known) != Found("old", degraded=False) or leftovers(root) or husks(root):
        return f"not whole after the next build: {leftovers(root)} {husks(root)}"
    return ""


def main() -> None:
    """Kill at every call that STEP takes, and count."""
    folder, what, paragraphs, step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    known = old, new = versions(folder / f"words-{paragraphs}", "old", "new", more=paragraphs)
    template, root = folder / "template", folder / "index"
    for _ in range(3):
        old.publish(template, force=True)
    if what == "rollback":
        new.publish(template)
    found, number, kills = [], 1, 0
    while True:
        shutil.copytree(template, root)
        alive = not killed(what, root, new, number)
        problem = wrong(what, root, known)
        shutil.rmtree(root)
        found += [f"{number}: {problem}"] if problem else []
        if alive:
            break
        number, kills = number + step, kills + 1
    print(json.dumps({"calls": number - 1, "kills": kills, "wrong": found}))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
