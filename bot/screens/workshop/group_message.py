"""The message that a group chat votes on: everybody sees it, so nobody's vote stands on it."""

from __future__ import annotations

from bot.callbacks.workshop_callbacks import CastVote
from bot.screens.screen import (
    BUTTON_LENGTH,
    Button,
    ButtonRows,
    Screen,
    arrange_in_pairs,
    escape_html,
    format_bold,
    format_italic,
    join_paragraphs,
    truncate_text,
)
from bot.screens.workshop.ballot_text import (
    MAX_BALLOT_LINES,
    describe_outcome,
    draw_vote_bars,
    find_ballot_result,
    find_last_tally,
    format_scale_anchors,
    format_tally_figures,
    summarize_ballots,
)
from bot.screens.workshop.voting_card import (
    format_earlier_rating,
    format_previous_round,
    format_voting_header,
)
from bot.screens.workshop.workshop_view import WorkshopView
from survey.people import WORKSHOP_PREFIX
from survey.workshop.ballots import Ballot
from survey.workshop.moves import BallotPhase


def draw_group_screen(view: WorkshopView) -> Screen:
    """What is open, else what was closed or revealed."""
    session = view.room.session
    title = format_bold(escape_html(view.plan.title(view.t.language)))
    if ballots := session.list_in_phase(BallotPhase.OPEN):
        return draw_group_voting(view, ballots)
    if session.list_in_phase(BallotPhase.CLOSED):
        return Screen(
            join_paragraphs(title, view.t("🔒 Voting has closed. Waiting for the result …"))
        )
    if session.locked:
        return Screen(join_paragraphs(title, view.t("🙏 Thank you for taking part!")))
    if latest := session.list_just_revealed():
        return Screen(join_paragraphs(title, format_group_results(view, latest)))
    return Screen(join_paragraphs(title, view.t("⏳ The next ballot appears here by itself.")))


def draw_group_voting(view: WorkshopView, ballots: list[Ballot]) -> Screen:
    """The open ballots: one in full; of several each has a letter and the points of the scale."""
    t, first = view.t, ballots[0]
    alone = len(ballots) == 1
    what = (
        escape_html(view.name_ballot(first))
        if alone
        else format_bold("\n".join(list_lettered_ballots(view, ballots)))
    )
    body = join_paragraphs(
        format_voting_header(view, first),
        format_bold(what) if alone else what,
        t("How badly would it be hit?") + "\n" + format_scale_anchors(view),
        format_earlier_rating(view, first) if alone else "",
        format_previous_round(view, first) if alone else "",
        format_group_turnout(view, ballots),
        t("Each tap is your own vote; only you see it. The last one counts."),
        format_italic(escape_html(view.consent.words)),
    )
    rows = (
        build_single_ballot_rows(view, first)
        if alone
        else tuple(build_lettered_rows(view, ballots))
    )
    link = view.about.build_start_link(f"{WORKSHOP_PREFIX}{view.plan.code}")
    private = Button(t("Vote or explain in private ›"), url=link)
    return Screen(body, (*rows, (private,)))


def format_group_turnout(view: WorkshopView, ballots: list[Ballot]) -> str:
    """How many voted, on several the least."""
    numbers = (
        view.room.voter_counts.get((b.number, view.get_ballot_state(b).opening), 0) for b in ballots
    )
    return view.t("👥 {n} voted", n=min(numbers))


def list_lettered_ballots(view: WorkshopView, ballots: list[Ballot]) -> list[str]:
    """``A. Pompa Pluit × Banjir`` … and how many are only shown in private."""
    lines = [
        f"{convert_to_letter(n)}. {escape_html(view.name_ballot(b))}"
        for n, b in enumerate(ballots[:MAX_BALLOT_LINES])
    ]
    remaining = len(ballots) - MAX_BALLOT_LINES
    return [*lines, view.t("… and {n} more", n=remaining)] if remaining > 0 else lines


def convert_to_letter(number: int) -> str:
    """A, B, C …"""
    return chr(ord("A") + number)


def build_single_ballot_rows(view: WorkshopView, ballot: Ballot) -> ButtonRows:
    """The points in a row, special answers below."""
    scale = view.plan.workshop.scale
    points = tuple(build_vote_button(view, ballot, str(p), str(p)) for p in scale.points)
    return (
        points,
        *arrange_in_pairs(
            [build_vote_button(view, ballot, v, view.describe_value(v)) for v in scale.specials]
        ),
    )


def build_lettered_rows(view: WorkshopView, ballots: list[Ballot]) -> list[tuple[Button, ...]]:
    """A row of points for each ballot; other answers are given in private."""
    points = view.plan.workshop.scale.points
    return [
        tuple(build_vote_button(view, ballot, str(p), f"{convert_to_letter(n)}{p}") for p in points)
        for n, ballot in enumerate(ballots[:MAX_BALLOT_LINES])
    ]


def build_vote_button(view: WorkshopView, ballot: Ballot, value: str, label: str) -> Button:
    """A vote."""
    tap = CastVote(view.short_id, ballot.number, view.get_ballot_state(ballot).opening, value)
    return Button(truncate_text(label, BUTTON_LENGTH), tap)


def format_group_results(view: WorkshopView, latest: list[Ballot]) -> str:
    """What was revealed last."""
    tally = find_last_tally(view, latest[0])
    if len(latest) > 1 or tally is None:
        return join_paragraphs(
            format_bold(view.t("📊 Results (middle rating)")), summarize_ballots(view, latest)
        )
    return join_paragraphs(
        f"📊 {format_bold(escape_html(view.name_ballot(latest[0])))}\n"
        f"{view.format_round(latest[0])}",
        draw_vote_bars(view, tally),
        f"{format_tally_figures(view, tally)}\n"
        f"{describe_outcome(view, find_ballot_result(view, latest[0]))}",
    )
