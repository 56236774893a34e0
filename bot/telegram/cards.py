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

from bot.callbacks import codec
from bot.screens.screen import Button, Screen
from bot.telegram.calls import (
    CallError,
    FailedCall,
    FailureKind,
    attempt_call,
    call_with_retry,
)

log = structlog.get_logger()
#: Telegram would draw a picture of the first page that a text links to, below every card.
NO_LINK_PREVIEW = LinkPreviewOptions(is_disabled=True)

#: Sends what stands above a screen. Raises CallError, OSError.
SendAbove = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PendingScreen:
    """What a person should see: on the ``tapped_message``, else below everything.

    ``card_message`` is the message that shows their screen so far; there is only one. What
    ``send_above`` sends stands above the screen, which then comes below everything. A screen that
    ``is_renewal`` was not asked for, and leaves the card where it is.
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
        """Show ``screen`` in a private chat, below what ``ahead`` sends; returns at once."""
        self._wanted[chat_id] = PendingScreen(screen, card, tapped, ahead)
        if chat_id not in self._tasks:
            self._tasks[chat_id] = asyncio.create_task(self._run(chat_id), name="card")

    def renew_screen(self, chat_id: int, screen: Screen, card: int | None) -> None:
        """Show a newer screen that somebody did not ask for, wherever their card is."""
        if waiting := self._wanted.get(chat_id):
            self._wanted[chat_id] = replace(waiting, screen=screen)
            return
        self.show_screen(chat_id, screen, card, card)
        # In time, since a task that was just made does not run before we give the loop back.
        self._wanted[chat_id] = replace(self._wanted[chat_id], is_renewal=True)

    def answer_callback(self, query_id: str, told: str) -> None:
        """End the waiting sign on a button with a short word or none; returns at once.

        Being too late for it is no harm: the sign ends by itself, and the card says the same.
        """
        task = asyncio.create_task(self._answer_callback(query_id, told), name="tap")
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer_callback(self, query_id: str, told: str) -> None:
        done = await attempt_call(lambda: self._bot.answer_callback_query(query_id, told or None))
        if not isinstance(done, FailedCall):
            return
        if done.is_refusal:
            log.debug("tap answered too late")
        else:
            log.warning("tap not answered", fault=done.kind, reason=done.reason)

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
            # Their own tap has moved the card meanwhile; a renewal goes to where it is now, and not
            # back to the message that was the card when it was asked for.
            if wanted.is_renewal and shown is not None:
                wanted = replace(wanted, tapped_message=shown)
            try:
                if wanted.send_above and shown in (
                    None,
                    wanted.tapped_message,
                ):  # A double tap means once.
                    wanted = await self._send_above(chat_id, wanted, wanted.send_above)
                shown = await self._show_pending(chat_id, wanted, shown or wanted.card_message)
            except CallError as fault:
                if fault.kind is FailureKind.BLOCKED:
                    return  # They blocked the bot; my_chat_member tells us so.
                log.warning("screen not shown", fault=fault.kind, reason=str(fault))

    async def _send_above(
        self, chat_id: int, wanted: PendingScreen, send: SendAbove
    ) -> PendingScreen:
        """Send what stands above the screen; the screen itself is then wanted below it.

        Raises CallError only if the person has blocked the bot: else the screen is shown without.
        """
        try:
            await send()
        except CallError as fault:
            if fault.kind is FailureKind.BLOCKED:
                raise
            log.warning("medium not shown", fault=fault.kind, reason=str(fault))
            return wanted
        except OSError as fault:
            log.warning("medium not shown", fault=type(fault).__name__)
            return wanted
        if wanted.tapped_message is not None and wanted.tapped_message != wanted.card_message:
            await self.delete_card(chat_id, wanted.tapped_message)
        return replace(wanted, tapped_message=None)

    async def _show_pending(self, chat_id: int, wanted: PendingScreen, card: int | None) -> int:
        """Show a screen; the id of the message that is the card now. Raises CallError."""
        now = wanted.tapped_message
        if now is None or not await self._edit_card(chat_id, now, wanted.screen):
            shown = build_message_arguments(wanted.screen)
            now = (
                await call_with_retry(lambda: self._bot.send_message(chat_id, **shown))
            ).message_id
        if now != card:
            # First remembered and then deleted: a crash in between leaves an old card too many, and
            # not a memory of a card that is gone.
            await self._remember(chat_id, now)
            if card is not None:
                await self.delete_card(chat_id, card)
        return now

    async def _edit_card(self, chat_id: int, card: int, screen: Screen) -> bool:
        """Whether the message now shows the screen; False if it can never be edited.

        Raises CallError of any other failure.
        """
        shown = build_message_arguments(screen)
        try:
            await call_with_retry(
                lambda: self._bot.edit_message_text(chat_id=chat_id, message_id=card, **shown)
            )
        except CallError as fault:
            if fault.kind is FailureKind.MESSAGE_GONE:
                return False
            if fault.kind is not FailureKind.UNCHANGED:
                raise
        return True

    async def delete_card(self, chat_id: int, message_id: int) -> None:
        """Take a message away; where Telegram refuses, it stays. Raises CallError otherwise."""
        try:
            await call_with_retry(lambda: self._bot.delete_message(chat_id, message_id))
        except CallError as fault:
            if not fault.failed.is_refusal:
                raise
            # It is gone already, or older than the 48 hours within which a bot may delete in a
            # private chat: core.telegram.org/bots/api (deleteMessage).
            log.debug("an old card stays")


def build_message_arguments(screen: Screen) -> dict[str, Any]:
    """A screen as parameters of sendMessage and editMessageText."""
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
