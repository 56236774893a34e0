"""What becomes of each update, whichever way it came: read, handled in its order, or set aside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Bot

from bot.monitoring.metrics import SET_ASIDE, UPDATE_SECONDS
from bot.safe_logs import locate_fault
from bot.telegram.act_limits import ActLimits, ActVerdict
from bot.telegram.client import read_update_id
from bot.telegram.decoding import UPDATE_KINDS, classify_update, decode_update
from bot.telegram.held_acts import HeldActs
from bot.telegram.taps import IncomingUpdate
from bot.telegram.update_order import UpdateOrder
from survey.store.database import DatabaseFault, is_value_fault

log = structlog.get_logger()
#: Seconds before an update that failed is tried again; one that fails once more is set aside. Long
#: enough for two acts that got into each other's way, short enough that nobody notices.
RETRY_PAUSES = (0.1, 0.5)
UpdateHandler = Callable[[IncomingUpdate], Coroutine[Any, Any, None]]
#: Records an update that is set aside: its number, its kind, the place of the fault.
RecordKeeper = Callable[[int, str, str], Coroutine[Any, Any, None]]


async def keep_no_record(_number: int, _kind: str, _place: str) -> None:
    """For whoever works without a database: the line in the log is all."""


async def say_nothing(_: IncomingUpdate) -> None:
    """For whoever works without people."""


class IntakeError(Exception):
    """No more updates come in; the message says what the operator can do."""


class RevokedTokenError(IntakeError):
    """Telegram does not know the token any more."""


class SupersededError(IntakeError):
    """A newer program has taken over the bot's updates."""


@dataclass
class UpdateIntake:
    """Takes updates as Telegram wrote them; with each it is done when it returns.

    What an update kept is on disk then. One that cannot be decoded, or fails once more after each
    of ``RETRY_PAUSES``, is set aside, and so done with: it holds up nobody.
    """

    bot: Bot
    handle: UpdateHandler
    #: Told of what is set aside; has kept it when it returns.
    record_set_aside: RecordKeeper = keep_no_record
    #: Which updates divide those before them from those after them.
    is_barrier: Callable[[IncomingUpdate], bool] = lambda _: False
    #: Says a kind word to whoever's update was set aside.
    apologize: UpdateHandler = say_nothing
    #: What of it is taken at all; without, everything.
    limits: ActLimits | None = None
    order: UpdateOrder = field(default_factory=UpdateOrder)
    held: HeldActs = field(init=False)

    def __post_init__(self) -> None:
        self.held = HeldActs(self._take_admitted)

    async def take_all(self, written: Iterable[Any]) -> None:
        """Take updates that came together, in their order. Raises DatabaseFault."""
        await asyncio.gather(*(self.take(raw) for raw in written))

    async def take(self, raw: Any) -> None:
        """Take one update, when its turn has come. Raises DatabaseFault.

        What is above the limits is dropped, but for each person's newest act, which waits.
        """
        # Nothing is awaited until the update stands in line, so that those which came together
        # stand there in their order before the first of them has gone on.
        if self.limits is not None:
            verdict = self.limits.judge(raw, time.monotonic())
            # What comes while an earlier one waits must not overtake it.
            if not verdict.taken or self.held.holds(verdict.actor):
                self._hold_or_drop(raw, verdict, self.limits)
                return
        await self._take_admitted(raw)

    async def finish(self) -> None:
        """Carry out what waits yet: no more updates come."""
        await self.held.finish()

    def _hold_or_drop(self, raw: Any, verdict: ActVerdict, limits: ActLimits) -> None:
        dropped = 1
        if verdict.actor is not None and (verdict.taken or verdict.wait):
            dropped = self.held.hold(verdict.actor, raw, verdict.wait)
        limits.dropped_count += dropped
        self.held.note_dropped(dropped)

    async def _take_admitted(self, raw: Any) -> None:
        came_at = time.monotonic()
        try:
            # Each by itself: where one cannot be decoded its neighbours can.
            update = decode_update(raw, self.bot)
        except Exception as fault:
            await self._set_aside(read_update_id(raw) or 0, classify_update(raw), fault)
            return
        async with self.order.take_turn(
            update.update_id, find_sender(update), divides=self._divides(update)
        ):
            await self._handle_patiently(update)
        UPDATE_SECONDS.observe(time.monotonic() - came_at)

    def _divides(self, update: IncomingUpdate) -> bool:
        try:
            return self.is_barrier(update)
        except Exception:  # Its handler will meet the same fault, and is where it counts.
            return False

    async def _handle_patiently(self, update: IncomingUpdate) -> None:
        """Handle an update, again if it fails; set aside what always does. Raises DatabaseFault."""
        for pause in (*RETRY_PAUSES, None):
            fault = await self._attempt(update)
            if fault is None:
                return
            if pause is not None:
                await asyncio.sleep(pause)
                continue
            await self._set_aside(update.update_id, find_kind(update), fault)
            await self._apologize(update)

    async def _apologize(self, update: IncomingUpdate) -> None:
        """Say a kind word; if that fails as well, the log has it, and nobody waits for it."""
        try:
            await self.apologize(update)
        except Exception as fault:
            name, place = type(fault).__name__, locate_fault(fault)
            log.warning("nothing said of it", update=update.update_id, fault=name, where=place)

    async def _attempt(self, update: IncomingUpdate) -> Exception | None:
        """Handle an update once; the fault that is its own. Raises DatabaseFault."""
        try:
            await self.handle(update)
        except Exception as fault:
            if isinstance(fault, DatabaseFault) and not is_value_fault(fault):
                raise
            return fault
        return None

    async def _set_aside(self, number: int, kind: str, fault: Exception) -> None:
        """Record an update that is done with, though nothing came of it. Raises DatabaseFault."""
        name, place = type(fault).__name__, locate_fault(fault)
        await self.record_set_aside(number, kind, f"{name} {place}")
        SET_ASIDE.inc()
        log.error("update set aside", update=number, kind=kind, fault=name, where=place)


def find_kind(update: IncomingUpdate) -> str:
    """What sort of update it is; nothing of what it says."""
    return next((kind for kind in UPDATE_KINDS if getattr(update, kind) is not None), "unknown")


def find_sender(update: IncomingUpdate) -> int:
    """Whose update it is; 0 if nobody's."""
    return update.effective_user.id if update.effective_user else 0
