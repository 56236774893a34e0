"""Workshops as they are kept: plans, moves, votes, who is there. Rows in, statements back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.people import Respondent, Role
from survey.store.room import attendance, ballot, group_chat, move, seating, vote, workshop
from survey.store.schema import answer, code, contact, interview, question, receipt, respondent
from survey.store.writer import Statement
from survey.workshop.agreement import Rule
from survey.workshop.ballots import Ballot, Mode, Table, Workshop
from survey.workshop.moves import Channel, Kind, Move, Vote
from survey.workshop.plan import Attendance, Before, GroupChat, Plan, Presence
from survey.workshop.register import Item, Register, Scale
from survey.workshop.results import Round, Tally

# Plans


async def plans(connection: AsyncConnection) -> list[Plan]:
    """All workshops, the next to come first."""
    rows = await connection.execute(select(workshop).order_by(workshop.c.held_at, workshop.c.id))
    return [await plan_of(connection, row) for row in rows.all()]


async def plan(connection: AsyncConnection, workshop_id: str) -> Plan | None:
    """A workshop as it was prepared; None if there is none of that id."""
    query = select(workshop).where(workshop.c.id == workshop_id)
    row = (await connection.execute(query)).first()
    return await plan_of(connection, row) if row else None


async def called(connection: AsyncConnection, code: str) -> Plan | None:
    """The workshop whose code that is."""
    row = (await connection.execute(select(workshop).where(workshop.c.code == code))).first()
    return await plan_of(connection, row) if row else None


async def plan_of(connection: AsyncConnection, row: Row[Any]) -> Plan:
    """A row with what belongs to it."""
    seats, ballots = seats_and_ballots(row.id)
    return plan_in(row, await connection.execute(seats), await connection.execute(ballots))


def seats_and_ballots(workshop_id: str) -> tuple[Select[Any], Select[Any]]:
    """The queries for a workshop's tables and ballots, in their order."""
    return (
        select(seating).where(seating.c.workshop_id == workshop_id).order_by(seating.c.number),
        select(ballot).where(ballot.c.workshop_id == workshop_id).order_by(ballot.c.number),
    )


def plan_in(row: Row[Any], seats: Iterable[Row[Any]], ballots: Iterable[Row[Any]]) -> Plan:
    """A plan from its rows."""
    register = read_register(row.register)
    return Plan(
        workshop=Workshop(
            id=row.id,
            scale=register.scale,
            rule=Rule(**row.rule),
            rounds=row.rounds,
            tables=tuple(Table(s.number, s.name, tuple(s.categories)) for s in seats),
        ),
        name=row.name,
        code=row.code,
        held_at=row.held_at,
        register=register,
        ballots=tuple(
            Ballot(b.number, b.asset, b.shock, b.category, Mode(b.mode), b.baseline, b.note)
            for b in ballots
        ),
        screen=row.screen,
        programme=tuple((slot["time"], slot["words"]) for slot in row.programme),
        before=Before(**row.before) if row.before else None,
    )


def read_register(kept: Mapping[str, Any]) -> Register:
    """Assets, shocks and scale from their JSON."""
    return Register(
        assets=tuple(Item(**item) for item in kept["assets"]),
        shocks=tuple(Item(**item) for item in kept["shocks"]),
        scale=Scale(dict(map(tuple, kept["answers"]))),
    )


def written_register(made: Register) -> dict[str, Any]:
    """The same as JSON; the answers as pairs, for their order matters."""
    return {
        "assets": [asdict(item) for item in made.assets],
        "shocks": [asdict(item) for item in made.shocks],
        "answers": list(made.scale.answers.items()),
    }


def prepare(made: Plan, at: datetime) -> list[Statement]:
    """Keep a new workshop; it collides if there is one of its id, or of its code."""
    return [insert(workshop).values(id=made.id, **described(made), created_at=at), *parts(made)]


def prepare_anew(made: Plan) -> list[Statement]:
    """Keep a workshop as it is described now; whoever has joined stays.

    People whose table is gone choose another one. It collides if a move was made, for then the
    ballots stay and are not added twice.
    """
    unmoved = ~exists().where(move.c.workshop_id == made.id)
    seats = [table.number for table in made.workshop.tables]
    standing_up = attendance.c.workshop_id == made.id, attendance.c.seat.not_in(seats)
    return [
        delete(ballot).where(ballot.c.workshop_id == made.id, unmoved),
        delete(seating).where(seating.c.workshop_id == made.id),
        *parts(made),
        update(workshop).where(workshop.c.id == made.id).values(**described(made)),
        update(attendance).where(*standing_up).values(seat=None),
    ]


