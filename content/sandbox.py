"""Source files of strangers are read in a process that may die of them; this one goes on."""

from __future__ import annotations

import os
import re
import selectors
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pydantic import ValidationError

from content.errors import SourceRefused
from content.extract import Extract
from content.verdict import MOST_BLOCKS, MOST_RESULT_BYTES, MOST_SOURCE_BYTES, Limits, Verdict

_MOST_NAME_BYTES = 255
_AT_ONCE = 65_536
# Controls, halves of characters, line and direction marks: in a message they would say something else.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f/\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ROOT = Path(__file__).parent.parent
# Isolated from what the user's environment names, and without compiled modules to write.
_START = (
    "-I", "-B", "-X", "utf8",
    "-c", "import sys; sys.path.insert(0, sys.argv.pop(1)); from content.parsing import main; main()",
)  # fmt: skip
_ENDINGS = {
    signal.SIGXCPU: "reading it takes more than {0.cpu_seconds} seconds of computing",
    signal.SIGXFSZ: "its reader wanted to write a file",
}
_USUAL = Limits()
# Each block of a verdict has one; inside a text the quotation marks would be escaped.
_BLOCK = b'"text":'


def extracted(path: Path, *, name: str | None = None, limits: Limits = _USUAL) -> tuple[Extract, ...]:
    """Return what the reader of a source file took from it; `name` is what the file is called.

    The file is read by a child with a cap on memory, time, files and output, an empty environment and
    an empty folder to stand in. It leaves the network where the system allows it, and cannot open a
    socket from Python anywhere. However the child ends, this process raises SourceRefused or returns;
    it never holds the file, and of the result at most 10 MB.
    """
    name = path.name if name is None else name
    _refuse_name(name)
    source = _opened(path, name)
    try:
        answer, ending = _asked(source, name, limits)
    finally:
        os.close(source)
    if ending is not None:
        raise SourceRefused(name, ending)
    try:
        if answer.count(_BLOCK) > MOST_BLOCKS:
            raise SourceRefused(name, f"more than {MOST_BLOCKS:,} paragraphs; cut it into parts")
        verdict = Verdict.model_validate_json(answer)
    except ValidationError as error:
        raise SourceRefused(name, "its reader gave no sensible answer") from error
    if verdict.refused is not None or not verdict.extracts:
        raise SourceRefused(name, verdict.refused or "no words found")
    return verdict.extracts


def _opened(path: Path, name: str) -> int:
    """Return an open file of its own, whole and not too large: no link, folder, pipe or device."""
    try:
        # Without O_NONBLOCK a pipe that nobody writes to would be waited for.
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path of this system"
        raise SourceRefused(name, f"cannot be read ({reason})") from error
    facts = os.fstat(number)
    if not stat.S_ISREG(facts.st_mode):
        reason = "it is no file, but a folder, pipe or device"
    elif facts.st_size > MOST_SOURCE_BYTES:
        reason = f"larger than {MOST_SOURCE_BYTES // 1_000_000} MB"
    elif facts.st_size == 0:
        reason = "it is empty"
    else:
        return number
    os.close(number)
    raise SourceRefused(name, reason)


def _refuse_name(name: str) -> None:
    if not name or _UNFIT.search(name):
        visible = name.encode("unicode_escape").decode("ascii")[:80]
        raise SourceRefused(visible or "a file without a name", "its name holds what no name needs")
    if len(name.encode("utf-8")) > _MOST_NAME_BYTES:
        raise SourceRefused(f"{name[:80]}…", f"its name is longer than {_MOST_NAME_BYTES} bytes")


def _asked(source: int, name: str, limits: Limits) -> tuple[bytearray, str | None]:
    """Return what a child says of an open file, and how it ended if that was not well."""
    deadline = time.monotonic() + limits.seconds
    with tempfile.TemporaryDirectory(prefix="faq-reading-") as empty:
        child = subprocess.Popen(
            [sys.executable, *_START, str(_ROOT), name, limits.model_dump_json()],
            stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd=empty,
            start_new_session=True,
        )  # fmt: skip
        try:
            answer = _received(child, deadline)
            child.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return bytearray(), f"reading it takes longer than {limits.seconds:g} seconds"
        finally:
            _end(child)
    if len(answer) > MOST_RESULT_BYTES:
        return bytearray(), f"more than {MOST_RESULT_BYTES // 1_000_000} MB of words; cut it into parts"
    # One that stops on an error has said so; one that is killed has said nothing, or half of it.
    if child.returncode == 0 or (child.returncode == 1 and answer):
        return answer, None
    return bytearray(), _ending(-child.returncode, limits)


def _received(child: subprocess.Popen[bytes], deadline: float) -> bytearray:
    """Return what a child writes until it closes its output, or a little more than it may write.

    Raises TimeoutExpired when the deadline passes first.
    """
    answer = bytearray()
    with selectors.DefaultSelector() as ready:
        channel = ready.register(child.stdout or -1, selectors.EVENT_READ).fd
        while len(answer) <= MOST_RESULT_BYTES:
            if not ready.select(timeout=max(0.0, deadline - time.monotonic())):
                raise subprocess.TimeoutExpired(child.args, 0)
            piece = os.read(channel, _AT_ONCE)
            if not piece:
                return answer
            answer += piece
    child.kill()
    return answer


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill a child that still runs, with everything it may have started."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.stdout is not None:
        child.stdout.close()


def _ending(number: int, limits: Limits) -> str:
    if number <= 0:
        return "its reader ended without a word"
    found = signal.Signals(number)
    return _ENDINGS.get(found, f"its reader died ({found.name})").format(limits)
