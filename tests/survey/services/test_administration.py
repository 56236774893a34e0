"""What operator and secretariat change: workshops, chats of the secretariat, schedules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from survey.people import Invitation, Role
from survey.services.administration import Administration, PlanningError, UnknownIdError
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Notice, Request
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause
from survey.store.report_chats import ReportChat, StoredSchedule
from survey.workshop.ballots import BallotMode
from tests.survey.expired_records import delete_expired
from tests.survey.session_helpers import BALLOTS, START, TABLES
from tests.survey.stored_workshop import open_stored_workshop

WIB = timezone(timedelta(hours=7))


async def test_until_the_first_move_it_can_be_described_anew_and_who_came_stays(
    empty_database: str,
) -> None:
    async with open_stored_workshop(empty_database, TABLES) as here:
        await here.join_facilitator()
        await here.join("ani", category="banjir")
        fewer = replace(here.plan.workshop, tables=TABLES[:1], rounds=3)
        described = replace(here.plan, workshop=fewer, ballots=BALLOTS[3:4], code="", screen="")
        made = await Administration(here.store).keep_workshop(described, START)
        assert (made.code, made.screen) == (here.plan.code, here.plan.screen)
        room = await here.rooms.read_whole_room("uji")
        assert len(room.session.ballots) == 1
        assert room.plan.workshop.rounds == 3
        assert room.presence.seats == {None: 1}, "her table is gone"


async def test_once_begun_nothing_can_be_described_anew(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.open(1)
        with pytest.raises(PlanningError, match="has begun"):
            await Administration(here.store).keep_workshop(
                replace(here.plan, ballots=BALLOTS[:2]), START
            )
        await here.move(lambda s, tap: s.undo(tap))
        with pytest.raises(PlanningError, match="has begun"):
            await Administration(here.store).keep_workshop(here.plan, START)
        assert len((await here.rooms.read_whole_room("uji")).session.ballots) == len(BALLOTS)


async def test_a_code_that_is_somebody_elses_is_refused(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        other = replace(here.plan, workshop=replace(here.plan.workshop, id="lain"))
        with pytest.raises(PlanningError, match="another workshop"):
            await Administration(here.store).keep_workshop(other, START)
        invitation = Invitation("AIR-2017", Role.PARTICIPANT, "pemerintah", "air", 4)
        async with here.store.read() as connection:
            kept = await waves.seed_invitation(connection, invitation, START)
        await here.store.keep(kept)
        with pytest.raises(PlanningError, match="an invitation"):
            await Administration(here.store).keep_workshop(replace(other, code="AIR-2017"), START)
        drawn = await Administration(here.store).keep_workshop(replace(other, code=""), START)
        assert drawn.code.startswith("LOKA-")
        assert drawn.screen != here.plan.screen


async def test_a_running_bot_sees_a_workshop_as_it_is_described_now(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani")
        before = await here.rooms.find_room(here.known["ani"].id)
        assert before is not None
        confirm = replace(BALLOTS[0], mode=BallotMode.CONFIRM, baseline=4)
        await Administration(here.store).keep_workshop(
            replace(here.plan, ballots=(confirm,)), START
        )
        await here.open(1)
        after = await here.rooms.find_room(here.known["ani"].id)
        assert after is not None
        assert after.list_votable() == [confirm]


async def test_a_withdrawal_says_how_many_votes_went_with_it(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        survey = InterviewService(here.store, WIB)
        await here.join_facilitator()
        await here.join("ani", "budi")
        await here.open(1)
        for value in ("2", "3"):
            await here.vote("ani", 1, value)
        await here.close(1)
        await here.reveal(1)
        await here.open(3)
        await here.vote("ani", 3, "tt")
        assert await survey.count_votes(9001) == 2, "a change is no vote more"
        receipt = await survey.withdraw(Request(9001, here.now, Cause(1, 1)))
        assert receipt is not None
        assert receipt.vote_count == 2
        assert await survey.count_votes(9001) == 0
        assert (await here.rooms.read_whole_room("uji")).tallies == {}


async def test_votes_are_kept_as_long_as_answers_and_contacts_until_the_last_workshop(
    empty_database: str,
) -> None:
    async with open_stored_workshop(empty_database) as here:
        survey = InterviewService(here.store, WIB)
        await here.join_facilitator()
        await here.join("ani")
        await here.open(1)
        await here.vote("ani", 1, "2")
        await delete_expired(here.store, START + timedelta(days=80), timedelta(days=90), 24)
        assert await survey.count_votes(9001) == 1
        await delete_expired(here.store, START + timedelta(days=800), timedelta(days=9000), 24)
        assert await survey.count_votes(9001) == 0
        assert await here.rooms.find_room(here.known["ani"].id) is None
        assert (await here.rooms.read_whole_room("uji")).session.number == 1


async def test_a_chat_is_changed_where_it_is_named_and_there_must_be_one_to_remove(
    empty_database: str,
) -> None:
    async with Store.open(empty_database) as store:
        administration = Administration(store)
        added = await administration.set_chat(ReportChat(-1, "id", START), {"quiet": "21:00-06:00"})
        assert added == ReportChat(-1, "id", START, quiet="21:00-06:00")
        later = ReportChat(-1, "en", START + timedelta(days=1))
        assert await administration.set_chat(later, {"formats": ()}) == replace(added, formats=())
        await administration.move_chat(-7, -8)  # A group that gets no reports.
        await administration.move_chat(-1, -2)
        assert [chat.id for chat, _ in await administration.list_chats()] == [-2]
        with pytest.raises(UnknownIdError) as found:
            await administration.remove_chat(-1)
        assert (found.value.wanted, found.value.known) == (-1, (-2,))
        await administration.remove_chat(-2)
        assert await administration.list_chats() == []


async def test_a_schedule_that_was_stopped_is_kept_and_goes_on_when_it_is_set(
    empty_database: str,
) -> None:
    weekly = StoredSchedule("senin", "weekly", "weekly, monday 07:00", START)
    async with Store.open(empty_database) as store:
        administration = Administration(store)
        with pytest.raises(UnknownIdError):
            await administration.stop_schedule("senin")
        await administration.set_schedule(weekly)
        await administration.stop_schedule("senin")
        await administration.seed_settings((), (), [weekly], START)  # At the next start.
        assert await administration.list_schedules() == [replace(weekly, active=False)]
        await administration.set_schedule(weekly)
        assert await administration.list_schedules() == [weekly]


async def test_an_invitation_is_listed_expires_and_can_be_revoked(
    empty_database: str,
) -> None:
    async with open_stored_workshop(empty_database) as here:
        administration, survey = Administration(here.store), InterviewService(here.store, WIB)
        made = [
            await administration.invite("pemerintah", "air", 5, START, START + timedelta(days=days))
            for days in (1, 30, 30)
        ]
        await administration.revoke_invitation(made[2].code, START)
        told = []
        for number, invited in enumerate(made):
            await survey.arrive(Request(9100 + number, START, Cause(7, number)), "id", "")
            at = START + timedelta(days=2)
            showing = Request(9100 + number, at, Cause(7, 100 + number))
            told.append((await survey.accept_invitation(showing, invited.code)).notice)
        assert told == [Notice.CODE_OVER, Notice.JOINED, Notice.CODE_OVER]
        listed = await administration.list_invitations()
        assert sorted((invited.code, used) for invited, used in listed) == sorted(
            (invited.code, int(invited is made[1])) for invited in made
        )
        with pytest.raises(UnknownIdError):
            await administration.revoke_invitation("NONE-2026", START)
        with pytest.raises(UnknownIdError):
            await administration.invite("mitra", "air", 1, START, workshop_id="nowhere")
