"""A workshop in session: rounds, votes in the last second, two facilitators, results."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from survey.workshop.agreement import AgreementRule, Verdict
from survey.workshop.ballots import Ballot, BallotMode, Table
from survey.workshop.moves import (
    WEB_SOURCE,
    BallotPhase,
    ChangeReason,
    Move,
    MoveKind,
    MoveRefusalReason,
    MoveRefused,
    Vote,
    VoteChannel,
    WorkshopRequest,
)
from survey.workshop.results import Outcome, Shift, choose_agreed_value, sort_least_agreed
from survey.workshop.session import Proposal, ProposalExtent
from tests.survey.session_helpers import (
    BALLOTS,
    BOT,
    OTHER_BOT,
    SITI,
    TABLES,
    WAYAN,
    WorkshopSession,
    load_register,
    session_state,
)


def why(decided: Move | Vote | MoveRefused) -> MoveRefusalReason:
    """Why something was refused, which it must have been."""
    assert isinstance(decided, MoveRefused), decided
    return decided.reason


def test_a_ballot_goes_from_opening_to_a_second_round() -> None:
    room = WorkshopSession()
    assert room.session.find_phase(1) is BallotPhase.WAITING
    room.open(1)
    room.cast_votes(1, "2 2 3 5 5 5")
    assert room.session.list_open_for(None) == [BALLOTS[0]]
    room.close(1)
    assert room.result(1).tally is None
    room.reveal(1)
    assert room.result(1).outcome is Outcome.NOT_AGREED
    again = room.open_again(1)
    assert (room.session.states[1].round, room.session.states[1].opening) == (2, again.number)
    room.cast_votes(1, "4 4 4 5 5 tt")
    assert room.result(1).tallies[-1].voter_count == 6, (
        "the first round stands while the second runs"
    )
    assert room.result(1).rating.n == 6
    room.close(1)
    room.reveal(1)
    found = room.result(1)
    assert (found.rating.n, found.rating.median, found.outcome) == (5, 4, Outcome.RATED)
    assert found.shift == Shift(0.0, -2.0, pytest.approx(1 - 4 / 6))


def test_results_are_not_to_be_had_before_they_are_revealed() -> None:
    room = WorkshopSession()
    for stage in (room.open, room.close):
        stage(1)
        if stage == room.open:
            room.cast_votes(1, "1 1 1 1 1 1")
        found = room.result(1)
        assert (found.tallies, found.outcome, found.verdict) == ((), Outcome.PENDING, None)
    room.reveal(1)
    assert room.result(1).tally.voter_count == 6


def test_a_second_tap_changes_the_vote_and_only_the_last_counts() -> None:
    room = WorkshopSession(rule=AgreementRule(least=1))
    room.open(1)
    room.cast_votes(1, "1 2")
    room.cast_vote(101, 1, "5")
    room.cast_vote(102, 1, "bb")
    room.close(1)
    room.reveal(1)
    tally = room.result(1).tally
    assert (dict(tally.counts), tally.points, tally.voter_count) == ({"5": 1, "bb": 1}, {5: 1}, 2)
    assert tally.channels == {VoteChannel.TELEGRAM: 2}


def test_who_is_not_exposed_is_counted_apart() -> None:
    tally = WorkshopSession().run_round(1, "tp tp tp 4 4 4 4 4 tt bb").tally
    assert (tally.rating.n, tally.unexposed_count, tally.voter_count) == (5, 3, 10)


# Who may vote on what, and when


def test_a_vote_needs_an_open_ballot_of_ones_own_table_and_an_answer_of_the_scale() -> None:
    room = WorkshopSession(tables=TABLES)
    assert why(room.try_vote(101, 1, "3", table=2)) is MoveRefusalReason.CLOSED
    room.open(1)
    assert isinstance(room.try_vote(101, 1, "3", table=2), Vote)
    assert why(room.try_vote(101, 1, "3", table=1)) is MoveRefusalReason.TABLE
    assert why(room.try_vote(101, 1, "3", table=None)) is MoveRefusalReason.TABLE
    assert why(room.try_vote(101, 1, "3", table=9)) is MoveRefusalReason.TABLE
    assert why(room.try_vote(101, 99, "3", table=2)) is MoveRefusalReason.UNKNOWN
    for value in ("0", "6", "", "-1", "3.0", "xx", "³"):
        assert why(room.try_vote(101, 1, value, table=2)) is MoveRefusalReason.VALUE
    assert [vote.value for vote in room.votes] == ["3"]


def test_a_card_of_the_round_before_is_stale() -> None:
    room = WorkshopSession()
    room.run_round(1, "1 1 5 5 5")
    first = room.session.states[1].opening
    room.open_again(1)
    assert why(room.try_vote(101, 1, "4", opening=first)) is MoveRefusalReason.STALE
    assert why(room.try_vote(101, 1, "4", opening=0)) is MoveRefusalReason.STALE


@pytest.mark.parametrize(
    ("source", "earlier", "behind", "counts"),
    [
        (BOT, 1, 1.9, True),
        (BOT, 1, 2.0, False),
        (BOT, 1, -0.5, True),
        (BOT, 0, 0.1, False),
        (BOT, -1, 0.1, False),
        (OTHER_BOT, 1, 0.1, False),
        (WEB_SOURCE, 1, 0.1, False),
        (WEB_SOURCE, 1, 0.0, False),
        (WEB_SOURCE, -1, -0.1, True),
    ],
)
def test_a_vote_tapped_before_the_close_may_arrive_two_seconds_late(
    source: int, earlier: int, behind: float, counts: bool
) -> None:
    room = WorkshopSession()
    room.open(1)
    closing = room.close(1)
    arrived = closing.at + timedelta(seconds=behind)
    late = room.try_vote(
        101, 1, "4", tap=WorkshopRequest(101, arrived, source, closing.key - earlier)
    )
    assert isinstance(late, Vote) == counts
    if not counts:
        assert why(late) is MoveRefusalReason.CLOSED


def test_a_close_from_the_page_lets_nothing_in_afterwards() -> None:
    room = WorkshopSession()
    room.open(1)
    closing = room.apply_decision(room.session.close([1], room.tap(source=WEB_SOURCE)))
    for source in (WEB_SOURCE, BOT):
        late = room.try_vote(
            101, 1, "4", tap=WorkshopRequest(101, closing.at, source, closing.key - 1)
        )
        assert why(late) is MoveRefusalReason.CLOSED


def test_the_reveal_waits_until_no_vote_can_arrive_and_then_none_does() -> None:
    room = WorkshopSession()
    room.open(1)
    closing = room.close(1)
    soon = replace(room.tap(), at=closing.at + timedelta(seconds=1.999))
    refused = room.session.reveal([1], soon)
    assert refused == MoveRefused(MoveRefusalReason.WAIT, (1,), closing.at + timedelta(seconds=2))
    room.apply_decision(room.session.reveal([1], replace(soon, at=refused.until)))
    late = WorkshopRequest(101, closing.at + timedelta(seconds=1), BOT, closing.key - 1)
    assert why(room.try_vote(101, 1, "4", tap=late)) is MoveRefusalReason.CLOSED


# Confirm or change


def test_whoever_changes_a_baseline_is_asked_why_and_the_vote_counts_at_once() -> None:
    room = WorkshopSession()
    room.open(2)
    room.cast_votes(2, "3 4 4 4 4")
    changed = room.cast_vote(106, 2, "4", ChangeReason.NEW_DATA)
    assert changed.reason == "new_data"
    assert room.cast_vote(101, 2, "3", ChangeReason.CHANGED).reason == "", (
        "agreeing needs no reason"
    )
    assert room.cast_vote(107, 2, "tt", ChangeReason.CHANGED).reason == ""
    assert room.cast_vote(108, 2, "tp", "di luar  tanggul").reason == "di luar tanggul"
    explained = room.session.explain(room.votes[1], "Sudah diperbaiki 2025", room.tap(102))
    assert isinstance(explained, Vote)
    room.votes.append(explained)
    room.close(2)
    room.reveal(2)
    found = room.result(2)
    assert (found.outcome, found.agreed_value, found.dissenter_count) == (Outcome.CHANGED, 4, 5)
    assert found.tally.reasons == {
        "new_data": 1,
        "Sudah diperbaiki 2025": 1,
        "di luar tanggul": 1,
    }


def test_a_reason_may_follow_after_the_close_but_not_into_the_next_round() -> None:
    room = WorkshopSession()
    room.open(2)
    vote = room.cast_vote(101, 2, "5")
    agreed = room.cast_vote(102, 2, "3")
    room.close(2)
    room.reveal(2)
    assert isinstance(room.session.explain(vote, ChangeReason.CHANGED, room.tap(101)), Vote)
    assert (
        why(room.session.explain(vote, ChangeReason.CHANGED, room.tap(102)))
        is MoveRefusalReason.STALE
    )
    assert (
        why(room.session.explain(agreed, ChangeReason.CHANGED, room.tap(102)))
        is MoveRefusalReason.STALE
    )
    numbers = ("081234567890", "0812-3456-7890", "+62 812 3456 7890", "(021) 345 6789")
    for words in ("", " ", "x" * 301, *(f"hubungi {number}" for number in numbers)):
        assert why(room.session.explain(vote, words, room.tap(101))) is MoveRefusalReason.WORDS
    room.open_again(2)
    assert (
        why(room.session.explain(vote, ChangeReason.CHANGED, room.tap(101)))
        is MoveRefusalReason.STALE
    )


def test_a_blind_ballot_asks_for_no_reason() -> None:
    room = WorkshopSession()
    room.open(3)
    assert room.cast_vote(101, 3, "5", ChangeReason.NEW_DATA).reason == ""
    assert not BALLOTS[2].wants_reason("5")


@pytest.mark.parametrize(
    ("values", "outcome", "value"),
    [
        ("3 3 3 3 4", Outcome.CONFIRMED, 3),
        ("3 3 3 4 4 4", Outcome.CONFIRMED, 3),
        ("4 4 4 4 3", Outcome.CHANGED, 4),
        ("4 4 4 5 5 5", Outcome.CHANGED, 4),
        ("1 1 1 2 2 2", Outcome.CHANGED, 2),
        ("1 1 5 5 5", Outcome.NOT_AGREED, None),
        ("3 3 3 3 tt tt", Outcome.TOO_FEW, None),
    ],
)
def test_what_a_ballot_with_a_baseline_of_three_comes_to(
    values: str, outcome: Outcome, value: int | None
) -> None:
    found = WorkshopSession().run_round(2, values)
    assert (found.outcome, found.agreed_value) == (outcome, value)


def test_a_median_between_two_points_goes_no_further_from_the_baseline_than_it_must() -> None:
    assert [choose_agreed_value(3.5, baseline) for baseline in range(1, 6)] == [3, 3, 3, 4, 4]
    assert [choose_agreed_value(3.0, baseline) for baseline in range(1, 6)] == [3] * 5


def test_a_ballot_cannot_ask_to_confirm_nothing() -> None:
    with pytest.raises(ValueError, match="confirm"):
        Ballot(1, "kbt", "rob", mode=BallotMode.CONFIRM)


# What a facilitator does


def test_rounds_are_fixed_beforehand() -> None:
    room = WorkshopSession(rounds=2)
    room.run_round(1, "1 1 5 5 5")
    room.run_round(1, "1 1 5 5 5")
    assert why(room.session.open_next_round([1], 0, room.tap())) is MoveRefusalReason.ROUNDS
    room.undo(), room.undo(), room.undo()
    room.open_again(1)


def test_a_round_closed_too_early_is_opened_again_with_its_votes() -> None:
    room = WorkshopSession(rule=AgreementRule(least=1))
    opening = room.open(1, seconds=60)
    room.cast_votes(1, "4 4")
    room.close(1)
    reopened = room.apply_decision(room.session.reopen([1], 30, room.tap()))
    standing = room.session.states[1]
    assert (standing.opening, standing.round) == (opening.number, 1)
    assert standing.compute_time_left(reopened.at + timedelta(seconds=10)) == timedelta(seconds=20)
    room.cast_vote(103, 1, "5")
    room.close(1)
    room.reveal(1)
    assert room.result(1).rating.n == 3
    assert why(room.session.reopen([1], 0, room.tap())) is MoveRefusalReason.STATE


def test_a_timer_runs_down_and_stays_at_nought() -> None:
    room = WorkshopSession()
    opening = room.open(1, seconds=90)
    left = room.session.states[1].compute_time_left
    assert left(opening.at + timedelta(seconds=30)) == timedelta(seconds=60)
    assert left(opening.at + timedelta(hours=1)) == timedelta()
    assert isinstance(room.cast_vote(101, 1, "4"), Vote), "the facilitator closes, not the timer"
    assert why(room.session.open([2], 3601, room.tap())) is MoveRefusalReason.TIMER
    room.close(1)
    assert room.session.states[1].compute_time_left(room.now) is None
    room.open(2)
    assert room.session.states[2].compute_time_left(room.now) is None


def test_of_two_facilitators_the_later_is_told_what_happened_meanwhile() -> None:
    room = WorkshopSession()
    wayan, siti = room.tap(WAYAN), room.tap(SITI)
    opening = room.apply_decision(room.session.open([1], 0, wayan))
    refused = room.session.open([3], 0, siti)
    assert why(refused) is MoveRefusalReason.MEANWHILE
    assert room.session.list_moves_since(siti.seen_moves) == [opening]
    stale = replace(room.tap(SITI), seen_moves=0)
    for decided in (
        room.session.close([1], stale),
        room.session.undo(stale),
        room.session.lock(stale),
        room.session.add_note([1], "x", stale),
    ):
        assert why(decided) is MoveRefusalReason.MEANWHILE
    with pytest.raises(ValueError, match="cannot follow"):
        room.session.apply(opening)


def test_nothing_is_done_to_a_ballot_that_is_not_in_a_state_for_it() -> None:
    room = WorkshopSession()
    session = room.session
    assert why(session.close([1], room.tap())) is MoveRefusalReason.STATE
    assert why(session.reveal([1], room.tap())) is MoveRefusalReason.STATE
    assert why(session.open_next_round([1], 0, room.tap())) is MoveRefusalReason.STATE
    assert session.open([1, 99], 0, room.tap()) == MoveRefused(MoveRefusalReason.UNKNOWN)
    assert why(session.open([], 0, room.tap())) is MoveRefusalReason.UNKNOWN
    assert why(session.open([1, 1], 0, room.tap())) is MoveRefusalReason.UNKNOWN
    room.open(1)
    assert why(session.open([1], 0, room.tap())) is MoveRefusalReason.STATE
    assert session.open([3], 0, room.tap()) == MoveRefused(MoveRefusalReason.BUSY, (1,))
    assert why(session.open_next_round([1], 0, room.tap())) is MoveRefusalReason.STATE


def test_a_skipped_ballot_has_no_result_and_an_earlier_round_stands() -> None:
    room = WorkshopSession()
    room.apply_decision(room.session.skip([1], room.tap()))
    assert (room.result(1).outcome, room.session.propose_next()[0].ballots) == ("skipped", (2,))
    room.open(1)
    dropped = room.session.states[1].opening
    room.cast_votes(1, "1 1 1 1 1")
    room.apply_decision(room.session.skip([1], room.tap()))
    assert room.result(1).tallies == ()
    assert room.session.find_round(1, dropped) == 0
    room.run_round(3, "2 2 2 2 3")
    room.open_again(3)
    room.cast_votes(3, "5 5 5 5 5")
    room.apply_decision(room.session.skip([3], room.tap()))
    assert (room.result(3).outcome, room.session.find_phase(3)) == (
        "confirmed",
        BallotPhase.REVEALED,
    )
    assert why(room.session.skip([3], room.tap())) is MoveRefusalReason.STATE


def test_notes_are_kept_in_their_order() -> None:
    room = WorkshopSession()
    for words in ("Pompa baru\n2024", "Data BPBD"):
        room.apply_decision(room.session.add_note([1, 2], words, room.tap()))
    assert room.result(2).state.notes == ("Pompa baru 2024", "Data BPBD")
    assert why(room.session.add_note([1], "  ", room.tap())) is MoveRefusalReason.WORDS


def test_a_locked_session_is_final() -> None:
    room = WorkshopSession()
    room.open(1)
    assert room.session.lock(room.tap()) == MoveRefused(MoveRefusalReason.UNSETTLED, (1,))
    room.close(1)
    assert why(room.session.lock(room.tap())) is MoveRefusalReason.UNSETTLED
    room.reveal(1)
    room.apply_decision(room.session.lock(room.tap()))
    tap = room.tap()
    for decided in (
        room.session.undo(tap),
        room.session.open([2], 0, tap),
        room.session.open_next_round([1], 0, tap),
        room.session.add_note([1], "x", tap),
        room.session.lock(tap),
    ):
        assert why(decided) is MoveRefusalReason.LOCKED
    assert room.session.propose_next() == []
    assert room.session.last_move is None


def test_every_move_but_the_lock_can_be_taken_back_one_after_another() -> None:
    room = WorkshopSession()
    before = []
    for act in (
        lambda: room.session.open([1, 2], 60, room.tap()),
        lambda: room.session.close([1, 2], room.tap()),
        lambda: room.session.reopen([2], 0, room.tap()),
        lambda: room.session.close([2], room.tap()),
        lambda: room.session.reveal([1, 2], replace(room.tap(), at=room.now + timedelta(1))),
        lambda: room.session.add_note([1], "sebab", room.tap()),
        lambda: room.session.open_next_round([1], 0, room.tap()),
        lambda: room.session.skip([1, 3], room.tap()),
    ):
        before.append(session_state(room.session))
        room.apply_decision(act())
    for stood in reversed(before):
        undone = room.undo()
        assert undone.kind is MoveKind.UNDONE
        assert session_state(room.restore_session()) == session_state(room.session) == stood
    assert why(room.session.undo(room.tap())) is MoveRefusalReason.NOTHING
    with pytest.raises(ValueError, match="nothing"):
        room.session.apply(replace(undone, number=room.session.number + 1))


def test_votes_of_a_round_that_was_taken_back_never_count_again() -> None:
    room = WorkshopSession()
    first = room.open(1)
    room.cast_votes(1, "1 1 1 1 1 1")
    room.undo()
    assert room.session.find_phase(1) is BallotPhase.WAITING
    room.open(1)
    assert why(room.try_vote(101, 1, "1", opening=first.number)) is MoveRefusalReason.STALE
    room.cast_votes(1, "5 5 5 5 5")
    room.close(1)
    room.reveal(1)
    assert room.result(1).tally.points == {5: 5}


# What comes next


def test_what_can_be_opened_next_is_a_ballot_a_row_or_a_row_for_each_table() -> None:
    room = WorkshopSession(tables=TABLES)
    assert room.session.propose_next() == [
        Proposal(ProposalExtent.ONE, (1,)),
        Proposal(ProposalExtent.ROW, (1, 2)),
        Proposal(ProposalExtent.TABLES, (1, 2, 4, 5)),
    ]
    room.open(1, 2, 4, 5)
    assert room.session.propose_next() == []
    assert [b.number for b in room.session.list_open_for(1)] == [4, 5]
    assert [b.number for b in room.session.list_open_for(2)] == [1, 2]
    room.close(1, 2)
    assert room.session.propose_next() == [Proposal(ProposalExtent.ONE, (3,))], "one table is free"


def test_a_room_without_tables_works_on_one_thing_at_a_time() -> None:
    room = WorkshopSession()
    assert [p.extent for p in room.session.propose_next()] == [
        ProposalExtent.ONE,
        ProposalExtent.ROW,
    ]
    assert why(room.session.open([], 0, room.tap())) is MoveRefusalReason.UNKNOWN
    room.open(1, 2)
    assert room.session.propose_next() == []


def test_a_ballot_that_no_table_judges_is_not_opened() -> None:
    room = WorkshopSession(tables=(Table(1, "Air", ("air",)),))
    assert room.session.propose_next()[0].ballots == (4,)
    assert room.session.open([1], 0, room.tap()) == MoveRefused(MoveRefusalReason.NOBODY, (1,))


def test_the_least_agreed_come_first_and_those_with_too_few_votes_not_at_all() -> None:
    room = WorkshopSession()
    room.run_round(1, "3 3 3 3 3")
    room.run_round(3, "1 1 3 5 5")
    room.run_round(4, "2 3 4 4 5 5")
    room.run_round(2, "1 5")
    found = sort_least_agreed(room.results())
    assert [result.ballot.number for result in found] == [3, 4, 1]
    assert [result.verdict for result in found] == [
        Verdict.NOT_AGREED,
        Verdict.NOT_AGREED,
        Verdict.AGREED,
    ]


def test_the_scale_and_the_lists_are_those_of_the_questionnaire() -> None:
    known = load_register()
    assert known.scale.points == (1, 2, 3, 4, 5)
    assert known.scale.specials == ("tp", "tt", "bb")
    assert known.scale.anchor("5", "id") == "Lumpuh atau rusak permanen"
    assert known.scale.anchor("tp", "en") == "Not exposed"
    assert (len(known.assets), len(known.shocks)) == (60, 15)
    assert known.assets[0].label("en") == "Buaran drinking-water plant"
    assert (known.shocks[1].code, known.shocks[1].label("id")) == ("rob", "Banjir rob (air laut)")
    assert known.categories[:2] == ("air", "sampah")
