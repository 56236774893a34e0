"""A message is an answer only to what its writer could see, and everybody gets to see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

import bot.app
import bot.telegram.calls
from bot.config import Config
from bot.jobs.screen_recovery import RECOVERY_AGE
from sandbox import Sandbox, ShownMessage
from tests.bot.file_questions import draw_photo
from tests.bot.running_bot import AGREE, Phone, RunningBot, build_survey_config, run_bot

SURVEY = """
| survey |
|  | type | name | label::Indonesia (id) | label::English (en) |
|  | integer | umur | Berapa umur Anda? | How old are you? |
|  | integer | orang | Berapa orang di rumah? | How many people at home? |
|  | text | cerita | Ceritakan kota Anda. | Tell us of your city. |
|  | text | harapan | Apa harapan Anda? | What do you hope for? |
| settings |
|  | form_title | form_id | version |
|  | Uji | uji | 1 |
"""


SENDING = """
| survey |
|  | type | name | label::Indonesia (id) | label::English (en) |
|  | image | depan | Foto depan rumah? | A photo of the front? |
|  | image | belakang | Foto belakang rumah? | A photo of the back? |
|  | geopoint | rumah | Di mana rumah Anda? | Where is your home? |
|  | geopoint | kantor | Di mana kantor Anda? | Where is your office? |
| settings |
|  | form_title | form_id | version |
|  | Uji | uji | 1 |
"""


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.05,))
    monkeypatch.setattr(bot.app, "CARDS_GRACE_SECONDS", 0.2)


@pytest.fixture
def config(tmp_path: Path, box: Sandbox) -> Config:
    """A survey that asks for two numbers and two texts."""
    return build_survey_config(tmp_path, box.url, SURVEY)


@asynccontextmanager
async def running(config: Config, box: Sandbox, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """The bot with that survey."""
    async with run_bot(config) as app:
        yield RunningBot(box, app, tmp_path)


async def begin(suara: RunningBot) -> Phone:
    """Somebody at the first question."""
    ani = await suara.add_person()
    await ani.start("uji")
    card = await ani.tap(AGREE["id"])
    assert "Berapa umur" in card.text
    return ani


async def wait_until_confirmed(box: Sandbox) -> None:
    """Wait until Telegram has nothing left to bring: a start shows what it brings anew anyway."""
    async with asyncio.timeout(30):
        while (await box.call("GET", "/control"))["pending_updates"]:
            await asyncio.sleep(0.05)


# What was written before the question was there


async def test_what_was_sent_twice_while_the_bot_was_away_answers_one_question(
    config: Config, box: Sandbox, tmp_path: Path
) -> None:
    async with running(config, box, tmp_path) as suara:
        ani = await begin(suara)
    await ani.person.say("34")
    await ani.person.say("34")
    async with running(config, box, tmp_path) as suara:
        card = await Phone(ani.person, suara.app).wait_for_card()
        assert suara.records.answers(ani.id, "uji") == {"umur": "34"}
        assert "Berapa orang" in card.text
        assert "sebelum pertanyaan ini tampil" in card.text
        await suara.app.outbox.wait_until_empty(5)
        assert len(Phone(ani.person, suara.app).cards) == 1
        card = await Phone(ani.person, suara.app).say("4")
        assert suara.records.answers(ani.id, "uji") == {"umur": "34", "orang": "4"}
        assert "Ceritakan" in card.text


async def test_whoever_answers_what_they_see_is_not_held_up(
    config: Config, box: Sandbox, tmp_path: Path
) -> None:
    async with running(config, box, tmp_path) as suara:
        ani = await begin(suara)
        for words in ("tiga puluh", "34", "4", "Banjir tiap tahun.", "Air bersih."):
            card = await ani.say(words)
            assert "sebelum pertanyaan ini tampil" not in card.text
        assert len(suara.records.answers(ani.id, "uji")) == 4


async def test_a_text_that_the_phone_has_cut_is_one_answer(
    config: Config, box: Sandbox, tmp_path: Path
) -> None:
    story = " ".join(f"Kata ke-{n}." for n in range(900))
    assert len(story) > 2 * 4096
    async with running(config, box, tmp_path) as suara:
        ani = await begin(suara)
        await ani.say("34")
        await ani.say("4")
        card = await ani.say(story)
        assert suara.records.answers(ani.id, "uji")["cerita"] == story
        assert "harapan" not in suara.records.answers(ani.id, "uji")
        assert "Apa harapan" in card.text


async def test_photos_and_points_from_before_a_question_are_no_answers_to_it(
    tmp_path: Path, box: Sandbox
) -> None:
    config = build_survey_config(tmp_path, box.url, SENDING)
    async with running(config, box, tmp_path) as suara:
        ani = await suara.add_person()
        await ani.start("uji")
        await ani.tap(AGREE["id"])
    for side in (30, 40):
        await ani.person.send_photo(draw_photo(side))
    async with running(config, box, tmp_path) as suara:
        card = await Phone(ani.person, suara.app).wait_for_card()
        assert "belakang" in card.text
        assert "sebelum pertanyaan ini tampil" in card.text
        await Phone(ani.person, suara.app).tap("Lewati")
    for _ in range(2):
        await ani.person.share_location(-6.2, 106.8)
    async with running(config, box, tmp_path) as suara:
        card = await Phone(ani.person, suara.app).wait_for_card()
        assert "kantor" in card.text
        assert suara.records.answers(ani.id, "uji").keys() == {"depan", "rumah"}


# What somebody has not seen is shown


async def test_after_a_restart_a_screen_that_never_arrived_is_shown(
    config: Config, box: Sandbox, tmp_path: Path
) -> None:
    async with running(config, box, tmp_path) as suara:
        ani = await begin(suara)
        await box.inject_fault("*", code=502, times=0)
        await ani.person.say("34")
        while suara.records.answers(ani.id, "uji") != {"umur": "34"}:
            await asyncio.sleep(0.05)
        await wait_until_confirmed(box)
    await box.clear_faults()
    async with running(config, box, tmp_path):
        await ani.person.wait_until(lambda screen: "Berapa orang" in screen.card.text)


async def test_whoever_has_seen_their_screen_is_left_alone_after_a_restart(
    config: Config, box: Sandbox, tmp_path: Path
) -> None:
    async with running(config, box, tmp_path) as suara:
        await begin(suara)
    number = (await box.list_calls())[-1]["number"]
    async with running(config, box, tmp_path) as suara:
        assert await suara.app.interviews.list_unseen(datetime.now(UTC) - RECOVERY_AGE) == []
        budi = await suara.add_person(2)
        await budi.start("uji")
        shown = await box.list_calls("sendMessage", since=number)
        assert [call["params"]["chat_id"] for call in shown] == [budi.id]
        assert await box.list_calls("editMessageText", since=number) == []


async def test_whoever_came_and_saw_nothing_gets_a_card_after_a_restart(
    config: Config, box: Sandbox, tmp_path: Path
) -> None:
    async with running(config, box, tmp_path) as suara:
        ani = await suara.add_person()
        await box.inject_fault("sendMessage", code=502, times=0)
        await ani.person.start("uji")
        while not suara.records.count("contact"):
            await asyncio.sleep(0.05)
        await wait_until_confirmed(box)
    await box.clear_faults()
    async with running(config, box, tmp_path):
        await ani.person.wait_until(lambda screen: screen.card is not None)


# One card


async def test_what_people_wrote_meanwhile_stays_where_a_lost_card_is_taken_away(
    config: Config, box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.6,))
    async with running(config, box, tmp_path) as suara:
        ani = await begin(suara)
        await box.inject_fault("sendMessage", drop="after")
        await ani.person.say("34")
        await ani.person.wait_until(lambda screen: "Berapa orang" in screen.card.text)
        await ani.person.say("/bantuan")
        await suara.app.outbox.wait_until_empty(10)
        assert len(ani.cards) == 1
        written = [shown.text for shown in ani.person.screen.messages if not shown.from_bot]
        assert written[-2:] == ["34", "/bantuan"]


async def test_a_card_whose_answer_was_lost_is_not_there_twice(
    config: Config, box: Sandbox, tmp_path: Path
) -> None:
    async with running(config, box, tmp_path) as suara:
        ani = await begin(suara)
        await box.inject_fault("sendMessage", drop="after", times=2)
        card = await ani.say("34")
        await suara.app.outbox.wait_until_empty(5)
        assert "Berapa orang" in card.text
        assert len(ani.cards) == 1


async def test_a_card_that_was_sent_as_we_were_killed_is_not_there_twice(
    config: Config, box: Sandbox, tmp_path: Path
) -> None:
    async with running(config, box, tmp_path) as suara:
        ani = await begin(suara)
        await box.inject_fault("sendMessage", drop="after", times=0)
        await ani.person.say("34")
        await ani.person.wait_until(lambda screen: "Berapa orang" in screen.card.text)
    await box.clear_faults()
    async with running(config, box, tmp_path) as suara:
        phone = Phone(ani.person, suara.app)
        await suara.app.outbox.wait_until_empty(5)
        await phone.wait_for_card()
        assert len(phone.cards) == 1
        assert "Ceritakan" in (await phone.say("4")).text
        assert len(phone.cards) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_fails_at_most_one_card_is_there_after_the_next_act(
    config: Config, box: Sandbox, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - the same acts each time
    async with running(config, box, tmp_path) as suara:
        people = [await suara.add_person(number) for number in range(1, 4)]
        for person in people:
            await person.start("uji")
        for _ in range(25):
            fault = chance.choice(FAULTS)
            method = chance.choice(("sendMessage", "editMessageText", "deleteMessages"))
            if chance.random() < 0.4:
                await box.inject_fault(method, **fault)
            await act_somehow(chance.choice(people), chance)
            await asyncio.sleep(chance.choice((0, 0, 0.05, 0.3)))
        await box.clear_faults()
        await suara.app.outbox.wait_until_empty(20)
        for person in people:
            await person.say("/bantuan")
        await suara.app.outbox.wait_until_empty(10)
        assert [len(person.cards) for person in people] == [1, 1, 1]


FAULTS: list[dict[str, Any]] = [
    {"drop": "after"},
    {"drop": "before"},
    {"code": 502},
    {"code": 429, "retry_after": 1},
    {"delay": 0.2},
]


async def act_somehow(phone: Phone, chance: Random) -> None:
    """What somebody may do with what is on their screen, whatever that is."""
    card = phone.person.screen.card
    words = chance.choice(("34", "4", "Banjir.", "/bantuan", "/bahasa", "/start"))
    if card is not None and card.labels and chance.random() < 0.5:
        data = [button["callback_data"] for button in list_buttons(card)]
        await phone.person.send_callback_data(chance.choice(data), card.message_id)
    else:
        await phone.person.say(words)


def list_buttons(card: ShownMessage) -> list[dict[str, str]]:
    """The buttons of a card that stand for something in the bot."""
    rows = card.raw["reply_markup"]["inline_keyboard"]
    return [button for row in rows for button in row if "callback_data" in button]
