"""Whether somebody could see their newest screen when they sent a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.telegram import shown_screens
from bot.telegram.shown_screens import ShownScreens
from survey.people import Respondent, Role
from survey.services.snapshot import Snapshot
from survey.store.contacts import Contact, ShownScreen
from survey.store.database import DatabaseFault

ANI = 7
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CONSENT = ShownScreen()


def stand(shown: ShownScreen | None, at: datetime | None, card: int | None = 5) -> Snapshot:
    """Somebody before the consent, with what the store knows of their card."""
    respondent = Respondent(1, "x", Role.RESIDENT, "id", "", "", None, "")
    return Snapshot(ANI, Contact(ANI, respondent, None, card, shown, at))


@pytest.fixture
def kept() -> list[Mapping[int, tuple[ShownScreen, datetime]]]:
    """What was written down."""
    return []


@pytest.fixture
def screens(kept: list[Mapping[int, tuple[ShownScreen, datetime]]]) -> ShownScreens:
    """A memory that writes into ``kept``."""

    async def keep(shown: Mapping[int, tuple[ShownScreen, datetime]]) -> None:
        kept.append(shown)

    return ShownScreens(keep)


def test_a_message_from_before_the_screen_is_no_answer_to_it(screens: ShownScreens) -> None:
    here = stand(None, None)
    screens.note_shown(ANI, CONSENT, 10, NOON)
    assert not screens.has_seen(here, NOON - SECOND, 11)
    assert screens.has_seen(here, NOON, 11)


def test_within_a_second_the_numbers_of_the_messages_count(screens: ShownScreens) -> None:
    screens.note_shown(ANI, CONSENT, 10, NOON + SECOND / 2)
    assert not screens.has_seen(stand(None, None), NOON, 9)
    assert screens.has_seen(stand(None, None), NOON, 11)


def test_another_screen_than_the_newest_is_not_enough(screens: ShownScreens) -> None:
    screens.note_shown(ANI, ShownScreen(3, 2), 10, NOON)
    assert not screens.has_seen(stand(None, None), NOON + SECOND, 11)


def test_one_that_is_shown_once_more_is_there_since_the_first_time(screens: ShownScreens) -> None:
    screens.note_shown(ANI, CONSENT, 10, NOON)
    screens.note_shown(ANI, CONSENT, 12, NOON + 5 * SECOND)
    assert screens.has_seen(stand(None, None), NOON + SECOND, 11)


def test_what_the_store_knows_counts_where_memory_has_nothing(screens: ShownScreens) -> None:
    here = stand(CONSENT, NOON)
    screens.note_shown(ANI, CONSENT, 12, NOON + 5 * SECOND, CONSENT)
    assert screens.has_seen(here, NOON, 11)
    assert not screens.has_seen(here, NOON - SECOND, 11)
    assert not screens.has_seen(stand(ShownScreen(3, 1), NOON), NOON + SECOND, 11)


def test_who_came_before_this_was_written_down_is_believed(screens: ShownScreens) -> None:
    assert screens.has_seen(stand(None, None), NOON, 11)
    assert not screens.has_seen(stand(None, None, card=None), NOON, 11)
    assert not screens.has_seen(Snapshot(ANI), NOON, 11)


async def test_it_is_written_down_once_and_forgotten_some_seconds_later(
    screens: ShownScreens,
    kept: list[Mapping[int, tuple[ShownScreen, datetime]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screens.note_shown(ANI, CONSENT, 10, NOON)
    await screens.write()
    await screens.write()
    assert kept == [{ANI: (CONSENT, NOON)}]
    assert not screens.has_seen(stand(None, None), NOON - SECOND, 11)
    monkeypatch.setattr(shown_screens, "REMEMBERED_SECONDS", -1.0)
    await screens.write()
    assert screens.has_seen(stand(None, None), NOON - SECOND, 11), "by the store alone"


async def test_what_cannot_be_written_is_written_the_next_time() -> None:
    tries: list[int] = []

    async def keep(shown: Mapping[int, tuple[ShownScreen, datetime]]) -> None:
        tries.append(len(shown))
        if len(tries) == 1:
            raise DatabaseFault("UPDATE", {}, OSError("disk full"))

    screens = ShownScreens(keep)
    screens.note_shown(ANI, CONSENT, 10, NOON)
    await screens.write()
    await screens.write()
    await screens.write()
    assert tries == [1, 1]
