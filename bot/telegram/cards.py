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
from bot.telegram.client import call_with_retry

log = structlog.get_logger()
NO_LINK_PREVIEW = LinkPreviewOptions(is_disabled=True)
NOT_MODIFIED = "message is not modified"
MESSAGE_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")

#: Sends what stands above a screen.
SendAbove = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PendingScreen:
    """What a person should see: on the message they ``tapped``, else below everything.

    ``card`` is the message that shows their screen so far; there is only one. What ``ahead`` sends
    stands above the screen, which then comes below everything. What ``renews`` a card leaves it
    where it is.
    """

    screen: Screen
    card_message: int | None
    tapped_message: int | None
    send_above: SendAbove | None = None
    is_renewal: bool = False


class CardSender:
    """Shows each person their newest screen, one call at a time.

    While a call is under way only the newest screen waits, so quick tapping never piles up.
    """

    def __init__(self, bot: Bot, remember: Callable[[int, int], Awaitable[None]]) -> None:
        self._bot = bot
        self._remember = remember
        self._wanted: dict[int, PendingScreen] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._answers: set[asyncio.Task[None]] = set()

    def show_screen(
        self,
        chat_id: int,
        screen: Screen,
        card: int | None,
        tapped: int | None,
        ahead: SendAbove | None = None,
    ) -> None:
        """Show ``screen`` in a private chat, below what ``ahead`` sends."""
        self._wanted[chat_id] = PendingScreen(screen, card, tapped, ahead)
        if chat_id not in self._tasks:
            self._tasks[chat_id] = asyncio.create_task(self._run(chat_id), name="card")

    def renew_screen(self, chat_id: int, screen: Screen, card: int | None) -> None:
        """Show a newer screen that they did not ask for, wherever their card is."""
        if waiting := self._wanted.get(chat_id):
            self._wanted[chat_id] = replace(waiting, screen=screen)
            return
        self.show_screen(chat_id, screen, card, card)
        self._wanted[chat_id] = replace(self._wanted[chat_id], is_renewal=True)

    def answer_callback(self, query_id: str, told: str) -> None:
        """End the waiting sign on a button with a short word or none; too late is no harm."""
        task = asyncio.create_task(self._answer_callback(query_id, told), name="tap")
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer_callback(self, query_id: str, told: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id, told or None)
        except BadRequest:
            log.debug("tap answered too late")
        except TelegramError as fault:
            log.warning("tap not answered", fault=type(fault).__name__)

    async def wait_until_shown(self, patience: float | None = None) -> None:
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
            if wanted.is_renewal and shown is not None:
                wanted = replace(wanted, tapped_message=shown)
            try:
                if wanted.send_above and shown in (
                    None,
                    wanted.tapped_message,
                ):  # A double tap means once.
                    wanted = await self._send_above(chat_id, wanted, wanted.send_above)
                shown = await self._show_pending(chat_id, wanted, shown or wanted.card_message)
            except Forbidden:
                return  # They blocked the bot; my_chat_member tells us so.
            except TelegramError as fault:
                log.warning("screen not shown", fault=type(fault).__name__, reason=str(fault))

    async def _send_above(
        self, chat_id: int, wanted: PendingScreen, send: SendAbove
    ) -> PendingScreen:
        """Send what stands above the screen; the screen itself is then wanted below it."""
        try:
            await send()
        except Forbidden:
            raise
        except (TelegramError, OSError) as fault:
            log.warning("medium not shown", fault=type(fault).__name__)
            return wanted
        if wanted.tapped_message is not None and wanted.tapped_message != wanted.card_message:
            await self.delete_card(chat_id, wanted.tapped_message)
        return replace(wanted, tapped_message=None)

    async def _show_pending(self, chat_id: int, wanted: PendingScreen, card: int | None) -> int:
        """Show a screen; the id of the message that is the card now."""
        now = wanted.tapped_message
        if now is None or not await self._edit_card(chat_id, now, wanted.screen):
            shown = build_message_arguments(wanted.screen)
            now = (
                await call_with_retry(lambda: self._bot.send_message(chat_id, **shown))
            ).message_id
        if now != card:
            await self._remember(chat_id, now)
            if card is not None:
                await self.delete_card(chat_id, card)
        return now

    async def _edit_card(self, chat_id: int, card: int, screen: Screen) -> bool:
        """Whether the message now shows the screen; False if it cannot be edited."""
        shown = build_message_arguments(screen)
        try:
            await call_with_retry(
                lambda: self._bot.edit_message_text(chat_id=chat_id, message_id=card, **shown)
            )
        except BadRequest as fault:
            if NOT_MODIFIED in str(fault).lower():
                return True
            if any(sign in str(fault).lower() for sign in MESSAGE_GONE):
                return False
            raise
        return True

    async def delete_card(self, chat_id: int, message_id: int) -> None:
        """Take a message away; where Telegram will not, it stays."""
        try:
            await call_with_retry(lambda: self._bot.delete_message(chat_id, message_id))
        except BadRequest:
            log.debug("an old card stays")


def build_message_arguments(screen: Screen) -> dict[str, Any]:
    """A screen as parameters of a call."""
    rows = [[build_keyboard_button(button) for button in row] for row in screen.rows if row]
    return {
        "text": screen.text,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": NO_LINK_PREVIEW,
        "reply_markup": InlineKeyboardMarkup(rows) if rows else None,
    }


def build_keyboard_button(button: Button) -> InlineKeyboardButton:
    """A button as Telegram wants it."""
    if button.callback is None:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=codec.encode_callback(button.callback))
