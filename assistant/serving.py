"""The server process (home of uvicorn): a socket taken first, then the app on it."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.errors import BadSettings, PortInUse
from assistant.settings import Settings
from assistant.staff_port import StaffPort

_SHUTDOWN_SECONDS = 5


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
    settings: Settings,
    listening: socket.socket,
    tell_ready: Callable[[], None],
    staff: StaffPort | None = None,
) -> None:
    """Serve until stopped; `tell_ready` is called once the chat can be opened.

    No access log: a visitor's question at a clinic is health data.
    """
    import uvicorn

    from assistant.live import LiveAssistant
    from assistant.metrics import staff_pages
    from assistant.web import build_app

    live = LiveAssistant(settings)
    app = build_app(settings, live)
    if staff is not None:
        staff.pages = staff_pages(live, settings)
    listening.listen()
    tell_ready()
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Open chats hold a connection; without a limit stopping waits for the last visitor to leave.
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        limit_concurrency=512,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    uvicorn.Server(config).run(sockets=[listening])


def _is_news(record: logging.LogRecord) -> bool:
    """Drop the long trace of every chat that was still open when the server was stopped."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
