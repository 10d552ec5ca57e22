"""The staff's side: a second port on the loopback address, taken before anything is built."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

from assistant.errors import BadSettings, PortInUse

HOST = "127.0.0.1"
_NAMES = frozenset({HOST, "localhost"})


class Page(NamedTuple):
    """What a path shows and with which status, made anew for every request."""

    media_type: str
    body: Callable[[], bytes]
    status: Callable[[], int] = lambda: 200


class StaffPort(ThreadingHTTPServer):
    """A server that says 503 until it is given its pages by path."""

    daemon_threads = True
    pages: Mapping[str, Page] | None = None


class _Staff(BaseHTTPRequestHandler):
    server: StaffPort
    server_version, sys_version = "staff", ""

    def do_GET(self) -> None:
        """Show a page; 403 to a page of another site that resolved its own name to this machine."""
        if (self.headers.get("host") or HOST).partition(":")[0] not in _NAMES:
            self._send(403, Page("text/plain", lambda: b"Ask for 127.0.0.1.\n"))
        elif self.server.pages is None:
            self._send(503, Page("text/plain", lambda: b"The index is being built.\n"))
        elif page := self.server.pages.get(self.path.partition("?")[0]):
            self._send(page.status(), page)
        else:
            self._send(404, Page("text/plain", lambda: b"There is nothing here.\n"))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is asked here is nobody's business either."""

    def _send(self, status: int, page: Page) -> None:
        body = page.body()
        self.send_response(status)
        for name, value in (
            ("content-type", page.media_type), ("content-length", str(len(body))),
            ("cache-control", "no-store"), ("x-content-type-options", "nosniff"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def staff_server(port: int) -> Iterator[StaffPort]:
    """Serve the staff's pages in a thread until the block ends. Raises PortInUse.

    Only on the loopback address, whatever FAQ_HOST says: there is no password.
    """
    try:
        server = StaffPort((HOST, port), _Staff)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(HOST, port, "--staff-port") from error
        raise BadSettings("FAQ_STAFF_PORT", f"{HOST}:{port}: {error.strerror}") from error
    with server:
        thread = Thread(target=server.serve_forever, name="staff", daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
