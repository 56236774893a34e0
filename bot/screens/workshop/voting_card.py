"""The card on which a participant votes: one ballot, or an asset's row of them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks.workshop_callbacks import CastVote, GiveReason
from bot.screens.screen import (
    BUTTON_LENGTH,
    Button,
    ButtonRows,
    Screen,
    arrange_in_column,
    arrange_in_pairs,
    escape_html,
    format_bold,
    format_italic,
    join_paragraphs,
    truncate_text,
)
from bot.screens.workshop.ballot_text import (
    draw_vote_bars,
    find_last_tally,
    format_scale_anchors,
    format_tally_figures,
)
from bot.screens.workshop.workshop_view import WorkshopView
from survey.workshop.ballots import Ballot, BallotMode
from survey.workshop.moves import ChangeReason
from survey.workshop.moves import Vote as Given


@dataclass(frozen=True, slots=True)
class MissingReason:
    """A vote that disagrees with the earlier rating and does not say why yet."""

    ballot: Ballot
    vote: Given
    prompt: tuple[str, ...]


def draw_voting_screen(view: WorkshopView, warning: str) -> Screen:
    """What can be voted on now; what is asked stands just above the buttons."""
    votable = view.room.list_votable()
    due = find_missing_reason(view)
    if due and view.page.name == "why" and due.ballot in votable:
        return draw_reason_screen(view, due)
    active = find_active_ballot(view, votable)
    body = join_paragraphs(
        format_voting_header(view, active),
        format_other_votes(view, votable, active),
        format_previous_round(view, active),
        view.t("How badly would it be hit?") + "\n" + format_scale_anchors(view),
        format_earlier_rating(view, active),
        view.explain_consent(),
        warning,
        f"{format_bold(escape_html(view.name_asset(active)))}\n"
        f"{format_active_shock(view, votable, active)}",
        format_own_vote(view, votable, active),
    )
    rows = (
        *build_vote_rows(view, active),
        *build_ballot_navigation(view, votable, active),
        *build_change_table_rows(view),
    )
    return Screen(body, rows)


def find_active_ballot(view: WorkshopView, votable: list[Ballot]) -> Ballot:
    """The ballot to vote on: the one they went to, else the first without a vote."""
    chosen = (
        b for b in votable if view.page.name in ("row", "why") and b.number == view.page.number
    )
    unvoted = (b for b in votable if b.number not in view.room.votes)
    return next(chosen, None) or next(unvoted, votable[0])


def find_active_round(view: WorkshopView) -> tuple[int, int]:
    """The ballot to vote on and the move that opened its round; noughts if there is none."""
    if not (votable := view.room.list_votable()):
        return 0, 0
    ballot = find_active_ballot(view, votable)
    return ballot.number, view.get_ballot_state(ballot).opening


def format_voting_header(view: WorkshopView, ballot: Ballot) -> str:
    """``🗳 Round 1 of 2 · until 10.42``."""
    return "🗳 " + " · ".join(
        filter(None, (view.format_round(ballot), view.format_deadline(ballot)))
    )


def format_other_votes(view: WorkshopView, votable: list[Ballot], active: Ballot) -> str:
    """The other rows that were voted on, in a few words."""
    voted = [b for b in votable if b is not active and b.number in view.room.votes]
    votes = {
        b.number: escape_html(view.format_vote(view.room.votes[b.number].value)) for b in voted
    }
    return " · ".join(
        f"{escape_html(view.name_shock(b))}: {format_bold(votes[b.number])}" for b in voted
    )


def format_active_shock(view: WorkshopView, votable: list[Ballot], active: Ballot) -> str:
    """The shock; among several with its place."""
    shock = format_bold(escape_html(view.name_shock(active)))
    if len(votable) == 1:
        return f"× {shock}"
    place = view.t("{here} of {total}", here=votable.index(active) + 1, total=len(votable))
    return f"▶ {shock} ({place})"


def format_own_vote(view: WorkshopView, votable: list[Ballot], active: Ballot) -> str:
    """One's vote on it; and, of several, that none is left."""
    vote, t = view.room.votes.get(active.number), view.t
    if vote is None:
        return ""
    value = format_bold(escape_html(view.format_vote(vote.value)))
    confirmation = t("Your vote: {value} · can be changed until closing", value=value)
    if len(votable) == 1 or any(b.number not in view.room.votes for b in votable):
        return confirmation
    return "\n".join(
        [confirmation, t("✓ All {n} done. Please wait for the result.", n=len(votable))]
    )


