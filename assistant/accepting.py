"""How connections are taken (fourth home of uvicorn): several processes share one listening socket."""

from __future__ import annotations

import asyncio
import socket

import uvicorn


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
