"""config.toml, read into typed models: every fault at once, each with its key and its remedy."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from reports.order import Kind
from reports.sending.hours import when
from reports.sending.quiet import Quiet
from reports.sending.schedule import fits
from survey.people import CODE
from survey.store.database import is_ours

Language = Literal["id", "en"]
ReportLanguage = Literal["id", "en", "id+en"]
Format = Literal["pdf", "xlsx", "png"]
Read = TypeVar("Read", bound=BaseModel)
#: How sectors are called here and in the questionnaires' lists.
SECTORS = {
    "government": "pemerintah",
    "private": "swasta",
    "academia": "akademisi",
    "community": "masyarakat",
    "partner": "mitra",
}

#: A web site's root; a path would need every link to know it.
SITE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?")


class ConfigError(Exception):
    """The configuration cannot be used; ``faults`` say where and how to mend it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def known_zone(name: str) -> str:
    """Raise ValueError for a time zone that does not exist."""
    if name not in available_timezones():
        raise ValueError("is no time zone; write one like Asia/Jakarta")
    return name


def database_url(url: str) -> str:
    """Raise ValueError for what is not an address of a database we can use."""
    if not is_ours(url):
        raise ValueError("is no database we can use; write sqlite+aiosqlite:///var/suara.db")
    return url


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


def socket_address(address: str) -> str:
    """Raise ValueError for what is neither empty nor a host and a port."""
    host, _, port = address.rpartition(":")
    if address and not (host and port.isdecimal() and int(port) < 65536):
        raise ValueError("is no host and port; write one like 127.0.0.1:8090, or leave it empty")
    return address


def site(url: str) -> str:
    """Raise ValueError for what is neither empty nor the root of a web site."""
    if url and not SITE.fullmatch(url):
        raise ValueError(
            "is no web site; write one like https://suara.example.org, without a path, "
            "or leave it empty"
        )
    return url.rstrip("/")


class Section(BaseModel):
    """A table of the file; a key it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Suara(Section):
    """Who asks, where, in which languages."""

    city: str = Field(min_length=1)
    secretariat: str = Field(min_length=1)
    languages: tuple[Language, ...] = Field(default=("id", "en"), min_length=1)
    timezone: Annotated[str, AfterValidator(known_zone)] = "Asia/Jakarta"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)


class Database(Section):
    """Where answers are kept."""

    url: Annotated[str, AfterValidator(database_url)] = "sqlite+aiosqlite:///var/suara.db"


class Telegram(Section):
    """How the bot reaches Telegram."""

    token_file: Path = Path("var/token")
    api_url: str = Field(default="https://api.telegram.org", pattern=r"^https?://[^/]+$")
    most_at_once: int = Field(default=64, ge=1, le=1000)
    most_a_second: int = Field(default=28, ge=1, le=1000)


class Questionnaires(Section):
    """Where questionnaires lie, and what goes with them: boundaries, candidates, themes."""

    folder: Path = Path("questionnaires")
    boundaries: str = "kelurahan.geojson"
    candidates: str = "temuan.toml"
    themes: str = "tema.csv"


class WaveSeed(Section):
    """One fielding of a questionnaire."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
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


class Secretariat(Section):
    """Who gets reports."""

    chats: tuple[Annotated[ChatSeed, "or its number"], ...] = ()
    language: ReportLanguage = "id"


