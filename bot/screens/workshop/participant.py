"""A participant's card in a workshop: the door, the pause, results, the end."""

from __future__ import annotations

from urllib.parse import quote

from bot.callbacks.workshop_callbacks import Aside, Leave, Stand
from bot.screens.bot_info import About
from bot.screens.instructions import about_code
from bot.screens.screen import (
    BUTTON,
    Button,
    Rows,
    Screen,
    bold,
    column,
    paired,
    paragraphs,
    safe,
    shortened,
)
from bot.screens.workshop.ballot_text import (
    Here,
    bars,
    figures,
    last_round,
    outcome,
    result_of,
    summed_up,
)
from bot.screens.workshop.briefing import briefing
from bot.screens.workshop.facilitator_pages import facilitator
from bot.screens.workshop.voting_card import another_table, booth, owed, reason_rows
from bot.screens.workshop.workshop_page import Sight
from bot.translation import Texts
from survey.interview.steps import Reason
from survey.services.snapshot import Situation
from survey.workshop.ballots import Ballot
from survey.workshop.moves import State
from survey.workshop.plan import Attendance, Room


def room_screen(now: Situation, room: Room, sight: Sight, t: Texts, about: About) -> Screen:
    """What somebody in a workshop sees now."""
    here = Here(room, sight, t, about, now.at)
    if room.me is None or room.me.leads:
        return facilitator(here)
    if question := asked_at_door(here, room.me):
        return door(now, here, question)
    if sight.page == "table" and room.plan.workshop.tables:
        return door(now, here, "table")
    if sight.page == "leave":
        return leaving(here)
    if room.mine():
        return booth(here, warning(now, here))
    if room.session.locked:
        return farewell(now, here)
    if sight.page == "brief":
        return briefing(here)
    return pause(now, here)


def warning(now: Situation, here: Here) -> str:
    """What to say of what they just did."""
    if now.told is Reason.KIND:
        return "⚠️ " + here.t("Please tap one of the buttons below.")
    return about_code(now, here.t) or here.sight.said


# The door


def asked_at_door(here: Here, me: Attendance) -> str:
    """What is not known yet of whom they stand for: sector, category, table; else nothing."""
    if not me.sector:
        return "sector"
    if here.plan.workshop.tables:
        return "" if me.seat is not None else "table"
    return "" if me.category else "category"


def door(now: Situation, here: Here, question: str) -> Screen:
    """Asked once, of whoever came without an invitation."""
    t = here.t
    titles = {
        "sector": t("Whom do you stand for?"),
        "category": t("Which assets do you know best?"),
        "table": t("At which table do you sit?"),
    }
    buttons = [
        Button(shortened(label, BUTTON), Stand(here.mark, question, value))
        for value, label in offered_at_door(here, question)
    ]
    body = paragraphs(
        warning(now, here),
        bold(safe(here.plan.title(t.language))),
        t("Results are shown by group only, without names."),
        bold(titles[question]),
    )
    return Screen(body, paired(buttons))


def offered_at_door(here: Here, question: str) -> list[tuple[str, str]]:
    """Values and their labels."""
    about, language = here.about, here.t.language
    match question:
        case "sector":
            return [(item.code, item.label(language)) for item in about.sectors]
        case "category":
            return [(item.code, item.label(language)) for item in about.categories]
        case _:
            return [(str(table.number), table.name) for table in here.plan.workshop.tables]


# Between ballots


def pause(now: Situation, here: Here) -> Screen:
    """Nothing to vote on: what was closed, what was revealed, what to do meanwhile."""
    t, room = here.t, here.room
    closed = [b for b in room.session.in_state(State.CLOSED) if judges(here, b)]
    latest = room.session.latest()
    if closed:
        middle = t("🔒 Voting has closed. Waiting for the result …")
    elif latest:
        middle = revealed(here, latest)
    else:
        middle = t("⏳ The next ballot appears here by itself. Just leave this chat open.")
    rows: Rows = ()
    if due := owed(here):
        middle, rows = paragraphs(middle, *due.words), reason_rows(here, due)
    body = paragraphs(
        warning(now, here), bold(safe(here.plan.title(t.language))), standing_for(here), middle
    )
    return Screen(body, (*rows, *meanwhile(now, here)))


