"""Contacts, respondents, invitations: rows in, values out, statements back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.people import Invitation, Respondent, Role
from survey.store.schema import contact, invitation, receipt, refusal, respondent
from survey.store.writer import Statement


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as Telegram knows them, and the respondent they are."""

    telegram_id: int
    respondent: Respondent
    wave_id: str | None = None
    card: int | None = None


CONTACT_QUERY = (
    select(contact, respondent)
    .join(respondent, respondent.c.id == contact.c.respondent_id)
    .where(contact.c.telegram_id == bindparam("telegram_id"))
)


async def find_contact(connection: AsyncConnection, telegram_id: int) -> Contact | None:
    """The contact of a person; None if we never met or they withdrew."""
    row = (await connection.execute(CONTACT_QUERY, {"telegram_id": telegram_id})).mappings().first()
    return read_contact_row(row) if row is not None else None


def read_contact_row(row: RowMapping) -> Contact:
    """The contact in a row with all columns of a respondent and their contact."""
    known = Respondent(
        id=row[respondent.c.id],
        pseudonym=row[respondent.c.pseudonym],
        role=Role(row[respondent.c.role]),
        language=row[respondent.c.language],
        sector=row[respondent.c.sector],
        category=row[respondent.c.category],
        invitation=row[respondent.c.invitation],
        source=row[respondent.c.source],
    )
    return Contact(row[contact.c.telegram_id], known, row[contact.c.wave_id], row[contact.c.card])


async def find_invitation(connection: AsyncConnection, code: str) -> tuple[Invitation, int] | None:
    """An invitation and how many people have used it."""
    used = select(func.count()).where(respondent.c.invitation == code).scalar_subquery()
    query = select(invitation, used.label("used")).where(invitation.c.code == code)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    found = Invitation(row["code"], Role(row["role"]), row["sector"], row["category"], row["uses"])
    return found, int(row["used"])


def add_person(
    telegram_id: int, pseudonym: str, language: str, source: str, at: datetime
) -> list[Statement]:
    """A new person, a resident until an invitation says otherwise."""
    return [
        insert(respondent).values(
            pseudonym=pseudonym,
            role=Role.RESIDENT,
            language=language,
            source=source,
            joined_at=at,
        ),
        insert(contact).values(
            telegram_id=telegram_id,
            respondent_id=select(respondent.c.id)
            .where(respondent.c.pseudonym == pseudonym)
            .scalar_subquery(),
        ),
    ]


def update_language(who: Respondent, language: str) -> Statement:
    """The person wants another language."""
    return update(respondent).where(respondent.c.id == who.id).values(language=language)


def assign_invitation(who: Respondent, by: Invitation) -> Statement:
    """The person stands for what the invitation says, unless others used it up meanwhile."""
    # Counted by the statement itself, under the write lock: of two people who were both told that
    # one place is left, the second one changes nothing. The alias keeps SQLAlchemy from taking the
    # table inside for the row that is updated.
    others = respondent.alias()
    used = select(func.count()).where(others.c.invitation == by.code).scalar_subquery()
    return (
        update(respondent)
        .where(respondent.c.id == who.id, used < by.uses)
        .values(role=by.role, sector=by.sector, category=by.category, invitation=by.code)
    )


def set_current_wave(telegram_id: int, wave_id: str | None) -> Statement:
    """The wave that the person is at from now on."""
    return update(contact).where(contact.c.telegram_id == telegram_id).values(wave_id=wave_id)


def set_card(telegram_id: int, message_id: int) -> Statement:
    """The message that is the person's card from now on."""
    return update(contact).where(contact.c.telegram_id == telegram_id).values(card=message_id)


def set_blocked_at(telegram_id: int, at: datetime | None) -> Statement:
    """The person blocked us, or no longer does (None)."""
    return update(contact).where(contact.c.telegram_id == telegram_id).values(blocked_at=at)


def add_refusal(wave_id: str, language: str, at: datetime) -> Statement:
    """Count a refusal; the hour is all that is known of it."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return insert(refusal).values(wave_id=wave_id, language=language, at=hour)


async def count_refusals(connection: AsyncConnection) -> int:
    """How many people declined."""
    return (await connection.execute(select(func.count()).select_from(refusal))).scalar_one()


def delete_person(who: Respondent) -> list[Statement]:
    """Everything of a person: contact, interviews, steps, answers go with the respondent."""
    return [
        delete(contact).where(contact.c.respondent_id == who.id),
        delete(respondent).where(respondent.c.id == who.id),
    ]


def add_receipt(code: str, deleted: dict[str, int], at: datetime) -> Statement:
    """Proof of a withdrawal that names nobody."""
    return insert(receipt).values(code=code, at=at, interviews=deleted)


def delete_contacts() -> Statement:
    """Nobody is linked to their answers any more."""
    return delete(contact)
