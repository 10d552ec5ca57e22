"""Several web workers on one machine: a parent that takes the address, starts them and starts them again."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from assistant.errors import BadSettings
from assistant.mounting import APP_VARIABLE, FOLDER_VARIABLE, fresh_folder
from assistant.post import TOGETHER, Line, Post
from assistant.process import limit_process
from assistant.settings import Settings
from content.errors import FaqError

_LOOK_SECONDS = 0.05
# Whoever ends again and again is not started in a rush, and still within two seconds.
_SOON_SECONDS, _PAUSE_SECONDS = 10.0, 1.0
# A worker itself takes three for its visitors; stopped is stopped within five.
_STOP_SECONDS = 4.3
_BACKLOG = 512
_HERE = "127.0.0.1"


class WorkerFailed(FaqError):
    """A worker ended before anybody was answered; it has said itself why."""

    def __init__(self, number: int, code: int) -> None:
        self.exit_code = code if code > 0 else 70
        super().__init__(f"worker {number} ended while it started. See what it said above; try: faq serve")


class Worker:
    """One child process and the line to it."""

    def __init__(self, post: Post, environment: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair()
        self.post, self.line, self.began = post, Line(ours), time.monotonic()
        self.ready = False
        with theirs:
            # A group of its own: Ctrl+C reaches the parent alone, which then stops every worker once.
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "assistant.worker"],
                stdin=theirs.fileno(), env=environment, process_group=0,
                pass_fds=(post.public, post.private, post.hits),
            )  # fmt: skip
        self.line.send(post)


class Workers:
    """Starts `settings.workers` workers on one listening socket and keeps that many alive until stopped.

    The first one builds what there is to build; the others go on from there once it answers.
    """

    def __init__(self, settings: Settings, listening: socket.socket, folder: Path) -> None:
        self._count, self._environment = settings.workers, _environment(settings, folder)
        self._stack = ExitStack()
        streams = [self._socket(socket.SOCK_STREAM) for _ in range(self._count)]
        hits = [self._socket(socket.SOCK_DGRAM) for _ in range(self._count)]
        ports = tuple(one.getsockname()[1] for one in streams)
        hit_ports = tuple(one.getsockname()[1] for one in hits)
        secret = secrets.token_hex(16)
        self._posts = [
            Post(
                number=number, public=listening.fileno(), private=streams[number].fileno(),
                hits=hits[number].fileno(), ports=ports, hit_ports=hit_ports, secret=secret,
            )
            for number in range(self._count)
        ]  # fmt: skip
        self._workers: dict[int, Worker] = {}
        self._due = dict.fromkeys(range(self._count), 0.0)
        self._gone_ahead = False
        self._stopped_by: int | None = None

    def run(self, tell_ready: Callable[[], None]) -> int:
        """Work until a signal and return its number; `tell_ready` is called once every worker answers.

        Raises WorkerFailed.
        """
        with self._stack, _signals(self._stop):
            try:
                told = False
                while self._stopped_by is None:
                    self._look()
                    if not told and self._all_ready():
                        tell_ready()
                        told = True
                    time.sleep(_LOOK_SECONDS)
            finally:
                self._end()
        return self._stopped_by

    def _look(self) -> None:
        for number, worker in list(self._workers.items()):
            worker.ready = worker.ready or worker.line.is_ready()
            code = worker.process.poll()
            if code is not None:
                self._gone(number, worker, code)
        if not self._gone_ahead and 0 in self._workers and self._workers[0].ready:
            self._gone_ahead = True
            for worker in self._workers.values():
                worker.line.tell_go()
        for number, due in list(self._due.items()):
            if time.monotonic() >= due:
                del self._due[number]
                self._workers[number] = Worker(self._posts[number], self._environment)

    def _gone(self, number: int, worker: Worker, code: int) -> None:
        post = self._posts[number]
        if not worker.ready and not post.anew:
            raise WorkerFailed(number, code)
        worker.line.close()
        del self._workers[number]
        hasty = time.monotonic() - worker.began < _SOON_SECONDS
        self._due[number] = time.monotonic() + (_PAUSE_SECONDS if hasty else 0.0)
        self._posts[number] = post.model_copy(update={"anew": True})

    def _all_ready(self) -> bool:
        return len(self._workers) == self._count and all(one.ready for one in self._workers.values())

    def _stop(self, number: int, _: FrameType | None) -> None:
        self._stopped_by = number

    def _end(self) -> None:
        for worker in self._workers.values():
            worker.process.send_signal(signal.SIGTERM)
        latest = time.monotonic() + _STOP_SECONDS
        for worker in self._workers.values():
            try:
                worker.process.wait(max(0.0, latest - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            worker.line.close()

    def _socket(self, kind: socket.SocketKind) -> socket.socket:
        made = self._stack.enter_context(socket.socket(socket.AF_INET, kind))
        made.bind((_HERE, 0))
        if kind == socket.SOCK_STREAM:
            made.listen(_BACKLOG)
        return made


def serve_with_workers(settings: Settings, listening: socket.socket, tell_ready: Callable[[], None]) -> None:
    """Serve with several processes until stopped. Raises WorkerFailed, and BadSettings before anything."""
    if settings.keep_questions != "no":
        # In memory alone, each worker for itself: one visitor could then pass for several.
        told = "words are kept once enough visitors asked alike, which one process alone can count"
        raise BadSettings("FAQ_WORKERS", f"{told}: 1 with FAQ_KEEP_QUESTIONS={settings.keep_questions}")
    limit_process()
    listening.listen(_BACKLOG)
    listening.setblocking(False)
    with TemporaryDirectory(prefix="faq-numbers-") as folder:
        stopped_by = Workers(settings, listening, Path(folder)).run(tell_ready)
    # As a server of one process ends: by the signal it was sent.
    signal.raise_signal(stopped_by)


def _environment(settings: Settings, folder: Path) -> dict[str, str]:
    """Return a worker's environment: what the command line said, and where all count together."""
    said = {
        "FAQ_HOST": settings.host, "FAQ_PORT": str(settings.port), "FAQ_CONTENT": str(settings.content),
        "FAQ_STAFF_PORT": str(settings.staff_port), "FAQ_WORKERS": str(settings.workers),
    }  # fmt: skip
    root = str(Path(__file__).parent.parent)
    # Emptied once: a worker that begins later must not take away what staff are uploading.
    uploads = {FOLDER_VARIABLE: str(fresh_folder(settings.home / "gradio"))}
    together = {TOGETHER: str(folder), APP_VARIABLE: secrets.token_hex(8)}
    return {**os.environ, **said, **uploads, **together, "PYTHONPATH": root}


@contextmanager
def _signals(stop: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
