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


def draw_voting_screen(here: WorkshopView, warning: str) -> Screen:
    """What can be voted on now; what is asked stands just above the buttons."""
    mine = here.room.list_votable()
    due = find_missing_reason(here)
    if due and here.page.name == "why" and due.ballot in mine:
        return draw_reason_screen(here, due)
    active = find_active_ballot(here, mine)
    body = join_paragraphs(
        format_voting_header(here, active),
        format_other_votes(here, mine, active),
        format_previous_round(here, active),
        here.t("How badly would it be hit?") + "\n" + format_scale_anchors(here),
        format_earlier_rating(here, active),
        warning,
        f"{format_bold(escape_html(here.name_asset(active)))}\n"
        f"{format_active_shock(here, mine, active)}",
        format_own_vote(here, mine, active),
    )
    rows = (
        *build_vote_rows(here, active),
        *build_ballot_navigation(here, mine, active),
        *build_change_table_rows(here),
    )
    return Screen(body, rows)


def find_active_ballot(here: WorkshopView, mine: list[Ballot]) -> Ballot:
    """The ballot to vote on: the one they went to, else the first without a vote."""
    chosen = (b for b in mine if here.page.name in ("row", "why") and b.number == here.page.number)
    unvoted = (b for b in mine if b.number not in here.room.votes)
    return next(chosen, None) or next(unvoted, mine[0])


def find_active_round(here: WorkshopView) -> tuple[int, int]:
    """The ballot to vote on and the move that opened its round; noughts if there is none."""
    if not (mine := here.room.list_votable()):
        return 0, 0
    ballot = find_active_ballot(here, mine)
    return ballot.number, here.get_ballot_state(ballot).opening


def format_voting_header(here: WorkshopView, ballot: Ballot) -> str:
    """``🗳 Round 1 of 2 · until 10.42``."""
    return "🗳 " + " · ".join(
        filter(None, (here.format_round(ballot), here.format_deadline(ballot)))
    )


def format_other_votes(here: WorkshopView, mine: list[Ballot], active: Ballot) -> str:
    """The other rows that were voted on, in a few words."""
    voted = [b for b in mine if b is not active and b.number in here.room.votes]
    votes = {
        b.number: escape_html(here.format_vote(here.room.votes[b.number].value)) for b in voted
    }
    return " · ".join(
        f"{escape_html(here.name_shock(b))}: {format_bold(votes[b.number])}" for b in voted
    )


def format_active_shock(here: WorkshopView, mine: list[Ballot], active: Ballot) -> str:
    """The shock; among several with its place."""
    shock = format_bold(escape_html(here.name_shock(active)))
    if len(mine) == 1:
        return f"× {shock}"
    place = here.t("{here} of {total}", here=mine.index(active) + 1, total=len(mine))
    return f"▶ {shock} ({place})"


def format_own_vote(here: WorkshopView, mine: list[Ballot], active: Ballot) -> str:
    """One's vote on it; and, of several, that none is left."""
    given, t = here.room.votes.get(active.number), here.t
    if given is None:
        return ""
    value = format_bold(escape_html(here.format_vote(given.value)))
    said = t("Your vote: {value} · can be changed until closing", value=value)
    if len(mine) == 1 or any(b.number not in here.room.votes for b in mine):
        return said
    return "\n".join([said, t("✓ All {n} done. Please wait for the result.", n=len(mine))])


def format_earlier_rating(here: WorkshopView, ballot: Ballot) -> str:
    """The rating to be confirmed and what was written beside it."""
    if ballot.mode is not BallotMode.CONFIRM:
        return ""
    rated = here.t("Earlier rating: {value}", value=format_bold(str(ballot.baseline)))
    return "\n".join(
        filter(None, (rated, format_italic(escape_html(truncate_text(ballot.note, 300)))))
    )


def format_previous_round(here: WorkshopView, ballot: Ballot) -> str:
    """The result of the round before."""
    tally = find_last_tally(here, ballot)
    if tally is None:
        return ""
    n = here.get_ballot_state(ballot).round - 1
    title = here.t("Result of round {n}:", n=n)
    return f"{title} {format_tally_figures(here, tally)}\n{draw_vote_bars(here, tally)}".rstrip()


