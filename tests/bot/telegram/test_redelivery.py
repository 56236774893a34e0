"""Updates come at least once and are carried out once; nothing confirmed is ever lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.app import App, open_app
from bot.clock import Clock
from bot.handlers.router import route_update
from bot.telegram import polling
from bot.telegram.client import request_updates
from sandbox import PersonClient, Sandbox
from tests.bot.perception_answers import find_expected_answer
from tests.bot.running_bot import (
    AGREE,
    TOKEN,
    DatabaseRecords,
    Phone,
    RunningBot,
    build_test_config,
    run_bot,
    run_bot_process,
)


async def waiting(app: App) -> list[Update]:
    """The updates that Telegram would deliver now; asking for them confirms nothing."""
    return list(await app.bot.get_updates(timeout=1))


async def handle_all(app: App, *, times: int = 1) -> None:
    """Carry out what waits, in its order, as often as Telegram delivers it."""
    updates = await waiting(app)
    for _ in range(times):
        for update in updates:
            await route_update(app.context, update)
            await app.outbox.wait_until_empty()
    await app.bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)


async def test_an_update_that_comes_twice_is_carried_out_once(tmp_path: Path, box: Sandbox) -> None:
    records = DatabaseRecords(tmp_path / "suara.db")
    async with open_app(build_test_config(tmp_path, box.url), TOKEN, Clock()) as app:
        ani = await box.add_person(1001, first_name="Ani", language_code="id")

        async def twice() -> dict[str, Any]:
            await handle_all(app, times=2)
            return {
                table: records.count(table)
                for table in ("contact", "interview", "step", "refusal", "receipt")
            }

        await ani.start("persepsi")
        assert (await twice())["contact"] == 1
        await ani.tap("Ya, saya setuju")
        assert (await twice())["interview"] == 1
        await ani.tap("Tinggal di Jakarta")
        assert (await twice())["step"] == 2
        await ani.say("selatan")
        assert (await twice())["step"] == 3
        await ani.say("AIR-7K3M")
        assert (await twice())["contact"] == 1
        await ani.say("/hapus")
        await twice()
        await ani.tap("Ya, hapus semuanya")
        assert await twice() == {
            "contact": 0, "interview": 0, "step": 0, "refusal": 0, "receipt": 1,
        }  # fmt: skip
        await ani.start("persepsi")
        await twice()
        await ani.tap("Tidak, terima kasih")
        assert (await twice())["refusal"] == 1


async def test_an_update_that_comes_twice_at_the_same_time_is_carried_out_once(
    tmp_path: Path, box: Sandbox
) -> None:
    records = DatabaseRecords(tmp_path / "suara.db")
    async with open_app(build_test_config(tmp_path, box.url), TOKEN, Clock()) as app:
        ani = await box.add_person(1001, first_name="Ani", language_code="id")
        for act in (ani.start("persepsi"), ani.tap("Ya, saya setuju")):
            await act
            updates = await waiting(app)
            await asyncio.gather(*(route_update(app.context, updates[-1]) for _ in range(5)))
            await app.outbox.wait_until_empty()
            await app.bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
        assert records.count("respondent") == records.count("contact") == 1
        assert records.rows("SELECT steps FROM interview") == [(1,)]


async def test_two_bots_on_one_database_do_not_lose_an_answer(tmp_path: Path, box: Sandbox) -> None:
    config = build_test_config(tmp_path, box.url)
    async with run_bot(config) as first:
        ani = await RunningBot(box, first, tmp_path).add_resident()
        await ani.tap("Tinggal di Jakarta")
    async with (
        open_app(config, TOKEN, Clock()) as first,
        open_app(config, TOKEN, Clock()) as second,
    ):
        for name, app in (("selatan", first), ("tebet", second), ("tebet barat", first)):
            await ani.person.say(name)
            await handle_all(app)
    kept = DatabaseRecords(tmp_path / "suara.db").answers(1001)
    assert kept["kelurahan"] == "31.74.01.1002"


async def test_a_stop_between_commit_and_confirmation_keeps_one_record(
    tmp_path: Path, box: Sandbox
) -> None:
    config = build_test_config(tmp_path, box.url)
    async with open_app(config, TOKEN, Clock()) as app:
        ani = await box.add_person(1001, first_name="Ani", language_code="id")
        await ani.start("persepsi")
        await handle_all(app)
        await ani.tap("Ya, saya setuju")
        for update in await waiting(app):
            await route_update(app.context, update)  # Kept, and never confirmed.
        await app.outbox.wait_until_empty()
    async with run_bot(config) as app:
        card = await Phone(ani, app).wait_for_card()
        assert find_expected_answer(card).name == "hubungan"  # type: ignore[union-attr]
    assert DatabaseRecords(tmp_path / "suara.db").rows("SELECT steps FROM interview") == [(1,)]


async def test_no_update_is_confirmed_before_what_it_caused_is_on_disk(
    suara: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ani = await suara.add_resident()
    kept_at: list[int] = []

    async def watched(*args: Any) -> Any:
        kept_at.append(suara.records.count("step"))
        return await request_updates(*args)

    monkeypatch.setattr(polling, "request_updates", watched)
    for words in ("tinggal", "selatan", "tebet"):
        await ani.say(words)
    await ani.wait_for_card()
    assert kept_at[-3:] == [2, 3, 4]


# Killed


WALK = ("hubungan", "kota", "kecamatan", "kelurahan")
WALK_SAYS = ("Apa hubungan", "Di kota mana", "Di kecamatan mana", "Di kelurahan mana", "5 dari 25")


async def test_what_a_phone_showed_as_kept_survives_kill_9(tmp_path: Path, box: Sandbox) -> None:
    people = [
        await box.add_person(number, first_name="Ani", language_code="id")
        for number in range(4000, 4006)
    ]
    acts = ["Tinggal di Jakarta", "Jakarta Selatan", "Tebet", "Tebet Barat"]
    shown: dict[int, int] = {}

    async def come(person: PersonClient) -> None:
        await person.start("persepsi")
        await person.wait_until_idle(30)
        await person.tap(AGREE["id"])
        for number, label in enumerate(acts):
            await person.wait_until(lambda s, label=label: label in s.card.labels, 30)
            shown[person.id] = number
            await person.tap(label)

    async with run_bot_process(tmp_path, box.url):
        coming = [asyncio.create_task(come(person)) for person in people]
        await people[0].wait_until(lambda screen: "Di kecamatan mana" in screen.card.text, 30)
    for task in coming:
        task.cancel()
    await asyncio.gather(*coming, return_exceptions=True)
    records = DatabaseRecords(tmp_path / "suara.db")
    assert shown[people[0].id] >= 2
    for person in people:
        kept = [name for name in ("hubungan", "kota", "kecamatan") if person.id in shown]
        for name in kept[: shown.get(person.id, 0)]:
            assert name in records.answers(person.id), f"{name} of {person.id} was shown as kept"
    async with run_bot(build_test_config(tmp_path, box.url)) as app:
        for person in people:
            # A tap that died with its process is never answered: so wait for the card itself.
            before = set(records.answers(person.id))
            newest = max(shown.message_id for shown in person.screen.messages)
            await person.start("persepsi")
            await person.wait_until(lambda s, n=newest: s.card.message_id > n)
            await app.outbox.wait_until_empty()
            assert before <= set(records.answers(person.id))
            done = sum(name in records.answers(person.id) for name in WALK)
            await person.wait_until(lambda s, n=done: WALK_SAYS[n] in s.card.text)
