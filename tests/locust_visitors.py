"""Visitors of the whole service, for locust: some ask by page, some by program, some need help at once.

Run by tests/loaded.py. LOAD_PACE says how long each waits between two questions, LOAD_MOST after how many
all stop; what they saw is written to LOAD_SEEN. Every visitor has an address of its own, as behind a proxy.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import gevent  # type: ignore[import-untyped]
from locust import FastHttpUser, events, task

from content.library import load_library

QUESTIONS = [row.question for row in load_library().questions if row.expect in ("quote", "no_passage")]
RECEIPT = "r-0123456789abcdef01234567"
# What is asked in need, the kind of answer, and the number that a person must read.
URGENT = (
    ("I cannot breathe", "emergency", "911"), ("my chest hurts and my arm is numb", "emergency", "911"),
    ("I want to die", "crisis", "988"), ("I am going to kill myself", "crisis", "988"),
)  # fmt: skip
# People read an answer before they ask again; in a rush nobody does.
PACES: dict[str, Callable[[], float]] = {
    "calm": lambda: random.uniform(5, 15),
    "brisk": lambda: random.uniform(0.5, 1.5),
}
PACE, MOST = os.environ["LOAD_PACE"], int(os.environ["LOAD_MOST"])
JOIN, DATA = "/chat/gradio_api/queue/join", "/chat/gradio_api/queue/data"

statuses: dict[str, Counter[str]] = defaultdict(Counter)
seconds: dict[str, list[float]] = defaultdict(list)
_numbers, _asked = iter(range(1, 10**6)), iter(range(1, 10**9))
_runner: list[Any] = []


class Visitor(FastHttpUser):
    """One person with a page, and what their page does."""

    # Longer than anybody waits: on a busy machine what is late is no failure, but late.
    connection_timeout = network_timeout = 240.0

    def wait_time(self) -> float:
        """Return for how long this visitor reads."""
        return PACES[PACE]()

    def on_start(self) -> None:
        """Take an address and open the page, as every visit begins."""
        number = next(_numbers)
        self._address = {"x-forwarded-for": f"198.18.{number // 250}.{number % 250 + 1}"}
        self._look("page", "/chat/")

    @task(10)
    def by_program(self) -> None:
        """Ask over /v1."""
        began = time.perf_counter()
        reply = self._post("/v1/ask", {"question": self._question()})
        _note("question", _how(reply, "status"), began)

    @task(10)
    def by_page(self) -> None:
        """Ask in the chat."""
        began = time.perf_counter()
        _note("question", self._chat(self._question(), '"faq-answer'), began)

    @task(3)
    def in_need_by_program(self) -> None:
        """Ask what must never wait; a refusal is right as long as it says whom to call."""
        question, kind, number = random.choice(URGENT)
        began = time.perf_counter()
        reply = self._post("/v1/ask", {"question": question})
        # An answer names the text, which programs have; a refusal holds it.
        sign = f'"kind":"{kind}"' if reply.status_code == 200 else number
        told = sign in (reply.text or "").replace(" ", "")
        _note("urgent", "told" if told else f"untold {reply.status_code}", began)

    @task(3)
    def in_need_by_page(self) -> None:
        """Ask it in the chat."""
        question, _, number = random.choice(URGENT)
        began = time.perf_counter()
        end = self._chat(question, number)
        _note("urgent", "told" if end == "answered" else f"untold {end}", began)

    @task(1)
    def reads(self) -> None:
        """Fetch what the page and programs load."""
        for path in ("/chat/config", "/v1/documents/trial-uc-msc-lupus-2010", "/healthz"):
            self._look("page", path)

    @task(1)
    def says_whether_it_helped(self) -> None:
        """Give feedback."""
        began = time.perf_counter()
        reply = self._post("/v1/feedback", {"receipt": RECEIPT, "helpful": True})
        _note("feedback", _how(reply), began)

    def _question(self) -> str:
        # A third have words of their own: what was asked before costs less.
        asked = random.choice(QUESTIONS)
        return f"{asked} {uuid4().hex[:6]}" if random.random() < 1 / 3 else asked

    def _post(self, path: str, body: object) -> Any:
        return self.client.post(path, json=body, headers=self._address)

    def _look(self, name: str, path: str) -> None:
        began = time.perf_counter()
        _note(name, _how(self.client.get(path, headers=self._address)), began)

    def _chat(self, question: str, shows: str) -> str:
        """Join the queue and listen to the end; an answer, or a refusal, that `shows` it is answered."""
        visitor = uuid4().hex
        body = {"data": [question, None], "fn_index": 0, "session_hash": visitor}
        joined = self._post(JOIN, body)
        if joined.status_code != 200:
            return "answered" if shows in (joined.text or "") else _how(joined)
        heard = self.client.get(f"{DATA}?session_hash={visitor}", name=DATA, headers=self._address)
        told = (heard.text or "").replace('\\"', '"')
        done = '"process_completed"' in told and '"success":true' in told and shows in told
        return "answered" if done else f"unheard {heard.status_code}"


def _how(reply: Any, field: str | None = None) -> str:
    """Say how a request ended; one that is told to wait is told so in a sentence."""
    status = reply.status_code
    if status in (429, 503):
        return "told to wait" if len(_value(reply, "detail")) > 20 else f"{status} without a word"
    if status in (200, 204) and (field is None or _value(reply, field)):
        return "answered"
    return f"status {status}"


def _value(reply: Any, field: str) -> str:
    try:
        return str(json.loads(reply.text)[field])
    except (ValueError, KeyError, TypeError):
        return ""


def _note(name: str, how: str, began: float) -> None:
    statuses[name][how] += 1
    seconds[f"{name}: {how}"].append(round(time.perf_counter() - began, 4))
    if name in ("question", "urgent") and next(_asked) == MOST:
        gevent.spawn(_runner[0].quit)


@events.init.add_listener  # type: ignore[untyped-decorator]
def _keep(environment: Any, **_: Any) -> None:
    _runner.append(environment.runner)


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def _write(**_: Any) -> None:
    seen = {"ends": statuses, "seconds": seconds}
    Path(os.environ["LOAD_SEEN"]).write_text(json.dumps(seen), "utf-8")
