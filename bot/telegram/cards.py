"""Cards: the one message that shows each person their newest screen."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol

import structlog

from bot.screens.screen import Screen
from bot.telegram.calls import CallError, FailedCall, FailureKind, attempt_call
from bot.telegram.message_calls import MessageCalls, SentMessage
from bot.telegram.outbox import JobResult, Outbox, Urgency
from bot.telegram.shown_screens import ShownScreens
from survey.store.contacts import Contact, ShownScreen

log = structlog.get_logger()
#: So many messages may be deleted with one call (core.telegram.org/bots/api, deleteMessages), and
#: where more might hold a card that nobody knows of, it is not looked for: numbers count up through
#: all chats of a bot, and the next tap on that card puts it right.
MOST_DELETED = 100
MOST_IN_DOUBT = 1000
#: Seconds for which it is remembered where a card has moved: whoever was handling an act of that
#: person meanwhile read of the card before. And so many chats are looked at to be forgotten, each
#: time that a card moves.
MOVE_MEMORY = 10.0
MOST_FORGOTTEN = 4
#: Under this key a chat's card waits in the outbox, and under this one what stands above it.
CARD = "card"
ABOVE = "above"

#: Sends what stands above a screen. Raises CallError, OSError.
SendAbove = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """What somebody should see, of what it is, and what is known of their card."""

    screen: Screen
    shown: ShownScreen
    contact: Contact


#: Draws what somebody should see now; None if they see it.
DrawNewest = Callable[[], Awaitable[DrawnCard | None]]


@dataclass(slots=True)
class PendingCard:
    """A screen that a person should see: on the ``tapped_message``, else below everything.

    ``card_message`` is the message that shows their screen so far; there is only one. With
    ``draw_newest`` the screen is drawn when its turn comes. One that ``is_renewal`` was not asked
    for, and leaves the card where it is. ``shown`` is of what the screen is, and ``contact`` what
    is known of the person's card. ``own_messages`` are those that the person sent of late.
    """

    sender: CardSender
    chat_id: int
    screen: Screen
    card_message: int | None
    tapped_message: int | None
    shown: ShownScreen | None = None
    contact: Contact | None = None
    own_messages: frozenset[int] = frozenset()
    draw_newest: DrawNewest | None = None
    is_renewal: bool = False
    #: The screen that was under way when this one was asked for.
    follows: PendingCard | None = None
    #: When the first try began; None while there was none.
    begun_at: datetime | None = None
    is_shown: bool = False
    #: The message that shows it, though it is not remembered yet which that is.
    sent: SentMessage | None = None
    #: The message after which a card may stand that nobody knows of.
    doubt_from: int | None = None
    #: Whether that doubt is of this very try, so that nothing is there if it goes well.
    is_doubt_new: bool = False
    is_paced: bool = True

    @property
    def is_begun(self) -> bool:
        """Whether it has been tried."""
        return self.begun_at is not None

    @property
    def urgency(self) -> Urgency:
        """Whoever acted themselves goes first, and whoever has a card before who gets one."""
        if self.is_renewal:
            return Urgency.RENEWAL
        has_card = self.card_message is not None or self.tapped_message is not None
        return Urgency.OWN if has_card else Urgency.FIRST

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
    #: Each of its calls waits for a turn of its own.
    is_paced: bool = False

    async def attempt(self) -> JobResult | FailedCall:
        """Send it, and have the card follow."""
        return await self.sender.send_above(self)


class CardRecords(Protocol):
    """Where it is written down which message is whose card."""

    async def remember_card(self, telegram_id: int, message_id: int) -> None:
        """Remember which message is the person's card."""

    async def doubt_card(self, telegram_id: int, message_id: int) -> None:
        """Remember that a card is about to be sent below a message."""


