"""What a facilitator can do next: each step with its ballots, and a button that says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks.workshop_callbacks import FacilitatorAction
from bot.screens.screen import BUTTON_LENGTH, Button, truncate_text
from bot.screens.workshop.ballot_text import group_by_asset
from bot.screens.workshop.workshop_view import WorkshopView
from bot.translation import Translator
from survey.workshop.ballots import Ballot
from survey.workshop.moves import BallotPhase, Move, MoveKind
from survey.workshop.plan import Room
from survey.workshop.results import Outcome, build_results
from survey.workshop.session import ProposalExtent, find_asset_row


class SessionAction(StrEnum):
    """The steps."""

    OPEN = "open"
    CLOSE = "close"
    REVEAL = "reveal"
    AGAIN = "again"
    REOPEN = "reopen"
    SKIP = "skip"
    UNDO = "undo"
    LOCK = "lock"


class BallotScope(StrEnum):
    """Which ballots a step is about, counted from the one that it names."""

    ONE = "one"
    #: The asset's other ballots in the same state too.
    ROW = "row"
    #: Every ballot in that state; of revealed ones those revealed last.
    ALL = "all"
    #: Of those revealed last the ones that are not agreed.
    SPLIT = "split"
    #: A row for each free table.
    TABLES = "tables"


#: In which states a ballot must be for a step.
STATES_BEFORE: dict[SessionAction, tuple[BallotPhase, ...]] = {
    SessionAction.OPEN: (BallotPhase.WAITING, BallotPhase.SKIPPED),
    SessionAction.CLOSE: (BallotPhase.OPEN,),
    SessionAction.REVEAL: (BallotPhase.CLOSED,),
    SessionAction.AGAIN: (BallotPhase.REVEALED,),
    SessionAction.REOPEN: (BallotPhase.CLOSED,),
    SessionAction.SKIP: (BallotPhase.OPEN, BallotPhase.CLOSED),
}


def find_meant_ballots(room: Room, act: str, part: str, ballot: int) -> tuple[int, ...]:
    """The ballots that a button meant; what is not there is left to the session to refuse."""
    session = room.session
    if part == BallotScope.TABLES:
        parallel = (p for p in session.propose_next() if p.extent is ProposalExtent.TABLES)
        return next((p.ballots for p in parallel), ())
    if part == BallotScope.ONE or act not in STATES_BEFORE or ballot not in session.ballots:
        return (ballot,) if part != BallotScope.ALL else list_affected_ballots(room, act)
    if part == BallotScope.ROW:
        there = session.list_in_phase(*STATES_BEFORE[SessionAction(act)])
        if act == SessionAction.OPEN:
            there = session.list_in_phase(BallotPhase.WAITING)
        return find_asset_row(session.ballots[ballot], there)
    if part == BallotScope.SPLIT:
        return tuple(b.number for b in list_unagreed_ballots(room))
    return list_affected_ballots(room, act)


def list_affected_ballots(room: Room, act: str) -> tuple[int, ...]:
    """All ballots that a step can be about now."""
    if act == SessionAction.AGAIN:
        return tuple(b.number for b in list_repeatable_ballots(room))
    states = STATES_BEFORE.get(SessionAction(act), ()) if act in STATES_BEFORE else ()
    return tuple(b.number for b in room.session.list_in_phase(*states))


def list_repeatable_ballots(room: Room) -> list[Ballot]:
    """Of the ballots revealed last those that may have another round."""
    session, most = room.session, room.plan.workshop.rounds
    return [b for b in session.list_just_revealed() if session.states[b.number].round < most]


def list_unagreed_ballots(room: Room) -> list[Ballot]:
    """The repeatable ballots on which people do not agree."""
    outcomes = {r.ballot.number: r.outcome for r in build_results(room.session, room.tallies)}
    return [b for b in list_repeatable_ballots(room) if outcomes[b.number] is Outcome.NOT_AGREED]


# Buttons


@dataclass(frozen=True, slots=True)
class SessionStep:
    """A step that a facilitator may take, in words."""

    action: SessionAction
    scope: BallotScope
    ballot: int
    label: str


def build_session_button(view: WorkshopView, step: SessionStep) -> Button:
    """It carries how many moves its screen knew of."""
    seen = view.room.session.number
    tap = FacilitatorAction(
        view.short_id, seen, step.action, step.scope, step.ballot, view.page.seconds
    )
    return Button(truncate_text(step.label, BUTTON_LENGTH), tap)


def list_pending_steps(view: WorkshopView) -> list[SessionStep]:
    """To end what is open, to reveal or go on with what is closed."""
    return [
        *list_row_steps(view, SessionAction.CLOSE),
        *list_row_steps(view, SessionAction.REVEAL),
        *list_row_steps(view, SessionAction.REOPEN)[:1],
    ]


def list_row_steps(view: WorkshopView, act: SessionAction) -> list[SessionStep]:
    """A step for all ballots in a state, and for each row alone if there are several."""
    rows = group_by_asset(view.room.session.list_in_phase(*STATES_BEFORE[act]))
    if not rows:
        return []

    def step(part: BallotScope, first: Ballot, what: str) -> SessionStep:
        return SessionStep(act, part, first.number, format_ending_label(view.t, act, what))

    if len(rows) == 1:
        return [step(BallotScope.ALL, rows[0][0], name_ballot_row(view, rows[0]))]
    every = step(BallotScope.ALL, rows[0][0], view.t("everything ({n})", n=sum(map(len, rows))))
    return [every, *(step(BallotScope.ROW, row[0], name_ballot_row(view, row)) for row in rows)]


def format_ending_label(t: Translator, act: SessionAction, what: str) -> str:
    """What a button does with something that is under way."""
    return {
        SessionAction.CLOSE: t("⏹ Close: {what}", what=what),
        SessionAction.REVEAL: t("📊 Reveal: {what}", what=what),
        SessionAction.REOPEN: t("↺ Reopen: {what}", what=what),
    }[act]


def name_ballot_row(view: WorkshopView, row: list[Ballot]) -> str:
    """A ballot by its name, several of an asset by the asset and their number."""
    if len(row) == 1:
        return view.abbreviate_ballot(row[0])
    return f"{truncate_text(view.name_asset(row[0]), 24)} ({len(row)})"


def list_round_steps(view: WorkshopView) -> list[SessionStep]:
    """The next round of what was revealed last: of all, or of what is not agreed."""
    repeatable, unagreed = list_repeatable_ballots(view.room), list_unagreed_ballots(view.room)
    if not repeatable:
        return []
    n = view.get_ballot_state(repeatable[0]).round + 1
    steps = []
    if 0 < len(unagreed) < len(repeatable):
        label = view.t("🔁 Round {n}: not agreed ({count})", n=n, count=len(unagreed))
        steps.append(SessionStep(SessionAction.AGAIN, BallotScope.SPLIT, unagreed[0].number, label))
    rows = group_by_asset(repeatable)
    what = (
        name_ballot_row(view, rows[0])
        if len(rows) == 1
        else view.t("everything ({n})", n=len(repeatable))
    )
    label = view.t("🔁 Round {n}: {what}", n=n, what=what)
    return [*steps, SessionStep(SessionAction.AGAIN, BallotScope.ALL, repeatable[0].number, label)]


def list_opening_steps(view: WorkshopView) -> list[SessionStep]:
    """What could be opened next, the smallest first."""
    session, t = view.room.session, view.t
    steps = []
    for proposal in session.propose_next():
        first = session.ballots[proposal.ballots[0]]
        rows = group_by_asset(session.ballots[n] for n in proposal.ballots)
        match proposal.extent:
            case ProposalExtent.ONE:
                label, part = (
                    t("▶ Open: {what}", what=view.abbreviate_ballot(first)),
                    BallotScope.ONE,
                )
            case ProposalExtent.ROW:
                n, asset = len(proposal.ballots), truncate_text(view.name_asset(first), 20)
                label = t("▶▶ Open all shocks for {asset} ({n})", asset=asset, n=n)
                part = BallotScope.ROW
            case ProposalExtent.TABLES:
                label = t("▶▶ Open in parallel for {n} tables", n=len(rows))
                part = BallotScope.TABLES
        steps.append(SessionStep(SessionAction.OPEN, part, first.number, label))
    return steps


def list_undo_steps(view: WorkshopView) -> list[SessionStep]:
    """The last step, to be taken back."""
    last = view.room.session.last_move
    if last is None:
        return []
    label = view.t("↩️ Undo: {what}", what=describe_move(view, last))
    return [SessionStep(SessionAction.UNDO, BallotScope.ONE, 0, label)]


def list_skip_steps(view: WorkshopView) -> list[SessionStep]:
    """What is under way, to be dropped."""
    rows = group_by_asset(view.room.list_under_way())
    what = name_ballot_row(view, rows[0]) if len(rows) == 1 else view.t("everything")
    return (
        [SessionStep(SessionAction.SKIP, BallotScope.ALL, 0, view.t("⏭ Skip: {what}", what=what))]
        if rows
        else []
    )


def list_ballot_steps(view: WorkshopView, ballot: Ballot) -> list[SessionStep]:
    """Everything that can be done with one ballot."""
    t, state = view.t, view.get_ballot_state(ballot)
    labels = {
        SessionAction.OPEN: t("▶ Open this ballot"),
        SessionAction.CLOSE: t("⏹ Close voting"),
        SessionAction.REVEAL: t("📊 Reveal the result"),
        SessionAction.AGAIN: t("🔁 Open round {n}", n=state.round + 1),
        SessionAction.REOPEN: t("↺ Reopen this round"),
        SessionAction.SKIP: t("⏭ Skip this ballot"),
    }
    states = {
        **STATES_BEFORE,
        SessionAction.SKIP: (BallotPhase.WAITING, BallotPhase.OPEN, BallotPhase.CLOSED),
    }
    used_up = state.round >= view.plan.workshop.rounds
    return [
        SessionStep(act, BallotScope.ONE, ballot.number, label)
        for act, label in labels.items()
        if state.phase in states[act] and not (act is SessionAction.AGAIN and used_up)
    ]


# In words


def name_move_kind(t: Translator, kind: MoveKind) -> str:
    """What a move did."""
    return {
        MoveKind.OPENED: t("opened"),
        MoveKind.CLOSED: t("closed"),
        MoveKind.REVEALED: t("revealed"),
        MoveKind.AGAIN: t("opened for another round"),
        MoveKind.REOPENED: t("reopened"),
        MoveKind.NOTED: t("noted"),
        MoveKind.SKIPPED: t("skipped"),
        MoveKind.LOCKED: t("results locked"),
        MoveKind.UNDONE: t("taken back"),
    }[kind]


def describe_move(view: WorkshopView, move: Move) -> str:
    """``closed Pompa Pluit × Banjir``."""
    rows = group_by_asset(view.room.session.ballots[n] for n in move.ballots)
    what = (
        name_ballot_row(view, rows[0])
        if len(rows) == 1
        else view.t("{n} ballots", n=len(move.ballots))
    )
    word = name_move_kind(view.t, move.kind)
    return f"{word} {what}" if move.ballots else word
