"""A group becomes a supergroup: what belonged to its old number follows it, once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

import bot.telegram.calls
from bot.clock import Clock
from bot.screens.screen import Screen
from bot.telegram.messages import post_message
from reports.delivery.due_times import CalendarTimes
from sandbox import GroupChatClient, PhoneScreen, Sandbox, ShownMessage
from survey.store.report_chats import ReportChat
from tests.bot.running_bot import Phone
from tests.bot.running_workshop import WorkshopDay, run_workshop_bot, tap_beginning

PATIENCE = 40
VOTING = "Lokakarya uji"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.05, 0.05, 0.05, 0.05, 0.05))


@dataclass
class VotingOffice:
    """A group of the secretariat's, due to get a report, in which a workshop is voted on."""

    day: WorkshopDay
    wayan: Phone
    group: GroupChatClient

    async def migrate_unheard(self) -> GroupChatClient:
        """It becomes a supergroup while no update reaches the bot."""
        await self.day.suara.box.inject_fault("getUpdates", code=502, times=0)
        # The request that waits already is answered once more.
        budi = await self.day.suara.add_person(1005)
        await budi.person.start()
        await budi.person.wait_until(lambda screen: screen.card is not None)
        return await self.group.migrate()

    async def send_message(self) -> None:
        """A message that is no card goes to the old number."""
        post_message(self.day.suara.app.outbox, self.group.id, Screen("kabar"))

    async def renew_card(self) -> None:
        """The voting card is to show what is new."""
        cards = self.day.suara.app.context.senders
        (chat,) = await self.day.suara.app.context.services.workshops.list_group_chats("uji")
        cards.group_cards.renew_card(chat)

    async def send_report(self) -> None:
        """A report falls due."""
        clock, zone = self.day.suara.app.clock, self.day.suara.app.config.suara.zone
        assert isinstance(clock, Clock)
        due = CalendarTimes.parse("weekly, monday 07:00").find_first_after(clock.now(), zone)
        clock.set(due + timedelta(seconds=1))
        await self.day.suara.app.report_scheduler.wake(clock.now())

    def read_numbers(self) -> dict[str, list[int]]:
        """Under which numbers the group is on record."""
        read = self.day.suara.records.rows
        found = {
            "chat": read("SELECT id FROM chat"),
            "group_chat": read("SELECT chat_id FROM group_chat"),
        }
        return {table: [number for (number,) in rows] for table, rows in found.items()}


@pytest.fixture
async def office(tmp_path: Path, box: Sandbox) -> AsyncIterator[VotingOffice]:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan = await day.join_facilitator()
        group = await box.create_group("Peserta", [wayan.person])
        administration, clock = day.suara.app.context.services.administration, day.suara.app.clock
        await administration.set_chat(ReportChat(group.id, "id", clock.now()), {})
        await wayan.person.say("/lokakarya", chat=group)
        await group.wait_until(lambda s: VOTING in s.last_message.text)
        yield VotingOffice(day, wayan, group)


def list_voting_cards(screen: PhoneScreen) -> list[ShownMessage]:
    return [shown for shown in screen.messages if shown.from_bot and VOTING in shown.text]


async def test_the_service_message_alone_moves_everything(office: VotingOffice) -> None:
    above = await office.group.migrate()
    await above.wait_until(lambda s: list_voting_cards(s))
    await office.wayan.person.wait_until_idle()
    assert office.read_numbers() == {"chat": [above.id], "group_chat": [above.id]}
    assert len(list_voting_cards(above.screen)) == 1


@pytest.mark.parametrize("way", ["send_message", "renew_card", "send_report"])
async def test_any_refused_call_moves_everything_and_later_words_move_nothing(
    office: VotingOffice, way: str
) -> None:
    above = await office.migrate_unheard()
    go: Callable[[], Awaitable[None]] = getattr(office, way)
    await go()
    await above.wait_until(lambda s: list_voting_cards(s), PATIENCE)
    assert office.read_numbers() == {"chat": [above.id], "group_chat": [above.id]}
    await office.day.suara.box.clear_faults()
    await office.wayan.person.wait_until_idle()
    await tap_beginning(office.wayan, "▶ Buka: ")
    await above.wait_until(lambda s: "5 = Lumpuh" in s.card.text)
    shown = [each.text for each in above.screen.messages if each.from_bot]
    assert len([text for text in shown if "5 = Lumpuh" in text]) == 1
    assert list_voting_cards(above.screen) == []
    assert ("kabar" in shown) == (way == "send_message")
    files = [each for each in above.screen.messages if each.file_name]
    assert len(files) == (2 if way == "send_report" else 0)
    assert office.read_numbers() == {"chat": [above.id], "group_chat": [above.id]}


async def test_a_workshop_that_was_brought_into_the_supergroup_already_stays_as_it_is(
    office: VotingOffice,
) -> None:
    above = await office.migrate_unheard()
    cards = office.day.suara.app.context.senders.group_cards
    await cards.start_voting("uji", above.id, "id")
    await above.wait_until(lambda s: list_voting_cards(s))
    await office.day.suara.box.clear_faults()
    await office.wayan.person.say("/bahasa")
    await office.wayan.wait_for_card()
    assert office.read_numbers() == {"chat": [above.id], "group_chat": [above.id]}
    assert len(list_voting_cards(above.screen)) == 1
