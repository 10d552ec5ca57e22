"""`faq serve` in a process of its own, in empty folders that show what it leaves behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from shell import free_port

READY_SECONDS = 180
STOP_SECONDS = 5


class Server(NamedTuple):
    """A running server; `around` is its user's home, temporary and working folder, all empty at first."""

    url: str
    process: subprocess.Popen[bytes]
    home: Path
    around: Path
    log: Path
    staff_url: str

    def ask(self, question: str, history: tuple[str, ...] = ()) -> httpx.Response:
        """Send a question over a real socket."""
        body = {"question": question, "history": history}
        return httpx.post(f"{self.url}/v1/ask", json=body, timeout=30, trust_env=False)

    def get(self, path: str) -> httpx.Response:
        """Fetch a path over a real socket."""
        return httpx.get(self.url + path, timeout=30, trust_env=False)

    def stop(self) -> float:
        """Send SIGTERM and return the seconds until the process is gone."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_SECONDS * 4)
        return time.monotonic() - began


def faq_process(
    home: Path, around: Path, *words: str, log: Path | None = None, **variables: str
) -> subprocess.Popen[bytes]:
    """Start the installed `faq` command with nothing but its own environment."""
    folders = {name: around / name for name in ("HOME", "TMPDIR", "PWD")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "FAQ_HOME": str(home), **variables}
    environment |= {name: str(folder) for name, folder in folders.items()}
    output = log.open("wb") if log else subprocess.PIPE
    try:
        return subprocess.Popen(
            [Path(sys.executable).with_name("faq"), *words],
            env=environment, cwd=folders["PWD"], stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    finally:
        if not isinstance(output, int):
            output.close()


@contextmanager
def serving(home: Path, around: Path, **variables: str) -> Iterator[Server]:
    """Serve until the block ends; everything printed is in `log`."""
    port, staff_port, log = free_port(), free_port(), around.with_suffix(".log")
    ports = ("--port", str(port), "--staff-port", str(staff_port))
    process = faq_process(home, around, "serve", *ports, log=log, **variables)
    try:
        _wait_until_ready(process, log)
        yield Server(f"http://127.0.0.1:{port}", process, home, around, log, f"http://127.0.0.1:{staff_port}")
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    latest = time.monotonic() + READY_SECONDS
    while "Ask at " not in log.read_text("utf-8"):
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < latest, "not ready in time"
        time.sleep(0.1)