class CardSender:
    """Shows each person their newest screen, one call at a time.

    While a call is under way only the newest screen waits, so quick tapping never piles up.
    """

    def __init__(self, outbox: Outbox, records: CardRecords, shown_screens: ShownScreens) -> None:
        self._outbox = outbox
        self._calls = outbox.calls
        self._records = records
        self._shown_screens = shown_screens
        # Where the card of a chat has moved of late, and when; the chat that moved last at the end.
        self._moved: OrderedDict[int, tuple[int, float]] = OrderedDict()
        # On which message a chat asked for what was sent above: a double tap means once.
        self._sent_above: dict[int, int | None] = {}

    def show_screen(self, pending: PendingCard, ahead: SendAbove | None = None) -> None:
        """Show a screen in a private chat, below what ``ahead`` sends; returns at once."""
        chat_id = pending.chat_id
        waiting = self._outbox.find_waiting(chat_id, CARD)
        if isinstance(waiting, PendingCard):
            pending.own_messages |= waiting.own_messages
            pending.follows = waiting if waiting.is_begun else waiting.follows
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
        pending = PendingCard(
            self, chat_id, Screen(""), None, None, draw_newest=draw_newest, is_renewal=True
        )
        pending.follows = before
        self._outbox.post(chat_id, CARD, pending)

    # At its turn

    async def show_pending(self, pending: PendingCard) -> JobResult | FailedCall:
        """Edit the card, or send it where it cannot be edited."""
        pending.begun_at = pending.begun_at or datetime.now(UTC)
        if pending.draw_newest is not None and not await self._draw_pending(pending):
            return self._finish(pending)
        shown, _ = self._moved.get(pending.chat_id, (None, 0.0))
        # Their own tap has moved the card meanwhile; a renewal goes to where it is now, and not
        # back to the message that was the card when it was asked for.
        if pending.is_renewal and shown is not None:
            pending.tapped_message = shown
        await self._settle_doubt(pending)
        # One that is tried again because it could not be remembered is not sent a second time.
        done = pending.sent or await self._edit_or_send(pending)
        if not isinstance(done, FailedCall):
            pending.is_shown, pending.sent = True, done
            self._note_shown(pending, done)
            await self._move_card(pending, done.message_id, shown or pending.card_message)
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
        draw = pending.draw_newest
        found = await draw() if draw is not None else None
        # Only now: what could not be read is drawn at the next try.
        pending.draw_newest = None
        if found is None:
            # Whoever acted themselves sees at least what their act brought.
            return not pending.is_renewal
        pending.screen, pending.shown, pending.contact = found.screen, found.shown, found.contact
        if pending.is_renewal:
            pending.card_message = pending.tapped_message = found.contact.card
            if (before := pending.follows) is not None and not before.is_shown:
                pending.card_message, pending.tapped_message = (
                    before.card_message,
                    before.tapped_message,
                )
        # Something newer was asked for while we read.
        return self._outbox.find_waiting(pending.chat_id, CARD) is pending

    async def _settle_doubt(self, pending: PendingCard) -> None:
        """Where a card may stand that nobody knows of, have the screen come below it.

        Before a card is sent, remember that one may stand there from now on: whether it was sent
        is not known when the answer is lost, or we are killed before it is remembered.
        """
        if pending.doubt_from is None:
            pending.doubt_from = find_doubt(pending)
        tapped = pending.tapped_message
        if pending.doubt_from is not None and tapped is not None and tapped <= pending.doubt_from:
            pending.tapped_message = None
        if pending.tapped_message is None and pending.doubt_from is None and pending.own_messages:
            pending.is_doubt_new = True
            pending.doubt_from = max(pending.own_messages)
            await self._records.doubt_card(pending.chat_id, pending.doubt_from)

    async def _edit_or_send(self, pending: PendingCard) -> SentMessage | FailedCall:
        """The message that shows the screen now, or why none does."""
        chat_id, screen, card = pending.chat_id, pending.screen, pending.tapped_message
        if card is None:
            sent = await attempt_call(lambda: self._calls.send_screen(chat_id, screen))
            if isinstance(sent, FailedCall):
                pending.is_doubt_new = False
            return sent
        edited = await attempt_call(lambda: self._calls.edit_screen(chat_id, card, screen))
        if isinstance(edited, FailedCall) and edited.kind is FailureKind.UNCHANGED:
            # It was put there by a try whose answer was lost.
            return SentMessage(card, pending.begun_at or datetime.now(UTC))
        return edited

    def _note_shown(self, pending: PendingCard, card: SentMessage) -> None:
        if pending.shown is not None:
            before = pending.contact.shown if pending.contact is not None else None
            self._shown_screens.note_shown(
                pending.chat_id, pending.shown, card.message_id, card.at, before
            )

    async def _move_card(self, pending: PendingCard, now: int, before: int | None) -> None:
        """Remember which message is the card, and take away those that were, or may be."""
        if now == before and pending.doubt_from is None:
            return
        self._note_move(pending.chat_id, now)
        # First remembered and then deleted: a crash in between leaves an old card too many, and
        # not a memory of a card that is gone.
        await self._records.remember_card(pending.chat_id, now)
        if before is not None and before != now:
            self.delete_card(pending.chat_id, before)
        if pending.doubt_from is not None and not pending.is_doubt_new:
            self._delete_between(pending, pending.doubt_from, now)
        pending.doubt_from = None

    def _note_move(self, chat_id: int, message_id: int) -> None:
        """Know where a card is while somebody may still go by what they read before it moved."""
        now = time.monotonic()
        self._moved[chat_id] = message_id, now
        self._moved.move_to_end(chat_id)
        for chat, (_, at) in list(islice(self._moved.items(), MOST_FORGOTTEN)):
            if at < now - MOVE_MEMORY and self._outbox.find_waiting(chat, CARD) is None:
                del self._moved[chat]

    def _delete_between(self, pending: PendingCard, after: int, before: int) -> None:
        """Take away what may stand between two messages, but not what the person wrote."""
        ids = [n for n in range(after + 1, before) if n not in pending.own_messages]
        if not ids or len(ids) > MOST_IN_DOUBT:
            return
        for first in range(0, len(ids), MOST_DELETED):
            part = ids[first : first + MOST_DELETED]
            self._outbox.post(
                pending.chat_id, (CARD, part[0]), Deletion(self._calls, pending.chat_id, part)
            )

    def _finish(self, pending: PendingCard) -> JobResult:
        if self._outbox.find_waiting(pending.chat_id, CARD) is pending:
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
        self._outbox.post(chat_id, (CARD, message_id), Deletion(self._calls, chat_id, [message_id]))


@dataclass(slots=True)
class Deletion:
    """Messages to be taken away."""

    calls: MessageCalls
    chat_id: int
    message_ids: list[int]
    urgency: Urgency = Urgency.OWN
    #: What is deleted rings nowhere, and Telegram's limits speak of messages.
    is_paced: bool = False

    async def attempt(self) -> JobResult | FailedCall:
        """Delete them; what is gone already, or too old, is let be."""
        done = await attempt_call(
            lambda: self.calls.delete_messages(self.chat_id, self.message_ids)
        )
        if isinstance(done, FailedCall):
            if done.is_transient:
                return done
            # It is gone already, or older than the 48 hours within which a bot may delete in a
            # private chat: core.telegram.org/bots/api (deleteMessage).
            log.debug("an old card stays")
        return JobResult.DONE


def find_doubt(pending: PendingCard) -> int | None:
    """After which message a card may stand that nobody knows of, before a screen is tried."""
    before, pending.follows = pending.follows, None
    if before is not None and not before.is_shown and before.doubt_from is not None:
        return before.doubt_from
    return pending.contact.doubt_from if pending.contact is not None else None
