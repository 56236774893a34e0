"""The seeds in config.toml: waves, invitations, chats, schedules."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from reports.delivery.due_times import when
from reports.delivery.quiet_hours import Quiet
from reports.delivery.scheduler import fits
from reports.request import Kind
from reports.toml_files import Section
from survey.people import CODE

ReportLanguage = Literal["id", "en", "id+en"]
Format = Literal["pdf", "xlsx", "png"]
#: How sectors are called here and in the questionnaires' lists.
SECTORS = {
    "government": "pemerintah",
    "private": "swasta",
    "academia": "akademisi",
    "community": "masyarakat",
    "partner": "mitra",
}
#: How waves, schedules and workshops may be called.
ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def identifier(text: str) -> str:
    """Raise ValueError for what cannot name a wave, a schedule or a workshop."""
    if not ID.fullmatch(text):
        raise ValueError("is no id; write small letters, digits and hyphens, like persepsi-2")
    return text


Id = Annotated[str, AfterValidator(identifier)]


def invitation_code(code: str) -> str:
    """Raise ValueError for a code that could not be typed."""
    if not CODE.fullmatch(code):
        raise ValueError("is no code; write capital letters and digits in groups, like AIR-2017")
    return code


def cadence(every: str) -> str:
    """Raise ValueError for a schedule that cannot be read."""
    when(every)
    return every


def quiet_hours(quiet: str) -> str:
    """Raise ValueError for what is neither empty nor quiet hours."""
    if quiet:
        Quiet.parse(quiet)
    return quiet


class WaveSeed(Section):
    """One fielding of a questionnaire."""

    id: Id = Field(max_length=32)
    questionnaire: str = Field(min_length=1)
    audience: tuple[Literal["resident", "participant", "facilitator"], ...] = Field(min_length=1)
    opens: AwareDatetime
    closes: AwareDatetime

    @model_validator(mode="after")
    def in_order(self) -> WaveSeed:
        """Raise ValueError for a wave that closes before it opens."""
        if self.closes <= self.opens:
            raise ValueError("closes before it opens; put opens first")
        return self


class InvitationSeed(Section):
    """A code, and whom it stands for."""

    code: Annotated[str, AfterValidator(invitation_code)]
    role: Literal["participant", "facilitator"] = "participant"
    sector: Literal["government", "private", "academia", "community", "partner"]
    category: str = Field(min_length=1)
    uses: int = Field(ge=1)


class ChatSeed(Section):
    """A chat that gets reports, and how. Without a language it is that of the secretariat."""

    id: int
    language: ReportLanguage | None = None
    kinds: tuple[Kind, ...] = ()
    formats: tuple[Format, ...] = ("pdf", "xlsx")
    quiet: Annotated[str, AfterValidator(quiet_hours)] = ""
    skip_unchanged: bool = False

    @model_validator(mode="before")
    @classmethod
    def plain_number(cls, given: object) -> object:
        """A chat that wants what is usual is written as its number alone."""
        return {"id": given} if isinstance(given, int) else given


class ScheduleSeed(Section):
    """Which report goes out when."""

    id: Id = Field(max_length=64)
    report: Kind = Kind.WEEKLY
    every: Annotated[str, AfterValidator(cadence)]

    @model_validator(mode="after")
    def suits(self) -> ScheduleSeed:
        """Raise ValueError for a report that says nothing upon that event."""
        fits(self.report, self.every)
        return self