def described(made: Plan) -> dict[str, Any]:
    """The row of a workshop."""
    return {
        "name": made.name,
        "code": made.code,
        "held_at": made.held_at,
        "rule": asdict(made.workshop.rule),
        "rounds": made.workshop.rounds,
        "register": written_register(made.register),
        "programme": [{"time": time, "words": words} for time, words in made.programme],
        "before": asdict(made.before) if made.before else None,
        "screen": made.screen,
    }


def parts(made: Plan) -> list[Statement]:
    """The rows of its tables and ballots."""
    return [
        *(
            insert(seating).values(
                workshop_id=made.id,
                number=table.number,
                name=table.name,
                categories=list(table.categories),
            )
            for table in made.workshop.tables
        ),
        *(insert(ballot).values(workshop_id=made.id, **asdict(each)) for each in made.ballots),
    ]


def discard(workshop_id: str) -> Statement:
    """Take a workshop away with all that belongs to it."""
    return delete(workshop).where(workshop.c.id == workshop_id)


# The session

MOVES = select(move).where(move.c.workshop_id == bindparam("workshop")).order_by(move.c.number)
HOW_MANY = select(func.count()).select_from(move).where(move.c.workshop_id == bindparam("workshop"))


async def moves(connection: AsyncConnection, workshop_id: str) -> list[Move]:
    """All moves in their order."""
    return [move_in(row) for row in await connection.execute(MOVES, {"workshop": workshop_id})]


def move_in(row: Row[Any]) -> Move:
    """A move from its row."""
    return Move(
        row.number,
        Kind(row.kind),
        tuple(row.ballots),
        row.value,
        row.at,
        row.source,
        row.key,
        row.respondent_id,
    )


async def how_many_moves(connection: AsyncConnection, workshop_id: str) -> int:
    """How many moves were made."""
    return (await connection.execute(HOW_MANY, {"workshop": workshop_id})).scalar_one()


async def moved(connection: AsyncConnection) -> dict[str, tuple[int, datetime]]:
    """How many moves were made in each session, and when the last one."""
    columns = (move.c.workshop_id, func.count(), func.max(move.c.at))
    rows = await connection.execute(select(*columns).group_by(move.c.workshop_id))
    return {row[0]: (row[1], row[2]) for row in rows}


def make(workshop_id: str, made: Move) -> Statement:
    """Keep a move; it collides if another one was kept in its place."""
    return insert(move).values(
        workshop_id=workshop_id,
        number=made.number,
        kind=made.kind,
        ballots=list(made.ballots),
        value=made.value,
        at=made.at,
        source=made.source,
        key=made.key,
        respondent_id=made.by,
    )


# Votes

#: The number of moves if it is still the one that was seen; else nothing, and the vote collides.
UNMOVED = (
    select(func.count())
    .select_from(move)
    .where(move.c.workshop_id == bindparam("workshop"))
    .having(func.count() == bindparam("seen"))
    .scalar_subquery()
)
ADD_VOTE = insert(vote).values(
    workshop_id=bindparam("workshop"),
    ballot=bindparam("voted_on"),
    opening=bindparam("opened_by"),
    respondent_id=bindparam("voter"),
    value=bindparam("said"),
    reason=bindparam("why"),
    at=bindparam("when"),
    channel=bindparam("by_way_of"),
    moves=UNMOVED,
)


def cast(workshop_id: str, given: Vote) -> Statement:
    """Keep a vote; it collides if a move was kept since it was decided."""
    return (
        ADD_VOTE,
        {
            "workshop": workshop_id,
            "voted_on": given.ballot,
            "opened_by": given.opening,
            "voter": given.respondent,
            "said": given.value,
            "why": given.reason,
            "when": given.at,
            "by_way_of": given.channel,
            "seen": given.moves,
        },
    )


async def votes_of(
    connection: AsyncConnection, workshop_id: str, voter: int, openings: Iterable[int]
) -> dict[int, Vote]:
    """A person's last vote on each ballot in the rounds of these openings."""
    query = (
        select(vote)
        .where(
            vote.c.respondent_id == voter,
            vote.c.workshop_id == workshop_id,
            vote.c.opening.in_(list(openings)),
        )
        .order_by(vote.c.id)
    )
    return {row.ballot: vote_in(row) for row in await connection.execute(query)}


