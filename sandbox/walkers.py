"""People who fill forms in a chat, whatever those ask: a walker for each, always the same by seed.

    python -m sandbox.walkers --url http://127.0.0.1:8081 --links household wells --people 20 \
        --words words.toml --log walks.jsonl

Each link is opened by ``--people`` people. They know nothing of the bot but the words (format: see
sandbox.walking_words). The log has a JSON line for each act, {"person", "link", "act", "card",
"did": [what, words], "at"}, and as the last line of each person {"person", "link", "ended", "why",
"acts", "at"}, where ``ended`` is "finished", "stuck" (everything was tried), "late" (the bot did
not answer) or "failed" (the sandbox did not). On stdout, a JSON line whenever somebody has ended,
{"ended": number of people}, and at the end {"summary": {link: {"ended": {how: people}, "why": [why
of those who did not finish], "acts"}}}.
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
from pathlib import Path
from typing import Any, TextIO

import aiohttp

from sandbox.client import Sandbox
from sandbox.form_card import FormCard
from sandbox.form_walker import FormWalker, WalkAct, WalkEnd
from sandbox.walking_words import WalkingWords, read_walking_words


class WalkerCrowd:
    """All walkers, their one connection and their log."""

    def __init__(self, box: Sandbox, words: WalkingWords, seed: int, log: TextIO) -> None:
        self._box = box
        self._words = words
        self._seed = seed
        self._log = log
        self._ends: dict[str, list[WalkEnd]] = {}
        self._ended = 0

    async def fill_forms(
        self, links: list[str], people: int, first_id: int, at_once: int
    ) -> dict[str, Any]:
        """Let so many people open each link; returns the summary."""
        room = asyncio.Semaphore(at_once)
        visits = [link for link in links for _ in range(people)]
        async with asyncio.TaskGroup() as tasks:
            for number, link in enumerate(visits, first_id):
                tasks.create_task(self._fill_one(number, link, room))
        return {link: summarize_ends(ends) for link, ends in self._ends.items()}

    async def _fill_one(self, number: int, link: str, room: asyncio.Semaphore) -> None:
        async with room:
            end = await self._walk(number, link)
        self._ends.setdefault(link, []).append(end)
        self._write(number, link, ended=end.how, why=end.why, acts=end.acts)
        self._ended += 1
        print_line({"ended": self._ended})

    async def _walk(self, number: int, link: str) -> WalkEnd:
        language = self._words.languages[number % len(self._words.languages)]
        dice = random.Random(f"{self._seed}/{number}/{link}")  # noqa: S311 - play

        def note(card: FormCard, act: WalkAct) -> None:
            did = [act.what, act.words]
            self._write(number, link, act=walker.acts, card=card.text, did=did)

        try:
            person = await self._box.add_person(
                number, first_name=f"Person {number}", language_code=language
            )
            walker = FormWalker(person, self._words, dice, note)
            return await walker.fill_form(link)
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            return WalkEnd("failed", 0, f"{type(fault).__name__}: {fault}")

    def _write(self, number: int, link: str, **what: Any) -> None:
        line = {"person": number, "link": link, **what, "at": time.time()}
        self._log.write(json.dumps(line, ensure_ascii=False) + "\n")


def summarize_ends(ends: list[WalkEnd]) -> dict[str, Any]:
    """How the people at one link ended."""
    return {
        "ended": dict(Counter(end.how for end in ends)),
        "why": sorted({end.why for end in ends if end.why}),
        "acts": sum(end.acts for end in ends),
    }


def print_line(line: dict[str, Any]) -> None:
    """One JSON line for the caller."""
    print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201 - the program's output


async def run_walkers(options: Namespace) -> None:
    """Let people walk as the command line wants it."""
    words = read_walking_words(options.words)
    with options.log.open("a", encoding="utf-8", buffering=1) as log:
        async with Sandbox.connect(options.url) as box:
            walkers = WalkerCrowd(box, words, options.seed, log)
            summary = await walkers.fill_forms(
                options.links, options.people, options.first_id, options.at_once
            )
            print_line({"summary": summary})


def main() -> None:
    """The command line."""
    parser = ArgumentParser(
        "sandbox.walkers", description=__doc__, formatter_class=ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8081", help="the sandbox")
    parser.add_argument("--links", nargs="+", required=True, help="payloads of the forms' links")
    parser.add_argument("--people", type=int, default=1, help="who open each link")
    parser.add_argument("--first-id", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", type=Path, required=True, help="TOML; see walking_words")
    parser.add_argument("--log", type=Path, required=True, help="JSON lines are added here")
    parser.add_argument("--at-once", type=int, default=20, help="people who walk beside each other")
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(run_walkers(parser.parse_args()))
    except (aiohttp.ClientError, OSError, ValueError) as fault:
        sys.exit(f"The walkers could not go on: {fault}")


if __name__ == "__main__":
    main()
