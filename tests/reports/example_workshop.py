"""The example workshop, held: 28 people, two rounds, both modes, and what goes wrong on the day."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.config import load_config
from bot.workshop_file import read_workshop_file
from survey.people import Role
from survey.services.administration import Administration
from survey.store.database import Store
from survey.workshop.ballots import Ballot
from survey.workshop.moves import ChangeReason, VoteChannel
from survey.workshop.plan import WorkshopPlan
from survey.workshop.results import build_results
from tests.survey.session_helpers import START
from tests.survey.stored_workshop import StoredWorkshop

ROOT = Path(__file__).parents[2]
EXAMPLE_FILE = ROOT / "questionnaires/lokakarya.toml"
BASELINE_FILE = ROOT / "questionnaires/lokakarya-baseline.csv"
WORKSHOP_ID = "lokakarya-contoh"
SECTORS = ("pemerintah", "swasta", "akademisi", "masyarakat")
#: Seven sit at each of the four tables.
PEOPLE_PER_TABLE = 7


def read_example_plan() -> WorkshopPlan:
    """The example as its file describes it."""
    config = load_config(ROOT / "config.toml")
    folder = ROOT / config.questionnaires.folder
    here = config.questionnaires.model_copy(update={"folder": folder})
    return read_workshop_file(
        EXAMPLE_FILE, BASELINE_FILE, config.model_copy(update={"questionnaires": here})
    ).plan


class ExampleWorkshop(StoredWorkshop):
    """The example workshop and what happens there."""

    def __init__(self, store: Store, plan: WorkshopPlan, seed: int) -> None:
        super().__init__(store, plan)
        self.random = random.Random(seed)  # noqa: S311

    async def let_people_arrive(self) -> None:
        """The facilitator and seven people for each table; one of them by the web page."""
        await self.join_facilitator()
        for table in self.plan.workshop.tables:
            for seat in range(PEOPLE_PER_TABLE):
                name = f"{table.categories[0]}{seat}"
                await self.find_or_add_person(name, Role.PARTICIPANT, table.categories[0])
                await self.join(name, category=table.categories[0])
                await self.rooms.set_affiliation(
                    self.next_tap(name), SECTORS[seat % len(SECTORS)], table.categories[0]
                )

    def list_voters(self, ballot: Ballot) -> list[str]:
        return [f"{ballot.category}{seat}" for seat in range(PEOPLE_PER_TABLE)]

    async def run_round(self, ballots: Sequence[Ballot], spread: float) -> None:
        """Open, vote, change some votes, close and reveal."""
        numbers = [ballot.number for ballot in ballots]
        room = await self.rooms.read_whole_room(self.plan.id)
        again = all(room.session.states[n].openings for n in numbers)
        if again:
            await self.move(lambda s, tap: s.open_next_round(numbers, 0, tap))
        else:
            await self.open(*numbers)
        await self.let_everybody_vote(ballots, spread)
        await self.let_everybody_vote(ballots, spread, some=0.3)
        await self.close(*numbers)
        await self.reveal(*numbers)

    async def let_everybody_vote(
        self, ballots: Sequence[Ballot], spread: float, some: float = 1
    ) -> None:
        """Those at the ballots' tables vote, or some of them."""
        room = await self.rooms.read_whole_room(self.plan.id)
        openings = {b.number: room.session.states[b.number].opening for b in ballots}
        votes = []
        for ballot in ballots:
            for name in self.list_voters(ballot):
                if self.random.random() < some:
                    value = self.choose_vote(ballot, spread)
                    way = VoteChannel.WEB if name.endswith("6") else VoteChannel.TELEGRAM
                    reason = self.random.choice([*ChangeReason, "Pompa baru sejak 2016"])
                    votes.append(
                        self.rooms.vote(
                            *(self.next_tap(name), ballot.number, openings[ballot.number]),
                            *(value, way, reason),
                        )
                    )
        for room_then in await asyncio.gather(*votes):
            assert room_then is not None
            assert room_then.refused is None, room_then.refused

    def choose_vote(self, ballot: Ballot, spread: float) -> str:
        """Around a truth that is often the baseline's; sometimes no rating."""
        if self.random.random() < 0.12:
            return self.random.choice(["tp", "tt", "bb"])
        truth = (ballot.baseline or 3) - (ballot.number % 3 == 0) * (1 + ballot.number % 2)
        return str(min(5, max(1, round(self.random.gauss(truth, spread)))))

    async def find_least_agreed(self, how_many: int) -> list[Ballot]:
        room = await self.rooms.read_whole_room(self.plan.id)
        found = build_results(room.session, room.tallies)
        judged = [r for r in found if r.rating and r.rating.n]
        judged.sort(key=lambda r: r.rating.within_one if r.rating else 1)
        return [r.ballot for r in judged[:how_many]]

    async def play_mishaps(self) -> None:
        """An opening that is taken back after votes, and a second round that is dropped."""
        first, second = self.plan.ballots[0], self.plan.ballots[8]
        await self.open(first.number)
        await self.let_everybody_vote([first], 1)
        await self.move(lambda s, tap: s.undo(tap))
        await self.run_round([first], 0.4)
        await self.run_round([second], 0.4)
        await self.move(lambda s, tap: s.open_next_round([second.number], 0, tap))
        await self.let_everybody_vote([second], 1)
        await self.move(lambda s, tap: s.skip([second.number], tap))

    async def run_whole_day(self) -> None:
        """The whole day, to the lock."""
        await self.let_people_arrive()
        await self.play_mishaps()
        for ballots in self.group_ballots():
            await self.run_round(ballots, 1.1)
        for ballot in await self.find_least_agreed(8):
            room = await self.rooms.read_whole_room(self.plan.id)
            if room.session.states[ballot.number].round < 2:
                await self.run_round([ballot], 0.6)
        await self.move(lambda s, tap: s.skip([self.plan.ballots[-1].number], tap))
        room = await self.move(lambda s, tap: s.lock(tap))
        assert room.refused is None, room.refused

    def group_ballots(self) -> list[list[Ballot]]:
        """A ballot of each table at a time; all but those done before and the last one."""
        left = [b for b in self.plan.ballots if b.number not in (1, 9, len(self.plan.ballots))]
        by_table: dict[str, list[Ballot]] = {}
        for ballot in left:
            by_table.setdefault(ballot.category, []).append(ballot)
        longest = max(map(len, by_table.values()))
        return [
            [of[place] for of in by_table.values() if place < len(of)] for place in range(longest)
        ]


@asynccontextmanager
async def open_example_workshop(folder: Path, seed: int = 7) -> AsyncIterator[ExampleWorkshop]:
    """The example workshop in a database of its own, before anybody has come."""
    async with Store.open(f"sqlite+aiosqlite:///{folder / 'suara.db'}") as store:
        plan = await Administration(store).keep_workshop(read_example_plan(), START)
        yield ExampleWorkshop(store, plan, seed)
