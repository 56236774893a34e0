"""Whatever facilitators and participants do in whatever order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.workshop.agreement import AgreementRule
from survey.workshop.moves import (
    LATE_VOTE_LIMIT,
    WEB_SOURCE,
    BallotPhase,
    Move,
    MoveKind,
    MoveRefused,
    Vote,
    VoteChannel,
    WorkshopRequest,
)
from survey.workshop.results import sort_least_agreed
from tests.survey.session_helpers import (
    BALLOTS,
    BOT,
    OTHER_BOT,
    SITI,
    TABLES,
    WAYAN,
    WorkshopSession,
    session_state,
)

#: Mostly what is at hand (no numbers), sometimes any ballots, sometimes some that do not exist.
numbers = st.just([]) | st.lists(st.integers(1, 5), max_size=3) | st.lists(st.integers(0, 6))
OFTEN = "next next close reveal proceed proceed proceed proceed undo"
SELDOM = "open again reopen note skip stale"
moves = st.tuples(
    st.sampled_from([*OFTEN.split() * 3, *SELDOM.split() * 2, "lock"]),
    numbers,
    st.sampled_from([WAYAN, SITI]),
)
votes = st.tuples(
    st.just("vote"),
    st.tuples(
        st.integers(1, 4),
        st.integers(1, 5) | st.integers(0, 6),
        st.sampled_from(["1", "2", "3", "4", "5", "tp", "tt", "bb", "6", ""]),
        st.sampled_from([0, 0, 0, 1, 5]),
        st.sampled_from([BOT, BOT, BOT, OTHER_BOT, WEB_SOURCE]),
        st.integers(-2, 2),
    ),
    st.sampled_from([None, 1, 2]),
)
waits = st.tuples(st.just("wait"), st.sampled_from([0.1, 1.0, 2.5]), st.just(0))
stories = st.lists(st.one_of(moves, votes, votes, waits), min_size=30, max_size=60)


def move(room: WorkshopSession, kind: str, ballots: list[int], who: int) -> Move | MoveRefused:
    """One of the things that a facilitator can do, sensible or not."""
    session, tap = room.session, room.tap(who)
    proposed = session.propose_next()
    acts: dict[str, Callable[[], Move | MoveRefused]] = {
        "open": lambda: session.open(ballots or (1, 4), 30, tap),
        "next": lambda: session.open(proposed[-1].ballots if proposed else (), 0, tap),
        "close": lambda: session.close(ballots or in_state(room, BallotPhase.OPEN), tap),
        "reveal": lambda: session.reveal(ballots or in_state(room, BallotPhase.CLOSED), tap),
        "again": lambda: session.open_next_round(
            ballots or in_state(room, BallotPhase.REVEALED)[:1], 0, tap
        ),
        "reopen": lambda: session.reopen(ballots or in_state(room, BallotPhase.CLOSED)[:1], 9, tap),
        "note": lambda: session.add_note(ballots or (1,), "sebab", tap),
        "skip": lambda: session.skip(ballots or in_state(room, BallotPhase.OPEN), tap),
        "undo": lambda: session.undo(tap),
        "lock": lambda: session.lock(tap),
        "stale": lambda: session.undo(
            WorkshopRequest(who, tap.at, BOT, tap.key, session.number + 1)
        ),
        "proceed": lambda: proceed(room, tap),
    }
    return acts[kind]()


def in_state(room: WorkshopSession, wanted: BallotPhase) -> list[int]:
    return [ballot.number for ballot in room.session.list_in_phase(wanted)]


def proceed(room: WorkshopSession, tap: WorkshopRequest) -> Move | MoveRefused:
    """What a facilitator would do next."""
    if closed := in_state(room, BallotPhase.CLOSED):
        room.wait(3)
        return room.session.reveal(
            closed, WorkshopRequest(tap.respondent_id, room.now, BOT, tap.key, tap.seen_moves)
        )
    if open_now := in_state(room, BallotPhase.OPEN):
        return room.session.close(open_now, tap)
    if proposed := room.session.propose_next():
        return room.session.open(proposed[-1].ballots, 0, tap)
    return room.session.open_next_round(in_state(room, BallotPhase.REVEALED)[:2], 0, tap)


def vote(
    room: WorkshopSession, what: tuple[int, int, str, int, int, int], table: int | None
) -> None:
    """A vote, perhaps of an older round, of another table, late, or from the page."""
    who, ballot, value, older, source, offset = what
    known = room.session.states.get(ballot)
    opening = (known.opening if known else 0) - older
    tap = WorkshopRequest(who, room.now, source, room.key + offset)
    decided = room.session.vote(
        ballot, opening, value, tap, table=table, channel=VoteChannel.WEB, reason=""
    )
    if isinstance(decided, Vote):
        assert known is not None
        assert known.phase is BallotPhase.OPEN or timely(known.closing_move, tap)
        assert value in room.workshop.scale.answers
        assert room.workshop.can_judge(table, room.session.ballots[ballot].category)
        room.votes.append(decided)


def timely(closing: Move | None, tap: WorkshopRequest) -> bool:
    return (
        closing is not None
        and tap.at < closing.at + LATE_VOTE_LIMIT
        and (tap.source, closing.source) == (BOT, BOT)
        and tap.key < closing.key
    )


def play(room: WorkshopSession, story: list[tuple[str, object, object]]) -> None:
    """All of it, looking after each act at what must hold."""
    for kind, what, who in story:
        if kind == "vote":
            vote(room, what, who)  # type: ignore[arg-type]
        elif kind == "wait":
            room.wait(what)  # type: ignore[arg-type]
        else:
            before = session_state(room.session)
            decided = move(room, kind, what, who)  # type: ignore[arg-type]
            assert session_state(room.session) == before, "deciding changes nothing"
            if isinstance(decided, Move):
                carry_out(room, decided)
        holds(room)


def carry_out(room: WorkshopSession, decided: Move) -> None:
    """Do it, and see that taking it back would leave everything as it was."""
    session = room.session
    before, busy = session_state(session), tables_of(room, in_state(room, BallotPhase.OPEN))
    if decided.kind in (MoveKind.OPENED, MoveKind.AGAIN, MoveKind.REOPENED):
        assert tables_of(room, decided.ballots)
        assert not tables_of(room, decided.ballots) & busy, "a table has one thing at a time"
    room.apply_decision(decided)
    if decided.kind not in (MoveKind.UNDONE, MoveKind.LOCKED):
        other = room.restore_session()
        undone = other.undo(WorkshopRequest(SITI, room.now, WEB_SOURCE, 0, other.number))
        assert isinstance(undone, Move)
        other.apply(undone)
        assert session_state(other) == before


def tables_of(room: WorkshopSession, ballots: Iterable[int]) -> set[int]:
    """The tables that judge any of these."""
    categories = [room.session.ballots[number].category for number in ballots]
    return {table for name in categories for table in room.workshop.find_tables(name)}


def holds(room: WorkshopSession) -> None:
    """What must be true at any moment."""
    assert session_state(room.restore_session()) == session_state(room.session)
    for standing in room.session.states.values():
        assert standing.round <= room.workshop.rounds
        assert len(set(standing.openings)) == len(standing.openings)
        running = standing.phase in (BallotPhase.OPEN, BallotPhase.CLOSED)
        assert (standing.openings != standing.revealed_openings) == running


def recount(room: WorkshopSession) -> None:
    """Every result again from the votes, one by one."""
    for found in room.results():
        number = found.ballot.number
        standing = room.session.states[number]
        expected = []
        for opening in standing.openings:
            last = {}
            for cast in room.votes:
                if (cast.ballot, cast.opening) == (number, opening):
                    last[cast.respondent] = cast.value
            expected.append(Counter(last.values()))
        if standing.phase in (BallotPhase.OPEN, BallotPhase.CLOSED):
            expected = expected[:-1]
        assert [Counter(tally.counts) for tally in found.tallies] == expected
        if found.tally and found.rating.n:
            rated = [int(value) for value in expected[-1].elements() if value.isdecimal()]
            median = float(np.median(rated))
            assert (found.rating.n, found.rating.median) == (len(rated), median)
            near = np.mean([abs(rate - median) <= 1 for rate in rated])
            assert abs(found.rating.within_one - near) < 1e-12


@given(stories, st.sampled_from([(), TABLES]))
@settings(max_examples=150, deadline=None)
def test_the_record_gives_the_same_session_and_undo_the_one_before(
    story: list[tuple[str, object, object]], tables: tuple[()]
) -> None:
    room = WorkshopSession(tables=tables)
    play(room, story)


@given(stories)
@settings(max_examples=150, deadline=None)
def test_results_are_what_a_recount_of_the_votes_gives(
    story: list[tuple[str, object, object]],
) -> None:
    room = WorkshopSession(rule=AgreementRule(least=1))
    for kind, what, who in story:
        if kind == "vote":
            vote(room, what, who)  # type: ignore[arg-type]
        elif kind == "wait":
            room.wait(what)  # type: ignore[arg-type]
        elif isinstance(decided := move(room, kind, what, who), Move):  # type: ignore[arg-type]
            room.apply_decision(decided)
        recount(room)
    by_opening = [(v.ballot, v.opening) for v in room.votes]
    rounds = {
        (number, opening)
        for number, standing in room.session.states.items()
        for opening in standing.openings
    }
    counted = sum(room.session.find_round(ballot, opening) > 0 for ballot, opening in by_opening)
    assert counted == sum(by_opening.count(key) for key in rounds), "no vote is in two rounds"


@given(stories)
@settings(max_examples=80, deadline=None)
def test_what_was_revealed_changes_only_by_another_move(
    story: list[tuple[str, object, object]],
) -> None:
    room = WorkshopSession(rule=AgreementRule(least=1))
    for kind, what, who in story:
        shown = [(r.tallies, r.outcome) for r in room.results()]
        if kind == "vote":
            vote(room, what, who)  # type: ignore[arg-type]
            assert [(r.tallies, r.outcome) for r in room.results()] == shown
        elif kind == "wait":
            room.wait(what)  # type: ignore[arg-type]
        elif isinstance(decided := move(room, kind, what, who), Move):  # type: ignore[arg-type]
            room.apply_decision(decided)


@given(st.lists(st.text("12345", min_size=1, max_size=9), min_size=4, max_size=4), st.randoms())
@settings(deadline=None)
def test_results_do_not_ask_who_voted_first(rounds: list[str], chance: object) -> None:
    room = WorkshopSession(rule=AgreementRule(least=1))
    for ballot, values in zip(BALLOTS, rounds, strict=False):
        room.run_round(ballot.number, " ".join(values))
    before, order = room.results(), sort_least_agreed(room.results())
    chance.shuffle(room.votes)  # type: ignore[attr-defined]
    assert [r.tallies for r in room.results()] == [r.tallies for r in before]
    assert sort_least_agreed(room.results()) == order
    judged = [(r.rating.within_one, -r.rating.iqr) for r in order]
    assert judged == sorted(judged)
