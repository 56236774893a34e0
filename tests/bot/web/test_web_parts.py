"""Links, QR codes, the printed sheet, health, streams, and what is shown of too few people."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from pypdf import PdfReader

from bot.web.event_streams import HEARTBEAT_INTERVAL
from bot.web.health import LONGEST_SILENCE
from bot.web.links import NoAddress, WorkshopLinks, draw_qr_svg
from bot.web.page_locale import PageLocale
from bot.web.projector_view import ProjectorView
from bot.web.qr_sheet import build_qr_sheet
from bot.web.result_view import ResultView
from bot.web.server import WebFault, open_socket
from survey.services.workshop_service import WorkshopService
from survey.store.database import Store
from survey.workshop.plan import AttendanceCounts, Room
from tests.bot.web.served_workshop import build_ballots, serve_workshop
from tests.survey.session_helpers import WorkshopSession as Voting
from tests.survey.session_helpers import tally_rounds
from tests.survey.stored_workshop import build_workshop_plan

JAKARTA = ZoneInfo("Asia/Jakarta")
LINKS = WorkshopLinks("suara_uji_bot", "https://suara.example.org")


def seen(voting: Voting, **more: object) -> Room:
    """What the projector gets to see of a session of the core's tests."""
    plan = replace(build_workshop_plan(), workshop=voting.workshop)
    found = Room(
        plan, voting.session, AttendanceCounts({None: 9}), tallies=tally_rounds(voting.votes)
    )
    return replace(found, **more)  # type: ignore[arg-type]


def test_links_lead_to_the_bot_the_page_and_the_screen() -> None:
    plan = build_workshop_plan()
    assert LINKS.build_chat_link(plan) == "https://t.me/suara_uji_bot?start=u-UJI-2026"
    assert LINKS.build_page_link(plan) == "https://suara.example.org/ikut/UJI-2026"
    assert LINKS.build_projector_link(plan).endswith("/layar/a-secret-of-the-projector")
    assert LINKS.short == "suara.example.org/ikut"


def test_without_a_public_address_links_and_sheets_for_phones_are_refused_with_the_reason() -> None:
    lonely = WorkshopLinks("suara_uji_bot")
    for wanted in (
        lonely.build_page_link,
        lonely.build_projector_link,
        lambda plan: build_qr_sheet(plan, lonely, JAKARTA),
    ):
        with pytest.raises(NoAddress, match=r"web\.public_url is empty"):
            wanted(build_workshop_plan())


def test_the_sheet_has_the_codes_and_how_to_use_them_in_both_languages() -> None:
    long = replace(
        build_workshop_plan(), name={"id": "Lokakarya ketahanan air bersih dan banjir Jakarta 2026"}
    )
    pages = PdfReader(BytesIO(build_qr_sheet(long, LINKS, JAKARTA, pages=2))).pages
    text = " ".join(pages[1].extract_text().split())
    assert len(pages) == 2
    assert (float(pages[0].mediabox.width), float(pages[0].mediabox.height)) == pytest.approx(
        (595, 842), abs=1
    )
    for said in ("UJI-2026", "suara.example.org/ikut", "Minggu, 20 September 2026"):
        assert text.count(said) >= 6
    assert text.count("Pindai salah satu kode") == text.count("Scan a code") == 6


def test_a_qr_code_is_inline_and_grows_with_its_place() -> None:
    found = draw_qr_svg(LINKS.build_page_link(build_workshop_plan()))
    assert found.startswith("<svg")
    assert "viewBox" in found
    assert "width=" not in found.partition(">")[0]


def test_an_address_that_is_taken_is_said_clearly() -> None:
    with (
        open_socket("127.0.0.1", 0) as taken,
        pytest.raises(WebFault, match=r"web\.listen: 127\.0\.0\.1:\d+ cannot be served"),
    ):
        open_socket("127.0.0.1", taken.getsockname()[1])


async def test_health_says_whether_database_and_telegram_answer(tmp_path: Path) -> None:
    async with serve_workshop(tmp_path) as here, httpx.AsyncClient(base_url=here.url) as monitor:
        well = await monitor.get("/sehat")
        assert well.status_code == 200
        assert well.json() == {
            "ok": True,
            "database": "ok",
            "updates_set_aside": 0,
            "acts_dropped": 0,
            "telegram_seconds_ago": 0,
        }
        here.health.last_answer = time.monotonic() - LONGEST_SILENCE - 1
        assert (await monitor.get("/sehat")).status_code == 503
        here.health.note_answer()
        assert (await monitor.get("/sehat")).status_code == 200


