"""Votes as they are kept, and what the database counts of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.people import Respondent
from survey.store.schema import answer, code, interview, question, receipt, respondent
from survey.store.workshop_schema import move, vote, workshop
from survey.store.write_locks import WriteLock
from survey.store.writer import Statement
from survey.workshop.ballots import Ballot
from survey.workshop.moves import Vote, VoteChannel
from survey.workshop.plan import EarlierAnswers
from survey.workshop.results import RoundKey, Tally

# HAVING leaves no row where the number differs; a subquery without a row is NULL, which the column
# refuses. So looking and writing are one statement, under the lock that moves are kept under.
#: The number of moves if it is still the one that was seen; else nothing, and the vote collides.
UNCHANGED_MOVES = (
    select(func.count())
    .select_from(move)
    .where(move.c.workshop_id == bindparam("workshop"))
    .having(func.count() == bindparam("seen"))
    .scalar_subquery()
)


# None of the parameters may be called like a column: SQLAlchemy keeps those names for itself.
ADD_VOTE = insert(vote).values(
    workshop_id=bindparam("workshop"),
    ballot=bindparam("voted_on"),
    opening=bindparam("opened_by"),
    respondent_id=bindparam("voter"),
    value=bindparam("said"),
    reason=bindparam("why"),
    at=bindparam("when"),
    channel=bindparam("by_way_of"),
    moves=UNCHANGED_MOVES,
)


def add_vote(workshop_id: str, given: Vote) -> list[Statement]:
    """Keep a vote; it collides if a move was kept since it was decided."""
    row = {
        "workshop": workshop_id,
        "voted_on": given.ballot,
        "opened_by": given.opening,
        "voter": given.respondent,
        "said": given.value,
        "why": given.reason,
        "when": given.at,
        "by_way_of": given.channel,
        "seen": given.move_count,
    }
    return [WriteLock.VOTES, (ADD_VOTE, row)]


async def read_person_votes(
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
    # In the order of their numbers, so that a later vote takes the place of an earlier one.
    return {row.ballot: read_vote_row(row) for row in await connection.execute(query)}


def read_vote_row(row: Row[Any]) -> Vote:
    """A vote from its row."""
    return Vote(
        row.ballot,
        row.opening,
        row.respondent_id,
        row.value,
        row.reason,
        row.at,
        VoteChannel(row.channel),
        row.moves,
    )


async def count_voters(
    connection: AsyncConnection, workshop_id: str, openings: Iterable[int]
) -> dict[RoundKey, int]:
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


# The newest number alone would not do: SQLite gives the number of a deleted last row again. That a
# vote which is kept later has a higher number, in any workshop, is what its lock is for.
VOTING_MARK_QUERY = select(
    select(func.max(vote.c.id)).scalar_subquery(),
    (
        select(func.count()).select_from(receipt).scalar_subquery()
        + select(func.coalesce(func.sum(workshop.c.seats_removed), 0)).scalar_subquery()
    ),
)


VOTED_SINCE_QUERY = (
    select(vote.c.opening)
    .distinct()
    .where(vote.c.id > bindparam("last"), vote.c.workshop_id == bindparam("workshop"))
)


async def read_voting_mark(connection: AsyncConnection) -> VotingMark:
    """How far the votes of all workshops are."""
    newest, withdrawals = (await connection.execute(VOTING_MARK_QUERY)).one()
    return VotingMark(newest or 0, withdrawals)


async def list_changed_openings(
    connection: AsyncConnection, workshop_id: str, last: int
) -> list[int]:
    """The openings of the rounds in which somebody voted, or gave a reason, since a vote."""
    rows = await connection.execute(VOTED_SINCE_QUERY, {"workshop": workshop_id, "last": last})
    return list(rows.scalars())


async def read_tallies(
    connection: AsyncConnection, workshop_id: str, openings: Iterable[int]
) -> dict[RoundKey, Tally]:
    """The tally of every ballot in the rounds of these openings, counted by the database."""
    return build_tallies(await connection.execute(build_tallies_query(workshop_id, openings)))


def build_tallies_query(workshop_id: str, openings: Iterable[int]) -> Select[Any]:
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


def build_tallies(rows: Iterable[Row[Any]]) -> dict[RoundKey, Tally]:
    """The tallies from the rows of ``build_tallies_query``."""
    found: dict[RoundKey, tuple[Counter[str], Counter[VoteChannel], Counter[str]]] = {}
    for row in rows:
        key = (row.ballot, row.opening)
        counts, channels, reasons = found.setdefault(key, (Counter(), Counter(), Counter()))
        counts[row.value] += row.people
        channels[VoteChannel(row.channel)] += row.people
        if row.reason:
            reasons[row.reason] += row.people
    return {key: Tally(*parts) for key, parts in found.items()}


async def count_earlier_answers(
    connection: AsyncConnection, asked: EarlierAnswers, wanted: Sequence[Ballot], until: datetime
) -> dict[int, dict[str, int]]:
    """What had been answered when the session began: ballot's number -> value -> people."""
    rows = await connection.execute(build_earlier_query(asked, wanted, until))
    return build_earlier_counts(rows, asked, wanted)


def build_earlier_query(
    asked: EarlierAnswers, wanted: Sequence[Ballot], until: datetime
) -> Select[Any]:
    """Counts the answers about these ballots by path, asset and value."""
    # The rating and the code of what is rated are two answers in the same instance of a repeat, so
    # the table is joined to itself by that instance.
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


def build_earlier_counts(
    rows: Iterable[Row[Any]], asked: EarlierAnswers, wanted: Sequence[Ballot]
) -> dict[int, dict[str, int]]:
    """Ballot's number -> value -> people, from the rows of ``build_earlier_query``."""
    paths = {path: shock for shock, path in asked.shocks.items()}
    numbers = {(b.asset, b.shock): b.number for b in wanted}
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        path, asset, value, people = tuple(row)
        if number := numbers.get((asset, paths[path])):
            found.setdefault(number, {})[value] = people
    return found


#: All votes in the order in which they were kept, with their voters' pseudonym, sector, category.
EVERY_VOTE_QUERY = (
    select(vote, respondent.c.pseudonym, respondent.c.sector, respondent.c.category)
    .join(respondent, respondent.c.id == vote.c.respondent_id)
    .where(vote.c.workshop_id == bindparam("workshop"))
    .order_by(vote.c.id)
)


async def count_person_votes(connection: AsyncConnection, who: Respondent) -> int:
    """On how many ballots somebody voted, each round counted."""
    rounds = select(vote.c.workshop_id, vote.c.ballot, vote.c.opening).distinct()
    query = rounds.where(vote.c.respondent_id == who.id).subquery()
    return (await connection.execute(select(func.count()).select_from(query))).scalar_one()
