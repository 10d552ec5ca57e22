"""The server process: a socket taken first, then the app on it."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.errors import BadSettings, CheckFailed, ContentRevoked, PortInUse
from assistant.headers import App
from assistant.neighbours import Neighbours
from assistant.settings import Settings
from assistant.staff_port import StaffPort
from content.errors import (
    BrokenQuestions,
    BrokenSynonyms,
    CaveatNotFound,
    DuplicateDocument,
    FaqError,
    UnreadableDocument,
)
from index.pointer import CURRENT

if TYPE_CHECKING:
    from assistant.live import LiveAssistant

_BACKLOG = 512
# Answering keeps the interpreter busy in other threads; the loop gets a word in between ten times as often
# as by default, so that a crowd is told at once that it has to wait.
_SWITCH_SECONDS = 0.0005
_LOOK_EVERY_SECONDS = 1.0
# What keeps an index from being published and can be put right on the staff's page.
_MENDED_BY_STAFF = (
    UnreadableDocument, DuplicateDocument, CaveatNotFound, BrokenQuestions, BrokenSynonyms, CheckFailed,
    ContentRevoked,
)  # fmt: skip
_OLD_ONE, _NOBODY = "The index published before goes on answering.", "Nobody is answered yet."


@contextmanager
def serve_socket(settings: Settings) -> Iterator[socket.socket]:
    """Take the address before anything is built, so that a port in use is told at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
    except socket.gaierror as error:
        raise BadSettings("FAQ_HOST", f"{settings.host!r} is no address of this machine") from error
    with socket.socket(family, kind, protocol) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(settings.host, settings.port) from error
            raise BadSettings("FAQ_HOST", f"{settings.host}:{settings.port}: {error.strerror}") from error
        yield listening


def run(
    settings: Settings, listening: socket.socket, tell_ready: Callable[[], None],
    staff: StaffPort | None = None, prepare: Callable[[], None] = lambda: None,
    tell_waiting: Callable[[str, str], None] = lambda why, meanwhile: None,
    neighbours: Neighbours | None = None,
) -> None:  # fmt: skip
    """Serve until stopped; `prepare` may take minutes, `tell_ready` is called once the chat can be opened.

    The socket answers from the beginning: alive, not ready. What `prepare` or loading raises stops
    the server and is raised, except what staff can mend on their page: meanwhile the index published
    before answers, or staff are waited for, and `tell_waiting` says why and which. No access log: a
    visitor's question at a clinic is health data. With `neighbours` other processes answer on the same
    socket, and a conversation has its place in one of them.
    """
    from assistant.accepting import Server, server_config
    from assistant.passing import PassingOn
    from assistant.starting import starting_app
    from assistant.startup import Startup, in_thread

    def wait(why: FaqError) -> None:
        _meanwhile(settings, staff, why, tell_waiting)

    async def load() -> App:
        live = await in_thread(lambda: _opened(settings, prepare, wait))
        return _whole_app(settings, live, staff, neighbours)

    def stop() -> None:
        server.should_exit = True

    _prepare_process()
    meanwhile = starting_app(settings)
    at_once = neighbours is None or not neighbours.post.waits
    app = Startup(meanwhile, load, tell_ready=tell_ready, stop=stop, at_once=at_once)
    listening.listen(_BACKLOG)
    around: App = PassingOn(app, meanwhile, neighbours) if neighbours else app
    server = Server(server_config(around), listening if neighbours else None)
    server.run(sockets=[neighbours.private if neighbours else listening])
    if app.error is not None:
        raise app.error


def _prepare_process() -> None:
    from assistant.process import limit_process
    from assistant.traces import keep_words_out_of_logs

    limit_process()
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    keep_words_out_of_logs()
    sys.setswitchinterval(_SWITCH_SECONDS)


def _opened(
    settings: Settings, prepare: Callable[[], None], wait: Callable[[FaqError], None]
) -> LiveAssistant:
    """Do everything slow that needs no event loop: build, open the index, import the chat's library."""
    try:
        prepare()
    except _MENDED_BY_STAFF as error:
        wait(error)
    from assistant.chat import import_gradio
    from assistant.live import LiveAssistant

    live = LiveAssistant(settings)
    # Takes a second or two, in which the loop must go on answering.
    import_gradio(settings.home / "gradio")
    faq = live.now()
    for offered in faq.offered()[:1]:
        # Opens what the first visitor would have to wait for.
        faq.answer(offered.text)
    return live


def _meanwhile(
    settings: Settings, staff: StaffPort | None, why: FaqError, tell_waiting: Callable[[str, str], None]
) -> None:
    if (settings.index_root / CURRENT).exists():
        tell_waiting(str(why), _OLD_ONE)
        return
    tell_waiting(str(why), _NOBODY)
    _wait_for_staff(settings, staff, why)


def _wait_for_staff(settings: Settings, staff: StaffPort | None, why: FaqError) -> None:
    """Open the staff's page without an index, and return once one was published there."""
    if staff is None:
        raise why
    from assistant.staff.app import staff_app

    staff.app = staff_app(settings, None, str(why))
    while not (settings.index_root / CURRENT).exists():
        time.sleep(_LOOK_EVERY_SECONDS)


def _whole_app(
    settings: Settings, live: LiveAssistant, staff: StaffPort | None, neighbours: Neighbours | None
) -> App:
    from assistant.staff.app import staff_app
    from assistant.web import build_app

    app = build_app(settings, live, neighbours)
    if staff is not None:
        staff.app = staff_app(settings, live)
    return app


def _is_news(record: logging.LogRecord) -> bool:
    """Drop the long trace of every chat that was still open when the server was stopped."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
