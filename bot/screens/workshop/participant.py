"""A participant's card in a workshop: the door, the pause, results, the end."""

from __future__ import annotations

from urllib.parse import quote

from bot.callbacks.participation_callbacks import DeclineAsMinor
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
    snapshot: Snapshot, room: Room, page: WorkshopPage, t: Translator, about: BotInfo
) -> Screen:
    """What somebody in a workshop sees now."""
    view = WorkshopView(room, page, t, about, snapshot.read_at)
    if room.me is None or room.me.is_facilitator:
        return draw_facilitator_screen(view)
    if question := find_check_in_question(view, room.me):
        return draw_check_in_screen(snapshot, view, question)
    if page.name == "table" and room.plan.workshop.tables:
        return draw_check_in_screen(snapshot, view, "table")
    if page.name == "leave":
        return draw_leave_screen(view)
    if room.list_votable():
        return draw_voting_screen(view, format_workshop_warning(snapshot, view))
    if room.session.locked:
        return draw_farewell_screen(snapshot, view)
    if page.name == "brief":
        return draw_briefing_screen(view)
    return draw_waiting_screen(snapshot, view)


def format_workshop_warning(snapshot: Snapshot, view: WorkshopView) -> str:
    """What to say of what they just did."""
    if snapshot.notice is StepRefusalReason.KIND:
        return "⚠️ " + view.t("Please tap one of the buttons below.")
    return explain_code_result(snapshot, view.t) or view.page.notice


# The door


def find_check_in_question(view: WorkshopView, me: Attendance) -> str:
    """What is not known yet of whom they stand for: sector, category, table; else nothing."""
    if not me.sector:
        return "sector"
    if view.plan.workshop.tables:
        return "" if me.seat is not None else "table"
    return "" if me.category else "category"


def draw_check_in_screen(snapshot: Snapshot, view: WorkshopView, question: str) -> Screen:
    """Sector, category or table, asked of whoever came without an invitation."""
    t = view.t
    titles = {
        "sector": t("Whom do you represent?"),
        "category": t("Which assets do you know best?"),
        "table": t("At which table do you sit?"),
    }
    buttons = [
        Button(truncate_text(label, BUTTON_LENGTH), CheckIn(view.short_id, question, value))
        for value, label in list_check_in_options(view, question)
    ]
    body = join_paragraphs(
        format_workshop_warning(snapshot, view),
        format_bold(escape_html(view.plan.title(t.language))),
        t("Results are shown by group only, without names."),
        view.explain_consent(),
        format_bold(titles[question]),
    )
    young = Button(t("I am not 18 yet"), DeclineAsMinor(""))
    return Screen(body, (*arrange_in_pairs(buttons), *[(young,)] * view.owes_consent))


def list_check_in_options(view: WorkshopView, question: str) -> list[tuple[str, str]]:
    """Values and their labels."""
    about, language = view.about, view.t.language
    match question:
        case "sector":
            return [(item.code, item.label(language)) for item in about.sectors]
        case "category":
            return [(item.code, item.label(language)) for item in about.categories]
        case _:
            return [(str(table.number), table.name) for table in view.plan.workshop.tables]


# Between ballots


def draw_waiting_screen(snapshot: Snapshot, view: WorkshopView) -> Screen:
    """Nothing to vote on: what was closed, what was revealed, what to do meanwhile."""
    t, room = view.t, view.room
    closed = [b for b in room.session.list_in_phase(BallotPhase.CLOSED) if can_judge(view, b)]
    latest = room.session.list_just_revealed()
    if closed:
        middle = t("🔒 Voting has closed. Waiting for the result …")
    elif latest:
        middle = format_revealed_results(view, latest)
    else:
        middle = t("⏳ The next ballot appears here by itself. Just leave this chat open.")
    rows: ButtonRows = ()
    if due := find_missing_reason(view):
        middle, rows = join_paragraphs(middle, *due.prompt), build_reason_rows(view, due)
    body = join_paragraphs(
        format_workshop_warning(snapshot, view),
        format_bold(escape_html(view.plan.title(t.language))),
        format_affiliation(view),
        middle,
    )
    return Screen(body, (*rows, *build_waiting_rows(snapshot, view)))


