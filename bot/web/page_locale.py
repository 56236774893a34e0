"""Words, numbers and times of a page in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from bot.translation import get_translator
from survey.catalogue import get_language_name, list_languages
from survey.rounding import round_half_up
from survey.workshop.agreement import AgreementRule
from survey.workshop.results import BallotResult, Outcome


class PageLocale:
    """``t`` says texts; the rest numbers, times and what results mean."""

    def __init__(self, language: str, zone: ZoneInfo, offered: Sequence[str] = ()) -> None:
        self.language = language
        every = list(offered or list_languages())
        # A button leads to one other language; of three, taps go round.
        self.other = every[(every.index(language) + 1) % len(every)]
        self.zone = zone
        self.t = get_translator(language)

    @property
    def other_language_name(self) -> str:
        """The other language in its own words."""
        return get_language_name(self.other, self.other)

    def format_number(self, value: float) -> str:
        """With at most one decimal."""
        return format_decimal(round_half_up(value, 1), "#,##0.#", locale=self.language)

    def format_signed(self, value: float) -> str:
        """A difference with its sign."""
        return f"{'+' if value > 0 else '−' if value < 0 else '±'}{self.format_number(abs(value))}"

    def format_share(self, value: float) -> str:
        """A share (0-1) in per cent."""
        return format_percent(round_half_up(value, 2), "#,##0%", locale=self.language)

    def format_clock(self, moment: datetime) -> str:
        """The time of day."""
        return format_time(moment.astimezone(self.zone), "short", locale=self.language)

    def format_day(self, moment: datetime) -> str:
        """The date in full."""
        return format_date(moment.astimezone(self.zone), "EEEE, d MMMM y", locale=self.language)

    def format_rule(self, rule: AgreementRule) -> str:
        """When one speaks of agreement."""
        t, share = self.t, self.format_share(rule.within_one)
        if rule.iqr is None:
            return t("Agreed: at least {share} within one point of the median", share=share)
        return t(
            "Agreed: at least {share} within one point of the median, and IQR at most {iqr}",
            share=share,
            iqr=self.format_number(rule.iqr),
        )

    def format_outcome(self, result: BallotResult) -> str:
        """What a ballot has come to, in a few words."""
        t, baseline = self.t, result.ballot.baseline
        match result.outcome:
            case Outcome.CONFIRMED:
                return t("Agreed: {value}, as rated earlier", value=baseline)
            case Outcome.CHANGED:
                return t("Agreed: from {then} to {now}", then=baseline, now=result.agreed_value)
            case Outcome.RATED if result.rating:
                return t("Agreed: {value}", value=self.format_number(result.rating.median))
            case Outcome.NOT_AGREED:
                return t("Not agreed yet")
            case Outcome.TOO_FEW:
                return t("Too few ratings")
            case Outcome.SKIPPED:
                return t("Skipped")
            case _:
                return t("Not judged yet")

    def format_short_outcome(self, result: BallotResult) -> str:
        """What a ballot came to, in a word or two beside a sign for the verdict."""
        t, baseline = self.t, result.ballot.baseline
        match result.outcome:
            case Outcome.CONFIRMED:
                return t("stays {value}", value=baseline)
            case Outcome.CHANGED:
                return f"{baseline} → {result.agreed_value}"
            case Outcome.RATED if result.rating:
                return self.format_number(result.rating.median)
            case Outcome.TOO_FEW:
                return t("too few")
            case outcome:
                return self.name_outcome(outcome)

    def name_outcome(self, outcome: Outcome) -> str:
        """Outcomes as the final summary counts them."""
        t = self.t
        return {
            Outcome.CONFIRMED: t("confirmed"),
            Outcome.CHANGED: t("changed"),
            Outcome.RATED: t("agreed, without an earlier rating"),
            Outcome.NOT_AGREED: t("not agreed"),
            Outcome.TOO_FEW: t("too few ratings"),
            Outcome.SKIPPED: t("skipped"),
            Outcome.PENDING: t("not judged"),
        }[outcome]