class ScheduleSeed(Section):
    """Which report goes out when."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    report: Kind = Kind.WEEKLY
    every: Annotated[str, AfterValidator(cadence)]

    @model_validator(mode="after")
    def suits(self) -> ScheduleSeed:
        """Raise ValueError for a report that says nothing upon that event."""
        fits(self.report, self.every)
        return self


class Reports(Section):
    """How careful reports are, the CSV of margins that answers are weighted to, and the maps."""

    minimum_cell: int = Field(default=5, ge=1)
    population: Path | None = None
    districts: str = "kecamatan.geojson"

    @field_validator("population", mode="before")
    @classmethod
    def empty_is_none(cls, population: object) -> object:
        """An empty text, since TOML has no word for nothing."""
        return population or None


class Files(Section):
    """Where files that answer questions go, and how large they may be."""

    folder: Path | None = None
    largest_mb: int = Field(default=20, ge=1, le=20)

    @field_validator("folder", mode="before")
    @classmethod
    def empty_is_none(cls, folder: object) -> object:
        """An empty text, since TOML has no word for nothing."""
        return folder or None


class Web(Section):
    """The projector and the voting page. An empty ``listen`` means that neither is served."""

    listen: Annotated[str, AfterValidator(socket_address)] = ""
    public_url: Annotated[str, AfterValidator(site)] = ""

    @model_validator(mode="after")
    def served(self) -> Web:
        """Raise ValueError for an address that nothing answers at."""
        if self.public_url and not self.listen:
            raise ValueError('public_url needs listen, such as "127.0.0.1:8090"')
        return self

    @property
    def host(self) -> str:
        """Where to listen."""
        return self.listen.rpartition(":")[0]

    @property
    def port(self) -> int:
        """At which port; 0 takes any that is free."""
        return int(self.listen.rpartition(":")[2])


class Retention(Section):
    """How long what is kept."""

    contacts_days: int = Field(default=90, ge=0)
    answers_months: int = Field(default=24, ge=1)


class Config(Section):
    """The whole file."""

    suara: Suara
    database: Database = Database()
    telegram: Telegram = Telegram()
    questionnaires: Questionnaires = Questionnaires()
    waves: tuple[WaveSeed, ...] = Field(min_length=1)
    invitations: tuple[InvitationSeed, ...] = ()
    secretariat: Secretariat = Secretariat()
    schedules: tuple[ScheduleSeed, ...] = ()
    reports: Reports = Reports()
    files: Files = Files()
    web: Web = Web()
    retention: Retention = Retention()

    @model_validator(mode="after")
    def no_doubles(self) -> Config:
        """Raise ValueError where two seeds have one name."""
        named: tuple[tuple[str, list[str]], ...] = (
            ("waves", [wave.id for wave in self.waves]),
            ("invitations", [invitation.code for invitation in self.invitations]),
            ("schedules", [schedule.id for schedule in self.schedules]),
            ("secretariat.chats", [str(chat.id) for chat in self.secretariat.chats]),
        )
        for table, names in named:
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(
                    f"{table}: {', '.join(sorted(twice))} stands there twice; keep one"
                )
        return self


def load(path: Path) -> Config:
    """Read a configuration file. Raises ConfigError."""
    return validated(contents(path, "Name the file with --config."))


def validated(raw: dict[str, Any]) -> Config:
    """A configuration from what was read. Raises ConfigError with every fault."""
    return checked(Config, raw)


def contents(path: Path, remedy: str) -> dict[str, Any]:
    """What stands in a TOML file; ``remedy`` is for one that cannot be opened.

    Raises ConfigError.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ConfigError([f"{path}: {fault.strerror}. {remedy}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigError([f"{path}: {fault}. Mend that line."]) from None


def checked(model: type[Read], raw: dict[str, Any]) -> Read:
    """What was read, as ``model``. Raises ConfigError with every fault."""
    try:
        return model.model_validate(raw)
    except ValidationError as found:
        faults = [dict(fault) for fault in found.errors()]
        raise ConfigError([explained(f) for f in faults if not follows(f, faults)]) from None


def follows(fault: dict[str, Any], faults: list[dict[str, Any]]) -> bool:
    """Whether a list seems too short only because its entries are faulty."""
    place = fault["loc"]
    inside = (f["loc"][: len(place)] == place for f in faults if f is not fault)
    return fault["type"] == "too_short" and any(inside)


def explained(fault: dict[str, Any]) -> str:
    """One fault as ``key.path: what is wrong. How to mend it.``"""
    path = key_path(fault["loc"])
    given = shown(fault.get("input"))
    match fault["type"]:
        case "extra_forbidden":
            return f"{path}: no such setting. Remove it or mend its spelling."
        case "missing":
            return f"{path}: is missing. Add it."
        case "value_error":
            message = str(fault["ctx"]["error"])
            whole = isinstance(fault["input"], dict)
            return f"{path}: {message}." if whole else f"{path}: {given} {message}."
        case "timezone_aware":
            return f"{path}: {given} has no time zone. Write it like 2026-11-01T00:00:00+07:00."
        case _:
            return f"{path}: {given} will not do: {fault['msg'][:1].lower()}{fault['msg'][1:]}."


def shown(given: object) -> str:
    """What stands in the file, as TOML writes it and not too long."""
    return (repr(given) if isinstance(given, str) else str(given))[:60]


def key_path(places: Iterable[str | int]) -> str:
    """``waves[0].opens``; list positions count from 0 as in TOML."""
    path = ""
    for place in places:
        path += f"[{place}]" if isinstance(place, int) else f".{place}"
    return path.lstrip(".") or "config.toml"


def token(config: Telegram) -> str:
    """The bot's token from the environment or its file. Raises ConfigError."""
    found = os.environ.get("SUARA_TOKEN", "").strip()
    if not found:
        try:
            found = config.token_file.read_text(encoding="utf-8").strip()
        except OSError:
            fault = (
                f"telegram.token_file: there is no token in SUARA_TOKEN and no file "
                f"{config.token_file}. Ask @BotFather for one and put it there."
            )
            raise ConfigError([fault]) from None
    number, _, secret = found.partition(":")
    if not (number.isdigit() and len(secret) >= 20):
        fault = (
            "SUARA_TOKEN or telegram.token_file: that is no token. "
            "@BotFather writes them like 123456:AbC-…; copy it whole."
        )
        raise ConfigError([fault])
    return found
