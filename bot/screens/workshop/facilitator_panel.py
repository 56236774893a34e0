"""The facilitator's panel: how the session stands, and the likely next steps."""

from __future__ import annotations

from bot.callbacks.workshop_callbacks import ShowView
from bot.screens.screen import (
    Button,
    ButtonRows,
    Screen,
    arrange_in_column,
    escape_html,
    format_bold,
    format_italic,
    join_paragraphs,
)
from bot.screens.workshop.ballot_text import (
    MAX_BALLOT_LINES,
    describe_outcome,
    draw_vote_bars,
    find_ballot_result,
    find_last_tally,
    format_remainder,
    format_tally_figures,
    group_by_asset,
    has_enough_ratings,
    summarize_ballot,
)
from bot.screens.workshop.session_steps import (
    SessionAction,
    build_session_button,
    list_opening_steps,
    list_pending_steps,
    list_round_steps,
    list_skip_steps,
    list_undo_steps,
)
from bot.screens.workshop.workshop_view import WorkshopView
from survey.workshop.ballots import Ballot
from survey.workshop.moves import BallotPhase
from survey.workshop.results import Tally

#: Timers that are offered, in minutes.
TIMER_MINUTES = (0, 1, 2, 3, 5)


def draw_panel_screen(view: WorkshopView) -> Screen:
    """Where the session stands and the likely next steps."""
    locked = view.room.session.locked
    steps = (
        []
        if locked
        else [*list_pending_steps(view), *list_round_steps(view), *list_opening_steps(view)]
    )
    starts = any(
        step.action in (SessionAction.OPEN, SessionAction.AGAIN, SessionAction.REOPEN)
        for step in steps
    )
    rest = [] if locked else [*list_skip_steps(view), *list_undo_steps(view)]
    body = join_paragraphs(
        view.page.notice,
        f"{format_bold(escape_html(view.plan.title(view.t.language)))}\n{format_attendance(view)}",
        format_session_progress(view),
        format_pending_ballots(view),
        format_latest_results(view),
    )
    return Screen(
        body,
        (
            *arrange_in_column([build_session_button(view, step) for step in steps]),
            *build_timer_rows(view, shown=starts),
            *arrange_in_column([build_session_button(view, step) for step in rest]),
            *build_note_rows(view),
            (
                view.build_view_button(view.t("☰ All ballots"), "list"),
                view.build_view_button(view.t("⋯ More"), "more"),
            ),
        ),
    )


# What stands on it


def format_attendance(view: WorkshopView) -> str:
    """How many are there, at each table, and how many read the briefing."""
    t, there = view.t, view.room.presence
    tables = [(x.name, there.seats.get(x.number, 0)) for x in view.plan.workshop.tables]
    seats = " · ".join(f"{escape_html(name)} {n}" for name, n in tables)
    nowhere = there.seats.get(None, 0) if tables else 0
    lines = [
        t("🔑 Code {code}", code=format_bold(escape_html(view.plan.code))),
        t("👥 {n} joined · {briefed} read the briefing", n=there.joined, briefed=there.briefed),
        " · ".join(filter(None, (seats, t("at no table {n}", n=nowhere) if nowhere else ""))),
    ]
    return "\n".join(filter(None, lines))


def format_session_progress(view: WorkshopView) -> str:
    """How many ballots are done."""
    session, t = view.room.session, view.t
    if session.locked:
        return t("🔒 Results are locked: the session is over.")
    settled = session.list_in_phase(BallotPhase.REVEALED, BallotPhase.SKIPPED)
    return t("{done} of {total} ballots done", done=len(settled), total=len(session.ballots))


def format_pending_ballots(view: WorkshopView) -> str:
    """What is open or closed, and how many voted."""
    return "\n\n".join(
        format_pending_row(view, row) for row in group_by_asset(view.room.list_under_way())
    )


