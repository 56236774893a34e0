"""Serving the sandbox: inside a running event loop for tests, or as a process of its own."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.app import make_app
from sandbox.bot_api import CallCheck
from sandbox.client import Sandbox
from sandbox.world import World

HOST = "127.0.0.1"
TOKEN = "123456:sandbox"  # noqa: S105 - a pretend token
USERNAME = "suara_bot"


class HttpConnection(H11Protocol):
    """Hands its transport to the application, so that a fault can cut the line."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A browser, a bot or a test connected."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class SandboxServer(uvicorn.Server):
    """Ends streams and long polls before it waits for its connections, and saves the world."""

    def __init__(self, world: World, check: CallCheck | None, port: int) -> None:
        config = uvicorn.Config(
            make_app(world, check),
            host=HOST,
            port=port,
            http=HttpConnection,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            date_header=False,  # The Bot API's answers have one of their own.
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        config.load()
        super().__init__(config)
        self.lifespan = config.lifespan_class(config)
        self._world = world

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and go on bringing updates to a webhook that was set before."""
        await super().startup(sockets)
        self._world.webhook.wake()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop as a process does: kindly, within a second."""
        self._world.close_streams()
        await super().shutdown(sockets)
        self._world.close()

    async def stop_at_once(self) -> None:
        """Stop at once, as a test wants it."""
        self._world.close_streams()
        for listening in self.servers:
            listening.close()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)
        self._world.close()


@asynccontextmanager
async def serve(
    token: str = TOKEN,
    username: str = USERNAME,
    check: CallCheck | None = None,
    data: Path | None = None,
    port: int = 0,
) -> AsyncIterator[Sandbox]:
    """Serve within the running loop, on a free port unless one is given, and yield the client.

    `check` judges every call of the bot (see BotSide); `data` is the file that outlives a restart.
    """
    server = SandboxServer(World(token, username, data), check, port)
    await server.startup()
    address = server.servers[0].sockets[0].getsockname()
    try:
        async with Sandbox.connect(f"http://{HOST}:{address[1]}") as sandbox:
            yield sandbox
    finally:
        await server.stop_at_once()


def run_server(
    token: str, username: str, data: Path | None, port: int, attached: bool = False
) -> None:
    """Serve until the process is told to stop (SIGINT or SIGTERM).

    An attached one says "ready" on stdout and ends when its stdin closes.
    """

    async def main() -> None:
        server = SandboxServer(World(token, username, data), None, port)
        if attached:
            Thread(target=stop_with_parent, args=(server,), daemon=True).start()
        await server.serve()

    asyncio.run(main())


def stop_with_parent(server: SandboxServer) -> None:
    """Tell whoever started us when we are ready; stop when they are gone."""
    while not server.started:
        time.sleep(0.02)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.should_exit = True
