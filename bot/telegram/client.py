"""The client that calls Telegram: the way to the network, and the bot that takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.json_text import decode_json, encode_json
from bot.telegram.connections import (
    CONNECT_SECONDS,
    LARGEST_ANSWER,
    AnswerTooLargeError,
    ConnectionPool,
    HttpAnswer,
    LostConnectionError,
)
from bot.telegram.telegram_time import TelegramTime

#: Seconds that Telegram may hold a request for updates: less than the minute after which proxies
#: commonly close a silent connection (nginx: proxy_read_timeout).
LONG_POLL_SECONDS = 25
#: Bytes that are read at a time.
CHUNK_SIZE = 256 * 1024
#: Telegram asks nobody to wait for so many seconds (a week).
LONGEST_WAIT = 604_800
#: What is said of an answer that somebody else than Telegram gave.
FOREIGN_ANSWER = "the answer is not Telegram's"
JSON_HEADERS = {"Content-Type": "application/json"}
#: Of what aiohttp says with each request, what Telegram does not ask for.
UNSENT_HEADERS = ("Accept", "Accept-Encoding", "User-Agent")
#: This machine, as the address of a Bot API server of its own.
OWN_ADDRESSES = ("localhost", "127.0.0.1", "::1")
#: Seconds that the way there and back may take, besides what Telegram takes.
WAY_SECONDS = 5
#: What stands behind an error of the library if the network is at fault.
NETWORK_FAULTS = (TimeoutError, aiohttp.ClientError, LostConnectionError)
UNKNOWN_BOT = (
    "Telegram does not know this token. Copy it again from @BotFather "
    "into SUARA_TOKEN or the file of telegram.token_file."
)


class CheckedBody(bytes):
    """The body of an answer that is Telegram's, with what stands in it, so that it is read once."""

    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PreparedBody:
    """The parameters of a call as they go over the line, in place of the library's RequestData."""

    json_payload: bytes
    contains_files: bool = False


