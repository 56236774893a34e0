"""Two programs with one token: the newer goes on, the older ends, and the operator is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
import typer
from structlog.testing import capture_logs
from telegram import Bot, Update
from telegram.error import Conflict

import sandbox.update_queue
from bot.command_line.base import run_command
from bot.telegram import poller_conflict
from bot.telegram.client import create_bot
from bot.telegram.intake import IntakeError, SupersededError, UpdateIntake
from bot.telegram.poller_conflict import ConflictVerdict, PollerConflict
from bot.telegram.polling import Poller
from sandbox import Sandbox
from tests.bot.running_bot import TOKEN

#: What counts as a minute here (seconds).
MINUTE = 0.6


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute as long as a test can bear."""
    monkeypatch.setattr(poller_conflict, "NEWCOMER_SECONDS", MINUTE)
    monkeypatch.setattr(poller_conflict, "NEWCOMER_PAUSES", (0.05,))
    monkeypatch.setattr(poller_conflict, "OLDER_PAUSE", 0.2)
    monkeypatch.setattr(sandbox.update_queue, "CONFLICT_SECONDS", 0.1)


@asynccontextmanager
async def poll(box: Sandbox) -> AsyncIterator[tuple[asyncio.Task[None], list[int]]]:
    """A program that polls; its task, and the numbers of the updates it handled."""
    handled: list[int] = []

    async def note(update: Update) -> None:
        handled.append(update.update_id)

    stop = asyncio.Event()
    async with create_bot(TOKEN, box.url, 4) as ours:
        task = asyncio.create_task(Poller(UpdateIntake(ours, note)).run(stop))
        try:
            yield task, handled
        finally:
            stop.set()
            with suppress(IntakeError):
                await task


@pytest.mark.usefixtures("_hurried")
async def test_the_older_ends_for_the_newer_which_goes_on(box: Sandbox) -> None:
    ani = await box.add_person(1001, first_name="Ani")
    async with poll(box) as (older, _):
        await asyncio.sleep(MINUTE * 1.5)
        async with poll(box) as (newer, handled):
            with pytest.raises(SupersededError, match="started later polls with the same token"):
                await asyncio.wait_for(older, 30)
            await ani.start()
            await ani.wait_until_idle()
            assert handled
            assert not newer.done()


@pytest.mark.usefixtures("_hurried")
async def test_a_single_request_of_somebody_else_ends_nobody(box: Sandbox) -> None:
    ani = await box.add_person(1001, first_name="Ani")
    async with poll(box) as (ours, handled):
        await asyncio.sleep(MINUTE * 1.5)
        with capture_logs() as logs:
            async with Bot(TOKEN, base_url=box.base_url) as stranger:
                await stranger.get_updates(timeout=0)
            await asyncio.sleep(0.5)
        await ani.start()
        await ani.wait_until_idle()
        assert handled
        assert not ours.done()
    assert [line["event"] for line in logs] == ["another program polls with the same token"]


@pytest.mark.usefixtures("_hurried")
async def test_a_newcomer_gives_up_on_one_that_does_not_go(box: Sandbox) -> None:
    async def insist() -> None:
        async with Bot(TOKEN, base_url=box.base_url) as other:
            while True:
                with suppress(Conflict):
                    await other.get_updates(timeout=5)

    insisting = asyncio.create_task(insist())
    begun = asyncio.get_running_loop().time()
    with capture_logs() as logs:
        async with poll(box) as (ours, _):
            with pytest.raises(IntakeError, match="does not go: stop it") as found:
                await asyncio.wait_for(ours, 30)
    assert not isinstance(found.value, SupersededError)
    assert asyncio.get_running_loop().time() - begun >= MINUTE
    assert len(logs) == 1  # However often it was refused.
    insisting.cancel()


async def test_a_webhook_from_before_is_removed_and_what_waited_comes(box: Sandbox) -> None:
    ani = await box.add_person(1001, first_name="Ani")
    async with create_bot(TOKEN, box.url, 1) as other:
        await other.set_webhook("http://127.0.0.1:1/secret-path")
        await ani.start()
        with capture_logs() as logs:
            async with poll(box) as (_, handled):
                await ani.wait_until_idle()
                assert handled
        assert (await other.get_webhook_info()).url == ""
    assert [(line["event"], line["host"]) for line in logs] == [("webhook removed", "127.0.0.1")]
    assert "secret-path" not in str(logs)


async def test_whoever_sets_a_webhook_later_takes_over(box: Sandbox) -> None:
    async with create_bot(TOKEN, box.url, 1) as other, poll(box) as (ours, _):
        ani = await box.add_person(1001, first_name="Ani")
        await ani.start()
        await ani.wait_until_idle()
        await other.set_webhook("http://127.0.0.1:1/secret-path")
        with pytest.raises(SupersededError, match=r"set a webhook at 127\.0\.0\.1 with"):
            await asyncio.wait_for(ours, 30)
        assert (await other.get_webhook_info()).url


def test_only_the_older_one_ends_as_if_all_were_well() -> None:
    for fault, status in ((SupersededError("x"), 0), (IntakeError("x"), 1)):

        async def work(_: asyncio.Event, fault: IntakeError = fault) -> None:
            raise fault

        with pytest.raises(typer.Exit) as ended:
            run_command(work)
        assert ended.value.exit_code == status


# The rule itself, by the clock


def judge_all(begun: float, refused_at: list[float]) -> Iterator[tuple[ConflictVerdict, float]]:
    conflict = PollerConflict()
    conflict.begin(begun)
    return (conflict.judge(moment) for moment in refused_at)


def test_the_older_asks_once_more_and_then_gives_way() -> None:
    assert list(judge_all(0, [3600, 3606])) == [
        (ConflictVerdict.FIRST_WAIT, 5),
        (ConflictVerdict.GIVE_WAY, 5),
    ]


def test_refusals_far_apart_are_no_conflict() -> None:
    found = {verdict for verdict, _ in judge_all(0, [3600, 3700, 3800])}
    assert found == {ConflictVerdict.FIRST_WAIT}


def test_a_newcomer_asks_ever_more_rarely_for_a_minute() -> None:
    refused = [5.0, 6, 8, 13, 18, 64, 65]
    verdicts = list(judge_all(0, refused))
    assert verdicts[:4] == [
        (ConflictVerdict.FIRST_WAIT, 1),
        (ConflictVerdict.WAIT, 2),
        (ConflictVerdict.WAIT, 5),
        (ConflictVerdict.WAIT, 5),
    ]
    assert [verdict for verdict, _ in verdicts[-2:]] == [
        ConflictVerdict.WAIT,
        ConflictVerdict.GIVE_UP,
    ]


def test_of_two_that_start_together_the_first_one_ends() -> None:
    """Each is refused in turn; after a minute one gives up and the other is left in peace."""
    earlier, later = PollerConflict(), PollerConflict()
    earlier.begin(0)
    later.begin(10)
    ended: list[str] = []
    now = 10.0
    while not ended:
        for name, one in (("earlier", earlier), ("later", later)):
            now += 2.5
            if one.judge(now)[0] in (ConflictVerdict.GIVE_UP, ConflictVerdict.GIVE_WAY):
                ended.append(name)
                break
    assert ended == ["earlier"]
    assert now < 80
