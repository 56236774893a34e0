"""The bot's side: one HTTP request is one call of a method."""

from __future__ import annotations

import asyncio
import inspect
import json
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from sandbox.call_params import CallParams, read_params
from sandbox.injected_faults import InjectedFault
from sandbox.methods import METHODS
from sandbox.refusals import Refusal, bad_request
from sandbox.world import World

CallCheck = Callable[[str, dict[str, Any]], list[str]]
"""(method as called, its parameters) -> what is wrong with them, in words."""

SILENT_METHODS = frozenset({"answercallbackquery", "sendchataction", "getchat", "getchatmember"})


SPACES_EVERY = 0.05
"""Seconds between the pieces of a body that never ends."""


class ConnectionCut(Exception):  # noqa: N818 - asked for, not an error
    """The connection shall be cut without an answer."""

    def __init__(self, reset: bool) -> None:
        super().__init__()
        self.reset = reset


class StrangeAnswer(Exception):  # noqa: N818 - asked for, not an error
    """Other bytes than Telegram's shall be answered."""

    def __init__(self, fault: InjectedFault) -> None:
        super().__init__()
        self.fault = fault


class BotApi:
    """`/bot<token>/<method>` as an ASGI application."""

    def __init__(self, world: World, check: CallCheck | None) -> None:
        self._world = world
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; the HTTP status is the error code."""
        request = Request(scope, receive)
        try:
            body = {"ok": True, "result": await self._answer(request)}
            status, retry = 200, 0
        except Refusal as refusal:
            body, status = refusal.build_body(), refusal.code
            retry = refusal.parameters.get("retry_after", 0)
        except ConnectionCut as cut:
            await _cut_connection(scope, cut.reset)
            return
        except StrangeAnswer as strange:
            await _send_strange_answer(strange.fault, scope, receive, send)
            return
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            # By the sandbox's clock, as the dates of its messages are.
            (b"date", formatdate(self._world.clock.now(), usegmt=True).encode()),
        ]
        if retry:
            headers.append((b"retry-after", str(retry).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, request: Request) -> Any:
        if request.path_params["token"] != self._world.token:
            raise Refusal(401, "Unauthorized")
        return await self._call(request.path_params["method"], await read_params(request))

    async def call_from_webhook(self, called: str, params: CallParams) -> None:
        """Run the call that a webhook's answer carries: nobody is told how it ends."""
        with suppress(Refusal, ConnectionCut, StrangeAnswer):
            await self._call(called, params)

    async def _call(self, called: str, params: CallParams) -> Any:
        chat_id = params.integer("chat_id")
        now = self._world.clock.now()
        fault = self._world.faults.take_matching(called.lower(), chat_id, now)
        outcome: dict[str, Any] = {"ok": True}
        try:
            if fault is not None:
                outcome["fault"] = await _apply_fault(fault)
            result = await self._run(called, params, chat_id)
        except Refusal as refusal:
            outcome = refusal.build_body()
            raise
        except ConnectionCut:
            outcome = {"ok": False, "fault": "dropped before"}
            raise
        except StrangeAnswer as strange:
            outcome = {"ok": False, "fault": f"answered {strange.fault.status} before"}
            raise
        finally:
            self._world.call_log.add_call(
                self._world.clock.now(), called, params.to_log_entry(), outcome
            )
        if fault is not None and fault.drop == "after":
            raise ConnectionCut(fault.reset)
        if fault is not None and fault.status:
            raise StrangeAnswer(fault)
        return result

    async def _run(self, called: str, params: CallParams, chat_id: int) -> Any:
        name = called.lower()
        method = METHODS.get(name)
        if method is None:
            raise Refusal(404, "Not Found: method not found")
        if self._check is not None and (problems := self._check(called, params)):
            self._world.problems += [f"{called}: {problem}" for problem in problems]
            raise bad_request(f"not in the Bot API: {'; '.join(problems)}")
        self._world.rate_limits.check_call(name, chat_id)
        try:
            result = method(self._world, params)
            return await result if inspect.isawaitable(result) else result
        finally:
            if chat_id and name not in SILENT_METHODS:
                self._world.idle_detector.mark_bot_spoke(chat_id)


async def _apply_fault(fault: InjectedFault) -> str:
    """Let the fault happen; what is left of it comes after the call took effect."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.drop == "before":
        raise ConnectionCut(fault.reset)
    if fault.status and not fault.effect:
        raise StrangeAnswer(fault)
    if fault.code:
        hints = {"retry_after": fault.retry_after} if fault.retry_after else {}
        raise Refusal(fault.code, fault.describe(), **hints)
    if fault.status:
        return f"answered {fault.status} after"
    return f"dropped {fault.drop}" if fault.drop else f"delayed {fault.delay} s"


async def _send_strange_answer(
    fault: InjectedFault, scope: Scope, receive: Receive, send: Send
) -> None:
    """Exactly the bytes of the fault: whole, fewer than were promised, or without an end."""
    headers = {"content-type": "text/html"} | {k.lower(): v for k, v in fault.headers.items()}
    if fault.ending != "never":
        promised = len(fault.content) + (1 if fault.ending == "cut" else 0)
        headers.setdefault("content-length", str(promised))
    listed = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": listed})
    more = bool(fault.ending)
    await send({"type": "http.response.body", "body": fault.content, "more_body": more})
    if fault.ending == "cut":
        # Closed, not aborted: what was written shall arrive before the end.
        scope["state"]["transport"].close()
        await asyncio.sleep(0.01)
    elif fault.ending == "never":
        gone = asyncio.create_task(_wait_for_hangup(receive))
        while not (await asyncio.wait([gone], timeout=SPACES_EVERY))[0]:
            await send({"type": "http.response.body", "body": b" ", "more_body": True})


async def _wait_for_hangup(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cut_connection(scope: Scope, reset: bool) -> None:
    transport: asyncio.Transport = scope["state"]["transport"]
    if reset:
        # Closing with a linger of no seconds sends RST, as a peer that crashed does.
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
    # The server notices the lost connection in its next turn; only then may we leave silently.
    await asyncio.sleep(0.01)
