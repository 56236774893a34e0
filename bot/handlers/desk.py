"""What handlers work with, and the one way in which they answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Bot, Update

from bot.cards import Cards
from bot.clock import Clock
from bot.screens.around import About, stranger, where
from bot.screens.card import View
from bot.screens.screen import Screen
from bot.texts import Texts, spoken, texts
from survey.acts import Occasion, Situation, Survey, Told
from survey.store.interviews import Cause

if TYPE_CHECKING:
    from bot.handlers.secretariat import Reporting


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that handlers need."""

    bot: Bot
    survey: Survey
    cards: Cards
    clock: Clock
    about: About
    reporting: Reporting

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

    def show(self, update: Update, now: Situation, view: View | None = None) -> None:
        """Show where the person is."""
        t = self.words(update, now)
        unknown = now.contact is None and now.told is not Told.DECLINED
        self.draw(
            update, now, stranger(t) if unknown else where(now, view or View(), t, self.about)
        )

    def draw(self, update: Update, now: Situation, screen: Screen) -> None:
        """Put a screen on the person's card: the one they tapped, or a new one below."""
        chat = update.effective_chat
        if chat is None:
            return
        card = now.contact.card if now.contact else None
        tapped = update.callback_query.message if update.callback_query else None
        self.cards.show(chat.id, screen, card, tapped.message_id if tapped else None)
