"""Two processes write to one PostgreSQL: whatever is read and then written holds between them.

Each test has two stores with connections of their own, and where it matters one of them is held up
in the middle of its transaction until the other waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select

from survey.people import Invitation, Role, Wave
from survey.services.administration import Administration
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.services.workshop_service import WorkshopService
from survey.store import (
    attendance,
    contacts,
    interviews,
    votes,
    waves,
    workshop_moves,
    workshop_plans,
)
from survey.store.database import Store
from survey.store.interviews import Cause
from survey.store.schema import answer, chat, code, interview, respondent, step
from survey.store.workshop_schema import move, vote
from survey.store.writer import AlreadyCarriedOutError, CollisionError, Statement
from survey.workshop.moves import Move, MoveKind, Vote, VoteChannel
from tests.postgres_server import open_bare_database, open_database
from tests.survey.form_helpers import SETTINGS, compile_form, load_shipped_form
from tests.survey.store.racing_stores import (
    count_rows,
    open_pair,
    race,
)
from tests.survey.stored_workshop import StoredWorkshop, build_workshop_plan, open_stored_workshop

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
numbers = count(1)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with open_database() as made:
        yield made


@pytest.fixture
async def pair(url: str) -> AsyncIterator[tuple[Store, Store]]:
    async with open_pair(url) as both:
        yield both


def on(person: int, at: datetime = NOW) -> Request:
    """A new cause each time."""
    return Request(person, at, Cause(9, next(numbers)))


async def field(store: Store, name: str = "persepsi") -> InterviewService:
    """One open wave, and an invitation for one."""
    form = load_shipped_form(name)
    wave = Wave(
        name, form.digest, (Role.RESIDENT, Role.PARTICIPANT), NOW - timedelta(1), NOW + timedelta(9)
    )
    await Administration(store).seed_wave(wave, form, NOW)
    invited = Invitation("AIR-2017", Role.PARTICIPANT, "pemerintah", "air", 1)
    await Administration(store).seed_settings([invited], [], [], NOW)
    return InterviewService(store, UTC)


# People


async def test_the_last_place_of_an_invitation_goes_to_one(pair: tuple[Store, Store]) -> None:
    one, other = pair
    await field(one)
    invited = Invitation("AIR-2017", Role.PARTICIPANT, "pemerintah", "air", 1)
    for person in (1, 2):
        await one.keep(contacts.add_person(person, f"p{person}", "id", "", NOW))
    async with one.read() as connection:
        first, second = [
            contact.respondent
            for person in (1, 2)
            if (contact := await contacts.find_contact(connection, person))
        ]
    await race(
        one,
        contacts.assign_invitation(first, invited),
        other.keep(contacts.assign_invitation(second, invited)),
    )
    async with one.read() as connection:
        query = select(respondent.c.pseudonym).where(respondent.c.invitation == "AIR-2017")
        assert list(await connection.scalars(query)) == ["p1"]


async def test_an_update_is_carried_out_once(pair: tuple[Store, Store]) -> None:
    one, other = pair
    mark = interviews.add_cause(Cause(1, 7), NOW)
    found = await race(one, [mark], other.keep([mark]))
    assert isinstance(found, AlreadyCarriedOutError)


async def test_of_two_steps_decided_on_the_same_state_one_is_decided_anew(
    pair: tuple[Store, Store],
) -> None:
    """Two phones of one person, or two taps that two workers have; each is kept, one after one."""
    mine = await field(pair[0])
    theirs = InterviewService(pair[1], UTC)
    await mine.arrive(on(1), "id", "persepsi")
    now = await mine.agree(on(1))
    assert now.interview is not None
    asked = now.interview.position
    for _ in range(5):
        both = [s.answer(on(1), asked, "kerja") for s in (mine, theirs) for _ in range(3)]
        await asyncio.gather(*both)
        seen = [await service.read_snapshot(1, NOW) for service in (mine, theirs)]
        made, same = (now.interview for now in seen)
        assert made is not None
        assert same is not None
        assert made.step_count == same.step_count == await count_rows(pair[0], step)
        assert (
            made.collect_answers()
            == same.collect_answers()
            == {asked: "kerja"}
            | {key: value for key, value in made.collect_answers().items() if key != asked}
        )
        await mine.go_back(on(1))


async def test_who_withdraws_while_they_answer_leaves_nothing(pair: tuple[Store, Store]) -> None:
    mine = await field(pair[0])
    theirs = InterviewService(pair[1], UTC)
    for person in range(1, 9):
        await mine.arrive(on(person), "id", "persepsi")
        now = await mine.agree(on(person))
        assert now.interview is not None
        await asyncio.gather(
            theirs.answer(on(person), now.interview.position, "kerja"), mine.withdraw(on(person))
        )
    for table in (interview, answer, step, respondent):
        assert await count_rows(pair[0], table) == 0, table.name


async def test_a_version_fielded_by_another_process_has_its_codes_here(
    pair: tuple[Store, Store],
) -> None:
    """What this process knows of codes is from before; without them a choice would be a text."""
    first = load_shipped_form("persepsi")
    mine = await field(pair[0])
    await mine.arrive(on(1), "id", "persepsi")
    now = await mine.agree(on(1))
    assert now.interview is not None
    await mine.answer(on(1), now.interview.position, "kerja")
    newer = compile_form(f"""
