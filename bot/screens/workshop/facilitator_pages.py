"""What a facilitator sees: the panel, the list of ballots, one ballot, what is needed rarely."""

from __future__ import annotations

from bot.callbacks.workshop_callbacks import (
    FacilitatorAction,
    LeaveWorkshop,
    ManageSeats,
    ShowView,
)
from bot.screens.formatting import localize_time
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
from survey.workshop.plan import WebSeat

BALLOTS_PER_PAGE = 8
SEATS_PER_PAGE = 8
#: By how much the number of people in the room is raised or lowered with a tap.
PEOPLE_STEPS = (-10, -1, 1, 10)
STATE_SIGNS = {
    BallotPhase.WAITING: "⚪",
    BallotPhase.OPEN: "🟢",
    BallotPhase.CLOSED: "🔒",
    BallotPhase.REVEALED: "📊",
    BallotPhase.SKIPPED: "⏭",
}


def draw_facilitator_screen(view: WorkshopView) -> Screen:
    """The page that they look at."""
    match view.page.name:
        case "list":
            return draw_ballot_list(view)
        case "ballot" if view.page.number in view.room.session.ballots:
            return draw_ballot_page(view, view.room.session.ballots[view.page.number])
        case "note":
            return draw_note_screen(view)
        case "more":
            return draw_more_screen(view)
        case "lock":
            return draw_lock_screen(view)
        case "seats":
            return draw_seats_screen(view)
        case "seat":
            return draw_removal_screen(view)
        case "screen":
            return draw_projector_screen(view)
        case "leave":
            return draw_facilitator_leave(view)
    return draw_panel_screen(view)


