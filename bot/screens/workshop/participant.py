"""A participant's card in a workshop: the door, the pause, results, the end."""

from __future__ import annotations

from urllib.parse import quote

from bot.callbacks.workshop_callbacks import CheckIn, ContinueQuestionnaire, LeaveWorkshop
from bot.screens.bot_info import BotInfo
from bot.screens.instructions import explain_code_result
from bot.screens.screen import (
    BUTTON_LENGTH,
    Button,
    ButtonRows,
    Screen,
    arrange_in_column,
    arrange_in_pairs,
    escape_html,
    format_bold,
    join_paragraphs,
    truncate_text,
)
from bot.screens.workshop.ballot_text import (
    describe_outcome,
    draw_vote_bars,
    find_ballot_result,
    find_last_tally,
    format_tally_figures,
    summarize_ballots,
)
from bot.screens.workshop.briefing import draw_briefing_screen
from bot.screens.workshop.facilitator_pages import draw_facilitator_screen
from bot.screens.workshop.voting_card import (
    build_change_table_rows,
    build_reason_rows,
    draw_voting_screen,
    find_missing_reason,
)
from bot.screens.workshop.workshop_page import WorkshopPage
from bot.screens.workshop.workshop_view import WorkshopView
from bot.translation import Translator
from survey.interview.steps import StepRefusalReason
from survey.services.snapshot import Snapshot
from survey.workshop.ballots import Ballot
from survey.workshop.moves import BallotPhase
from survey.workshop.plan import Attendance, Room


def draw_workshop_screen(
    now: Snapshot, room: Room, sight: WorkshopPage, t: Translator, about: BotInfo
) -> Screen:
    """What somebody in a workshop sees now."""
    here = WorkshopView(room, sight, t, about, now.read_at)
    if room.me is None or room.me.is_facilitator:
        return draw_facilitator_screen(here)
    if question := find_check_in_question(here, room.me):
        return draw_check_in_screen(now, here, question)
    if sight.name == "table" and room.plan.workshop.tables:
        return draw_check_in_screen(now, here, "table")
    if sight.name == "leave":
        return draw_leave_screen(here)
    if room.list_votable():
        return draw_voting_screen(here, format_workshop_warning(now, here))
    if room.session.locked:
        return draw_farewell_screen(now, here)
    if sight.name == "brief":
        return draw_briefing_screen(here)
    return draw_waiting_screen(now, here)


def format_workshop_warning(now: Snapshot, here: WorkshopView) -> str:
    """What to say of what they just did."""
    if now.notice is StepRefusalReason.KIND:
        return "⚠️ " + here.t("Please tap one of the buttons below.")
    return explain_code_result(now, here.t) or here.page.notice


# The door


def find_check_in_question(here: WorkshopView, me: Attendance) -> str:
    """What is not known yet of whom they stand for: sector, category, table; else nothing."""
    if not me.sector:
        return "sector"
    if here.plan.workshop.tables:
        return "" if me.seat is not None else "table"
    return "" if me.category else "category"


def draw_check_in_screen(now: Snapshot, here: WorkshopView, question: str) -> Screen:
    """Asked once, of whoever came without an invitation."""
    t = here.t
    titles = {
        "sector": t("Whom do you stand for?"),
        "category": t("Which assets do you know best?"),
        "table": t("At which table do you sit?"),
    }
    buttons = [
        Button(truncate_text(label, BUTTON_LENGTH), CheckIn(here.short_id, question, value))
        for value, label in list_check_in_options(here, question)
    ]
    body = join_paragraphs(
        format_workshop_warning(now, here),
        format_bold(escape_html(here.plan.title(t.language))),
        t("Results are shown by group only, without names."),
        format_bold(titles[question]),
    )
    return Screen(body, arrange_in_pairs(buttons))


def list_check_in_options(here: WorkshopView, question: str) -> list[tuple[str, str]]:
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


def draw_waiting_screen(now: Snapshot, here: WorkshopView) -> Screen:
    """Nothing to vote on: what was closed, what was revealed, what to do meanwhile."""
    t, room = here.t, here.room
    closed = [b for b in room.session.list_in_phase(BallotPhase.CLOSED) if can_judge(here, b)]
    latest = room.session.list_just_revealed()
    if closed:
        middle = t("🔒 Voting has closed. Waiting for the result …")
    elif latest:
        middle = format_revealed_results(here, latest)
    else:
        middle = t("⏳ The next ballot appears here by itself. Just leave this chat open.")
    rows: ButtonRows = ()
    if due := find_missing_reason(here):
        middle, rows = join_paragraphs(middle, *due.prompt), build_reason_rows(here, due)
    body = join_paragraphs(
        format_workshop_warning(now, here),
        format_bold(escape_html(here.plan.title(t.language))),
        format_affiliation(here),
        middle,
    )
    return Screen(body, (*rows, *build_waiting_rows(now, here)))


