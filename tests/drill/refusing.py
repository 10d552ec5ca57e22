"""A disk that refuses, and what a program makes of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

from drill.disk import Call, Disk

from content.errors import FaqError

ERRNOS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EMFILE)


class Outcome:
    """How a run under a refusing disk ended: `reached`: the refusal came; `error`: what was said of it."""

    def __init__(self, reached: bool, error: FaqError | None, call: Call | None) -> None:
        self.reached = reached
        self.error = error
        self.call = call


def refused(root: Path, run: Callable[[], object], number: int, code: int, *, lasting: bool) -> Outcome:
    """Run while the `number`-th call below `root` is refused, and if `lasting` every one after it.

    Anything but an error that a person can mend is let through.
    """
    calls, first = count(1), []

    def at(call: Call) -> None:
        now = next(calls)
        if now == number or (lasting and now > number):
            first.append(call)
            raise OSError(code, os.strerror(code), str(call.path))

    error = None
    with Disk(root, at):
        try:
            run()
        except FaqError as raised:
            error = raised
    return Outcome(bool(first), error, first[0] if first else None)
