"""Why something in a workshop was not done, in a short word for whoever tried."""

from __future__ import annotations

from bot.screens.workshop.session_steps import describe_move
from bot.screens.workshop.workshop_view import WorkshopView
from survey.workshop.moves import MoveRefusalReason, MoveRefused


def explain_move_refusal(view: WorkshopView, refused: MoveRefused) -> str:
    """What to tell a participant or a facilitator."""
    t = view.t
    leads = view.room.me is not None and view.room.me.is_facilitator
    match refused.reason:
        case MoveRefusalReason.TABLE if leads:
            return t("Facilitators do not vote.")
        case MoveRefusalReason.TABLE:
            return t("That ballot is for another table.")
        case MoveRefusalReason.CLOSED:
            return t("Voting on this has closed; nothing was changed.")
        case MoveRefusalReason.STALE | MoveRefusalReason.UNKNOWN:
            return t("The card has changed. Please look at the newest one.")
        case MoveRefusalReason.VALUE:
            return t("That is no answer of the scale; nothing was counted.")
        case MoveRefusalReason.WORDS:
            return t("Please a few words, without telephone numbers.")
        case _:
            return explain_blocked_move(view, refused)


def explain_blocked_move(view: WorkshopView, refused: MoveRefused) -> str:
    """What holds a facilitator's step up."""
    t = view.t
    match refused.reason:
        case MoveRefusalReason.LOCKED:
            return t("The results are locked.")
        case MoveRefusalReason.BUSY:
            return t("Close what is open first: {what}", what=name_blocking_ballots(view, refused))
        case MoveRefusalReason.NOBODY:
            return t("No table judges this: {what}", what=name_blocking_ballots(view, refused))
        case MoveRefusalReason.ROUNDS:
            return t("The rounds fixed beforehand are used up.")
        case MoveRefusalReason.WAIT:
            return t("⏳ Late votes may still arrive; the result appears in a moment.")
        case MoveRefusalReason.UNSETTLED:
            return t("Reveal or skip first: {what}", what=name_blocking_ballots(view, refused))
        case MoveRefusalReason.NOTHING:
            return t("There is nothing to undo.")
        case _:
            return t("That does not apply any more; the card shows what is true now.")


def name_blocking_ballots(view: WorkshopView, refused: MoveRefused) -> str:
    """The ballots that stand in the way."""
    ballots = [view.room.session.ballots[n] for n in refused.ballots]
    first = ", ".join(view.name_ballot(b) for b in ballots[:2])
    return first + (" …" if len(ballots) > 2 else "")


def describe_moves_since(view: WorkshopView, seen: int) -> str:
    """What others did since a screen was drawn."""
    done = ", ".join(
        describe_move(view, move) for move in view.room.session.list_moves_since(seen)[-3:]
    )
    return view.t("Meanwhile: {what}. Please look again.", what=done)
