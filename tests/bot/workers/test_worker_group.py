"""Workers on one PostgreSQL: every chat has exactly one, whoever comes, dies or hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import pytest
from sqlalchemy import make_url

from bot.workers import worker_group
from bot.workers.chat_partitions import ALL_PARTITIONS, ChatPartitions
from bot.workers.worker_group import WorkerGroup
from survey.store import worker_connection
from survey.store.worker_connection import WorkerConnection
from tests.postgres_server import end_connections, open_database


@dataclass
class Chats:
    """What a worker was told to take over and to hand over; some are busy."""

    taken: set[int] = field(default_factory=set)
    handed_over: set[int] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)

    def owes_screens(self, partition: int) -> bool:
        return partition in self.busy

    async def take_over(self, partitions: frozenset[int]) -> None:
        self.taken |= partitions

    async def hand_over(self, partitions: frozenset[int]) -> None:
        self.handed_over |= partitions


@dataclass
class Member:
    """One worker as a test sees it."""

    group: WorkerGroup
    partitions: ChatPartitions
    chats: Chats
    counts: list[int]
    leads: list[None]


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_group, "LOOK_INTERVAL", 0.05)
    monkeypatch.setattr(worker_group, "FREE_SECONDS", 1.0)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with open_database() as made:
        yield made


def build_member(url: str, name: str) -> Member:
    partitions, chats = ChatPartitions(), Chats()
    counts: list[int] = []
    leads: list[None] = []
    group = WorkerGroup(
        lambda hear: WorkerConnection(url, name, hear),
        partitions,
        chats,
        counts.append,
        partial(leads.append, None),
    )
    return Member(group, partitions, chats, counts, leads)


@asynccontextmanager
async def join(url: str, name: str) -> AsyncIterator[Member]:
    """A worker takes part until the block ends."""
    member = build_member(url, name)
    task = asyncio.create_task(member.group.run())
    try:
        yield member
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def wait_until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not there():
            await asyncio.sleep(0.02)


def are_shared(*members: Member) -> bool:
    held = [member.partitions.held for member in members]
    fair = -(-len(ALL_PARTITIONS) // len(members))
    return (
        frozenset().union(*held) == ALL_PARTITIONS
        and sum(map(len, held)) == len(ALL_PARTITIONS)
        and max(map(len, held)) <= fair
        and not any(member.partitions.leaving for member in members)
    )


async def test_workers_share_the_chats_know_of_each_other_and_one_leads(url: str) -> None:
    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(join(url, f"10.0.0.{n}:80")) for n in (1, 2)]
        await wait_until(lambda: are_shared(one, two))
        third = await stack.enter_async_context(join(url, "10.0.0.3:80"))
        members = one, two, third
        await wait_until(lambda: are_shared(*members))
        await wait_until(lambda: all(m.counts[-1:] == [3] for m in members))
        assert sum(m.partitions.leads for m in members) == sum(len(m.leads) for m in members) == 1
        await wait_until(lambda: len(one.partitions.holders) == 64 - len(one.partitions.held))
        for partition, holder in one.partitions.holders.items():
            assert partition in (two if holder == "10.0.0.2:80" else third).partitions.held
        # What was left was written down before somebody else had it, and shown again there.
        assert third.partitions.held == third.chats.taken
        assert third.partitions.held <= one.chats.handed_over | two.chats.handed_over


async def test_what_waits_in_a_chat_is_shown_before_another_worker_has_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_group, "LEAVE_SECONDS", 600)
    async with join(url, "one") as one:
        await wait_until(lambda: one.partitions.held == ALL_PARTITIONS)
        one.chats.busy |= ALL_PARTITIONS
        async with join(url, "two") as two:
            await wait_until(lambda: len(one.partitions.leaving) == 32)
            await asyncio.sleep(0.3)
            assert (one.partitions.held, two.partitions.held) == (ALL_PARTITIONS, frozenset())
            one.chats.busy.clear()
            await wait_until(lambda: are_shared(one, two))


async def test_the_chats_of_a_worker_that_ends_are_the_others(url: str) -> None:
    async with join(url, "one") as one:
        async with join(url, "two") as two:
            await wait_until(lambda: are_shared(one, two))
        await wait_until(lambda: are_shared(one))
        assert one.partitions.leads
        assert one.chats.taken == ALL_PARTITIONS


async def test_the_chats_of_a_worker_that_hangs_are_the_others_and_it_notices(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_connection, "IDLE_TIMEOUT", 600)
    hung = build_member(url, "hung")
    await hung.group.look()
    assert hung.partitions.held == ALL_PARTITIONS  # And from now on it says nothing.
    async with join(url, "one") as one:
        await wait_until(lambda: are_shared(one))
        await hung.group.look()
        assert hung.partitions.held == frozenset()
        await hung.group.look()
        assert hung.chats.handed_over == ALL_PARTITIONS
        with suppress(asyncio.CancelledError):
            closing = asyncio.create_task(hung.group.run())
            await asyncio.sleep(0)
            closing.cancel()
            await closing


async def test_after_an_outage_everybody_has_the_chats_that_they_had(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with join(url, "one") as one, join(url, "two") as two:
        await wait_until(lambda: are_shared(one, two))
        monkeypatch.setattr(worker_group, "FREE_SECONDS", 600)  # Nobody takes what others had.
        before = [member.partitions.held for member in (one, two)]
        for member in (one, two):
            member.chats.taken.clear()
            member.chats.handed_over.clear()
        await end_connections(str(make_url(url).database))
        await wait_until(lambda: one.chats.taken | two.chats.taken == ALL_PARTITIONS)
        await wait_until(lambda: are_shared(one, two))
        assert [member.partitions.held for member in (one, two)] == before
        assert not one.chats.handed_over | two.chats.handed_over


async def test_what_one_announces_the_others_hear_once_and_not_itself(url: str) -> None:
    async with join(url, "one") as one, join(url, "two") as two:
        await wait_until(lambda: are_shared(one, two))
        heard: list[tuple[str, str]] = []
        for name, member in (("one", one), ("two", two)):
            member.group.listen("room", lambda word, name=name: heard.append((name, word)))
        for _ in range(3):
            one.group.announce("room", "vote uji")
        one.group.announce("unknown", "word")
        two.group.announce("room", "move lain")
        await wait_until(lambda: len(heard) == 2)
        await asyncio.sleep(0.2)
        assert sorted(heard) == [("one", "move lain"), ("two", "vote uji")]
