"""The voting page: people without Telegram, with JavaScript and without, and those who cheat."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from survey.services.workshop_service import hash_token
from survey.workshop.moves import VoteChannel
from tests.bot.web.served_workshop import (
    ServedWorkshop,
    build_ballots,
    serve_workshop,
)
from tests.browser import open_page
from tests.survey.session_helpers import TABLES

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

#: One browser serves the whole file, so its tests share the browser's event loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")
ADDRESS = re.compile(r'(?:src|href|action)="([^"]*)"')
MARK = re.compile(r'name="mark" value="([^"]+)"')


async def phone(chromium: Browser, *, scripts: bool = True) -> Page:
    """A small phone of its own, whose pages must never be wider than it."""
    return await open_page(chromium, 360, 640, java_script_enabled=scripts)


async def press(page: Page, label: str) -> None:
    await page.get_by_role("button", name=label).first.click()


async def come_in(page: Page, here: ServedWorkshop) -> None:
    """From the QR code to the first screen of the room."""
    await page.goto(here.entry_url)
    await press(page, "Ikut serta")
    await page.select_option("[name=sector]", "swasta")
    await page.select_option("[name=category]", "air")
    await press(page, "Lanjut")
    await page.get_by_text("Butir berikutnya muncul di sini").wait_for()


async def tally(here: ServedWorkshop, ballot: int) -> dict[str, int]:
    room = await here.workshop.rooms.read_whole_room("uji")
    found = [t for (n, _), t in room.tallies.items() if n == ballot]
    return dict(found[-1].counts) if found else {}


class Visitor:
    """A browser without any comfort: it sends what it is told to."""

    def __init__(self, here: ServedWorkshop) -> None:
        self.here = here
        self.http = httpx.AsyncClient(base_url=here.url, follow_redirects=True)
        self.mark = ""

    async def get(self, path: str = "") -> httpx.Response:
        answer = await self.http.get(f"/ikut/UJI-2026{path}")
        if found := MARK.findall(answer.text):
            self.mark = found[-1]
        return answer

    async def post(self, path: str, **sent: object) -> httpx.Response:
        data = {"mark": self.mark, **{name: str(value) for name, value in sent.items()}}
        return await self.http.post(f"/ikut/UJI-2026/{path}", data=data)

    async def enter(self) -> None:
        await self.get()
        await self.post("masuk")
        await self.get()
        await self.post("diri", sector="swasta", category="")
        await self.get()

    async def vote(self, ballot: int, value: str, opening: int = 1) -> httpx.Response:
        return await self.post("suara", ballot=ballot, opening=opening, value=value)


@pytest_asyncio.fixture(loop_scope="module")
async def room(tmp_path: Path) -> AsyncIterator[ServedWorkshop]:
    async with serve_workshop(tmp_path, (), build_ballots(2, 3, confirm=1)) as here:
        await here.fill_room(2)
        yield here


# With a browser


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
async def test_somebody_without_telegram_votes_and_sees_the_result(
    room: ServedWorkshop, chromium: Browser, scripts: bool
) -> None:
    page = await phone(chromium, scripts=scripts)
    await page.goto(f"{room.url}/ikut")
    await page.fill("[name=code]", "uji-2026")
    await press(page, "Lanjut")
    await come_in(page, room)

    async def follow() -> None:
        if not scripts:
            await page.reload()

    await room.workshop.open(2)
    await follow()
    await press(page, "Berat: terganggu lebih dari 3 hari")
    await page.get_by_text("✓ 4 – Berat").wait_for()
    await press(page, "Sedang: terganggu 1–3 hari")
    await page.get_by_text("✓ 3 – Sedang").wait_for()
    await room.cast_votes(2, "3 2")
    await room.workshop.close(2)
    await follow()
    await page.get_by_text("Suara ditutup, menunggu hasil").wait_for()
    await room.workshop.reveal(2)
    await follow()
    await page.get_by_text("Disepakati").first.wait_for()
    await page.get_by_text("◂ Anda").wait_for()
    assert await tally(room, 2) == {"3": 2, "2": 1}
    if scripts:
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
    shown = (await room.workshop.rooms.read_whole_room("uji")).tallies[2, 1]
    assert shown.channels == {VoteChannel.TELEGRAM: 2, VoteChannel.WEB: 1}
    await room.open_again(2)
    await follow()
    await page.get_by_text("Hasil putaran 1: nilai tengah 3 · 3 dari 3 hampir sama").wait_for()
    assert await page.get_by_text("◂ Anda").count() == 0, "nobody is held to their earlier vote"
    await room.cast_votes(2, "3 2")
    await room.workshop.close(2)
    await room.workshop.reveal(2)
    await room.workshop.move(lambda session, tap: session.lock(tap))
    await follow()
    await page.get_by_text("hasilnya sudah final").wait_for()
    await page.get_by_text("Butir berikutnya").wait_for(state="detached")


async def test_whoever_disagrees_with_the_earlier_rating_says_why(
    room: ServedWorkshop, chromium: Browser
) -> None:
    page = await phone(chromium, scripts=False)
    await come_in(page, room)
    await room.workshop.open(1)
    await page.reload()
    await page.get_by_text("Penilaian awal: 3 – Sedang").wait_for()
    await page.get_by_text("Kajian Bappeda 2016").wait_for()
    await press(page, "Lumpuh atau rusak permanen")
    await page.get_by_text("Mengapa?").wait_for()
    await page.fill("[name=words]", "Pompa baru rusak")
    await press(page, "Simpan")
    assert await page.get_by_text("Mengapa?").count() == 0
    await press(page, "Ringan")
    await press(page, "Ada data yang lebih baru")
    await room.workshop.close(1)
    await room.workshop.reveal(1)
    found = (await room.workshop.rooms.read_whole_room("uji")).tallies[1, 1]
    assert (found.counts, found.reasons) == ({"2": 1}, {"new_data": 1})


async def test_two_browsers_have_one_vote_each(room: ServedWorkshop, chromium: Browser) -> None:
    pages = [await phone(chromium) for _ in range(2)]
    await asyncio.gather(*(come_in(page, room) for page in pages))
    await room.workshop.open(2)
    for page, label in zip(pages, ("Ringan", "Berat"), strict=True):
        await press(page, label)
        await page.get_by_text("✓").first.wait_for()
    await pages[0].reload()
    await pages[0].get_by_text("✓ 2 – Ringan").wait_for()
    await room.workshop.close(2)
    await room.workshop.reveal(2)
    assert await tally(room, 2) == {"2": 1, "4": 1}


async def test_a_row_of_shocks_is_filled_in_one_after_the_other(
    room: ServedWorkshop, chromium: Browser
) -> None:
    page = await phone(chromium)
    await come_in(page, room)
    await room.workshop.open(4, 5, 6)
    await page.locator("#butir-4").wait_for()
    for number in (4, 5, 6):
        await page.locator(f"#butir-{number}[open] button[value='3']").click()
        await page.locator(f"#butir-{number} .mine").wait_for()
    await room.workshop.close(4, 5, 6)
    await page.get_by_text("Suara ditutup, menunggu hasil").wait_for()


async def test_people_choose_their_language_and_their_table(
    tmp_path: Path, chromium: Browser
) -> None:
    async with serve_workshop(tmp_path, TABLES, build_ballots(6, 2)) as here:
        page = await phone(chromium, scripts=False)
        await page.goto(f"{here.entry_url}?bahasa=en")
        await press(page, "Take part")
        await page.select_option("[name=sector]", "swasta")
        await page.select_option("[name=table]", "1")
        await press(page, "Continue")
        await page.get_by_text("Private sector · Air").wait_for()
        await press(page, "Indonesia")
        await page.get_by_text("Swasta · Air").wait_for()
        await page.reload()
        await page.get_by_text("Swasta · Air").wait_for()
        assert (await here.workshop.rooms.read_whole_room("uji")).presence.seats == {1: 1}
        await page.get_by_text("Pindah ke meja lain").click()
        await page.select_option("[name=table]", "2")
        await press(page, "Lanjut")
        await page.get_by_text("Swasta · Banjir dan sampah").wait_for()
        assert (await here.workshop.rooms.read_whole_room("uji")).presence.seats == {2: 1}


# Without a browser: what is sent, and by whom


async def test_a_form_sent_again_acts_once_and_another_button_of_it_still_counts(
    room: ServedWorkshop,
) -> None:
    visitor = Visitor(room)
    await visitor.enter()
    await room.workshop.open(2)
    await visitor.get()
    for value in ("2", "2", "4", "2"):
        assert (await visitor.vote(2, value)).status_code == 200
    await room.workshop.close(2)
    await room.workshop.reveal(2)
    assert await tally(room, 2) == {"4": 1}
    async with room.workshop.store.read() as connection:
        rows = await connection.exec_driver_sql("SELECT value FROM vote ORDER BY id")
        assert [row[0] for row in rows] == ["2", "4"]


async def test_the_way_in_sent_twice_lets_one_person_in(room: ServedWorkshop) -> None:
    visitor = Visitor(room)
    await visitor.get()
    await asyncio.gather(visitor.post("masuk"), visitor.post("masuk"))
    assert (await room.workshop.rooms.read_whole_room("uji")).presence.joined == 3


async def test_whoever_leaves_and_comes_again_is_the_same_person(room: ServedWorkshop) -> None:
    visitor = Visitor(room)
    await visitor.enter()
    await room.workshop.open(2)
    await visitor.get()
    await visitor.vote(2, "2")
    await visitor.get()
    await visitor.post("keluar")
    assert (await room.workshop.rooms.read_whole_room("uji")).presence.joined == 2
    assert "Ikut serta" in (await visitor.get()).text
    await visitor.post("masuk")
    assert "✓ 2 – Ringan" in (await visitor.get()).text
    await visitor.vote(2, "5")
    await room.workshop.close(2)
    await room.workshop.reveal(2)
    assert await tally(room, 2) == {"5": 1}


async def test_votes_too_late_or_of_an_earlier_round_are_told_and_not_counted(
    room: ServedWorkshop,
) -> None:
    visitor = Visitor(room)
    await visitor.enter()
    await room.workshop.open(2)
    await visitor.get()
    await visitor.vote(2, "2")
    room.workshop.now = room.site.clock.now() - timedelta(seconds=9)
    await room.workshop.close(2)
    assert "Suara sudah ditutup. Suara terakhir Anda" in (await visitor.vote(2, "5")).text
    await room.workshop.reveal(2)
    await room.open_again(2)
    assert "Itu putaran sebelumnya" in (await visitor.vote(2, "5")).text
    assert "tidak bisa dipilih sekarang" in (await visitor.vote(2, "9", opening=4)).text
    assert "tidak bisa dipilih sekarang" in (await visitor.vote(77, "2")).text
    await room.workshop.close(2)
    await room.workshop.reveal(2)
    tallies = (await room.workshop.rooms.read_whole_room("uji")).tallies
    assert {opened: dict(found.counts) for opened, found in tallies.items()} == {(2, 1): {"2": 1}}


async def test_a_reason_on_its_way_does_not_undo_a_newer_vote(room: ServedWorkshop) -> None:
    visitor = Visitor(room)
    await visitor.enter()
    await room.workshop.open(1)
    earlier = room.workshop.plan.ballots[0].baseline
    for number in range(12):
        await visitor.get()
        await visitor.vote(1, "5")
        await asyncio.gather(
            visitor.vote(1, str(earlier)),
            visitor.post("alasan", ballot=1, words=f"alasan {number}"),
        )
        async with room.workshop.store.read() as connection:
            last = await connection.exec_driver_sql("SELECT value FROM vote ORDER BY id DESC")
            assert last.first() == (str(earlier),)


async def test_a_form_of_another_site_or_another_browser_does_nothing(room: ServedWorkshop) -> None:
    visitor, other = Visitor(room), Visitor(room)
    await visitor.enter()
    await other.enter()
    await room.workshop.open(2)
    await visitor.get()
    other.mark = visitor.mark
    with capture_logs() as log:
        assert "Silakan coba lagi" in (await other.vote(2, "5")).text
        other.mark = ""
        await other.vote(2, "5")
    assert [line["event"] for line in log] == ["form refused"] * 2
    assert (await room.workshop.rooms.read_whole_room("uji")).voter_counts == {}


async def test_the_token_is_the_browsers_alone(room: ServedWorkshop) -> None:
    visitor = Visitor(room)
    answer = await visitor.get()
    said = answer.headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=lax" in said
    assert "Path=/ikut/UJI-2026" in said
    await visitor.enter()
    token = visitor.http.cookies["suara"]
    files = list((Path(room.workshop.store.url.partition("///")[2]).parent).iterdir())
    kept = b"".join(file.read_bytes() for file in files)
    assert hash_token(token).encode() in kept
    assert token.encode() not in kept


async def test_codes_that_are_guessed_a_thousand_times_are_refused(room: ServedWorkshop) -> None:
    async with httpx.AsyncClient(base_url=room.url) as guesser:
        with capture_logs() as log:
            answers = [
                (await guesser.post("/ikut", data={"code": f"UJI-{n}"})).status_code
                for n in range(990)
            ]
            right = await guesser.post("/ikut", data={"code": "UJI-2026"})
    assert answers[0] == 404
    assert answers.count(429) > 900
    assert right.status_code == 429, "or guessing would go on"
    assert "tunggu satu menit" in right.text
    assert [line["event"] for line in log] == ["codes refused"]
    assert "127.0.0.1" not in str(log)
    assert "UJI-" not in str(log)


async def test_whoever_is_in_the_room_votes_while_others_guess(room: ServedWorkshop) -> None:
    visitor = Visitor(room)
    await visitor.enter()
    await room.workshop.open(2)
    await visitor.get()
    async with httpx.AsyncClient(base_url=room.url) as guesser:
        for n in range(60):
            await guesser.get(f"/ikut/UJI-{n}")
    await visitor.vote(2, "4")
    assert (await room.workshop.rooms.read_whole_room("uji")).voter_counts == {(2, 1): 1}


async def test_a_guessed_projector_link_opens_nothing(room: ServedWorkshop) -> None:
    async with httpx.AsyncClient(base_url=room.url) as guesser:
        with capture_logs() as log:
            first = await guesser.get("/layar/not-the-secret")
            stream = await guesser.get("/layar/not-the-secret/alir")
            later = [(await guesser.get(f"/layar/{n}")).status_code for n in range(100)]
        right = await guesser.get(f"/layar/{room.workshop.plan.screen}")
    assert (first.status_code, stream.status_code) == (404, 404)
    assert later.count(429) > 70
    assert right.status_code == 200, "the projector cannot be kept out"
    assert {line["event"] for line in log} == {"projector link refused"}
    assert "not-the-secret" not in str(log)
    assert "127.0.0.1" not in str(log)


async def test_pages_are_small_and_take_nothing_from_elsewhere(room: ServedWorkshop) -> None:
    visitor = Visitor(room)
    await visitor.enter()
    await room.workshop.open(4, 5, 6)
    page = await visitor.get()
    parts = [await visitor.http.get(f"/web/page.{kind}") for kind in ("css", "js")]
    assert sum(part.num_bytes_downloaded for part in (page, *parts)) < 30_000
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert all(to[:1] in "/?" or to == "data:," for to in ADDRESS.findall(page.text))


async def test_what_no_form_would_send_is_refused_kindly(room: ServedWorkshop) -> None:
    visitor = Visitor(room)
    await visitor.enter()
    large = await visitor.http.post("/ikut", content=b"code=" + b"A" * 100_000)
    assert large.status_code == 413
    assert (await visitor.http.post("/ikut", content=b"\xff\xfe")).status_code == 400
    odd = await visitor.vote(2, "<script>alert(1)</script>")
    assert odd.status_code == 200
    assert "<script>alert" not in odd.text
