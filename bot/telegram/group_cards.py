"""The one message that a group chat votes on, edited no oftener than Telegram lets us."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog
from telegram import Bot

from bot.clock import Clock
from bot.screens.bot_info import BotInfo
from bot.screens.screen import Screen
from bot.screens.workshop.group_message import draw_group_screen
from bot.screens.workshop.workshop_page import WorkshopPage
from bot.screens.workshop.workshop_view import WorkshopView
from bot.telegram.calls import CallError, FailureKind, call_ignoring, call_with_retry
from bot.telegram.cards import build_message_arguments
from bot.translation import get_translator
from survey.services.workshop_service import WorkshopService
from survey.workshop.plan import GroupChat

log = structlog.get_logger()
#: Seconds between edits in a group chat. Telegram takes 20 messages a minute there
#: (core.telegram.org/bots/faq, "My bot is hitting limits"), which is one in 3 s. Whether an edit
#: counts as a message is not documented, so it is taken to be one.
EDIT_INTERVAL = 3.1
#: In place of the message's number while the message is being sent.
NO_MESSAGE_YET = 0


class GroupCards:
    """Group chats that vote; each shows the newest state of its room."""

    def __init__(self, bot: Bot, rooms: WorkshopService, about: BotInfo, clock: Clock) -> None:
        self._bot = bot
        self._rooms = rooms
        self._about = about
        self._clock = clock
        self._wanted: set[int] = set()
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def start_voting(
        self, workshop_id: str, chat_id: int, language: str, former: int | None = None
    ) -> None:
        """Send the message on which a group chat votes from now on. Raises CallError."""
        chat = GroupChat(workshop_id, chat_id, NO_MESSAGE_YET, language)
        await self._rooms.set_group_chat(chat, former)  # Before the first one can tap it.
        shown = build_message_arguments(await self._build_screen(chat))
        sent = await call_with_retry(lambda: self._bot.send_message(chat_id, **shown))
        await self._rooms.set_group_chat(replace(chat, message_id=sent.message_id))

    def renew_card(self, chat: GroupChat) -> None:
        """Show the newest state when the group's turn comes; returns at once."""
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
                await self._edit_card(chat_id)
                # Slept before looking whether more is wanted: whoever wants it meanwhile finds this
                # task at work, so that edits never come closer together.
                await asyncio.sleep(EDIT_INTERVAL)
        finally:
            del self._tasks[chat_id]

    async def _edit_card(self, chat_id: int) -> None:
        chat = await self._rooms.find_group_chat(chat_id)
        if chat is None or chat.message_id == NO_MESSAGE_YET:
            return
        shown = build_message_arguments(await self._build_screen(chat))
        try:
            await call_ignoring(
                lambda: self._bot.edit_message_text(
                    chat_id=chat_id, message_id=chat.message_id, **shown
                ),
                FailureKind.UNCHANGED,
            )
        except CallError as fault:
            if (moved_to := fault.failed.migrated_to) is None:
                log.warning("group not shown", fault=fault.kind, reason=str(fault))
            else:  # A supergroup has its messages under new numbers.
                await self.start_voting(chat.workshop_id, moved_to, chat.language, chat_id)

    async def _build_screen(self, chat: GroupChat) -> Screen:
        room = await self._rooms.read_whole_room(chat.workshop_id)
        t, at = get_translator(chat.language), self._clock.now()
        return draw_group_screen(WorkshopView(room, WorkshopPage(), t, self._about, at))
