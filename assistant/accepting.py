"""How connections are taken (home of uvicorn): few, patiently, and from one socket by several processes."""

from __future__ import annotations

import asyncio
import socket

import uvicorn

from assistant.headers import App
from assistant.patience import PatientProtocol

# A stopped server is gone within five seconds, closing the chats' own queues included.
_SHUTDOWN_SECONDS = 3
# Each open chat holds one connection, each question in a chat another one.
_MOST_CONNECTIONS = 2000
# Longer than any proxy or client keeps an idle connection: whoever closes first must not be the server,
# or a question sent in that moment is lost.
_KEEP_ALIVE_SECONDS = 75


class Server(uvicorn.Server):
    """The server as uvicorn has it; from a `shared` socket it takes one connection at a time.

    Left to itself a loop takes all that wait at once, and then one process answers a crowd while the
    others look on.
    """

    def __init__(self, config: uvicorn.Config, shared: socket.socket | None = None) -> None:
        super().__init__(config)
        self._shared = shared
        self._taken = set[asyncio.Task[object]]()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin; visitors are let in last."""
        await super().startup(sockets)
        if self._shared is not None and not self.should_exit:
            asyncio.get_running_loop().add_reader(self._shared, self._accept, self._shared)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody in any more, then end."""
        if self._shared is not None:
            asyncio.get_running_loop().remove_reader(self._shared)
        await super().shutdown(sockets)

    def _accept(self, listening: socket.socket) -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            # Another process was faster, or the visitor has gone again.
            return
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        taking: asyncio.Task[object] = loop.create_task(
            loop.connect_accepted_socket(self._protocol, connection)
        )
        self._taken.add(taking)
        taking.add_done_callback(self._taken.discard)

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state,
        )  # fmt: skip


def server_config(app: App) -> uvicorn.Config:
    """Return how a server treats its connections."""
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        # Nothing here speaks WebSocket, whatever else is installed.
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        # The guard alone decides whose X-Forwarded-For is believed; uvicorn believes all of this machine.
        proxy_headers=False,
        # Open chats hold a connection; without a limit stopping waits for the last visitor to leave.
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
