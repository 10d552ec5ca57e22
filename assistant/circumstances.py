"""Under which circumstances answers were given since when: noted whenever a server begins to use others.

Law: nothing here is believed. A receipt is a hash, so a wrong or lost line fits no receipt, and a right
one proves itself. No question, answer, receipt or visitor is ever written here.
"""

from __future__ import annotations

import fcntl
import logging
import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from assistant.receipts import Circumstances, circumstances
from assistant.settings import Settings
from content.schema import Fact
from index.durable import sync
from index.manifest import BUILDER_ID

_log = logging.getLogger(__name__)


class Recorded(Fact):
    """What answers were given with from a moment on, until the next one was noted."""

    since: datetime
    index_id: str
    program: str
    builder: str
    given: Circumstances


def program() -> str:
    """Return the version of this program."""
    return version("quoted-faq")


def record_circumstances(settings: Settings, calibration_id: str, index_id: str) -> None:
    """Note what is answered with from now on; writes nothing when that is what was noted last.

    A disk that takes nothing stops no answer: `faq replay` finds less by itself later, which is logged.
    """
    path = settings.home / "circumstances.jsonl"
    now = Recorded(
        since=datetime.now(UTC).replace(microsecond=0),
        index_id=index_id,
        program=program(),
        builder=BUILDER_ID,
        given=circumstances(calibration_id, settings),
    )
    known = recorded_circumstances(settings.home)
    if known and known[0].model_copy(update={"since": now.since}) == now:
        return
    try:
        _append(path, now.model_dump_json().encode("utf-8"))
    except OSError as error:
        _log.warning("%s: not noted with which settings is answered (%s)", path, error.strerror)


def recorded_circumstances(home: Path) -> tuple[Recorded, ...]:
    """Return what was noted, newest first; a line that cannot be read is passed over."""
    try:
        lines = (home / "circumstances.jsonl").read_bytes().split(b"\n")
    except OSError:
        return ()
    found = []
    for line in filter(None, lines):
        try:
            found.append(Recorded.model_validate_json(line))
        except ValidationError:
            continue
    return tuple(reversed(found))


def _append(path: Path, line: bytes) -> None:
    """Add a line; one that a crash cut off before it ends here and spoils nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(max(0, file.tell() - 1))
        torn = file.read(1) not in (b"", b"\n")
        file.write((b"\n" if torn else b"") + line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync(path.parent)
