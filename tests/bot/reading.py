"""Somebody who goes through a questionnaire and reads each card, without a chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.screens.bot_info import About
from bot.screens.card import View
from bot.screens.participation import where
from bot.screens.screen import Screen
from bot.translation import texts
from survey.interview.steps import Reason
from survey.people import Respondent, Role, Wave
from survey.services.snapshot import Situation
from survey.store.contacts import Contact
from survey.store.interviews import Row
from tests.survey.surveying import Person

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ABOUT = About("suara_jakarta_bot", "Jakarta", "Sekretariat", 24, 90, ("id", "en"))


class Reader(Person):
    """Somebody who reads each card."""

    def screen(
        self, language: str = "id", view: View | None = None, told: Reason | None = None
    ) -> Screen:
        form = self.interview.questionnaire
        wave = Wave("w", form.digest, (Role.RESIDENT,), NOW, NOW + timedelta(days=9))
        who = Respondent(1, "P", Role.RESIDENT, language, "", "", "")
        row = Row(7, "w", form.digest, 1, self.interview.number, None)
        contact = Contact(9, who, "w", 5)
        now = Situation(
            telegram_id=9, contact=contact, wave=wave, interview=self.interview, row=row,
            open=(wave,), titles={"w": form}, told=told,
        )  # fmt: skip
        return where(now, view or View(), texts(language), ABOUT)

    def lines(self, language: str = "id") -> list[str]:
        return self.screen(language).text.splitlines()

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.screen().rows for button in row]
