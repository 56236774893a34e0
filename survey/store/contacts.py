"""Contacts, respondents, invitations: rows in, values out, statements back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.people import Invitation, Respondent, Role
from survey.store.attendance import is_invited_to_lead
from survey.store.schema import contact, interview, invitation, receipt, refusal, respondent
from survey.store.workshop_schema import attendance
from survey.store.write_locks import WriteLock
from survey.store.writer import Statement


@dataclass(frozen=True, slots=True)
class ShownScreen:
    """Of which interview a screen is, after how many of its steps; of none before the consent."""

    interview_id: int | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as Telegram knows them, and the respondent they are.

    Their ``card`` is a message; what it shows (``shown``), and since when by Telegram's clock, is
    written down some time after it was. A card that nobody knows of may stand after the message
    ``doubt_from``.
    """

    telegram_id: int
    respondent: Respondent
    wave_id: str | None = None
    card: int | None = None
    shown: ShownScreen | None = None
    shown_at: datetime | None = None
    doubt_from: int | None = None


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
    shown_at = row[contact.c.shown_at]
    return Contact(
        row[contact.c.telegram_id],
        known,
        row[contact.c.wave_id],
        row[contact.c.card],
        shown_at and ShownScreen(row[contact.c.shown_interview], row[contact.c.shown_steps] or 0),
        shown_at,
        row[contact.c.doubt_from],
    )


async def list_unseen(connection: AsyncConnection, since: datetime) -> list[int]:
    """Telegram ids of those who moved since then and have not seen what came of it.

    Whoever moved last comes first. Who has blocked the bot is left out.
    """
    latest = (
        select(interview.c.respondent_id, func.max(interview.c.last_at).label("moved_at"))
        .where(interview.c.last_at >= since)
        .group_by(interview.c.respondent_id)
        .subquery()
    )
    moved_at = func.coalesce(latest.c.moved_at, respondent.c.joined_at)
    seen = (interview.c.id == contact.c.shown_interview) & (
        interview.c.steps <= contact.c.shown_steps
    )
    found = await connection.execute(
        select(contact.c.telegram_id)
        .join(respondent, respondent.c.id == contact.c.respondent_id)
        .outerjoin(latest, latest.c.respondent_id == respondent.c.id)
        .outerjoin(
            interview,
            (interview.c.respondent_id == respondent.c.id)
            & (interview.c.last_at == latest.c.moved_at),
        )
        .where(
            contact.c.blocked_at.is_(None),
            moved_at >= since,
            # Who has begun nothing has seen what there is, if anything was shown.
            func.coalesce(~seen, contact.c.shown_at.is_(None)),
        )
        .order_by(moved_at.desc())
    )
    return list(dict.fromkeys(found.scalars()))


async def find_invitation(connection: AsyncConnection, code: str) -> tuple[Invitation, int] | None:
    """An invitation and how many people have used it."""
    used = select(func.count()).where(respondent.c.invitation == code).scalar_subquery()
    query = select(invitation, used.label("used")).where(invitation.c.code == code)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    return read_invitation_row(row), int(row["used"])


def read_invitation_row(row: RowMapping) -> Invitation:
    """The invitation in a row that has all its columns."""
    return Invitation(
        row["code"],
        Role(row["role"]),
        row["sector"],
        row["category"],
        row["uses"],
        row["workshop_id"],
        row["expires_at"],
        row["revoked_at"],
    )


async def list_invitations(connection: AsyncConnection) -> list[tuple[Invitation, int]]:
    """Every invitation and how many people have used it, in the order of their making."""
    used = (
        select(func.count()).where(respondent.c.invitation == invitation.c.code).scalar_subquery()
    )
    query = select(invitation, used.label("used")).order_by(
        invitation.c.created_at, invitation.c.code
    )
    rows = (await connection.execute(query)).mappings()
    return [(read_invitation_row(row), int(row["used"])) for row in rows]


def revoke_invitation(code: str, at: datetime) -> list[Statement]:
    """Nobody comes in by an invitation any more, and who leads a workshop by it leads no longer."""
    brought = select(respondent.c.id).where(respondent.c.invitation == code)
    return [
        update(invitation).where(invitation.c.code == code).values(revoked_at=at),
        update(attendance).where(attendance.c.respondent_id.in_(brought)).values(leads=False),
    ]


