"""The card on which a participant votes: one ballot, or an asset's row of them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks.workshop_callbacks import Because, Vote
from bot.screens.screen import (
    BUTTON,
    Button,
    Rows,
    Screen,
    bold,
    column,
    italic,
    paired,
    paragraphs,
    safe,
    shortened,
)
from bot.screens.workshop.ballot_text import Here, anchors, bars, figures, last_round
from survey.workshop.ballots import Ballot, Mode
from survey.workshop.moves import Vote as Given
from survey.workshop.moves import Why


@dataclass(frozen=True, slots=True)
class Owed:
    """A vote that disagrees with the earlier rating and does not say why yet."""

    ballot: Ballot
    vote: Given
    words: tuple[str, ...]


def booth(here: Here, warning: str) -> Screen:
    """What can be voted on now; what is asked stands just above the buttons."""
    mine = here.room.mine()
    due = owed(here)
    if due and here.sight.page == "why" and due.ballot in mine:
        return asking_why(here, due)
    active = at(here, mine)
    body = paragraphs(
        head(here, active),
        others(here, mine, active),
        before(here, active),
        here.t("How badly would it be hit?") + "\n" + anchors(here),
        earlier(here, active),
        warning,
        f"{bold(safe(here.asset(active)))}\n{subject(here, mine, active)}",
        yours(here, mine, active),
    )
    rows = (*answers(here, active), *moves(here, mine, active), *another_table(here))
    return Screen(body, rows)


def at(here: Here, mine: list[Ballot]) -> Ballot:
    """The ballot to vote on: the one they went to, else the first without a vote."""
    chosen = (
        b for b in mine if here.sight.page in ("row", "why") and b.number == here.sight.number
    )
    unvoted = (b for b in mine if b.number not in here.room.votes)
    return next(chosen, None) or next(unvoted, mine[0])


def asking(here: Here) -> tuple[int, int]:
    """The ballot to vote on and the move that opened its round; noughts if there is none."""
    if not (mine := here.room.mine()):
        return 0, 0
    ballot = at(here, mine)
    return ballot.number, here.standing(ballot).opening


def head(here: Here, ballot: Ballot) -> str:
    """``🗳 Round 1 of 2 · until 10.42``."""
    return "🗳 " + " · ".join(filter(None, (here.round(ballot), here.until(ballot))))


def others(here: Here, mine: list[Ballot], active: Ballot) -> str:
    """The other rows that were voted on, in a few words."""
    voted = [b for b in mine if b is not active and b.number in here.room.votes]
    votes = {b.number: safe(here.saying(here.room.votes[b.number].value)) for b in voted}
    return " · ".join(f"{safe(here.shock(b))}: {bold(votes[b.number])}" for b in voted)


def subject(here: Here, mine: list[Ballot], active: Ballot) -> str:
    """The shock; among several with its place."""
    shock = bold(safe(here.shock(active)))
    if len(mine) == 1:
        return f"× {shock}"
    place = here.t("{here} of {total}", here=mine.index(active) + 1, total=len(mine))
    return f"▶ {shock} ({place})"


def yours(here: Here, mine: list[Ballot], active: Ballot) -> str:
    """One's vote on it; and, of several, that none is left."""
    given, t = here.room.votes.get(active.number), here.t
    if given is None:
        return ""
    value = bold(safe(here.saying(given.value)))
    said = t("Your vote: {value} · can be changed until closing", value=value)
    if len(mine) == 1 or any(b.number not in here.room.votes for b in mine):
        return said
    return "\n".join([said, t("✓ All {n} done. Please wait for the result.", n=len(mine))])


def earlier(here: Here, ballot: Ballot) -> str:
    """The rating to be confirmed and what was written beside it."""
    if ballot.mode is not Mode.CONFIRM:
        return ""
    rated = here.t("Earlier rating: {value}", value=bold(str(ballot.baseline)))
    return "\n".join(filter(None, (rated, italic(safe(shortened(ballot.note, 300))))))


