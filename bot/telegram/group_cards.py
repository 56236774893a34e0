"""The one message that a group chat votes on, edited no oftener than Telegram lets us."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.clock import Clock
from bot.screens.bot_info import About
from bot.screens.screen import Screen
from bot.screens.workshop.ballot_text import Here
from bot.screens.workshop.group_message import group_screen
from bot.screens.workshop.workshop_page import Sight
from bot.telegram.cards import SAME, content
from bot.telegram.polling import patiently
from bot.translation import texts
from survey.services.workshop_service import Rooms
from survey.workshop.plan import GroupChat

log = structlog.get_logger()
#: Seconds between edits in a group chat: Telegram takes 20 messages a minute.
APART = 3.1
#: In place of the message's number while it is being sent.
NONE_YET = 0


class Groups:
    """Group chats that vote; each shows the newest state of its room."""

    def __init__(self, bot: Bot, rooms: Rooms, about: About, clock: Clock) -> None:
        self._bot = bot
        self._rooms = rooms
        self._about = about
        self._clock = clock
        self._wanted: set[int] = set()
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def begin(
        self, workshop_id: str, chat_id: int, language: str, former: int | None = None
    ) -> None:
        """Send the message on which a group chat votes from now on."""
        chat = GroupChat(workshop_id, chat_id, NONE_YET, language)
        await self._rooms.host(chat, former)  # Before the first one can tap it.
        shown = content(await self._screen(chat))
        sent = await patiently(lambda: self._bot.send_message(chat_id, **shown))
        await self._rooms.host(replace(chat, message_id=sent.message_id))

    def renew(self, chat: GroupChat) -> None:
        """Show the newest state when the group's turn comes."""
        self._wanted.add(chat.chat_id)
        if chat.chat_id not in self._tasks:
            task = asyncio.create_task(self._run(chat.chat_id), name="group")
            self._tasks[chat.chat_id] = task

    async def close(self) -> None:
        """Stop at once."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _run(self, chat_id: int) -> None:
        try:
            while chat_id in self._wanted:
                self._wanted.discard(chat_id)
                await self._show(chat_id)
                await asyncio.sleep(APART)
        finally:
            del self._tasks[chat_id]

    async def _show(self, chat_id: int) -> None:
        chat = await self._rooms.hosted(chat_id)
        if chat is None or chat.message_id == NONE_YET:
            return
        shown = content(await self._screen(chat))
        try:
            await patiently(
                lambda: self._bot.edit_message_text(
                    chat_id=chat_id, message_id=chat.message_id, **shown
                )
            )
        except ChatMigrated as moved:
            # A supergroup has its messages under new numbers.
            await self.begin(chat.workshop_id, moved.new_chat_id, chat.language, chat_id)
        except BadRequest as fault:
            if SAME not in str(fault).lower():
                log.warning("group not shown", reason=str(fault))
        except TelegramError as fault:
            log.warning("group not shown", reason=type(fault).__name__)

    async def _screen(self, chat: GroupChat) -> Screen:
        room = await self._rooms.overlook(chat.workshop_id)
        t, at = texts(chat.language), self._clock.now()
        return group_screen(Here(room, Sight(), t, self._about, at))
