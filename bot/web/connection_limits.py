"""How many connections are held, of whom, and for how long before a request is there.

Whoever connects and says nothing costs a descriptor of the process, of which the database and
Telegram need theirs. So there are far fewer connections than descriptors, the one that has waited
longest gives way to a new one, and none waits long.
"""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from ipaddress import ip_address
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from bot.attempts import normalize_attempter

#: So many connections at the most, and never more than half of the process's descriptors.
MOST_CONNECTIONS = 2000
#: So many of one address; a room comes from behind one, with a stream and a page for each phone.
MOST_OF_ADDRESS = 800
#: So many descriptors are wanted; the system may allow fewer.
WANTED_DESCRIPTORS = 8192
#: Seconds in which a request has to be there as a whole, from the connection or the last answer on.
REQUEST_SECONDS = 10.0
#: Bytes of a request's first line and headers at the most.
LARGEST_HEAD = 65_536


def raise_descriptor_limit() -> None:
    """Let the process hold as many files and connections as the system allows, within reason."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(WANTED_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def count_affordable_connections() -> int:
    """How many connections the process's descriptors allow."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft // 2)


class ConnectionLimits:
    """The connections of a server. Of those that wait for a request the oldest gives way first."""

    def __init__(self, most: int, most_of_address: int) -> None:
        self._most, self._most_of_address = most, most_of_address
        self._by_address: Counter[str] = Counter()
        #: Whether each is at a request, the one that has waited longest first.
        self._connections: dict[LimitedProtocol, bool] = {}

    def admit(self, connection: LimitedProtocol) -> bool:
        """Whether a connection may stay; another one may have been closed for it."""
        address = connection.address
        if len(self._connections) >= self._most and not self._close_waiting(None):
            return False
        if self._by_address[address] >= self._most_of_address and not self._close_waiting(address):
            return False
        self._connections[connection] = False
        if address:
            self._by_address[address] += 1
        return True

    def note(self, connection: LimitedProtocol, at_request: bool) -> None:
        """A connection is at a request now, or waits for the next one."""
        if self._connections.get(connection, at_request) != at_request:
            del self._connections[connection]
            self._connections[connection] = at_request

    def forget(self, connection: LimitedProtocol) -> None:
        """A connection is closed."""
        if self._connections.pop(connection, None) is not None and connection.address:
            self._by_address[connection.address] -= 1
            self._by_address += Counter()  # Without those of which there are none.

    def _close_waiting(self, address: str | None) -> bool:
        """Close the connection that has waited longest, of an address or of all."""
        waiting = (
            connection
            for connection, at_request in self._connections.items()
            if not at_request and address in (None, connection.address)
        )
        if (oldest := next(waiting, None)) is None:
            return False
        self.forget(oldest)
        oldest.transport.abort()
        return True


class LimitedProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """A connection of uvicorn's that keeps to limits of number and time."""

    def __init__(self, limits: ConnectionLimits, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._limits = limits
        self._head_size = 0
        self._timer: asyncio.TimerHandle | None = None
        #: Whose connection it is; empty for a web server in front, which speaks for many.
        self.address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Take the connection, or close it at once."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        self.address = "" if is_own_machine(host) else str(normalize_attempter(host))
        if not self._limits.admit(self):
            transport.abort()
            return
        self._wait_for_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by whomever."""
        if self._timer is not None:
            self._timer.cancel()
        self._limits.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A part of a request came."""
        super().data_received(data)
        self._limits.note(self, self._is_at_request)
        self._head_size = 0 if self._is_at_request else self._head_size + len(data)
        if self._head_size > LARGEST_HEAD:
            self.transport.abort()

    def on_response_complete(self) -> None:
        """An answer is sent; the next request has its own time."""
        super().on_response_complete()
        self._limits.note(self, self._is_at_request)
        self._wait_for_request()

    @property
    def _is_at_request(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait_for_request(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(REQUEST_SECONDS, self._end_waiting)

    def _end_waiting(self) -> None:
        """Close a connection whose request is not there as a whole."""
        if not self._is_at_request or self.cycle.more_body:
            self.transport.abort()


def is_own_machine(host: str) -> bool:
    """Whether an address is this machine's: that of a web server in front of us."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