async def test_health_says_that_the_database_is_gone(tmp_path: Path) -> None:
    gone = WorkshopService(Store(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}"))
    async with serve_workshop(tmp_path) as here, httpx.AsyncClient(base_url=here.url) as monitor:
        here.health.rooms = gone
        broken = await monitor.get("/sehat")
        assert (broken.status_code, broken.json()["database"]) == (503, "unreachable")


async def test_a_stream_sends_changes_as_they_come_and_a_sign_of_life_in_between(
    tmp_path: Path,
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(2, 2)) as here:
        await here.fill_room(3)
        url = f"{here.projector_url}/alir"
        kinds: list[str] = []
        async with (
            httpx.AsyncClient(timeout=8) as http,
            http.stream("GET", url, headers={"accept-encoding": "gzip"}) as stream,
        ):
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert "content-encoding" not in stream.headers
            heard = time.monotonic()
            async for line in stream.aiter_lines():
                if line.startswith("data: {"):
                    kinds.append(json.loads(line[6:])["key"].split()[0])
                    if len(kinds) == 1:
                        await here.workshop.open(1)
                elif line == "event: beat":
                    kinds.append("beat")
                assert time.monotonic() - heard < HEARTBEAT_INTERVAL + 1
                heard = time.monotonic()
                if kinds.count("beat") == 2:
                    break
            assert kinds == ["before", "voting", "beat", "beat"]


def test_what_was_answered_before_stands_beside_the_result_and_is_never_pooled() -> None:
    voting = Voting()
    result = voting.run_round(1, "4 4 4 5 3 4")
    before = {1: {"1": 3, "2": 4, "4": 1, "tt": 5}}
    shown = ResultView(result, seen(voting, earlier_counts=before), PageLocale("id", JAKARTA))
    assert (shown.n, shown.rating.median) == (6, 4)
    assert shown.before is not None
    assert (shown.before.rating.n, shown.before.rating.median) == (8, 2)
    assert [row.before for row in shown.rows] == [3 / 8, 4 / 8, 0, 1 / 8, 0]
    few = ResultView(result, seen(voting, earlier_counts={1: {"1": 4}}), PageLocale("id", JAKARTA))
    assert few.before is None, "fewer than the rule's least"


def test_a_round_before_with_too_few_people_is_not_drawn_behind_the_next() -> None:
    voting = Voting()
    voting.run_round(1, "1 1 tp")
    result = voting.run_round(1, "4 4 4 5 3 4")
    shown = ResultView(result, seen(voting), PageLocale("id", JAKARTA))
    assert shown.earlier is None
    assert all(row.earlier is None for row in shown.rows)


def test_the_screen_shows_what_was_done_last() -> None:
    voting = Voting()
    wall = ProjectorView(seen(voting), PageLocale("id", JAKARTA))
    assert wall.scene == "before"
    voting.run_round(1, "4 4 4 5 3 4")
    assert ProjectorView(seen(voting), PageLocale("id", JAKARTA)).scene == "results"
    voting.open(2, seconds=60)
    wall = ProjectorView(seen(voting), PageLocale("id", JAKARTA))
    assert wall.scene == "voting"
    assert wall.until == voting.now + timedelta(seconds=60)
    voting.close(2)
    assert ProjectorView(seen(voting), PageLocale("id", JAKARTA)).until is None
    voting.wait(2)
    voting.apply_decision(voting.session.reveal([2], voting.tap()))
    voting.undo()
    assert ProjectorView(seen(voting), PageLocale("id", JAKARTA)).scene == "voting", (
        "that reveal was taken back"
    )
    voting.apply_decision(voting.session.skip([2], voting.tap()))
    assert ProjectorView(seen(voting), PageLocale("id", JAKARTA)).scene == "results"
    voting.apply_decision(voting.session.lock(voting.tap()))
    assert ProjectorView(seen(voting), PageLocale("id", JAKARTA)).scene == "final"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_outcome_has_its_words(language: str) -> None:
    voting, words = Voting(), PageLocale(language, JAKARTA)
    voting.run_round(1, "1 1 5 5 3 1")
    voting.run_round(2, "3 3 3 3 4")
    voting.run_round(3, "5 5 5 4 5")
    voting.run_round(4, "5 5 5 4 5")
    said = [words.format_outcome(result) for result in voting.results()]
    assert len(set(said)) == 5
    assert ("Disepakati: dari 2 menjadi 5" if language == "id" else "Agreed: from 2 to 5") in said