def before(here: Here, ballot: Ballot) -> str:
    """The result of the round before."""
    tally = last_round(here, ballot)
    if tally is None:
        return ""
    n = here.standing(ballot).round - 1
    title = here.t("Result of round {n}:", n=n)
    return f"{title} {figures(here, tally)}\n{bars(here, tally)}".rstrip()


def answers(here: Here, ballot: Ballot) -> Rows:
    """Agreeing, the points of the scale in one row, special answers below."""
    scale, standing = here.plan.workshop.scale, here.standing(ballot)
    given = here.room.votes.get(ballot.number)

    def button(value: str, label: str) -> Button:
        label = f"● {label}" if given and given.value == value else label
        tap = Vote(here.mark, ballot.number, standing.opening, value)
        return Button(shortened(label, BUTTON), tap)

    rows: list[tuple[Button, ...]] = []
    if ballot.mode is Mode.CONFIRM:
        rows.append((button(str(ballot.baseline), here.t("✓ Agree: {n}", n=ballot.baseline)),))
    rows.append(tuple(button(str(point), str(point)) for point in scale.points))
    return (*rows, *paired([button(value, here.anchor(value)) for value in scale.specials]))


def moves(here: Here, mine: list[Ballot], active: Ballot) -> Rows:
    """To the row above and the row below, going round at the ends."""
    if len(mine) == 1:
        return ()
    place = mine.index(active)
    above, below = mine[place - 1], mine[(place + 1) % len(mine)]
    t = here.t
    return (
        (
            here.see(t("▲ Previous"), "row", above.number),
            here.see(t("▼ Next"), "row", below.number),
        ),
    )


def another_table(here: Here) -> Rows:
    """For whoever sits at the wrong one."""
    if not here.plan.workshop.tables:
        return ()
    return ((here.see(here.t("Go to another table"), "table"),),)


# Reasons


def owed(here: Here) -> Owed | None:
    """The vote for which a reason is asked next: the one just given, else the first."""
    found = [
        here.room.session.ballots[vote.ballot]
        for vote in here.room.votes.values()
        if not vote.reason and here.room.session.ballots[vote.ballot].wants_reason(vote.value)
    ]
    if not found or here.room.session.locked:
        return None
    ballot = next((b for b in found if b.number == here.sight.number), found[0])
    vote = here.room.votes[ballot.number]
    t = here.t
    words = (
        t(
            "{ballot}: earlier rating {before}, your vote {value}.",
            ballot=bold(safe(here.name(ballot))),
            before=ballot.baseline,
            value=bold(safe(here.saying(vote.value))),
        ),
        bold(t("Why? (counted already; this helps the discussion)")),
        t("⌨️ Or type your reason in a few words."),
    )
    return Owed(ballot, vote, words)


def asking_why(here: Here, due: Owed) -> Screen:
    """Asked right after a vote that disagrees with the earlier rating."""
    back = here.see(here.t("‹ Change my vote"), "row", due.ballot.number)
    on = here.see(here.t("Next ›"), "")
    saved = "✓ " + here.t("{value} saved", value=safe(here.saying(due.vote.value)))
    top = here.sight.said or saved
    return Screen(paragraphs(top, *due.words), (*reason_rows(here, due), (back, on)))


def reason_rows(here: Here, due: Owed) -> Rows:
    """The reasons that are offered."""
    opening = due.vote.opening
    labels = why_words(here)
    return column(
        [
            Button(labels[why], Because(here.mark, due.ballot.number, opening, why.value))
            for why in Why
        ]
    )


def why_words(here: Here) -> dict[Why, str]:
    """The reasons in words."""
    t = here.t
    return {
        Why.NEW_DATA: t("There is newer data"),
        Why.CHANGED: t("The condition has changed"),
        Why.NEVER_RIGHT: t("It was never right"),
    }