def can_judge(here: WorkshopView, ballot: Ballot) -> bool:
    """Whether a ballot is theirs to judge."""
    seat = here.room.me.seat if here.room.me else None
    return here.plan.workshop.can_judge(seat, ballot.category)


def format_affiliation(here: WorkshopView) -> str:
    """``Pemerintah · Meja Air``."""
    me = here.room.me
    if me is None:
        return ""
    sector = next((i.label(here.t.language) for i in here.about.sectors if i.code == me.sector), "")
    table = next((x.name for x in here.plan.workshop.tables if x.number == me.seat), "")
    seat = here.t("Table: {name}", name=table) if table else ""
    return escape_html(" · ".join(filter(None, (sector, seat))))


def format_revealed_results(here: WorkshopView, latest: list[Ballot]) -> str:
    """The results just revealed: of one ballot in full, of several a line each."""
    if len(latest) > 1:
        return join_paragraphs(
            format_bold(here.t("📊 Results (median)")), summarize_ballots(here, latest)
        )
    ballot = latest[0]
    tally, mine = find_last_tally(here, ballot), here.room.votes.get(ballot.number)
    if tally is None:
        return ""
    return join_paragraphs(
        f"📊 {format_bold(escape_html(here.name_ballot(ballot)))}\n{here.format_round(ballot)}",
        draw_vote_bars(here, tally, mine.value if mine else ""),
        f"{format_tally_figures(here, tally)}\n"
        f"{describe_outcome(here, find_ballot_result(here, ballot))}",
    )


def build_waiting_rows(now: Snapshot, here: WorkshopView) -> ButtonRows:
    """What can be done until the next ballot opens."""
    t, me = here.t, here.room.me
    briefing = t("📖 Briefing") if me and me.briefed else t("📖 Read the briefing (2 minutes)")
    return (
        *build_questionnaire_rows(now, here),
        (here.build_view_button(briefing, "brief"),),
        *build_change_table_rows(here),
        (here.build_view_button(t("Leave the workshop"), "leave"),),
    )


def build_questionnaire_rows(now: Snapshot, here: WorkshopView) -> ButtonRows:
    """The questionnaire that they may go on with."""
    wave = next((w for w in now.open_waves if w.id not in now.sent_waves), None)
    if wave is None:
        return ()
    label = truncate_text(
        f"▶ {now.questionnaires[wave.id].get_title(here.t.language)}", BUTTON_LENGTH
    )
    return ((Button(label, ContinueQuestionnaire(here.short_id, wave.id)),),)


def draw_leave_screen(here: WorkshopView) -> Screen:
    """Asked once."""
    t = here.t
    return Screen(
        join_paragraphs(
            format_bold(t("Leave the workshop?")),
            t(
                "Your votes stay. To come back, type the code {code}.",
                code=escape_html(here.plan.code),
            ),
        ),
        arrange_in_column(
            [
                Button(t("Yes, leave"), LeaveWorkshop(here.short_id)),
                here.build_view_button(t("No, stay"), ""),
            ],
        ),
    )


# Afterwards


def draw_farewell_screen(now: Snapshot, here: WorkshopView) -> Screen:
    """The results are final: thanks, what came out at their table, a link to pass on."""
    t = here.t
    mine = [b for b in here.room.session.list_in_phase(BallotPhase.REVEALED) if can_judge(here, b)]
    table = here.plan.workshop.tables
    link = build_agent_link(now, here)
    body = join_paragraphs(
        t("🙏 Thank you for taking part!"),
        format_bold(t("What your table found") if table else t("What the workshop found")),
        summarize_ballots(here, mine) or t("No results were revealed."),
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
        (
            *rows,
            *build_questionnaire_rows(now, here),
            (here.build_view_button(t("Leave the workshop"), "leave"),),
        ),
    )


def build_agent_link(now: Snapshot, here: WorkshopView) -> str:
    """The link of a survey for residents, with a word that says nothing of who passes it on."""
    public = next((w for w in now.open_waves if "resident" in w.audience), None)
    word = here.page.link_word
    return here.about.build_start_link(f"{public.id}-{word}") if public and word else ""
