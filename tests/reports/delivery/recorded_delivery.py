"""A courier that writes down what arrives, a maker that says what was ordered, and their store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update

from reports.delivery.report_delivery import (
    ChatMovedError,
    ChatRefusedError,
    NoticeGoneError,
    UnreachableError,
)
from reports.delivery.scheduler import ReportScheduler, name_period
from reports.request import Report, ReportFile, ReportRequest
from survey.store import report_chats
from survey.store.database import Store
from survey.store.report_chats import ReportChat, StoredSchedule
from survey.store.schema import questionnaire, refusal, wave
from survey.store.workshop_schema import move, workshop
from survey.workshop.moves import MoveKind
from tests.survey.form_helpers import CITY_FILE

JAKARTA = ZoneInfo("Asia/Jakarta")
CHAT_ID = -4001
SINCE = datetime(2026, 11, 16, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 7, tzinfo=JAKARTA)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MINUTE = timedelta(minutes=1)
THIS_WEEK = name_period(MONDAY - WEEK, MONDAY)
#: What stands in the chat when a report of a Monday has arrived whole.
WHOLE_REPORT = ["23.pdf", "23.xlsx", "message 23"]


@dataclass
class RecordedChat:
    """What stands in a chat: message id -> what was put there last."""

    messages: dict[int, str] = field(default_factory=dict)

    def list_contents(self) -> list[str]:
        return sorted(text for text in self.messages.values() if not text.startswith("notice"))

    def list_notices(self) -> list[str]:
        return [text for text in self.messages.values() if text.startswith("notice")]


@dataclass
class RecordingChannel:
    """A courier that writes down what arrives, and breaks where it is told to."""

    chats: dict[int, RecordedChat] = field(default_factory=dict)
    #: Whether the n-th call breaks, and whether it does so after it worked.
    fails_at_call: Callable[[int], bool] = lambda _: False
    fails_after_effect: bool = False
    calls: int = 0
    moved: dict[int, int] = field(default_factory=dict)
    refusing: set[int] = field(default_factory=set)
    is_away: bool = False
    numbers: Any = field(default_factory=lambda: count(1))

    def chat(self, chat_id: int) -> RecordedChat:
        return self.chats.setdefault(chat_id, RecordedChat())

    async def send_notice(self, chat_id: int, part: str, language: str, reply_to: int) -> int:
        number = next(self.numbers)
        await self._put(chat_id, number, f"notice of {part} in {language}", new=True)
        return number

    async def put_message(self, chat_id: int, message_id: int, html: str) -> None:
        await self._put(chat_id, message_id, html)

    async def put_file(
        self, chat_id: int, message_id: int, file: ReportFile, language: str
    ) -> None:
        await self._put(chat_id, message_id, file.name)

    async def put_absence(self, chat_id: int, message_id: int, part: str, language: str) -> None:
        await self._put(chat_id, message_id, f"no {part}")

    async def put_failure(
        self, chat_id: int, message_id: int, start: datetime, end: datetime, language: str
    ) -> None:
        await self._put(chat_id, message_id, f"failed {end:%d}")

    async def _put(self, chat_id: int, message_id: int, text: str, new: bool = False) -> None:
        self.calls += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise UnreachableError("no way to Telegram")
        if chat_id in self.moved:
            raise ChatMovedError(self.moved[chat_id])
        if chat_id in self.refusing:
            raise ChatRefusedError("bot was kicked", "let it in again")
        if not new and message_id not in self.chat(chat_id).messages:
            raise NoticeGoneError("message to edit not found")
        if self.fails_at_call(self.calls) and not self.fails_after_effect:
            raise UnreachableError("the line was cut")
        self.chat(chat_id).messages[message_id] = text
        if self.fails_at_call(self.calls):
            raise UnreachableError("the line was cut after it")


@dataclass
class RecordingMaker:
    """Makes a report that says what was ordered; fails while ``fails`` says so."""

    orders: list[ReportRequest] = field(default_factory=list)
    fails_for: Callable[[ReportRequest], bool] = lambda _: False

    async def __call__(self, order: ReportRequest) -> Report:
        self.orders.append(order)
        if self.fails_for(order):
            raise RuntimeError("a fault of ours")
        name = f"{order.end:%d}"
        files = tuple(ReportFile(f"{name}.{kind}", b"x", kind) for kind in order.formats)
        return Report(f"message {name}{' late' if order.late else ''}", files)

    def list_periods(self) -> list[tuple[datetime, datetime]]:
        """The periods ordered, each once, in the order of their first order."""
        return list(dict.fromkeys((order.start, order.end) for order in self.orders))


def build_report_chat(**settings: Any) -> ReportChat:
    """The secretariat's chat, with settings of the test's own."""
    return replace(ReportChat(CHAT_ID, "en", SINCE), **settings)


def build_schedule(
    every: str = "weekly, monday 07:00", report: str = "weekly", name: str = "w"
) -> StoredSchedule:
    return StoredSchedule(name, report, every, SINCE)


async def store_settings(store: Store, *rows: ReportChat | StoredSchedule) -> None:
    """Set chats and schedules up, or anew."""
    async with store.read() as connection:
        for row in rows:
            if isinstance(row, ReportChat):
                await store.keep(await report_chats.store_report_chat(connection, row))
            else:
                await store.keep(await report_chats.store_schedule(connection, row))


def start_schedule(
    store: Store,
    courier: RecordingChannel,
    maker: RecordingMaker | None = None,
    zone: ZoneInfo = JAKARTA,
) -> ReportScheduler:
    settings = ReportRequest(
        kind="", start=SINCE, end=SINCE, language="id", made_at=SINCE, late=False,
        timezone=str(zone), database_url=store.url, city="Jakarta", secretariat="S",
        minimum_cell=5, city_file=str(CITY_FILE),
    )  # fmt: skip
    return ReportScheduler(store, zone, settings, maker or RecordingMaker(), courier)


# What happens in a city


async def record_refusal(store: Store, at: datetime) -> None:
    """Somebody did something: here they declined."""
    await store.keep([insert(refusal).values(wave_id="persepsi", language="id", at=at)])


async def field_wave(
    store: Store, opens: datetime, closes: datetime, name: str = "persepsi"
) -> None:
    """A wave, from when to when."""
    about = {"id": name, "version": "1", "xform": "", "added_at": opens}
    await store.keep([insert(questionnaire).values(digest=name, **about)])
    times = {"opens_at": opens, "closes_at": closes}
    await store.keep(
        [insert(wave).values(id=name, digest=name, audience=[], languages=["id"], **times)]
    )


async def change_closing(store: Store, at: datetime, name: str = "persepsi") -> None:
    """An operator changes when a wave closes."""
    await store.keep([update(wave).where(wave.c.id == name).values(closes_at=at)])


async def hold_workshop(store: Store, begins: datetime, name: str = "banjir") -> None:
    """A workshop that has begun with its first ballot."""
    about = {"name": {"id": name}, "code": name, "rule": {}, "rounds": 2, "register": {}}
    times = {"held_at": begins, "created_at": begins}
    more = {"programme": [], "before": None, "screen": name}
    await store.keep([insert(workshop).values(id=name, **about, **times, **more)])
    await record_move(store, MoveKind.OPENED, begins, 1, name)


async def record_move(
    store: Store, kind: MoveKind, at: datetime, number: int, name: str = "banjir"
) -> None:
    """A facilitator's step."""
    row = {"workshop_id": name, "number": number, "kind": kind, "at": at}
    more = {"ballots": [], "value": "", "source": 1, "key": number, "respondent_id": None}
    await store.keep([insert(move).values(row | more)])
