"""How updates come and calls go: an HTTP client that stands concurrency, and polling."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from traceback import extract_tb
from typing import Any, TypeVar

import aiohttp
import structlog
from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from survey.store.database import DatabaseFault

log = structlog.get_logger()
T = TypeVar("T")

#: Seconds that Telegram may hold a request for updates.
LONG_POLL_SECONDS = 25
#: An update that fails this often is set aside.
MOST_ATTEMPTS = 3
#: Seconds between attempts to reach Telegram, growing up to the last.
NETWORK_PAUSES = (1, 2, 5, 10, 30)
#: What polling asks for.
UPDATE_KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
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


# Polling

UpdateHandler = Callable[[Update], Coroutine[Any, Any, None]]


class PollingError(Exception):
    """Polling cannot go on; the message says what the operator can do."""


@dataclass
class Poller:
    """Our own loop of getUpdates.

    An update is confirmed (by asking for the next) only when ``handle`` has returned for it and
    all its neighbours: what it kept is on disk then. One person's updates are handled in order.
    """

    bot: Bot
    handle: UpdateHandler
    failed_attempts: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    offset: int = 0
    unreachable_count: int = 0
    #: Told when Telegram is reachable again.
    on_reconnect: Callable[[], None] = lambda: None
    #: Told of every answer of Telegram.
    on_answer: Callable[[], None] = lambda: None
    #: Which updates divide those before them from those after them.
    is_barrier: Callable[[Update], bool] = lambda _: False

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop``. Raises PollingError, DatabaseFault."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            asking = asyncio.create_task(self._fetch_updates())
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                asking.cancel()
                break
            updates = asking.result()
            if updates:
                await self._handle_all(updates)
        stopping.cancel()

    async def _fetch_updates(self) -> list[Update]:
        """The next updates; none if Telegram cannot be reached just now."""
        try:
            updates = await self.bot.get_updates(
                offset=self.offset,
                timeout=0 if self.unreachable_count else LONG_POLL_SECONDS,
                allowed_updates=UPDATE_KINDS,
                read_timeout=LONG_POLL_SECONDS + 10,
            )
        except Conflict as fault:
            raise PollingError(
                "Another program polls with the same token: stop it, or delete the webhook."
            ) from fault
        except InvalidToken:
            raise PollingError(UNKNOWN_BOT) from None
        except RetryAfter as fault:
            await asyncio.sleep(read_retry_seconds(fault))
            return []
        except NetworkError as fault:
            await self._wait_for_network(fault)
            return []
        self.on_answer()
        if self.unreachable_count:
            log.info("telegram is reachable again")
            self.unreachable_count = 0
            self.on_reconnect()
        return list(updates)

    async def _wait_for_network(self, fault: NetworkError) -> None:
        if self.unreachable_count == 0:
            log.warning("telegram cannot be reached", reason=str(fault), remedy="we keep trying")
        await asyncio.sleep(NETWORK_PAUSES[min(self.unreachable_count, len(NETWORK_PAUSES) - 1)])
        self.unreachable_count += 1

    async def _handle_all(self, updates: list[Update]) -> None:
        """Handle a batch, people side by side, each person's updates in order.

        What divides is handled after all before it and before all after it.
        """
        for part in split_at_barriers(updates, self.is_barrier):
            lines: dict[int, list[Update]] = defaultdict(list)
            for update in part:
                lines[find_sender(update)].append(update)
            await asyncio.gather(*(self._handle_in_order(line) for line in lines.values()))
        self.offset = updates[-1].update_id + 1

    async def _handle_in_order(self, line: list[Update]) -> None:
        for update in line:
            while not await self._handle_one(update):
                pass

    async def _handle_one(self, update: Update) -> bool:
        """Whether the update is done with, well or not. A failure of the database goes up."""
        number = update.update_id
        try:
            await self.handle(update)
        except DatabaseFault:
            raise
        except Exception as fault:
            self.failed_attempts[number] += 1
            if self.failed_attempts[number] < MOST_ATTEMPTS:
                return False
            log.error(
                "update set aside",
                kind=classify_update(update),
                fault=type(fault).__name__,
                where=locate_fault(fault),
            )
        self.failed_attempts.pop(number, None)
        return True


def split_at_barriers(
    updates: list[Update], divides: Callable[[Update], bool]
) -> Iterator[list[Update]]:
    """The updates in their order, those that divide by themselves."""
    part: list[Update] = []
    for update in updates:
        if divides(update):
            yield part
            yield [update]
            part = []
        else:
            part.append(update)
    yield part


def locate_fault(fault: Exception) -> str:
    """Where a fault came from. Its message is left out: it may hold what somebody wrote."""
    frame = extract_tb(fault.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


def classify_update(update: Update) -> str:
    """What sort of update it is; nothing of what it says."""
    return next((kind for kind in UPDATE_KINDS if getattr(update, kind) is not None), "unknown")


def find_sender(update: Update) -> int:
    """Whose update it is; 0 if nobody's."""
    return update.effective_user.id if update.effective_user else 0
