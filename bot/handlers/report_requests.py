"""The secretariat asks for a report: ``/laporan``, and the choices that follow."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from bot.callbacks.report_choice import ReportChoice
from bot.jobs.report_sender import load_first_texts
from bot.screens.report_menu import (
    ReportOptions,
    draw_report_menu,
    draw_report_menu_closed,
    draw_report_pending,
)
from bot.telegram.messages import post_edit, post_message
from bot.telegram.outbox import Outbox
from bot.telegram.taps import IncomingUpdate
from bot.translation import Translator
from reports.delivery.due_times import CalendarTimes
from reports.delivery.report_delivery import parse_period
from reports.delivery.scheduler import ReportScheduler, name_period
from reports.report_kinds import REPORT_KINDS, ReportSubject
from reports.request import LANGUAGE_SEPARATOR
from survey.services.administration import Administration
from survey.store import deliveries, waves, workshop_plans
from survey.store.database import Store
from survey.store.deliveries import Delivery
from survey.store.report_chats import ReportChat

#: What is asked for without a schedule covers this.
WEEKLY_PERIOD = CalendarTimes.parse("weekly, monday 07:00")
MONTH_LENGTH = timedelta(days=30)


@dataclass
class ReportRequests:
    """Reports on request, in the chats of the secretariat."""

    store: Store
    schedule: ReportScheduler
    outbox: Outbox
    zone: tzinfo
    languages: tuple[str, ...]
    tasks: set[asyncio.Task[bool]] = field(default_factory=set)

    async def close(self) -> None:
        """Break off what is being made; it is made again when its claim is old."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def show_choices(self, office: ReportChat, topic: int | None) -> None:
        """/laporan in a chat of the secretariat: show the choices."""
        # A chat that writes to us has us again, whatever it refused before.
        await self.resume_chat(office.id)
        screen = draw_report_menu(
            ReportChoice(), await self._build_offer(office), load_first_texts(office.language)
        )
        post_message(self.outbox, office.id, screen, topic)

    async def handle_choice(
        self,
        update: IncomingUpdate,
        office: ReportChat | None,
        wish: ReportChoice,
        t: Translator,
        now: datetime,
    ) -> str:
        """One of the choices; the short word to show at once, often none."""
        query = update.callback_query
        message = query.message.message_id if query and query.message else 0
        stale = t("The card has changed. Please look at the newest one.")
        if office is None or not message or await self._was_asked(office.id, message):
            return stale
        offered, t = await self._build_offer(office), load_first_texts(office.language)
        if not offered.allows_choice(wish, t):
            return stale
        if wish.page == "make" and offered.is_complete(wish):
            await self._start_report(wish, offered, office, message, now)
        else:
            screen = (
                draw_report_menu_closed(t)
                if wish.page == "close"
                else draw_report_menu(wish, offered, t)
            )
            post_edit(self.outbox, office.id, message, screen)
        return ""

    async def resume_chat(self, chat_id: int) -> None:
        """A chat has us again: what waits for it may be tried."""
        await Administration(self.store).resume_chat(chat_id)

    async def _was_asked(self, chat_id: int, message: int) -> bool:
        async with self.store.read() as connection:
            return await deliveries.was_requested(connection, chat_id, message)

    async def _build_offer(self, office: ReportChat) -> ReportOptions:
        language = office.language
        async with self.store.read() as connection:
            held = await workshop_plans.list_workshop_plans(connection)
            fielded = await waves.list_waves(connection)
        subjects = {
            ReportSubject.WAVE: {wave.id: wave.id for wave in fielded},
            ReportSubject.WORKSHOP: {
                plan.id: plan.title(language.partition("+")[0]) for plan in held
            },
        }
        scopes: dict[str, dict[str, str]] = {
            kind: subjects[definition.subject]
            for kind, definition in REPORT_KINDS.items()
            if definition.subject is not None
        }
        both = (LANGUAGE_SEPARATOR.join(self.languages[:2]),) if len(self.languages) > 1 else ()
        return ReportOptions(scopes, (*self.languages, *both), language)

    async def _start_report(
        self,
        wish: ReportChoice,
        offered: ReportOptions,
        office: ReportChat,
        message: int,
        now: datetime,
    ) -> None:
        """Keep what is wanted, then make it beside everything else."""
        scope, _ = offered.list_scopes(wish.kind).get(wish.scope, ("", ""))
        start, end = await self._choose_period(wish, office, now)
        wanted = Delivery(
            wish.kind,
            name_period(start.astimezone(self.zone), end.astimezone(self.zone)),
            office.id,
            wish.language,
            now,
            scope,
            request_message_id=message,
            notices={"message": message},
        )
        taken = await self.schedule.claim_request(wanted, now)
        if taken is not None:
            screen = draw_report_pending(wish, offered, load_first_texts(office.language))
            # The report has the last word, as a chat's edits are made in their order.
            post_edit(self.outbox, office.id, taken.request_message_id, screen)
            # Held until it is done, since the loop holds its tasks only weakly.
            task = asyncio.create_task(
                self.schedule.deliver_claimed(taken, office, now), name="report"
            )
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _choose_period(
        self, wish: ReportChoice, office: ReportChat, now: datetime
    ) -> tuple[datetime, datetime]:
        """The period that was chosen."""
        monday = WEEKLY_PERIOD.find_last_before(now, self.zone)
        if wish.period == "last":
            return WEEKLY_PERIOD.find_last_before(monday, self.zone), monday
        if wish.period == "month":
            return now - MONTH_LENGTH, now
        async with self.store.read() as connection:
            opened = [wave.opens_at for wave in await waves.list_waves(connection)]
            brought = await deliveries.find_last_period(connection, office.id, wish.kind)
        if wish.period == "new":
            return parse_period(brought)[1] if brought else monday, now
        return min([*opened, monday]), now
