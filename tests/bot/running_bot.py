"""A whole Suara on a real socket, people with phones, and a look into its database file."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.clock import Clock
from bot.config import Config, load_config, validate_config
from sandbox import PersonClient, Sandbox, ShownMessage
from survey.store.database import find_database_file
from tests.survey.empty_database import create_empty_database

ROOT = Path(__file__).parents[2]
TOKEN = "123456:sandbox-token-of-the-tests"
AGREE = {"id": "Ya, saya setuju", "en": "Yes, I agree"}
#: The sandbox takes as much as comes, unless a test switches its limits on; and people of tests do
#: not wait until they have read.
UNLIMITED = {
    "most_a_second": 0,
    "most_a_second_in_chat": 0,
    "most_a_minute_in_group": 0,
    "most_acts_a_second": 0,
}
#: The founder of the secretariat's group, who may release what goes out.
MEMBER = {"id": 1004, "name": "Dewi"}
INVITATIONS: list[dict[str, Any]] = [
    {"code": "AIR-7K3M", "sector": "government", "category": "air", "uses": 3},
    {"code": "ENERGI-2025", "sector": "private", "category": "energi", "uses": 1},
]


def build_test_config(folder: Path, url: str, chats: tuple[int, ...] = ()) -> Config:
    """The shipped configuration with a database, a server and a chat of the test's own."""
    raw = load_config(ROOT / "config.toml").model_dump(mode="json")
    raw["database"]["url"] = f"sqlite+aiosqlite:///{folder / 'suara.db'}"
    raw["telegram"] |= {"api_url": url} | UNLIMITED
    raw["questionnaires"]["folder"] = str(ROOT / "questionnaires")
    raw["secretariat"]["chats"] = list(chats)
    raw["backup"] |= {"folder": str(folder / "backup"), "every": ""}
    raw["monitoring"]["listen"] = ""
    raw["secretariat"]["members"] = [MEMBER]
    raw["invitations"] = INVITATIONS
    for wave in raw["waves"]:
        wave["opens"] = (datetime.now(UTC) - timedelta(days=2)).isoformat()
        wave["closes"] = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    return validate_config(raw)


def build_survey_config(folder: Path, url: str, markdown: str, **sections: Any) -> Config:
    """The same with one wave only, ``uji``: a questionnaire of the test's own.

    It lies in ``folder/kuesioner``; ``sections`` are settings of the test's own.
    """
    home = folder / "kuesioner"
    home.mkdir(exist_ok=True)
    (home / "uji.md").write_text(markdown, encoding="utf-8")
    raw = build_test_config(folder, url).model_dump(mode="json")
    wave = {"id": "uji", "questionnaire": str(home / "uji.md"), "audience": ["resident"]}
    return validate_config(raw | {"waves": [raw["waves"][0] | wave]} | sections)


def write_config_file(folder: Path, url: str, **changes: str) -> Path:
    """The same as a file for the command line; ``changes`` replace words of it."""
    source = (ROOT / "config.toml").read_text(encoding="utf-8")
    replaced = {
        "sqlite+aiosqlite:///var/suara.db": f"sqlite+aiosqlite:///{folder / 'suara.db'}",
        "https://api.telegram.org": url,
        '"questionnaires"': f'"{ROOT / "questionnaires"}"',
        '"var/backup"': f'"{folder / "backup"}"',
        "2026-11-01T00:00:00+07:00": "2025-01-01T00:00:00+07:00",
        "2027-03-01T00:00:00+07:00": "2099-01-01T00:00:00+07:00",
        '"127.0.0.1:9464"': '""',
        "most_a_second = 30": "most_a_second = 0",
        "most_a_second_in_chat = 1 ": "most_a_second_in_chat = 0 ",
        "most_acts_a_second = 5": "most_acts_a_second = 0",
    }
    for old, new in (replaced | changes).items():
        assert old in source, old
        source = source.replace(old, new)
    path = folder / "config.toml"
    path.write_text(source, encoding="utf-8")
    return path


