"""A workshop with its web pages on a real socket, and browsers in its room."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.telegram.act_limits import ActLimits
from bot.web.event_streams import EventStreams
from bot.web.health import Health
from bot.web.links import WorkshopLinks
from bot.web.routes import serve_site
from bot.web.site import Site
from survey.services.intake_service import IntakeService
from survey.workshop.ballots import Ballot, BallotMode, Table
from survey.workshop.register import RegisterItem
from tests.survey.empty_database import create_empty_database
from tests.survey.session_helpers import BALLOTS, load_register
from tests.survey.stored_workshop import StoredWorkshop, open_stored_workshop

SECTORS = (
    RegisterItem("pemerintah", {"id": "Pemerintah", "en": "Government"}),
    RegisterItem("swasta", {"id": "Swasta", "en": "Private sector"}),
)
CATEGORIES = (
    RegisterItem("air", {"id": "Air bersih & air limbah", "en": "Water & wastewater"}),
    RegisterItem("banjir", {"id": "Pengendali banjir & pesisir", "en": "Flood & coast"}),
    RegisterItem("sampah", {"id": "Sampah", "en": "Waste"}),
)


def build_ballots(assets: int, shocks: int, *, confirm: int = 0) -> tuple[Ballot, ...]:
    """Ballots of the shipped lists: the first ``confirm`` of each asset confirm a rating."""
    register = load_register()
    chosen = [asset for asset in register.assets if asset.category in ("banjir", "air", "sampah")]
    pairs = [(a, s, n) for a in chosen[:assets] for n, s in enumerate(register.shocks[:shocks])]
    return tuple(
        Ballot(
            number,
            asset.code,
            shock.code,
            asset.category,
            BallotMode.CONFIRM if place < confirm else BallotMode.BLIND,
            2 + (number + place) % 3 if place != 3 else None,
            "Kajian Bappeda 2016" if place < confirm else "",
        )
        for number, (asset, shock, place) in enumerate(pairs, 1)
    )


class ServedWorkshop:
    """A gathering that is served. Facilitator and participants act as in the chat."""

    def __init__(self, here: StoredWorkshop, site: Site, url: str, health: Health) -> None:
        self.workshop, self.site, self.url, self.health = here, site, url, health
        self.names: list[str] = []

    @property
    def projector_url(self) -> str:
        return f"{self.url}/layar/{self.workshop.plan.screen}"

    @property
    def entry_url(self) -> str:
        return f"{self.url}/ikut/{self.workshop.plan.code}"

    async def fill_room(self, people: int) -> None:
        """A facilitator and participants of all categories come in."""
        await self.workshop.join_facilitator()
        self.names = [f"p{number}" for number in range(people)]
        for number, name in enumerate(self.names):
            await self.workshop.join(name, category=CATEGORIES[number % 3].code)

    async def cast_votes(self, ballot: int, values: str) -> None:
        """Participants say one of the words of ``values`` each."""
        for name, value in zip(self.names, values.split(), strict=False):
            voted = await self.workshop.vote(name, ballot, value)
            assert voted.refused is None, voted.refused

    async def run_round(self, ballot: int, values: str, *, again: bool = False) -> None:
        """A round from opening to reveal."""
        await (self.open_again(ballot) if again else self.workshop.open(ballot))
        await self.cast_votes(ballot, values)
        await self.workshop.close(ballot)
        await self.workshop.reveal(ballot)

    async def open_again(self, *ballots: int) -> None:
        await self.workshop.move(lambda s, tap: s.open_next_round(ballots, 0, tap))

    async def run_random_rounds(self, ballots: list[int], seed: int = 7) -> None:
        """Whole rounds at random, together."""
        drawn = random.Random(seed)  # noqa: S311 - votes of a test
        await self.workshop.open(*ballots)
        for ballot in ballots:
            middle, width = drawn.choice((1, 2, 3, 4, 5)), drawn.choice((0.5, 0.8, 1.6))
            for name in self.names:
                value = str(min(5, max(1, round(drawn.gauss(middle, width)))))
                await self.workshop.vote(name, ballot, "tt" if drawn.random() < 0.06 else value)
        await self.workshop.close(*ballots)
        await self.workshop.reveal(*ballots)


@asynccontextmanager
async def serve_workshop(
    folder: Path,
    tables: tuple[Table, ...] = (),
    ballots: tuple[Ballot, ...] = BALLOTS,
    *,
    public: bool = True,
) -> AsyncIterator[ServedWorkshop]:
    """A workshop in a database of its own, served on a free port."""
    url = await create_empty_database(folder / "suara.db")
    async with open_stored_workshop(url, tables, ballots) as here:
        clock = Clock()
        here.now = clock.now()
        health = Health(here.rooms, IntakeService(here.store), ActLimits(0, lambda _: False))
        site = Site(
            workshops=here.rooms,
            event_streams=EventStreams(here.rooms, clock),
            clock=clock,
            links=WorkshopLinks("suara_uji_bot", "https://suara.example.org" if public else ""),
            zone=ZoneInfo("Asia/Jakarta"),
            languages=("id", "en"),
            sectors=SECTORS,
            categories=CATEGORIES,
        )
        async with serve_site(site, health, "127.0.0.1", 0) as url:
            yield ServedWorkshop(here, site, url, health)
