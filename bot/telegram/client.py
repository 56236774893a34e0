"""The client that calls Telegram: the way to the network, the bot on it, and when to try again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

T = TypeVar("T")

#: Seconds that Telegram may hold a request for updates.
LONG_POLL_SECONDS = 25
#: Seconds between attempts to reach Telegram, growing up to the last.
NETWORK_PAUSES = (1, 2, 5, 10, 30)
UNKNOWN_BOT = (
    "Telegram does not know this token. Copy it again from @BotFather "
    "into SUARA_TOKEN or the file of telegram.token_file."
)


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's way to the network, on aiohttp: its default collapses under load."""

    def __init__(self, most_at_once: int, timeout: float = 20) -> None:
        self._most = most_at_once
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._timeout

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._most)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("The client is used before initialize().")
        wait = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        try:
            async with self._session.request(
                method,
                url,
                **build_request_body(request_data),
                timeout=aiohttp.ClientTimeout(total=wait + 5, sock_connect=10),
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as fault:
            raise TimedOut("Telegram did not answer in time") from fault
        except aiohttp.ClientError as fault:
            raise NetworkError(f"Telegram cannot be reached: {type(fault).__name__}") from fault

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer of Telegram; of our own messages that come back, without what nobody reads."""
        answer = BaseRequest.parse_json_payload(payload)
        found = answer.get("result")
        for one in found if isinstance(found, list) else (found,):
            if isinstance(one, dict):  # An update with a tap on our message, or our message.
                ours = one.get("callback_query", {}).get("message", one)
                ours.pop("reply_markup", None)
                ours.pop("entities", None)
        return answer


def build_request_body(request: RequestData | None) -> dict[str, Any]:
    """The parameters of a call as aiohttp takes them: JSON; multipart if there are files."""
    if request is None or not request.contains_files:
        return {"json": request.parameters if request else {}}
    data = aiohttp.FormData()
    for name, value in request.json_parameters.items():
        data.add_field(name, value)
    for name, (filename, content, media_type) in request.multipart_data.items():
        data.add_field(name, content, filename=filename, content_type=media_type)
    return {"data": data}


def create_bot(token: str, api_url: str, most_at_once: int) -> Bot:
    """A bot that is not yet initialised; ``api_url`` is that of a Bot API server."""
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=AiohttpRequest(most_at_once),
        get_updates_request=AiohttpRequest(2, LONG_POLL_SECONDS + 10),
    )


async def call_with_retry(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call that may be made again; wait as Telegram asks. Raises its last TelegramError."""
    for pause in NETWORK_PAUSES:
        try:
            return await call()
        except RetryAfter as fault:
            await asyncio.sleep(read_retry_seconds(fault))
        except (BadRequest, Forbidden, ChatMigrated):
            raise
        except NetworkError:
            await asyncio.sleep(pause)
    return await call()


def read_retry_seconds(fault: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    wait = fault.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def choose_pause(failures: int) -> float:
    """Seconds to wait when Telegram could not be reached ``failures`` times before."""
    return NETWORK_PAUSES[min(failures, len(NETWORK_PAUSES) - 1)]
