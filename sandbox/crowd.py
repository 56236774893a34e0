"""A crowd: simulated people who answer a bot at human or full speed, always the same by seed.

    python -m sandbox.crowd --url http://127.0.0.1:8081 --people 200 --habits habits.toml --log log

It knows nothing of the bot but its habits file (format: see sandbox.habits). The log holds a JSON
line for each act, {"person", "group", "act", "link", "card", "did", "at"}, where `act` counts the
acts of a person and `did` is {"start": …}, {"tap": label}, {"say": text}, {"location": [latitude,
longitude]}, {"sticker": …} or {"old": data}; one with the same `act` and "missed" if it was not
possible any more (the person then looks at the screen again and decides anew); one with the same
`act` and "told" for the word that a tap was answered with, often ""; and as the last line of each
person {"person", "group", "ended", "acts", "at"}, where `ended` is "finished", "broke off",
"stopped" (by a rule), "patience" (the bot showed nothing new for too long), "stuck" (too many acts)
or "failed" (the sandbox did not answer; `why` says how). On stdout, a JSON line about every second
with {"people", "came", "ended", "waiting", "acts", "seconds"}, where `waiting` are those who have
done all that they will do until something new is shown, and at the end {"summary": {…}} with the
number of people by `ended`, acts a second, and how long the bot took to show something new (s:
median and 99 %). It ends with status 1 when the sandbox ends before it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from collections import Counter
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Any, TextIO

import aiohttp

from sandbox.habits import HabitGroup, Habits, read_habits
from sandbox.simulated_person import ActionRecord, SimulatedPerson

PROGRESS_SECONDS = 1.0
#: What the sandbox answers to an act that is not possible on the screen as it is now.
REFUSED_STATUS = 409
EVENT_KINDS = "message,edited,deleted,toast"


class Crowd:
    """All simulated people and their one connection to the sandbox."""

    def __init__(
        self, session: aiohttp.ClientSession, habits: Habits, seed: int, speed: float, log: TextIO
    ) -> None:
        """``speed`` is how much faster than a human; infinite: without taking time."""
        self.habits = habits
        self.seed = seed
        self._session = session
        self._slowness = 1 / speed
        self._log = log
        self._people: dict[int, SimulatedPerson] = {}
        self._ended: Counter[str] = Counter()
        self._came = 0
        self._begun = time.monotonic()
        self._acted: dict[int, float] = {}
        self._waits: list[float] = []

    async def run(
        self, people: int, first_id: int, skip: int = 0, name: str = ""
    ) -> dict[str, Any]:
        """Let everybody come and go; returns the summary.

        They are of the group with this ``name``, if any; the first ``skip`` people of the same
        crowd have come in an earlier run.
        """
        chosen = [group for group in self.habits.group if name in ("", group.name)]
        groups = assign_groups(chosen, skip + people)
        places: Counter[str] = Counter()
        for number, group in enumerate(groups, first_id):
            if number >= first_id + skip:
                self._people[number] = SimulatedPerson(self, number, group, places[group.name])
            places[group.name] += 1
        connected = asyncio.Event()
        listening = asyncio.create_task(self._listen(connected))
        await connected.wait()
        living = asyncio.create_task(self._live_together())
        work = [listening, asyncio.create_task(self._report()), living]
        try:
            await asyncio.wait([listening, living], return_when=asyncio.FIRST_COMPLETED)
            if not living.done():
                # Nobody would ever see anything new again.
                await listening
                raise ConnectionError("the sandbox ended before the crowd did")
            await living
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        return self._summary()

    async def _live_together(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for person in self._people.values():
                tasks.create_task(self._live(person))

    async def _live(self, person: SimulatedPerson) -> None:
        if self._slowness:
            dice = random.Random(f"{self.seed}/{person.id}/arrival")  # noqa: S311 - play
            await asyncio.sleep(dice.uniform(0, self.habits.pace.arrive) * self._slowness)
        self._came += 1
        more: dict[str, str] = {}
        try:
            end = await person.visit_links()
        except (aiohttp.ClientError, TimeoutError) as fault:
            end, more = "failed", {"why": f"{type(fault).__name__}: {fault}"}
        self._ended[end] += 1
        person.ended = True
        self.log_line(person, ended=end, acts=person.acts, **more)

    # what the people need

    async def introduce_person(self, number: int, about: dict[str, str]) -> None:
        """Make a person known to the sandbox."""
        async with self._session.put(f"/person/{number}", json=about) as response:
            response.raise_for_status()

    async def perform_action(
        self, number: int, act: str, details: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Act; None when the screen had changed meanwhile, so that it was not possible."""
        self._acted.setdefault(number, time.monotonic())
        async with self._session.post(f"/person/{number}/{act}", json=details) as response:
            await response.read()
            if response.status == REFUSED_STATUS:
                return None
            response.raise_for_status()
            answer: dict[str, Any] = await response.json()
            return answer

    async def read_screens(self, number: int) -> dict[str, Any]:
        """All that is on somebody's screen, and the number of the last event that it shows."""
        async with self._session.get(f"/person/{number}") as response:
            response.raise_for_status()
            screens: dict[str, Any] = await response.json()
            return screens

    async def wait_thinking_time(self, dice: random.Random) -> None:
        """Take the time that a person takes."""
        if self._slowness:
            seconds = dice.lognormvariate(0, 0.6) * self.habits.pace.think
            await asyncio.sleep(seconds * self._slowness)

    def log_action(self, person: SimulatedPerson, link: str, card: str, did: ActionRecord) -> None:
        """Write down an act."""
        self.log_line(person, act=person.acts, link=link, card=card, did=did)

    def log_line(self, person: SimulatedPerson, **what: Any) -> None:
        """Write a line about somebody."""
        line = {"person": person.id, "group": person.group.name, **what, "at": time.time()}
        self._log.write(json.dumps(line, ensure_ascii=False) + "\n")

    # the sandbox and the outside

    async def _listen(self, connected: asyncio.Event) -> None:
        url = f"/person/events?kinds={EVENT_KINDS}"
        try:
            async with self._session.get(url, read_bufsize=1 << 24) as response:
                async for line in response.content:
                    if line.startswith(b"data: "):
                        connected.set()
                        self._take(json.loads(line[6:]))
        finally:
            connected.set()

    def _take(self, event: dict[str, Any]) -> None:
        person = self._people.get(event["chat"])
        if person is None or person.ended:
            return
        if event["kind"] == "toast":
            self.log_line(person, act=int(event["mark"] or 0), told=event["text"])
            person.receive_answer(event)
            return
        if event.get("message", {}).get("from", {}).get("is_bot"):
            since = self._acted.pop(person.id, None)
            if since is not None:
                self._waits.append(time.monotonic() - since)
        person.receive_event(event)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            print_line(self._progress())

    def _progress(self) -> dict[str, Any]:
        return {
            "people": len(self._people),
            "came": self._came,
            "ended": self._ended.total(),
            "waiting": sum(person.is_waiting for person in self._people.values()),
            "acts": sum(person.acts for person in self._people.values()),
            "seconds": round(time.monotonic() - self._begun, 3),
        }

    def _summary(self) -> dict[str, Any]:
        summary = self._progress() | {"ended": dict(self._ended)}
        waits = sorted(self._waits) or [0.0]
        return summary | {
            "acts_per_second": round(summary["acts"] / max(summary["seconds"], 0.001), 1),
            "wait_median": round(waits[len(waits) // 2], 4),
            "wait_99": round(waits[len(waits) * 99 // 100], 4),
        }


def assign_groups(groups: list[HabitGroup], people: int) -> list[HabitGroup]:
    """The group of each person: counts first, the rest by share, mixed evenly."""
    assigned = [group for group in groups for _ in range(group.count)][:people]
    shares = [group for group in groups if not group.count]
    rest = people - len(assigned)
    total = sum(group.share or 1.0 for group in shares)
    wanted = {group.name: 0.0 for group in shares}
    for _ in range(rest if shares else 0):
        for group in shares:
            wanted[group.name] += (group.share or 1.0) / total
        chosen = max(shares, key=lambda group: wanted[group.name])
        wanted[chosen.name] -= 1
        assigned.append(chosen)
    return assigned


def print_line(line: dict[str, Any]) -> None:
    """One JSON line for the caller."""
    print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201 - the program's output


async def run_crowd(options: Namespace) -> None:
    """Run a crowd as the command line wants it."""
    habits = read_habits(options.habits)
    connector = aiohttp.TCPConnector(limit=options.connections)
    patient = aiohttp.ClientTimeout(total=None)
    with options.log.open(
        "a", encoding="utf-8", buffering=1
    ) as log:  # Whole lines, if we are ended.
        async with aiohttp.ClientSession(
            options.url, connector=connector, timeout=patient
        ) as session:
            crowd = Crowd(session, habits, options.seed, options.speed, log)
            print_line(
                {
                    "summary": await crowd.run(
                        options.people, options.first_id, options.skip, options.group
                    )
                }
            )


def speed(word: str) -> float:
    """What the command line calls a speed. Raises ValueError."""
    factor = {"full": inf, "human": 1.0}.get(word) or float(word)
    if factor <= 0:
        raise ValueError("people need some time")
    return factor


def main() -> None:
    """The command line."""
    parser = ArgumentParser(
        "sandbox.crowd", description=__doc__, formatter_class=ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8081", help="the sandbox")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--first-id", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--habits", type=Path, required=True, help="TOML; see sandbox.habits")
    parser.add_argument("--skip", type=int, default=0, help="so many came in an earlier run")
    parser.add_argument("--group", default="", help="only people of this one")
    parser.add_argument("--log", type=Path, required=True, help="JSON lines are added here")
    parser.add_argument(
        "--speed", type=speed, default=inf, help="full, human, or times as fast as a human"
    )
    parser.add_argument("--connections", type=int, default=100, help="at the same time")
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(run_crowd(parser.parse_args()))
    except (aiohttp.ClientError, OSError) as fault:
        sys.exit(f"The crowd could not go on: {fault}")


if __name__ == "__main__":
    main()
