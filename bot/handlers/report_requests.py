"""The secretariat asks for a report: ``/laporan``, and the choices that follow."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

import structlog
from telegram import Bot, Chat, Update
from telegram.error import BadRequest, TelegramError

from bot.callbacks.report_choice import Wish
from bot.jobs.report_sender import words_in
from bot.screens.report_menu import Offered, being_made, closed, reporting_screen
from bot.screens.screen import Screen, safe
from bot.telegram.cards import SAME, content
from bot.telegram.polling import patiently
from bot.translation import Texts
from reports.delivery.due_times import Every
from reports.delivery.report_delivery import span_of
from reports.delivery.scheduler import Schedule, named
from reports.request import BOTH
from survey.store import deliveries, report_chats, waves, workshop_plans
from survey.store.database import Store
from survey.store.deliveries import Delivery
from survey.store.report_chats import Office

log = structlog.get_logger()
#: What is asked for without a schedule covers this.
WEEKLY = Every.parse("weekly, monday 07:00")
MONTH = timedelta(days=30)


@dataclass
class Reporting:
    """Reports on request, in the chats of the secretariat."""

    store: Store
    schedule: Schedule
    bot: Bot
    zone: tzinfo
    languages: tuple[str, ...]
    tasks: set[asyncio.Task[bool]] = field(default_factory=set)

    async def asked(self, update: Update, t: Texts) -> None:
        """/laporan: show the choices; elsewhere say how a chat becomes the secretariat's."""
        chat = update.effective_chat
        if chat is None:
            return
        office = await self._office(chat.id)
        if office is None:
            screen = Screen(not_here(chat.id, t))
        else:
            await self.let_in(chat.id)
            screen = reporting_screen(
                Wish(), await self._offered(office), words_in(office.language)
            )
        await patiently(lambda: self.bot.send_message(chat.id, **content(screen)))

    async def tapped(self, update: Update, chat: Chat, wish: Wish, t: Texts, now: datetime) -> str:
        """One of the choices; the short word to show at once, often none."""
        query, office = update.callback_query, await self._office(chat.id)
        message = query.message.message_id if query and query.message else 0
        stale = t("This card has moved on.")
        if office is None or not message or await self._was_asked(chat.id, message):
            return stale
        offered, t = await self._offered(office), words_in(office.language)
        if not offered.fits(wish, t):
            return stale
        if wish.page == "make" and offered.complete(wish):
            await self._order(wish, offered, office, message, now)
        else:
            screen = closed(t) if wish.page == "close" else reporting_screen(wish, offered, t)
            await self._show(chat.id, message, screen)
        return ""

    async def moved(self, old: int, new: int) -> None:
        """A group has become a supergroup: what it gets follows it."""
        if await self._office(old) is not None:
            await report_chats.moved(self.store, old, new)

    async def let_in(self, chat_id: int) -> None:
        """A chat has us again: what waits for it may be tried."""
        await report_chats.heard(self.store, chat_id)

    async def _office(self, chat_id: int) -> Office | None:
        async with self.store.read() as connection:
            return (await report_chats.secretariat(connection)).get(chat_id)

    async def _was_asked(self, chat_id: int, message: int) -> bool:
        async with self.store.read() as connection:
            return await deliveries.was_asked(connection, chat_id, message)

    async def _offered(self, office: Office) -> Offered:
        language = office.language
        async with self.store.read() as connection:
            held = await workshop_plans.plans(connection)
            fielded = await waves.waves(connection)
        scopes = {
            "wave": {wave.id: wave.id for wave in fielded},
            "workshop": {plan.id: plan.title(language.partition("+")[0]) for plan in held},
        }
        both = (BOTH,) if len(self.languages) > 1 else ()
        return Offered(scopes, (*self.languages, *both), language)

    async def _order(
        self, wish: Wish, offered: Offered, office: Office, message: int, now: datetime
    ) -> None:
        """Keep what is wanted, then make it beside everything else."""
        scope, _ = offered.marked(wish.kind).get(wish.scope, ("", ""))
        start, end = await self._span(wish, office, now)
        wanted = Delivery(
            wish.kind,
            named(start.astimezone(self.zone), end.astimezone(self.zone)),
            office.id,
            wish.language,
            now,
            scope,
            asked=message,
            notices={"message": message},
        )
        taken = await self.schedule.take(wanted, now)
        if taken is not None:
            screen = being_made(wish, offered, words_in(office.language))
            task = asyncio.create_task(self._carry(taken, office, screen, now), name="report")
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _carry(self, taken: Delivery, office: Office, screen: Screen, now: datetime) -> bool:
        """One after the other: however long the first takes, the report has the last word."""
        await self._show(office.id, taken.asked, screen)
        return await self.schedule.carry(taken, office, now)

    async def _span(self, wish: Wish, office: Office, now: datetime) -> tuple[datetime, datetime]:
        """The period that was chosen."""
        monday = WEEKLY.before(now, self.zone)
        if wish.period == "last":
            return WEEKLY.before(monday, self.zone), monday
        if wish.period == "month":
            return now - MONTH, now
        async with self.store.read() as connection:
            opened = [wave.opens_at for wave in await waves.waves(connection)]
            brought = await deliveries.newest(connection, office.id, wish.kind)
        if wish.period == "new":
            return span_of(brought)[1] if brought else monday, now
        return min([*opened, monday]), now

    async def _show(self, chat_id: int, message: int, screen: Screen) -> None:
        """Put a screen into the message that was tapped."""
        shown = content(screen)
        try:
            await patiently(
                lambda: self.bot.edit_message_text(chat_id=chat_id, message_id=message, **shown)
            )
        except BadRequest as fault:
            if SAME not in str(fault).lower():
                log.warning("choices not shown", reason=str(fault))
        except TelegramError as fault:
            log.warning("choices not shown", reason=type(fault).__name__)


def not_here(chat_id: int, t: Texts) -> str:
    """Why there is no report in this chat."""
    if chat_id > 0:
        return t("Reports are for the secretariat. (Your own number: {number})", number=chat_id)
    return t(
        "Reports are for the secretariat's chats only. The number of this chat is {number}; the "
        "operator can add it: suara chats set {number}",
        number=safe(str(chat_id)),
    )