def format_pending_row(view: WorkshopView, row: list[Ballot]) -> str:
    """An asset's ballots under way: title, round, time; a line with the count for each.

    Where there are too many for one card, only the ballot with the fewest votes has a line.
    """
    first, t = row[0], view.t
    is_open = view.get_ballot_state(first).phase is BallotPhase.OPEN
    state = t("🟢 Open") if is_open else t("🔒 Closed, not revealed")
    words = (state, view.format_round(first), view.format_deadline(first) if is_open else "")
    lines = [" · ".join(filter(None, words)), format_bold(escape_html(view.name_asset(first)))]
    counts = {b.number: count_round_votes(view, b) for b in row}
    many = len(view.room.list_under_way()) > 2 * MAX_BALLOT_LINES
    for ballot in [min(row, key=lambda b: counts[b.number])] if many else row:
        shock, n = escape_html(view.name_shock(ballot)), counts[ballot.number]
        of = max(n, view.room.count_electorate(ballot))  # Who left has voted all the same.
        lines.append(t("× {shock}: {n} of {of} voted", shock=shock, n=n, of=of))
    return "\n".join(lines)


def count_round_votes(view: WorkshopView, ballot: Ballot) -> int:
    """How many voted in its present round."""
    return view.room.voter_counts.get((ballot.number, view.get_ballot_state(ballot).opening), 0)


def format_latest_results(view: WorkshopView) -> str:
    """The results revealed last."""
    found = view.room.session.list_just_revealed()
    if len(found) == 1:
        name = format_bold(escape_html(view.name_ballot(found[0])))
        title = f"📊 {name} · {view.format_round(found[0])}"
        return join_paragraphs(title, format_full_result(view, found[0]))
    rows = [
        "\n".join(
            [
                f"📊 {format_bold(escape_html(view.name_asset(row[0])))}",
                *(summarize_with_earlier(view, b) for b in row),
            ]
        )
        for row in group_by_asset(found[:MAX_BALLOT_LINES])
    ]
    return join_paragraphs(*rows, format_remainder(view, len(found) - MAX_BALLOT_LINES))


def format_full_result(view: WorkshopView, ballot: Ballot) -> str:
    """One result in full, beside what was said before the session."""
    tally = find_last_tally(view, ballot)
    if tally is None:
        return ""
    return join_paragraphs(
        draw_vote_bars(view, tally),
        "\n".join(
            filter(
                None,
                (
                    format_tally_figures(view, tally),
                    format_baseline(view, ballot),
                    format_prior_answers(view, ballot),
                    format_bold(describe_outcome(view, find_ballot_result(view, ballot))),
                ),
            )
        ),
    )


def summarize_with_earlier(view: WorkshopView, ballot: Ballot) -> str:
    """A ballot's result in a line or two, with what was known of it before."""
    beside = " · ".join(
        filter(None, (format_baseline(view, ballot), format_prior_answers(view, ballot)))
    )
    return summarize_ballot(view, ballot) + (f"\n   {format_italic(beside)}" if beside else "")


def format_baseline(view: WorkshopView, ballot: Ballot) -> str:
    """The earlier rating."""
    if ballot.baseline is None:
        return ""
    return view.t("earlier rating {value}", value=ballot.baseline)


def format_prior_answers(view: WorkshopView, ballot: Ballot) -> str:
    """What participants answered before the session; never pooled with votes."""
    found = Tally(view.room.earlier_counts.get(ballot.number, {}), {}, {})
    if not has_enough_ratings(view, found):
        return ""
    return view.t("before the session: {figures}", figures=format_tally_figures(view, found))


# Rows of buttons


def build_timer_rows(view: WorkshopView, *, shown: bool) -> ButtonRows:
    """How long what is opened next stays open, as it will be told."""
    if not shown:
        return ()

    def choice(minutes: int) -> Button:
        label = f"{minutes}′" if minutes else "–"
        sign = "●" if view.page.seconds == 60 * minutes else "⏱"
        return Button(f"{sign} {label}", ShowView(view.short_id, "", 0, 60 * minutes))

    return (tuple(choice(minutes) for minutes in TIMER_MINUTES),)


def build_note_rows(view: WorkshopView) -> ButtonRows:
    """To write down why, while there is something at hand."""
    at_hand = view.room.list_under_way() or view.room.session.list_just_revealed()
    if not at_hand or view.room.session.locked:
        return ()
    return ((view.build_view_button(view.t("✍️ Note a reason"), "note"),),)
