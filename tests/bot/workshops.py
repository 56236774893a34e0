"""A workshop in a running Suara: facilitators, participants, and what is on their phones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tables import empty

from bot.config import Config, validate_config
from sandbox import Sandbox, ShownMessage
from survey.store import workshop_plans
from survey.store.database import Store
from survey.workshop.agreement import AgreementRule
from survey.workshop.ballots import Ballot, BallotMode, Table, Workshop
from survey.workshop.plan import WorkshopPlan
from survey.workshop.register import build_register
from tests.bot.suaras import INVITATIONS, Phone, Suara, configured, polling
from tests.survey.surveying import shipped

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
LEADING: dict[str, Any] = {
    "code": "PANDU-2026",
    "role": "facilitator",
    "sector": "government",
    "category": "air",
    "uses": 9,
}


def planned(tables: tuple[Table, ...] = ()) -> WorkshopPlan:
    """A workshop of the tests, held today."""
    found = build_register(shipped("kerentanan"))
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


def inviting(folder: Path, url: str, **telegram: Any) -> Config:
    """The configuration of the tests with an invitation for facilitators."""
    raw = configured(folder, url).model_dump(mode="json")
    raw["invitations"] = [*INVITATIONS, LEADING]
    raw["telegram"] |= telegram
    return validate_config(raw)


@dataclass
class Day:
    """The day of a workshop: whoever is there, by name."""

    suara: Suara
    plan: WorkshopPlan
    there: dict[str, Phone] = field(default_factory=dict)

    async def lead(self, name: str = "wayan") -> Phone:
        """A facilitator joins."""
        phone = await self.meet(name)
        await phone.start("u-PANDU-2026")
        await phone.start(f"l-{CODE}")
        return phone

    async def meet(self, name: str) -> Phone:
        """Somebody with a phone who is not known yet."""
        self.there[name] = await self.suara.person(3001 + len(self.there))
        return self.there[name]

    async def join(self, name: str, *at_door: str) -> Phone:
        """A participant joins by the link, says whom they stand for, and reads nothing."""
        phone = await self.meet(name)
        await phone.start(f"l-{CODE}")
        await phone.tap(*(at_door or ("Pemerintah", "Pengendali banjir & pesisir")))
        if "Nanti saja" in (await phone.seen()).labels:
            await phone.tap("Nanti saja")
        return phone

    async def both(self) -> tuple[Phone, Phone, Phone]:
        """A facilitator and two participants, Ani and Budi."""
        return await self.lead(), await self.join("ani"), await self.join("budi")


async def sees(phone: Phone, *words: str, without: str = "\0") -> ShownMessage:
    """The card, once these words stand on it though the person did nothing."""

    def there(card: ShownMessage) -> bool:
        shown = card.text + "\n" + "\n".join(card.labels)
        return all(word in shown for word in words) and without not in shown

    screen = await phone.person.wait_until(lambda screen: there(screen.card), 8)
    assert screen.card is not None
    return screen.card


async def taps(phone: Phone, beginning: str) -> ShownMessage:
    """Tap the button that begins so."""
    card = phone.cards[-1]
    label = next((label for label in card.labels if label.startswith(beginning)), None)
    assert label is not None, (beginning, card.labels)
    return await phone.tap(label)


async def reveal(leader: Phone, *phones: Phone) -> None:
    """Close everything and show the results, which comes by itself two seconds later."""
    await taps(leader, "⏹ Tutup")
    await taps(leader, "📊 Hasil")
    for phone in phones:
        await sees(phone, "median")
    await sees(leader, "median")


@asynccontextmanager
async def workshop(
    folder: Path, box: Sandbox, tables: tuple[Table, ...] = (), **telegram: Any
) -> AsyncIterator[Day]:
    """A running Suara with a workshop in its database."""
    plan = planned(tables)
    async with Store.open(await empty(folder / "suara.db")) as store:
        await store.keep(workshop_plans.add_plan(plan, datetime.now(UTC)))
    async with polling(inviting(folder, box.url, **telegram)) as app:
        yield Day(Suara(box, app, folder), plan)


@asynccontextmanager
async def restarted(day: Day, folder: Path, box: Sandbox) -> AsyncIterator[Day]:
    """The same after a restart; phones stay what they are."""
    async with polling(inviting(folder, box.url)) as app:
        suara = Suara(box, app, folder)
        there = {name: Phone(phone.person, app) for name, phone in day.there.items()}
        yield Day(suara, day.plan, there)