def can_judge(view: WorkshopView, ballot: Ballot) -> bool:
    """Whether a ballot is theirs to judge."""
    seat = view.room.me.seat if view.room.me else None
    return view.plan.workshop.can_judge(seat, ballot.category)


def format_affiliation(view: WorkshopView) -> str:
    """``Pemerintah · Meja Air``."""
    me = view.room.me
    if me is None:
        return ""
    sector = next((i.label(view.t.language) for i in view.about.sectors if i.code == me.sector), "")
    table = next((x.name for x in view.plan.workshop.tables if x.number == me.seat), "")
    seat = view.t("Table: {name}", name=table) if table else ""
    return escape_html(" · ".join(filter(None, (sector, seat))))


def format_revealed_results(view: WorkshopView, latest: list[Ballot]) -> str:
    """The results just revealed: of one ballot in full, of several a line each."""
    if len(latest) > 1:
        return join_paragraphs(
            format_bold(view.t("📊 Results (middle rating)")), summarize_ballots(view, latest)
        )
    ballot = latest[0]
    tally, own_vote = find_last_tally(view, ballot), view.room.votes.get(ballot.number)
    if tally is None:
        return ""
    return join_paragraphs(
        f"📊 {format_bold(escape_html(view.name_ballot(ballot)))}\n{view.format_round(ballot)}",
        draw_vote_bars(view, tally, own_vote.value if own_vote else ""),
        f"{format_tally_figures(view, tally)}\n"
        f"{describe_outcome(view, find_ballot_result(view, ballot))}",
    )


def build_waiting_rows(snapshot: Snapshot, view: WorkshopView) -> ButtonRows:
    """What can be done until the next ballot opens."""
    t, me = view.t, view.room.me
    briefing = t("📖 Briefing") if me and me.briefed else t("📖 Read the briefing (2 minutes)")
    return (
        *build_questionnaire_rows(snapshot, view),
        (view.build_view_button(briefing, "brief"),),
        *build_change_table_rows(view),
        (view.build_view_button(t("Leave the workshop"), "leave"),),
    )


def build_questionnaire_rows(snapshot: Snapshot, view: WorkshopView) -> ButtonRows:
    """The questionnaire that they may go on with."""
    wave = next((w for w in snapshot.open_waves if w.id not in snapshot.sent_waves), None)
    if wave is None:
        return ()
    label = truncate_text(
        f"▶ {snapshot.questionnaires[wave.id].get_title(view.t.language)}", BUTTON_LENGTH
    )
    return ((Button(label, ContinueQuestionnaire(view.short_id, wave.id)),),)


def draw_leave_screen(view: WorkshopView) -> Screen:
    """Whether a participant wants to leave the workshop: asked before they do."""
    t = view.t
    return Screen(
        join_paragraphs(
            format_bold(t("Leave the workshop?")),
            t(
                "Your votes stay. To come back, type the code {code}.",
                code=escape_html(view.plan.code),
            ),
        ),
        arrange_in_column(
            [
                Button(t("Yes, leave"), LeaveWorkshop(view.short_id)),
                view.build_view_button(t("No, stay"), ""),
            ],
        ),
    )


# Afterwards


def draw_farewell_screen(snapshot: Snapshot, view: WorkshopView) -> Screen:
    """The results are final: thanks, what came out at their table, a link to pass on."""
    t = view.t
    judged = [
        b for b in view.room.session.list_in_phase(BallotPhase.REVEALED) if can_judge(view, b)
    ]
    table = view.plan.workshop.tables
    link = build_agent_link(snapshot, view)
    body = join_paragraphs(
        t("🙏 Thank you for taking part!"),
        format_bold(t("What your table found") if table else t("What the workshop found")),
        summarize_ballots(view, judged) or t("No results were revealed."),
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
            *build_questionnaire_rows(snapshot, view),
            (view.build_view_button(t("Leave the workshop"), "leave"),),
        ),
    )


def build_agent_link(snapshot: Snapshot, view: WorkshopView) -> str:
    """The link of a survey for residents, with a word that says nothing of who passes it on."""
    public = next((w for w in snapshot.open_waves if "resident" in w.audience), None)
    word = view.page.link_word
    return view.about.build_start_link(f"{public.id}-{word}") if public and word else ""
