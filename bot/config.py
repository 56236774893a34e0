"""config.toml, read into typed models: every fault at once, each with its key and its remedy."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.safe_logs import remember_secret
from bot.seeds import (
    ChatSeed,
    InvitationSeed,
    Language,
    MemberSeed,
    ReportLanguage,
    ScheduleSeed,
    WaveSeed,
)
from bot.telegram.pace import SendingLimits
from reports.city_file import CATALOGUE_FOLDER, City, TimeZoneName, read_city
from reports.delivery.due_times import CalendarTimes
from reports.toml_files import InvalidInputError, TomlSection, read_toml, validate_input
from survey.catalogue import bind_city_catalogues, list_languages
from survey.people import list_announced_sources
from survey.services.retention import RetentionPeriods
from survey.store.database import is_supported_url
from survey.store.interviews import CACHE_MB
from survey.store.worker_connection import LONGEST_NAME

#: A web site's root; a path would need every link to know it.
SITE_PATTERN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?")
#: Where Telegram brings updates: a path tells it from the pages at the same host.
WEBHOOK_PATTERN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/[A-Za-z0-9._~/-]+")
#: Telegram's own server, which calls nobody without encryption.
PUBLIC_API_URL = "https://api.telegram.org"
#: What a server may listen at, and nobody can be sent to.
EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104 - it is refused
#: An HTTP proxy, with the name and the password that it may ask for.
PROXY_PATTERN = re.compile(r"https?://([^/@\s]+@)?[A-Za-z0-9.-]+(:\d{1,5})?/?")


def validate_database_url(url: str) -> str:
    """Raise ValueError for what is not an address of a database we can use."""
    if not is_supported_url(url):
        raise ValueError(
            "is no database we can use; write sqlite+aiosqlite:///var/suara.db, "
            "or postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE"
        )
    return url


def validate_reports_url(url: str) -> str:
    """Raise ValueError for what is neither empty nor an address of a database we can use."""
    return url and validate_database_url(url)


def validate_socket_address(address: str) -> str:
    """Raise ValueError for what is neither empty nor a host and a port."""
    # From the right, since an IPv6 address has colons of its own.
    host, _, port = address.rpartition(":")
    if address and not (host and port.isdecimal() and int(port) < 65536):
        raise ValueError("is no host and port; write one like 127.0.0.1:8090, or leave it empty")
    return address


def validate_monitoring_address(address: str) -> str:
    """Raise ValueError for what is neither empty, a host and a port, nor a socket's path."""
    return address if address.startswith("unix:/") else validate_socket_address(address)


def validate_site(url: str) -> str:
    """Raise ValueError for what is neither empty nor the root of a web site."""
    if url and not SITE_PATTERN.fullmatch(url):
        raise ValueError(
            "is no web site; write one like https://suara.example.org, without a path, "
            "or leave it empty"
        )
    return url.rstrip("/")


def validate_webhook_url(url: str) -> str:
    """Raise ValueError for what is neither empty nor an address that updates can be brought to."""
    if url and not WEBHOOK_PATTERN.fullmatch(url):
        raise ValueError(
            "is no address for Telegram; write one like https://suara.example.org/telegram, "
            "or leave it empty"
        )
    return url


def validate_proxy(url: str) -> str:
    """Raise ValueError for what is neither empty nor the address of an HTTP proxy."""
    if url and not PROXY_PATTERN.fullmatch(url):
        raise ValueError(
            "is no HTTP proxy; write one like http://proxy.example.org:3128, or leave it empty"
        )
    return url


def validate_backup_times(every: str) -> str:
    """Raise ValueError for what is neither empty nor hours of the calendar."""
    if every:
        CalendarTimes.parse(every)
    return every


def convert_empty_to_none(path: object) -> object:
    """An empty text is none, since TOML has no word for nothing."""
    return path or None


OptionalPath = Annotated[Path | None, BeforeValidator(convert_empty_to_none)]


