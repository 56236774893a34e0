"""Several ``suara run`` behind a proxy, on one PostgreSQL: real processes, which can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.bot.running_bot import TOKEN, write_config_file

#: What stands in config.toml, and is replaced for workers.
NO_WEBHOOK = 'url = ""                                          # such as'
FACILITATORS = """
[[invitations]]
code = "PANDU-2026"
sector = "government"
category = "air"
uses = 9
role = "facilitator"
workshop = "uji"
"""


def find_free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return f"127.0.0.1:{found.getsockname()[1]}"


class RoundRobinProxy:
    """What stands in front of the workers: each request goes to the next one that can be reached.

    Whoever dies in the middle of a request has it answered with 502, as nginx does.
    """

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = cycle(addresses)
        self._count = len(addresses)

    @asynccontextmanager
    async def serve(self, address: str) -> AsyncIterator[None]:
        host, _, port = address.partition(":")
        app = web.Application()
        app.router.add_post("/telegram", self._pass_on)
        runner = web.AppRunner(app)
        await runner.setup()
        async with aiohttp.ClientSession() as self._session:
            await web.TCPSite(runner, host, int(port)).start()
            yield
            await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        for _ in range(self._count):
            try:
                async with self._session.post(
                    f"http://{next(self._addresses)}/telegram", data=body, headers=request.headers
                ) as answer:
                    after = answer.headers.get("retry-after")
                    headers = {"retry-after": after} if after else {}
                    return web.Response(status=answer.status, headers=headers)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, OSError):
                break
        return web.Response(status=502)


@dataclass
class RunningWorkers:
    """The processes by their addresses; what each has written is read at the end."""

    settings: Path
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start(self, address: str) -> None:
        with (self.settings.parent / f"{address}.log").open("ab") as log:
            self.processes[address] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "-c", str(self.settings), "--listen", address,
                cwd=self.settings.parent, env=os.environ | {"SUARA_TOKEN": TOKEN},
                stdout=log, stderr=log,
            )  # fmt: skip

    async def kill(self, address: str) -> None:
        """As when the machine falls: nothing is written down any more."""
        self.processes[address].send_signal(signal.SIGKILL)
        await self.processes[address].wait()

    def read_log(self, address: str) -> str:
        return (self.settings.parent / f"{address}.log").read_text(encoding="utf-8")

    async def wait_until_said(self, address: str, *words: str, seconds: float = 120) -> None:
        async with asyncio.timeout(seconds):
            while not all(word in self.read_log(address) for word in words):
                assert self.processes[address].returncode is None, self.read_log(address)
                await asyncio.sleep(0.1)

    async def stop(self) -> dict[str, int | None]:
        """As an operator does; with which status each ended that was alive."""
        alive = {a: p for a, p in self.processes.items() if p.returncode is None}
        for process in alive.values():
            process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(process.wait() for process in alive.values()))
        return {address: process.returncode for address, process in alive.items()}


@asynccontextmanager
async def run_workers(
    folder: Path, telegram: str, database: str, count: int
) -> AsyncIterator[RunningWorkers]:
    """So many workers behind a proxy, until the block ends; each has some of the chats."""
    outside, *addresses = [find_free_address() for _ in range(count + 1)]
    settings = write_config_file(
        folder,
        telegram,
        **{
            f"sqlite+aiosqlite:///{folder / 'suara.db'}": database,
            NO_WEBHOOK: f'url = "http://{outside}/telegram" #',
            "connections = 16": "connections = 4",
        },
    )
    with settings.open("a", encoding="utf-8") as file:
        file.write(FACILITATORS)
    workers = RunningWorkers(settings)
    async with RoundRobinProxy(addresses).serve(outside):
        try:
            await asyncio.gather(*map(workers.start, addresses))
            for address in addresses:
                await workers.wait_until_said(address, f"workers={count}")
            yield workers
        finally:
            for process in workers.processes.values():
                if process.returncode is None:
                    process.kill()
                await process.wait()
