"""What a facilitator can do next: each step with its ballots, and a button that says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks.workshop_callbacks import Do
from bot.screens.screen import BUTTON, Button, shortened
from bot.screens.workshop.ballot_text import Here, by_asset
from bot.translation import Texts
from survey.workshop.ballots import Ballot
from survey.workshop.moves import Kind, Move, State
from survey.workshop.plan import Room
from survey.workshop.results import Outcome, results
from survey.workshop.session import Extent, row_of


class Act(StrEnum):
    """The steps."""

    OPEN = "open"
    CLOSE = "close"
    REVEAL = "reveal"
    AGAIN = "again"
    REOPEN = "reopen"
    SKIP = "skip"
    UNDO = "undo"
    LOCK = "lock"


class Part(StrEnum):
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
FROM: dict[Act, tuple[State, ...]] = {
    Act.OPEN: (State.WAITING, State.SKIPPED),
    Act.CLOSE: (State.OPEN,),
    Act.REVEAL: (State.CLOSED,),
    Act.AGAIN: (State.REVEALED,),
    Act.REOPEN: (State.CLOSED,),
    Act.SKIP: (State.OPEN, State.CLOSED),
}


def meant(room: Room, act: str, part: str, ballot: int) -> tuple[int, ...]:
    """The ballots that a button meant; what is not there is left to the session to refuse."""
    session = room.session
    if part == Part.TABLES:
        parallel = (p for p in session.next_ballots() if p.extent is Extent.TABLES)
        return next((p.ballots for p in parallel), ())
    if part == Part.ONE or act not in FROM or ballot not in session.ballots:
        return (ballot,) if part != Part.ALL else everything(room, act)
    if part == Part.ROW:
        there = session.in_state(*FROM[Act(act)])
        if act == Act.OPEN:
            there = session.in_state(State.WAITING)
        return row_of(session.ballots[ballot], there)
    if part == Part.SPLIT:
        return tuple(b.number for b in split(room))
    return everything(room, act)


def everything(room: Room, act: str) -> tuple[int, ...]:
    """All ballots that a step can be about now."""
    if act == Act.AGAIN:
        return tuple(b.number for b in repeatable(room))
    states = FROM.get(Act(act), ()) if act in FROM else ()
    return tuple(b.number for b in room.session.in_state(*states))


def repeatable(room: Room) -> list[Ballot]:
    """Of the ballots revealed last those that may have another round."""
    session, most = room.session, room.plan.workshop.rounds
    return [b for b in session.latest() if session.standings[b.number].round < most]


def split(room: Room) -> list[Ballot]:
    """Of those the ones that are not agreed."""

    found = {r.ballot.number: r.outcome for r in results(room.session, room.tallies)}
    return [b for b in repeatable(room) if found[b.number] is Outcome.NOT_AGREED]


# Buttons


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a facilitator may take, in words."""

    act: Act
    part: Part
    ballot: int
    label: str


def button(here: Here, step: Step) -> Button:
    """It carries how many moves its screen knew of."""
    seen = here.room.session.number
    tap = Do(here.mark, seen, step.act, step.part, step.ballot, here.sight.seconds)
    return Button(shortened(step.label, BUTTON), tap)


def under_way(here: Here) -> list[Step]:
    """To end what is open, to reveal or go on with what is closed."""
    return [
        *for_rows(here, Act.CLOSE),
        *for_rows(here, Act.REVEAL),
        *for_rows(here, Act.REOPEN)[:1],
    ]


def for_rows(here: Here, act: Act) -> list[Step]:
    """A step for all ballots in a state, and for each row alone if there are several."""
    rows = by_asset(here.room.session.in_state(*FROM[act]))
    if not rows:
        return []

    def step(part: Part, first: Ballot, what: str) -> Step:
        return Step(act, part, first.number, ending(here.t, act, what))

    if len(rows) == 1:
        return [step(Part.ALL, rows[0][0], row_name(here, rows[0]))]
    every = step(Part.ALL, rows[0][0], here.t("everything ({n})", n=sum(map(len, rows))))
    return [every, *(step(Part.ROW, row[0], row_name(here, row)) for row in rows)]


def ending(t: Texts, act: Act, what: str) -> str:
    """What a button does with something that is under way."""
    return {
        Act.CLOSE: t("⏹ Close: {what}", what=what),
        Act.REVEAL: t("📊 Reveal: {what}", what=what),
        Act.REOPEN: t("↺ Reopen: {what}", what=what),
    }[act]


