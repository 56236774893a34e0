"""The chat page in a real browser: a phone, and a desktop beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from sandbox import Sandbox
from tests.browser import open_browser, open_page
from tests.sandbox.raw_bot import RawBot, ToyBot, build_keyboard

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


PHONE: dict[str, Any] = {"width": 390, "height": 800, "is_mobile": True, "has_touch": True}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as launched:
        yield launched


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A phone-sized page that must not report any error."""
    page = await open_page(browser, **PHONE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


async def test_a_survey_is_answered_on_a_phone(box: Sandbox, toy: ToyBot, phone: Page) -> None:
    await phone.goto(f"{box.url}/?person=1001&start=persepsi&name=Siti")
    await phone.get_by_role("button", name="START").tap()
    await phone.get_by_role("button", name="Ya, saya setuju").tap()
    await phone.get_by_role("button", name="Banjir").tap()
    await phone.get_by_role("button", name="Sangat buruk").tap()
    await phone.get_by_role("button", name="☐ Air").tap()
    await phone.get_by_role("button", name="☑ Air").wait_for()
    await phone.reload()
    await phone.get_by_role("button", name="Selesai memilih ›").tap()
    await phone.get_by_text("4 dari 4").wait_for()
    await phone.get_by_label("Message", exact=True).fill("Jalan <b>rusak</b> & gelap")
    await phone.get_by_role("button", name="Send").tap()
    await phone.get_by_text("🙏 Terima kasih").wait_for()
    assert toy.answers[1001][-1] == "Jalan <b>rusak</b> & gelap"
    mine = phone.get_by_role("article", name="You").last
    assert "Jalan <b>rusak</b> & gelap" in await mine.inner_text()
    assert await mine.locator("b").count() == 0
    link = phone.get_by_role("link", name="Hasilnya")
    assert await link.get_attribute("href") == "https://example.org/hasil"
    width = await phone.evaluate("document.documentElement.scrollWidth")
    assert width == 390


async def test_taps_bring_toasts_alerts_edits_and_files(
    box: Sandbox, bot: RawBot, phone: Page
) -> None:
    siti = await box.add_person(1001, first_name="Siti")
    await siti.start()
    await siti.send_document("lap.pdf", b"%PDF-1.7 report")
    file_id = (await bot.fetch_updates())[-1]["message"]["document"]["file_id"]
    await phone.goto(f"{box.url}/?person=1001")
    card = await bot.call_method(
        "sendMessage",
        chat_id=1001,
        text="<u>Siap?</u>",
        parse_mode="HTML",
        reply_markup=build_keyboard(["Ya", "Tidak"]),
    )
    await phone.get_by_role("button", name="Ya").tap()
    (update,) = await bot.fetch_updates()
    await bot.call_method(
        "answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Tersimpan"
    )
    await phone.get_by_text("Tersimpan").wait_for()
    at = {"chat_id": 1001, "message_id": card["message_id"]}
    await bot.call_method(
        "editMessageText", **at, text="Lagi?", reply_markup=build_keyboard(["Lanjut ›"])
    )
    await phone.get_by_role("button", name="Lanjut ›").tap()
    (update,) = await bot.fetch_updates()
    await bot.call_method(
        "answerCallbackQuery",
        callback_query_id=update["callback_query"]["id"],
        text="Ditutup",
        show_alert=True,
    )
    await phone.get_by_role("dialog").get_by_role("button", name="OK").tap()
    await bot.call_method("deleteMessage", **at)
    await phone.get_by_role("button", name="Lanjut ›").wait_for(state="detached")
    await bot.call_method("sendDocument", chat_id=1001, document=file_id, caption="Laporan <pekan>")
    report = phone.get_by_role("link", name="lap.pdf").last
    address = await report.get_attribute("href")
    answer = await phone.request.get(f"{box.url}{address}")
    assert await answer.body() == b"%PDF-1.7 report"
    assert answer.headers["content-disposition"].startswith("inline")


async def test_a_place_is_shared_and_a_deep_link_stays_on_the_page(
    box: Sandbox, bot: RawBot, phone: Page
) -> None:
    siti = await box.add_person(1001, first_name="Siti")
    await siti.start()
    await phone.goto(f"{box.url}/?person=1001")
    await phone.get_by_role("button", name="Attach").tap()
    await phone.get_by_role("menuitem", name="Location").tap()
    await phone.get_by_role("button", name="Kota Tua").tap()
    await phone.get_by_role("button", name="Share").tap()
    await phone.get_by_role("link", name="Location -6.13520, 106.81330").wait_for()
    await bot.call_method("sendMessage", chat_id=1001, text="https://t.me/suara_bot?start=u-ABC")
    await phone.get_by_role("link", name="t.me/suara_bot").tap()
    await phone.get_by_role("button", name="START").tap()
    await siti.wait_until(lambda screen: screen.last_message.text == "/start u-ABC")
    told = [update["message"] for update in await bot.fetch_updates()]
    assert told[1]["location"]["latitude"] == -6.1352


async def test_a_file_is_sent_from_the_page(
    box: Sandbox, bot: RawBot, phone: Page, tmp_path: Path
) -> None:
    await (await box.add_person(1001, first_name="Siti")).start()
    (tmp_path / "foto <1>.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    await phone.goto(f"{box.url}/?person=1001")
    async with phone.expect_file_chooser() as chooser:
        await phone.get_by_role("button", name="Attach").tap()
        await phone.get_by_role("menuitem", name="File").tap()
    await (await chooser.value).set_files(tmp_path / "foto <1>.svg")
    sent = phone.get_by_role("link", name="foto <1>.svg")
    answer = await phone.request.get(f"{box.url}{await sent.get_attribute('href')}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await bot.fetch_updates())[-1]["message"]["document"]["file_name"] == "foto <1>.svg"


async def test_pictures_sounds_and_folded_quotes_are_shown(
    box: Sandbox, bot: RawBot, phone: Page, tmp_path: Path
) -> None:
    siti = await box.add_person(1001, first_name="Siti")
    await siti.start()
    await phone.goto(f"{box.url}/?person=1001")
    Image.new("RGB", (600, 400), "teal").save(tmp_path / "foto.png")
    async with phone.expect_file_chooser() as chooser:
        await phone.get_by_role("button", name="Attach").tap()
        await phone.get_by_role("menuitem", name="Photo").tap()
    await (await chooser.value).set_files(tmp_path / "foto.png")
    shown = phone.get_by_role("img", name="Photo")
    await shown.wait_for()
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 600
    await siti.send_file("voice", "v.ogg", b"OggS")
    player = phone.get_by_label("Voice message")
    assert (await player.get_attribute("src") or "").endswith("voice.ogg")
    long = "Tulis nama gang. " * 30
    text = f"<b>Gang?</b>\n\n<blockquote expandable>{long}</blockquote>\n\nKetik saja."
    await bot.call_method("sendMessage", chat_id=1001, text=text, parse_mode="HTML")
    quote = phone.locator("blockquote")
    folded = await quote.evaluate("node => node.clientHeight")
    await quote.tap()
    assert await quote.evaluate("node => node.clientHeight") > 2 * folded


async def test_on_a_desktop_people_and_their_groups_stand_beside_the_chat(
    box: Sandbox, browser: Browser
) -> None:
    siti = await box.add_person(1001, first_name="Siti")
    budi = await box.add_person(1002, first_name="Budi")
    group = await box.create_group("Sekretariat", [siti, budi])
    page = await open_page(browser, 1280, 800)
    await page.goto(box.url)
    people = page.get_by_role("navigation", name="People")
    await people.get_by_role("button", name="Siti").click()
    await people.get_by_role("button", name="Sekretariat").click()
    await asyncio.gather(
        page.get_by_role("article", name="Budi").get_by_text("Halo semua").wait_for(),
        budi.say("Halo semua", group),
    )
    await page.get_by_label("Message", exact=True).fill("Halo Budi")
    await page.get_by_label("Message", exact=True).press("Enter")
    await group.wait_until(lambda screen: screen.last_message.text == "Halo Budi")
