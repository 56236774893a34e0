"""The seeds in config.toml: waves, invitations, chats, schedules."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from reports.delivery.due_times import parse_due_times
from reports.delivery.quiet_hours import QuietHours
from reports.delivery.scheduler import check_event_fits_report
from reports.request import LANGUAGE_SEPARATOR, ReportFormat, ReportKind
from reports.toml_files import TomlSection
from survey.catalogue import list_languages
from survey.people import CODE_PATTERN
from survey.store.report_chats import DEFAULT_FORMATS

#: How sectors are called here and in the questionnaires' lists.
SECTORS = {
    "government": "pemerintah",
    "private": "swasta",
    "academia": "akademisi",
    "community": "masyarakat",
    "partner": "mitra",
}
#: How waves, schedules and workshops may be called.
ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]*")


def validate_language(code: str) -> str:
    """Raise ValueError for a language that there is no catalogue of."""
    if code not in (known := list_languages()):
        raise ValueError(f"is no language there is a catalogue of; write {' or '.join(known)}")
    return code


def validate_report_language(text: str) -> str:
    """Raise ValueError for what is neither a language nor two of them."""
    known, codes = list_languages(), text.split(LANGUAGE_SEPARATOR)
    if len(codes) > 2 or not set(codes) <= set(known) or len(set(codes)) < len(codes):
        both = LANGUAGE_SEPARATOR.join(known[:2])
        raise ValueError(
            f"is no language of a report; write {', '.join(known)}, or two as '{both}'"
        )
    return text


Language = Annotated[str, AfterValidator(validate_language)]
#: A language, or two of them joined.
ReportLanguage = Annotated[str, AfterValidator(validate_report_language)]


def validate_id(text: str) -> str:
    """Raise ValueError for what cannot name a wave, a schedule or a workshop."""
    if not ID_PATTERN.fullmatch(text):
        raise ValueError("is no id; write small letters, digits and hyphens, like persepsi-2")
    return text


SeedId = Annotated[str, AfterValidator(validate_id)]


def validate_invitation_code(code: str) -> str:
    """Raise ValueError for a code that could not be typed."""
    if not CODE_PATTERN.fullmatch(code):
        raise ValueError("is no code; write capital letters and digits in groups, like AIR-2017")
    return code


def validate_cadence(every: str) -> str:
    """Raise ValueError for a schedule that cannot be read."""
    parse_due_times(every)
    return every


def validate_quiet_hours(quiet: str) -> str:
    """Raise ValueError for what is neither empty nor quiet hours."""
    if quiet:
        QuietHours.parse(quiet)
    return quiet


class WaveSeed(TomlSection):
    """One fielding of a questionnaire."""

    id: SeedId = Field(max_length=32)
    questionnaire: str = Field(min_length=1)
    audience: tuple[Literal["resident", "participant", "facilitator"], ...] = Field(min_length=1)
    opens: AwareDatetime
    closes: AwareDatetime

    @model_validator(mode="after")
    def check_order(self) -> WaveSeed:
        """Raise ValueError for a wave that closes before it opens."""
        if self.closes <= self.opens:
            raise ValueError("closes before it opens; put opens first")
        return self


class InvitationSeed(TomlSection):
    """A code, and whom it stands for."""

    code: Annotated[str, AfterValidator(validate_invitation_code)]
    role: Literal["participant", "facilitator"] = "participant"
    sector: Literal["government", "private", "academia", "community", "partner"]
    category: str = Field(min_length=1)
    uses: int = Field(ge=1)
    workshop: str = ""
    expires: AwareDatetime | None = None

    @model_validator(mode="after")
    def check_workshop_named(self) -> InvitationSeed:
        """Raise ValueError for a facilitator of no workshop, and for a participant of one."""
        if (self.role == "facilitator") != bool(self.workshop):
            raise ValueError(
                "needs workshop, the id of the one that they lead"
                if self.role == "facilitator"
                else 'workshop is for facilitators; leave it out, or write role = "facilitator"'
            )
        return self


class ChatSeed(TomlSection):
    """A chat that gets reports, and how. Without a language it is that of the secretariat."""

    id: int
    language: ReportLanguage | None = None
    kinds: tuple[ReportKind, ...] = ()
    formats: tuple[ReportFormat, ...] = tuple(map(ReportFormat, DEFAULT_FORMATS))
    quiet: Annotated[str, AfterValidator(validate_quiet_hours)] = ""
    skip_unchanged: bool = False

    @model_validator(mode="before")
    @classmethod
    def accept_plain_number(cls, given: object) -> object:
        """A chat that wants what is usual is written as its number alone."""
        # Anything else goes on to the checks as it is, which tell what is wrong with it.
        return {"id": given} if isinstance(given, int) else given


class MemberSeed(TomlSection):
    """Somebody of the secretariat who may release what goes out, by their number in Telegram."""

    id: int = Field(ge=1)
    name: str = Field(min_length=1, max_length=64)


class ScheduleSeed(TomlSection):
    """Which report goes out when."""

    id: SeedId = Field(max_length=64)
    report: ReportKind = ReportKind.WEEKLY
    every: Annotated[str, AfterValidator(validate_cadence)]

    @model_validator(mode="after")
    def check_report_suits(self) -> ScheduleSeed:
        """Raise ValueError for a report that says nothing upon that event."""
        check_event_fits_report(self.report, self.every)
        return self
