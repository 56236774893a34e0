"""Somebody who goes through a questionnaire and reads each card, without a chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.screens.bot_info import BotInfo
from bot.screens.current_screen import draw_current_screen
from bot.screens.screen import Screen
from bot.screens.view_state import ViewState
from bot.translation import get_translator
from survey.interview.steps import StepRefusalReason
from survey.people import Respondent, Role, Wave
from survey.services.snapshot import Snapshot
from survey.store.contacts import Contact
from survey.store.interviews import InterviewRow
from tests.survey.form_helpers import Interviewee

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ABOUT = BotInfo("suara_jakarta_bot", "Jakarta", "Sekretariat", 24, 90, ("id", "en"))


class CardReader(Interviewee):
    """Somebody who reads each card."""

    def draw_screen(
        self,
        language: str = "id",
        view: ViewState | None = None,
        told: StepRefusalReason | None = None,
    ) -> Screen:
        form = self.interview.questionnaire
        wave = Wave("w", form.digest, (Role.RESIDENT,), NOW, NOW + timedelta(days=9))
        who = Respondent(1, "P", Role.RESIDENT, language, "", "", "")
        row = InterviewRow(7, "w", form.digest, 1, self.interview.step_count, None)
        contact = Contact(9, who, "w", 5)
        now = Snapshot(
            telegram_id=9, contact=contact, wave=wave, interview=self.interview, interview_row=row,
            open_waves=(wave,), questionnaires={"w": form}, notice=told,
        )  # fmt: skip
        return draw_current_screen(now, view or ViewState(), get_translator(language), ABOUT)

    def read_lines(self, language: str = "id") -> list[str]:
        return self.draw_screen(language).text.splitlines()

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.draw_screen().rows for button in row]