def vote_in(row: Row[Any]) -> Vote:
    """A vote from its row."""
    return Vote(
        row.ballot,
        row.opening,
        row.respondent_id,
        row.value,
        row.reason,
        row.at,
        Channel(row.channel),
        row.moves,
    )


async def voted(
    connection: AsyncConnection, workshop_id: str, openings: Iterable[int]
) -> dict[Round, int]:
    """How many people voted on each ballot in the rounds of these openings."""
    query = (
        select(vote.c.ballot, vote.c.opening, func.count(vote.c.respondent_id.distinct()))
        .where(vote.c.workshop_id == workshop_id, vote.c.opening.in_(list(openings)))
        .group_by(vote.c.ballot, vote.c.opening)
    )
    return {(row[0], row[1]): row[2] for row in await connection.execute(query)}


@dataclass(frozen=True, slots=True)
class VotingMark:
    """Differs whenever a count may: the newest vote's number, and how many people withdrew."""

    newest: int
    withdrawals: int


VOTING_MARK = select(
    select(func.max(vote.c.id)).scalar_subquery(),
    select(func.count()).select_from(receipt).scalar_subquery(),
)
VOTED_SINCE = (
    select(vote.c.opening)
    .distinct()
    .where(vote.c.id > bindparam("last"), vote.c.workshop_id == bindparam("workshop"))
)


async def voting_mark(connection: AsyncConnection) -> VotingMark:
    """How far the votes of all workshops are."""
    newest, withdrawals = (await connection.execute(VOTING_MARK)).one()
    return VotingMark(newest or 0, withdrawals)


async def voted_since(connection: AsyncConnection, workshop_id: str, last: int) -> list[int]:
    """The openings of the rounds in which somebody voted, or gave a reason, since a vote."""
    rows = await connection.execute(VOTED_SINCE, {"workshop": workshop_id, "last": last})
    return list(rows.scalars())


async def tallies(
    connection: AsyncConnection, workshop_id: str, openings: Iterable[int]
) -> dict[Round, Tally]:
    """The tally of every ballot in the rounds of these openings, counted by the database."""
    return tallied(await connection.execute(tallies_query(workshop_id, openings)))


def tallies_query(workshop_id: str, openings: Iterable[int]) -> Select[Any]:
    """Counts everybody's last votes."""
    rounds = (vote.c.workshop_id == workshop_id, vote.c.opening.in_(list(openings)))
    last = (
        select(func.max(vote.c.id))
        .where(*rounds)
        .group_by(vote.c.ballot, vote.c.opening, vote.c.respondent_id)
    )
    columns = (vote.c.ballot, vote.c.opening, vote.c.value, vote.c.channel, vote.c.reason)
    query = select(*columns, func.count().label("people")).where(vote.c.id.in_(last))
    return query.group_by(*columns)


def tallied(rows: Iterable[Row[Any]]) -> dict[Round, Tally]:
    """The tallies from the rows of ``tallies_query``."""
    found: dict[Round, tuple[Counter[str], Counter[Channel], Counter[str]]] = {}
    for row in rows:
        key = (row.ballot, row.opening)
        counts, channels, reasons = found.setdefault(key, (Counter(), Counter(), Counter()))
        counts[row.value] += row.people
        channels[Channel(row.channel)] += row.people
        if row.reason:
            reasons[row.reason] += row.people
    return {key: Tally(*parts) for key, parts in found.items()}


async def before(
    connection: AsyncConnection, asked: Before, wanted: Sequence[Ballot], until: datetime
) -> dict[int, dict[str, int]]:
    """What had been answered when the session began: ballot's number -> value -> people."""
    rows = await connection.execute(before_query(asked, wanted, until))
    return answered_before(rows, asked, wanted)


