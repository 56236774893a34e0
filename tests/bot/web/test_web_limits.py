"""Whoever connects and says nothing, or says it slowly, keeps nobody from the page or the chat."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import httpx
import pytest

import sandbox
from bot.web import connection_limits, event_streams, server
from bot.web.connection_limits import raise_descriptor_limit
from sandbox import Sandbox
from survey.store import workshop_plans
from survey.store.database import Store
from tests.bot.running_bot import TOKEN, run_bot_process
from tests.bot.web.served_workshop import ServedWorkshop, serve_workshop
from tests.survey.empty_database import create_empty_database
from tests.survey.stored_workshop import build_workshop_plan

NOT_SERVED = (
    'listen = ""                                       # such as "127.0.0.1:8090"; empty: n'
)
#: As few descriptors as many systems allow a process.
FEW_DESCRIPTORS = 1024


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def open_idle_connections(port: int, count: int) -> Iterator[None]:
    """So many connections that say nothing; those that are closed stay so."""
    held: list[socket.socket] = []
    try:
        held += [socket.create_connection(("127.0.0.1", port), 20) for _ in range(count)]
        yield
    finally:
        for one in held:
            one.close()


@asynccontextmanager
async def serve_bot(
    folder: Path, box: Sandbox, port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A real Suara with a workshop and few descriptors, once it serves its pages."""
    async with Store.open(await create_empty_database(folder / "suara.db")) as store:
        await store.keep(workshop_plans.add_plan(build_workshop_plan(), datetime.now(UTC)))
    listening = NOT_SERVED.replace('""', f'"127.0.0.1:{port}"', 1)
    async with run_bot_process(folder, box.url, **{NOT_SERVED: listening}) as process:
        limits = (FEW_DESCRIPTORS, FEW_DESCRIPTORS)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, limits)
        async with httpx.AsyncClient() as http, asyncio.timeout(150):
            while process.returncode is None:
                try:
                    await http.get(f"http://127.0.0.1:{port}/ikut")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.2)
        assert process.returncode is None, await process.stderr.read() if process.stderr else ""
        yield process


async def ask(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, int]:
    """A connection on which something was asked for, with the answer's status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    async with asyncio.timeout(60):
        return reader, writer, int((await reader.readline()).split()[1])


async def test_idle_connections_and_streams_stop_neither_page_nor_bot(tmp_path: Path) -> None:
    raise_descriptor_limit()  # Ours, for the other ends.
    port = find_free_port()
    async with sandbox.serve(token=TOKEN) as box, serve_bot(tmp_path, box, port):
        streams = [await ask(port, "/ikut/UJI-2026/alir") for _ in range(200)]
        assert {status for _, _, status in streams} == {200}
        with open_idle_connections(port, 1500):
            _, writer, status = await ask(port, "/ikut")
            assert status == 200
            ani = await box.add_person(1001, first_name="Ani")
            await ani.start("persepsi")
            shown = await ani.wait_until(lambda screen: screen.card is not None, 20)
            assert shown.card is not None
        for _, writer, _ in streams:
            writer.close()


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long in a test."""
    monkeypatch.setattr(connection_limits, "REQUEST_SECONDS", 0.5)


async def read_to_the_end(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(20):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /ikut HTTP/1.1\r\nHost: x\r\n",
        b"POST /ikut HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\ncode=",
    ],
    ids=["nothing", "half a head", "half a body"],
)
async def test_a_request_that_does_not_come_is_not_waited_for(tmp_path: Path, sent: bytes) -> None:
    async with serve_workshop(tmp_path) as here:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(here))
        writer.write(sent)
        assert await read_to_the_end(reader) == b""
        writer.close()


@pytest.mark.usefixtures("_quick")
async def test_a_stream_outlasts_the_time_for_requests(tmp_path: Path) -> None:
    async with serve_workshop(tmp_path) as here:
        reader, writer, _ = await ask(port_of(here), "/ikut/UJI-2026/alir")
        await asyncio.sleep(1.2)
        await here.workshop.join_facilitator()
        await here.workshop.open(1)
        async with asyncio.timeout(20):
            await reader.readuntil(b"data: 1\n")
        writer.close()


async def test_a_head_without_end_is_cut_off(tmp_path: Path) -> None:
    async with serve_workshop(tmp_path) as here:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(here))
        writer.write(b"GET /ikut HTTP/1.1\r\nX: " + b"a" * 200_000)
        answer = await read_to_the_end(reader)
        assert b"200 OK" not in answer
        writer.close()


@pytest.mark.parametrize(
    ("place", "limit"), [(connection_limits, "MOST_CONNECTIONS"), (server, "MOST_OF_ADDRESS")]
)
async def test_the_connection_that_waited_longest_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: ModuleType, limit: str
) -> None:
    monkeypatch.setattr(connection_limits, "is_own_machine", lambda _: False)
    monkeypatch.setattr(place, limit, 4)
    async with serve_workshop(tmp_path) as here:
        first = [await asyncio.open_connection("127.0.0.1", port_of(here)) for _ in range(6)]
        assert [await read_to_the_end(reader) for reader, _ in first[:2]] == [b"", b""]
        for _, writer in first[2:]:
            writer.write(b"GET /ikut HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answers = [await read_to_the_end(reader) for reader, _ in first[2:]]
        assert all(b"200 OK" in answer for answer in answers)
        for _, writer in first:
            writer.close()


async def test_streams_are_bounded_and_the_projector_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "MOST_STREAMS_OF_ADDRESS", 2)
    async with serve_workshop(tmp_path) as here:
        streams = []
        for _ in range(3):
            streams.append(await ask(port_of(here), "/ikut/UJI-2026/alir"))
            if streams[-1][2] == 200:
                await streams[-1][0].readuntil(b"retry: 1500")
        assert [status for _, _, status in streams] == [200, 200, 503]
        screen = here.projector_url.partition("/layar")[2]
        assert (await ask(port_of(here), f"/layar{screen}/alir"))[2] == 200


async def test_nobody_is_led_to_another_host(tmp_path: Path) -> None:
    async with serve_workshop(tmp_path) as here, httpx.AsyncClient(base_url=here.url) as http:
        for path in (
            "/",
            "/web",
            "/web/huruf",
            "/ikut/",
            "/sehat/",
            "/ikut/UJI-2026/",
            "//evil.example/",
        ):
            answer = await http.get(path, headers={"host": "evil.example"})
            assert "evil" not in answer.headers.get("location", "/")


async def test_whom_to_tell_of_a_weakness(tmp_path: Path) -> None:
    async with serve_workshop(tmp_path) as here, httpx.AsyncClient(base_url=here.url) as http:
        assert (await http.get("/.well-known/security.txt")).status_code == 404
        here.site.security_contact = "mailto:keamanan@example.org"
        told = (await http.get("/.well-known/security.txt")).text
        assert told.startswith("Contact: mailto:keamanan@example.org\nExpires: 20")


def port_of(here: ServedWorkshop) -> int:
    return int(here.url.rpartition(":")[2])
