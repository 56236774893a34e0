"""The secretariat's chats, which reports they get how, and the schedules."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.people import Role
from survey.store.database import Store
from survey.store.schema import chat, delivery, schedule
from survey.store.waves import insert_if_missing
from survey.store.write_locks import WriteLock
from survey.store.writer import Statement

#: What a chat gets unless it is said otherwise; the message always comes.
DEFAULT_FORMATS = ("pdf", "xlsx")


@dataclass(frozen=True, slots=True)
class ReportChat:
    """A chat of the secretariat. ``kinds`` of reports that it gets by schedule; empty: all.

    ``quiet`` are its quiet hours as written, or empty; nothing that was due before ``since``;
    ``refusals`` is how often one after another it took nothing.
    """

    id: int
    language: str
    since: datetime
    kinds: tuple[str, ...] = ()
    formats: tuple[str, ...] = DEFAULT_FORMATS
    quiet: str = ""
    skip_unchanged: bool = False
    refusals: int = 0

    def wants_report(self, kind: str) -> bool:
        """Whether it gets that kind of report by schedule."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """A schedule as the store has it: ``every`` as written, nothing due at ``since`` or before."""

    id: str
    report: str
    every: str
    since: datetime
    active: bool = True


async def read_report_chats(connection: AsyncConnection) -> dict[int, ReportChat]:
    """Chats of the secretariat by their number."""
    query = select(chat).where(chat.c.role == Role.SECRETARIAT).order_by(chat.c.id)
    return {
        row.id: ReportChat(
            row.id,
            row.language,
            row.since,
            tuple(row.kinds),
            tuple(row.formats),
            row.quiet,
            row.skip_unchanged,
            row.refusals,
        )
        for row in await connection.execute(query)
    }


def build_chat_row(office: ReportChat) -> dict[str, Any]:
    """The row of a chat."""
    lists = {"kinds": list(office.kinds), "formats": list(office.formats)}
    return {"role": Role.SECRETARIAT, **asdict(office), **lists}


async def seed_report_chat(connection: AsyncConnection, new: ReportChat) -> list[Statement]:
    """Add a chat that is not there yet."""
    return await insert_if_missing(connection, chat, "id", build_chat_row(new))


async def store_report_chat(connection: AsyncConnection, changed: ReportChat) -> list[Statement]:
    """Keep what a chat wants; add it if it is not there."""
    if added := await seed_report_chat(connection, changed):
        return added
    return [update(chat).where(chat.c.id == changed.id).values(build_chat_row(changed))]


def delete_report_chat(chat_id: int) -> list[Statement]:
    """Take a chat out, with what was on its way to it."""
    waiting = delete(delivery).where(delivery.c.chat_id == chat_id, *match_unfinished())
    return [waiting, delete(chat).where(chat.c.id == chat_id)]


def match_unfinished() -> tuple[ColumnElement[bool], ...]:
    """Deliveries that are neither made nor skipped, as a condition."""
    return delivery.c.delivered_at.is_(None), delivery.c.skipped_at.is_(None)


async def count_chat_refusal(store: Store, chat_id: int) -> int:
    """A chat takes nothing; how often that was so one after another."""
    # Added up by the database, because two processes may be refused at the same time.
    more = update(chat).where(chat.c.id == chat_id).values(refusals=chat.c.refusals + 1)
    await store.keep([more])
    async with store.read() as connection:
        query = select(chat.c.refusals).where(chat.c.id == chat_id)
        return (await connection.execute(query)).scalar() or 0


async def clear_chat_refusals(store: Store, chat_id: int) -> None:
    """A chat takes messages, or might again."""
    there = chat.c.id == chat_id, chat.c.refusals > 0
    await store.keep([update(chat).where(*there).values(refusals=0)])


async def renumber_chat(store: Store, old: int, new: int) -> None:
    """A chat has another number now; its reports follow it, their notices stay behind.

    If the new number is one of the secretariat's already, what it got under either counts.
    """
    theirs = select(delivery).with_for_update()
    async with store.begin(WriteLock.DELIVERIES) as connection:
        under_old, under_new = [
            (await connection.execute(theirs.where(delivery.c.chat_id == number))).all()
            for number in (old, new)
        ]
        for row in under_old:
            twin = next((other for other in under_new if is_same_report(row, other)), None)
            if twin is not None and (row.delivered_at or row.skipped_at):
                times = {"delivered_at": row.delivered_at, "skipped_at": row.skipped_at}
                await connection.execute(
                    update(delivery)
                    .where(*match_delivery_row(twin), *match_unfinished())
                    .values(times)
                )
            # A message has another number in the new chat, where the old one may be somebody
            # else's; as a negative number it stays unique and names no message. Without its claim,
            # whoever is at the delivery learns that it is no longer theirs, and stops writing to
            # the old chat.
            follows = update(delivery).values(
                chat_id=new, notices={}, asked=-abs(row.asked), claimed_at=None, retry_at=None
            )
            change = delete(delivery) if twin is not None else follows
            await connection.execute(change.where(*match_delivery_row(row)))
        known = (await connection.execute(select(chat.c.id).where(chat.c.id == new))).first()
        renumbered = delete(chat) if known else update(chat).values(id=new)
        await connection.execute(renumbered.where(chat.c.id == old))


def is_same_report(one: Row[Any], other: Row[Any]) -> bool:
    """Whether two deliveries to different chats bring the same by schedule."""
    about = (one.report, one.scope, one.asked) == (other.report, other.scope, other.asked)
    return about and (
        one.period == other.period or (one.schedule, one.due_at) == (other.schedule, other.due_at)
    )


def match_delivery_row(row: Row[Any]) -> list[ColumnElement[bool]]:
    """The row itself, as a condition."""
    return [column == getattr(row, column.name) for column in delivery.primary_key]


# Schedules


async def read_schedules(connection: AsyncConnection) -> list[StoredSchedule]:
    """All of them, also those that were stopped."""
    rows = await connection.execute(select(schedule).order_by(schedule.c.id))
    return [StoredSchedule(row.id, row.report, row.every, row.since, row.active) for row in rows]


async def seed_schedule(connection: AsyncConnection, new: StoredSchedule) -> list[Statement]:
    """Add a schedule that is not there yet."""
    return await insert_if_missing(connection, schedule, "id", asdict(new))


def stop_schedule(schedule_id: str) -> list[Statement]:
    """Let nothing more come by a schedule, nor what it had begun; the next one covers that."""
    waiting = delete(delivery).where(delivery.c.schedule == schedule_id, *match_unfinished())
    return [waiting, update(schedule).where(schedule.c.id == schedule_id).values(active=False)]


async def store_schedule(connection: AsyncConnection, changed: StoredSchedule) -> list[Statement]:
    """Keep a schedule as it is now; add it if it is not there."""
    if added := await seed_schedule(connection, changed):
        return added
    return [update(schedule).where(schedule.c.id == changed.id).values(asdict(changed))]
