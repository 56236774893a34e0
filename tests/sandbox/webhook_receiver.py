"""An address of a bot's own: takes what is brought there, and answers as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[dict[str, Any]], web.Response]


@dataclass
class WebhookReceiver:
    """What came, in order, and how much of it at the same time."""

    url: str = ""
    answer: Answer = lambda _: web.Response()
    updates: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    open_door: asyncio.Event = field(default_factory=asyncio.Event)
    inside: int = 0
    most_inside: int = 0

    async def take(self, request: web.Request) -> web.Response:
        """Note an update; answer once the door is open."""
        update = await request.json()
        self.updates.append(update)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            await self.open_door.wait()
        finally:
            self.inside -= 1
        return self.answer(update)

    async def wait_for(self, count: int, seconds: float = 30) -> list[dict[str, Any]]:
        """Everything that came, once it is so much."""
        async with asyncio.timeout(seconds):
            while len(self.updates) < count:
                await asyncio.sleep(0.01)
        return self.updates

    def texts(self) -> list[str]:
        """The texts that came."""
        return [update["message"]["text"] for update in self.updates]


@asynccontextmanager
async def receive_webhook() -> AsyncIterator[WebhookReceiver]:
    """A receiver on a free port, its door open."""
    receiver = WebhookReceiver()
    receiver.open_door.set()
    application = web.Application()
    application.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        receiver.open_door.set()
        await runner.cleanup()
