"""The connections over which calls go: kept, closed, never mixed up."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.telegram import connections
from bot.telegram.connections import AnswerTooLargeError, ConnectionPool, LostConnectionError

#: What a server does with one request, by its body: writes an answer, or not.
Respond = Callable[[bytes, asyncio.StreamWriter], None]
#: A certificate of this test for this machine, with its key: nobody trusts it of themselves.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUK7bo3V6Lv9oXFb7IdU6Xjb0eF70wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTIwMTAyMTc1NloYDzIxMjYxMTA3
MDIxNzU2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARfiFcn4/8LTK0VRLSb1t+90aRqBbHtZY/Te+KRF2Pa22YMpPSu82e1
IidtHkQUFQvzucuUqgg2tcwmEw80R+nEo2kwZzAdBgNVHQ4EFgQUyFwHeo6foSFg
XJ4gTLeAbw7gWAAwHwYDVR0jBBgwFoAUyFwHeo6foSFgXJ4gTLeAbw7gWAAwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhANY3LBnG/35b+0YYhrjdEtcOmYmtMaRzCSYAVFoFUrRGAiAtEiWjBO5A
bRPulfaDeTym8W0iVcHYWoJCeyPO8X6e6A==
-----END CERTIFICATE-----
"""
PRIVATE_KEY = """\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMhBuOMmxmr4IbnmpwErL3OwNjz8FbdbcEy/TOY65u6VoAoGCCqGSM49
AwEHoUQDQgAEX4hXJ+P/C0ytFUS0m9bfvdGkagWx7WWP03vikRdj2ttmDKT0rvNn
tSInbR5EFBUL87nLlKoINrXMJhMPNEfpxA==
-----END EC PRIVATE KEY-----
"""


def build_echo(body: bytes, headers: str = "", status: int = 200) -> bytes:
    """An answer that says what was asked."""
    return f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


class EchoServer:
    """Answers with what it was asked, or as it is told; knows its connections."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        self.url = ""
        self.opened = self.closed = 0
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        self.opened += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
                body = await reader.readexactly(int(length))
                self.requests.append(head + body)
                self._respond(body, writer)
        self.closed += 1
        writer.close()


def answer(body: bytes, writer: asyncio.StreamWriter) -> None:
    """As the Bot API does; says nothing to who is told to wait."""
    if body != b"wait":
        writer.write(build_echo(body, "date: today\r\n"))


@asynccontextmanager
async def serve_echo(
    respond: Respond = answer, tls: ssl.SSLContext | None = None
) -> AsyncIterator[EchoServer]:
    """A server on a free port."""
    found = EchoServer(respond)
    listening = await asyncio.start_server(found.serve, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    found.url = f"{'https' if tls else 'http'}://localhost:{port}/bot1:x/getMe"
    try:
        yield found
    finally:
        listening.close()


async def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait a moment for what is about to happen. Raises TimeoutError."""
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_calls_share_connections_and_say_what_they_are() -> None:
    async with serve_echo() as server:
        pool = ConnectionPool(3)
        for number in (b"1", b"2"):
            assert await pool.post(server.url, number) == (200, number, "today")
        assert server.opened == 1
        bodies = [b"%d" % number for number in range(20)]
        found = await asyncio.gather(*(pool.post(server.url, body) for body in bodies))
        assert [each.body for each in found] == bodies
        assert server.opened == 3
        head = server.requests[0].decode().splitlines()
        assert head[0] == "POST /bot1:x/getMe HTTP/1.1"
        assert "Content-Type: application/json" in head
        assert f"Host: {server.url.split('/')[2]}" in head
        pool.close()
        await wait_until(lambda: server.closed == 3)


async def test_a_cancelled_call_ends_its_connection_and_leaves_its_place_to_the_next() -> None:
    async with serve_echo() as server:
        pool = ConnectionPool(1)
        waiting = asyncio.create_task(pool.post(server.url, b"wait"))
        await wait_until(lambda: bool(server.requests))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (await pool.post(server.url, b"next")).body == b"next"
        await wait_until(lambda: server.closed == 1)
        assert server.opened == 2
        pool.close()


