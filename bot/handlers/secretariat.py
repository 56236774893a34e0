"""The secretariat: reports into its chats, on time and on request."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from telegram import Bot, InputFile, InputMediaDocument, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from bot.cards import NO_PREVIEW, SAME
from bot.screens.screen import safe
from bot.texts import Texts, texts
from bot.transport import patiently
from reports.order import File
from reports.schedule import ChatMovedError, Every, Schedule, named
from survey.store import deliveries
from survey.store.database import Store
from survey.store.deliveries import Delivery

#: What is asked for without a schedule covers this.
WEEKLY = Every.parse("weekly, monday 07:00")


class Courier:
    """Puts reports into Telegram chats, in a way that may be repeated."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def notice(self, chat_id: int, part: str, language: str) -> int:
        """Announce a part of a report; the id of the message it will be put into."""
        t = texts(language)
        announced = {
            "message": t("⏳ The report is being prepared …"),
            "pdf": t("⏳ The report as PDF …"),
            "xlsx": t("⏳ The figures as a workbook …"),
        }
        try:
            sent = await patiently(
                lambda: self._bot.send_message(chat_id, announced[part], disable_notification=True)
            )
        except ChatMigrated as moved:
            raise ChatMovedError(moved.new_chat_id) from moved
        return sent.message_id

    async def text(self, chat_id: int, message_id: int, html: str) -> None:
        """Put the short message into its notice."""
        try:
            await patiently(
                lambda: self._bot.edit_message_text(
                    html,
                    chat_id=chat_id,
                    message_id=message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=NO_PREVIEW,
                )
            )
        except ChatMigrated as moved:
            raise ChatMovedError(moved.new_chat_id) from moved
        except BadRequest as fault:
            if SAME not in str(fault).lower():
                raise

    async def document(self, chat_id: int, message_id: int, file: File) -> None:
        """Put a file into its notice."""
        media = InputMediaDocument(InputFile(file.content, file.name, attach=True))
        try:
            await patiently(
                lambda: self._bot.edit_message_media(media, chat_id=chat_id, message_id=message_id)
            )
        except ChatMigrated as moved:
            raise ChatMovedError(moved.new_chat_id) from moved


@dataclass
class Reporting:
    """Reports on request: ``/laporan`` in a chat of the secretariat."""

    store: Store
    schedule: Schedule
    bot: Bot
    zone: tzinfo
    tasks: set[asyncio.Task[bool]] = field(default_factory=set)

    async def asked(self, update: Update, t: Texts, now: datetime) -> None:
        """Make a report now; elsewhere say how a chat becomes the secretariat's."""
        chat, message = update.effective_chat, update.effective_message
        if chat is None or message is None:
            return
        async with self.store.read() as connection:
            office = (await deliveries.secretariat(connection)).get(chat.id)
        if office is None:
            refusal = not_here(chat.id, t) if chat.id < 0 else t("Reports are for the secretariat.")
            await patiently(lambda: self.bot.send_message(chat.id, refusal))
            return
        start = WEEKLY.before(message.date, self.zone)
        period = named(start, message.date.astimezone(self.zone))
        wanted = Delivery("brief", period, chat.id, office.language, now, {})
        task = asyncio.create_task(self.schedule.send(wanted, now), name="report")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def not_here(chat_id: int, t: Texts) -> str:
    """Why there is no report in this chat."""
    return t(
        "Reports are for the secretariat's chats only. The number of this chat is {number}; the "
        "operator can add it to config.toml under [secretariat] chats.",
        number=safe(str(chat_id)),
    )