def format_earlier_rating(view: WorkshopView, ballot: Ballot) -> str:
    """The rating to be confirmed and what was written beside it."""
    if ballot.mode is not BallotMode.CONFIRM:
        return ""
    rated = view.t("Earlier rating: {value}", value=format_bold(str(ballot.baseline)))
    return "\n".join(
        filter(None, (rated, format_italic(escape_html(truncate_text(ballot.note, 300)))))
    )


def format_previous_round(view: WorkshopView, ballot: Ballot) -> str:
    """The result of the round before."""
    tally = find_last_tally(view, ballot)
    if tally is None:
        return ""
    n = view.get_ballot_state(ballot).round - 1
    title = view.t("Result of round {n}:", n=n)
    return f"{title} {format_tally_figures(view, tally)}\n{draw_vote_bars(view, tally)}".rstrip()


def build_vote_rows(view: WorkshopView, ballot: Ballot) -> ButtonRows:
    """Agreeing, the points of the scale in one row, special answers below."""
    scale, state = view.plan.workshop.scale, view.get_ballot_state(ballot)
    vote = view.room.votes.get(ballot.number)

    def button(value: str, label: str) -> Button:
        label = f"● {label}" if vote and vote.value == value else label
        tap = CastVote(view.short_id, ballot.number, state.opening, value)
        return Button(truncate_text(label, BUTTON_LENGTH), tap)

    rows: list[tuple[Button, ...]] = []
    if ballot.mode is BallotMode.CONFIRM:
        rows.append((button(str(ballot.baseline), view.t("✓ Agree: {n}", n=ballot.baseline)),))
    rows.append(tuple(button(str(point), str(point)) for point in scale.points))
    return (
        *rows,
        *arrange_in_pairs([button(value, view.describe_value(value)) for value in scale.specials]),
    )


def build_ballot_navigation(
    view: WorkshopView, votable: list[Ballot], active: Ballot
) -> ButtonRows:
    """To the row above and the row below, going round at the ends."""
    if len(votable) == 1:
        return ()
    place = votable.index(active)
    above, below = votable[place - 1], votable[(place + 1) % len(votable)]
    t = view.t
    return (
        (
            view.build_view_button(t("▲ Previous"), "row", above.number),
            view.build_view_button(t("▼ Next"), "row", below.number),
        ),
    )


def build_change_table_rows(view: WorkshopView) -> ButtonRows:
    """For whoever sits at the wrong one."""
    if not view.plan.workshop.tables:
        return ()
    return ((view.build_view_button(view.t("Go to another table"), "table"),),)


# Reasons


def find_missing_reason(view: WorkshopView) -> MissingReason | None:
    """The vote for which a reason is asked next: the one just given, else the first."""
    unexplained = [
        view.room.session.ballots[vote.ballot]
        for vote in view.room.votes.values()
        if not vote.reason and view.room.session.ballots[vote.ballot].wants_reason(vote.value)
    ]
    if not unexplained or view.room.session.locked:
        return None
    ballot = next((b for b in unexplained if b.number == view.page.number), unexplained[0])
    vote = view.room.votes[ballot.number]
    t = view.t
    words = (
        t(
            "{ballot}: earlier rating {before}, your vote {value}.",
            ballot=format_bold(escape_html(view.name_ballot(ballot))),
            before=ballot.baseline,
            value=format_bold(escape_html(view.format_vote(vote.value))),
        ),
        format_bold(t("Why? (counted already; this helps the discussion)")),
        t("⌨️ Or type your reason in a few words."),
    )
    return MissingReason(ballot, vote, words)


def draw_reason_screen(view: WorkshopView, due: MissingReason) -> Screen:
    """Asked right after a vote that disagrees with the earlier rating."""
    back = view.build_view_button(view.t("‹ Change my vote"), "row", due.ballot.number)
    onward = view.build_view_button(view.t("Next ›"), "")
    saved = "✓ " + view.t("{value} saved", value=escape_html(view.format_vote(due.vote.value)))
    top = view.page.notice or saved
    return Screen(
        join_paragraphs(top, *due.prompt), (*build_reason_rows(view, due), (back, onward))
    )


def build_reason_rows(view: WorkshopView, due: MissingReason) -> ButtonRows:
    """The reasons that are offered."""
    opening = due.vote.opening
    labels = list_reason_labels(view)
    return arrange_in_column(
        [
            Button(labels[why], GiveReason(view.short_id, due.ballot.number, opening, why.value))
            for why in ChangeReason
        ]
    )


def list_reason_labels(view: WorkshopView) -> dict[ChangeReason, str]:
    """The reasons in words."""
    t = view.t
    return {
        ChangeReason.NEW_DATA: t("There is newer data"),
        ChangeReason.CHANGED: t("The condition has changed"),
        ChangeReason.NEVER_RIGHT: t("It was never right"),
    }
