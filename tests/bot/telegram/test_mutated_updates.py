"""Thousands of updates with something wrong in them, and people who answer between them."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

import bot.telegram.calls
from bot.app import open_app
from bot.callbacks.codec import encode_callback
from bot.callbacks.participation_callbacks import GiveConsent
from bot.clock import Clock
from bot.telegram import intake
from tests.bot.running_bot import TOKEN, DatabaseRecords, build_test_config
from tests.bot.telegram.mutated_updates import UpdateMutator
from tests.bot.telegram.raw_server import RawServer, build_result, serve_raw

#: How many are tried. SUARA_MUTATED_UPDATES=100000 tries so many; -s shows where they ended.
COUNT = int(os.environ.get("SUARA_MUTATED_UPDATES", "2000"))
SEED = int(os.environ.get("SUARA_MUTATED_SEED", "1"))
BATCH = 100
#: Numbers of the people between them; no mutation makes one of these.
FIRST_NEIGHBOUR = 900_000_001
#: When they write, and the first number of their messages: after everything that they were shown.
LATER, LATEST_MESSAGE = int(time.time()) + 86_400, 1000
#: What each of the people between them does, an act in each batch.
ACTS = ("/start persepsi", encode_callback(GiveConsent("persepsi")), "tinggal", "selatan", "tebet")


class UpdateFeed:
    """Batches of mutated updates; between them people come, one with each batch."""

    def __init__(self, count: int, seed: int) -> None:
        self.batches = max(count // BATCH, len(ACTS) + 1)
        self.people = self.batches - len(ACTS) + 1
        self.served = 0
        self._mutator, self._number = UpdateMutator(seed), 1000
        self._batches = self._build_all()

    def serve_next(self) -> list[Any]:
        """The next batch, as Telegram brings it when the last one is confirmed."""
        self.served += 1
        return next(self._batches, [])

    def _build_all(self) -> Iterator[list[Any]]:
        for at in range(self.batches):
            batch = [self._mutator.mutate(self._mutator.build(self._count())) for _ in range(BATCH)]
            for step, act in enumerate(ACTS):
                if 0 <= at - step < self.people:
                    place = self._mutator.chance.randrange(len(batch))
                    batch.insert(place, self._write_act(at - step, act))
            yield batch

    def _count(self) -> int:
        self._number += 1
        return self._number

    def _write_act(self, person: int, act: str) -> dict[str, Any]:
        me = FIRST_NEIGHBOUR + person
        who = {"id": me, "is_bot": False, "first_name": "Ani", "language_code": "id"}
        chat = {"id": me, "type": "private"}
        place = {"message_id": LATEST_MESSAGE + ACTS.index(act), "date": LATER, "chat": chat}
        message = place | {"from": who, "text": act}
        number = self._count()
        if act != ACTS[1]:
            return {"update_id": number, "message": message}
        query = {"id": str(number), "from": who, "chat_instance": "x", "data": act}
        return {"update_id": number, "callback_query": query | {"message": message}}


class FeedingServer(RawServer):
    """Telegram, with a feed of updates, whatever offset is asked for."""

    feed: UpdateFeed
    #: Whether the people between them see what they are asked; before that nobody answers.
    can_go_on: Callable[[], bool] = lambda: True

    def answer(self, method: str, given: dict[str, Any]) -> bytes:
        if method == "getUpdates":
            return build_result(self.feed.serve_next() if self.can_go_on() else [])
        return super().answer(method, given)


async def test_no_update_ends_the_program_and_no_neighbours_act_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.001,))
    monkeypatch.setattr(intake, "RETRY_PAUSES", (0, 0))
    feed = UpdateFeed(COUNT, SEED)
    faults: dict[str, int] = defaultdict(int)
    with capture_logs() as logs:
        async with serve_raw(FeedingServer()) as raw:
            raw.feed = feed
            async with open_app(build_test_config(tmp_path, raw.url), TOKEN, Clock()) as app:
                raw.can_go_on = lambda: app.outbox.is_empty
                stop = asyncio.Event()
                task = asyncio.create_task(app.receive_updates(stop))
                while feed.served <= feed.batches and not task.done():
                    await asyncio.sleep(0.05)
                stop.set()
                await task
                for line in logs:
                    if line["event"] == "update set aside":
                        faults[f"{line['fault']} {line['where']}"] += 1
    records = DatabaseRecords(tmp_path / "suara.db")
    answered = records.rows(
        "SELECT steps FROM contact JOIN interview USING (respondent_id) "
        "WHERE interview.wave_id = 'persepsi' AND telegram_id BETWEEN ? AND ?",
        FIRST_NEIGHBOUR,
        FIRST_NEIGHBOUR + feed.people,
    )
    assert answered == [(len(ACTS) - 1,)] * feed.people
    assert "Sari" not in str(logs)
    most_frequent = sorted(faults.items(), key=lambda fault: -fault[1])
    sys.stdout.write(
        f"{feed.batches * BATCH} mutated, {sum(faults.values())} set aside, "
        f"{feed.people} people between them\n"
    )
    sys.stdout.writelines(f"{count:6d} {where}\n" for where, count in most_frequent)
