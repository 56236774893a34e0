"""Who may do what: every command, button and address has an entry, and who has none is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route

from bot.callbacks.codec import CALLBACK_TYPES
from bot.callbacks.workshop_callbacks import shorten_id
from bot.handlers.commands import CHAT_COMMANDS, CommandPlace
from bot.handlers.permissions import CommandAudience
from bot.web.routes import build_web_app
from sandbox import Sandbox
from survey.store import workshop_plans
from survey.store.database import Store
from tests.bot.running_bot import Phone, RunningBot, run_bot
from tests.bot.running_workshop import (
    CODE,
    FACILITATOR_INVITATION,
    WorkshopDay,
    build_workshop_config,
    plan_todays_workshop,
)
from tests.bot.web.served_workshop import serve_workshop
from tests.survey.empty_database import create_empty_database

#: Whom each command serves, in private and in a group; where it is left out it says so and no more.
COMMANDS = {
    "laporan": {"private": "secretariat's chats", "group": "secretariat's chats"},
    "kutipan": {"private": "secretariat's chats", "group": "secretariat's chats"},
    "start": {"private": "everybody"},
    "lokakarya": {"private": "everybody", "group": "facilitators"},
    "bantuan": {"private": "everybody"},
    "bahasa": {"private": "everybody"},
    "data": {"private": "everybody"},
    "hapus": {"private": "everybody"},
}
#: Buttons that change or show only what is the tapper's own.
OWN = frozenset({
    "yes", "no", "young", "tell", "w", "lang", "forget", "look", "a", "t", "v", "c", "d", "s", "e",
    "m", "ok", "rm", "b", "f", "p", "pick", "send", "vote", "why", "see", "stand", "briefed",
    "leave", "add", "aside",
})  # fmt: skip
#: Buttons of a few, each with data that would do something for them.
FACILITATORS = {
    "do": f"do:{shorten_id('uji')}:0:open:one:1:0",
    "seat": f"seat:{shorten_id('uji')}:people:7",
}
#: Named members of the secretariat in its chat; to look, or to ask for a report, everybody there.
MEMBERS, SECRETARIAT = frozenset({"qt", "sum"}), frozenset({"qs", "rep"})
#: Who may call an address: everybody, whoever has the projector's secret, or a browser with a seat.
ROUTES = {
    "/": "everybody",
    "/.well-known/security.txt": "everybody",
    "/sehat": "everybody",
    "/web": "everybody",
    "/web/huruf": "everybody",
    "/ikut": "everybody",
    "/layar/{token}": "secret",
    "/layar/{token}/alir": "secret",
    "/ikut/{code}": "code",
    "/ikut/{code}/alir": "code",
    "/ikut/{code}/masuk": "code",
    "/ikut/{code}/diri": "seat",
    "/ikut/{code}/suara": "seat",
    "/ikut/{code}/alasan": "seat",
    "/ikut/{code}/bahasa": "seat",
    "/ikut/{code}/keluar": "seat",
}


def test_every_command_has_its_entry() -> None:
    audiences = {
        CommandAudience.EVERYBODY: "everybody",
        CommandAudience.SECRETARIAT: "secretariat's chats",
        CommandAudience.FACILITATORS: "facilitators",
    }
    found = {
        command.name: {
            "private" if place is CommandPlace.PRIVATE else "group": audiences[use.audience]
            for place, use in command.uses.items()
        }
        for command in CHAT_COMMANDS
    }
    assert found == COMMANDS


def test_every_button_has_its_entry() -> None:
    groups: list[Any] = [OWN, FACILITATORS.keys(), MEMBERS, SECRETARIAT]
    assert sorted(verb for group in groups for verb in group) == sorted(CALLBACK_TYPES)


async def test_every_address_has_its_entry_and_asks_for_what_it_says(tmp_path: Path) -> None:
    async with serve_workshop(tmp_path) as here, httpx.AsyncClient(base_url=here.url) as http:
        routes = build_web_app(here.site, here.health).routes
        assert {route.path for route in routes if isinstance(route, Route | Mount)} == set(ROUTES)
        await here.fill_room(1)
        async with here.workshop.store.read() as connection:
            before = (await connection.exec_driver_sql("SELECT * FROM attendance")).all()
        for route in (route for route in routes if isinstance(route, Route)):
            path = route.path.format_map({"token": "guessed", "code": "UJI-2027"})
            wanted = ROUTES[route.path]
            for method in sorted((route.methods or set()) - {"HEAD"}):
                answer = await http.request(method, path, data=None)
                if wanted != "everybody":
                    assert answer.status_code in (404, 429), (method, path)
            if wanted == "seat":
                path = route.path.format_map({"code": "UJI-2026"})
                assert (await http.post(path)).status_code == 303  # Shown the way in.
        async with here.workshop.store.read() as connection:
            after = (await connection.exec_driver_sql("SELECT * FROM attendance")).all()
        assert before == after


async def find_strangers_to_the_workshop(day: WorkshopDay) -> dict[str, Phone]:
    """Everybody who does not lead it, by their role."""
    other = await day.find_or_add_phone("leads another")
    await other.start("u-LAIN-2026")
    await other.start("l-LOKA-LAIN")
    await other.start(f"l-{CODE}")
    stranger = await day.suara.add_person(3101)
    await stranger.say("/bantuan")
    resident = await day.suara.add_resident(3100)
    return {
        "stranger": stranger,
        "resident": resident,
        "participant": await day.join_participant("ani"),
        "facilitator of another": other,
    }


@pytest.mark.parametrize("verb", sorted(FACILITATORS))
async def test_a_facilitators_buttons_do_nothing_for_others(
    tmp_path: Path, box: Sandbox, verb: str
) -> None:
    plan = plan_todays_workshop()
    workshop = replace(plan.workshop, id="lain")
    other = replace(plan, workshop=workshop, code="LOKA-LAIN", screen="another-secret")
    now = datetime.now(UTC)
    async with Store.open(await create_empty_database(tmp_path / "suara.db")) as store:
        await store.keep(
            [*workshop_plans.add_plan(plan, now), *workshop_plans.add_plan(other, now)]
        )
    config = build_workshop_config(tmp_path, box.url)
    raw = config.model_dump(mode="json")
    raw["invitations"].append(FACILITATOR_INVITATION | {"code": "LAIN-2026", "workshop": "lain"})
    async with run_bot(type(config).model_validate(raw)) as app:
        day = WorkshopDay(RunningBot(box, app, tmp_path), plan)
        phones = await find_strangers_to_the_workshop(day)
        records = day.suara.records
        read = "SELECT id, people, (SELECT count(*) FROM move) FROM workshop ORDER BY id"
        before = records.rows(read)
        for role, phone in phones.items():
            await phone.send_callback_data(
                FACILITATORS[verb], phone.cards[-1].message_id if phone.cards else 1
            )
            assert records.rows(read) == before, role
        wayan = await day.join_facilitator()
        await wayan.send_callback_data(FACILITATORS[verb])
        assert records.rows(read) != before, "for its facilitator it does something"
