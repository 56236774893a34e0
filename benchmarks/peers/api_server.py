"""A small Bot API server: as much of it as the bots that are compared call, and fast.

It looks at no limits and checks no parameters; ``sandbox`` does. What it promises is that an update
is handed out until it is confirmed, that somebody acts once for each card they see, and that a
query is answered once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import httptools
import orjson

from benchmarks.peers.bot_account import BotAccount, MethodRefusal

#: Parameters that are JSON inside a form.
JSON_FIELDS = ("reply_markup",)
Params = dict[str, Any]


class ApiServer:
    """Serves some bots; each call takes ``delay`` seconds, half of them on the way there."""

    def __init__(self, accounts: Iterable[BotAccount], delay: float = 0.0) -> None:
        self.accounts = {account.token: account for account in accounts}
        self.half_way = delay / 2

    async def call(self, token: str, method: str, params: Params) -> tuple[int, bytes]:
        """What the Bot API answers to a call: the HTTP status and the body."""
        if (account := self.accounts.get(token)) is None:
            return 401, build_refusal(401, "Unauthorized")
        try:
            result = self.act(account, method, params)
            if asyncio.iscoroutine(result):
                result = await result
        except MethodRefusal as refusal:
            return 400, build_refusal(400, str(refusal))
        return 200, orjson.dumps({"ok": True, "result": result})

    def act(self, account: BotAccount, method: str, params: Params) -> Any:
        """Carry out a method. What changes nothing that anybody sees here is simply true."""
        match method:
            case "getUpdates":
                hold = float(params.get("timeout") or 0)
                return account.get_updates(int(params.get("offset") or 0), hold)
            case "editMessageText":
                return account.edit_message(int(params["chat_id"]), params["text"], params)
            case "answerCallbackQuery":
                return account.answer_query(params["callback_query_id"])
            case "sendMessage":
                return account.send_message(int(params["chat_id"]), params["text"], params)
            case "getMe":
                return account.describe()
        return True


def build_refusal(status: int, description: str) -> bytes:
    """The body of an answer that says no."""
    return orjson.dumps({"ok": False, "error_code": status, "description": description})


def read_params(content_type: str, body: bytes) -> Params:
    """The parameters of a call, sent as JSON or as a form."""
    if not body:
        return {}
    if content_type.startswith("application/json"):
        found: Params = orjson.loads(body)
    else:
        found = dict(parse_qsl(body.decode(), keep_blank_values=True))
    for name in JSON_FIELDS:
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found


class ApiConnection(asyncio.Protocol):
    """One kept-alive connection of a bot; httptools calls the ``on_`` methods."""

    def __init__(self, server: ApiServer) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._url, self._content_type, self._body = b"", "", b""
        self._serving: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        for task in self._serving:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._content_type, self._body = b"", "", b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._content_type = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        _, bot, method = self._url.decode().split("/", 2)
        token = bot.removeprefix("bot").replace("%3A", ":")
        call = self._serve(token, method, read_params(self._content_type, self._body))
        task = asyncio.create_task(call)
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, token: str, method: str, params: Params) -> None:
        if self._server.half_way:
            await asyncio.sleep(self._server.half_way)
        status, body = await self._server.call(token, method, params)
        if self._server.half_way:
            await asyncio.sleep(self._server.half_way)
        if self._transport is not None:
            self._transport.write(build_response(status, body))


def build_response(status: int, body: bytes) -> bytes:
    """An HTTP answer, after which the connection stays open."""
    head = (
        f"HTTP/1.1 {status} {'OK' if status == 200 else 'No'}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@asynccontextmanager
async def serve_accounts(accounts: Iterable[BotAccount], delay: float = 0.0) -> AsyncIterator[str]:
    """Serve them at a free port of this machine; the address."""
    server = ApiServer(accounts, delay)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: ApiConnection(server), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        listening.close()
