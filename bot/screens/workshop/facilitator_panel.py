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


def draw_panel_screen(here: WorkshopView) -> Screen:
    """Where the session stands and the likely next steps."""
    locked = here.room.session.locked
    steps = (
        []
        if locked
        else [*list_pending_steps(here), *list_round_steps(here), *list_opening_steps(here)]
    )
    starts = any(
        step.action in (SessionAction.OPEN, SessionAction.AGAIN, SessionAction.REOPEN)
        for step in steps
    )
    rest = [] if locked else [*list_skip_steps(here), *list_undo_steps(here)]
    body = join_paragraphs(
        here.page.notice,
        f"{format_bold(escape_html(here.plan.title(here.t.language)))}\n{format_attendance(here)}",
        format_session_progress(here),
        format_pending_ballots(here),
        format_latest_results(here),
    )
    return Screen(
        body,
        (
            *arrange_in_column([build_session_button(here, step) for step in steps]),
            *build_timer_rows(here, shown=starts),
            *arrange_in_column([build_session_button(here, step) for step in rest]),
            *build_note_rows(here),
            (
                here.build_view_button(here.t("☰ All ballots"), "list"),
                here.build_view_button(here.t("⋯ More"), "more"),
            ),
        ),
    )


# What stands on it


def format_attendance(here: WorkshopView) -> str:
    """How many are there, at each table, and how many read the briefing."""
    t, there = here.t, here.room.presence
    tables = [(x.name, there.seats.get(x.number, 0)) for x in here.plan.workshop.tables]
    seats = " · ".join(f"{escape_html(name)} {n}" for name, n in tables)
    nowhere = there.seats.get(None, 0) if tables else 0
    lines = [
        t("🔑 Code {code}", code=format_bold(escape_html(here.plan.code))),
        t("👥 {n} joined · {briefed} read the briefing", n=there.joined, briefed=there.briefed),
        " · ".join(filter(None, (seats, t("at no table {n}", n=nowhere) if nowhere else ""))),
    ]
    return "\n".join(filter(None, lines))


def format_session_progress(here: WorkshopView) -> str:
    """How many ballots are done."""
    session, t = here.room.session, here.t
    if session.locked:
        return t("🔒 Results are locked: the session is over.")
    settled = session.list_in_phase(BallotPhase.REVEALED, BallotPhase.SKIPPED)
    return t("{done} of {total} ballots done", done=len(settled), total=len(session.ballots))


def format_pending_ballots(here: WorkshopView) -> str:
    """What is open or closed, and how many voted."""
    return "\n\n".join(
        format_pending_row(here, row) for row in group_by_asset(here.room.list_under_way())
    )


def format_pending_row(here: WorkshopView, row: list[Ballot]) -> str:
    """An asset's ballots under way: title, round, time; a line with the count for each.

    Where there are too many for one card, only the ballot with the fewest votes has a line.
    """
    first, t = row[0], here.t
    is_open = here.get_ballot_state(first).phase is BallotPhase.OPEN
    state = t("🟢 Open") if is_open else t("🔒 Closed, not revealed")
    words = (state, here.format_round(first), here.format_deadline(first) if is_open else "")
    lines = [" · ".join(filter(None, words)), format_bold(escape_html(here.name_asset(first)))]
    counts = {b.number: count_round_votes(here, b) for b in row}
    many = len(here.room.list_under_way()) > 2 * MAX_BALLOT_LINES
    for ballot in [min(row, key=lambda b: counts[b.number])] if many else row:
        shock, n = escape_html(here.name_shock(ballot)), counts[ballot.number]
        of = max(n, here.room.count_electorate(ballot))  # Who left has voted all the same.
        lines.append(t("× {shock}: {n} of {of} voted", shock=shock, n=n, of=of))
    return "\n".join(lines)


def count_round_votes(here: WorkshopView, ballot: Ballot) -> int:
    """How many voted in its present round."""
    return here.room.voter_counts.get((ballot.number, here.get_ballot_state(ballot).opening), 0)


def format_latest_results(here: WorkshopView) -> str:
    """The results revealed last."""
    found = here.room.session.list_just_revealed()
    if len(found) == 1:
        name = format_bold(escape_html(here.name_ballot(found[0])))
        title = f"📊 {name} · {here.format_round(found[0])}"
        return join_paragraphs(title, format_full_result(here, found[0]))
    rows = [
        "\n".join(
            [
                f"📊 {format_bold(escape_html(here.name_asset(row[0])))}",
                *(summarize_with_earlier(here, b) for b in row),
            ]
        )
        for row in group_by_asset(found[:MAX_BALLOT_LINES])
    ]
    return join_paragraphs(*rows, format_remainder(here, len(found) - MAX_BALLOT_LINES))


def format_full_result(here: WorkshopView, ballot: Ballot) -> str:
    """One result in full, beside what was said before the session."""
    tally = find_last_tally(here, ballot)
    if tally is None:
        return ""
    return join_paragraphs(
        draw_vote_bars(here, tally),
        "\n".join(
            filter(
                None,
                (
                    format_tally_figures(here, tally),
                    format_baseline(here, ballot),
                    format_prior_answers(here, ballot),
                    format_bold(describe_outcome(here, find_ballot_result(here, ballot))),
                ),
            )
        ),
    )


def summarize_with_earlier(here: WorkshopView, ballot: Ballot) -> str:
    """The same in a line or two."""
    beside = " · ".join(
        filter(None, (format_baseline(here, ballot), format_prior_answers(here, ballot)))
    )
    return summarize_ballot(here, ballot) + (f"\n   {format_italic(beside)}" if beside else "")


def format_baseline(here: WorkshopView, ballot: Ballot) -> str:
    """The earlier rating."""
    if ballot.baseline is None:
        return ""
    return here.t("earlier rating {value}", value=ballot.baseline)


def format_prior_answers(here: WorkshopView, ballot: Ballot) -> str:
    """What participants answered before the session; never pooled with votes."""
    found = Tally(here.room.earlier_counts.get(ballot.number, {}), {}, {})
    if not has_enough_ratings(here, found):
        return ""
    return here.t("before the session: {figures}", figures=format_tally_figures(here, found))


# Rows of buttons


def build_timer_rows(here: WorkshopView, *, shown: bool) -> ButtonRows:
    """How long what is opened next stays open, as it will be told."""
    if not shown:
        return ()

    def choice(minutes: int) -> Button:
        label = f"{minutes}′" if minutes else "–"
        sign = "●" if here.page.seconds == 60 * minutes else "⏱"
        return Button(f"{sign} {label}", ShowView(here.short_id, "", 0, 60 * minutes))

    return (tuple(choice(minutes) for minutes in TIMER_MINUTES),)


def build_note_rows(here: WorkshopView) -> ButtonRows:
    """To write down why, while there is something at hand."""
    at_hand = here.room.list_under_way() or here.room.session.list_just_revealed()
    if not at_hand or here.room.session.locked:
        return ()
    return ((here.build_view_button(here.t("✍️ Note a reason"), "note"),),)
