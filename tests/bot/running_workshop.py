"""A workshop in a running Suara: facilitators, participants, and what is on their phones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.config import Config, validate_config
from sandbox import Sandbox, ShownMessage
from survey.store import workshop_plans
from survey.store.database import Store
from survey.workshop.agreement import AgreementRule
from survey.workshop.ballots import Ballot, BallotMode, Table, Workshop
from survey.workshop.plan import WorkshopPlan
from survey.workshop.register import build_register
from tests.bot.running_bot import INVITATIONS, Phone, RunningBot, build_test_config, run_bot
from tests.survey.empty_database import create_empty_database
from tests.survey.form_helpers import load_shipped_form

CODE = "UJI-2026"
TABLES = (Table(1, "Air", ("air",)), Table(2, "Banjir", ("banjir",)))
BALLOTS = (
    Ballot(1, "pompa_pluit", "banjir", "banjir"),
    Ballot(2, "pompa_pluit", "rob", "banjir", BallotMode.CONFIRM, 3, "Data 2016 <lama>"),
    Ballot(3, "kbt", "banjir", "banjir", BallotMode.BLIND, 2),
    Ballot(4, "ipa_buaran", "banjir", "air"),
    Ballot(5, "ipa_buaran", "padam", "air", BallotMode.CONFIRM, 4),
)
PROGRAMME = (("09.00", {"id": "Pembukaan", "en": "Opening"}), ("09.30", {"id": "Penilaian"}))
FACILITATOR_INVITATION: dict[str, Any] = {
    "code": "PANDU-2026",
    "role": "facilitator",
    "workshop": "uji",
    "sector": "government",
    "category": "air",
    "uses": 9,
}


def plan_todays_workshop(tables: tuple[Table, ...] = ()) -> WorkshopPlan:
    """A workshop of the tests, held today."""
    found = build_register(load_shipped_form("kerentanan"))
    return WorkshopPlan(
        workshop=Workshop("uji", found.scale, AgreementRule(least=2), 2, tables),
        name={"id": "Lokakarya uji", "en": "Trial workshop"},
        code=CODE,
        held_at=datetime.now(UTC) + timedelta(hours=1),
        register=found,
        ballots=BALLOTS,
        screen="secret-of-the-screen",
        programme=PROGRAMME,
    )


def build_workshop_config(folder: Path, url: str, **telegram: Any) -> Config:
    """The configuration of the tests with an invitation for facilitators."""
    raw = build_test_config(folder, url).model_dump(mode="json")
    raw["invitations"] = [*INVITATIONS, FACILITATOR_INVITATION]
    raw["telegram"] |= telegram
    return validate_config(raw)


@dataclass
class WorkshopDay:
    """The day of a workshop: whoever is there, by name."""

    suara: RunningBot
    plan: WorkshopPlan
    phones: dict[str, Phone] = field(default_factory=dict)

    async def join_facilitator(self, name: str = "wayan") -> Phone:
        """A facilitator joins."""
        phone = await self.find_or_add_phone(name)
        await phone.start("u-PANDU-2026")
        await phone.start(f"l-{CODE}")
        return phone

    async def find_or_add_phone(self, name: str) -> Phone:
        """Somebody with a phone who is not known yet."""
        self.phones[name] = await self.suara.add_person(3001 + len(self.phones))
        return self.phones[name]

    async def join_participant(self, name: str, *at_door: str) -> Phone:
        """A participant joins by the link, says whom they stand for, and reads nothing."""
        phone = await self.find_or_add_phone(name)
        await phone.start(f"l-{CODE}")
        await phone.tap(*(at_door or ("Pemerintah", "Pengendali banjir & pesisir")))
        if "Nanti saja" in (await phone.wait_for_card()).labels:
            await phone.tap("Nanti saja")
        return phone

    async def join_two_participants(self) -> tuple[Phone, Phone, Phone]:
        """A facilitator and two participants, Ani and Budi."""
        return (
            await self.join_facilitator(),
            await self.join_participant("ani"),
            await self.join_participant("budi"),
        )


async def wait_for_words(phone: Phone, *words: str, without: str = "\0") -> ShownMessage:
    """The card, once these words stand on it though the person did nothing."""

    def there(card: ShownMessage) -> bool:
        shown = card.text + "\n" + "\n".join(card.labels)
        return all(word in shown for word in words) and without not in shown

    screen = await phone.person.wait_until(lambda screen: there(screen.card))
    assert screen.card is not None
    return screen.card


async def tap_beginning(phone: Phone, beginning: str) -> ShownMessage:
    """Tap the button that begins so."""
    card = phone.cards[-1]
    label = next((label for label in card.labels if label.startswith(beginning)), None)
    assert label is not None, (beginning, card.labels)
    return await phone.tap(label)


async def reveal_results(leader: Phone, *phones: Phone) -> None:
    """Close everything and show the results, which comes by itself two seconds later."""
    await tap_beginning(leader, "⏹ Tutup")
    await tap_beginning(leader, "📊 Hasil")
    for phone in phones:
        await wait_for_words(phone, "nilai tengah")
    await wait_for_words(leader, "nilai tengah")


@asynccontextmanager
async def run_workshop_bot(
    folder: Path, box: Sandbox, tables: tuple[Table, ...] = (), **telegram: Any
) -> AsyncIterator[WorkshopDay]:
    """A running Suara with a workshop in its database."""
    plan = plan_todays_workshop(tables)
    async with Store.open(await create_empty_database(folder / "suara.db")) as store:
        await store.keep(workshop_plans.add_plan(plan, datetime.now(UTC)))
    async with run_bot(build_workshop_config(folder, box.url, **telegram)) as app:
        yield WorkshopDay(RunningBot(box, app, folder), plan)


@asynccontextmanager
async def restart_workshop_bot(
    day: WorkshopDay, folder: Path, box: Sandbox
) -> AsyncIterator[WorkshopDay]:
    """The same after a restart; phones stay what they are."""
    async with run_bot(build_workshop_config(folder, box.url)) as app:
        suara = RunningBot(box, app, folder)
        there = {name: Phone(phone.person, app) for name, phone in day.phones.items()}
        yield WorkshopDay(suara, day.plan, there)
