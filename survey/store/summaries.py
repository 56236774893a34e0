"""What is told of a wave to those who wish, and what the secretariat decided on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.database import Store
from survey.store.schema import EPOCH, MICROSECOND, preview, summary, wave
from survey.store.writer import Statement


@dataclass(frozen=True, slots=True)
class Summary:
    """Telegram's HTML in one language; ``picture`` is a PNG, empty if there is none."""

    language: str
    text: str
    picture: bytes


@dataclass(frozen=True, slots=True)
class SummaryDecision:
    """The summaries of a wave made at one time; ``released`` is None while nobody has decided."""

    wave_id: str
    made_at: datetime
    released: bool | None

    @property
    def version(self) -> str:
        """A short word that is another one for summaries made at another time."""
        # It stands in callback data, of which Telegram takes 64 bytes at the most.
        return f"{(self.made_at - EPOCH) // MICROSECOND:x}"


@dataclass(frozen=True, slots=True)
class Preview:
    """The message in a chat that asks, and since when."""

    message_id: int
    asked_at: datetime


async def find_decision(connection: AsyncConnection, wave_id: str) -> SummaryDecision | None:
    """What was decided on a closed wave's summaries.

    None if there are none; those made before a wave was opened once more do not count.
    """
    query = select(summary.c.made_at, summary.c.released).where(*match_newest_summaries(wave_id))
    row = (await connection.execute(query)).first()
    return SummaryDecision(wave_id, row.made_at, row.released) if row else None


async def find_summary_version(connection: AsyncConnection, version: str) -> SummaryDecision | None:
    """The summaries of that version; None if others have taken their place."""
    query = select(summary.c.wave_id, summary.c.made_at, summary.c.released).distinct()
    found = (SummaryDecision(*row) for row in await connection.execute(query))
    return next((one for one in found if one.version == version), None)


async def read_summaries(connection: AsyncConnection, wave_id: str) -> dict[str, Summary]:
    """Language -> summary."""
    rows = await connection.execute(select(summary).where(summary.c.wave_id == wave_id))
    return {row.language: Summary(row.language, row.text, row.picture) for row in rows}


def replace_summaries(wave_id: str, made: Iterable[Summary], at: datetime) -> list[Statement]:
    """What is told of a wave from now on; it collides where another process was faster."""
    old = summary.c.wave_id == wave_id, summary.c.made_at < select_closing_time(wave_id)
    replaced = select(summary.c.wave_id).where(*old)
    # The previews go first: which of them are old is read from the summaries, deleted next.
    return [
        delete(preview).where(preview.c.wave_id.in_(replaced)),
        delete(summary).where(*old),
        *(
            insert(summary).values(
                wave_id=wave_id, language=m.language, text=m.text, picture=m.picture, made_at=at
            )
            for m in made
        ),
    ]


async def decide_summaries(store: Store, ruled: SummaryDecision, released: bool) -> bool:
    """Whether that was to be decided: a yes is the last word, as it is being carried out."""
    undecided, refused = summary.c.released.is_(None), summary.c.released.is_(False)
    # The condition stands in the update itself, so that of two chats that decide at once one is
    # told that it was too late.
    changed = update(summary).where(
        *match_newest_summaries(ruled.wave_id),
        summary.c.made_at == ruled.made_at,
        undecided | refused if released else undecided,
    )
    async with store.begin() as connection:
        return (await connection.execute(changed.values(released=released))).rowcount > 0


async def read_previews(connection: AsyncConnection, wave_id: str) -> dict[int, Preview]:
    """The chats that were asked about a wave's summaries, and where."""
    rows = await connection.execute(select(preview).where(preview.c.wave_id == wave_id))
    return {row.chat_id: Preview(row.message, row.asked_at) for row in rows}


def replace_preview(wave_id: str, chat_id: int, message_id: int, at: datetime) -> list[Statement]:
    """A chat has been asked, the last time with that message."""
    row = {"wave_id": wave_id, "chat_id": chat_id, "message": message_id, "asked_at": at}
    there = preview.c.wave_id == wave_id, preview.c.chat_id == chat_id
    return [delete(preview).where(*there), insert(preview).values(row)]


def select_closing_time(wave_id: str) -> ColumnElement[datetime]:
    """When a wave closes, as a part of a query."""
    return select(wave.c.closes_at).where(wave.c.id == wave_id).scalar_subquery()


def match_newest_summaries(wave_id: str) -> tuple[ColumnElement[bool], ...]:
    """Summaries made after the wave closed for the last time, as a condition."""
    return summary.c.wave_id == wave_id, summary.c.made_at >= select_closing_time(wave_id)
