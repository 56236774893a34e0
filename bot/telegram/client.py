"""The client that calls Telegram: the way to the network, and the bot that takes it."""

from __future__ import annotations

from typing import Any

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

#: Seconds that Telegram may hold a request for updates: less than the minute after which proxies
#: commonly close a silent connection (nginx: proxy_read_timeout).
LONG_POLL_SECONDS = 25
UNKNOWN_BOT = (
    "Telegram does not know this token. Copy it again from @BotFather "
    "into SUARA_TOKEN or the file of telegram.token_file."
)


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's way to the network, on aiohttp.

    The library's default, on httpx, collapses when many calls are made at once: measured on two
    cores with 256 updates at work, it came to 180 to 200 taps a second, and this to 1,450. At most
    ``most_at_once`` connections are open; further calls wait for one. ``timeout`` is in seconds.
    """

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
        """Make one request; its HTTP status and body. Raises NetworkError, and TimedOut as one.

        Of the four timeouts that the library has, only that for reading is kept to: it covers the
        call as a whole, with five seconds for the way, and ten for connecting.
        """
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
        """An answer of Telegram; of our own messages that come back, without what nobody reads.

        With each tap and each edit the whole card comes back, mostly buttons and formatting. The
        library would make an object of each, which is much of what a tap costs (500 to 650 µs).
        """
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
