"""A command of `faq` in a process of its own: building takes neither time nor memory from the server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from threading import Thread
from time import monotonic
from typing import IO, NamedTuple

from pydantic import SecretStr

from assistant.settings import Settings
from content.library import BUILT_IN

_LOOK_SECONDS = 0.5
# Gentle: whoever answers visitors goes first.
_RUN = "import os, sys; os.nice(10); sys.argv[0] = 'faq'; from assistant.cli import main; main()"
_PREFIX = "FAQ_"


class Finished(NamedTuple):
    """What a command left behind; `code` is 0 when it did what was asked."""

    code: int
    out: str
    err: str


class Step(NamedTuple):
    """How long a command runs and what it said last; `finished` is there at the end."""

    seconds: float
    said: str
    finished: Finished | None = None


def run_faq(settings: Settings, *words: str) -> Generator[Step, None, None]:
    """Run a command under the same settings and yield twice a second; who stops listening ends it."""
    began = monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, *words], env=environment(settings), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    out, err = _Heard(process.stdout), _Heard(process.stderr)
    try:
        while process.poll() is None:
            yield Step(monotonic() - began, err.last)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
    finally:
        # An index is published whole or not at all, whenever its builder is stopped.
        process.terminate()
        process.wait()
    finished = Finished(process.returncode, out.whole(), err.whole())
    yield Step(monotonic() - began, err.last, finished)


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which a command reads the same settings again, without the staff's token.

    Without a folder of its own a site's documents are found anew: the first change copies them.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value is None or isinstance(value, SecretStr) or (name == "content" and value == BUILT_IN):
            continue
        if value != () or os.environ.get(f"{_PREFIX}{name.upper()}"):
            kept[f"{_PREFIX}{name}".upper()] = _text(value)
    return kept


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


class _Heard:
    """Reads what a process says, in a thread: a full pipe would stop it."""

    def __init__(self, pipe: IO[str] | None) -> None:
        self._lines: list[str] = []
        self._reading = Thread(target=self._read, args=(pipe,), daemon=True)
        self._reading.start()

    @property
    def last(self) -> str:
        return self._lines[-1].strip() if self._lines else ""

    def whole(self) -> str:
        self._reading.join()
        return "".join(self._lines)

    def _read(self, pipe: IO[str] | None) -> None:
        if pipe is not None:
            with pipe:
                for line in pipe:
                    self._lines.append(line)
