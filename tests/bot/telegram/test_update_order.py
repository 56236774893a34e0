"""Whose turn it is: one person's updates one by one, people side by side, barriers alone."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.telegram.update_order import UpdateOrder


class HandledUpdates:
    """Updates that are handled until somebody lets them end."""

    def __init__(self) -> None:
        self.order = UpdateOrder()
        self.events: list[str] = []
        self.doors: dict[int, asyncio.Event] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, number: int, sender: int, *, divides: bool = False) -> None:
        self.doors[number] = asyncio.Event()
        self.tasks.append(asyncio.create_task(self._handle(number, sender, divides)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _handle(self, number: int, sender: int, divides: bool) -> None:
        async with self.order.take_turn(number, sender, divides=divides):
            self.events.append(f"{number} begins")
            await self.doors[number].wait()
            self.events.append(f"{number} ends")

    async def end(self, number: int) -> None:
        self.doors[number].set()
        for _ in range(4):
            await asyncio.sleep(0)

    @property
    def begun(self) -> list[int]:
        return [int(event.split()[0]) for event in self.events if event.endswith("begins")]


async def test_people_are_handled_side_by_side_and_each_in_order() -> None:
    updates = HandledUpdates()
    await updates.come(1, sender=7)
    await updates.come(2, sender=8)
    await updates.come(5, sender=7)
    await updates.come(3, sender=7)  # Brought later, sent earlier.
    assert updates.begun == [1, 2]
    await updates.end(1)
    assert updates.begun == [1, 2, 3]
    await updates.end(3)
    await updates.end(5)
    await updates.end(2)
    assert updates.begun == [1, 2, 3, 5]
    assert len(updates.order) == 0


async def test_one_with_a_smaller_number_waits_for_the_one_at_work() -> None:
    updates = HandledUpdates()
    await updates.come(5, sender=7)
    await updates.come(3, sender=7)
    assert updates.begun == [5]
    await updates.end(5)
    assert updates.begun == [5, 3]
    await updates.end(3)


async def test_what_divides_is_handled_alone() -> None:
    updates = HandledUpdates()
    await updates.come(1, sender=7)
    await updates.come(2, sender=8)
    await updates.come(3, sender=9, divides=True)
    await updates.come(4, sender=10)
    assert updates.begun == [1, 2]
    await updates.end(2)
    assert updates.begun == [1, 2]
    await updates.end(1)
    assert updates.begun == [1, 2, 3]
    await updates.come(5, sender=11)
    assert updates.begun == [1, 2, 3]
    await updates.end(3)
    assert updates.begun == [1, 2, 3, 4, 5]
    await updates.end(4)
    await updates.end(5)


async def test_of_two_that_divide_the_earlier_one_goes_first() -> None:
    updates = HandledUpdates()
    await updates.come(1, sender=7)
    await updates.come(5, sender=8, divides=True)
    await updates.come(3, sender=9, divides=True)  # Brought later, sent earlier.
    await updates.end(1)
    assert updates.begun == [1, 3]
    await updates.end(3)
    assert updates.begun == [1, 3, 5]
    await updates.end(5)


async def test_two_that_divide_and_have_one_number_do_not_wait_for_each_other() -> None:
    order = UpdateOrder()

    async def handle(sender: int) -> None:
        async with order.take_turn(1, sender, divides=True):
            await asyncio.sleep(0)

    await asyncio.wait_for(asyncio.gather(handle(1), handle(2), handle(1)), 1)
    assert len(order) == 0


async def test_whoever_is_cancelled_while_waiting_holds_up_nobody() -> None:
    updates = HandledUpdates()
    await updates.come(1, sender=7)
    await updates.come(2, sender=8, divides=True)
    await updates.come(3, sender=7)
    updates.tasks[1].cancel()
    await asyncio.sleep(0)
    await updates.end(1)
    assert updates.begun == [1, 3]
    await updates.end(3)
    assert len(updates.order) == 0


@pytest.mark.parametrize("seed", range(20))
async def test_the_promises_hold_however_updates_come(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    order, at_work = UpdateOrder(), list[tuple[int, int, bool]]()

    async def handle(number: int, sender: int, divides: bool) -> None:
        await asyncio.sleep(chance.random() / 200)
        async with order.take_turn(number, sender, divides=divides):
            assert not (divides and at_work)
            assert not any(other[1] == sender or other[2] for other in at_work)
            at_work.append((number, sender, divides))
            await asyncio.sleep(chance.random() / 500)
            at_work.remove((number, sender, divides))
            if chance.random() < 0.1:
                raise RuntimeError

    numbers = [*range(60)]
    chance.shuffle(numbers)
    acts = [handle(n, chance.randrange(6), chance.random() < 0.2) for n in numbers]
    async with asyncio.timeout(30):
        ended = await asyncio.gather(*acts, return_exceptions=True)
    assert not any(isinstance(one, AssertionError) for one in ended)
    assert len(order) == 0
