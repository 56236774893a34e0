"""Stories of a workshop that is kept: votes, late votes, two facilitators, restarts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from survey.services.workshop_service import RoomChange, WorkshopService, hash_token
from survey.store import erasures
from survey.workshop.moves import BallotPhase, MoveKind, MoveRefusalReason, VoteChannel
from tests.survey.session_helpers import TABLES
from tests.survey.stored_workshop import open_stored_workshop


def counts(room: object, ballot: int) -> dict[str, int]:
    tallies = room.tallies  # type: ignore[attr-defined]
    return next((dict(t.counts) for (n, _), t in tallies.items() if n == ballot), {})


async def test_a_ballot_goes_from_opening_to_its_result(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani", "budi", "citra")
        await here.open(1)
        for name, value in (("ani", "2"), ("budi", "4"), ("citra", "tt"), ("ani", "4")):
            room = await here.vote(name, 1, value)
            assert room.refused is None
        assert (await here.rooms.read_whole_room("uji")).voter_counts == {(1, 1): 3}
        assert counts(await here.close(1), 1) == {}, "hidden until the reveal"
        assert counts(await here.reveal(1), 1) == {"4": 2, "tt": 1}


async def test_everybody_sees_the_result_just_revealed_and_their_own_vote(
    empty_database: str,
) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani", "budi")
        await here.open(1)
        await here.vote("ani", 1, "3")
        await here.close(1)
        await here.reveal(1)
        room = await here.rooms.find_room(here.known["ani"].id)
        assert room is not None
        assert counts(room, 1) == {"3": 1}
        assert room.votes[1].value == "3"
        other = await here.rooms.find_room(here.known["budi"].id)
        assert other is not None
        assert other.votes == {}


async def test_the_same_update_votes_once(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani")
        await here.open(1)
        tap = here.next_tap("ani")
        await here.vote("ani", 1, "3", tap=tap)
        await here.vote("ani", 1, "5", tap=tap)
        await here.close(1)
        assert counts(await here.reveal(1), 1) == {"3": 1}


async def test_a_vote_decided_before_a_move_that_was_kept_first_is_decided_anew(
    empty_database: str,
) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani", "budi")
        await here.open(1)
        early, late = here.next_tap("ani"), here.next_tap("budi")
        closing = here.next_tap("wayan", 1)
        await here.rooms.make_move(closing, "uji", lambda s, tap: s.close([1], tap))
        taken, refused = await asyncio.gather(
            here.rooms.vote(replace(early, at=closing.at), 1, 1, "2", VoteChannel.TELEGRAM),
            here.rooms.vote(
                replace(late, at=closing.at, key=closing.key + 1), 1, 1, "5", VoteChannel.TELEGRAM
            ),
        )
        assert taken is not None
        assert taken.refused is None
        assert refused is not None
        assert refused.refused is not None
        assert refused.refused.reason is MoveRefusalReason.CLOSED
        assert counts(await here.reveal(1), 1) == {"2": 1}


async def test_votes_and_the_closing_at_once_leave_one_result(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        names = [f"p{n}" for n in range(40)]
        await here.join(*names)
        await here.open(1)
        voting = [
            here.rooms.vote(here.next_tap(name), 1, 1, "4", VoteChannel.TELEGRAM) for name in names
        ]
        closing = here.rooms.make_move(
            here.next_tap("wayan", 1), "uji", lambda s, tap: s.close([1], tap)
        )
        done = await asyncio.gather(*voting[:20], closing, *voting[20:])
        taken = sum(room is not None and room.refused is None for room in done) - 1
        assert counts(await here.reveal(1), 1) == {"4": taken}
        assert taken == 40, "all were tapped before the closing"


async def test_two_facilitators_cannot_trip_over_each_other(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator("wayan")
        await here.join_facilitator("siti")
        await here.open(1)
        first, second = await asyncio.gather(
            here.move(lambda s, tap: s.close([1], tap), "wayan", seen=1),
            here.move(lambda s, tap: s.skip([1], tap), "siti", seen=1),
        )
        refused = [room for room in (first, second) if room.refused]
        assert len(refused) == 1
        assert refused[0].refused is not None
        assert refused[0].refused.reason is MoveRefusalReason.MEANWHILE
        assert [move.number for move in refused[0].session.list_moves_since(1)] == [2]


async def test_only_a_facilitator_of_this_room_can_move(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani")
        with pytest.raises(PermissionError):
            await here.move(lambda s, tap: s.open([1], 0, tap), "ani")
        await here.find_or_add_person("gita")
        with pytest.raises(PermissionError):
            await here.move(lambda s, tap: s.open([1], 0, tap), "gita")
        assert (await here.rooms.read_whole_room("uji")).session.number == 0


async def test_a_restart_in_the_middle_of_a_round_changes_nothing(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani", "budi")
        await here.open(1)
        await here.vote("ani", 1, "2")
        here.rooms = WorkshopService(here.store)
        await here.vote("budi", 1, "3")
        await here.close(1)
        assert counts(await here.reveal(1), 1) == {"2": 1, "3": 1}


async def test_a_move_by_another_process_is_seen_with_the_next_look(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani")
        there = WorkshopService(here.store)
        await there.read_whole_room("uji")
        await here.open(1)
        room = await there.find_room(here.known["ani"].id)
        assert room is not None
        assert [ballot.number for ballot in room.list_votable()] == [1]


async def test_a_table_votes_on_its_own_ballots_only(empty_database: str) -> None:
    async with open_stored_workshop(empty_database, TABLES) as here:
        await here.join_facilitator()
        await here.join("ani", category="air")
        await here.join("budi", category="banjir")
        await here.open(4)
        assert (await here.vote("ani", 4, "5")).refused is None
        refused = (await here.vote("budi", 4, "5")).refused
        assert refused is not None
        assert refused.reason is MoveRefusalReason.TABLE
        room = await here.rooms.read_whole_room("uji")
        assert room.presence.seats == {1: 1, 2: 1}
        assert room.count_electorate(room.session.ballots[4]) == 1


async def test_the_page_lets_people_in_without_telegram(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani")
        joined = await here.rooms.join_by_web(here.plan, "a-token-of-the-page", "en", here.now)
        again = await here.rooms.join_by_web(here.plan, "a-token-of-the-page", "en", here.now)
        assert joined.me == again.me
        assert joined.me is not None
        await here.open(1)
        here.known["web"] = replace(here.known["ani"], id=joined.me.respondent)
        await here.vote("ani", 1, "2")
        await here.rooms.vote(here.next_tap("web"), 1, 1, "4", VoteChannel.WEB)
        await here.close(1)
        tally = (await here.reveal(1)).tallies[1, 1]
        assert tally.channels == {VoteChannel.TELEGRAM: 1, VoteChannel.WEB: 1}
        assert await here.rooms.find_room_by_token("another-token") is None
        assert hash_token("a-token-of-the-page") != "a-token-of-the-page"


async def test_who_left_and_comes_again_is_there_with_their_vote(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani")
        await here.open(1)
        await here.vote("ani", 1, "3")
        await here.rooms.leave(here.next_tap("ani"))
        assert await here.rooms.find_room(here.known["ani"].id) is None
        assert (await here.rooms.read_whole_room("uji")).presence.joined == 0
        await here.join("ani")
        room = await here.rooms.find_room(here.known["ani"].id)
        assert room is not None
        assert room.votes[1].value == "3"


async def test_a_withdrawal_takes_the_votes_along(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani", "budi")
        await here.open(1)
        await here.vote("ani", 1, "3")
        await here.vote("budi", 1, "4")
        await here.store.keep(erasures.erase_person(here.known["ani"], here.now))
        await here.close(1)
        assert counts(await here.reveal(1), 1) == {"4": 1}
        await here.store.keep(erasures.erase_person(here.known["wayan"], here.now))
        room = await WorkshopService(here.store).read_whole_room("uji")
        assert [move.by for move in room.session.moves] == [None] * 3
        assert room.session.find_phase(1) is BallotPhase.REVEALED


async def test_an_undone_opening_never_mixes_its_votes_with_the_next(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani", "budi")
        await here.open(1)
        await here.vote("ani", 1, "1")
        await here.move(lambda s, tap: s.undo(tap))
        await here.open(1)
        stale = (await here.vote("ani", 1, "5", opening=1)).refused
        assert stale is not None
        assert stale.reason is MoveRefusalReason.STALE
        await here.vote("budi", 1, "4")
        await here.close(1)
        room = await here.reveal(1)
        assert counts(room, 1) == {"4": 1}
        assert [move.kind for move in room.session.moves][:3] == [
            MoveKind.OPENED,
            MoveKind.UNDONE,
            MoveKind.OPENED,
        ]


async def test_whoever_listens_hears_of_every_change_after_it_is_kept(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        heard: list[RoomChange] = []
        stop = here.rooms.add_listener(lambda _, changed: heard.append(changed))
        await here.join_facilitator()
        await here.join("ani")
        await here.open(1)
        await here.vote("ani", 1, "3")
        stop()
        await here.close(1)
        assert heard == [
            RoomChange.ATTENDANCE,
            RoomChange.ATTENDANCE,
            RoomChange.MOVE,
            RoomChange.VOTE,
        ]


async def test_a_changed_rating_is_explained_afterwards(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.join("ani", "budi")
        await here.open(2)
        await here.vote("ani", 2, "5")
        await here.vote("budi", 2, "3")
        await here.rooms.explain_vote(here.next_tap("ani"), 2, "Pompa baru rusak")
        refused = await here.rooms.explain_vote(here.next_tap("budi"), 2, "setuju")
        assert refused is not None
        assert refused.refused is not None
        await here.close(2)
        tally = (await here.reveal(2)).tallies[2, 1]
        assert tally.counts == {"5": 1, "3": 1}
        assert tally.reasons == {"Pompa baru rusak": 1}


async def test_a_reveal_too_early_says_when(empty_database: str) -> None:
    async with open_stored_workshop(empty_database) as here:
        await here.join_facilitator()
        await here.open(1)
        await here.close(1)
        room = await here.move(lambda s, tap: s.reveal([1], tap))
        assert room.refused is not None
        assert room.refused.reason is MoveRefusalReason.WAIT
        assert room.refused.until is not None
        assert room.refused.until - here.now < timedelta(seconds=2)
