"""What drawing a card of a workshop needs, and how it writes names, times and votes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.callbacks.workshop_callbacks import ShowView, shorten_id
from bot.screens.bot_info import BotInfo
from bot.screens.formatting import localize_day, localize_time
from bot.screens.screen import (
    BUTTON_LENGTH,
    Button,
    escape_html,
    format_italic,
    truncate_text,
)
from bot.screens.workshop.consent_wording import build_chat_consent
from bot.screens.workshop.workshop_page import WorkshopPage
from bot.translation import Translator
from survey.catalogue import get_babel_locale
from survey.workshop.ballots import Ballot
from survey.workshop.moves import BallotState
from survey.workshop.plan import ConsentWording, Room, WorkshopPlan


@dataclass(frozen=True, slots=True)
class WorkshopView:
    """Everything that drawing a card of the room needs, gathered once."""

    room: Room
    page: WorkshopPage
    t: Translator
    about: BotInfo
    at: datetime

    @property
    def plan(self) -> WorkshopPlan:
        return self.room.plan

    @property
    def short_id(self) -> str:
        return shorten_id(self.plan.id)

    @property
    def locale(self) -> str:
        return get_babel_locale(self.t.language)

    @property
    def consent(self) -> ConsentWording:
        """What whoever votes agrees to."""
        return build_chat_consent(self.t, self.about.secretariat, self.about.answers_months)

    @property
    def owes_consent(self) -> bool:
        """Whether whoever looks takes part and has not agreed yet."""
        me = self.room.me
        return me is not None and not (me.consented or me.is_facilitator)

    def explain_consent(self) -> str:
        """What they agree to by their next choice; nothing for whoever has."""
        return format_italic(escape_html(self.consent.words)) if self.owes_consent else ""

    def build_view_button(self, label: str, page: str, number: int = 0) -> Button:
        """A button that shows another page."""
        return Button(
            truncate_text(label, BUTTON_LENGTH),
            ShowView(self.short_id, page, number, self.page.seconds),
        )

    def get_ballot_state(self, ballot: Ballot) -> BallotState:
        """How things stand with a ballot."""
        return self.room.session.states[ballot.number]

    def name_ballot(self, ballot: Ballot) -> str:
        """``Pompa Pluit × Banjir``."""
        return f"{self.name_asset(ballot)} × {self.name_shock(ballot)}"

    def abbreviate_ballot(self, ballot: Ballot, width: int = 30) -> str:
        """A ballot's name in so many letters: of two long names each keeps about half."""
        shock = self.name_shock(ballot)
        asset = truncate_text(self.name_asset(ballot), max(width - 3 - len(shock), width // 2 - 1))
        return f"{asset} × {truncate_text(shock, width - 3 - len(asset))}"

    def name_asset(self, ballot: Ballot) -> str:
        """What is judged."""
        return self.plan.asset(ballot, self.t.language)

    def name_shock(self, ballot: Ballot) -> str:
        """Under which shock."""
        return self.plan.shock(ballot, self.t.language)

    def describe_value(self, value: str) -> str:
        """What an answer means, or the answer itself."""
        scale = self.plan.workshop.scale
        return scale.anchor(value, self.t.language) if value in scale.answers else value

    def format_vote(self, value: str) -> str:
        """A vote in a word: its number, or what it means."""
        return value if value.isdecimal() else self.describe_value(value)

    def format_deadline(self, ballot: Ballot) -> str:
        """``until 10.42`` where a timer runs; nothing ends by itself when it is over."""
        state, time_left = (
            self.get_ballot_state(ballot),
            self.get_ballot_state(ballot).compute_time_left(self.at),
        )
        if time_left is None or state.opened_at is None:
            return ""
        if not time_left:
            return self.t("⏰ time is up")
        ends = state.opened_at + timedelta(seconds=state.timer_seconds)
        return self.t("until {time}", time=self.format_clock(ends))

    def format_clock(self, moment: datetime) -> str:
        """The time on the clock of the city."""
        return localize_time(moment.astimezone(self.about.zone).time(), self.locale)

    def format_day(self, moment: datetime) -> str:
        """A day in words."""
        return localize_day(moment.astimezone(self.about.zone).date(), self.locale)

    def format_round(self, ballot: Ballot) -> str:
        """``Round 1 of 2``."""
        of = self.plan.workshop.rounds
        return self.t("Round {n} of {of}", n=self.get_ballot_state(ballot).round or 1, of=of)
