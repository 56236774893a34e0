"""What a facilitator sees: the panel, the list of ballots, one ballot, what is needed rarely."""

from __future__ import annotations

from bot.callbacks.workshop_callbacks import FacilitatorAction, LeaveWorkshop, ShowView
from bot.screens.screen import (
    BUTTON_LENGTH,
    Button,
    Screen,
    arrange_in_column,
    escape_html,
    format_bold,
    format_italic,
    join_paragraphs,
    truncate_text,
)
from bot.screens.workshop.ballot_text import format_remainder
from bot.screens.workshop.facilitator_panel import (
    draw_panel_screen,
    format_full_result,
    format_pending_row,
)
from bot.screens.workshop.session_steps import (
    BallotScope,
    SessionAction,
    build_session_button,
    list_ballot_steps,
)
from bot.screens.workshop.workshop_view import WorkshopView
from survey.workshop.ballots import Ballot
from survey.workshop.moves import BallotPhase

BALLOTS_PER_PAGE = 8
STATE_SIGNS = {
    BallotPhase.WAITING: "⚪",
    BallotPhase.OPEN: "🟢",
    BallotPhase.CLOSED: "🔒",
    BallotPhase.REVEALED: "📊",
    BallotPhase.SKIPPED: "⏭",
}


def draw_facilitator_screen(here: WorkshopView) -> Screen:
    """The page that they look at."""
    match here.page.name:
        case "list":
            return draw_ballot_list(here)
        case "ballot" if here.page.number in here.room.session.ballots:
            return draw_ballot_page(here, here.room.session.ballots[here.page.number])
        case "note":
            return draw_note_screen(here)
        case "more":
            return draw_more_screen(here)
        case "lock":
            return draw_lock_screen(here)
        case "screen":
            return draw_projector_screen(here)
        case "leave":
            return draw_facilitator_leave(here)
    return draw_panel_screen(here)