class SuaraSettings(TomlSection):
    """Who asks, where, in which languages."""

    city: str = Field(min_length=1)
    secretariat: str = Field(min_length=1)
    languages: tuple[Language, ...] = Field(default_factory=list_languages, min_length=1)
    timezone: TimeZoneName

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)


class DatabaseSettings(TomlSection):
    """Where answers are kept, and where reports read them if that is another place."""

    url: Annotated[str, AfterValidator(validate_database_url)] = "sqlite+aiosqlite:///var/suara.db"
    cache_mb: int = Field(default=CACHE_MB, ge=1)
    reports_url: Annotated[str, AfterValidator(validate_reports_url)] = ""
    connections: int = Field(default=16, ge=2, le=200)

    @property
    def url_to_read(self) -> str:
        """Where reports and exports read."""
        return self.reports_url or self.url


class TelegramSettings(TomlSection):
    """How the bot reaches Telegram."""

    token_file: Path = Path("var/token")
    api_url: str = Field(default=PUBLIC_API_URL, pattern=r"^https?://[^/]+$")
    proxy: Annotated[str, AfterValidator(validate_proxy)] = ""
    most_at_once: int = Field(default=64, ge=1, le=1000)
    # What Telegram takes (core.telegram.org/bots/faq, "My bot is hitting limits"): 30 messages a
    # second "or so", 1 a second in one chat, 20 a minute in one group. 0 takes a limit away, for a
    # Bot API server that has none.
    most_a_second: int = Field(default=30, ge=0, le=1000)
    most_a_second_in_chat: int = Field(default=1, ge=0, le=100)
    most_a_minute_in_group: int = Field(default=20, ge=0, le=1000)
    most_acts_a_second: int = Field(default=5, ge=0, le=1000)

    @property
    def sending_limits(self) -> SendingLimits:
        """How fast we write."""
        return SendingLimits(
            self.most_a_second, self.most_a_second_in_chat, self.most_a_minute_in_group
        )


class QuestionnaireSettings(TomlSection):
    """Where questionnaires lie, and what goes with them; what is empty the city has not."""

    folder: Path = Path("questionnaires")
    city: str = Field(default="city.toml", min_length=1)
    boundaries: str = ""
    candidates: str = ""
    themes: str = ""

    @property
    def city_file(self) -> Path:
        """The path of the city file."""
        return self.folder / self.city


class SecretariatSettings(TomlSection):
    """Who gets reports."""

    chats: tuple[Annotated[ChatSeed, "or its number"], ...] = ()
    members: tuple[Annotated[MemberSeed, "number and name"], ...] = ()
    language: ReportLanguage | None = None


LinkWord = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class ReportSettings(TomlSection):
    """How careful reports are, the CSV of margins that answers are weighted to, and the maps.

    ``links`` are the words in links by which reports tell how people came.
    """

    minimum_cell: int = Field(default=5, ge=1)
    release_weeks: int = Field(default=1, ge=1)
    breakdown_weeks: int = Field(default=4, ge=1)
    links: tuple[LinkWord, ...] = ()
    population: OptionalPath = None
    districts: str = ""


class FileSettings(TomlSection):
    """Where files that answer questions go, and how large they may be."""

    folder: OptionalPath = None
    # The Bot API hands out no larger files than 20 MB (core.telegram.org/bots/api, getFile), so a
    # higher limit would accept answers that can never be fetched.
    largest_mb: int = Field(default=20, ge=1, le=20)


class ListeningSection(TomlSection):
    """What is served at an address of this machine; an empty ``listen`` means that nothing is."""

    listen: Annotated[str, AfterValidator(validate_socket_address)] = ""

    @property
    def host(self) -> str:
        """Where to listen."""
        return self.listen.rpartition(":")[0]

    @property
    def port(self) -> int:
        """At which port; 0 takes any that is free."""
        return int(self.listen.rpartition(":")[2])


