"""Of whom what is kept, by wave and workshop: who has to be told if it got out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.schema import attachment, contact, interview, respondent
from survey.store.workshop_schema import attendance

#: That somebody can be reached by the bot, as a condition.
IS_LINKED = exists().where(contact.c.respondent_id == respondent.c.id)


@dataclass(frozen=True, slots=True)
class AffectedPeople:
    """How many people of one wave or workshop something is kept of.

    ``with_files`` sent files, ``reachable`` have a chat with the bot, ``web`` came by the web page
    and have no address; the rest are not linked to anybody any more.
    """

    kind: str
    scope: str
    people: int
    with_files: int
    reachable: int
    web: int

    @property
    def unlinked(self) -> int:
        """Of whom nobody knows any more who they are."""
        return self.people - self.reachable - self.web


async def list_affected_people(connection: AsyncConnection) -> list[AffectedPeople]:
    """The counts for each wave and each workshop of which something is kept."""
    has_files = exists().where(attachment.c.interview_id == interview.c.id)
    answered = (
        select(
            interview.c.wave_id,
            func.count(),
            func.count().filter(has_files),
            func.count().filter(IS_LINKED),
        )
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .group_by(interview.c.wave_id)
        .order_by(interview.c.wave_id)
    )
    came = (
        select(
            attendance.c.workshop_id,
            func.count(),
            func.count().filter(IS_LINKED),
            func.count(attendance.c.token),
        )
        .join(respondent, respondent.c.id == attendance.c.respondent_id)
        .group_by(attendance.c.workshop_id)
        .order_by(attendance.c.workshop_id)
    )
    waves = [
        AffectedPeople("wave", scope, people, files, linked, 0)
        for scope, people, files, linked in await connection.execute(answered)
    ]
    workshops = [
        AffectedPeople("workshop", scope, people, 0, linked, web)
        for scope, people, linked, web in await connection.execute(came)
    ]
    return waves + workshops


async def count_known_people(connection: AsyncConnection) -> tuple[int, int, int]:
    """People in all; those linked to a Telegram account; those of them who did nothing yet."""
    acted = exists().where(interview.c.respondent_id == respondent.c.id) | exists().where(
        attendance.c.respondent_id == respondent.c.id
    )
    query = select(
        func.count(), func.count().filter(IS_LINKED), func.count().filter(IS_LINKED & ~acted)
    ).select_from(respondent)
    people, linked, idle = (await connection.execute(query)).one()
    return people, linked, idle


async def list_reachable_chats(connection: AsyncConnection) -> list[int]:
    """The numbers of all chats with people, in no order that says when they came."""
    query = select(contact.c.telegram_id).order_by(contact.c.telegram_id)
    return list((await connection.execute(query)).scalars())
