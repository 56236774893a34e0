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

from bot.clock import Clock
from bot.jobs.report_sender import load_first_texts
from bot.jobs.result_sender import ResultSender
from bot.screens.screen import Screen
from bot.screens.summary_release import draw_release_screen
from bot.telegram.calls import CallError
from bot.telegram.outbox import Outbox
from reports.delivery.quiet_hours import postpone_past_quiet
from reports.delivery.report_delivery import (
    MOST_REFUSALS,
    ChatMovedError,
    ChatRefusedError,
    NoticeGoneError,
    UnreachableError,
)
from reports.delivery.scheduler import round_up_to_second
from reports.request import ReportFailedError, ReportRequest
from survey.people import Wave
from survey.services.administration import PROGRAM, Actor, Administration
from survey.services.result_service import ResultService
from survey.store import report_chats, result_requests, summaries, waves
from survey.store.database import Store
from survey.store.report_chats import ReportChat
from survey.store.result_requests import ResultRequest
from survey.store.summaries import Preview, Summary, SummaryDecision

log = structlog.get_logger()
#: Nobody's phone rings at night; hours of the place.
QUIET_HOURS = "21:00-07:00"
#: Where nobody has decided for so long, it is asked once more.
REMINDER_INTERVAL = timedelta(days=7)
#: What could not be made is tried again after this.
RETRY_INTERVAL = timedelta(minutes=30)
MakeSummaries = Callable[[ReportRequest], Awaitable[tuple[Summary, ...]]]


