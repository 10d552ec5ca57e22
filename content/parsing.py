"""The child of `content.sandbox`: reads one source file from its input and writes a verdict.

It gets the name of the file and its limits as arguments and the file as standard input, and takes
away from itself what a reader does not need before it looks at the first byte.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import sys

from content.errors import SourceRefused, UnknownFormat
from content.fidelity import MOST_BYTES
from content.formats import READ, format_of
from content.verdict import MOST_BLOCKS, MOST_RESULT_BYTES, MOST_SOURCE_BYTES, Limits, Verdict

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# Audit events (PEP 578, Python's table of them) of what no reader does; the hook cannot be taken off.
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.spawn", "pty.",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
    "os.chown", "os.kill", "shutil.", "ftplib.", "http.", "smtplib.", "urllib.Request", "webbrowser.",
)  # fmt: skip
# Every byte of these is a word: what would be refused when it is read can be refused before.
_NOTHING_BUT_WORDS = frozenset({"text", "markdown", "medline"})
# Machine code that unfolds a stream takes all it may have before it stops: half of what others get is more
# than any real file took, and is filled in half the time.
_LESS_MEMORY = {"pdf": 2}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    """Read the file on standard input under limits and write the verdict to standard output."""
    name, limits = sys.argv[1], Limits.model_validate_json(sys.argv[2])
    # The one channel out; whatever else prints, prints to where nobody reads.
    result = os.dup(1)
    os.dup2(2, 1)
    # What stopped a reader is said in one word: a message may hold words of the file.
    sys.excepthook = lambda kind, error, trace: _write(result, Verdict(refused=_reason(kind, limits)))
    os.nice(5)  # visitors are answered first
    gc.disable()  # a process that reads one file and ends need not look for what it could throw away
    leave_network()
    set_limits(limits)
    sys.addaudithook(_refuse_forbidden)
    data = sys.stdin.buffer.read(MOST_SOURCE_BYTES + 1)
    try:
        if len(data) > MOST_SOURCE_BYTES:
            raise SourceRefused(name, f"larger than {MOST_SOURCE_BYTES // 1_000_000} MB")
        found = format_of(name, data)
        if found in _NOTHING_BUT_WORDS and len(data) > MOST_BYTES:
            raise SourceRefused(name, f"more than {MOST_BYTES // 1_000_000} MB of words; cut it into parts")
        if found in _LESS_MEMORY:
            less = limits.memory_bytes // _LESS_MEMORY[found]
            resource.setrlimit(resource.RLIMIT_AS, (less, less))
        extracts = READ[found](data, name)
    except (SourceRefused, UnknownFormat) as error:
        _write(result, Verdict(refused=error.reason))
    else:
        _write(result, Verdict(extracts=extracts))


def set_limits(limits: Limits) -> None:
    """Take memory, time, files and children away from this process for good."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # The first of two seconds sends the signal that says why; the second would only kill.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def leave_network() -> bool:
    """Move to a network without a way out, and say whether the system let us.

    Where it does not (a container may forbid it), the audit hook still stops every socket that Python
    opens; a library of machine code that was taken over would not be stopped.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    return hasattr(libc, "unshare") and libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0


def _refuse_forbidden(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN) or (event == "open" and _writes(arguments)):
        raise PermissionError(f"a reader of source files may not: {event}")


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & _WRITING)


def _write(channel: int, verdict: Verdict) -> None:
    if sum(len(extract.pieces) + len(extract.left_out) for extract in verdict.extracts) > MOST_BLOCKS:
        verdict = Verdict(refused=f"more than {MOST_BLOCKS:,} paragraphs; cut it into parts")
    written = verdict.model_dump_json().encode("utf-8")
    if len(written) > MOST_RESULT_BYTES:
        verdict = Verdict(
            refused=f"more than {MOST_RESULT_BYTES // 1_000_000} MB of words; cut it into parts"
        )
        written = verdict.model_dump_json().encode("utf-8")
    while written:
        written = written[os.write(channel, written) :]


def _reason(kind: type[BaseException], limits: Limits) -> str:
    if issubclass(kind, MemoryError):
        return f"reading it needs more than {limits.memory_bytes // 1_000_000} MB of memory"
    if issubclass(kind, RecursionError):
        return "its parts are nested too deep"
    return f"its reader stopped ({kind.__name__})"
