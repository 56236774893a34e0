"""A server in Telegram's place that answers with any bytes: on a real socket, by hand."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

ME = {"id": 123456, "is_bot": True, "first_name": "Suara", "username": "suara_bot"}
#: Answers that are no bytes: a body that goes on as fast as it can, one that says nothing more, and
#: a connection that is closed.
ENDLESS, SILENT, CLOSED = b"endless", b"silent", b"closed"


def build_answer(status: int, body: bytes, length: int | None = None, headers: str = "") -> bytes:
    """An HTTP answer; ``length`` is what it says of its body, if that is not true."""
    told = len(body) if length is None else length
    head = f"HTTP/1.1 {status} x\r\nContent-Type: text/html\r\nContent-Length: {told}\r\n{headers}"
    return head.encode() + b"\r\n" + body


def build_result(result: object) -> bytes:
    """A call that went well."""
    return build_answer(200, json.dumps({"ok": True, "result": result}).encode())


def build_refusal(status: int, words: str, **more: object) -> bytes:
    """A call that Telegram itself refuses."""
    body = {"ok": False, "error_code": status, "description": words, **more}
    return build_answer(status, json.dumps(body).encode())


class RawServer:
    """What it was asked, what it says."""

    def __init__(self) -> None:
        self.url = ""
        #: What waits to be fetched.
        self.updates: list[Any] = []
        #: What is answered before the usual, for each method.
        self.scripted: dict[str, deque[bytes]] = defaultdict(deque)
        #: First lines of requests.
        self.asked: list[str] = []
        self.offset = 0

    def answer(self, method: str, given: dict[str, Any]) -> bytes:
        """What a call gets."""
        if self.scripted[method]:
            return self.scripted[method].popleft()
        if method.endswith(":443"):  # A proxy is asked for a way there.
            return build_answer(403, b"")
        if method == "getMe":
            return build_result(ME)
        if method == "getUpdates":
            self.offset = int(given.get("offset", 0))
            return build_result([u for u in self.updates if number_of(u) >= self.offset])
        if method in ("sendMessage", "editMessageText"):
            chat = {"id": given["chat_id"], "type": "private"}
            return build_result({"message_id": 77, "date": 1, "chat": chat, "text": "x"})
        return build_result(True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while first := (await reader.readline()).decode():
                self.asked.append(first.strip())
                length = 0
                while line := (await reader.readline()).strip().lower():
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                body = await reader.readexactly(length)
                given = json.loads(body) if body.startswith(b"{") else {}
                said = self.answer(first.split()[1].rpartition("/")[2], given)
                if said == SILENT:
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
                    await reader.read()
                while said == ENDLESS:
                    writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 65536)
                    await writer.drain()
                if said in (SILENT, CLOSED):
                    break
                writer.write(said)
                await writer.drain()
                if b"Content-Length: 9999" in said:
                    break
                await asyncio.sleep(0.01)
        writer.close()


ServerType = TypeVar("ServerType", bound=RawServer)


def number_of(update: object) -> int:
    """An update's number; of what has none, higher than any offset."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else 2**40


@asynccontextmanager
async def serve_raw(found: ServerType) -> AsyncIterator[ServerType]:
    """Have a server answer on a free port."""
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield found
    finally:
        server.close()
