"""The staff's side (second home of uvicorn): a port of its own, taken before anything is built."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import PlainTextResponse

from assistant.errors import BadSettings, PortInUse
from assistant.headers import App, Receive, Scope, Send
from assistant.hosts import is_known_host, known_hosts
from assistant.settings import Settings

if TYPE_CHECKING:
    import uvicorn

# Together with the chat's own three seconds a stopped server is gone within five.
_SHUTDOWN_SECONDS = 1
_JOIN_SECONDS = 1.5
_MOST_CONNECTIONS = 200
_BACKLOG = 64
# What listens on every address of the machine is no loopback address either.
_LOCALHOST = "localhost"


class Page(NamedTuple):
    """What a path shows and with which status, made anew for every request."""

    media_type: str
    body: Callable[[], bytes]
    status: Callable[[], int] = lambda: 200


class StaffPort:
    """ASGI app that says 503 until it is given its `app`, and may be given another one later."""

    def __init__(self, settings: Settings) -> None:
        self.app: App | None = None
        self.url = settings.staff_url or f"http://{settings.staff_host}:{settings.staff_port}/"
        # The names of this machine: what is not open yet is told under no other one.
        self._hosts = known_hosts(settings.staff_url or "http://localhost")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with the app of the moment."""
        app = self.app or self._starting(scope)
        await app(scope, receive, send)

    def _starting(self, scope: Scope) -> App:
        if is_known_host(scope, self._hosts):
            headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
            return PlainTextResponse("The index is being built.\n", 503, headers)
        return PlainTextResponse("Ask for 127.0.0.1.\n", 403)


@contextmanager
def staff_server(settings: Settings) -> Iterator[StaffPort]:
    """Serve the staff's side in a thread with a loop of its own until the block ends.

    What staff do there, such as opening a large page, holds up no visitor. Raises PortInUse, and
    BadSettings for an address that others can reach while there is no token.
    """
    port = StaffPort(settings)
    with _listening(settings) as listening:
        server = _server(port)
        run = Thread(target=server.run, kwargs={"sockets": [listening]}, name="staff", daemon=True)
        run.start()
        try:
            yield port
        finally:
            server.should_exit = True
            run.join(_JOIN_SECONDS)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can connect to an address."""
    try:
        return host == _LOCALHOST or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    host, port = settings.staff_host, settings.staff_port
    if not is_loopback(host) and settings.staff_token is None:
        raise BadSettings("FAQ_STAFF_TOKEN", f"others can reach {host}, so staff must log in with a token")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise BadSettings("FAQ_STAFF_HOST", f"{host!r} is no address of this machine") from error
    with socket.socket(family, kind, protocol) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(host, port, "--staff-port") from error
            raise BadSettings("FAQ_STAFF_PORT", f"{host}:{port}: {error.strerror}") from error
        # From now on whoever connects is waited for, not refused.
        listening.listen(_BACKLOG)
        yield listening


def _server(port: StaffPort) -> uvicorn.Server:
    import uvicorn

    config = uvicorn.Config(
        port, log_level="warning", access_log=False, server_header=False, proxy_headers=False,
        # Pages live as long as the loop does; the port itself has nothing to begin or to end.
        lifespan="off", ws="none", limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )  # fmt: skip
    return uvicorn.Server(config)
