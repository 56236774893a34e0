"""What handlers work with, and the one way in which they answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from telegram import Bot, Update

from bot.attempts import Guesses
from bot.clock import Clock
from bot.jobs.card_updater import Pushing
from bot.jobs.result_notifier import Telling
from bot.screens.bot_info import About
from bot.screens.card import View
from bot.screens.participation import stranger, where
from bot.screens.screen import Screen
from bot.screens.workshop.ballot_text import Here
from bot.screens.workshop.voting_card import asking
from bot.screens.workshop.workshop_page import Sight
from bot.telegram.attachments import Depot
from bot.telegram.cards import Ahead, Cards
from bot.telegram.group_cards import Groups
from bot.telegram.question_media import Shelf
from bot.translation import Texts, spoken, texts
from survey.services.interview_service import Survey, drawn
from survey.services.quote_service import Quotes
from survey.services.snapshot import Occasion, Situation, Told
from survey.services.workshop_service import Rooms
from survey.store.interviews import Cause
from survey.workshop.plan import Room

if TYPE_CHECKING:
    from bot.handlers.report_requests import Reporting


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that handlers need. ``largest_mb`` is the size of the largest file we take.

    ``sights`` says what people in a workshop look at; whoever is not in it sees what the room
    brings. ``asked`` is the ballot on somebody's card and the move that opened its round.
    """

    bot: Bot
    survey: Survey
    cards: Cards
    clock: Clock
    about: About
    reporting: Reporting
    quotes: Quotes
    telling: Telling
    depot: Depot
    shelf: Shelf
    largest_mb: int
    rooms: Rooms
    pushing: Pushing
    groups: Groups
    sights: dict[int, Sight] = field(default_factory=dict)
    asked: dict[int, tuple[int, int]] = field(default_factory=dict)
    taken_over: set[int] = field(default_factory=set)
    guesses: Guesses = field(default_factory=Guesses)

    async def occasion(self, update: Update) -> tuple[Occasion, Situation]:
        """The act that an update is, and how things stand for the person before it.

        Raises ValueError for an update from nobody.
        """
        if update.effective_user is None:
            raise ValueError("an update from nobody")
        person, at = update.effective_user.id, self.clock.now()
        now = await self.survey.look(person, at)
        return Occasion(person, at, Cause(self.bot.id, update.update_id), now), now

    def words(self, update: Update, now: Situation | None = None) -> Texts:
        """The language of a person: theirs as we know it, else that of their Telegram."""
        if now is not None and now.contact is not None:
            return texts(now.who.language)
        user = update.effective_user
        return texts(spoken(user.language_code if user else None, self.about.languages))

    def show(
        self, update: Update, now: Situation, view: View | None = None, ahead: Ahead | None = None
    ) -> None:
        """Show where the person is, below what ``ahead`` sends."""
        if now.interview is not None and now.interview.questionnaire.uploads:
            self.depot.wake()
        screen = self.screen(now, self.words(update, now), view or View())
        self.draw(update, now, screen, ahead)

    def screen(self, now: Situation, t: Texts, view: View) -> Screen:
        """The screen for how things stand."""
        if now.contact is None and now.told is not Told.DECLINED:
            return stranger(t)
        if now.interview is not None:
            view = replace(view, files=self.shelf.names(now.interview.questionnaire))
        if now.room is not None:
            here = self.here(now.telegram_id, now.room, t)
            self.asked[now.telegram_id] = asking(here)
            view = replace(view, sight=here.sight)
        return where(now, view, t, self.about)

    def here(self, person: int, room: Room, t: Texts) -> Here:
        """What drawing a card of the room needs."""
        sight = replace(self.sights.get(person, Sight()), word=drawn(6).lower())
        return Here(room, sight, t, self.about, self.clock.now())

    async def look(self, person: int) -> Callable[[], None] | None:
        """How to show somebody what changed in their room without their doing; None if nothing."""
        now = await self.survey.look(person, self.clock.now())
        taken_over = person in self.taken_over
        if now.contact is None or not (now.in_room or taken_over):
            return None
        self.note_taken_over(now)
        screen, card = self.screen(now, texts(now.who.language), View()), now.contact.card
        return lambda: self.cards.renew(person, screen, card)

    def note_taken_over(self, now: Situation) -> None:
        """Remember whose questionnaire a ballot stands in front of, to bring it back."""
        if now.in_room and now.room and now.room.me and now.room.me.aside:
            self.taken_over.add(now.telegram_id)
        else:
            self.taken_over.discard(now.telegram_id)

    def draw(
        self, update: Update, now: Situation, screen: Screen, ahead: Ahead | None = None
    ) -> None:
        """Put a screen on the person's card: the one they tapped, or a new one below."""
        chat = update.effective_chat
        if chat is None:
            return
        card = now.contact.card if now.contact else None
        tapped = update.callback_query.message if update.callback_query else None
        message = tapped.message_id if tapped else None
        self.cards.show(chat.id, screen, card, message, ahead)
        self.pushing.drawn(now.telegram_id, now.room)
