"""The whole of Suara in a real browser at phone size: resident, participant, secretariat."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox import Sandbox
from tests.bot.file_questions import build_file_survey, draw_photo, wait_for_stored_files
from tests.bot.running_bot import RunningBot, build_survey_config, build_test_config, run_bot
from tests.browser import open_browser, open_page

if TYPE_CHECKING:
    from playwright.async_api import Page

SECRETARY = 1004
YEAR = re.compile(r"^\d{4}$")


@pytest.fixture
async def phone() -> AsyncIterator[Page]:
    """A small phone whose page must not report any error."""
    async with open_browser() as browser:
        page = await open_page(browser, 360, 740)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        assert errors == []


async def tap(page: Page, label: str) -> None:
    """Tap the newest button with this label, as soon as it is there."""
    await page.get_by_role("button", name=label, exact=True).last.click()


async def tick(page: Page, label: str) -> None:
    """Tick a choice, on whichever page of the list it is."""
    await page.get_by_role("button", name="Selesai memilih").wait_for()
    while not await page.get_by_role("button", name=f"☐ {label}", exact=True).count():
        here = await page.get_by_role("button", name="/2").inner_text()
        await tap(page, "▶")
        await page.get_by_role("button", name=f"{3 - int(here[0])}/2").wait_for()
    await tap(page, f"☐ {label}")


async def done(page: Page) -> None:
    """Confirm what was ticked."""
    await page.get_by_role("button", name="Selesai memilih").last.click()


async def reads(page: Page, words: str) -> None:
    """Wait until the page says so."""
    await page.get_by_text(words).last.wait_for()


async def write(page: Page, text: str) -> None:
    """Type and send."""
    await page.get_by_role("textbox").last.fill(text)
    await page.keyboard.press("Enter")


async def drivers(page: Page) -> None:
    """Answer the twelve drivers, each as soon as its card is there."""
    for number in range(5, 17):
        await reads(page, f"{number} dari 25")
        await tap(page, "Lemah")


async def test_a_resident_gets_from_start_to_the_thanks(suara: RunningBot, phone: Page) -> None:
    await phone.goto(f"{suara.box.url}/?person=1001&name=Ani&lang=id&start=persepsi-poster")
    await tap(phone, "START")
    await tap(phone, "Ya, saya setuju")
    await tap(phone, "Tinggal di Jakarta")
    await tap(phone, "Jakarta Pusat")
    await tap(phone, "Menteng")
    await tap(phone, "Cikini")
    await drivers(phone)
    for label in ("Banjir hujan atau sungai", "Gempa bumi", "Kerusuhan", "Serangan siber"):
        await tick(phone, label)
    await reads(phone, "Cukup tiga pilihan")
    await done(phone)
    await reads(phone, "18 dari 25")
    await tick(phone, "Kemacetan")
    await done(phone)
    await reads(phone, "19 dari 25")
    await tick(phone, "Tidak ada")
    await done(phone)
    await tap(phone, "1–2 hari")
    await tap(phone, "Lebih baik")
    await reads(phone, "22 dari 25")
    await write(phone, "Saluran air <b>di gang</b> kami")
    await tap(phone, "Perempuan")
    await phone.reload()
    await tap(phone, "25–34 tahun")
    # The card before has a button of the same name.
    await reads(phone, "25 dari 25")
    await tap(phone, "Lewati")
    await reads(phone, "Jawaban Anda")
    await tap(phone, "Kirim ✓")
    await reads(phone, "🙏 Terima kasih!")
    answers = suara.records.answers(1001)
    assert answers["kelurahan"] == "31.71.06.1003"
    assert answers["guncangan"] == "banjir gempa kerusuhan"
    assert answers["perbaikan"] == "Saluran air <b>di gang</b> kami"


async def test_a_participant_rates_a_card_of_shocks(suara: RunningBot, phone: Page) -> None:
    await phone.goto(f"{suara.box.url}/?person=1002&name=Budi&lang=id&start=u-AIR-7K3M")
    await tap(phone, "START")
    await tap(phone, "Ya, saya setuju")
    for row in ("Banjir hujan atau sungai", "Banjir rob", "Gempa bumi"):
        await phone.get_by_text(f"▶ {row}").wait_for()
        await tap(phone, "4")
    await reads(phone, "▶ Kebakaran permukiman (4 dari 15)")
    await tap(phone, "Tidak tahu")
    await reads(phone, "▶ Badai dan angin kencang (5 dari 15)")
    answers = suara.records.answers(1002, "kerentanan")
    assert answers["kemungkinan/gempa"] == "4"
    assert answers["kemungkinan/kebakaran"] == "tt"


async def test_the_secretariat_asks_for_a_report_and_opens_it(
    box: Sandbox, tmp_path: Path, phone: Page
) -> None:
    dewi = await box.add_person(SECRETARY, first_name="Dewi", language_code="id")
    group = await box.create_group("Sekretariat", [dewi])
    async with run_bot(build_test_config(tmp_path, box.url, (group.id,))):
        await phone.goto(f"{box.url}/?person={SECRETARY}&chat={group.id}")
        await write(phone, "/laporan")
        await tap(phone, "📄 Laporan mingguan sampai sekarang")
        await phone.get_by_text("Ketahanan Jakarta minggu ini").last.wait_for()
        await phone.get_by_text(".xlsx").wait_for()
        files = [shown for shown in group.screen.messages if shown.file_name]
        assert [shown.file_name.rpartition(".")[2] for shown in files] == ["pdf", "xlsx"]
        assert (await dewi.download(files[0])).startswith(b"%PDF")


BIRTHDAY = """
| survey | type | name | label::Indonesia (id) | label::English (en) | constraint |
|---|---|---|---|---|---|
| | date | lahir | Tanggal lahir Anda? | Your birthday? | . <= today() |