# Statements that are made once: the writer sends those of several people in one call, which it can
# do only for the very same object.
ADD_RESPONDENT = insert(respondent)
ADD_CONTACT = insert(contact).values(
    respondent_id=select(respondent.c.id)
    .where(respondent.c.pseudonym == bindparam("known_as"))
    .scalar_subquery()
)
SET_WAVE = (
    update(contact)
    .where(contact.c.telegram_id == bindparam("person"))
    .values(wave_id=bindparam("of_wave"))
)
SET_SHOWN = (
    update(contact)
    .where(contact.c.telegram_id == bindparam("person"))
    .values(
        shown_interview=bindparam("of_interview"),
        shown_steps=bindparam("after_steps"),
        shown_at=bindparam("since"),
    )
)
SET_CARD = (
    update(contact)
    .where(contact.c.telegram_id == bindparam("person"))
    .values(card=bindparam("message"), doubt_from=None)
)
SET_DOUBT = (
    update(contact)
    .where(contact.c.telegram_id == bindparam("person"), contact.c.doubt_from.is_(None))
    .values(doubt_from=bindparam("message"))
)


def add_person(
    telegram_id: int, pseudonym: str, language: str, source: str, at: datetime
) -> list[Statement]:
    """A new person, a resident until an invitation says otherwise."""
    row = {
        "pseudonym": pseudonym,
        "role": Role.RESIDENT,
        "language": language,
        "source": source,
        "joined_at": at,
    }
    return [
        (ADD_RESPONDENT, row),
        (ADD_CONTACT, {"telegram_id": telegram_id, "known_as": pseudonym}),
    ]


def update_language(who: Respondent, language: str) -> Statement:
    """The person wants another language."""
    return update(respondent).where(respondent.c.id == who.id).values(language=language)


def assign_invitation(who: Respondent, by: Invitation) -> list[Statement]:
    """The person stands for what the invitation says, unless others used it up meanwhile.

    A facilitator's lets them lead its workshop, if they are there already.
    """
    # Counted by the statement itself, under a lock: of two people who were both told that
    # one place is left, the second one changes nothing. The alias keeps SQLAlchemy from taking the
    # table inside for the row that is updated.
    others = respondent.alias()
    used = select(func.count()).where(others.c.invitation == by.code).scalar_subquery()
    revoked = exists().where(invitation.c.code == by.code, invitation.c.revoked_at.is_not(None))
    return [
        WriteLock.INVITATIONS,
        update(respondent)
        .where(respondent.c.id == who.id, used < by.uses, ~revoked)
        .values(role=by.role, sector=by.sector, category=by.category, invitation=by.code),
        update(attendance)
        .where(
            attendance.c.respondent_id == who.id,
            attendance.c.workshop_id == by.workshop_id,
            is_invited_to_lead(by.workshop_id, who.id),
        )
        .values(leads=True),
    ]


def set_current_wave(telegram_id: int, wave_id: str | None) -> Statement:
    """The wave that the person is at from now on."""
    return SET_WAVE, {"person": telegram_id, "of_wave": wave_id}


def set_shown(telegram_id: int, shown: ShownScreen, at: datetime) -> Statement:
    """What the person's card shows since then."""
    return SET_SHOWN, {
        "person": telegram_id,
        "of_interview": shown.interview_id,
        "after_steps": shown.steps,
        "since": at,
    }


def set_card(telegram_id: int, message_id: int) -> Statement:
    """The message that is the person's card from now on; of no other there is any doubt."""
    return SET_CARD, {"person": telegram_id, "message": message_id}


def set_doubt(telegram_id: int, message_id: int) -> Statement:
    """A card is sent after that message, and until it is known, it is in doubt which one it is.

    A doubt that is older stays, as it reaches further back.
    """
    return SET_DOUBT, {"person": telegram_id, "message": message_id}


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


def add_receipt(code: str, deleted: dict[str, int], at: datetime) -> Statement:
    """Proof of a withdrawal that names nobody."""
    return insert(receipt).values(code=code, at=at, interviews=deleted)


async def find_receipt(connection: AsyncConnection, code: str) -> datetime | None:
    """When what a receipt proves was deleted; None if there is no such receipt."""
    query = select(receipt.c.at).where(receipt.c.code == code)
    return (await connection.execute(query)).scalar()
