"""The bot's side: one HTTP request is one call of a method."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
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


class ConnectionCut(Exception):  # noqa: N818 - asked for, not an error
    """The connection shall be cut without an answer."""


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
        except ConnectionCut:
            await _cut_connection(scope)
            return
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ]
        if retry:
            headers.append((b"retry-after", str(retry).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, request: Request) -> Any:
        if request.path_params["token"] != self._world.token:
            raise Refusal(401, "Unauthorized")
        called = request.path_params["method"]
        params: CallParams = await read_params(request)
        chat_id = params.integer("chat_id")
        fault = self._world.faults.take_matching(called.lower(), chat_id)
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
        finally:
            self._world.call_log.add_call(
                self._world.clock.now(), called, params.to_log_entry(), outcome
            )
        if fault is not None and fault.drop == "after":
            raise ConnectionCut
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
        raise ConnectionCut
    if fault.code:
        hints = {"retry_after": fault.retry_after} if fault.retry_after else {}
        raise Refusal(fault.code, fault.describe(), **hints)
    return f"dropped {fault.drop}" if fault.drop else f"delayed {fault.delay} s"


async def _cut_connection(scope: Scope) -> None:
    scope["state"]["transport"].abort()
    # The server notices the lost connection in its next turn; only then may we leave silently.
    await asyncio.sleep(0.01)