def before_query(asked: Before, wanted: Sequence[Ballot], until: datetime) -> Select[Any]:
    """Counts the answers about these ballots by path, asset and value."""
    rated, named = answer.alias(), answer.alias()
    rating, naming = question.alias(), question.alias()
    chosen = code.alias()
    return (
        select(rating.c.path, named.c.value, chosen.c.value, func.count())
        .select_from(rated)
        .join(interview, interview.c.id == rated.c.interview_id)
        .join(rating, rating.c.id == rated.c.question_id)
        .join(chosen, chosen.c.id == rated.c.code_id)
        .join(
            named,
            (named.c.interview_id == rated.c.interview_id)
            & (named.c.occurrence == rated.c.occurrence),
        )
        .join(naming, (naming.c.id == named.c.question_id) & (naming.c.path == asked.asset))
        .where(
            interview.c.wave_id == asked.wave,
            rated.c.answered_at < until,
            rating.c.questionnaire == asked.questionnaire,
            naming.c.questionnaire == asked.questionnaire,
            rating.c.path.in_([asked.shocks[b.shock] for b in wanted if b.shock in asked.shocks]),
            named.c.value.in_([b.asset for b in wanted]),
        )
        .group_by(rating.c.path, named.c.value, chosen.c.value)
    )


def answered_before(
    rows: Iterable[Row[Any]], asked: Before, wanted: Sequence[Ballot]
) -> dict[int, dict[str, int]]:
    """Ballot's number -> value -> people, from the rows of ``before_query``."""
    paths = {path: shock for shock, path in asked.shocks.items()}
    numbers = {(b.asset, b.shock): b.number for b in wanted}
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        path, asset, value, people = tuple(row)
        if number := numbers.get((asset, paths[path])):
            found.setdefault(number, {})[value] = people
    return found


#: All votes in the order in which they were kept, with their voters' pseudonym, sector, category.
EVERY_VOTE = (
    select(vote, respondent.c.pseudonym, respondent.c.sector, respondent.c.category)
    .join(respondent, respondent.c.id == vote.c.respondent_id)
    .where(vote.c.workshop_id == bindparam("workshop"))
    .order_by(vote.c.id)
)


async def votes_by(connection: AsyncConnection, who: Respondent) -> int:
    """On how many ballots somebody voted, each round counted."""
    rounds = select(vote.c.workshop_id, vote.c.ballot, vote.c.opening).distinct()
    query = rounds.where(vote.c.respondent_id == who.id).subquery()
    return (await connection.execute(select(func.count()).select_from(query))).scalar_one()


def forget_votes(before: datetime) -> list[Statement]:
    """Votes in workshops that began earlier, and who was there; the moves stay."""
    old = select(workshop.c.id).where(workshop.c.held_at < before).scalar_subquery()
    return [delete(table).where(table.c.workshop_id.in_(old)) for table in (vote, attendance)]


# Who is there

PRESENT = attendance.c.left_at.is_(None)


async def presence(connection: AsyncConnection, workshop_id: str) -> Presence:
    """How many are there; facilitators take part without being counted."""
    query = (
        select(attendance.c.seat, func.count(), func.count(attendance.c.briefed_at))
        .join(respondent, respondent.c.id == attendance.c.respondent_id)
        .where(
            attendance.c.workshop_id == workshop_id,
            PRESENT,
            respondent.c.role != Role.FACILITATOR,
        )
        .group_by(attendance.c.seat)
    )
    rows = (await connection.execute(query)).all()
    return Presence({row[0]: row[1] for row in rows}, sum(row[2] for row in rows))


THERE = select(
    attendance,
    respondent.c.role,
    respondent.c.sector,
    respondent.c.category,
    respondent.c.language,
).join(respondent, respondent.c.id == attendance.c.respondent_id)
JOINED_LAST = (
    THERE.where(attendance.c.respondent_id == bindparam("who"), PRESENT)
    .order_by(attendance.c.joined_at.desc())
    .limit(1)
)


async def attending(connection: AsyncConnection, who: int) -> tuple[str, Attendance] | None:
    """The workshop that somebody joined last, and how they take part; None if they are in none."""
    row = (await connection.execute(JOINED_LAST, {"who": who})).first()
    return (row.workshop_id, attendance_in(row)) if row else None


async def by_token(connection: AsyncConnection, token: str) -> tuple[str, Attendance] | None:
    """Whose web page it is, by the digest of their token."""
    row = (await connection.execute(THERE.where(attendance.c.token == token, PRESENT))).first()
    return (row.workshop_id, attendance_in(row)) if row else None


async def was_there(connection: AsyncConnection, workshop_id: str, who: int) -> bool:
    """Whether somebody joined before, even if they left."""
    query = select(attendance.c.joined_at).where(
        attendance.c.workshop_id == workshop_id, attendance.c.respondent_id == who
    )
    return (await connection.execute(query)).first() is not None


