"""Many visitors at once: how long each waits for an answer, or for being told to come back.

Run: python tests/benchmarks/crowd.py [CLIENTS…]      (50 and 200 by default)
Uses FAQ_HOME, whose index must be built. The server is a process of its own; the visitors share its cores.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import httpx

from assistant.settings import read_settings
from content.library import load_library

sys.path.insert(0, str(Path(__file__).parent.parent))
from shell import free_port

ANSWER_SECONDS = 1.5
READY_SECONDS = 120
JOIN, DATA = "/chat/gradio_api/queue/join", "/chat/gradio_api/queue/data"
_TOLD = (429, 503)


Ask = Callable[[httpx.AsyncClient, str], Awaitable[str]]


class Visit(NamedTuple):
    """How a visit ended: `answered`, `told` to come back, or `failed`; and after how many seconds."""

    end: str
    seconds: float


async def by_api(client: httpx.AsyncClient, question: str) -> str:
    """Ask as a script does."""
    reply = await client.post("/v1/ask", json={"question": question})
    if reply.status_code in _TOLD and reply.json()["detail"]:
        return "told"
    return "answered" if reply.status_code == 200 and reply.json()["status"] else "failed"


async def by_chat(client: httpx.AsyncClient, question: str) -> str:
    """Ask as the page does: join the queue, listen until the answer is there."""
    visitor = uuid4().hex
    body = {"data": [question, None], "fn_index": 0, "session_hash": visitor}
    joined = await client.post(JOIN, json=body)
    if joined.status_code in _TOLD and joined.json()["detail"]:
        return "told"
    if joined.status_code != 200:
        return "failed"
    async with client.stream("GET", DATA, params={"session_hash": visitor}) as told:
        async for line in told.aiter_lines():
            if '"process_completed"' in line:
                done = json.loads(line.removeprefix("data: "))
                return "answered" if done["success"] else "failed"
    return "failed"


async def crowd(url: str, ask: Ask, asked: list[str]) -> list[Visit]:
    """Let as many visitors as there are questions ask at the same moment."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=120, trust_env=False) as client:
        return await asyncio.gather(*(_visit(ask, client, question) for question in asked))


async def _visit(ask: Ask, client: httpx.AsyncClient, question: str) -> Visit:
    began = time.perf_counter()
    try:
        end = await ask(client, question)
    except httpx.HTTPError as error:
        end = f"failed ({type(error).__name__})"
    return Visit(end, time.perf_counter() - began)


def row(name: str, visits: list[Visit], cpu: float) -> str:
    """Return a line of the table; times are those of the visits that ended as the column says.

    `cpu` is what the server spent on all of them: it says more than time on a machine that others use.
    """
    answered = sorted(visit.seconds for visit in visits if visit.end == "answered")
    told = sorted(visit.seconds for visit in visits if visit.end == "told")
    failed = sorted(visit.end for visit in visits if visit.end.startswith("failed"))
    p50, p95 = (_at(answered, share) for share in (0.50, 0.95))
    latest = told[-1] if told else 0.0
    line = f"{name:<34} {len(answered):8} {p50:7.2f} {p95:7.2f} {len(told):6} {latest:8.2f} {len(failed):7}"
    line += f" {cpu * 1000 / len(visits):9.1f}"
    return line + (f"  {failed[0]}" if failed else "")


def _at(seconds: list[float], share: float) -> float:
    return seconds[min(len(seconds) - 1, int(share * len(seconds)))] if seconds else float("nan")


@contextmanager
def served(log: Path) -> Iterator[tuple[str, int]]:
    """Serve in a process of its own until the block ends; return its address and process id."""
    port, staff_port = free_port(), free_port()
    command: list[str | Path] = [
        Path(sys.executable).with_name("faq"),
        "serve",
        "--port",
        str(port),
        "--staff-port",
        str(staff_port),
    ]
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait_until_ready(url)
        yield url, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_until_ready(url: str) -> None:
    latest = time.monotonic() + READY_SECONDS
    while time.monotonic() < latest:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise TimeoutError("not ready in time")


def cpu_seconds(process_id: int) -> float:
    """Return the processor time of a process, as the kernel counts it."""
    fields = Path(f"/proc/{process_id}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(sizes: list[int]) -> None:
    """Print the table."""
    questions = [question.question for question in load_library(read_settings().content).questions]
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before, visitors on the same cores; seconds")
    print(f"{'':<34} answered     p50     p95   told   latest  failed  cpu ms each")
    with served(Path("/dev/null")) as (url, process_id):

        def measure(name: str, ask: Ask, asked: list[str]) -> None:
            before = cpu_seconds(process_id)
            visits = asyncio.run(crowd(url, ask, asked))
            print(row(name, visits, cpu_seconds(process_id) - before), flush=True)

        asyncio.run(crowd(url, by_api, questions[:3]))
        asyncio.run(crowd(url, by_chat, questions[:1]))
        for size in sizes:
            for way, ask in (("/v1/ask", by_api), ("chat", by_chat)):
                mark = f"({way} {size})"
                several = [f"{questions[n % len(questions)]} {mark} {n}" for n in range(size)]
                measure(f"{size} at once, {way}, other questions", ask, several)
                measure(f"{size} at once, {way}, one question", ask, [f"{questions[0]} {mark}"] * size)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [50, 200])
