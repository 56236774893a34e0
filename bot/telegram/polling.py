"""How updates are fetched: a loop of getUpdates, which confirms what is on disk and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.telegram.calls import FailedCall, FailureKind, attempt_call, choose_pause
from bot.telegram.client import (
    LONG_POLL_SECONDS,
    UNKNOWN_BOT,
    read_update_id,
    request_updates,
)
from bot.telegram.decoding import UPDATE_KINDS
from bot.telegram.intake import IntakeError, RevokedTokenError, SupersededError, UpdateIntake
from bot.telegram.poller_conflict import ConflictVerdict, PollerConflict

log = structlog.get_logger()
OTHER_GOES_ON = (
    "Another program polls with the same token and does not go: stop it. A second Suara, "
    "on another machine perhaps, or whatever else was given the token."
)
NEWER_HAS_BEGUN = (
    "A program that was started later polls with the same token, so this one ends. "
    "If that is none of yours, let @BotFather give you a new token."
)


@dataclass
class Poller:
    """A loop of getUpdates.

    Updates are confirmed (by asking for the next) only when ``intake`` is done with all of them.
    """

    intake: UpdateIntake
    offset: int = 0
    unreachable_count: int = 0
    has_polled: bool = False
    conflict: PollerConflict = field(default_factory=PollerConflict)
    #: Told when Telegram is reachable again.
    on_reconnect: Callable[[], None] = lambda: None
    #: Told of every answer of Telegram.
    on_answer: Callable[[], None] = lambda: None

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop``. Raises IntakeError, DatabaseFault.

        A request that is under way at the end is dropped: what it would have brought is not
        confirmed, so Telegram brings it again after the next start.
        """
        stopping = asyncio.create_task(stop.wait())
        self.conflict.begin(self._now())
        try:
            while not stop.is_set():
                asking = asyncio.create_task(self._fetch_updates())
                await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not asking.done():
                    asking.cancel()
                    break
                if written := asking.result():
                    await self.intake.take_all(written)
                    self.offset = max(read_update_id(raw) or 0 for raw in written) + 1
        finally:
            stopping.cancel()
            await self.intake.finish()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _fetch_updates(self) -> list[Any]:
        """The next updates as Telegram wrote them; none if it cannot be reached just now.

        Raises IntakeError.
        """
        found = await attempt_call(
            lambda: request_updates(
                self.intake.bot,
                self.offset,
                0 if self.unreachable_count else LONG_POLL_SECONDS,
                UPDATE_KINDS,
            )
        )
        if isinstance(found, FailedCall):
            await self._wait_after(found)
            return []
        self.has_polled = True
        self.on_answer()
        if self.unreachable_count:
            log.info("telegram is reachable again")
            self.unreachable_count = 0
            self.on_reconnect()
        return found

    async def _wait_after(self, failed: FailedCall) -> None:
        """Wait until asking again makes sense. Raises IntakeError where it never will."""
        if failed.kind is FailureKind.OTHER_POLLER:
            await self._settle_conflict()
            return
        if failed.kind is FailureKind.UNKNOWN_TOKEN:
            raise RevokedTokenError(UNKNOWN_BOT)
        if failed.retry_after is not None:
            await asyncio.sleep(failed.retry_after)
            return
        if self.unreachable_count == 0:
            log.warning("telegram cannot be reached", reason=failed.reason, remedy="we keep trying")
        await asyncio.sleep(choose_pause(self.unreachable_count))
        self.unreachable_count += 1

    async def _settle_conflict(self) -> None:
        """Wait for another program to go, or raise IntakeError, as `PollerConflict` judges."""
        # Telegram says 409 of a webhook as well. Its words tell them apart; so does the question
        # whether there is one, which does not depend on words.
        if await self._remove_webhook():
            return
        verdict, pause = self.conflict.judge(self._now())
        if verdict is ConflictVerdict.GIVE_WAY:
            raise SupersededError(NEWER_HAS_BEGUN)
        if verdict is ConflictVerdict.GIVE_UP:
            raise IntakeError(OTHER_GOES_ON)
        if verdict is ConflictVerdict.FIRST_WAIT:
            log.warning(
                "another program polls with the same token",
                remedy="stop it; we wait a minute for it to go",
            )
        await asyncio.sleep(pause)

    async def _remove_webhook(self) -> bool:
        """Remove a webhook from before our start; whether there was one.

        Raises SupersededError for one that was set since.
        """
        info = await attempt_call(self.intake.bot.get_webhook_info)
        if isinstance(info, FailedCall) or not info.url:
            return False
        host = urlsplit(info.url).hostname
        if self.has_polled:
            raise SupersededError(
                f"Another program has set a webhook at {host} with the same token, so this one "
                "ends. If that is none of yours, let @BotFather give you a new token."
            )
        log.warning("webhook removed", host=host, reason="config.toml names none: we poll")
        # What waits to be delivered stays with Telegram, and comes by polling.
        await attempt_call(self.intake.bot.delete_webhook)
        return True
