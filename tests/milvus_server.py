"""A real Milvus server for tests, reached at 127.0.0.1 alone.

The server binds its eleven ports on every interface whatever its configuration says, so it runs in a
network namespace of its own. A relay that stands in there takes what comes to one port of this machine's
loopback: a listening socket stays in the namespace where it was made.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

_UNSHARE = ["unshare", "--net", "--map-root-user"]
# The one port of the server that a client speaks to; inside the namespace nobody else has it.
_PROXY, _HEALTH = 19530, 9091
_UP_SECONDS = 240.0


class MilvusServer:
    """The server of one data folder; it can be killed and started again at the same address.

    `programs` is a folder for what the package holds compressed, half a gigabyte, shared by all servers.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self._programs = folder, programs
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"milvus://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait until it answers; returns the seconds that took."""
        began = time.monotonic()
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        with socket.create_server(("127.0.0.1", self.port)) as listener, self._log() as log:
            command = [sys.executable, __file__, str(self.folder), str(self._programs)]
            self._process = subprocess.Popen(
                [*_UNSHARE, *command, str(listener.fileno())],
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not ready.exists():
            assert self._process.poll() is None, f"Milvus ended: see {self.folder}/inside.log"
            assert time.monotonic() - began < _UP_SECONDS, "Milvus did not come up"
            time.sleep(0.1)
        return time.monotonic() - began

    def kill(self) -> None:
        """End server and relay at once, as a power cut does. A polite signal may go unheard for minutes."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            assert self._process.stdin
            self._process.stdin.close()
            self._process.wait(30)
            self._process = None

    def _log(self) -> BinaryIO:
        self.folder.mkdir(parents=True, exist_ok=True)
        return (self.folder / "inside.log").open("ab")


@contextlib.contextmanager
def empty_database(server: MilvusServer, name: str) -> Iterator[str]:
    """Make a database and give the address of a store in it; it is removed with all that is in it."""
    from pymilvus import MilvusClient

    client = MilvusClient(f"http://127.0.0.1:{server.port}", timeout=5, dedicated=True)
    client.create_database(name, timeout=20)
    yield f"{server.url}/{name}"
    inside = MilvusClient(f"http://127.0.0.1:{server.port}", db_name=name, timeout=5, dedicated=True)
    for collection in inside.list_collections(timeout=20):
        inside.drop_collection(collection, timeout=60)
    inside.close()
    client.drop_database(name, timeout=20)
    client.close()


@contextlib.contextmanager
def running(folders: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """Give a server of its own, in fresh folders."""
    server = MilvusServer(folders.mktemp("milvus"), folders.mktemp("milvus-programs"))
    server.start()
    yield server
    server.kill()


def marks() -> list[pytest.MarkDecorator]:
    """Return the marks of tests that need the server, skipped with a reason where none can be started."""
    reason = _why_not()
    return [
        pytest.mark.drill,
        pytest.mark.server,
        pytest.mark.skipif(reason is not None, reason=str(reason)),
    ]


def _why_not() -> str | None:
    """Return why no server can be started here, None where one can."""
    if importlib.util.find_spec("milvus") is None:
        return "no Milvus server: pip install '.[drill]'"
    if shutil.which("unshare") is None or subprocess.run([*_UNSHARE, "true"], capture_output=True).returncode:
        return "Milvus would listen on every interface: no network namespace may be made here"
    return None


def _inside(folder: Path, programs: Path, listener: socket.socket) -> None:
    """Stand in the namespace: start the server, relay to it, end when the test's own process does."""
    import milvus

    threading.Thread(target=_end_with_the_test, daemon=True).start()
    _loopback_up()
    config = milvus.MilvusServerConfig(data_dir=str(folder))
    # Its lines about every call cost more than the calls of a test.
    config.extra_configs["log.level"] = "warn"
    config.resolve()
    milvus._initialize_data_files(str(programs))
    surroundings = {
        **os.environ,
        "DEPLOY_MODE": "STANDALONE",
        "METRICS_PORT": str(_HEALTH),
        "MILVUS_RUN_DIR": str(folder / "run"),
        "LD_LIBRARY_PATH": str(programs / "bin"),
    }
    subprocess.Popen([programs / "bin" / "milvus", "run", "standalone"], cwd=folder, env=surroundings)
    asyncio.run(_relay(listener, folder / "ready"))


async def _relay(listener: socket.socket, ready: Path) -> None:
    server = await asyncio.start_server(_pass_on, sock=listener)
    while not await asyncio.to_thread(_is_healthy):
        await asyncio.sleep(0.2)
    ready.touch()
    await server.serve_forever()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        there, back = await asyncio.open_connection("127.0.0.1", _PROXY)
    except OSError:
        writer.close()
        return
    await asyncio.gather(_pour(reader, back), _pour(there, writer))


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while some := await source.read(1 << 16):
            target.write(some)
            await target.drain()
    target.close()


def _is_healthy() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{_HEALTH}/healthz", timeout=5) as answer:
            return b"OK" in answer.read()
    except OSError:
        return False


def _loopback_up() -> None:
    """Switch `lo` on, as `ip link set lo up` does; a new namespace has it off."""
    set_flags, up = 0x8914, 0x1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh", b"lo", up))


def _end_with_the_test() -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    _inside(Path(sys.argv[1]), Path(sys.argv[2]), socket.socket(fileno=int(sys.argv[3])))