class WebSettings(ListeningSection):
    """The projector and the voting page. An empty ``listen`` means that neither is served."""

    public_url: Annotated[str, AfterValidator(validate_site)] = ""
    security_contact: Annotated[str, Field(pattern=r"^((mailto:|https://|tel:)\S+)?$")] = ""

    @model_validator(mode="after")
    def check_listen_given(self) -> WebSettings:
        """Raise ValueError for an address that nothing answers at."""
        if self.public_url and not self.listen:
            raise ValueError('public_url needs listen, such as "127.0.0.1:8090"')
        return self


class MonitoringSettings(TomlSection):
    """Where a monitor asks whether all is well. An empty ``listen`` means nowhere."""

    listen: Annotated[str, AfterValidator(validate_monitoring_address)] = "127.0.0.1:9464"


class WebhookSection(ListeningSection):
    """Where Telegram brings updates. An empty ``url`` means that they are fetched by polling."""

    url: Annotated[str, AfterValidator(validate_webhook_url)] = ""
    # 40 and 100 are Telegram's own default and maximum (core.telegram.org/bots/api, setWebhook).
    max_connections: int = Field(default=40, ge=1, le=100)
    remove_at_stop: bool = False

    @model_validator(mode="after")
    def check_listen_for_url(self) -> WebhookSection:
        """Raise ValueError for an address that nothing answers at."""
        if self.url and not self.listen:
            raise ValueError('url needs listen, such as "127.0.0.1:8091"')
        return self


class RetentionSettings(TomlSection):
    """How long what is kept."""

    contacts_days: int = Field(default=90, ge=0)
    answers_months: int = Field(default=24, ge=1)

    @property
    def periods(self) -> RetentionPeriods:
        """The same for whoever deletes."""
        return RetentionPeriods(timedelta(days=self.contacts_days), self.answers_months)


class BackupSettings(TomlSection):
    """Where backups go, when they are made, and how many are kept. Empty ``every``: none are."""

    folder: Path = Path("var/backup")
    every: Annotated[str, AfterValidator(validate_backup_times)] = "daily 02:30"
    copies: int = Field(default=14, ge=1)

    @property
    def times(self) -> CalendarTimes | None:
        """When backups are due; None if they are not made."""
        return CalendarTimes.parse(self.every) if self.every else None


class Config(TomlSection):
    """The whole file."""

    suara: SuaraSettings
    database: DatabaseSettings = DatabaseSettings()
    telegram: TelegramSettings = TelegramSettings()
    questionnaires: QuestionnaireSettings = QuestionnaireSettings()
    waves: tuple[WaveSeed, ...] = Field(min_length=1)
    invitations: tuple[InvitationSeed, ...] = ()
    secretariat: SecretariatSettings = SecretariatSettings()
    schedules: tuple[ScheduleSeed, ...] = ()
    reports: ReportSettings = ReportSettings()
    files: FileSettings = FileSettings()
    web: WebSettings = WebSettings()
    webhook: WebhookSection = WebhookSection()
    monitoring: MonitoringSettings = MonitoringSettings()
    retention: RetentionSettings = RetentionSettings()
    backup: BackupSettings = BackupSettings()

    @property
    def announced_sources(self) -> frozenset[str]:
        """The ways in which people may come that are kept as they are."""
        return list_announced_sources((wave.id for wave in self.waves), self.reports.links)

    @property
    def report_language(self) -> str:
        """The language of a report whose chat names none."""
        return self.secretariat.language or self.suara.languages[0]

    @model_validator(mode="after")
    def check_worker_address(self) -> Config:
        """Raise ValueError for an address at which no other worker can find this one."""
        hook = self.webhook
        if not hook.url or self.database.url.startswith("sqlite"):
            return self
        if hook.host.strip("[]") in EVERY_ADDRESS or len(hook.listen) > LONGEST_NAME:
            raise ValueError(
                "webhook.listen: with PostgreSQL it is also where other workers reach this one; "
                "name this machine's own address, of at most 63 characters"
            )
        return self

    @model_validator(mode="after")
    def check_webhook_encrypted(self) -> Config:
        """Raise ValueError for an address that Telegram would call without encryption."""
        if self.webhook.url.startswith("http://") and self.telegram.api_url == PUBLIC_API_URL:
            raise ValueError("webhook.url: Telegram brings updates over https only; write https://")
        return self

    @model_validator(mode="after")
    def check_seeds_unique(self) -> Config:
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


