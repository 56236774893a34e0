"""Why something in a workshop was not done, in a short word for whoever tried."""

from __future__ import annotations

from bot.screens.workshop.session_steps import describe_move
from bot.screens.workshop.workshop_view import WorkshopView
from survey.workshop.moves import MoveRefusalReason, MoveRefused


def explain_move_refusal(here: WorkshopView, refused: MoveRefused) -> str:
    """What to tell a participant or a facilitator."""
    t = here.t
    leads = here.room.me is not None and here.room.me.is_facilitator
    match refused.reason:
        case MoveRefusalReason.TABLE if leads:
            return t("Facilitators do not vote.")
        case MoveRefusalReason.TABLE:
            return t("That ballot is for another table.")
        case MoveRefusalReason.CLOSED:
            return t("Voting on this has closed; nothing was changed.")
        case MoveRefusalReason.STALE | MoveRefusalReason.UNKNOWN:
            return t("This card has moved on.")
        case MoveRefusalReason.VALUE:
            return t("That is no answer of the scale; nothing was counted.")
        case MoveRefusalReason.WORDS:
            return t("Please a few words, without telephone numbers.")
        case _:
            return explain_blocked_move(here, refused)


def explain_blocked_move(here: WorkshopView, refused: MoveRefused) -> str:
    """What holds a facilitator's step up."""
    t = here.t
    match refused.reason:
        case MoveRefusalReason.LOCKED:
            return t("The results are locked.")
        case MoveRefusalReason.BUSY:
            return t("Close what is open first: {what}", what=name_blocking_ballots(here, refused))
        case MoveRefusalReason.NOBODY:
            return t("No table judges this: {what}", what=name_blocking_ballots(here, refused))
        case MoveRefusalReason.ROUNDS:
            return t("The rounds fixed beforehand are used up.")
        case MoveRefusalReason.WAIT:
            return t("⏳ Late votes may still arrive; the result appears in a moment.")
        case MoveRefusalReason.UNSETTLED:
            return t("Reveal or skip first: {what}", what=name_blocking_ballots(here, refused))
        case MoveRefusalReason.NOTHING:
            return t("There is nothing to undo.")
        case _:
            return t("That does not fit any more; the card shows how things stand.")


def name_blocking_ballots(here: WorkshopView, refused: MoveRefused) -> str:
    """The ballots that stand in the way."""
    ballots = [here.room.session.ballots[n] for n in refused.ballots]
    first = ", ".join(here.name_ballot(b) for b in ballots[:2])
    return first + (" …" if len(ballots) > 2 else "")


def describe_moves_since(here: WorkshopView, seen: int) -> str:
    """What others did since a screen was drawn."""
    done = ", ".join(
        describe_move(here, move) for move in here.room.session.list_moves_since(seen)[-3:]
    )
    return here.t("Meanwhile: {what}. Please look again.", what=done)