def draw_ballot_list(view: WorkshopView) -> Screen:
    """All ballots with their states, in pages."""
    ballots = list(view.room.session.ballots.values())
    pages = -(-len(ballots) // BALLOTS_PER_PAGE) or 1
    page = view.page.number % pages
    shown = ballots[page * BALLOTS_PER_PAGE : (page + 1) * BALLOTS_PER_PAGE]
    buttons = [
        view.build_view_button(
            f"{STATE_SIGNS[view.get_ballot_state(b).phase]} {view.abbreviate_ballot(b, 36)}",
            "ballot",
            b.number,
        )
        for b in shown
    ]
    paging = (
        view.build_view_button("◀", "list", (page - 1) % pages),
        view.build_view_button(f"{page + 1}/{pages}", "list", page),
        view.build_view_button("▶", "list", (page + 1) % pages),
    )
    t = view.t
    words = t("⚪ waiting · 🟢 open · 🔒 closed · 📊 revealed · ⏭ skipped")
    body = join_paragraphs(view.page.notice, format_bold(t("All ballots")), words)
    return Screen(
        body, (*arrange_in_column(buttons), *[paging] * (pages > 1), build_back_row(view))
    )


def draw_ballot_page(view: WorkshopView, ballot: Ballot) -> Screen:
    """One ballot: state, result, notes, and what can be done with it."""
    t, state = view.t, view.get_ballot_state(ballot)
    body = join_paragraphs(
        view.page.notice,
        f"{STATE_SIGNS[state.phase]} {format_bold(escape_html(view.name_ballot(ballot)))}",
        format_italic(escape_html(ballot.note)),
        format_pending_row(view, [ballot])
        if state.phase in (BallotPhase.OPEN, BallotPhase.CLOSED)
        else "",
        format_full_result(view, ballot) if state.revealed_openings else "",
        "\n".join(f"✍️ {escape_html(words)}" for words in state.notes[-5:]),
    )
    steps = [] if view.room.session.locked else list_ballot_steps(view, ballot)
    page = list(view.room.session.ballots).index(ballot.number) // BALLOTS_PER_PAGE
    note = (view.build_view_button(t("✍️ Note a reason"), "note", ballot.number),)
    return Screen(
        body,
        (
            *arrange_in_column([build_session_button(view, step) for step in steps]),
            *[note] * (not view.room.session.locked),
            (view.build_view_button(t("‹ Back"), "list", page),),
        ),
    )


def draw_note_screen(view: WorkshopView) -> Screen:
    """The next text that they send is a note."""
    t, session = view.t, view.room.session
    what = [session.ballots[n] for n in find_noted_ballots(view)]
    names = escape_html("\n".join(view.name_ballot(b) for b in what[:BALLOTS_PER_PAGE]))
    return Screen(
        join_paragraphs(
            view.page.notice,
            format_bold(t("✍️ Note a reason")),
            f"{names}\n{format_remainder(view, len(what) - BALLOTS_PER_PAGE)}".rstrip(),
            t("This goes to all {n}. For one alone: ☰ All ballots.", n=len(what))
            if len(what) > 1
            else "",
            t("⌨️ Type what was said, in a few words, and send it. Please no names or numbers."),
        ),
        (build_back_row(view),),
    )


def find_noted_ballots(view: WorkshopView) -> tuple[int, ...]:
    """The ballots that a note is about: one chosen, else those at hand when it was begun."""
    session = view.room.session
    if view.page.noted_ballots:
        return view.page.noted_ballots
    if view.page.number in session.ballots:
        return (view.page.number,)
    return tuple(b.number for b in view.room.list_under_way() or session.list_just_revealed())


def draw_more_screen(view: WorkshopView) -> Screen:
    """What is needed rarely."""
    t, locked = view.t, view.room.session.locked
    body = join_paragraphs(
        view.page.notice,
        format_bold(t("⋯ More")),
        t("In a group chat, send /lokakarya there: its members then vote on one message."),
    )
    buttons = [
        view.build_view_button(t("🖥 Projector"), "screen"),
        view.build_view_button(t("🪑 Web seats"), "seats"),
        Button(t("📖 Send everybody the briefing"), ShowView(view.short_id, "send", 0, 0)),
        view.build_view_button(t("🔒 Lock the results …"), "lock"),
        view.build_view_button(t("Leave the workshop"), "leave"),
    ]
    if locked:
        del buttons[1:4]
    return Screen(body, (*arrange_in_column(buttons), build_back_row(view)))


def draw_projector_screen(view: WorkshopView) -> Screen:
    """The link of the room's screen, or why there is none."""
    t, site = view.t, view.about.public_url
    if not site:
        why = t(
            "There is no projector: the operator has not set public_url under [web] in config.toml."
        )
        return Screen(join_paragraphs(format_bold(t("🖥 Projector")), why), (build_back_row(view),))
    link = f"{site}/layar/{view.plan.screen}"
    explanation = t(
        "Open this link on the room's computer. Do not pass it on: {link}", link=escape_html(link)
    )
    return Screen(
        join_paragraphs(format_bold(t("🖥 Projector")), explanation),
        ((Button(t("Open the projector"), url=link),), build_back_row(view)),
    )


def draw_seats_screen(view: WorkshopView) -> Screen:
    """Who came by the web page, and how many people it may let into the room."""
    t, seats, presence = view.t, view.room.web_seats, view.room.presence
    pages = -(-len(seats) // SEATS_PER_PAGE) or 1
    page = view.page.number % pages
    shown = seats[page * SEATS_PER_PAGE : (page + 1) * SEATS_PER_PAGE]
    body = join_paragraphs(
        view.page.notice,
        format_bold(t("🪑 Web seats")),
        t(
            "{joined} of {people} people are here, {seats} of them by the web page. It lets "
            "nobody in beyond {people}.",
            joined=presence.joined,
            people=presence.people,
            seats=len(seats),
        ),
        t("Each page shows its seat's number. Tap a seat that is nobody's to take it away.")
        if seats
        else "",
    )
    changes = tuple(
        Button(f"{step:+d}", ManageSeats(view.short_id, "people", max(presence.people + step, 0)))
        for step in PEOPLE_STEPS
    )
    paging = (
        view.build_view_button("◀", "seats", (page - 1) % pages),
        view.build_view_button(f"{page + 1}/{pages}", "seats", page),
        view.build_view_button("▶", "seats", (page + 1) % pages),
    )
    buttons = [
        view.build_view_button(format_seat(view, seat), "seat", seat.number) for seat in shown
    ]
    rows = (changes, *arrange_in_column(buttons), *[paging] * (pages > 1), build_back_row(view))
    return Screen(body, rows)


def format_seat(view: WorkshopView, seat: WebSeat) -> str:
    """A seat's number, since when it is taken, and for whom its owner stands."""
    since = localize_time(seat.joined_at.astimezone(view.about.zone).time(), view.locale)
    sectors = {item.code: item.label(view.t.language) for item in view.about.sectors}
    words = (view.t("Seat {n}", n=seat.number), since, sectors.get(seat.sector, ""))
    return " · ".join(filter(None, words))


def draw_removal_screen(view: WorkshopView) -> Screen:
    """Whether a seat shall be taken away: asked once more, as its votes go with it."""
    t, number = view.t, view.page.number
    return Screen(
        join_paragraphs(
            format_bold(t("Take seat {n} away?", n=number)),
            t("Its votes go with it. Whoever sat there may come in again as somebody new."),
        ),
        (
            (Button(t("Yes, take it away"), ManageSeats(view.short_id, "remove", number)),),
            (view.build_view_button(t("‹ Back"), "seats"),),
        ),
    )


def draw_lock_screen(view: WorkshopView) -> Screen:
    """Whether the results shall be locked: asked once more, as that cannot be taken back."""
    t = view.t
    waiting_count = len(view.room.session.list_in_phase(BallotPhase.WAITING))
    tap = FacilitatorAction(
        view.short_id, view.room.session.number, SessionAction.LOCK, BallotScope.ALL, 0, 0
    )
    return Screen(
        join_paragraphs(
            view.page.notice,
            format_bold(t("Lock the results for good?")),
            t("{n} ballots were not voted on.", n=waiting_count) if waiting_count else "",
            t("The session ends, everybody gets their thanks. This cannot be undone."),
        ),
        ((Button(t("Yes, lock the results"), tap),), build_back_row(view)),
    )


def draw_facilitator_leave(view: WorkshopView) -> Screen:
    """Whether a facilitator wants to leave the workshop: asked before they do."""
    t = view.t
    code = escape_html(view.plan.code)
    return Screen(
        join_paragraphs(
            format_bold(t("Leave the workshop?")),
            t("The session goes on. To come back, type the code {code}.", code=code),
        ),
        arrange_in_column(
            [
                Button(truncate_text(t("Yes, leave"), BUTTON_LENGTH), LeaveWorkshop(view.short_id)),
                *build_back_row(view),
            ]
        ),
    )


def build_back_row(view: WorkshopView) -> tuple[Button, ...]:
    """Back to the panel."""
    return (view.build_view_button(view.t("‹ Back"), ""),)