def attendance_in(row: Row[Any]) -> Attendance:
    """An attendance from its row."""
    return Attendance(
        respondent=row.respondent_id,
        role=Role(row.role),
        sector=row.sector,
        category=row.category,
        language=row.language,
        seat=row.seat,
        channel=Channel(row.channel),
        briefed=row.briefed_at is not None,
        aside=row.aside,
    )


def come(workshop_id: str, who: int, seat: int | None, channel: Channel, at: datetime) -> Statement:
    """Somebody takes part."""
    row = {
        "workshop_id": workshop_id,
        "respondent_id": who,
        "seat": seat,
        "channel": channel,
        "joined_at": at,
        "aside": False,
    }
    return insert(attendance).values(row)


def come_by_page(
    workshop_id: str, pseudonym: str, token: str, language: str, seat: int | None, at: datetime
) -> list[Statement]:
    """Somebody without Telegram takes part, known by the digest of a token in their browser."""
    made = insert(respondent).values(
        pseudonym=pseudonym,
        role=Role.PARTICIPANT,
        language=language,
        source="web",
        joined_at=at,
    )
    them = select(respondent.c.id).where(respondent.c.pseudonym == pseudonym).scalar_subquery()
    row = {
        "workshop_id": workshop_id,
        "respondent_id": them,
        "seat": seat,
        "channel": Channel.WEB,
        "token": token,
        "joined_at": at,
        "aside": False,
    }
    return [made, insert(attendance).values(row)]


def come_back(token: str) -> Statement:
    """Whoever left a web page is there again, as the same person."""
    return update(attendance).where(attendance.c.token == token).values(left_at=None)


def change(workshop_id: str, who: int, **values: Any) -> Statement:
    """Something about how somebody takes part: ``seat``, ``left_at``, ``briefed_at``, ``aside``."""
    here = (attendance.c.workshop_id == workshop_id) & (attendance.c.respondent_id == who)
    return update(attendance).where(here).values(**values)


def stand_for(who: int, sector: str, category: str) -> Statement:
    """Whom a participant stands for, told at the door."""
    return update(respondent).where(respondent.c.id == who).values(sector=sector, category=category)


def speak(who: int, language: str) -> Statement:
    """Whoever is at the web page wants another language."""
    return update(respondent).where(respondent.c.id == who).values(language=language)


def take_part(who: Respondent) -> Statement:
    """Whoever came with a workshop's code is a participant, unless they are more."""
    return (
        update(respondent)
        .where(respondent.c.id == who.id, respondent.c.role == Role.RESIDENT)
        .values(role=Role.PARTICIPANT)
    )


async def phones(
    connection: AsyncConnection, workshop_id: str, *, leading: bool = False
) -> list[int]:
    """Telegram ids of everybody in a workshop whose private chat shows it."""
    query = (
        select(contact.c.telegram_id)
        .join(attendance, attendance.c.respondent_id == contact.c.respondent_id)
        .join(respondent, respondent.c.id == contact.c.respondent_id)
        .where(
            attendance.c.workshop_id == workshop_id,
            attendance.c.channel == Channel.TELEGRAM,
            PRESENT,
            contact.c.blocked_at.is_(None),
        )
        .order_by(contact.c.telegram_id)
    )
    if leading:
        query = query.where(respondent.c.role == Role.FACILITATOR)
    return list((await connection.execute(query)).scalars())


# Group chats


def host(chat: GroupChat, former: int | None) -> list[Statement]:
    """Let a group chat vote in a workshop, on a message; ``former`` is its number before."""
    gone = delete(group_chat).where(group_chat.c.chat_id.in_([chat.chat_id, former]))
    return [gone, insert(group_chat).values(**asdict(chat))]


async def hosted(connection: AsyncConnection, chat_id: int) -> GroupChat | None:
    """What a group chat votes in."""
    query = select(group_chat).where(group_chat.c.chat_id == chat_id)
    row = (await connection.execute(query)).mappings().first()
    return GroupChat(**row) if row else None


async def hosts(connection: AsyncConnection, workshop_id: str) -> list[GroupChat]:
    """The group chats that vote in a workshop."""
    query = select(group_chat).where(group_chat.c.workshop_id == workshop_id)
    return [GroupChat(**row) for row in (await connection.execute(query)).mappings()]
