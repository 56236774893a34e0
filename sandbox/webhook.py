"""Updates brought to the bot's own address, as Telegram brings them.

What happens when an answer is late, wrong or missing is read in WebhookActor.cpp of
github.com/tdlib/telegram-bot-api; the numbers are in telegram_limits.py.
"""

from __future__ import annotations

import asyncio
import json
import math
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp
from starlette.requests import Request

from sandbox.call_params import CallParams, read_params
from sandbox.clock import SandboxClock
from sandbox.record_store import SandboxStore
from sandbox.refusals import Refusal
from sandbox.telegram_limits import (
    WEBHOOK_ANSWER_SECONDS,
    WEBHOOK_GONE_SECONDS,
    WEBHOOK_LOADED_PER_CONNECTION,
    WEBHOOK_LONGEST_RETRY_AFTER,
    WEBHOOK_LONGEST_WAIT,
    WEBHOOK_QUIET_SECONDS,
)
from sandbox.update_queue import QueuedUpdate, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
NOT_IN_AN_ANSWER = frozenset({"deletewebhook", "setwebhook", "close", "logout"})
"""Beside every method that begins with "get": a webhook's answer cannot call these."""

MESSAGE_KINDS = frozenset({"message", "edited_message", "channel_post", "edited_channel_post"})

AnswerCall = Callable[[str, CallParams], Awaitable[None]]
"""Runs the one call that a webhook's answer may carry; nobody is told how it ended."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """What `setWebhook` was given; `certificate` is PEM, "" when the usual ones are trusted."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 0
    certificate: str = ""


@dataclass(slots=True)
class DeliveryState:
    """How the delivery of one update goes: when it is tried next (the sandbox's time)."""

    fails: int = 0
    delay: float = 1.0
    wake_at: float = -math.inf


