"""How a room of 300 is served: votes kept, the projector's lag, closing, revealing, memory.

``python -m benchmarks.workshop --help`` says what can be set.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import time
from collections.abc import Iterator

from benchmarks.running_workshop import RunningWorkshop, run_workshop
from bot.jobs.card_updater import estimate_renewal_time
from sandbox import PersonClient

#: Within so many seconds everybody votes.
VOTING_SECONDS = 5.0
#: Of the facilitator's buttons what they begin with.
ONE_BUTTON, ROW_BUTTON, CLOSE_BUTTON, REVEAL_BUTTON = "▶ ", "▶▶ ", "⏹", "📊"
MeasurementLine = tuple[str, float, str, float | None]


async def measure_one_ballot(here: RunningWorkshop) -> Iterator[MeasurementLine]:
    """A ballot on which everybody votes within ``VOTING`` seconds."""
    people = len(here.people)
    opened = await here.tap_as_leader(ONE_BUTTON)
    reached = await here.wait_for_all_cards("🗳") - opened
    busy, begun = here.measure_processor_time(), time.monotonic()
    counted = await let_everybody_vote(here)
    done = counted[-1][0]
    each = 1000 * (here.measure_processor_time() - busy) / people
    closed = await here.tap_as_leader(CLOSE_BUTTON)
    closing_ = await here.wait_until(lambda: 'class="closed"' in here.projector.html) - closed
    everywhere = await here.wait_for_all_cards("🔒") - closed
    await asyncio.sleep(max(closed + 2.2 - time.monotonic(), 0))
    revealed = await here.tap_as_leader(REVEAL_BUTTON)
    revealing = (
        await here.wait_until(lambda: 'class="distribution"' in here.projector.html) - revealed
    )
    shown = await here.wait_for_all_cards("📊") - revealed
    return iter(
        [
            ("people who voted", people, "", None),
            ("votes that are kept", counted[-1][1], "", None),
            ("first vote tapped to last vote kept", done - begun, "s", None),
            (
                "projector behind what is kept, at most",
                compute_lag(counted, here.projector.counts),
                "s",
                0.5,
            ),
            ("bot's processor time for a vote", each, "ms", None),
            ("closing, until the projector says so", closing_, "s", 1.0),
            ("revealing, until the projector shows it", revealing, "s", 1.0),
            ("opening, until the last card has changed", reached, "s", None),
            ("closing, until the last card has changed", everywhere, "s", None),
            ("revealing, until the last card has changed", shown, "s", None),
        ]
    )


async def let_everybody_vote(here: RunningWorkshop) -> list[tuple[float, int]]:
    """Everybody votes and sees it; when how many people's votes were kept."""
    people, dice = len(here.people), random.Random(7)  # noqa: S311 - votes of a benchmark
    kept = asyncio.create_task(watch_votes(here, people))
    here.projector.counts.clear()
    voting = [
        here.vote(person, dice.uniform(0, VOTING_SECONDS), str(dice.randint(1, 5)))
        for person in here.people
    ]
    await asyncio.gather(*voting)
    counted = await kept
    await here.wait_until(
        lambda: bool(here.projector.counts) and here.projector.counts[-1][1] == people
    )
    await here.wait_until(lambda: all("Suara Anda" in here.find_card(p).text for p in here.people))
    return counted


async def watch_votes(here: RunningWorkshop, people: int) -> list[tuple[float, int]]:
    """When how many people's votes were kept, until all are."""
    counted: list[tuple[float, int]] = []
    while not counted or counted[-1][1] < people:
        found = await asyncio.to_thread(here.count_voters)
        if found and (not counted or found > counted[-1][1]):
            counted.append((time.monotonic(), found))
        await asyncio.sleep(0.02)
    return counted


def compute_lag(kept: list[tuple[float, int]], shown: list[tuple[float, int]]) -> float:
    """Seconds for which the projector showed less than what was kept, at most."""
    return max(next(at for at, n in shown if n >= count) - moment for moment, count in kept)


async def measure_memory_growth(here: RunningWorkshop, ballots: int) -> Iterator[MeasurementLine]:
    """Megabytes after so many ballots, opened in rows and voted on by everybody."""
    marks = iter(sorted({min(50, ballots), min(100, ballots), ballots}))
    lines: list[MeasurementLine] = [
        ("memory before the first ballot", here.measure_memory(), "MB", None)
    ]
    done, mark, begun = 0, next(marks), time.monotonic()
    while done < ballots:
        done += await run_ballot_row(here)
        if done >= mark:
            lines.append((f"memory after {done} ballots", here.measure_memory(), "MB", None))
            mark = next(marks, sys.maxsize)
    lines.append(("votes kept in all", here.count_votes(), "", None))
    lines.append(("time for them", time.monotonic() - begun, "s", None))
    return iter(lines)


async def run_ballot_row(here: RunningWorkshop) -> int:
    """An asset's row of ballots, from opening to reveal; how many those were."""
    before = here.count_votes()
    await here.tap_as_leader(ROW_BUTTON)
    await here.wait_for_all_cards("🗳")
    place = re.search(r"\(1 dari (\d+)\)", here.find_card(here.people[0]).text)
    ballots = int(place[1]) if place else 1
    await asyncio.gather(*(vote_through_row(here, person, ballots) for person in here.people))
    await here.wait_until(lambda: here.count_votes() == before + ballots * len(here.people))
    await here.tap_as_leader(CLOSE_BUTTON)
    await here.wait_for_all_cards("🔒")
    await here.tap_as_leader(REVEAL_BUTTON)
    await here.wait_for_all_cards("📊")
    return ballots


async def vote_through_row(here: RunningWorkshop, person: PersonClient, ballots: int) -> None:
    """Vote on each ballot of a row as it comes up."""
    for place in range(1, ballots + 1):
        await here.wait_until(
            lambda p=place: f"({p} dari {ballots})" in here.find_card(person).text
        )  # type: ignore[misc]
        await here.vote(person, 0, str(1 + (person.id + place) % 5))


def print_table(title: str, lines: Iterator[MeasurementLine]) -> None:
    """Print a table."""
    print(f"\n{title}")
    for what, measured, unit, limit in lines:
        sign = "" if limit is None else f"  {'<' if measured < limit else 'NOT <'} {limit:g} {unit}"
        print(f"  {what:45} {measured:8.{0 if not unit else 2}f} {unit}{sign}", flush=True)


async def run_benchmark(given: argparse.Namespace) -> None:
    """Measure and print."""
    async with run_workshop(given.people, 28, 1) as here:
        print_table(
            f"{given.people} people, one ballot, shipped settings", await measure_one_ballot(here)
        )
    async with run_workshop(given.people, 28, 1) as here:
        await here.box.switch_rate_limits(on=True)
        print_table(
            f"{given.people} people, Telegram's limits switched on", await measure_one_ballot(here)
        )
        print(
            f"  {'the least by those limits':45} {estimate_renewal_time(given.people, 28):8.2f} s"
        )
    assets = -(-given.ballots // 15)
    async with run_workshop(given.voters, 1000, assets) as here:
        title = f"{given.voters} people, {given.ballots} ballots in rows of 15"
        print_table(title, await measure_memory_growth(here, given.ballots))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser("benchmarks.workshop", description=__doc__)
    parser.add_argument("--people", type=int, default=300, help="in the room")
    parser.add_argument("--voters", type=int, default=40, help="of the ballots for the memory")
    parser.add_argument("--ballots", type=int, default=200, help="for the memory")
    asyncio.run(run_benchmark(parser.parse_args()))


if __name__ == "__main__":
    main()