async def test_an_answer_to_nothing_is_not_taken_for_the_next_calls() -> None:
    def say_twice(body: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(build_echo(body) + build_echo(b"forged"))

    async with serve_echo(say_twice) as server:
        pool = ConnectionPool(1)
        for number in (b"1", b"2", b"3"):
            assert (await pool.post(server.url, number)).body == number
        assert server.opened == 3
        pool.close()

    def say_more_later(body: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(build_echo(body))
        asyncio.get_running_loop().call_later(0.02, writer.write, build_echo(b"forged"))

    async with serve_echo(say_more_later) as server:
        for number in (b"1", b"2", b"3"):
            assert (await pool.post(server.url, number)).body == number
            await asyncio.sleep(0.1)
        assert server.opened == 3


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nhalf", b"SSH-2.0-x\r\n"],
    ids=["nothing", "half", "another language"],
)
async def test_a_lost_connection_is_said_and_not_used_again(said: bytes) -> None:
    def end(body: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(said if body == b"bad" else build_echo(body))
        if body == b"bad":
            writer.close()

    async with serve_echo(end) as server:
        pool = ConnectionPool(1)
        with pytest.raises(LostConnectionError):
            await pool.post(server.url, b"bad")
        assert (await pool.post(server.url, b"good")).body == b"good"
        # It is for whoever asked to decide whether it is asked again: it may have arrived.
        assert len(server.requests) == 2
        pool.close()


async def test_a_connection_that_the_server_wants_to_end_or_that_was_silent_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def say_the_end(body: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(build_echo(body, "Connection: close\r\n"))

    pool = ConnectionPool(1)
    async with serve_echo(say_the_end) as server:
        for number in (b"1", b"2"):
            assert (await pool.post(server.url, number)).body == number
        assert server.opened == 2
    async with serve_echo() as server:
        monkeypatch.setattr(connections, "LONGEST_SILENCE", 0)
        for number in (b"1", b"2"):
            assert (await pool.post(server.url, number)).body == number
        assert server.opened == 2
        await wait_until(lambda: server.closed == 1)


async def test_what_comes_before_an_answer_is_not_the_answer() -> None:
    def hint(body: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + build_echo(body))

    async with serve_echo(hint) as server:
        pool = ConnectionPool(1)
        assert (await pool.post(server.url, b"1")).body == b"1"
        pool.close()


async def test_what_never_ends_is_broken_off_in_head_and_body(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "LARGEST_ANSWER", 10_000)

    def go_on(body: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 x\r\n" + (b"X-More: y\r\n" * 2000 if body == b"head" else b""))
        writer.write(b"\r\n" + b"x" * 20_000)

    async with serve_echo(go_on) as server:
        for where in (b"head", b"body"):
            with pytest.raises(AnswerTooLargeError):
                await ConnectionPool(1).post(server.url, where)
        await wait_until(lambda: server.closed == 2)


async def test_a_redirection_is_handed_on_and_not_followed() -> None:
    def send_away(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(build_echo(b"", "Location: http://elsewhere.invalid/\r\n", 302))

    async with serve_echo(send_away) as server:
        pool = ConnectionPool(1)
        assert (await pool.post(server.url, b"1")).status == 302
        pool.close()


@pytest.mark.parametrize(
    "url", ["http://localhost:99999/x", "http://localhost:1/x", "http://a..b/x"]
)
async def test_where_nobody_is_is_said(url: str) -> None:
    with pytest.raises(LostConnectionError):
        await ConnectionPool(1).post(url, b"1")


async def test_a_server_by_tls_is_asked_for_a_certificate_that_this_machine_trusts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "certificate.pem").write_text(CERTIFICATE, encoding="ascii")
    (tmp_path / "key.pem").write_text(PRIVATE_KEY, encoding="ascii")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    async with serve_echo(tls=tls) as server:
        with pytest.raises(LostConnectionError, match="SSLCertVerificationError"):
            await ConnectionPool(1).post(server.url, b"1")
        assert server.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        pool = ConnectionPool(1)
        assert (await pool.post(server.url, b"1")).body == b"1"
        # The same certificate does not speak for another name.
        with pytest.raises(LostConnectionError, match="SSLCertVerificationError"):
            await pool.post(server.url.replace("localhost", "127.0.0.1"), b"1")
        pool.close()