class ResultNotifier:
    """Has summaries of closed waves made, asks whether they may go out, and tells who waits.

    ``settings`` are what all requests for summaries have in common.
    """

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        make: MakeSummaries,
        settings: ReportRequest,
        clock: Clock,
    ) -> None:
        self._store = store
        self._administration = Administration(store)
        self._results = ResultService(store)
        self._sender = ResultSender(outbox)
        self._make = make
        self._settings = settings
        self._clock = clock
        self._at_work = asyncio.Lock()
        # When the making of a wave's summaries may be tried again. Lost at a restart, which tries
        # at once.
        self._resting: dict[str, datetime] = {}

    async def notify_due(self) -> int:
        """Make what is missing, ask what is not decided, tell who waits; how many were told."""
        heard = 0
        async with self._at_work:
            for wave in await self._find_due_waves():
                ruled = await self._find_or_make_ruling(wave)
                if ruled is not None and ruled.released is None:
                    await self._ask_all(ruled)
                elif ruled is not None and ruled.released:
                    heard += await self._tell_all(ruled)
        return heard

    async def decide_release(self, version: str, released: bool, by: Actor = PROGRAM) -> bool:
        """Let a summary out, or not; whether that was still to be decided."""
        async with self._store.read() as connection:
            ruled = await summaries.find_summary_version(connection, version)
        if ruled is None:
            return False
        done = await self._administration.act_for(by).decide_summaries(ruled, released)
        await self._redraw_cards(ruled.wave_id)
        return done

    # What is told

    async def _find_due_waves(self) -> list[Wave]:
        """The closed waves whose results somebody still waits for."""
        async with self._store.read() as connection:
            due = await result_requests.waves_to_tell(connection, self._clock.now())
            every = {wave.id: wave for wave in await waves.list_waves(connection)}
        return [every[wave_id] for wave_id in due]

    async def _find_or_make_ruling(self, wave: Wave) -> SummaryDecision | None:
        """What was decided on a wave's summaries, made now if need be; None if that failed."""
        async with self._store.read() as connection:
            ruled = await summaries.find_decision(connection, wave.id)
        now = self._clock.now()
        if ruled is not None or now < self._resting.get(wave.id, now):
            return ruled
        try:
            made = await self._make(self._build_request(wave, now))
        except ReportFailedError as fault:
            self._resting[wave.id] = now + RETRY_INTERVAL
            log.error("summary failed", wave=wave.id, reason=fault.why, remedy=fault.remedy)
            return None
        # Another process was faster: what that one kept is what everybody gets, and it is read at
        # the next look, so that no two versions are shown.
        if not await self._results.keep_summaries(wave.id, made, now):
            return None
        log.info("summary made", wave=wave.id)
        return SummaryDecision(wave.id, now, None)

    def _build_request(self, wave: Wave, now: datetime) -> ReportRequest:
        return replace(
            self._settings,
            scope=wave.id,
            start=wave.opens_at,
            end=round_up_to_second(wave.closes_at),
            language="+".join(wave.languages),
            made_at=now,
        )

    # Asking the secretariat

    async def _ask_all(self, ruled: SummaryDecision) -> None:
        """Show it in each chat of the secretariat, and once more each week without an answer."""
        async with self._store.read() as connection:
            chats = await report_chats.read_report_chats(connection)
            asked = await summaries.read_previews(connection, ruled.wave_id)
            shown = await summaries.read_summaries(connection, ruled.wave_id)
        for office in chats.values():
            before = asked.get(office.id)
            fresh = before is not None and self._clock.now() < before.asked_at + REMINDER_INTERVAL
            if (
                fresh
                or office.refusals >= MOST_REFUSALS
                or self._is_quiet(office.quiet or QUIET_HOURS)
            ):
                continue
            try:
                await self._ask(office, ruled, shown)
                if before is not None:
                    await self._mark_moved(office, before)
            except ChatMovedError as moved:
                # Nothing is repeated here: the next look, within a minute, asks under the new
                # number.
                await self._administration.move_chat(office.id, moved.new_chat_id)
            except ChatRefusedError as fault:
                # Only the last of several attempts in vain is worth a line.
                if await self._administration.count_chat_refusal(office.id) == MOST_REFUSALS:
                    about = {"chat": office.id, "wave": ruled.wave_id}
                    log.error("chat left alone", **about, reason=str(fault), remedy=fault.remedy)
            except (UnreachableError, NoticeGoneError, CallError) as fault:
                log.warning("summary not shown", wave=ruled.wave_id, reason=str(fault))

    async def _mark_moved(self, office: ReportChat, before: Preview) -> None:
        """The card of last week says where it went."""
        t = load_first_texts(office.language)
        moved = Screen(t("⬇️ Not decided yet. The card is below once more."))
        await self._sender.edit_release_card(office.id, before.message_id, moved)

    async def _ask(
        self, office: ReportChat, ruled: SummaryDecision, shown: dict[str, Summary]
    ) -> None:
        """What would go out, and the card that asks; half of it may come twice, without harm."""
        first = load_first_texts(office.language).language
        # False sorts before True: the chat's own language comes first.
        for summary in sorted(shown.values(), key=lambda each: each.language != first):
            await self._sender.send_preview(office.id, ruled, summary)
        card = await self._sender.send_release_card(
            office.id, await self._build_release_screen(office, ruled)
        )
        now = self._clock.now()
        await self._results.keep_preview(ruled.wave_id, office.id, card, now)

    async def _redraw_cards(self, wave_id: str) -> None:
        """Bring the cards of all chats up to date."""
        async with self._store.read() as connection:
            chats = await report_chats.read_report_chats(connection)
            asked = await summaries.read_previews(connection, wave_id)
            ruled = await summaries.find_decision(connection, wave_id)
        if ruled is None:
            return
        for chat_id in asked.keys() & chats.keys():
            screen = await self._build_release_screen(chats[chat_id], ruled)
            try:
                await self._sender.edit_release_card(chat_id, asked[chat_id].message_id, screen)
            # The decision stands in the database by now; a card that shows the old state must not
            # undo it, nor keep the other chats from theirs.
            except Exception as fault:
                log.warning("summary not shown", wave=wave_id, reason=type(fault).__name__)

    async def _build_release_screen(self, office: ReportChat, ruled: SummaryDecision) -> Screen:
        """The card that asks, as it should be now."""
        async with self._store.read() as connection:
            left = await result_requests.count_waiting(connection, ruled.wave_id)
            digests = {wave.id: wave.digest for wave in await waves.list_waves(connection)}
            form = await waves.read_fielded_version(connection, digests[ruled.wave_id])
        t = load_first_texts(office.language)
        return draw_release_screen(ruled, form.get_title(t.language), left, t)

    # Telling people

    async def _tell_all(self, ruled: SummaryDecision) -> int:
        """Tell everybody who waits, one after the other, by day; how many were told."""
        async with self._store.read() as connection:
            waiting = await result_requests.list_waiting(connection, ruled.wave_id)
            shown = await summaries.read_summaries(connection, ruled.wave_id)
        heard = 0
        for one in waiting:
            # Looked at anew for each person: telling thousands may take longer than the day has
            # left.
            if self._is_quiet(QUIET_HOURS):
                break
            if not await self._results.claim(one, self._clock.now()):
                continue
            try:
                await self._tell(one, ruled, shown)
                heard += 1
            except UnreachableError as fault:
                # Telegram is away for everybody, so the others would fail as well; they have not
                # been claimed yet and come with the next look.
                log.warning("results wait", wave=ruled.wave_id, reason=str(fault))
                break
            except ChatRefusedError:
                await self._results.mark_blocked(one, self._clock.now())
            except NoticeGoneError:
                # They deleted the notice. It is forgotten, so that the next attempt sends another
                # one instead of editing what is gone.
                await self._results.keep_notice(one, None)
            except CallError as fault:
                log.warning("result not told", wave=ruled.wave_id, reason=str(fault))
        if heard:
            log.info("results told", wave=ruled.wave_id, people=heard)
            await self._redraw_cards(ruled.wave_id)
        return heard

    async def _tell(
        self, one: ResultRequest, ruled: SummaryDecision, shown: dict[str, Summary]
    ) -> None:
        """Tell one person; what fails is tried again when the claim is old."""
        notice = one.notice_id
        if notice is None:
            notice = await self._sender.send_result_notice(one)
            # Kept before anything is put into it: after a crash the same notice is filled, and
            # nobody gets two.
            await self._results.keep_notice(one, notice)
        summary = shown.get(one.language) or next(iter(shown.values()))
        await self._sender.put_summary(one.telegram_id, notice, ruled, summary)
        await self._results.mark_told(one, self._clock.now())

    def _is_quiet(self, quiet: str) -> bool:
        """Whether it is within those quiet hours."""
        now = self._clock.now()
        return postpone_past_quiet(quiet, now, ZoneInfo(self._settings.timezone)) > now
