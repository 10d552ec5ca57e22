"""Questions `/v1/ask` answers each second: 1 to 200 clients, one worker or several, reader or none.

Run: python tests/benchmarks/throughput.py [--workers 1 2] [--clients 1 10 200] [--seconds 2] [--rounds 3]
Uses the models of FAQ_HOME and builds the built-in content twice, into folders of its own. No question is
answered twice. Clients keep their connection, ask the next as soon as they are answered, and where they are
told to wait, the same again after a second; they share the server's cores, and what they and the server spend
is told beside it. The servers that are compared are asked by turns: a machine that others use as well is as
busy for each of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from assistant.building import build
from assistant.settings import Settings, read_settings
from content.library import load_library

sys.path.insert(0, str(Path(__file__).parent.parent))
from crew import workers_of
from served import Server, serving

_TOLD_SECONDS = 1.0
_NUMBERS = count()


class Measured(NamedTuple):
    """What a crowd got: answers, seconds of each, how often it was told to wait, processor seconds."""

    answered: int
    told: int
    failed: int
    seconds: float
    waits: list[float]
    server_cpu: float
    clients_cpu: float

    def with_another(self, other: Measured) -> Measured:
        """Return what two rounds make together."""
        return Measured(
            self.answered + other.answered, self.told + other.told, self.failed + other.failed,
            self.seconds + other.seconds, self.waits + other.waits,
            self.server_cpu + other.server_cpu, self.clients_cpu + other.clients_cpu,
        )  # fmt: skip

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds

    def row(self, name: str, beside: float) -> str:
        """Return a line of the table; `beside` is the rate it is compared with."""
        waits = sorted(self.waits) or [float("nan")]
        p50, p95 = (waits[int(share * (len(waits) - 1))] * 1000 for share in (0.5, 0.95))
        each = 1000 / max(1, self.answered)
        return (
            f"{name:<36}{self.rate:8.1f}{self.rate / max(beside, 1e-9):6.2f}{p50:9.0f}{p95:9.0f}"
            f"{self.told:7}{self.failed:7}"
            f"{self.server_cpu * each:11.1f}{self.clients_cpu * each:10.1f}{os.getloadavg()[0]:7.1f}"
        )


class _Crowd:
    def __init__(self, server: Server, asked: list[str]) -> None:
        self._asked, self._port = asked, int(server.url.rpartition(":")[2])
        self.answered, self.told, self.failed = 0, 0, 0
        self.waits: list[float] = []

    async def client(self, latest: float) -> None:
        """Ask until it is late."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        question = self._next()
        while time.monotonic() < latest:
            began = time.monotonic()
            status, answer = await _posted(reader, writer, json.dumps({"question": question}).encode())
            if status == 200 and json.loads(answer)["status"]:
                self.answered += 1
                self.waits.append(time.monotonic() - began)
                question = self._next()
            elif status == 503:
                self.told += 1
                await asyncio.sleep(_TOLD_SECONDS)
            else:
                self.failed += 1
        writer.close()

    def _next(self) -> str:
        number = next(_NUMBERS)
        return f"{self._asked[number % len(self._asked)]} ({number})"


async def _posted(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes
) -> tuple[int, bytes]:
    writer.write(
        b"POST /v1/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        b"content-length: %d\r\n\r\n%b" % (len(body), body)
    )
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    return int(head.split()[1]), await reader.readexactly(length)


def measured(server: Server, clients: int, seconds: float, asked: list[str]) -> Measured:
    """Let some clients ask for some seconds."""
    crowd = _Crowd(server, asked)

    async def ask() -> None:
        latest = time.monotonic() + seconds
        await asyncio.gather(*(crowd.client(latest) for _ in range(clients)))

    before, own, began = _cpu(server), time.process_time(), time.monotonic()
    asyncio.run(ask())
    passed = time.monotonic() - began
    spent = _cpu(server) - before
    return Measured(
        crowd.answered, crowd.told, crowd.failed, passed, crowd.waits, spent, time.process_time() - own
    )


def _cpu(server: Server) -> float:
    """Return the processor seconds of a server and its workers, as the kernel counts them."""
    spent = 0
    for process in (server.process.pid, *workers_of(server)):
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")


def _memory(server: Server) -> Iterator[str]:
    """Yield what each process holds, and its share where it holds something together with others."""
    for process in (server.process.pid, *workers_of(server)):
        text = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
        found = {line.split()[0]: int(line.split()[1]) // 1024 for line in text[1:]}
        yield f"{found['Rss:']} MB ({found['Pss:']} with what is shared divided)"


def compared(
    servers: dict[int, Server], clients: int, given: argparse.Namespace, asked: list[str]
) -> dict[int, Measured]:
    """Ask each server by turns, and return what its rounds make together."""
    found: dict[int, Measured] = {}
    for _ in range(given.rounds):
        for workers, server in servers.items():
            one = measured(server, clients, given.seconds, asked)
            found[workers] = found[workers].with_another(one) if workers in found else one
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 10, 50, 200])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    models, asked = read_settings().models, [question.question for question in load_library().questions]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; milliseconds; ratio to the first")
    print(f"{'':<36}  each s ratio      p50      p95   told failed  server ms client ms   load")
    with TemporaryDirectory() as folder:
        for reader in (False, True):
            home = Path(folder) / f"reader-{reader}"
            home.mkdir()
            (home / "models").symlink_to(models)
            build(Settings(home=home, reader=reader))
            with ExitStack() as stack:
                servers = {
                    workers: stack.enter_context(
                        serving(
                            home, Path(folder) / f"around-{reader}-{workers}", FAQ_WORKERS=str(workers),
                            FAQ_READER=str(reader).lower(),
                        )
                    )
                    for workers in given.workers
                }  # fmt: skip
                for server in servers.values():
                    measured(server, 4, 2.0, asked)
                for clients in given.clients:
                    found = compared(servers, clients, given, asked)
                    first = found[given.workers[0]].rate
                    for workers, one in found.items():
                        name = (
                            f"{'with' if reader else 'without'} reader, {workers} workers, {clients} clients"
                        )
                        print(one.row(name, first), flush=True)
                for workers, server in servers.items():
                    print(f"  memory, {workers} workers: " + "; ".join(_memory(server)), flush=True)


if __name__ == "__main__":
    main()
