"""The web server, in the bot's own process and event loop."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from bot.web.connection_limits import (
    MOST_OF_ADDRESS,
    ConnectionLimits,
    LimitedProtocol,
    count_affordable_connections,
)
from bot.web.event_streams import EventStreams

#: Seconds that requests under way may take when we stop.
SHUTDOWN_SECONDS = 1
#: Connections that are accepted at one go, and that the system lets wait for it.
ACCEPTED_AT_ONCE, MOST_UNACCEPTED = 32, 1024


class WebFault(Exception):  # noqa: N818 - it is the operator's word
    """The web server cannot be started; the message says what to do."""


class WebServer(uvicorn.Server):
    """Ends the streams before it waits for its connections."""

    def __init__(self, app: ASGIApp, event_streams: EventStreams | None) -> None:
        limits = ConnectionLimits(count_affordable_connections(), MOST_OF_ADDRESS)
        config = uvicorn.Config(
            app,
            # uvicorn calls it as it does a class of its own.
            http=cast(Any, partial(LimitedProtocol, limits)),
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            # So many connections are accepted before any of them is looked at: many more would use
            # up the descriptors before the limits come to it.
            backlog=ACCEPTED_AT_ONCE,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        # What uvicorn's own serve() does first. That one is not called, since it also takes over
        # SIGINT and SIGTERM, and stopping is for the bot to decide.
        config.load()
        super().__init__(config)
        self.lifespan = config.lifespan_class(config)
        self._pulse = event_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop kindly, within a second."""
        # First the streams: they do not end by themselves, and uvicorn would wait for them until
        # its time is up.
        if self._pulse is not None:
            self._pulse.stop_streams()
        await super().shutdown(sockets)


@asynccontextmanager
async def run_web_server(
    app: ASGIApp,
    event_streams: EventStreams | None,
    host: str,
    port: int,
    setting: str = "web.listen",
) -> AsyncIterator[str]:
    """Serve until the block ends; yields the address. Raises WebFault, which names the setting."""
    listening = open_socket(host, port, setting)
    async with serve_socket(app, event_streams, listening):
        address, bound = listening.getsockname()[:2]
        yield f"http://{f'[{address}]' if ':' in address else address}:{bound}"


@asynccontextmanager
async def serve_socket(
    app: ASGIApp, event_streams: EventStreams | None, listening: socket.socket
) -> AsyncIterator[None]:
    """Serve at a socket that is open already, until the block ends."""
    server = WebServer(app, event_streams)
    await server.startup([listening])
    listening.listen(MOST_UNACCEPTED)  # uvicorn has just set it to what is accepted at one go.
    try:
        yield
    finally:
        server.should_exit = True
        await server.shutdown([listening])


def open_socket(host: str, port: int, setting: str = "web.listen") -> socket.socket:
    """A socket that is ours: bound here, since uvicorn ends the process if it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named in full: of a socket whose protocol is left open asyncio does not switch off Nagle's
    # algorithm, and every answer would take 40 ms longer.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Else the port could not be had right after a restart, while the system still holds
        # connections of the last run (TIME_WAIT).
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host.strip("[]"), port))
        listening.listen(MOST_UNACCEPTED)
    except OSError as fault:
        listening.close()
        raise WebFault(
            f"{setting}: {host}:{port} cannot be served ({fault.strerror}). "
            "Stop what uses it, or name another address."
        ) from None
    return listening
