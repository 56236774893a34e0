"""An update is handled by the worker that has its chat, wherever it is brought."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.telegram.webhook import derive_webhook_secret
from bot.web.server import run_web_server
from bot.web.update_receiver import SECRET_HEADER, UpdateReceiver
from bot.workers.chat_partitions import ALL_PARTITIONS, ChatPartitions
from bot.workers.update_forwarder import FORWARD_HEADER, open_forwarder
from tests.bot.running_bot import TOKEN
from tests.bot.telegram.test_webhook import SECRET, bring, write_message

SECRET_WORD = derive_webhook_secret(TOKEN)


@dataclass
class Receiving:
    """A worker that listens, and what it has handled."""

    partitions: ChatPartitions
    address: str = ""
    handled: list[int] = field(default_factory=list)

    async def take(self, raw: Any) -> None:
        self.handled.append(raw["update_id"])

    @property
    def url(self) -> str:
        return f"{self.address}/telegram"


@asynccontextmanager
async def listen(partitions: ChatPartitions) -> AsyncIterator[Receiving]:
    here = Receiving(partitions)
    async with open_forwarder(
        here.take, partitions, "/telegram", {SECRET_HEADER: SECRET_WORD}
    ) as forwarder:
        receiver = UpdateReceiver(
            "/telegram", SECRET_WORD, forwarder.take_brought, forwarder.take_forwarded, print
        )
        async with run_web_server(receiver.build_app(), None, "127.0.0.1", 0, "x") as here.address:
            yield here


async def test_it_is_passed_on_to_whoever_has_the_chat_and_no_further() -> None:
    async with AsyncExitStack() as stack:
        one, two = [
            await stack.enter_async_context(listen(ChatPartitions(held=half)))
            for half in (frozenset(range(32)), frozenset(range(32, 64)))
        ]
        one.partitions.holders = dict.fromkeys(range(32, 64), two.address.removeprefix("http://"))
        two.partitions.holders = dict.fromkeys(range(32), one.address.removeprefix("http://"))
        for worker in (one, two):
            for number, sender in ((5, 64), (6, 64 + 40)):
                assert await bring(worker.url, write_message(number, sender)) == 200
        assert (one.handled, two.handled) == ([5, 5], [6, 6])
        # It has changed hands meanwhile: it is not sent round in circles.
        strayed = SECRET | {FORWARD_HEADER: "1"}
        assert await bring(one.url, write_message(7, 64 + 40), strayed) == 503
        one.partitions.leaving = ALL_PARTITIONS
        assert await bring(two.url, write_message(8, 64)) == 503
        assert (one.handled, two.handled) == ([5, 5], [6, 6])


async def test_what_nobody_has_or_whose_worker_is_gone_is_brought_again() -> None:
    async with listen(ChatPartitions(held=frozenset())) as here:
        assert await bring(here.url, write_message(5)) == 503
        here.partitions.holders = dict.fromkeys(ALL_PARTITIONS, "127.0.0.1:9")
        assert await bring(here.url, write_message(5)) == 503
        here.partitions.held = ALL_PARTITIONS
        assert await bring(here.url, write_message(5)) == 200
        assert await bring(here.url, {"update_id": 6}) == 200
        assert here.handled == [5, 6]


async def test_only_workers_may_pass_updates_on() -> None:
    async with listen(ChatPartitions()) as here:
        assert await bring(here.url, write_message(5), {FORWARD_HEADER: "1"}) == 403
        assert here.handled == []


async def test_what_is_handled_is_known_until_it_is_done() -> None:
    partitions = ChatPartitions()
    async with listen(partitions) as here:
        door = asyncio.Event()

        async def take(_: Any) -> None:
            await door.wait()

        async with open_forwarder(take, partitions, "/telegram", {}) as forwarder:
            taking = asyncio.create_task(forwarder.take_brought(write_message(5, 64 + 7)))
            await asyncio.sleep(0)
            assert +partitions.under_way == {7: 1}
            door.set()
            await taking
            assert not +partitions.under_way
        assert here.handled == []