def row_name(here: Here, row: list[Ballot]) -> str:
    """A ballot by its name, several of an asset by the asset and their number."""
    if len(row) == 1:
        return here.brief(row[0])
    return f"{shortened(here.asset(row[0]), 24)} ({len(row)})"


def another_round(here: Here) -> list[Step]:
    """The next round of what was revealed last: of all, or of what is not agreed."""
    found, apart = repeatable(here.room), split(here.room)
    if not found:
        return []
    n = here.standing(found[0]).round + 1
    steps = []
    if 0 < len(apart) < len(found):
        label = here.t("🔁 Round {n}: not agreed ({count})", n=n, count=len(apart))
        steps.append(Step(Act.AGAIN, Part.SPLIT, apart[0].number, label))
    rows = by_asset(found)
    what = row_name(here, rows[0]) if len(rows) == 1 else here.t("everything ({n})", n=len(found))
    label = here.t("🔁 Round {n}: {what}", n=n, what=what)
    return [*steps, Step(Act.AGAIN, Part.ALL, found[0].number, label)]


def to_open(here: Here) -> list[Step]:
    """What could be opened next, the smallest first."""
    session, t = here.room.session, here.t
    steps = []
    for proposal in session.next_ballots():
        first = session.ballots[proposal.ballots[0]]
        rows = by_asset(session.ballots[n] for n in proposal.ballots)
        match proposal.extent:
            case Extent.ONE:
                label, part = t("▶ Open: {what}", what=here.brief(first)), Part.ONE
            case Extent.ROW:
                n, asset = len(proposal.ballots), shortened(here.asset(first), 20)
                label, part = t("▶▶ Open row {asset} ({n})", asset=asset, n=n), Part.ROW
            case Extent.TABLES:
                label = t("▶▶ Open in parallel for {n} tables", n=len(rows))
                part = Part.TABLES
        steps.append(Step(Act.OPEN, part, first.number, label))
    return steps


def taking_back(here: Here) -> list[Step]:
    """The last step, to be taken back."""
    last = here.room.session.last
    if last is None:
        return []
    label = here.t("↩️ Undo: {what}", what=told(here, last))
    return [Step(Act.UNDO, Part.ONE, 0, label)]


def skipping(here: Here) -> list[Step]:
    """What is under way, to be dropped."""
    rows = by_asset(here.room.under_way())
    what = row_name(here, rows[0]) if len(rows) == 1 else here.t("everything")
    return [Step(Act.SKIP, Part.ALL, 0, here.t("⏭ Skip: {what}", what=what))] if rows else []


def of_one(here: Here, ballot: Ballot) -> list[Step]:
    """Everything that can be done with one ballot."""
    t, standing = here.t, here.standing(ballot)
    labels = {
        Act.OPEN: t("▶ Open this ballot"),
        Act.CLOSE: t("⏹ Close voting"),
        Act.REVEAL: t("📊 Reveal the result"),
        Act.AGAIN: t("🔁 Open round {n}", n=standing.round + 1),
        Act.REOPEN: t("↺ Reopen this round"),
        Act.SKIP: t("⏭ Skip this ballot"),
    }
    states = {**FROM, Act.SKIP: (State.WAITING, State.OPEN, State.CLOSED)}
    used_up = standing.round >= here.plan.workshop.rounds
    return [
        Step(act, Part.ONE, ballot.number, label)
        for act, label in labels.items()
        if standing.state in states[act] and not (act is Act.AGAIN and used_up)
    ]


# In words


def done_word(t: Texts, kind: Kind) -> str:
    """What a move did."""
    return {
        Kind.OPENED: t("opened"),
        Kind.CLOSED: t("closed"),
        Kind.REVEALED: t("revealed"),
        Kind.AGAIN: t("opened for another round"),
        Kind.REOPENED: t("reopened"),
        Kind.NOTED: t("noted"),
        Kind.SKIPPED: t("skipped"),
        Kind.LOCKED: t("results locked"),
        Kind.UNDONE: t("taken back"),
    }[kind]


def told(here: Here, move: Move) -> str:
    """``closed Pompa Pluit × Banjir``."""
    rows = by_asset(here.room.session.ballots[n] for n in move.ballots)
    what = row_name(here, rows[0]) if len(rows) == 1 else here.t("{n} ballots", n=len(move.ballots))
    word = done_word(here.t, move.kind)
    return f"{word} {what}" if move.ballots else word
