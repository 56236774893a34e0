"""What a facilitator sees: the panel, the list of ballots, one ballot, what is needed rarely."""

from __future__ import annotations

from bot.callbacks.workshop_callbacks import Do, Leave, See
from bot.screens.screen import (
    BUTTON,
    Button,
    Screen,
    bold,
    column,
    italic,
    paragraphs,
    safe,
    shortened,
)
from bot.screens.workshop.ballot_text import Here, and_more
from bot.screens.workshop.facilitator_panel import panel, result, row_at_hand
from bot.screens.workshop.session_steps import Act, Part, button, of_one
from survey.workshop.ballots import Ballot
from survey.workshop.moves import State

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


def every_ballot(here: Here) -> Screen:
    """All ballots with their states, in pages."""
    ballots = list(here.room.session.ballots.values())
    pages = -(-len(ballots) // A_PAGE) or 1
    page = here.sight.number % pages
    shown = ballots[page * A_PAGE : (page + 1) * A_PAGE]
    buttons = [
        here.see(f"{SIGNS[here.standing(b).state]} {here.brief(b, 36)}", "ballot", b.number)
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
        italic(safe(ballot.note)),
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
    names = safe("\n".join(here.name(b) for b in what[:A_PAGE]))
    return Screen(
        paragraphs(
            here.sight.said,
            bold(t("✍️ Note a reason")),
            f"{names}\n{and_more(here, len(what) - A_PAGE)}".rstrip(),
            t("This goes to all {n}. For one alone: ☰ All ballots.", n=len(what))
            if len(what) > 1
            else "",
            t("⌨️ Type what was said, in a few words, and send it. Please no names or numbers."),
        ),
        (home(here),),
    )


def noted(here: Here) -> tuple[int, ...]:
    """The ballots that a note is about: one chosen, else those at hand when it was begun."""
    session = here.room.session
    if here.sight.about:
        return here.sight.about
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


def home(here: Here) -> tuple[Button, ...]:
    """Back to the panel."""
    return (here.see(here.t("‹ Back"), ""),)
