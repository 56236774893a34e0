"""Cards: the one message that shows each person their newest screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.callbacks import codec
from bot.screens.screen import Button, Screen
from bot.telegram.polling import patiently

log = structlog.get_logger()
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
SAME = "message is not modified"
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")

#: Sends what stands above a screen.
Ahead = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person should see: on the message they ``tapped``, else below everything.

    ``card`` is the message that shows their screen so far; there is only one. What ``ahead`` sends
    stands above the screen, which then comes below everything. What ``renews`` a card leaves it
    where it is.
    """

    screen: Screen
    card: int | None
    tapped: int | None
    ahead: Ahead | None = None
    renews: bool = False


class Cards:
    """Shows each person their newest screen, one call at a time.

    While a call is under way only the newest screen waits, so quick tapping never piles up.
    """

    def __init__(self, bot: Bot, remember: Callable[[int, int], Awaitable[None]]) -> None:
        self._bot = bot
        self._remember = remember
        self._wanted: dict[int, Wanted] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._answers: set[asyncio.Task[None]] = set()

    def show(
        self,
        chat_id: int,
        screen: Screen,
        card: int | None,
        tapped: int | None,
        ahead: Ahead | None = None,
    ) -> None:
        """Show ``screen`` in a private chat, below what ``ahead`` sends."""
        self._wanted[chat_id] = Wanted(screen, card, tapped, ahead)
        if chat_id not in self._tasks:
            self._tasks[chat_id] = asyncio.create_task(self._run(chat_id), name="card")

    def renew(self, chat_id: int, screen: Screen, card: int | None) -> None:
        """Show a newer screen that they did not ask for, wherever their card is."""
        if waiting := self._wanted.get(chat_id):
            self._wanted[chat_id] = replace(waiting, screen=screen)
            return
        self.show(chat_id, screen, card, card)
        self._wanted[chat_id] = replace(self._wanted[chat_id], renews=True)

    def answer(self, query_id: str, told: str) -> None:
        """End the waiting sign on a button with a short word or none; too late is no harm."""
        task = asyncio.create_task(self._answer(query_id, told), name="tap")
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, query_id: str, told: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id, told or None)
        except BadRequest:
            log.debug("tap answered too late")
        except TelegramError as fault:
            log.warning("tap not answered", fault=type(fault).__name__)

    async def settle(self, patience: float | None = None) -> None:
        """Wait until everybody sees what they should, at most ``patience`` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while waiting := [*self._tasks.values(), *self._answers]:
                    await asyncio.wait(waiting)

    async def _run(self, chat_id: int) -> None:
        try:
            await self._show_newest(chat_id)
        finally:  # At once: whoever wants a screen from now on must find nobody at work.
            del self._tasks[chat_id]

    async def _show_newest(self, chat_id: int) -> None:
        shown: int | None = None
        while (wanted := self._wanted.pop(chat_id, None)) is not None:
            if wanted.renews and shown is not None:
                wanted = replace(wanted, tapped=shown)
            try:
                if wanted.ahead and shown in (None, wanted.tapped):  # A double tap means once.
                    wanted = await self._sent_ahead(chat_id, wanted, wanted.ahead)
                shown = await self._draw(chat_id, wanted, shown or wanted.card)
            except Forbidden:
                return  # They blocked the bot; my_chat_member tells us so.
            except TelegramError as fault:
                log.warning("screen not shown", fault=type(fault).__name__, reason=str(fault))

    async def _sent_ahead(self, chat_id: int, wanted: Wanted, send: Ahead) -> Wanted:
        """Send what stands above the screen; the screen itself is then wanted below it."""
        try:
            await send()
        except Forbidden:
            raise
        except (TelegramError, OSError) as fault:
            log.warning("medium not shown", fault=type(fault).__name__)
            return wanted
        if wanted.tapped is not None and wanted.tapped != wanted.card:
            await self.remove(chat_id, wanted.tapped)
        return replace(wanted, tapped=None)

    async def _draw(self, chat_id: int, wanted: Wanted, card: int | None) -> int:
        """Show a screen; the id of the message that is the card now."""
        now = wanted.tapped
        if now is None or not await self._edit(chat_id, now, wanted.screen):
            shown = content(wanted.screen)
            now = (await patiently(lambda: self._bot.send_message(chat_id, **shown))).message_id
        if now != card:
            await self._remember(chat_id, now)
            if card is not None:
                await self.remove(chat_id, card)
        return now

    async def _edit(self, chat_id: int, card: int, screen: Screen) -> bool:
        """Whether the message now shows the screen; False if it cannot be edited."""
        shown = content(screen)
        try:
            await patiently(
                lambda: self._bot.edit_message_text(chat_id=chat_id, message_id=card, **shown)
            )
        except BadRequest as fault:
            if SAME in str(fault).lower():
                return True
            if any(sign in str(fault).lower() for sign in GONE):
                return False
            raise
        return True

    async def remove(self, chat_id: int, message_id: int) -> None:
        """Take a message away; where Telegram will not, it stays."""
        try:
            await patiently(lambda: self._bot.delete_message(chat_id, message_id))
        except BadRequest:
            log.debug("an old card stays")


def content(screen: Screen) -> dict[str, Any]:
    """A screen as parameters of a call."""
    rows = [[keyboard_button(button) for button in row] for row in screen.rows if row]
    return {
        "text": screen.text,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": NO_PREVIEW,
        "reply_markup": InlineKeyboardMarkup(rows) if rows else None,
    }


def keyboard_button(button: Button) -> InlineKeyboardButton:
    """A button as Telegram wants it."""
    if button.tap is None:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=codec.write(button.tap))
