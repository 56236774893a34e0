"""Why something in a workshop was not done, in a short word for whoever tried."""

from __future__ import annotations

from bot.screens.workshop.ballot_text import Here
from bot.screens.workshop.session_steps import told
from survey.workshop.moves import Reason, Refused


def refusal(here: Here, refused: Refused) -> str:
    """What to tell a participant or a facilitator."""
    t = here.t
    leads = here.room.me is not None and here.room.me.leads
    match refused.reason:
        case Reason.TABLE if leads:
            return t("Facilitators do not vote.")
        case Reason.TABLE:
            return t("That ballot is for another table.")
        case Reason.CLOSED:
            return t("Voting on this has closed; nothing was changed.")
        case Reason.STALE | Reason.UNKNOWN:
            return t("This card has moved on.")
        case Reason.VALUE:
            return t("That is no answer of the scale; nothing was counted.")
        case Reason.WORDS:
            return t("Please a few words, without telephone numbers.")
        case _:
            return held_up(here, refused)


def held_up(here: Here, refused: Refused) -> str:
    """What holds a facilitator's step up."""
    t = here.t
    match refused.reason:
        case Reason.LOCKED:
            return t("The results are locked.")
        case Reason.BUSY:
            return t("Close what is open first: {what}", what=named(here, refused))
        case Reason.NOBODY:
            return t("No table judges this: {what}", what=named(here, refused))
        case Reason.ROUNDS:
            return t("The rounds fixed beforehand are used up.")
        case Reason.WAIT:
            return t("⏳ Late votes may still arrive; the result appears in a moment.")
        case Reason.UNSETTLED:
            return t("Reveal or skip first: {what}", what=named(here, refused))
        case Reason.NOTHING:
            return t("There is nothing to undo.")
        case _:
            return t("That does not fit any more; the card shows how things stand.")


def named(here: Here, refused: Refused) -> str:
    """The ballots that stand in the way."""
    ballots = [here.room.session.ballots[n] for n in refused.ballots]
    first = ", ".join(here.name(b) for b in ballots[:2])
    return first + (" …" if len(ballots) > 2 else "")


def since(here: Here, seen: int) -> str:
    """What others did since a screen was drawn."""
    done = ", ".join(told(here, move) for move in here.room.session.since(seen)[-3:])
    return here.t("Meanwhile: {what}. Please look again.", what=done)