@asynccontextmanager
async def run_bot(config: Config, clock: Clock | None = None) -> AsyncIterator[App]:
    """The bot at work, until the block ends. What ends the polling early ends the block."""
    if (file := find_database_file(config.database.url)) is not None:
        await create_empty_database(file)
    async with open_app(config, TOKEN, clock or Clock()) as app:
        stop = asyncio.Event()
        task = asyncio.create_task(app.receive_updates(stop))
        try:
            yield app
        finally:
            stop.set()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def run_bot_process(
    folder: Path, url: str, **changes: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """``suara run`` as an operator starts it, with a file of ``write_config_file``.

    What is left of it at the end of the block is killed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "-c", str(write_config_file(folder, url, **changes)),
        cwd=folder, env=os.environ | {"SUARA_TOKEN": TOKEN},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class DatabaseRecords:
    """What stands in the database file, read past the product."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(query, values).fetchall()

    async def execute(self, statement: str) -> None:
        """Change something by hand, as an operator does.

        In a thread: a bot that runs in this process commits on this loop, and one that is kept
        from it holds the database for as long as we wait for it.
        """
        await asyncio.to_thread(self._execute, statement)

    def _execute(self, statement: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(statement)
            connection.commit()

    def fetch_value(self, query: str, *values: Any) -> Any:
        return self.rows(query, *values)[0][0]

    def count(self, table: str) -> int:
        return int(self.fetch_value(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a table of ours

    def answers(self, person: int, wave: str = "persepsi") -> dict[str, str]:
        """Path (with its repeat, without the form's name) -> value; ticks sorted."""
        found: dict[str, list[str]] = {}
        for path, occurrence, value in self.rows(
            """SELECT question.path, answer.occurrence, coalesce(code.value, answer.value)
            FROM contact JOIN interview USING (respondent_id)
            JOIN answer ON answer.interview_id = interview.id
            JOIN question ON question.id = answer.question_id
            LEFT JOIN code ON code.id = answer.code_id
            WHERE contact.telegram_id = ? AND interview.wave_id = ?
            ORDER BY answer.number""",
            person,
            wave,
        ):
            name = path.rpartition("/")[2] + (f"[{occurrence}]" if occurrence else "")
            group = path.split("/")[2] if wave == "kerentanan" else ""
            found.setdefault(f"{group}/{name}" if group else name, []).append(value)
        return {name: " ".join(sorted(values)) for name, values in found.items()}

    def interview(self, person: int, wave: str = "persepsi") -> int:
        """The number of a person's interview, as callback data names it."""
        return int(
            self.fetch_value(
                "SELECT interview.id FROM interview JOIN contact USING (respondent_id) "
                "WHERE telegram_id = ? AND interview.wave_id = ?",
                person,
                wave,
            )
        )

    def read_all_tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table but the marks of updates and where cards stand."""
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        kept = [name for (name,) in tables if name not in ("cause", "contact")]
        contacts = self.rows("SELECT telegram_id, respondent_id, wave_id, blocked_at FROM contact")
        found = {name: self.rows(f"SELECT * FROM {name}") for name in kept}  # noqa: S608
        return found | {"contact": contacts}

    def read_file_bytes(self) -> bytes:
        """Every byte of the database and of its log."""
        files = self.path.parent.glob(self.path.name + "*")
        return b"".join(file.read_bytes() for file in sorted(files))


@dataclass
class RunningBot:
    """A running Suara and the people around it."""

    box: Sandbox
    app: App
    folder: Path

    @cached_property
    def records(self) -> DatabaseRecords:
        return DatabaseRecords(self.folder / "suara.db")

    async def add_person(self, number: int = 1001, language: str = "id") -> Phone:
        """Somebody with a phone."""
        person = await self.box.add_person(number, first_name="Ani", language_code=language)
        return Phone(person, self.app)

    async def add_resident(
        self, number: int = 1001, language: str = "id", wave: str = "persepsi"
    ) -> Phone:
        """Somebody who has just agreed to answer."""
        phone = await self.add_person(number, language)
        await phone.start(wave)
        await phone.tap(AGREE[language])
        return phone

    async def add_participant(self, number: int = 1002, code: str = "AIR-7K3M") -> Phone:
        """Somebody who came with an invitation and has just agreed."""
        phone = await self.add_person(number)
        await phone.start(f"u-{code}")
        await phone.tap(AGREE["id"])
        return phone


class Phone:
    """A person at their phone: acts, then sees what the bot made of it."""

    def __init__(self, person: PersonClient, app: App) -> None:
        self.person = person
        self.app = app

    @property
    def id(self) -> int:
        return self.person.id

    async def wait_for_card(self) -> ShownMessage:
        """The newest message, once the bot has kept everything and shown what follows."""
        await self.person.wait_until_idle()
        await self.app.outbox.wait_until_shown(self.id)
        await self.person.wait_until_idle()
        last = self.person.screen.last_message
        assert last is not None
        return last

    async def start(self, payload: str = "") -> ShownMessage:
        await self.person.start(payload)
        return await self.wait_for_card()

    async def tap(self, *labels: str) -> ShownMessage:
        for label in labels:
            await self.person.tap(await self.find_label(label))
            await self.wait_for_card()
        return await self.wait_for_card()

    async def find_label(self, label: str) -> str:
        """The label as it stands on the card; in a long list on whichever page it is."""
        for _ in range(5):
            there = self.cards[-1].labels if self.cards else []
            found = [one for one in there if one == label or one.startswith(f"{label} (")]
            if found or "▶" not in there or label[0] not in "☐☑":
                break
            await self.person.tap("▶")
            await self.wait_for_card()
        return found[0] if found else label

    async def say(self, text: str) -> ShownMessage:
        await self.person.say(text)
        return await self.wait_for_card()

    async def share_location(self, latitude: float, longitude: float) -> ShownMessage:
        await self.person.share_location(latitude, longitude)
        return await self.wait_for_card()

    async def send_callback_data(self, data: str, message_id: int = 0) -> ShownMessage:
        await self.person.send_callback_data(data, message_id or self.cards[-1].message_id)
        return await self.wait_for_card()

    @property
    def cards(self) -> list[ShownMessage]:
        """Messages of the bot that are there: one, if it keeps its promise."""
        return [shown for shown in self.person.screen.messages if shown.from_bot]

    @property
    def toasts(self) -> list[str]:
        return [toast["text"] for toast in self.person.screen.toasts]
