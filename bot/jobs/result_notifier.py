"""Results go back to those who asked for them, once the secretariat has released them.

Somebody is sent a short notice first, whose message id is kept; then the summary is put *into* it,
which may be repeated. So whatever breaks down in between, nobody gets it twice and nobody misses
it; the worst is a stray notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.clock import Clock
from bot.jobs.card_updater import Pace
from bot.jobs.report_sender import words_in
from bot.jobs.result_sender import Bearer
from bot.screens.screen import Screen
from bot.screens.summary_release import release_screen
from reports.delivery.quiet_hours import awake
from reports.delivery.report_delivery import (
    REFUSALS,
    ChatMovedError,
    ChatRefusedError,
    NoticeGoneError,
    UnreachableError,
)
from reports.delivery.scheduler import rounded_up
from reports.request import NotMadeError, Order
from survey.people import Wave
from survey.store import contacts, report_chats, result_requests, summaries, waves
from survey.store.database import Store
from survey.store.report_chats import Office
from survey.store.result_requests import Wish
from survey.store.summaries import Preview, Ruling, Summary
from survey.store.writer import CollisionError

log = structlog.get_logger()
#: Nobody's phone rings at night; hours of the place.
QUIET = "21:00-07:00"
#: Where nobody has decided for so long, it is asked once more.
REMINDED = timedelta(days=7)
#: What could not be made is tried again after this.
PAUSE = timedelta(minutes=30)
Make = Callable[[Order], Awaitable[tuple[Summary, ...]]]


class Telling:
    """What is told of closed waves. ``settings`` are the same in every order."""

    def __init__(
        self, store: Store, bot: Bot, make: Make, settings: Order, pace: Pace, clock: Clock
    ) -> None:
        self._store = store
        self._bearer = Bearer(bot, pace)
        self._make = make
        self._settings = settings
        self._clock = clock
        self._at_work = asyncio.Lock()
        self._resting: dict[str, datetime] = {}

    async def wake(self) -> int:
        """Make what is missing, ask what is not decided, tell who waits; how many were told."""
        heard = 0
        async with self._at_work:
            for wave in await self._due():
                ruled = await self._ruled(wave)
                if ruled is not None and ruled.released is None:
                    await self._ask_all(ruled)
                elif ruled is not None and ruled.released:
                    heard += await self._tell_all(ruled)
        return heard

    async def decide(self, version: str, released: bool) -> bool:
        """Let a summary out, or not; whether that was still to be decided."""
        async with self._store.read() as connection:
            ruled = await summaries.find(connection, version)
        if ruled is None:
            return False
        done = await summaries.decide(self._store, ruled, released)
        await self._redraw(ruled.wave_id)
        return done

    # What is told

    async def _due(self) -> list[Wave]:
        """The closed waves whose results somebody still waits for."""
        async with self._store.read() as connection:
            due = await result_requests.waves_to_tell(connection, self._clock.now())
            every = {wave.id: wave for wave in await waves.waves(connection)}
        return [every[wave_id] for wave_id in due]

    async def _ruled(self, wave: Wave) -> Ruling | None:
        """What was decided on a wave's summaries, made now if need be; None if that failed."""
        async with self._store.read() as connection:
            ruled = await summaries.ruling(connection, wave.id)
        now = self._clock.now()
        if ruled is not None or now < self._resting.get(wave.id, now):
            return ruled
        try:
            made = await self._make(self._order(wave, now))
            await self._store.keep(summaries.keep(wave.id, made, now))
        except NotMadeError as fault:
            self._resting[wave.id] = now + PAUSE
            log.error("summary failed", wave=wave.id, reason=fault.why, remedy=fault.remedy)
            return None
        except CollisionError:  # Another process was faster; theirs counts.
            return None
        log.info("summary made", wave=wave.id)
        return Ruling(wave.id, now, None)

    def _order(self, wave: Wave, now: datetime) -> Order:
        return replace(
            self._settings,
            scope=wave.id,
            start=wave.opens_at,
            end=rounded_up(wave.closes_at),
            language="+".join(wave.languages),
            made_at=now,
        )

    # Asking the secretariat

    async def _ask_all(self, ruled: Ruling) -> None:
        """Show it in each chat of the secretariat, and once more each week without an answer."""
        async with self._store.read() as connection:
            chats = await report_chats.secretariat(connection)
            asked = await summaries.asked(connection, ruled.wave_id)
            shown = await summaries.texts(connection, ruled.wave_id)
        for office in chats.values():
            before = asked.get(office.id)
            fresh = before is not None and self._clock.now() < before.asked_at + REMINDED
            if fresh or office.refusals >= REFUSALS or self._sleeps(office.quiet or QUIET):
                continue
            try:
                await self._ask(office, ruled, shown)
                if before is not None:
                    await self._move_on(office, before)
            except ChatMovedError as moved:
                await report_chats.moved(self._store, office.id, moved.new)
            except ChatRefusedError as fault:
                await report_chats.refused(self._store, office.id)
                log.warning("summary not shown", wave=ruled.wave_id, reason=str(fault))
            except (UnreachableError, NoticeGoneError, TelegramError) as fault:
                log.warning("summary not shown", wave=ruled.wave_id, reason=str(fault))

    async def _move_on(self, office: Office, before: Preview) -> None:
        """The card of last week says where it went."""
        t = words_in(office.language)
        moved = Screen(t("⬇️ Not decided yet. It stands below once more."))
        await self._bearer.redraw(office.id, before.message, moved)

    async def _ask(self, office: Office, ruled: Ruling, shown: dict[str, Summary]) -> None:
        """What would go out, and the card that asks; half of it may come twice, without harm."""
        first = words_in(office.language).language
        for summary in sorted(shown.values(), key=lambda each: each.language != first):
            await self._bearer.show(office.id, ruled, summary)
        card = await self._bearer.ask(office.id, await self._screen(office, ruled))
        now = self._clock.now()
        await self._store.keep(summaries.ask(ruled.wave_id, office.id, card, now))

    async def _redraw(self, wave_id: str) -> None:
        """Bring the cards of all chats up to date."""
        async with self._store.read() as connection:
            chats = await report_chats.secretariat(connection)
            asked = await summaries.asked(connection, wave_id)
            ruled = await summaries.ruling(connection, wave_id)
        if ruled is None:
            return
        for chat_id in asked.keys() & chats.keys():
            screen = await self._screen(chats[chat_id], ruled)
            try:
                await self._bearer.redraw(chat_id, asked[chat_id].message, screen)
            except Exception as fault:
                log.warning("summary not shown", wave=wave_id, reason=type(fault).__name__)

    async def _screen(self, office: Office, ruled: Ruling) -> Screen:
        """The card that asks, as it should be now."""
        async with self._store.read() as connection:
            left = await result_requests.number(connection, ruled.wave_id)
            digests = {wave.id: wave.digest for wave in await waves.waves(connection)}
            form = await waves.fielded(connection, digests[ruled.wave_id])
        t = words_in(office.language)
        return release_screen(ruled, form.called(t.language), left, t)

    # Telling people

    async def _tell_all(self, ruled: Ruling) -> int:
        """Tell everybody who waits, one after the other, by day; how many were told."""
        async with self._store.read() as connection:
            waiting = await result_requests.waiting(connection, ruled.wave_id)
            shown = await summaries.texts(connection, ruled.wave_id)
        heard = 0
        for one in waiting:
            if self._sleeps(QUIET):
                break
            if not await result_requests.claim(self._store, one, self._clock.now()):
                continue
            try:
                await self._tell(one, ruled, shown)
                heard += 1
            except UnreachableError as fault:
                log.warning("results wait", wave=ruled.wave_id, reason=str(fault))
                break
            except ChatRefusedError:
                await self._store.keep([contacts.block(one.telegram_id, self._clock.now())])
            except NoticeGoneError:
                await self._store.keep([result_requests.note(one, None)])
            except TelegramError as fault:
                log.warning("result not told", wave=ruled.wave_id, reason=str(fault))
        if heard:
            log.info("results told", wave=ruled.wave_id, people=heard)
            await self._redraw(ruled.wave_id)
        return heard

    async def _tell(self, one: Wish, ruled: Ruling, shown: dict[str, Summary]) -> None:
        """Tell one person; what fails is tried again when the claim is old."""
        notice = one.notice
        if notice is None:
            notice = await self._bearer.announce(one)
            await self._store.keep([result_requests.note(one, notice)])
        summary = shown.get(one.language) or next(iter(shown.values()))
        await self._bearer.put(one.telegram_id, notice, ruled, summary)
        await self._store.keep([result_requests.tell(one, self._clock.now())])

    def _sleeps(self, quiet: str) -> bool:
        """Whether it is within those quiet hours."""
        now = self._clock.now()
        return awake(quiet, now, ZoneInfo(self._settings.timezone)) > now