class NetworkRequest(BaseRequest):
    """python-telegram-bot's way to the network.

    The library's default, on httpx, collapses when many calls are made at once. Calls without
    files go over connections of our own, files and whatever goes through a proxy over aiohttp. At
    most ``most_at_once`` connections are open of each; further calls wait for one. ``timeout`` is
    in seconds. ``proxy`` is the address of one to go through, or empty. ``telegram_time`` is told
    what time it is by each answer of Telegram's.
    """

    def __init__(
        self,
        most_at_once: int,
        timeout: float = 20,
        proxy: str = "",
        telegram_time: TelegramTime | None = None,
    ) -> None:
        self.telegram_time = telegram_time or TelegramTime()
        self._most = most_at_once
        self._timeout = timeout
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession | None = None
        self._pool = ConnectionPool(most_at_once)

    @property
    def read_timeout(self) -> float:
        return self._timeout

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._most)
            self._session = aiohttp.ClientSession(
                connector=connector,
                proxy=self._proxy,
                # Telegram sets no cookies, and asks for none of what is else added to each call.
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=UNSENT_HEADERS,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
        self._pool.close()

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
        call as a whole, with some seconds for the way, and ten for connecting. What Telegram did
        not say itself, a proxy's page for instance, is a NetworkError, whatever its status.
        """
        if self._session is None:
            raise RuntimeError("The client is used before initialize().")
        wait = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        try:
            async with asyncio.timeout(wait + WAY_SECONDS):
                status, body, date = await self._exchange(self._session, url, method, request_data)
        except TimeoutError as fault:
            raise TimedOut("Telegram did not answer in time") from fault
        except AnswerTooLargeError:
            raise NetworkError(FOREIGN_ANSWER) from None
        except aiohttp.ClientError as fault:
            raise NetworkError(f"Telegram cannot be reached: {type(fault).__name__}") from fault
        except LostConnectionError as fault:
            raise NetworkError(f"Telegram cannot be reached: {fault}") from fault
        if status == 413 and request_data is not None and request_data.contains_files:
            # The server before Telegram's own says so, in a page (calls.TOO_LARGE_WORDS).
            raise NetworkError("Request Entity Too Large")
        if method == "GET" and 200 <= status < 300:
            return status, body  # A file.
        checked = check_answer(url.rpartition("/")[2], status, body)
        self.telegram_time.note_header(date)
        return status, checked

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        url: str,
        method: str,
        request_data: RequestData | None,
    ) -> HttpAnswer:
        """Send a request; what was answered."""
        has_files = request_data is not None and request_data.contains_files
        if method == "POST" and not has_files and self._proxy is None:
            return await self._pool.post(url, build_json_body(request_data))
        async with session.request(
            method,
            url,
            **build_request_body(request_data),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            # Telegram never sends anybody elsewhere. Who does is a stranger, and would be handed
            # what people wrote.
            allow_redirects=False,
        ) as answer:
            date = answer.headers.get("Date", "")
            return HttpAnswer(answer.status, await read_body(answer), date)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer of Telegram; of our own messages that come back, without what nobody reads.

        With each tap and each edit the whole card comes back, mostly buttons and formatting. The
        library would make an object of each, which is much of what a tap costs (500 to 650 µs).
        Raises NetworkError for what is not Telegram's.
        """
        answer = payload.content if isinstance(payload, CheckedBody) else read_json(payload)
        if answer is None:
            raise NetworkError(FOREIGN_ANSWER)
        found = answer.get("result")
        for one in found if isinstance(found, list) else (found,):
            if isinstance(one, dict):  # An update with a tap on our message, or our message.
                query = one.get("callback_query")
                ours = query.get("message") if isinstance(query, dict) else one
                if isinstance(ours, dict):
                    ours.pop("reply_markup", None)
                    ours.pop("entities", None)
        return answer


async def read_body(answer: aiohttp.ClientResponse) -> bytes:
    """The whole body. Raises AnswerTooLargeError if it is larger than any of Telegram's."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK_SIZE):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise AnswerTooLargeError
    return bytes(body)


# Whose answer it is


def check_answer(method: str, status: int, body: bytes) -> CheckedBody:
    """The body of an answer to a method, if it is one of Telegram's. Raises NetworkError.

    Telegram's is a JSON object with ``ok``; then ``result``, or else ``error_code``, which is the
    HTTP status too, and ``description`` (core.telegram.org/bots/api, Making requests). Whatever
    lies in between may say 401 or 404 as well, and means something else by it.
    """
    content = read_json(body)
    if content is None or not (is_success(method, status, content) or is_refusal(status, content)):
        raise NetworkError(f"{FOREIGN_ANSWER} (HTTP {status})")
    checked = CheckedBody(body)
    checked.content = content
    return checked


def read_json(body: bytes) -> dict[str, Any] | None:
    """The JSON object that a body is; None if it is none."""
    try:
        found = decode_json(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def is_success(method: str, status: int, content: Mapping[str, Any]) -> bool:
    """Whether Telegram says that it has done what was asked."""
    if not (200 <= status < 300 and content.get("ok") is True and "result" in content):
        return False
    result = content["result"]
    if method == "getMe":
        return (
            isinstance(result, dict)
            and is_whole(result.get("id"))
            and bool(isinstance(result.get("username"), str) and result["username"])
        )
    if method == "getUpdates":
        return isinstance(result, list) and (
            not result or any(read_update_id(raw) is not None for raw in result)
        )
    if method in ("sendMessage", "editMessageText"):
        return isinstance(result, dict) and is_message(result)
    return result is not None


def is_message(result: Mapping[str, Any]) -> bool:
    """Whether a message has what is read of one: its number, and moments that a calendar knows."""
    moments = (result.get("date"), result.get("edit_date", 0))
    return is_whole(result.get("message_id")) and all(
        is_whole(at) and 0 <= at < 2**33 for at in moments
    )


def is_refusal(status: int, content: Mapping[str, Any]) -> bool:
    """Whether Telegram says that it has not done what was asked, and why."""
    parameters = content.get("parameters", {})
    return (
        content.get("ok") is False
        and content.get("error_code") == status
        and not 200 <= status < 300
        and isinstance(content.get("description"), str)
        and isinstance(parameters, dict)
        and is_whole(parameters.get("migrate_to_chat_id", 0))
        and is_whole(wait := parameters.get("retry_after", 0))
        and 0 <= wait <= LONGEST_WAIT
    )


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number that 64 bits hold; True and False are none."""
    return type(value) is int and -(2**63) <= value < 2**63


def read_update_id(raw: object) -> int | None:
    """The number of an update as Telegram wrote it; None if it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if is_whole(number) else None


def build_json_body(request: RequestData | PreparedBody | None) -> bytes:
    """The parameters of a call without files, as JSON."""
    if isinstance(request, PreparedBody):
        return request.json_payload
    return encode_json(request.parameters if request else {})


def build_request_body(request: RequestData | None) -> dict[str, Any]:
    """The parameters of a call as aiohttp takes them: JSON; multipart if there are files."""
    if request is None or not request.contains_files:
        return {"data": build_json_body(request), "headers": JSON_HEADERS}
    data = aiohttp.FormData()
    for name, value in request.json_parameters.items():
        data.add_field(name, value)
    for name, (filename, content, media_type) in request.multipart_data.items():
        data.add_field(name, content, filename=filename, content_type=media_type)
    return {"data": data}


# Making the bot


def create_bot(token: str, api_url: str, most_at_once: int, proxy: str = "") -> Bot:
    """A bot that is not yet initialised; ``api_url`` is that of a Bot API server.

    ``proxy`` is one to go through; if it is empty, that which the environment names.
    """
    way, heard = proxy or find_environment_proxy(api_url), TelegramTime()
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        # More than ever wait in the outbox: a tap's answer waits for no connection.
        request=NetworkRequest(2 * most_at_once, proxy=way, telegram_time=heard),
        get_updates_request=NetworkRequest(2, LONG_POLL_SECONDS + 10, way, heard),
    )


def find_telegram_time(bot: Bot) -> TelegramTime:
    """What a bot that was made here has heard of Telegram's time."""
    way = bot.request
    return way.telegram_time if isinstance(way, NetworkRequest) else TelegramTime()


def find_environment_proxy(url: str) -> str:
    """The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY name for an address, or empty.

    NO_PROXY is kept to, and no proxy knows this machine's own addresses as we do. We look once:
    aiohttp (``trust_env``) would look anew with each call, in a thread.
    """
    parts = urlsplit(url)
    if parts.hostname in OWN_ADDRESSES or proxy_bypass(parts.hostname or ""):
        return ""
    proxies = getproxies_environment()
    found = proxies.get(parts.scheme) or proxies.get("all") or ""
    if found and "://" not in found:
        found = f"http://{found}"  # As curl takes it.
    return found if found.startswith(("http://", "https://")) else ""


async def request_updates(bot: Bot, offset: int, hold_seconds: int, kinds: list[str]) -> list[Any]:
    """The next updates as Telegram wrote them. Raises TelegramError.

    The library's own ``get_updates`` decodes all or none, and logs all of them if one is bad; its
    ``do_api_request`` warns of every method that it knows.
    """
    asked = {"offset": offset, "timeout": hold_seconds, "allowed_updates": kinds}
    found: list[Any] = await bot._post(  # noqa: SLF001
        "getUpdates", asked, read_timeout=LONG_POLL_SECONDS + 10
    )
    return found
