"""An update goes to the worker that has its chat, whichever worker it was brought to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.json_text import encode_json
from bot.workers.chat_partitions import ChatPartitions

#: Marks a request that a worker has passed on: it goes no further.
FORWARD_HEADER = "X-Suara-Forwarded"
#: Seconds that the other worker may take: less than Telegram waits for us.
FORWARD_SECONDS = 30.0


class PutOffError(Exception):
    """Nobody can take an update now: it is to be brought again."""


@dataclass
class UpdateForwarder:
    """Takes updates of chats that are ours, and passes on those of others."""

    take: Callable[[Any], Awaitable[None]]
    partitions: ChatPartitions
    path: str
    headers: dict[str, str]
    session: aiohttp.ClientSession

    async def take_brought(self, raw: Any) -> None:
        """Take an update that Telegram brought. Raises PutOffError, DatabaseFault."""
        chat_id = find_chat(raw)
        if chat_id is None or self.partitions.takes_chat(chat_id):
            await self._take(raw, chat_id or 0)
        else:
            await self._forward(raw, self.partitions.find_holder(chat_id))

    async def take_forwarded(self, raw: Any) -> None:
        """Take an update that another worker passed on. Raises PutOffError, DatabaseFault."""
        chat_id = find_chat(raw)
        if chat_id is None or not self.partitions.takes_chat(chat_id):
            raise PutOffError
        await self._take(raw, chat_id)

    async def _take(self, raw: Any, chat_id: int) -> None:
        with self.partitions.handle_update(chat_id):
            await self.take(raw)

    async def _forward(self, raw: Any, holder: str | None) -> None:
        if holder is None:
            raise PutOffError
        try:
            async with self.session.post(
                f"http://{holder}{self.path}", data=encode_json(raw), headers=self.headers
            ) as answer:
                is_taken = answer.status == 200
        except (aiohttp.ClientError, OSError):
            is_taken = False
        if not is_taken:
            raise PutOffError


@asynccontextmanager
async def open_forwarder(
    take: Callable[[Any], Awaitable[None]],
    partitions: ChatPartitions,
    path: str,
    secret_headers: dict[str, str],
) -> AsyncIterator[UpdateForwarder]:
    """A forwarder with lines to the other workers, until the block ends."""
    headers = {"Content-Type": "application/json", FORWARD_HEADER: "1"} | secret_headers
    timeout = aiohttp.ClientTimeout(total=FORWARD_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield UpdateForwarder(take, partitions, path, headers, session)


def find_chat(raw: Any) -> int | None:
    """The chat that an update is of; of a tap on a message that is too old, who tapped.

    A private chat has the number of its person.
    """
    for content in raw.values() if isinstance(raw, dict) else ():
        if not isinstance(content, dict):
            continue
        message = content.get("message")
        inside = message if isinstance(message, dict) else content
        for whose in (inside.get("chat"), content.get("from")):
            if isinstance(whose, dict) and isinstance(whose.get("id"), int):
                return int(whose["id"])
    return None
