"""Nothing is deleted that was not announced, nor by a clock that two witnesses do not bear out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select, text, update

from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.retention import RetentionPeriods, RetentionService
from survey.services.snapshot import Request
from survey.store import waves
from survey.store.database import Store
from survey.store.erasures import ErasureKind
from survey.store.interviews import Cause
from survey.store.retention_schema import erasure
from survey.store.schema import wave
from tests.survey.form_helpers import load_shipped_form

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLOSES = NOW + timedelta(days=10)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
PERIODS = RetentionPeriods(timedelta(days=90), 24)
#: When the links of people to their answers are to be cut.
UNLINKED = CLOSES + timedelta(days=90)


@dataclass
class KeptSurvey:
    """A store with one wave, its people, and what is deleted of them."""

    store: Store
    interviews: InterviewService
    retention: RetentionService
    numbers: count[int]

    async def begin(self, person: int, at: datetime = NOW) -> None:
        """Somebody begins an interview."""
        for act in (
            lambda on: self.interviews.arrive(on, "id", "persepsi"),
            self.interviews.agree,
        ):
            await act(Request(person, at, Cause(9, next(self.numbers))))

    async def count(self, table: str) -> int:
        async with self.store.read() as connection:
            found = await connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
            return int(found.scalar_one())


@pytest.fixture
async def kept(empty_database: str) -> AsyncIterator[KeptSurvey]:
    async with Store.open(empty_database) as store:
        form = load_shipped_form("persepsi")
        fielded = Wave("persepsi", form.digest, (Role.RESIDENT,), NOW - DAY, CLOSES)
        async with store.read() as connection:
            await store.keep(await waves.add_questionnaire(connection, form, NOW))
            await store.keep(await waves.seed_wave(connection, fielded))
        yield KeptSurvey(
            store, InterviewService(store, UTC), RetentionService(store, PERIODS), count(1)
        )


# The announcement


async def test_what_is_to_be_deleted_is_announced_a_week_ahead_and_deleted_on_time(
    kept: KeptSurvey,
) -> None:
    await kept.begin(1)
    assert await kept.retention.announce_deletions(UNLINKED - 8 * DAY) == []
    (announced,) = await kept.retention.announce_deletions(UNLINKED - 7 * DAY)
    assert (announced.kind, announced.count) == (ErasureKind.CONTACTS, 1)
    assert announced.due_at == UNLINKED
    assert await kept.retention.announce_deletions(UNLINKED - 6 * DAY) == [], "it is said once"
    assert await kept.retention.delete_announced(UNLINKED) == []
    assert await kept.count("contact") == 1
    (done,) = await kept.retention.delete_announced(UNLINKED + HOUR)
    assert (done.kind, done.count) == (ErasureKind.CONTACTS, 1)
    assert await kept.count("contact") == 0
    assert await kept.retention.delete_announced(UNLINKED + HOUR) == []
    assert await kept.count("audit") == 1


async def test_nothing_is_deleted_without_a_word_however_long_it_is_overdue(
    kept: KeptSurvey,
) -> None:
    await kept.begin(1)
    late = NOW + 10 * YEAR
    assert await kept.retention.delete_announced(late) == []
    announced = await kept.retention.announce_deletions(late)
    assert {each.due_at for each in announced} == {late + 7 * DAY}
    assert await kept.retention.delete_announced(late + 7 * DAY - HOUR) == []
    assert await kept.count("interview") == await kept.count("contact") == 1
    done = await kept.retention.delete_announced(late + 7 * DAY)
    assert {each.kind for each in done} == {ErasureKind.CONTACTS, ErasureKind.INTERVIEWS}
    for table in ("contact", "interview", "step", "answer"):
        assert await kept.count(table) == 0


async def test_never_more_is_deleted_than_was_announced(kept: KeptSurvey) -> None:
    await kept.begin(1)
    await kept.retention.announce_deletions(UNLINKED - 7 * DAY)
    # Whoever comes while the week runs was not meant.
    on = Request(2, UNLINKED - DAY, Cause(9, next(kept.numbers)))
    await kept.interviews.arrive(on, "id", "persepsi")
    (done,) = await kept.retention.delete_announced(UNLINKED + HOUR)
    assert done.count == 1
    assert await kept.count("contact") == 1
    (later,) = await kept.retention.announce_deletions(UNLINKED + HOUR)
    assert (later.count, later.due_at) == (1, UNLINKED + HOUR + 7 * DAY)


async def test_a_wave_that_is_prolonged_in_the_week_keeps_its_people(kept: KeptSurvey) -> None:
    await kept.begin(1)
    await kept.retention.announce_deletions(UNLINKED - 7 * DAY)
    await kept.store.keep([update(wave).values(closes_at=CLOSES + YEAR)])
    assert await kept.retention.delete_announced(UNLINKED + HOUR) == []
    assert await kept.retention.announce_deletions(UNLINKED + HOUR) == []
    assert await kept.count("announced_deletion") == 0
    assert await kept.count("contact") == 1


async def test_what_was_deleted_is_on_the_list_of_what_is_erased_again(kept: KeptSurvey) -> None:
    await kept.begin(1)
    await kept.retention.announce_deletions(UNLINKED - 7 * DAY)
    await kept.retention.delete_announced(UNLINKED + HOUR)
    async with kept.store.read() as connection:
        (row,) = await connection.execute(select(erasure))
    assert (row.kind, row.subject, row.at) == ("contacts", "", UNLINKED - 7 * DAY)


# The clock


async def test_a_clock_that_both_bear_out_is_right(kept: KeptSurvey) -> None:
    await kept.begin(1)
    assert await kept.retention.check_clock(NOW + HOUR, NOW + HOUR) == ""


@pytest.mark.parametrize("wrong", [-3 * YEAR, -DAY, DAY, 3 * YEAR])
async def test_a_clock_that_telegram_contradicts_deletes_nothing(
    kept: KeptSurvey, wrong: timedelta
) -> None:
    await kept.begin(1, NOW + wrong)  # The newest record alone would bear it out.
    assert "Telegram" in await kept.retention.check_clock(NOW + wrong, NOW)


async def test_a_clock_that_the_newest_record_contradicts_deletes_nothing(kept: KeptSurvey) -> None:
    await kept.begin(1)
    wrong = NOW + 3 * YEAR
    doubt = await kept.retention.check_clock(wrong, wrong)
    assert "the newest record is of 2026-11-20" in doubt


async def test_as_long_as_telegram_was_not_heard_nothing_is_deleted(kept: KeptSurvey) -> None:
    await kept.begin(1)
    assert await kept.retention.check_clock(NOW + HOUR, None) != ""


async def test_after_a_long_absence_the_second_look_finds_the_first_one(kept: KeptSurvey) -> None:
    await kept.begin(1)
    back = NOW + YEAR
    assert await kept.retention.check_clock(back, back) != ""
    assert await kept.retention.check_clock(back + 6 * HOUR, back + 6 * HOUR) == ""


async def test_a_check_that_telegram_contradicts_is_no_witness_of_the_next(
    kept: KeptSurvey,
) -> None:
    await kept.begin(1)
    wrong = NOW + 3 * YEAR
    await kept.retention.check_clock(wrong, NOW)
    assert "the newest record" in await kept.retention.check_clock(wrong + HOUR, wrong + HOUR)


async def test_records_of_a_clock_that_was_ahead_hold_nothing_up_for_years(
    kept: KeptSurvey,
) -> None:
    await kept.begin(1, NOW + 3 * YEAR)
    await kept.begin(2)
    assert await kept.retention.check_clock(NOW + HOUR, NOW + HOUR) == ""


async def test_a_quiet_year_without_people_holds_nothing_up(kept: KeptSurvey) -> None:
    await kept.begin(1)
    for hours in range(6, 24 * 20, 6):
        moment = NOW + hours * HOUR
        assert await kept.retention.check_clock(moment, moment) == ""
