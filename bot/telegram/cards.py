"""Cards: the one message that shows each person their newest screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode

from bot.callbacks import codec
from bot.screens.screen import Button, Screen
from bot.telegram.calls import CallError, FailedCall, FailureKind, attempt_call
from bot.telegram.outbox import JobResult, Outbox, Urgency

log = structlog.get_logger()
#: Telegram would draw a picture of the first page that a text links to, below every card.
NO_LINK_PREVIEW = LinkPreviewOptions(is_disabled=True)
#: Under this key a chat's card waits in the outbox, and under this one what stands above it.
CARD = "card"
ABOVE = "above"

#: Sends what stands above a screen. Raises CallError, OSError.
SendAbove = Callable[[], Awaitable[None]]
#: What somebody should see, and which message is their card.
DrawnCard = tuple[Screen, int | None]
#: Draws what somebody should see now; None if they see it.
DrawNewest = Callable[[], Awaitable[DrawnCard | None]]


@dataclass(slots=True)
class PendingCard:
    """A screen that a person should see: on the ``tapped_message``, else below everything.

    ``card_message`` is the message that shows their screen so far; there is only one. With
    ``draw_newest`` the screen is drawn when its turn comes. One that ``is_renewal`` was not asked
    for, and leaves the card where it is.
    """

    sender: CardSender
    chat_id: int
    screen: Screen
    card_message: int | None
    tapped_message: int | None
    draw_newest: DrawNewest | None = None
    is_renewal: bool = False
    #: The screen that was under way when a renewal was asked for.
    follows: PendingCard | None = None
    is_begun: bool = False
    is_shown: bool = False
    is_paced: bool = True

    @property
    def urgency(self) -> Urgency:
        """Whoever acted themselves goes first."""
        return Urgency.RENEWAL if self.is_renewal else Urgency.OWN

    async def attempt(self) -> JobResult | FailedCall:
        """Make the next call that brings the screen onto the card."""
        return await self.sender.show_pending(self)


@dataclass(slots=True)
class PendingAbove:
    """What is sent above a screen, which then comes below it."""

    sender: CardSender
    card: PendingCard
    send: SendAbove
    urgency: Urgency = Urgency.OWN
    is_paced: bool = True

    async def attempt(self) -> JobResult | FailedCall:
        """Send it, and have the card follow."""
        return await self.sender.send_above(self)


class CardSender:
    """Shows each person their newest screen, one call at a time.

    While a call is under way only the newest screen waits, so quick tapping never piles up.
    """

    def __init__(self, outbox: Outbox, remember: Callable[[int, int], Awaitable[None]]) -> None:
        self._outbox = outbox
        self._bot: Bot = outbox.bot
        self._remember = remember
        # Where the card of a chat has moved, as long as screens wait that were asked for before.
        self._moved: dict[int, int] = {}
        # On which message a chat asked for what was sent above: a double tap means once.
        self._sent_above: dict[int, int | None] = {}

    def show_screen(
        self,
        chat_id: int,
        screen: Screen,
        card: int | None,
        tapped: int | None,
        ahead: SendAbove | None = None,
    ) -> None:
        """Show ``screen`` in a private chat, below what ``ahead`` sends; returns at once."""
        pending = PendingCard(self, chat_id, screen, card, tapped)
        if ahead is None:
            self._outbox.post(chat_id, CARD, pending)
        else:
            self._outbox.post(chat_id, ABOVE, PendingAbove(self, pending, ahead))

    def renew_screen(self, chat_id: int, draw_newest: DrawNewest) -> None:
        """Show what is new, drawn when its turn comes, wherever the card is; returns at once."""
        waiting = self._outbox.find_waiting(chat_id, CARD)
        if isinstance(waiting, PendingCard) and not waiting.is_begun:
            waiting.draw_newest = draw_newest
            return
        before = waiting if isinstance(waiting, PendingCard) else None
        pending = PendingCard(self, chat_id, Screen(""), None, None, draw_newest, True, before)
        self._outbox.post(chat_id, CARD, pending)

    # At its turn

    async def show_pending(self, pending: PendingCard) -> JobResult | FailedCall:
        """Edit the card, or send it where it cannot be edited."""
        pending.is_begun = True
        if pending.draw_newest is not None and not await self._draw_pending(pending):
            return self._finish(pending)
        shown = self._moved.get(pending.chat_id)
        # Their own tap has moved the card meanwhile; a renewal goes to where it is now, and not
        # back to the message that was the card when it was asked for.
        if pending.is_renewal and shown is not None:
            pending.tapped_message = shown
        done = await self._edit_or_send(pending)
        if not isinstance(done, FailedCall):
            pending.is_shown = True
            await self._move_card(pending, done, shown or pending.card_message)
            return self._finish(pending)
        if done.kind is FailureKind.MESSAGE_GONE and pending.tapped_message is not None:
            pending.tapped_message = None
            return JobResult.MORE
        if done.is_transient:
            return done
        if done.kind is not FailureKind.BLOCKED:  # Of that my_chat_member tells us.
            log.warning("screen not shown", fault=done.kind, reason=done.reason)
        return self._finish(pending)

    async def _draw_pending(self, pending: PendingCard) -> bool:
        """Draw the screen as things are now; False if it need not be shown."""
        draw, pending.draw_newest = pending.draw_newest, None
        found = await draw() if draw is not None else None
        if found is None:
            # Whoever acted themselves sees at least what their act brought.
            return not pending.is_renewal
        pending.screen, card = found
        if pending.is_renewal:
            pending.card_message = pending.tapped_message = card
            if (before := pending.follows) is not None and not before.is_shown:
                pending.card_message, pending.tapped_message = (
                    before.card_message,
                    before.tapped_message,
                )
        # Something newer was asked for while we read.
        return self._outbox.find_waiting(pending.chat_id, CARD) is pending

    async def _edit_or_send(self, pending: PendingCard) -> int | FailedCall:
        """The message that shows the screen now, or why none does."""
        shown, card = build_message_arguments(pending.screen), pending.tapped_message
        if card is None:
            sent = await attempt_call(lambda: self._bot.send_message(pending.chat_id, **shown))
            return sent.message_id if isinstance(sent, Message) else sent
        edited = await attempt_call(
            lambda: self._bot.edit_message_text(chat_id=pending.chat_id, message_id=card, **shown)
        )
        if isinstance(edited, FailedCall) and edited.kind is not FailureKind.UNCHANGED:
            return edited
        return card

    async def _move_card(self, pending: PendingCard, now: int, before: int | None) -> None:
        """Remember which message is the card, and take away the one that was."""
        if now == before:
            return
        self._moved[pending.chat_id] = now
        # First remembered and then deleted: a crash in between leaves an old card too many, and
        # not a memory of a card that is gone.
        await self._remember(pending.chat_id, now)
        if before is not None:
            self.delete_card(pending.chat_id, before)

    def _finish(self, pending: PendingCard) -> JobResult:
        if self._outbox.find_waiting(pending.chat_id, CARD) is pending:
            self._moved.pop(pending.chat_id, None)
            self._sent_above.pop(pending.chat_id, None)
        return JobResult.DONE

    async def send_above(self, above: PendingAbove) -> JobResult:
        """Send what stands above a screen, and then the screen below it."""
        card = above.card
        chat_id, tapped = card.chat_id, card.tapped_message
        if chat_id in self._sent_above and self._sent_above[chat_id] == tapped:
            return JobResult.DONE
        try:
            await above.send()
        except CallError as fault:
            if fault.kind is FailureKind.BLOCKED:
                return JobResult.DONE
            log.warning("medium not shown", fault=fault.kind, reason=str(fault))
        except OSError as fault:
            log.warning("medium not shown", fault=type(fault).__name__)
        else:
            self._sent_above[chat_id] = tapped
            if tapped is not None and tapped != card.card_message:
                self.delete_card(chat_id, tapped)
            card.tapped_message = None
        self._outbox.post(chat_id, CARD, card)
        return JobResult.DONE

    def delete_card(self, chat_id: int, message_id: int) -> None:
        """Take a message away; where Telegram refuses, it stays. Returns at once."""
        self._outbox.post(chat_id, (CARD, message_id), Deletion(self._bot, chat_id, message_id))


@dataclass(slots=True)
class Deletion:
    """A message to be taken away."""

    bot: Bot
    chat_id: int
    message_id: int
    urgency: Urgency = Urgency.OWN
    #: What is deleted rings nowhere, and Telegram's limits speak of messages.
    is_paced: bool = False

    async def attempt(self) -> JobResult | FailedCall:
        """Delete it; one that is gone already, or too old, is let be."""
        done = await attempt_call(lambda: self.bot.delete_message(self.chat_id, self.message_id))
        if isinstance(done, FailedCall):
            if done.is_transient:
                return done
            # It is gone already, or older than the 48 hours within which a bot may delete in a
            # private chat: core.telegram.org/bots/api (deleteMessage).
            log.debug("an old card stays")
        return JobResult.DONE


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
