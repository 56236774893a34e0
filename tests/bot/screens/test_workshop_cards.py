"""The cards of a large workshop fit into what Telegram can show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.callbacks import codec
from bot.screens.bot_info import BotInfo
from bot.screens.screen import BUTTON_LENGTH, Screen
from bot.screens.workshop.group_message import draw_group_screen
from bot.screens.workshop.participant import draw_workshop_screen
from bot.screens.workshop.workshop_page import WorkshopPage
from bot.screens.workshop.workshop_view import WorkshopView
from bot.telegram.message_arguments import build_message_arguments
from bot.translation import get_translator
from survey.services.snapshot import Snapshot
from survey.workshop.ballots import Ballot, BallotMode, Table, Workshop
from survey.workshop.moves import Move, Vote, VoteChannel, WorkshopRequest
from survey.workshop.plan import Attendance, AttendanceCounts, Room, WebSeat, WorkshopPlan
from survey.workshop.register import RegisterItem, build_register
from survey.workshop.session import Session
from tests.survey.form_helpers import load_shipped_form
from tests.survey.session_helpers import tally_rounds

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
SECTORS = (RegisterItem("pemerintah", {"id": "Pemerintah", "en": "Government"}),)
ABOUT = BotInfo(
    "suara_jakarta_bot",
    "Jakarta",
    "Sekretariat <J>",
    24,
    90,
    ("id", "en"),
    zone=ZoneInfo("Asia/Jakarta"),
    public_url="https://suara.example.org",
    sectors=SECTORS,
)
CATEGORIES = ("air", "banjir", "energi", "transportasi")
PEOPLE = range(101, 141)
FACILITATOR_PAGES = (
    "", "list", "ballot", "note", "more", "seats", "seat", "lock", "screen", "leave",
)  # fmt: skip


def large() -> WorkshopPlan:
    """Four tables, each with three assets under every shock, all with an earlier rating."""
    found = build_register(load_shipped_form("kerentanan"))
    assets = [a for c in CATEGORIES for a in [x for x in found.assets if x.category == c][:3]]
    pairs = [(asset, shock) for asset in assets for shock in found.shocks]
    ballots = tuple(
        Ballot(n, asset.code, shock.code, asset.category, BallotMode.CONFIRM, 3, "<" * 300)
        for n, (asset, shock) in enumerate(pairs, 1)
    )
    tables = tuple(Table(n, c.title(), (c,)) for n, c in enumerate(CATEGORIES, 1))
    return WorkshopPlan(
        workshop=Workshop("besar", found.scale, tables=tables),
        name={"id": "Lokakarya <besar>", "en": "Large"},
        code="BESAR-2026",
        held_at=NOW,
        register=found,
        ballots=ballots,
        screen="s" * 43,
        programme=tuple((f"{hour:02}.00", {"id": "Diskusi & penilaian"}) for hour in range(8, 18)),
    )


def rooms() -> Iterator[tuple[str, Session, dict[tuple[int, int], Vote]]]:
    """The session from its beginning to its end, with everybody's votes so far."""
    plan = large()
    session = Session(plan.workshop, plan.ballots)
    votes: dict[tuple[int, int], Vote] = {}
    yield "waiting", session, votes
    every = session.propose_next()[-1].ballots
    for what in ("open", "close", "reveal", "open_next_round", "close", "reveal", "lock"):
        tap = WorkshopRequest(
            1, NOW.replace(minute=session.number), 7, session.number, session.number
        )
        act = getattr(session, what)
        timed = what in ("open", "open_next_round")
        move = act(tap) if what == "lock" else act(every, 600, tap) if timed else act(every, tap)
        assert isinstance(move, Move), (what, move)
        session.apply(move)
        if timed:
            votes = {
                (who, n): Vote(
                    n, move.number, who, str(1 + who % 5), "", NOW, VoteChannel.TELEGRAM, 1
                )
                for who in PEOPLE
                for n in every
            }
        yield what, session, votes


def screens(language: str) -> Iterator[tuple[str, Screen]]:
    """Everything that a facilitator, a participant and a group see on the way."""
    plan, t = large(), get_translator(language)
    ballots = {ballot.number: ballot for ballot in plan.ballots}
    me = Attendance(101, "pemerintah", "air", language, 1, VoteChannel.TELEGRAM)
    leads = replace(me, leads=True)
    now = Snapshot(1, read_at=NOW)
    for what, session, votes in rooms():
        room = Room(
            plan,
            session,
            AttendanceCounts({1: 10, 2: 10, 3: 10, 4: 10, None: 3}, 20),
            voter_counts=dict.fromkeys({(v.ballot, v.opening) for v in votes.values()}, 40),
            tallies=tally_rounds(votes.values()),
            earlier_counts={n: {"3": 12, "4": 9, "tt": 3} for n in ballots},
            web_seats=tuple(WebSeat(n, NOW, "pemerintah", "") for n in range(999, 900, -1)),
        )
        mine = {v.ballot: v for v in votes.values() if v.respondent == 101 and v.ballot < 30}
        for page in FACILITATOR_PAGES:
            for number in (0, 1, 17):
                sight = WorkshopPage(page, number, 300, "x" * 200)
                seen = draw_workshop_screen(now, replace(room, me=leads), sight, t, ABOUT)
                yield f"facilitator {what} {page} {number}", seen
        for page in ("", "brief", "leave", "row", "why", "table"):
            for number in range(5):
                own = replace(room, me=me, votes=mine if number % 2 else {})
                seen = draw_workshop_screen(
                    now, own, WorkshopPage(page, number, link_word="abcdef"), t, ABOUT
                )
                yield f"participant {what} {page} {number}", seen
        yield f"group {what}", draw_group_screen(WorkshopView(room, WorkshopPage(), t, ABOUT, NOW))


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_card_fits(language: str) -> None:
    seen = 0
    for where, screen in screens(language):
        seen += 1
        text = re.sub("<[^>]*>", "", screen.text)
        assert len(text.encode("utf-16-le")) // 2 <= 4096, where
        assert build_message_arguments(screen)["text"], where
        buttons = [button for row in screen.rows for button in row]
        assert len(buttons) <= 100, where
        assert all(len(row) <= 8 for row in screen.rows), where
        assert all(len(button.label) <= BUTTON_LENGTH for button in buttons), where
        for tap in (button.callback for button in buttons if button.callback):
            assert codec.parse_callback(codec.encode_callback(tap)) == tap
    assert seen > 300
