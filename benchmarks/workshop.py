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


async def measure_one_ballot(running: RunningWorkshop) -> Iterator[MeasurementLine]:
    """A ballot on which everybody votes within ``VOTING`` seconds."""
    people = len(running.people)
    opened = await running.tap_as_leader(ONE_BUTTON)
    reached = await running.wait_for_all_cards("🗳") - opened
    busy, begun = running.measure_processor_time(), time.monotonic()
    counted = await let_everybody_vote(running)
    done = counted[-1][0]
    each = 1000 * (running.measure_processor_time() - busy) / people
    closed = await running.tap_as_leader(CLOSE_BUTTON)
    closing_ = await running.wait_until(lambda: 'class="closed"' in running.projector.html) - closed
    everywhere = await running.wait_for_all_cards("🔒") - closed
    await asyncio.sleep(max(closed + 2.2 - time.monotonic(), 0))
    revealed = await running.tap_as_leader(REVEAL_BUTTON)
    revealing = (
        await running.wait_until(lambda: 'class="distribution"' in running.projector.html)
        - revealed
    )
    shown = await running.wait_for_all_cards("📊") - revealed
    return iter(
        [
            ("people who voted", people, "", None),
            ("votes that are kept", counted[-1][1], "", None),
            ("first vote tapped to last vote kept", done - begun, "s", None),
            (
                "projector behind what is kept, at most",
                compute_lag(counted, running.projector.counts),
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


async def let_everybody_vote(running: RunningWorkshop) -> list[tuple[float, int]]:
    """Everybody votes and sees it; when how many people's votes were kept."""
    people, dice = len(running.people), random.Random(7)  # noqa: S311 - votes of a benchmark
    kept = asyncio.create_task(watch_votes(running, people))
    running.projector.counts.clear()
    voting = [
        running.vote(person, dice.uniform(0, VOTING_SECONDS), str(dice.randint(1, 5)))
        for person in running.people
    ]
    await asyncio.gather(*voting)
    counted = await kept
    await running.wait_until(
        lambda: bool(running.projector.counts) and running.projector.counts[-1][1] == people
    )
    await running.wait_until(
        lambda: all("Suara Anda" in running.find_card(p).text for p in running.people)
    )
    return counted


async def watch_votes(running: RunningWorkshop, people: int) -> list[tuple[float, int]]:
    """When how many people's votes were kept, until all are."""
    counted: list[tuple[float, int]] = []
    while not counted or counted[-1][1] < people:
        voter_count = await asyncio.to_thread(running.count_voters)
        if voter_count and (not counted or voter_count > counted[-1][1]):
            counted.append((time.monotonic(), voter_count))
        await asyncio.sleep(0.02)
    return counted


def compute_lag(kept: list[tuple[float, int]], shown: list[tuple[float, int]]) -> float:
    """Seconds for which the projector showed less than what was kept, at most."""
    return max(next(at for at, n in shown if n >= count) - moment for moment, count in kept)


async def measure_memory_growth(
    running: RunningWorkshop, ballots: int
) -> Iterator[MeasurementLine]:
    """Megabytes after so many ballots, opened in rows and voted on by everybody."""
    marks = iter(sorted({min(50, ballots), min(100, ballots), ballots}))
    lines: list[MeasurementLine] = [
        ("memory before the first ballot", running.measure_memory(), "MB", None)
    ]
    done, mark, begun = 0, next(marks), time.monotonic()
    while done < ballots:
        done += await run_ballot_row(running)
        if done >= mark:
            lines.append((f"memory after {done} ballots", running.measure_memory(), "MB", None))
            mark = next(marks, sys.maxsize)
    lines.append(("votes kept in all", running.count_votes(), "", None))
    lines.append(("time for them", time.monotonic() - begun, "s", None))
    return iter(lines)


async def run_ballot_row(running: RunningWorkshop) -> int:
    """An asset's row of ballots, from opening to reveal; how many those were."""
    before = running.count_votes()
    await running.tap_as_leader(ROW_BUTTON)
    await running.wait_for_all_cards("🗳")
    place = re.search(r"\(1 dari (\d+)\)", running.find_card(running.people[0]).text)
    ballots = int(place[1]) if place else 1
    await asyncio.gather(*(vote_through_row(running, person, ballots) for person in running.people))
    await running.wait_until(
        lambda: running.count_votes() == before + ballots * len(running.people)
    )
    await running.tap_as_leader(CLOSE_BUTTON)
    await running.wait_for_all_cards("🔒")
    await running.tap_as_leader(REVEAL_BUTTON)
    await running.wait_for_all_cards("📊")
    return ballots


async def vote_through_row(running: RunningWorkshop, person: PersonClient, ballots: int) -> None:
    """Vote on each ballot of a row as it comes up."""
    for place in range(1, ballots + 1):
        await running.wait_until(
            lambda p=place: f"({p} dari {ballots})" in running.find_card(person).text  # type: ignore[misc]
        )
        await running.vote(person, 0, str(1 + (person.id + place) % 5))


def print_table(title: str, lines: Iterator[MeasurementLine]) -> None:
    """Print a table."""
    print(f"\n{title}")
    for what, measured, unit, limit in lines:
        sign = "" if limit is None else f"  {'<' if measured < limit else 'NOT <'} {limit:g} {unit}"
        print(f"  {what:45} {measured:8.{0 if not unit else 2}f} {unit}{sign}", flush=True)


async def run_benchmark(options: argparse.Namespace) -> None:
    """Measure and print."""
    async with run_workshop(options.people, 28, 1) as running:
        print_table(
            f"{options.people} people, one ballot, shipped settings",
            await measure_one_ballot(running),
        )
    async with run_workshop(options.people, 28, 1) as running:
        await running.box.switch_rate_limits(on=True)
        print_table(
            f"{options.people} people, Telegram's limits switched on",
            await measure_one_ballot(running),
        )
        print(
            f"  {'the least by those limits':45} {estimate_renewal_time(options.people, 28):8.2f} s"
        )
    assets = -(-options.ballots // 15)
    async with run_workshop(options.voters, 1000, assets) as running:
        title = f"{options.voters} people, {options.ballots} ballots in rows of 15"
        print_table(title, await measure_memory_growth(running, options.ballots))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser("benchmarks.workshop", description=__doc__)
    parser.add_argument("--people", type=int, default=300, help="in the room")
    parser.add_argument("--voters", type=int, default=40, help="of the ballots for the memory")
    parser.add_argument("--ballots", type=int, default=200, help="for the memory")
    asyncio.run(run_benchmark(parser.parse_args()))


if __name__ == "__main__":
    main()
