"""Starting and stopping in the middle of a crowd, and a clock that jumps: nobody is left without a word."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from drill.figures import Figures, sized
from loaded import written
from served import READY_SECONDS, STOP_SECONDS, Server, faq_process, serving
from shell import free_port

pytestmark = pytest.mark.server
QUESTION, URGENT = "How many people took part in the lupus study?", "I cannot breathe"
CROWD = 8
# The time of day as a file says it, as if somebody had set the clock; made when Python starts.
CLOCK = """
import os, time
real = time.time
def told():
    with open(os.environ["DRILL_CLOCK"], "rb") as file:
        return real() + float(file.read())
time.time = told
"""


class Crowd:
    """Visitors who ask again and again from before a server starts until after it has stopped."""

    def __init__(self, url: str) -> None:
        self._url, self._over = url, threading.Event()
        self.ends, self._lock = Counter[str](), threading.Lock()
        self._threads = [threading.Thread(target=self._visit, args=(n,)) for n in range(CROWD)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _visit(self, number: int) -> None:
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as client:
            while not self._over.is_set():
                question = URGENT if number % 2 else QUESTION
                try:
                    reply = client.post("/v1/ask", json={"question": question})
                    end = f"{reply.status_code} {self._said(question, reply)}"
                except httpx.TransportError:
                    end = "no connection"
                    time.sleep(0.05)
                with self._lock:
                    self.ends[end] += 1

    @staticmethod
    def _said(question: str, reply: httpx.Response) -> str:
        if question == URGENT:
            told = '"kind":"emergency"' in reply.text or "911" in reply.text
            return "with whom to call" if told else "untold"
        return "answered" if reply.status_code == 200 else "told" if reply.json()["detail"] else "untold"


@sized(rounds=(1, 20))
def test_a_crowd_is_answered_as_soon_as_it_can_be_and_nobody_is_cut_off_without_a_word(
    built_in_home: Path, tmp_path: Path, rounds: int, figures: Figures
) -> None:
    port, staff_port = free_port(), free_port()
    ports = ("--port", str(port), "--staff-port", str(staff_port))
    stopping, logs = list[float](), list[str]()
    with Crowd(f"http://127.0.0.1:{port}") as crowd:
        for number in range(rounds):
            log = tmp_path / f"{number}.log"
            process = faq_process(built_in_home, tmp_path / "around", "serve", *ports, log=log)
            try:
                began = time.monotonic()
                while "Ask at " not in log.read_text("utf-8"):
                    assert process.poll() is None and time.monotonic() < began + READY_SECONDS
                    time.sleep(0.1)
                time.sleep(1)
                began = time.monotonic()
                process.send_signal(signal.SIGTERM)
                process.wait(STOP_SECONDS * 4)
                stopping.append(round(time.monotonic() - began, 2))
            finally:
                process.kill()
            logs.append(log.read_text("utf-8"))

    figures.add("service start and stop", **written("service-stop", ends=dict(crowd.ends), stopping=stopping))
    assert set(crowd.ends) <= {"200 answered", "200 with whom to call", "503 told", "503 with whom to call",
                               "no connection"}  # fmt: skip
    assert crowd.ends["200 answered"] and crowd.ends["503 told"] + crowd.ends["no connection"]
    # How long stopping takes is measured in the long form; the wait above gives up after four times that.
    assert rounds == 1 or max(stopping) <= STOP_SECONDS
    assert not [log for log in logs if "Traceback" in log or "rror" in log]


DAY = 86_400
# How far the clock is from the right time, in seconds, one after the other; four questions each are within
# the limit of one minute that passes meanwhile.
JUMPS = (DAY, -DAY, 30 * DAY, -400 * DAY, -20_000 * DAY, 0)


def test_a_clock_that_jumps_shuts_nobody_out(built_in_home: Path, tmp_path: Path, figures: Figures) -> None:
    clock, python = tmp_path / "clock", tmp_path / "python"
    clock.write_text("0", "utf-8")
    python.mkdir()
    (python / "sitecustomize.py").write_text(CLOCK, "utf-8")
    variables = {"PYTHONPATH": str(python), "DRILL_CLOCK": str(clock), "FAQ_TRUSTED_PROXIES": "127.0.0.1"}
    # What is written under a wrong clock is not for other tests.
    home = tmp_path / "home"
    shutil.copytree(built_in_home, home, ignore=shutil.ignore_patterns("models", "*.sqlite*", "gradio"))
    (home / "models").symlink_to(built_in_home / "models")
    with serving(home, tmp_path / "around", **variables) as server:
        statuses = {jump: asked_at(server, clock, jump) for jump in JUMPS}
        log = server.log.read_text("utf-8")

    figures.add("service clock", **written("service-clock", statuses=list(statuses.items())))
    assert set(statuses.values()) == {(200, 200, 200, 200, "emergency")}, statuses
    assert "Traceback" not in log and "rror" not in log


def asked_at(server: Server, clock: Path, jump: int) -> tuple[object, ...]:
    """Set the clock, and ask a few times from one address; the limit is thirty in a minute."""
    clock.with_suffix(".new").write_text(str(jump), "utf-8")
    clock.with_suffix(".new").replace(clock)
    visitor = {"x-forwarded-for": "198.18.0.1"}
    statuses = list[object]()
    for question in (QUESTION, QUESTION, "Can COPD be cured?", URGENT):
        reply = httpx.post(
            f"{server.url}/v1/ask", json={"question": question}, headers=visitor, timeout=60, trust_env=False
        )
        statuses.append(reply.status_code)
    return (*statuses, reply.json()["redirect"]["kind"])