class WebhookSender:
    """Delivers while a webhook is set: in order within a lane, several lanes at a time."""

    def __init__(
        self, store: SandboxStore, clock: SandboxClock, updates: UpdateQueue, run_call: AnswerCall
    ) -> None:
        self._store, self._clock, self._updates, self._run_call = store, clock, updates, run_call
        kept = next(store.list_records("webhook"), {})
        self.settings = WebhookSettings(**kept)
        self.last_error: tuple[int, str] | None = None
        self._states: dict[int, DeliveryState] = {}
        self._busy: dict[object, int] = {}
        self._last_success = -math.inf
        self._gone_since: float | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def on(self) -> bool:
        """Whether a webhook is set."""
        return bool(self.settings.url)

    def set(self, settings: WebhookSettings) -> None:
        """Bring updates to another address from now on, or with an empty one to none."""
        self.cancel()
        self.settings = settings
        self.last_error = None
        self._store.save_record("webhook", "", lambda: asdict(settings) if settings.url else {})
        self.wake()

    def wake(self) -> None:
        """Something has changed: look whether anything is to be delivered."""
        if self.on and self._task is None:
            self._task = asyncio.create_task(self._deliver_all())
        self._changed.set()

    def cancel(self) -> None:
        """Stop delivering."""
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self._states.clear()
        self._busy = {}
        self._last_success = -math.inf
        self._gone_since = None

    async def _deliver_all(self) -> None:
        trusted = _trust(self.settings.certificate)
        connector = aiohttp.TCPConnector(limit=0, ssl=trusted)
        timeout = aiohttp.ClientTimeout(total=WEBHOOK_ANSWER_SECONDS)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            asyncio.TaskGroup() as tasks,
        ):
            while True:
                self._changed.clear()
                loaded = self.settings.max_connections * WEBHOOK_LOADED_PER_CONNECTION
                waiting = self._updates.list_deliverable(loaded)
                self._states = {u.id: self._states.get(u.id, DeliveryState()) for u in waiting}
                for lane, update in self._pick_ready(waiting):
                    self._busy[lane] = update.id
                    tasks.create_task(self._deliver(session, lane, update))
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._seconds_to_next(waiting)):
                        await self._changed.wait()

    def _pick_ready(self, waiting: list[QueuedUpdate]) -> list[tuple[object, QueuedUpdate]]:
        """The first update of each free lane whose time has come, as many as connections allow."""
        now = self._clock.now()
        recent = now - self._last_success <= WEBHOOK_QUIET_SECONDS
        free = (self.settings.max_connections if recent else 1) - len(self._busy)
        seen: set[object] = set(self._busy)
        ready: list[tuple[object, QueuedUpdate]] = []
        for update in waiting:
            lane = find_lane(update)
            if lane in seen:
                continue
            seen.add(lane)
            if len(ready) < free and self._states[update.id].wake_at <= now:
                ready.append((lane, update))
        return ready

    def _seconds_to_next(self, waiting: list[QueuedUpdate]) -> float | None:
        if self._clock.stopped:
            return None
        now = self._clock.now()
        busy = set(self._busy.values())
        times = [self._states[u.id].wake_at for u in waiting if u.id not in busy]
        later = [moment - now for moment in times if moment > now]
        return min(later) + 0.001 if later else None

    async def _deliver(
        self, session: aiohttp.ClientSession, lane: object, update: QueuedUpdate
    ) -> None:
        self._updates.mark_delivered(update)
        try:
            error, retry_after = await self._post(session, update)
        finally:
            self._busy.pop(lane, None)
            self._changed.set()
        if not error:
            self._last_success = self._clock.now()
            self._updates.confirm(update.id)
        else:
            self.last_error = (int(self._clock.now()), error)
            self._put_off(update, retry_after)

    async def _post(self, session: aiohttp.ClientSession, update: QueuedUpdate) -> tuple[str, int]:
        """Bring an update. Returns what was wrong with the answer ("": nothing) and Retry-After."""
        headers = {"content-type": "application/json"}
        if self.settings.secret_token:
            headers[SECRET_HEADER] = self.settings.secret_token
        body = json.dumps(update.body, ensure_ascii=False).encode()
        try:
            async with session.post(
                self.settings.url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.read()
        except TimeoutError:
            return "Read timeout expired", 0
        except aiohttp.ClientSSLError:
            return "SSL error {certificate verify failed}", 0
        except aiohttp.ClientConnectorError:
            return "Connection refused", 0
        except (aiohttp.ClientError, OSError):
            return "Connection closed", 0
        if 200 <= answer.status <= 299:
            self._gone_since = None
            await self._run_answer(answer, content)
            return "", 0
        self._note_gone(answer.status)
        retry_after = answer.headers.get("retry-after", "")
        words = f"Wrong response from the webhook: {answer.status} {answer.reason}".strip()
        return words, int(retry_after) if retry_after.isdecimal() else 0

    def _put_off(self, update: QueuedUpdate, retry_after: int) -> None:
        """Try again at once after the first failure, then after 2, 4, 8 … s, or as it was asked."""
        state = self._states.setdefault(update.id, DeliveryState())
        wait = float(min(retry_after, WEBHOOK_LONGEST_RETRY_AFTER))
        if not retry_after and state.fails:
            wait = state.delay = min(state.delay * 2, WEBHOOK_LONGEST_WAIT)
        state.fails += 1
        state.wake_at = self._clock.now() + wait
        if state.wake_at > update.until:
            self._updates.drop(update.id)

    def _note_gone(self, status: int) -> None:
        """A webhook that has answered 410 for most of a day is removed."""
        if status != 410:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = self._clock.now()
        elif self._clock.now() > self._gone_since + WEBHOOK_GONE_SECONDS:
            # In the next turn: what is removed here is the task that this runs in.
            asyncio.get_running_loop().call_soon(self.set, WebhookSettings())

    async def _run_answer(self, answer: aiohttp.ClientResponse, content: bytes) -> None:
        """Run the call that the answer carries, if it carries one that it may."""
        params = await _read_answer(answer, content)
        called = params.text("method")
        name = called.lower()
        if name and name not in NOT_IN_AN_ANSWER and not name.startswith("get"):
            del params["method"]
            await self._run_call(called, params)


async def _read_answer(answer: aiohttp.ClientResponse, content: bytes) -> CallParams:
    """The parameters in an answer: JSON, form or multipart; none in anything else."""
    headers = [(b"content-type", answer.headers.get("content-type", "").encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    try:
        return await read_params(Request(scope, receive))
    except Refusal:
        return CallParams()


def _trust(certificate: str) -> ssl.SSLContext | bool:
    return ssl.create_default_context(cadata=certificate) if certificate else True


def find_lane(update: QueuedUpdate) -> object:
    """What an update waits its turn in: messages of a chat, taps of a person; else alone."""
    for kind, content in update.body.items():
        if not isinstance(content, dict):
            continue
        whose = content.get("from") if kind == "callback_query" else content.get("chat")
        if isinstance(whose, dict) and isinstance(whose.get("id"), int):
            return "message" if kind in MESSAGE_KINDS else kind, whose["id"]
    return update.id
