"""The message that a group chat votes on: everybody sees it, so nobody's vote stands on it."""

from __future__ import annotations

from bot.callbacks.workshop_callbacks import Vote
from bot.screens.screen import (
    BUTTON,
    Button,
    Rows,
    Screen,
    bold,
    paired,
    paragraphs,
    safe,
    shortened,
)
from bot.screens.workshop.ballot_text import (
    LINES,
    Here,
    anchors,
    bars,
    figures,
    last_round,
    outcome,
    result_of,
    summed_up,
)
from bot.screens.workshop.voting_card import before, earlier, head
from survey.people import ATTENDING
from survey.workshop.ballots import Ballot
from survey.workshop.moves import State


def group_screen(here: Here) -> Screen:
    """What is open, else what was closed or revealed."""
    session = here.room.session
    title = bold(safe(here.plan.title(here.t.language)))
    if ballots := session.in_state(State.OPEN):
        return voting(here, ballots)
    if session.in_state(State.CLOSED):
        return Screen(paragraphs(title, here.t("🔒 Voting has closed. Waiting for the result …")))
    if session.locked:
        return Screen(paragraphs(title, here.t("🙏 Thank you for taking part!")))
    if latest := session.latest():
        return Screen(paragraphs(title, result(here, latest)))
    return Screen(paragraphs(title, here.t("⏳ The next ballot appears here by itself.")))


def voting(here: Here, ballots: list[Ballot]) -> Screen:
    """The open ballots: one in full; of several each has a letter and the points of the scale."""
    t, first = here.t, ballots[0]
    alone = len(ballots) == 1
    what = safe(here.name(first)) if alone else bold("\n".join(lettered(here, ballots)))
    body = paragraphs(
        head(here, first),
        bold(what) if alone else what,
        t("How badly would it be hit?") + "\n" + anchors(here),
        earlier(here, first) if alone else "",
        before(here, first) if alone else "",
        counted(here, ballots),
        t("Each tap is your own vote; only you see it. The last one counts."),
    )
    rows = one(here, first) if alone else tuple(several(here, ballots))
    link = here.about.link(f"{ATTENDING}{here.plan.code}")
    private = Button(t("Vote or explain in private ›"), url=link)
    return Screen(body, (*rows, (private,)))


def counted(here: Here, ballots: list[Ballot]) -> str:
    """How many voted, on several the least."""
    numbers = (here.room.voted.get((b.number, here.standing(b).opening), 0) for b in ballots)
    return here.t("👥 {n} voted", n=min(numbers))


def lettered(here: Here, ballots: list[Ballot]) -> list[str]:
    """``A. Pompa Pluit × Banjir`` … and how many are only shown in private."""
    lines = [f"{letter(n)}. {safe(here.name(b))}" for n, b in enumerate(ballots[:LINES])]
    left = len(ballots) - LINES
    return [*lines, here.t("… and {n} more", n=left)] if left > 0 else lines


def letter(number: int) -> str:
    """A, B, C …"""
    return chr(ord("A") + number)


def one(here: Here, ballot: Ballot) -> Rows:
    """The points in a row, special answers below."""
    scale = here.plan.workshop.scale
    points = tuple(button(here, ballot, str(p), str(p)) for p in scale.points)
    return (points, *paired([button(here, ballot, v, here.anchor(v)) for v in scale.specials]))


def several(here: Here, ballots: list[Ballot]) -> list[tuple[Button, ...]]:
    """A row of points for each ballot; other answers are given in private."""
    points = here.plan.workshop.scale.points
    return [
        tuple(button(here, ballot, str(p), f"{letter(n)}{p}") for p in points)
        for n, ballot in enumerate(ballots[:LINES])
    ]


def button(here: Here, ballot: Ballot, value: str, label: str) -> Button:
    """A vote."""
    tap = Vote(here.mark, ballot.number, here.standing(ballot).opening, value)
    return Button(shortened(label, BUTTON), tap)


def result(here: Here, latest: list[Ballot]) -> str:
    """What was revealed last."""
    tally = last_round(here, latest[0])
    if len(latest) > 1 or tally is None:
        return paragraphs(bold(here.t("📊 Results (median)")), summed_up(here, latest))
    return paragraphs(
        f"📊 {bold(safe(here.name(latest[0])))}\n{here.round(latest[0])}",
        bars(here, tally),
        f"{figures(here, tally)}\n{outcome(here, result_of(here, latest[0]))}",
    )