def build_vote_rows(here: WorkshopView, ballot: Ballot) -> ButtonRows:
    """Agreeing, the points of the scale in one row, special answers below."""
    scale, standing = here.plan.workshop.scale, here.get_ballot_state(ballot)
    given = here.room.votes.get(ballot.number)

    def button(value: str, label: str) -> Button:
        label = f"● {label}" if given and given.value == value else label
        tap = CastVote(here.short_id, ballot.number, standing.opening, value)
        return Button(truncate_text(label, BUTTON_LENGTH), tap)

    rows: list[tuple[Button, ...]] = []
    if ballot.mode is BallotMode.CONFIRM:
        rows.append((button(str(ballot.baseline), here.t("✓ Agree: {n}", n=ballot.baseline)),))
    rows.append(tuple(button(str(point), str(point)) for point in scale.points))
    return (
        *rows,
        *arrange_in_pairs([button(value, here.describe_value(value)) for value in scale.specials]),
    )


def build_ballot_navigation(here: WorkshopView, mine: list[Ballot], active: Ballot) -> ButtonRows:
    """To the row above and the row below, going round at the ends."""
    if len(mine) == 1:
        return ()
    place = mine.index(active)
    above, below = mine[place - 1], mine[(place + 1) % len(mine)]
    t = here.t
    return (
        (
            here.build_view_button(t("▲ Previous"), "row", above.number),
            here.build_view_button(t("▼ Next"), "row", below.number),
        ),
    )


def build_change_table_rows(here: WorkshopView) -> ButtonRows:
    """For whoever sits at the wrong one."""
    if not here.plan.workshop.tables:
        return ()
    return ((here.build_view_button(here.t("Go to another table"), "table"),),)


# Reasons


def find_missing_reason(here: WorkshopView) -> MissingReason | None:
    """The vote for which a reason is asked next: the one just given, else the first."""
    found = [
        here.room.session.ballots[vote.ballot]
        for vote in here.room.votes.values()
        if not vote.reason and here.room.session.ballots[vote.ballot].wants_reason(vote.value)
    ]
    if not found or here.room.session.locked:
        return None
    ballot = next((b for b in found if b.number == here.page.number), found[0])
    vote = here.room.votes[ballot.number]
    t = here.t
    words = (
        t(
            "{ballot}: earlier rating {before}, your vote {value}.",
            ballot=format_bold(escape_html(here.name_ballot(ballot))),
            before=ballot.baseline,
            value=format_bold(escape_html(here.format_vote(vote.value))),
        ),
        format_bold(t("Why? (counted already; this helps the discussion)")),
        t("⌨️ Or type your reason in a few words."),
    )
    return MissingReason(ballot, vote, words)


def draw_reason_screen(here: WorkshopView, due: MissingReason) -> Screen:
    """Asked right after a vote that disagrees with the earlier rating."""
    back = here.build_view_button(here.t("‹ Change my vote"), "row", due.ballot.number)
    on = here.build_view_button(here.t("Next ›"), "")
    saved = "✓ " + here.t("{value} saved", value=escape_html(here.format_vote(due.vote.value)))
    top = here.page.notice or saved
    return Screen(join_paragraphs(top, *due.prompt), (*build_reason_rows(here, due), (back, on)))


def build_reason_rows(here: WorkshopView, due: MissingReason) -> ButtonRows:
    """The reasons that are offered."""
    opening = due.vote.opening
    labels = list_reason_labels(here)
    return arrange_in_column(
        [
            Button(labels[why], GiveReason(here.short_id, due.ballot.number, opening, why.value))
            for why in ChangeReason
        ]
    )


def list_reason_labels(here: WorkshopView) -> dict[ChangeReason, str]:
    """The reasons in words."""
    t = here.t
    return {
        ChangeReason.NEW_DATA: t("There is newer data"),
        ChangeReason.CHANGED: t("The condition has changed"),
        ChangeReason.NEVER_RIGHT: t("It was never right"),
    }