| survey | type | name | label |
| | select_one warna | warna | Warna? |

| choices | list_name | name | label |
| | warna | ungu | Ungu |
{SETTINGS}""")
    assert newer.digest != first.digest
    wave = Wave("baru", newer.digest, (Role.RESIDENT,), NOW - timedelta(1), NOW + timedelta(9))
    await Administration(pair[1]).seed_wave(wave, newer, NOW)
    await mine.arrive(on(2), "id", "baru")
    there = await mine.agree(on(2))
    assert there.interview is not None
    await mine.answer(on(2), there.interview.position, "ungu")
    async with pair[0].read() as connection:
        query = select(code.c.value).join(answer, answer.c.code_id == code.c.id)
        assert "ungu" in list(await connection.scalars(query))


async def test_two_processes_that_start_at_once_field_the_same_once(url: str) -> None:
    async def start() -> None:
        async with Store.open(url) as store:
            await field(store)

    await asyncio.gather(*(start() for _ in range(4)))
    async with Store.open(url) as store:
        assert await count_rows(store, waves.questionnaire) == 1
        assert await count_rows(store, waves.wave) == 1


async def test_two_processes_that_start_at_once_make_the_tables_once() -> None:
    async with open_bare_database() as url:

        async def start() -> int:
            async with Store.open(url) as store:
                return await count_rows(store, chat)

        assert await asyncio.gather(*(start() for _ in range(3))) == [0, 0, 0]


async def test_a_person_who_writes_twice_at_once_is_met_once(pair: tuple[Store, Store]) -> None:
    mine, theirs = await field(pair[0]), InterviewService(pair[1], UTC)
    await asyncio.gather(
        *(s.arrive(on(1), "id", "persepsi") for s in (mine, theirs) for _ in range(3))
    )
    assert await count_rows(pair[0], contacts.contact) == 1
    assert await count_rows(pair[0], respondent) == 1


# Workshops


@asynccontextmanager
async def open_room(url: str) -> AsyncIterator[tuple[StoredWorkshop, Store]]:
    """A workshop with a facilitator and two people, a ballot open; and another process's store."""
    async with open_stored_workshop(url) as here, Store.open(url) as other:
        await here.join_facilitator()
        await here.join("ani", "budi")
        await here.open(1)
        yield here, other


def close_first(here: StoredWorkshop) -> list[Statement]:
    made = Move(2, MoveKind.CLOSED, (1,), "", here.now, 1, 777, here.known["wayan"].id)
    return workshop_moves.add_move("uji", made)


def say(here: StoredWorkshop, name: str, value: str = "4", moves: int = 1) -> list[Statement]:
    said = Vote(1, 1, here.known[name].id, value, "", here.now, VoteChannel.TELEGRAM, moves)
    return votes.add_vote("uji", said)


