"""Kept-alive connections for the calls that a tap costs: a small request out, its answer back.

A library's client does much for each call that none of these needs, and costs seven times as much
(docs/performance.md). What is HTTP in it, httptools reads; what is TLS, asyncio does.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import httptools

#: No answer has more bytes: a file is 20 MB at the most (core.telegram.org/bots/api, getFile), and
#: what never ends is not Telegram's.
LARGEST_ANSWER = 32 * 1024 * 1024
#: Seconds that connecting may take.
CONNECT_SECONDS = 10.0
#: Seconds after which one of several addresses that does not answer is no longer waited for alone
#: (RFC 8305).
NEXT_ADDRESS_SECONDS = 0.25
#: A connection that was silent for so many seconds is not used again: servers close them after some
#: time, and what is written at that moment is lost.
LONGEST_SILENCE = 15.0


class LostConnectionError(Exception):
    """There is no connection, or none any more; the text is the kind of fault."""


class AnswerTooLargeError(Exception):
    """An answer has more bytes than any of Telegram's."""


class ServerAddress(NamedTuple):
    """Where a server is, and whether it is spoken to by TLS."""

    host: str
    port: int
    is_encrypted: bool


class HttpAnswer(NamedTuple):
    """What a server answered, and when by its own clock, as it writes it; empty if it does not."""

    status: int
    body: bytes
    date: str


class CallConnection(asyncio.Protocol):
    """One connection, with one request under way at a time; httptools calls ``on_`` methods."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._awaited: asyncio.Future[HttpAnswer] | None = None
        self._body: list[bytes] = []
        self._date = b""
        self._received = 0
        self._silent_since = 0.0

    async def ask(self, request: bytes) -> HttpAnswer:
        """Send a request as it stands; its answer.

        Raises LostConnectionError, AnswerTooLargeError. Whoever is cancelled here has to close the
        connection, since the answer may still come.
        """
        if self._transport is None:
            raise LostConnectionError("ConnectionResetError")
        loop = asyncio.get_running_loop()
        self._awaited, self._received = loop.create_future(), 0
        self._transport.write(request)
        answer = await self._awaited
        self._silent_since = loop.time()
        return answer

    @property
    def is_usable(self) -> bool:
        """Whether another request may be sent."""
        if self._transport is None or self._transport.is_closing():
            return False
        return asyncio.get_running_loop().time() < self._silent_since + LONGEST_SILENCE

    def close(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    # What the transport and httptools call

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._fail(LostConnectionError(type(exc or ConnectionResetError()).__name__))

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > LARGEST_ANSWER:
            self._fail(AnswerTooLargeError())
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as fault:
            self._fail(LostConnectionError(type(fault).__name__))

    def on_message_begin(self) -> None:
        self._body, self._date = [], b""
        if self._awaited is None:  # An answer to nothing: whose it would be taken for is not known.
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"date":
            self._date = value

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        awaited = self._awaited
        if status < 200 or awaited is None:
            return  # The answer itself is still to come: RFC 9110, 15.2.
        self._awaited = None
        if not self._parser.should_keep_alive():
            self.close()
        if not awaited.done():
            date = self._date.decode("latin-1")
            awaited.set_result(HttpAnswer(status, b"".join(self._body), date))

    def _fail(self, fault: Exception) -> None:
        self.close()
        awaited, self._awaited = self._awaited, None
        if awaited is not None and not awaited.done():
            awaited.set_exception(fault)


class ConnectionPool:
    """Connections that are kept between requests; at most ``most_at_once`` are in use."""

    def __init__(self, most_at_once: int) -> None:
        self._places = asyncio.Semaphore(most_at_once)
        #: Those that nobody uses, the one used last at the end.
        self._free: dict[ServerAddress, list[CallConnection]] = {}

    async def post(self, url: str, body: bytes) -> HttpAnswer:
        """Post JSON to an address. Raises LostConnectionError, AnswerTooLargeError, TimeoutError.

        It is not sent again if the connection is lost: it may have arrived. Nothing goes elsewhere
        because an answer says so.
        """
        try:
            address, head = build_request_head(url)
        except ValueError:
            raise LostConnectionError("InvalidURL") from None
        async with self._places:
            connection = self._take_free(address) or await self._connect(address)
            try:
                answer = await connection.ask(b"%b%d\r\n\r\n%b" % (head, len(body), body))
            except BaseException:
                connection.close()
                raise
            self._free.setdefault(address, []).append(connection)
            return answer

    def close(self) -> None:
        """End all that nobody uses."""
        for connections in self._free.values():
            for connection in connections:
                connection.close()
        self._free.clear()

    def _take_free(self, address: ServerAddress) -> CallConnection | None:
        free = self._free.get(address, [])
        while free:
            connection = free.pop()
            if connection.is_usable:
                return connection
            connection.close()
        return None

    async def _connect(self, address: ServerAddress) -> CallConnection:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await asyncio.get_running_loop().create_connection(
                    CallConnection,
                    address.host,
                    address.port,
                    ssl=self._tls if address.is_encrypted else None,
                    happy_eyeballs_delay=NEXT_ADDRESS_SECONDS,
                )
        except TimeoutError:
            raise
        except (OSError, UnicodeError) as fault:  # The second of a name that none can have.
            raise LostConnectionError(type(fault).__name__) from fault
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Certificates are checked against those that this machine trusts."""
        return ssl.create_default_context()


@lru_cache(maxsize=256)
def build_request_head(url: str) -> tuple[ServerAddress, bytes]:
    """Where a request for an address goes, and its head up to the length of its body."""
    parts = urlsplit(url)
    is_encrypted = parts.scheme == "https"
    address = ServerAddress(
        parts.hostname or "", parts.port or (443 if is_encrypted else 80), is_encrypted
    )
    head = (
        f"POST {quote(parts.path, safe='/:%')} HTTP/1.1\r\n"
        f"Host: {parts.netloc.rpartition('@')[2]}\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: "
    )
    return address, head.encode()