def load_config(path: Path, listen: Mapping[str, str] | None = None) -> Config:
    """Read a configuration file. Raises InvalidInputError.

    ``listen`` are addresses by section, for this process alone; an empty one changes nothing, and
    ``none`` serves nothing there.
    """
    try:
        raw = read_toml(path, "Name the file with --config.")
    except InvalidInputError as fault:
        raise fault.prefix_file(path) from None
    for section, address in (listen or {}).items():
        found = raw.get(section, {})
        if address and isinstance(found, dict):
            raw[section] = found | {"listen": "" if address == "none" else address}
    return validate_config(raw)


def validate_config(raw: dict[str, Any]) -> Config:
    """A configuration from what was read, and from the city file what it does not say.

    From here on texts come from the city's catalogues too. Raises InvalidInputError with every
    fault.
    """
    given = raw.get("questionnaires")
    named = given if isinstance(given, dict) else {}
    # What is no text is a fault of the settings, which they tell themselves below.
    settings = QuestionnaireSettings.model_validate(
        {
            key: text
            for key in ("folder", "city")
            if isinstance(text := named.get(key), str) and text
        }
    )
    city = read_city(settings.city_file)
    # Before the settings are checked, since which languages may be named there depends on which
    # catalogues there are.
    bind_city_catalogues(settings.city_file.parent / CATALOGUE_FOLDER)
    return validate_input(Config, fill_from_city(raw, city))


def fill_from_city(raw: dict[str, Any], city: City) -> dict[str, Any]:
    """What was read, with the city's time zone and files where it names none."""
    files = city.files
    defaults: dict[str, dict[str, str]] = {
        "suara": {"timezone": city.timezone},
        "questionnaires": {
            "boundaries": files.boundaries,
            "candidates": files.candidates,
            "themes": files.themes,
        },
        "reports": {"districts": files.districts},
    }
    filled = dict(raw)
    for section, values in defaults.items():
        found = raw.get(section, {})
        filled[section] = values | found if isinstance(found, dict) else found
    return filled


def read_token(config: TelegramSettings) -> str:
    """The bot's token from the environment or its file. Raises InvalidInputError.

    It is taken out of the environment, so that no process that we start inherits it, and nothing
    prints it from then on.
    """
    found = os.environ.pop("SUARA_TOKEN", "").strip()
    if not found:
        try:
            check_token_file(config.token_file)
            found = config.token_file.read_text(encoding="utf-8").strip()
        except OSError:
            fault = (
                f"telegram.token_file: there is no token in SUARA_TOKEN and no file "
                f"{config.token_file}. Ask @BotFather for one and put it there."
            )
            raise InvalidInputError([fault]) from None
    number, _, secret = found.partition(":")
    if not (number.isdigit() and len(secret) >= 20):
        fault = (
            "SUARA_TOKEN or telegram.token_file: that is no token. "
            "@BotFather writes them like 123456:AbC-…; copy it whole."
        )
        raise InvalidInputError([fault])
    remember_secret(secret)
    return found


def check_token_file(path: Path) -> None:
    """Raise InvalidInputError for a file that others may read or change, OSError for none."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        fault = (
            f"telegram.token_file: others may read or change {path} (mode {mode:04o}), and whoever "
            f"has the token is the bot. Run chmod 600 {path}, and let @BotFather give you a new "
            "token (/revoke) if somebody may have read it."
        )
        raise InvalidInputError([fault])
