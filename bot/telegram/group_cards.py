"""The one message that a group chat votes on, edited no oftener than Telegram lets us."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.screens.bot_info import BotInfo
from bot.screens.screen import Screen
from bot.screens.workshop.group_message import draw_group_screen
from bot.screens.workshop.workshop_page import WorkshopPage
from bot.screens.workshop.workshop_view import WorkshopView
from bot.telegram.calls import FailedCall, FailureKind, attempt_call
from bot.telegram.outbox import JobResult, Outbox, Urgency
from bot.translation import get_translator
from survey.services.workshop_service import WorkshopService
from survey.workshop.plan import GroupChat

#: Seconds between edits in a group chat. Telegram takes 20 messages a minute there
#: (core.telegram.org/bots/faq, "My bot is hitting limits"), which is one in 3 s. Whether an edit
#: counts as a message is not documented, so it is taken to be one.
EDIT_INTERVAL = 3.1
#: In place of the message's number while the message is being sent.
NO_MESSAGE_YET = 0


class GroupCards:
    """Group chats that vote; each shows the newest state of its room."""

    def __init__(
        self, outbox: Outbox, rooms: WorkshopService, about: BotInfo, clock: Clock
    ) -> None:
        self._outbox = outbox
        self._calls = outbox.calls
        self._rooms = rooms
        self._about = about
        self._clock = clock
        #: When each group's card may be edited again, in seconds of a clock that never goes back.
        self._rests: dict[int, float] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}

    async def start_voting(
        self,
        workshop_id: str,
        chat_id: int,
        language: str,
        topic: int | None = None,
        former: int | None = None,
    ) -> None:
        """Have the message sent on which a group chat votes from now on."""
        chat = GroupChat(workshop_id, chat_id, NO_MESSAGE_YET, language)
        await self._rooms.set_group_chat(chat, former)  # Before the first one can tap it.
        self._outbox.post(chat_id, "new group card", NewGroupCard(self, chat, topic))

    async def move_voting(self, old: int, new: int) -> None:
        """Let a group that became a supergroup vote there, on a message of its own, once.

        Its old message has no number there, and cannot be changed any more.
        """
        chat, there = [await self._rooms.find_group_chat(number) for number in (old, new)]
        if chat is not None and there is not None:  # It was brought there by hand meanwhile.
            await self._rooms.set_group_chat(there, former=old)
        elif chat is not None:
            await self.start_voting(chat.workshop_id, new, chat.language, former=old)

    def renew_card(self, chat: GroupChat) -> None:
        """Show the newest state when the group's turn comes; returns at once."""
        if not self._postpone(chat.chat_id):
            self._post_renewal(chat.chat_id)

    def _postpone(self, chat_id: int) -> bool:
        """Whether the card has to rest; then it is renewed when it has rested."""
        rests = self._rests.get(chat_id, 0.0) - time.monotonic()
        if rests > 0 and chat_id not in self._timers:
            self._timers[chat_id] = asyncio.get_running_loop().call_later(
                rests, self._post_renewal, chat_id
            )
        return rests > 0

    def _post_renewal(self, chat_id: int) -> None:
        self._timers.pop(chat_id, None)
        self._outbox.post(chat_id, "group card", GroupCardRenewal(self, chat_id))

    def close(self) -> None:
        """Begin no more renewals."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    # At its turn

    async def send_card(self, chat: GroupChat, topic: int | None) -> JobResult | FailedCall:
        """Send the card, and remember which message it is."""
        screen = await self._build_screen(chat)
        sent = await attempt_call(lambda: self._calls.send_screen(chat.chat_id, screen, topic))
        if isinstance(sent, FailedCall):
            return sent
        await self._rooms.set_group_chat(replace(chat, message_id=sent.message_id))
        return JobResult.DONE

    async def edit_card(self, chat_id: int) -> JobResult | FailedCall:
        """Put the newest state into the card."""
        # It may have been asked for while an edit was on its way that shows the newest state, too.
        if self._postpone(chat_id):
            return JobResult.DONE
        self._rests[chat_id] = time.monotonic() + EDIT_INTERVAL
        chat = await self._rooms.find_group_chat(chat_id)
        if chat is None or chat.message_id == NO_MESSAGE_YET:
            return JobResult.DONE
        screen = await self._build_screen(chat)
        done = await attempt_call(lambda: self._calls.edit_screen(chat_id, chat.message_id, screen))
        if not isinstance(done, FailedCall) or done.kind is FailureKind.UNCHANGED:
            return JobResult.DONE
        return done

    async def _build_screen(self, chat: GroupChat) -> Screen:
        room = await self._rooms.read_whole_room(chat.workshop_id)
        t, at = get_translator(chat.language), self._clock.now()
        return draw_group_screen(WorkshopView(room, WorkshopPage(), t, self._about, at))


@dataclass(frozen=True, slots=True)
class NewGroupCard:
    """The message on which a group will vote."""

    cards: GroupCards
    chat: GroupChat
    topic: int | None
    urgency: Urgency = Urgency.OWN
    is_paced: bool = True

    async def attempt(self) -> JobResult | FailedCall:
        """Send it."""
        return await self.cards.send_card(self.chat, self.topic)


@dataclass(frozen=True, slots=True)
class GroupCardRenewal:
    """A group's card that is to show what has changed, drawn when its turn comes."""

    cards: GroupCards
    chat_id: int
    urgency: Urgency = Urgency.RENEWAL
    is_paced: bool = True

    async def attempt(self) -> JobResult | FailedCall:
        """Edit the card."""
        return await self.cards.edit_card(self.chat_id)
