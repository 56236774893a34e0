"""The projector in a real browser: what a room sees of a ballot, from the code to the last page."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from survey.services.workshop_service import WorkshopService
from tests.bot.web.served_workshop import build_ballots, serve_workshop
from tests.browser import open_page
from tests.survey.session_helpers import TABLES

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

#: One browser serves the whole file, so its tests share the browser's event loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")
SIZES = {"720p": (1280, 720), "1080p": (1920, 1080)}
ROUND_ONE = "2 3 3 4 4 4 4 5 tp tt 3 4 4 2 5 4 4 4 3 1"
ROUND_TWO = "3 3 3 4 4 4 4 4 tp tt 3 4 4 4 4 4 4 4 3 3"
#: What sticks out of the page that is shown, or of its own box.
OUTSIDE = """() => {
  const main = document.querySelector('main').getBoundingClientRect();
  const out = [...document.querySelectorAll('.page.shown, .page.shown *')].filter(it => {
    const box = it.getBoundingClientRect();
    const style = getComputedStyle(it);
    const cut = !(it instanceof SVGElement) && style.display !== 'inline'
      && style.writingMode === 'horizontal-tb'
      && it.scrollWidth > it.clientWidth + 2;
    const high = box.bottom > main.bottom + 1 || box.top < main.top - 1;
    return cut || high || box.right > innerWidth + 1;
  }).map(it => `${it.tagName}: ${it.textContent.trim().slice(0, 30)}`);
  const root = document.documentElement;
  if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) out.push('scrolls');
  return out;
}"""


async def opened(chromium: Browser, url: str, size: str = "720p") -> tuple[Page, list[str]]:
    """A projector that shows the page, and what its browser complains of."""
    width, height = SIZES[size]
    page = await open_page(chromium, width, height)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(url)
    return page, complaints


async def reads(page: Page, *words: str) -> None:
    """Wait until all of this is to be seen, then see that it fits and is large enough."""
    for word in words:
        await page.locator(".page.shown, header, footer").get_by_text(word).first.wait_for()
    await page.wait_for_timeout(100)
    assert await page.evaluate(OUTSIDE) == []


async def size_of(page: Page, selector: str) -> float:
    """How large its letters are, in pixels of a screen 720 high."""
    read = "it => parseFloat(getComputedStyle(it).fontSize) * 720 / innerHeight"
    found: Any = await page.locator(selector).first.evaluate(read)
    return float(found)


@pytest.mark.parametrize("size", SIZES)
async def test_a_room_follows_a_ballot_through_two_rounds(
    tmp_path: Path, chromium: Browser, size: str
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(4, 5, confirm=1)) as here:
        await here.fill_room(24)
        page, complaints = await opened(chromium, here.projector_url, size)
        await reads(page, "Mari menilai bersama", "UJI-2026", "24", "suara.example.org/ikut")
        assert await page.locator(".codes svg").count() == 2

        await here.workshop.move(lambda s, tap: s.open((1,), 90, tap))
        await reads(page, "Instalasi air minum Buaran", "Banjir hujan atau sungai", "1:2")
        await reads(
            page, "penilaian awal", "Putaran 1 dari 2", "Berat: terganggu lebih dari 3 hari"
        )
        for essential in (".asked h2", ".shock", ".scale li", "#voted", ".of", ".timer"):
            assert await size_of(page, essential) >= 28
        await here.cast_votes(1, ROUND_ONE)
        await reads(page, "dari 24 sudah memilih")
        await page.locator("#voted").get_by_text("20", exact=True).wait_for()

        await here.workshop.close(1)
        await reads(page, "Suara ditutup", "Hasilnya segera tampil")
        assert await page.locator(".distribution").count() == 0
        await here.workshop.reveal(1)
        await reads(page, "Disepakati: dari 3 menjadi 4", "n = 18", "83%", "Tidak terpapar")
        for essential in (".verdict", "dd", ".anchor", ".people b"):
            assert await size_of(page, essential) >= 28
        assert await page.locator(".bar .earlier").count() == 0

        await here.open_again(1)
        await reads(page, "Putaran 2 dari 2")
        await here.cast_votes(1, ROUND_TWO)
        await here.workshop.close(1)
        await here.workshop.reveal(1)
        await reads(page, "100%", "+17", "putaran sebelumnya")
        assert await page.locator(".bar .earlier").count() > 0
        await page.keyboard.press("ArrowRight")
        await page.locator("table.heat .agreed").wait_for()
        await reads(page, "Jaringan pipa air PAM Jaya")
        assert complaints == []


async def test_each_vote_is_counted_on_the_screen_as_it_comes(
    tmp_path: Path, chromium: Browser
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(2, 2)) as here:
        await here.fill_room(12)
        page, _ = await opened(chromium, here.projector_url)
        await here.workshop.open(1)
        await page.locator("#voted").get_by_text("0", exact=True).wait_for()
        for count, name in enumerate(here.names, 1):
            await here.workshop.vote(name, 1, "3")
            await page.wait_for_function(
                "n => document.getElementById('voted').textContent == n", arg=str(count), polling=20
            )
            await asyncio.sleep(0.05 * (count % 4))


async def test_blind_ballots_hide_the_earlier_rating_until_the_reveal(
    tmp_path: Path, chromium: Browser
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(2, 2)) as here:
        await here.fill_room(8)
        page, _ = await opened(chromium, f"{here.projector_url}?bahasa=en")
        await here.workshop.open(1)
        await reads(page, "Buaran drinking-water plant", "of 8 have voted")
        assert await page.get_by_text("earlier rating").count() == 0
        await here.cast_votes(1, "3 3 4 3 3 2")
        await here.workshop.close(1)
        await here.workshop.reveal(1)
        await reads(page, "Agreed: 3, as rated earlier", "earlier rating")


async def test_values_of_too_few_people_are_never_shown(tmp_path: Path, chromium: Browser) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(2, 2)) as here:
        await here.fill_room(8)
        await here.run_round(1, "5 tp tt tt")
        page, _ = await opened(chromium, here.projector_url)
        await reads(page, "n = 1", "paling sedikit 2")
        content = await page.locator("main").inner_html()
        assert "Tidak terpapar" not in content.replace("tidak terpapar", "")
        assert "heat-5 " not in content
        assert await page.locator("td.few").count() == 1
        assert await page.locator(".bar").count() == 0


async def test_a_row_and_tables_side_by_side_fit_on_the_screen(
    tmp_path: Path, chromium: Browser
) -> None:
    async with serve_workshop(tmp_path, TABLES, build_ballots(12, 15, confirm=2)) as here:
        await here.fill_room(21)
        page, complaints = await opened(chromium, here.projector_url)
        await reads(page, "Air", "Banjir dan sampah")
        session = (await here.workshop.rooms.read_whole_room("uji")).session
        _, row, tables = (proposal.ballots for proposal in session.propose_next())
        await here.workshop.open(*row)
        await reads(page, "Gempa bumi", "dari 7")
        await here.workshop.close(*row)
        await here.workshop.move(lambda s, tap: s.skip(row, tap))
        await here.workshop.move(lambda s, tap: s.undo(tap))
        await here.workshop.reveal(*row)
        await reads(page, "terlalu sedikit")
        await here.workshop.move(lambda s, tap: s.undo(tap))
        await here.workshop.move(lambda s, tap: s.skip(row, tap))
        session = (await here.workshop.rooms.read_whole_room("uji")).session
        tables = session.propose_next()[-1].ballots
        await here.workshop.open(*tables)
        await reads(page, "Setiap meja memilih sendiri", "15 guncangan")
        assert complaints == []


async def test_between_ballots_the_least_agreed_and_the_heat_map_take_turns(
    tmp_path: Path, chromium: Browser
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(12, 15)) as here:
        await here.fill_room(12)
        for first in (1, 16):
            await here.run_random_rounds(list(range(first, first + 6)))
        await here.run_round(9, "1 1 2 3 4 5 5 5 1 1 5 5")
        page, _ = await opened(chromium, here.projector_url, "1080p")
        await reads(page, "Belum disepakati", "Instalasi air minum Buaran")
        await page.keyboard.press("PageDown")
        await reads(page, "Paling belum disepakati")
        await page.keyboard.press("PageDown")
        await reads(page, "Kerusuhan", "besar: median, kecil: n")
        split = page.locator(".page.shown td.not_agreed").first
        assert "≠" in await split.inner_text()
        assert "gradient" in await split.evaluate("it => getComputedStyle(it).backgroundImage")
        await here.workshop.move(lambda s, tap: s.lock(tap))
        await reads(page, "Sesi selesai. Terima kasih!", "belum disepakati")


@pytest.mark.parametrize("size", SIZES)
async def test_a_heat_map_with_names_upright_goes_on_on_another_page(
    tmp_path: Path, chromium: Browser, size: str
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(8, 12)) as here:
        await here.fill_room(6)
        await here.run_random_rounds([1, 2, 3])
        page, _ = await opened(chromium, here.projector_url, size)
        await reads(page, "Instalasi air minum Buaran")
        while not await page.locator(".page.shown table.heat").count():
            await page.keyboard.press("PageDown")
        await reads(page, "Instalasi air minum Buaran", "besar: median, kecil: n")
        await page.keyboard.press("PageDown")
        await reads(page, "Bantargebang", "besar: median, kecil: n")


async def test_a_screen_that_hears_nothing_says_so_and_comes_back_by_itself(
    tmp_path: Path, chromium: Browser
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(2, 2)) as here:
        await here.fill_room(5)
        page, _ = await opened(chromium, here.projector_url)
        await here.workshop.open(1)
        await page.locator("#voted").wait_for()
        assert not await page.locator("#lost").is_visible()
        await page.context.set_offline(True)
        here.site.event_streams.disconnect_watchers()
        await page.locator("#lost").wait_for(state="visible")
        assert "Terputus – menampilkan keadaan" in await page.locator("#lost").inner_text()
        assert "grayscale" in await page.locator("#stage").evaluate(
            "x => getComputedStyle(x).filter"
        )
        await here.cast_votes(1, "3 3 3")
        await page.context.set_offline(False)
        await page.locator("#lost").wait_for(state="hidden")
        await page.locator("#voted").get_by_text("3", exact=True).wait_for()


async def test_moves_of_another_process_are_seen_within_seconds(
    tmp_path: Path, chromium: Browser
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(2, 2)) as here:
        await here.fill_room(5)
        page, _ = await opened(chromium, here.projector_url)
        await reads(page, "UJI-2026")
        here.workshop.rooms = WorkshopService(here.workshop.store)
        await here.workshop.open(1)
        await page.locator("#voted").wait_for()
