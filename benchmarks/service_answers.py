"""What an answer costs below Telegram: people answer ``persepsi`` through the service, all at once.

``python -m benchmarks.service_answers --people 100 --against ../before`` runs this tree and another
checkout as processes of their own that are let go in turns, so that noise meets both alike, and
prints the processor time (all threads) of an answer that is read, decided and durably kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from survey.forms.authoring.xlsform import compile_file
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request, Snapshot
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause

ROOT = Path(__file__).parents[1]
START = datetime(2026, 11, 1, tzinfo=UTC)
#: So many answers each person gives in a turn.
ANSWERS = 5


class Crowd:
    """People who answer one question after another, and come again as somebody else at the end."""

    def __init__(self, survey: InterviewService, people: int) -> None:
        self._survey = survey
        self._size = people
        self._updates = count(1)
        self._newcomers = count(1)
        self._people = list(range(people))

    def make_request(self, person: int, seen: Snapshot | None = None) -> Request:
        """The next act of a person, a second after the one before."""
        number = next(self._updates)
        return Request(person, START + timedelta(seconds=number), Cause(1, number), seen)

    async def come(self) -> int:
        """A new person who has consented."""
        person = next(self._newcomers)
        await self._survey.arrive(self.make_request(person), "id", "")
        await self._survey.agree(self.make_request(person))
        return person

    async def gather(self) -> None:
        """Let everybody come, a hundred at a time."""
        self._people = []
        while missing := min(100, self._size - len(self._people)):
            self._people += await asyncio.gather(*(self.come() for _ in range(missing)))

    async def answer(self, times: int) -> None:
        """Let everybody answer so many questions."""
        await asyncio.gather(*(self._answer(place, times) for place in range(self._size)))

    async def _answer(self, place: int, times: int) -> None:
        while times:
            person = self._people[place]
            on = self.make_request(person)
            seen = await self._survey.read_snapshot(person, on.at)
            made = seen.interview
            if made is None or made.position == REVIEW:
                self._people[place] = await self.come()
                continue
            await self._survey.answer(
                Request(person, on.at, on.cause, seen), made.position, choose_value(made)
            )
            times -= 1


def choose_value(made: Interview) -> str:
    """The first choice, or a word."""
    question = made.find_question(made.position)
    if question.kind.is_select:
        return made.form.list_choices(made.position)[0].value
    return "banjir" if question.kind.name == "text" else "1"


async def answer_in_turns(people: int) -> None:
    """Answer for a turn whenever a line is read, and write what an answer cost."""
    form = compile_file(ROOT / "questionnaires" / "persepsi.md")
    wave = Wave("persepsi", form.digest, (Role.RESIDENT,), START, START + timedelta(days=9999))
    with TemporaryDirectory() as folder:
        async with Store.open(f"sqlite+aiosqlite:///{Path(folder) / 'crowd.db'}") as store:
            async with store.read() as connection:
                await store.keep(await waves.add_questionnaire(connection, form, START))
                await store.keep(await waves.seed_wave(connection, wave))
            crowd = Crowd(InterviewService(store, UTC), people)
            await crowd.gather()
            while await asyncio.to_thread(sys.stdin.readline):
                before = process_time()
                await crowd.answer(ANSWERS)
                print((process_time() - before) / (people * ANSWERS), flush=True)


def start_tree(tree: Path, people: int) -> subprocess.Popen[str]:
    """A process that answers in turns with the code of a tree."""
    return subprocess.Popen(  # noqa: S603 - this file, with the code of a tree that was named
        [sys.executable, __file__, "--people", str(people), "--turns"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
    )


def let_go(made: subprocess.Popen[str]) -> float:
    """Let a process have its turn; microseconds of processor time for an answer."""
    if made.stdin is None or made.stdout is None:
        raise RuntimeError("the process takes no turns")
    made.stdin.write("\n")
    made.stdin.flush()
    return 1e6 * float(made.stdout.readline())


def compare_trees(trees: list[Path], people: int, rounds: int) -> None:
    """Print what an answer costs in each tree, and against the first."""
    running = [start_tree(tree, people) for tree in trees]
    costs: list[list[float]] = [[] for _ in trees]
    for turn in range(rounds + 1):
        for found, made in zip(costs, running, strict=True):
            cost = let_go(made)
            if turn:  # The first one warms up.
                found.append(cost)
    for made in running:
        made.terminate()
    for line in describe_costs(trees, costs):
        print(f"{people} people: {line}")


def describe_costs(trees: list[Path], costs: list[list[float]]) -> Iterator[str]:
    """A line for each tree; the ratio is the median of those of the turns."""
    for tree, found in zip(trees, costs, strict=True):
        ratio = statistics.median(a / b for a, b in zip(found, costs[0], strict=True))
        yield f"{tree.name}: {statistics.median(found):.0f} us an answer, {ratio:.2f} of the first"


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--against", type=Path, action="append", default=[])
    parser.add_argument("--rounds", type=int, default=14, help="turns of each that count")
    parser.add_argument("--turns", action="store_true", help="take turns, as one of the processes")
    given = parser.parse_args()
    if given.turns:
        asyncio.run(answer_in_turns(given.people))
    else:
        trees = [*(path.resolve() for path in given.against), ROOT]
        compare_trees(trees, given.people, given.rounds)


if __name__ == "__main__":
    main()