async def test_no_vote_slips_into_a_round_that_is_being_closed(url: str) -> None:
    async with open_room(url) as (here, other):
        found = await race(here.store, close_first(here), other.keep(say(here, "ani")))
        assert isinstance(found, CollisionError)
        assert await count_rows(other, vote) == 0


async def test_a_vote_that_is_being_kept_counts_before_the_closing(url: str) -> None:
    async with open_room(url) as (here, other):
        found = await race(here.store, say(here, "ani"), other.keep(close_first(here)))
        assert found is None
        async with other.read() as connection:
            kept = (await connection.execute(select(vote.c.moves))).scalars()
            assert list(kept) == [1]


async def test_of_two_moves_with_one_number_the_second_collides(url: str) -> None:
    async with open_room(url) as (here, other):
        found = await race(here.store, close_first(here), other.keep(close_first(here)))
        assert isinstance(found, CollisionError)
        assert await count_rows(other, move) == 2


async def test_a_vote_that_is_kept_later_has_a_higher_number(url: str) -> None:
    """What was counted is counted anew only for votes above the highest number that was seen."""
    async with open_room(url) as (here, other):

        async def look() -> tuple[int, int]:
            await other.keep(say(here, "budi"))
            async with other.read() as connection:
                mark = await votes.read_voting_mark(connection)
                [tally] = (await votes.read_tallies(connection, "uji", [1])).values()
            return mark.newest, tally.counts["4"]

        newest, counted = await race(here.store, say(here, "ani"), look())
        async with other.read() as connection:
            assert (await votes.read_voting_mark(connection)).newest == newest
        assert counted == 2, "what is counted under a mark is all there is up to it"


async def test_the_ballots_stay_when_the_first_one_is_just_being_opened(url: str) -> None:
    async with open_stored_workshop(url) as here, Store.open(url) as other:
        await here.join_facilitator()
        opened = Move(1, MoveKind.OPENED, (1,), "", here.now, 1, 777, here.known["wayan"].id)
        described = build_workshop_plan(ballots=here.plan.ballots[:1])
        found = await race(
            here.store,
            workshop_moves.add_move("uji", opened),
            other.keep(workshop_plans.replace_plan(described)),
        )
        assert isinstance(found, CollisionError)
        room = await WorkshopService(other).read_whole_room("uji")
        assert len(room.plan.ballots) == len(here.plan.ballots)


async def test_everybody_votes_at_both_workers_and_all_is_counted(url: str) -> None:
    async with open_room(url) as (here, other):
        names = [f"p{n}" for n in range(20)]
        await here.join(*names)
        rooms = (here.rooms, WorkshopService(other))
        await asyncio.gather(
            *(
                rooms[n % 2].vote(here.next_tap(name), 1, 1, "4", VoteChannel.TELEGRAM)
                for n, name in enumerate(names)
            )
        )
        await here.close(1)
        await here.reveal(1)
        room = await rooms[1].read_whole_room("uji")
        assert room.tallies[1, 1].counts == {"4": 20}


async def test_who_joins_twice_at_once_is_there_once(url: str) -> None:
    async with open_room(url) as (here, other):
        who = await here.find_or_add_person("cici")
        rooms = (here.rooms, WorkshopService(other))
        await asyncio.gather(
            *(r.join(here.next_tap("cici"), who, here.plan, VoteChannel.TELEGRAM) for r in rooms)
        )
        async with other.read() as connection:
            there = await attendance.count_attendance(connection, "uji")
        assert there.joined == 3


async def test_the_last_seat_of_the_web_page_goes_to_one(url: str) -> None:
    async with open_room(url) as (here, other):
        await here.store.keep([attendance.set_people("uji", 3)])  # Two are there.
        first, second = (
            attendance.add_web_attendance("uji", name, f"token-{name}", "id", None, here.now)
            for name in ("dewi", "eka")
        )
        await race(here.store, first, other.keep(second))
        async with other.read() as connection:
            there = await attendance.count_attendance(connection, "uji")
        assert there.joined == 3
