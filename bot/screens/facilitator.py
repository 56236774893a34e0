"""The facilitator's panel: how the session stands, and what can be done next."""

from __future__ import annotations

from bot.room_taps import Do, Leave, See
from bot.screens.ballots import (
    LINES,
    Here,
    bars,
    by_asset,
    figures,
    in_a_line,
    last_round,
    outcome,
    result_of,
)
from bot.screens.screen import (
    BUTTON,
    Button,
    Rows,
    Screen,
    bold,
    column,
    italic,
    paragraphs,
    safe,
    shortened,
)
from bot.screens.steps import (
    Act,
    Part,
    another_round,
    button,
    of_one,
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
A_PAGE = 8
SIGNS = {
    State.WAITING: "⚪",
    State.OPEN: "🟢",
    State.CLOSED: "🔒",
    State.REVEALED: "📊",
    State.SKIPPED: "⏭",
}


def facilitator(here: Here) -> Screen:
    """The page that they look at."""
    match here.sight.page:
        case "list":
            return every_ballot(here)
        case "ballot" if here.sight.number in here.room.session.ballots:
            return one_ballot(here, here.room.session.ballots[here.sight.number])
        case "note":
            return noting(here)
        case "more":
            return more(here)
        case "lock":
            return locking(here)
        case "screen":
            return projector(here)
        case "leave":
            return leaving(here)
    return panel(here)


def panel(here: Here) -> Screen:
    """Where the session stands and the likely next steps."""
    steps = [*under_way(here), *another_round(here), *to_open(here)]
    starts = any(step.act in (Act.OPEN, Act.AGAIN, Act.REOPEN) for step in steps)
    rest = [*skipping(here), *taking_back(here)]
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
    """An asset's ballots under way: title, round, time; a line with the count for each."""
    first, t = row[0], here.t
    is_open = here.standing(first).state is State.OPEN
    state = t("🟢 Open") if is_open else t("🔒 Closed, not revealed")
    words = (state, here.round(first), here.until(first) if is_open else "")
    lines = [" · ".join(filter(None, words)), bold(safe(here.asset(first)))]
    for ballot in row:
        count = here.room.voted.get((ballot.number, here.standing(ballot).opening), 0)
        of = here.room.electorate(ballot)
        lines.append(
            t("× {shock}: {n} of {of} voted", shock=safe(here.shock(ballot)), n=count, of=of)
        )
    return "\n".join(lines)


def latest(here: Here) -> str:
    """The results revealed last."""
    found = here.room.session.latest()
    if len(found) == 1:
        return result(here, found[0])
    return "\n".join(summary(here, ballot) for ballot in found[:LINES])


def result(here: Here, ballot: Ballot) -> str:
    """One result in full, beside what was said before the session."""
    tally = last_round(here, ballot)
    if tally is None:
        return ""
    return paragraphs(
        f"📊 {bold(safe(here.name(ballot)))} · {here.round(ballot)}",
        bars(here, tally.counts),
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
    counts = here.room.before.get(ballot.number)
    if not counts:
        return ""

    return here.t("before the session: {figures}", figures=figures(here, Tally(counts, {}, {})))


# Rows of buttons


def timers(here: Here, *, shown: bool) -> Rows:
    """How long what is opened next stays open, as it will be told."""
    if not shown:
        return ()

    def choice(minutes: int) -> Button:
        label = here.t("{n} min", n=minutes) if minutes else here.t("⏱ none")
        label = f"● {label}" if here.sight.seconds == 60 * minutes else label
        return Button(label, See(here.mark, "", 0, 60 * minutes))

    return (tuple(choice(minutes) for minutes in TIMERS),)


def notes(here: Here) -> Rows:
    """To write down why, while there is something at hand."""
    at_hand = here.room.under_way() or here.room.session.latest()
    if not at_hand or here.room.session.locked:
        return ()
    return ((here.see(here.t("✍️ Note a reason"), "note"),),)


def home(here: Here) -> tuple[Button, ...]:
    """Back to the panel."""
    return (here.see(here.t("‹ Back"), ""),)


# Other pages


def every_ballot(here: Here) -> Screen:
    """All ballots with their states, in pages."""
    ballots = list(here.room.session.ballots.values())
    pages = -(-len(ballots) // A_PAGE) or 1
    page = here.sight.number % pages
    shown = ballots[page * A_PAGE : (page + 1) * A_PAGE]
    buttons = [
        here.see(f"{SIGNS[here.standing(b).state]} {here.name(b)}", "ballot", b.number)
        for b in shown
    ]
    paging = (
        here.see("◀", "list", (page - 1) % pages),
        here.see(f"{page + 1}/{pages}", "list", page),
        here.see("▶", "list", (page + 1) % pages),
    )
    t = here.t
    words = t("⚪ waiting · 🟢 open · 🔒 closed · 📊 revealed · ⏭ skipped")
    body = paragraphs(here.sight.said, bold(t("All ballots")), words)
    return Screen(body, (*column(buttons), *[paging] * (pages > 1), home(here)))


def one_ballot(here: Here, ballot: Ballot) -> Screen:
    """One ballot: state, result, notes, and what can be done with it."""
    t, standing = here.t, here.standing(ballot)
    body = paragraphs(
        here.sight.said,
        f"{SIGNS[standing.state]} {bold(safe(here.name(ballot)))}",
        baseline(here, ballot) + (f"\n{italic(safe(ballot.note))}" if ballot.note else ""),
        row_at_hand(here, [ballot]) if standing.state in (State.OPEN, State.CLOSED) else "",
        result(here, ballot) if standing.revealed else "",
        "\n".join(f"✍️ {safe(words)}" for words in standing.notes[-5:]),
    )
    steps = [] if here.room.session.locked else of_one(here, ballot)
    page = list(here.room.session.ballots).index(ballot.number) // A_PAGE
    note = (here.see(t("✍️ Note a reason"), "note", ballot.number),)
    return Screen(
        body,
        (
            *column([button(here, step) for step in steps]),
            *[note] * (not here.room.session.locked),
            (here.see(t("‹ Back"), "list", page),),
        ),
    )


def noting(here: Here) -> Screen:
    """The next text that they send is a note."""
    t, session = here.t, here.room.session
    what = [session.ballots[n] for n in noted(here)]
    return Screen(
        paragraphs(
            here.sight.said,
            bold(t("✍️ Note a reason")),
            safe("\n".join(here.name(b) for b in what[:A_PAGE])),
            t("⌨️ Type what was said, in a few words, and send it. Please no names or numbers."),
        ),
        (home(here),),
    )


def noted(here: Here) -> tuple[int, ...]:
    """The ballots that a note is about: one chosen, else those at hand."""
    session = here.room.session
    if here.sight.number in session.ballots:
        return (here.sight.number,)
    return tuple(b.number for b in here.room.under_way() or session.latest())


def more(here: Here) -> Screen:
    """What is needed rarely."""
    t, locked = here.t, here.room.session.locked
    body = paragraphs(
        here.sight.said,
        bold(t("⋯ More")),
        t("In a group chat, send /lokakarya there: its members then vote on one message."),
    )
    buttons = [
        here.see(t("🖥 Projector"), "screen"),
        Button(t("📖 Send everybody the briefing"), See(here.mark, "send", 0, 0)),
        here.see(t("🔒 Lock the results …"), "lock"),
        here.see(t("Leave the workshop"), "leave"),
    ]
    if locked:
        del buttons[1:3]
    return Screen(body, (*column(buttons), home(here)))


def projector(here: Here) -> Screen:
    """The link of the room's screen, or why there is none."""
    t, site = here.t, here.about.public_url
    if not site:
        why = t(
            "There is no projector: the operator has not set public_url under [web] in config.toml."
        )
        return Screen(paragraphs(bold(t("🖥 Projector")), why), (home(here),))
    link = f"{site}/layar/{here.plan.screen}"
    told = t("Open this link on the room's computer. Do not pass it on: {link}", link=safe(link))
    return Screen(
        paragraphs(bold(t("🖥 Projector")), told),
        ((Button(t("Open the projector"), url=link),), home(here)),
    )


def locking(here: Here) -> Screen:
    """Asked once: this cannot be taken back."""
    t = here.t
    left = len(here.room.session.in_state(State.WAITING))
    tap = Do(here.mark, here.room.session.number, Act.LOCK, Part.ALL, 0, 0)
    return Screen(
        paragraphs(
            here.sight.said,
            bold(t("Lock the results for good?")),
            t("{n} ballots were not voted on.", n=left) if left else "",
            t("The session ends, everybody gets their thanks. This cannot be undone."),
        ),
        ((Button(t("Yes, lock the results"), tap),), home(here)),
    )


def leaving(here: Here) -> Screen:
    """Asked once."""
    t = here.t
    code = safe(here.plan.code)
    return Screen(
        paragraphs(
            bold(t("Leave the workshop?")),
            t("The session goes on. To come back, type the code {code}.", code=code),
        ),
        column([Button(shortened(t("Yes, leave"), BUTTON), Leave(here.mark)), *home(here)]),
    )
