"""The address to which Telegram brings updates: who may bring what, and what is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.json_text import decode_json
from bot.workers.update_forwarder import FORWARD_HEADER, PutOffError
from survey.store.database import DatabaseFault

log = structlog.get_logger()
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
#: No update has more bytes: its longest part is a text of 4,096 characters, twice where it answers
#: another message, and buttons of ours. What is larger is not Telegram's.
LARGEST_UPDATE = 1024 * 1024
#: Seconds that the body of a request may take to come.
BODY_SECONDS = 20
#: So many updates wait or are handled; what comes then is put off. Telegram brings 100 at once at
#: the most, so more than that are repetitions of those that take too long.
MOST_UNDER_WAY = 200
#: Seconds after which Telegram shall try again what was put off. It heeds this (WebhookActor.cpp
#: of github.com/tdlib/telegram-bot-api); the documentation says only that it tries again.
RETRY_AFTER = {"retry-after": "1"}
#: Seconds between two lines of the log about strangers.
LOG_INTERVAL = 60.0


class RefusedBody(Exception):  # noqa: N818 - it is no fault of ours
    """A request that cannot be Telegram's; its status is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class UpdateReceiver:
    """Answers a request when what it brought is done with: 200 means that it is on disk.

    Anything else means "bring it again", and Telegram does.
    """

    path: str
    secret: str
    take: Callable[[Any], Awaitable[None]]
    #: Takes what another worker has passed on.
    take_forwarded: Callable[[Any], Awaitable[None]]
    #: Told of the fault of a database that takes nothing, or nothing now.
    note_fault: Callable[[DatabaseFault], None]
    under_way: int = 0
    #: Nothing more is taken: we stop.
    closed: bool = False
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _logged_at: float = -LOG_INTERVAL

    def build_app(self) -> Starlette:
        """The application that serves the one address."""
        return Starlette(routes=[Route(self.path, self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        """Take an update from Telegram, and from nobody else."""
        # Before anything of the body is read: a stranger costs us a comparison.
        if not compare_digest(
            request.headers.get(SECRET_HEADER, "").encode(), self.secret.encode()
        ):
            self._log_refusal()
            return Response(status_code=403)
        if self.closed or self.under_way >= MOST_UNDER_WAY:
            return Response(status_code=503, headers=RETRY_AFTER)
        self.under_way += 1
        try:
            forwarded = FORWARD_HEADER in request.headers
            take = self.take_forwarded if forwarded else self.take
            await take(await read_update(request))
        except RefusedBody as refused:
            return Response(status_code=refused.status)
        except PutOffError:
            return Response(status_code=503, headers=RETRY_AFTER)
        except DatabaseFault as fault:
            self.note_fault(fault)
            return Response(status_code=503, headers=RETRY_AFTER)
        finally:
            self.under_way -= 1
            if not self.under_way:
                self._idle.set()
        return Response()

    async def close(self, seconds: float) -> None:
        """Take nothing more, and wait so long for what is under way."""
        self.closed = True
        self._idle.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.under_way:
                    await self._idle.wait()

    def _log_refusal(self) -> None:
        now = time.monotonic()
        if now - self._logged_at >= LOG_INTERVAL:
            self._logged_at = now
            log.warning("webhook request refused", reason="it does not have our secret")


async def read_update(request: Request) -> Any:
    """What a request brings. Raises RefusedBody."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise RefusedBody(415)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await read_limited_body(request)
        return decode_json(body)
    except TimeoutError:
        raise RefusedBody(408) from None
    except (ClientDisconnect, ValueError, RecursionError):
        raise RefusedBody(400) from None


async def read_limited_body(request: Request) -> bytes:
    """The whole body. Raises RefusedBody if it is too large, ClientDisconnect if it breaks off."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > LARGEST_UPDATE:
        raise RefusedBody(413)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_UPDATE:
            raise RefusedBody(413)
    return bytes(body)