| settings | form_title | form_id | version | default_language |
|---|---|---|---|---|
| | Uji | uji | 1 | Indonesia (id) |
"""


async def test_a_birthday_is_tapped_on_a_small_phone(
    box: Sandbox, tmp_path: Path, phone: Page
) -> None:
    async with run_bot(build_survey_config(tmp_path, box.url, BIRTHDAY)):
        await phone.goto(f"{box.url}/?person=1001&name=Ani&lang=id&start=uji")
        await tap(phone, "START")
        await tap(phone, "Ya, saya setuju")
        await phone.get_by_role("button", name="▾").click()
        await reads(phone, "Ketuk tahunnya")
        for _ in range(2):
            first = await phone.get_by_role("button", name=YEAR).first.inner_text()
            await tap(phone, "◀")
            await phone.get_by_role("button", name=first, exact=True).wait_for(state="detached")
        await tap(phone, "1976")
        await tap(phone, "Agu")
        await reads(phone, "Ketuk tanggalnya")
        box_of_15 = await phone.get_by_role("button", name="15", exact=True).bounding_box()
        assert box_of_15 is not None
        assert box_of_15["height"] < 45  # Two digits stand beside each other.
        await tap(phone, "17")
        await reads(phone, "Selasa, 17 Agustus 1976")


async def test_a_photo_and_a_point_are_sent_from_the_phone(
    box: Sandbox, tmp_path: Path, phone: Page
) -> None:
    (tmp_path / "banjir.jpg").write_bytes(draw_photo(600))
    async with run_bot(build_file_survey(tmp_path, box.url)) as app:
        suara = RunningBot(box, app, tmp_path)
        await phone.goto(f"{box.url}/?person=1001&name=Ani&lang=id&start=uji")
        await tap(phone, "START")
        await reads(phone, "yang Anda kirim disimpan bersama jawaban")
        await tap(phone, "Ya, saya setuju")
        await reads(phone, "Kirim satu foto")
        async with phone.expect_file_chooser() as chooser:
            await tap(phone, "Attach")
            await phone.get_by_role("menuitem", name="Photo").click()
        await (await chooser.value).set_files(tmp_path / "banjir.jpg")
        for number in (2, 3, 4):
            await reads(phone, f"{number} dari 7")
            await tap(phone, "Lewati")
        await reads(phone, "Bagikan lokasi")
        await tap(phone, "Attach")
        await phone.get_by_role("menuitem", name="Location").click()
        await tap(phone, "Monas, Jakarta Pusat")
        await tap(phone, "Share")
        for number in (6, 7):
            await reads(phone, f"{number} dari 7")
            await tap(phone, "Lewati")
        await reads(phone, "📷 1 foto")
        await reads(phone, "-6.17540, 106.82720")
        (content,) = (await wait_for_stored_files(suara)).values()
        assert content == (tmp_path / "banjir.jpg").read_bytes()