def draw_ballot_list(here: WorkshopView) -> Screen:
    """All ballots with their states, in pages."""
    ballots = list(here.room.session.ballots.values())
    pages = -(-len(ballots) // BALLOTS_PER_PAGE) or 1
    page = here.page.number % pages
    shown = ballots[page * BALLOTS_PER_PAGE : (page + 1) * BALLOTS_PER_PAGE]
    buttons = [
        here.build_view_button(
            f"{STATE_SIGNS[here.get_ballot_state(b).phase]} {here.abbreviate_ballot(b, 36)}",
            "ballot",
            b.number,
        )
        for b in shown
    ]
    paging = (
        here.build_view_button("◀", "list", (page - 1) % pages),
        here.build_view_button(f"{page + 1}/{pages}", "list", page),
        here.build_view_button("▶", "list", (page + 1) % pages),
    )
    t = here.t
    words = t("⚪ waiting · 🟢 open · 🔒 closed · 📊 revealed · ⏭ skipped")
    body = join_paragraphs(here.page.notice, format_bold(t("All ballots")), words)
    return Screen(
        body, (*arrange_in_column(buttons), *[paging] * (pages > 1), build_back_row(here))
    )


def draw_ballot_page(here: WorkshopView, ballot: Ballot) -> Screen:
    """One ballot: state, result, notes, and what can be done with it."""
    t, standing = here.t, here.get_ballot_state(ballot)
    body = join_paragraphs(
        here.page.notice,
        f"{STATE_SIGNS[standing.phase]} {format_bold(escape_html(here.name_ballot(ballot)))}",
        format_italic(escape_html(ballot.note)),
        format_pending_row(here, [ballot])
        if standing.phase in (BallotPhase.OPEN, BallotPhase.CLOSED)
        else "",
        format_full_result(here, ballot) if standing.revealed_openings else "",
        "\n".join(f"✍️ {escape_html(words)}" for words in standing.notes[-5:]),
    )
    steps = [] if here.room.session.locked else list_ballot_steps(here, ballot)
    page = list(here.room.session.ballots).index(ballot.number) // BALLOTS_PER_PAGE
    note = (here.build_view_button(t("✍️ Note a reason"), "note", ballot.number),)
    return Screen(
        body,
        (
            *arrange_in_column([build_session_button(here, step) for step in steps]),
            *[note] * (not here.room.session.locked),
            (here.build_view_button(t("‹ Back"), "list", page),),
        ),
    )


def draw_note_screen(here: WorkshopView) -> Screen:
    """The next text that they send is a note."""
    t, session = here.t, here.room.session
    what = [session.ballots[n] for n in find_noted_ballots(here)]
    names = escape_html("\n".join(here.name_ballot(b) for b in what[:BALLOTS_PER_PAGE]))
    return Screen(
        join_paragraphs(
            here.page.notice,
            format_bold(t("✍️ Note a reason")),
            f"{names}\n{format_remainder(here, len(what) - BALLOTS_PER_PAGE)}".rstrip(),
            t("This goes to all {n}. For one alone: ☰ All ballots.", n=len(what))
            if len(what) > 1
            else "",
            t("⌨️ Type what was said, in a few words, and send it. Please no names or numbers."),
        ),
        (build_back_row(here),),
    )


def find_noted_ballots(here: WorkshopView) -> tuple[int, ...]:
    """The ballots that a note is about: one chosen, else those at hand when it was begun."""
    session = here.room.session
    if here.page.noted_ballots:
        return here.page.noted_ballots
    if here.page.number in session.ballots:
        return (here.page.number,)
    return tuple(b.number for b in here.room.list_under_way() or session.list_just_revealed())


def draw_more_screen(here: WorkshopView) -> Screen:
    """What is needed rarely."""
    t, locked = here.t, here.room.session.locked
    body = join_paragraphs(
        here.page.notice,
        format_bold(t("⋯ More")),
        t("In a group chat, send /lokakarya there: its members then vote on one message."),
    )
    buttons = [
        here.build_view_button(t("🖥 Projector"), "screen"),
        Button(t("📖 Send everybody the briefing"), ShowView(here.short_id, "send", 0, 0)),
        here.build_view_button(t("🔒 Lock the results …"), "lock"),
        here.build_view_button(t("Leave the workshop"), "leave"),
    ]
    if locked:
        del buttons[1:3]
    return Screen(body, (*arrange_in_column(buttons), build_back_row(here)))


def draw_projector_screen(here: WorkshopView) -> Screen:
    """The link of the room's screen, or why there is none."""
    t, site = here.t, here.about.public_url
    if not site:
        why = t(
            "There is no projector: the operator has not set public_url under [web] in config.toml."
        )
        return Screen(join_paragraphs(format_bold(t("🖥 Projector")), why), (build_back_row(here),))
    link = f"{site}/layar/{here.plan.screen}"
    told = t(
        "Open this link on the room's computer. Do not pass it on: {link}", link=escape_html(link)
    )
    return Screen(
        join_paragraphs(format_bold(t("🖥 Projector")), told),
        ((Button(t("Open the projector"), url=link),), build_back_row(here)),
    )


def draw_lock_screen(here: WorkshopView) -> Screen:
    """Asked once: this cannot be taken back."""
    t = here.t
    left = len(here.room.session.list_in_phase(BallotPhase.WAITING))
    tap = FacilitatorAction(
        here.short_id, here.room.session.number, SessionAction.LOCK, BallotScope.ALL, 0, 0
    )
    return Screen(
        join_paragraphs(
            here.page.notice,
            format_bold(t("Lock the results for good?")),
            t("{n} ballots were not voted on.", n=left) if left else "",
            t("The session ends, everybody gets their thanks. This cannot be undone."),
        ),
        ((Button(t("Yes, lock the results"), tap),), build_back_row(here)),
    )


def draw_facilitator_leave(here: WorkshopView) -> Screen:
    """Asked once."""
    t = here.t
    code = escape_html(here.plan.code)
    return Screen(
        join_paragraphs(
            format_bold(t("Leave the workshop?")),
            t("The session goes on. To come back, type the code {code}.", code=code),
        ),
        arrange_in_column(
            [
                Button(truncate_text(t("Yes, leave"), BUTTON_LENGTH), LeaveWorkshop(here.short_id)),
                *build_back_row(here),
            ]
        ),
    )


def build_back_row(here: WorkshopView) -> tuple[Button, ...]:
    """Back to the panel."""
    return (here.build_view_button(here.t("‹ Back"), ""),)
