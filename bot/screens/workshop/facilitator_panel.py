"""The facilitator's panel: how the session stands, and the likely next steps."""

from __future__ import annotations

from bot.callbacks.workshop_callbacks import See
from bot.screens.screen import (
    Button,
    Rows,
    Screen,
    bold,
    column,
    italic,
    paragraphs,
    safe,
)
from bot.screens.workshop.ballot_text import (
    LINES,
    Here,
    and_more,
    bars,
    by_asset,
    enough,
    figures,
    in_a_line,
    last_round,
    outcome,
    result_of,
)
from bot.screens.workshop.session_steps import (
    Act,
    another_round,
    button,
    skipping,
    taking_back,
    to_open,
    under_way,
)
from survey.workshop.ballots import Ballot
from survey.workshop.moves import State
from survey.workshop.results import Tally

#: Timers that are offered, in minutes.
TIMERS = (0, 1, 2, 3, 5)


def panel(here: Here) -> Screen:
    """Where the session stands and the likely next steps."""
    locked = here.room.session.locked
    steps = [] if locked else [*under_way(here), *another_round(here), *to_open(here)]
    starts = any(step.act in (Act.OPEN, Act.AGAIN, Act.REOPEN) for step in steps)
    rest = [] if locked else [*skipping(here), *taking_back(here)]
    body = paragraphs(
        here.sight.said,
        f"{bold(safe(here.plan.title(here.t.language)))}\n{presence(here)}",
        progress(here),
        at_hand(here),
        latest(here),
    )
    return Screen(
        body,
        (
            *column([button(here, step) for step in steps]),
            *timers(here, shown=starts),
            *column([button(here, step) for step in rest]),
            *notes(here),
            (
                here.see(here.t("☰ All ballots"), "list"),
                here.see(here.t("⋯ More"), "more"),
            ),
        ),
    )


# What stands on it


def presence(here: Here) -> str:
    """How many are there, at each table, and how many read the briefing."""
    t, there = here.t, here.room.presence
    tables = [(x.name, there.seats.get(x.number, 0)) for x in here.plan.workshop.tables]
    seats = " · ".join(f"{safe(name)} {n}" for name, n in tables)
    nowhere = there.seats.get(None, 0) if tables else 0
    lines = [
        t("🔑 Code {code}", code=bold(safe(here.plan.code))),
        t("👥 {n} joined · {briefed} read the briefing", n=there.joined, briefed=there.briefed),
        " · ".join(filter(None, (seats, t("at no table {n}", n=nowhere) if nowhere else ""))),
    ]
    return "\n".join(filter(None, lines))


def progress(here: Here) -> str:
    """How many ballots are done."""
    session, t = here.room.session, here.t
    if session.locked:
        return t("🔒 Results are locked: the session is over.")
    settled = session.in_state(State.REVEALED, State.SKIPPED)
    return t("{done} of {total} ballots done", done=len(settled), total=len(session.ballots))


def at_hand(here: Here) -> str:
    """What is open or closed, and how many voted."""
    return "\n\n".join(row_at_hand(here, row) for row in by_asset(here.room.under_way()))


def row_at_hand(here: Here, row: list[Ballot]) -> str:
    """An asset's ballots under way: title, round, time; a line with the count for each.

    Where there are too many for one card, only the ballot with the fewest votes has a line.
    """
    first, t = row[0], here.t
    is_open = here.standing(first).state is State.OPEN
    state = t("🟢 Open") if is_open else t("🔒 Closed, not revealed")
    words = (state, here.round(first), here.until(first) if is_open else "")
    lines = [" · ".join(filter(None, words)), bold(safe(here.asset(first)))]
    counts = {b.number: voted(here, b) for b in row}
    many = len(here.room.under_way()) > 2 * LINES
    for ballot in [min(row, key=lambda b: counts[b.number])] if many else row:
        shock, n = safe(here.shock(ballot)), counts[ballot.number]
        of = max(n, here.room.electorate(ballot))  # Who left has voted all the same.
        lines.append(t("× {shock}: {n} of {of} voted", shock=shock, n=n, of=of))
    return "\n".join(lines)


def voted(here: Here, ballot: Ballot) -> int:
    """How many voted in its present round."""
    return here.room.voted.get((ballot.number, here.standing(ballot).opening), 0)


def latest(here: Here) -> str:
    """The results revealed last."""
    found = here.room.session.latest()
    if len(found) == 1:
        title = f"📊 {bold(safe(here.name(found[0])))} · {here.round(found[0])}"
        return paragraphs(title, result(here, found[0]))
    rows = [
        "\n".join([f"📊 {bold(safe(here.asset(row[0])))}", *(summary(here, b) for b in row)])
        for row in by_asset(found[:LINES])
    ]
    return paragraphs(*rows, and_more(here, len(found) - LINES))


def result(here: Here, ballot: Ballot) -> str:
    """One result in full, beside what was said before the session."""
    tally = last_round(here, ballot)
    if tally is None:
        return ""
    return paragraphs(
        bars(here, tally),
        "\n".join(
            filter(
                None,
                (
                    figures(here, tally),
                    baseline(here, ballot),
                    beforehand(here, ballot),
                    bold(outcome(here, result_of(here, ballot))),
                ),
            )
        ),
    )


def summary(here: Here, ballot: Ballot) -> str:
    """The same in a line or two."""
    beside = " · ".join(filter(None, (baseline(here, ballot), beforehand(here, ballot))))
    return in_a_line(here, ballot) + (f"\n   {italic(beside)}" if beside else "")


def baseline(here: Here, ballot: Ballot) -> str:
    """The earlier rating."""
    if ballot.baseline is None:
        return ""
    return here.t("earlier rating {value}", value=ballot.baseline)


def beforehand(here: Here, ballot: Ballot) -> str:
    """What participants answered before the session; never pooled with votes."""
    found = Tally(here.room.before.get(ballot.number, {}), {}, {})
    if not enough(here, found):
        return ""
    return here.t("before the session: {figures}", figures=figures(here, found))


# Rows of buttons


def timers(here: Here, *, shown: bool) -> Rows:
    """How long what is opened next stays open, as it will be told."""
    if not shown:
        return ()

    def choice(minutes: int) -> Button:
        label = f"{minutes}′" if minutes else "–"
        sign = "●" if here.sight.seconds == 60 * minutes else "⏱"
        return Button(f"{sign} {label}", See(here.mark, "", 0, 60 * minutes))

    return (tuple(choice(minutes) for minutes in TIMERS),)


def notes(here: Here) -> Rows:
    """To write down why, while there is something at hand."""
    at_hand = here.room.under_way() or here.room.session.latest()
    if not at_hand or here.room.session.locked:
        return ()
    return ((here.see(here.t("✍️ Note a reason"), "note"),),)