def judges(here: Here, ballot: Ballot) -> bool:
    """Whether a ballot is theirs to judge."""
    seat = here.room.me.seat if here.room.me else None
    return here.plan.workshop.may_judge(seat, ballot.category)


def standing_for(here: Here) -> str:
    """``Pemerintah · Meja Air``."""
    me = here.room.me
    if me is None:
        return ""
    sector = next((i.label(here.t.language) for i in here.about.sectors if i.code == me.sector), "")
    table = next((x.name for x in here.plan.workshop.tables if x.number == me.seat), "")
    seat = here.t("Table: {name}", name=table) if table else ""
    return safe(" · ".join(filter(None, (sector, seat))))


def revealed(here: Here, latest: list[Ballot]) -> str:
    """The results just revealed: of one ballot in full, of several a line each."""
    if len(latest) > 1:
        return paragraphs(bold(here.t("📊 Results (median)")), summed_up(here, latest))
    ballot = latest[0]
    tally, mine = last_round(here, ballot), here.room.votes.get(ballot.number)
    if tally is None:
        return ""
    return paragraphs(
        f"📊 {bold(safe(here.name(ballot)))}\n{here.round(ballot)}",
        bars(here, tally, mine.value if mine else ""),
        f"{figures(here, tally)}\n{outcome(here, result_of(here, ballot))}",
    )


def meanwhile(now: Situation, here: Here) -> Rows:
    """What can be done until the next ballot opens."""
    t, me = here.t, here.room.me
    briefing = t("📖 Briefing") if me and me.briefed else t("📖 Read the briefing (2 minutes)")
    return (
        *unanswered(now, here),
        (here.see(briefing, "brief"),),
        *another_table(here),
        (here.see(t("Leave the workshop"), "leave"),),
    )


def unanswered(now: Situation, here: Here) -> Rows:
    """The questionnaire that they may go on with."""
    wave = next((w for w in now.open if w.id not in now.sent), None)
    if wave is None:
        return ()
    label = shortened(f"▶ {now.titles[wave.id].called(here.t.language)}", BUTTON)
    return ((Button(label, Aside(here.mark, wave.id)),),)


def leaving(here: Here) -> Screen:
    """Asked once."""
    t = here.t
    return Screen(
        paragraphs(
            bold(t("Leave the workshop?")),
            t("Your votes stay. To come back, type the code {code}.", code=safe(here.plan.code)),
        ),
        column(
            [Button(t("Yes, leave"), Leave(here.mark)), here.see(t("No, stay"), "")],
        ),
    )


# Afterwards


def farewell(now: Situation, here: Here) -> Screen:
    """The results are final: thanks, what came out at their table, a link to pass on."""
    t = here.t
    mine = [b for b in here.room.session.in_state(State.REVEALED) if judges(here, b)]
    table = here.plan.workshop.tables
    link = agent_link(now, here)
    body = paragraphs(
        t("🙏 Thank you for taking part!"),
        bold(t("What your table found") if table else t("What the workshop found")),
        summed_up(here, mine) or t("No results were revealed."),
        t(
            "You are a resilience agent now: pass this link on to family and neighbours. {link}",
            link=link,
        )
        if link
        else "",
    )
    share = f"https://t.me/share/url?url={quote(link)}"
    rows: list[tuple[Button, ...]] = [(Button(t("Share the link"), url=share),)] if link else []
    return Screen(
        body,
        (*rows, *unanswered(now, here), (here.see(t("Leave the workshop"), "leave"),)),
    )


def agent_link(now: Situation, here: Here) -> str:
    """The link of a survey for residents, with a word that says nothing of who passes it on."""
    public = next((w for w in now.open if "resident" in w.audience), None)
    word = here.sight.word
    return here.about.link(f"{public.id}-{word}") if public and word else ""
