"""What people can do, on a real store, without any chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text

from survey.interview.steps import StepRefusalReason
from survey.people import Invitation, Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.retention import RetentionPeriods, RetentionService
from survey.services.snapshot import Notice, Request, Snapshot
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause
from tests.survey.expired_records import delete_expired
from tests.survey.form_helpers import load_shipped_form

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OPENS, CLOSES = NOW - timedelta(days=1), NOW + timedelta(days=10)
PERIODS = RetentionPeriods(timedelta(days=90), 24)
numbers = count(1)


def on(person: int = 1, at: datetime = NOW, seen: Snapshot | None = None) -> Request:
    """A new cause each time."""
    return Request(person, at, Cause(9, next(numbers)), seen)


@pytest.fixture
async def store(empty_database: str) -> AsyncIterator[Store]:
    async with Store.open(empty_database) as opened:
        for name, audience in (
            ("kerentanan", (Role.PARTICIPANT,)),
            ("persepsi", (Role.RESIDENT, Role.PARTICIPANT)),
        ):
            wave = Wave(name, load_shipped_form(name).digest, audience, OPENS, CLOSES)
            async with opened.read() as connection:
                await opened.keep(
                    await waves.add_questionnaire(connection, load_shipped_form(name), NOW)
                )
                await opened.keep(await waves.seed_wave(connection, wave))
        invited = Invitation("AIR-2017", Role.PARTICIPANT, "pemerintah", "air", 1)
        async with opened.read() as connection:
            await opened.keep(await waves.seed_invitation(connection, invited, NOW))
        yield opened


@pytest.fixture
def survey(store: Store) -> InterviewService:
    return InterviewService(store, UTC)


async def counted(store: Store, table: str) -> int:
    async with store.read() as connection:
        found = await connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
        return int(found.scalar_one())


async def begun(survey: InterviewService, person: int = 1) -> Snapshot:
    await survey.arrive(on(person), "id", "persepsi")
    return await survey.agree(on(person))


async def test_an_act_decided_on_what_was_seen_long_ago_is_decided_anew(
    survey: InterviewService, store: Store
) -> None:
    old = await begun(survey)
    assert old.interview is not None
    key = old.interview.position
    other = InterviewService(
        store, UTC
    )  # Another process, which knows nothing of the first one's memory.
    seen_there = await other.read_snapshot(1, NOW)
    await survey.answer(on(), key, "kerja")
    late = await other.answer(on(seen=seen_there), key, "tinggal")
    assert late.notice is StepRefusalReason.STALE
    fresh = await survey.read_snapshot(1, NOW)
    assert fresh.interview is not None
    assert fresh.interview.form.get_value(key) == "kerja"


async def test_many_processes_at_once_never_keep_one_step_twice(
    survey: InterviewService, store: Store
) -> None:
    now = await begun(survey)
    assert now.interview is not None
    key = now.interview.position
    processes = [InterviewService(store, UTC) for _ in range(6)]
    told = await asyncio.gather(*(p.answer(on(), key, "tinggal") for p in processes))
    assert [situation.notice for situation in told].count(None) == 1
    assert await counted(store, "step") == 2


async def test_the_same_cause_acts_once_whichever_process_takes_it(
    survey: InterviewService, store: Store
) -> None:
    now = await begun(survey)
    assert now.interview is not None
    same = on()
    processes = [InterviewService(store, UTC) for _ in range(4)]
    await asyncio.gather(*(p.answer(same, now.interview.position, "tinggal") for p in processes))
    await survey.withdraw(again := on())
    assert await survey.withdraw(again) is None
    assert await counted(store, "receipt") == 1


@pytest.mark.parametrize("what", ["answer", "tick", "skip", "back", "locate", "send"])
async def test_after_the_wave_has_closed_nothing_is_taken(
    survey: InterviewService, store: Store, what: str
) -> None:
    now = await begun(survey)
    assert now.interview is not None
    await survey.answer(on(), now.interview.position, "tinggal")
    now = await survey.read_snapshot(1, NOW)
    assert now.interview is not None
    kept, key, late = await counted(store, "step"), now.interview.position, on(at=CLOSES)
    match what:
        case "answer":
            after = await survey.answer(late, key, "31.74")
        case "tick":
            after = await survey.tick_choice(late, key, "31.74", True)
        case "skip":
            after = await survey.skip(late, key)
        case "back":
            after = await survey.go_back(late)
        case "locate":
            after = await survey.answer_by_location(late, -6.17, 106.82)
        case _:
            after = await survey.send(late)
    assert after.notice is Notice.CLOSED
    assert await counted(store, "step") == kept


async def test_who_withdraws_after_the_close_is_still_forgotten(
    survey: InterviewService, store: Store
) -> None:
    await begun(survey)
    receipt = await survey.withdraw(on(at=CLOSES + timedelta(days=3)))
    assert receipt is not None
    assert await counted(store, "respondent") == 0


async def test_before_the_wave_opens_there_is_nothing_to_agree_to(survey: InterviewService) -> None:
    early = OPENS - timedelta(seconds=1)
    now = await survey.arrive(on(at=early), "id", "persepsi")
    assert now.wave is None
    assert (await survey.agree(on(at=early))).notice is StepRefusalReason.STALE


async def test_the_link_between_a_person_and_their_answers_ends_when_it_must(
    survey: InterviewService, store: Store
) -> None:
    await begun(survey)
    kept = timedelta(days=90)
    await delete_expired(store, CLOSES + kept, kept, 24)
    assert await counted(store, "contact") == 1
    await delete_expired(store, CLOSES + kept + timedelta(seconds=1), kept, 24)
    assert await counted(store, "contact") == 0
    assert await counted(store, "interview") == 1
    assert (await survey.read_snapshot(1, NOW)).contact is None


async def test_answers_end_when_they_must(survey: InterviewService, store: Store) -> None:
    await begun(survey)
    await delete_expired(store, CLOSES + timedelta(days=729), timedelta(days=9999), 24)
    assert await counted(store, "interview") == 1
    await delete_expired(store, CLOSES + timedelta(days=731), timedelta(days=9999), 24)
    for table in ("interview", "step", "answer"):
        assert await counted(store, table) == 0


async def test_marks_of_updates_are_cleared_after_two_days(
    survey: InterviewService, store: Store
) -> None:
    await begun(survey)
    marks = await counted(store, "cause")
    await RetentionService(store, PERIODS).delete_old_causes(NOW + timedelta(hours=48))
    assert await counted(store, "cause") == marks > 0
    await RetentionService(store, PERIODS).delete_old_causes(NOW + timedelta(hours=48, seconds=1))
    assert await counted(store, "cause") == 0


async def test_a_new_version_is_for_new_interviews_only(
    survey: InterviewService, store: Store
) -> None:
    old = await begun(survey, 1)
    changed = load_shipped_form("kerentanan")
    async with store.read() as connection:
        await store.keep(
            await waves.seed_wave(
                connection,
                Wave("persepsi", changed.digest, (Role.RESIDENT,), OPENS, CLOSES),
            )
        )
    new = await begun(survey, 2)
    again = await survey.read_snapshot(1, NOW)
    assert again.interview is not None
    assert new.interview is not None
    assert old.interview_row is not None
    assert (
        again.interview.questionnaire.digest
        == old.interview_row.digest
        == load_shipped_form("persepsi").digest
    )
    assert new.interview.questionnaire.digest == changed.digest


async def test_nobody_we_know_can_do_nothing(survey: InterviewService, store: Store) -> None:
    for act in (
        survey.agree(on()),
        survey.send(on()),
        survey.go_back(on()),
        survey.skip(on(), "/x"),
    ):
        assert (await act).contact is None
    assert await survey.withdraw(on()) is None
    assert await survey.count_answers(1) == {}
    for table in ("respondent", "interview", "refusal", "receipt"):
        assert await counted(store, table) == 0


async def test_two_first_messages_at_once_meet_one_person(
    survey: InterviewService, store: Store
) -> None:
    await asyncio.gather(*(survey.arrive(on(), "id", "persepsi") for _ in range(5)))
    assert await counted(store, "contact") == await counted(store, "respondent") == 1


async def test_a_code_for_one_is_used_by_one_even_when_two_come_at_once(
    survey: InterviewService,
) -> None:
    await asyncio.gather(*(survey.arrive(on(person), "id", "") for person in (1, 2)))
    found = await asyncio.gather(
        *(survey.accept_invitation(on(person), "AIR-2017") for person in (1, 2))
    )
    assert sorted(situation.notice for situation in found) == [Notice.CODE_USED_UP, Notice.JOINED]


async def test_a_night_between_two_taps_is_a_pause_and_no_answer(
    survey: InterviewService, store: Store
) -> None:
    """Twenty seconds, then a night of which five minutes count."""
    seen = await begun(survey)
    assert seen.interview is not None
    key = seen.interview.position
    await survey.answer(on(at=NOW + timedelta(seconds=20)), key, "kerja")
    await survey.go_back(on(at=NOW + timedelta(hours=8)))
    async with store.read() as connection:
        spent = (await connection.execute(text("SELECT spent FROM interview"))).scalar_one()
    assert timedelta(microseconds=spent) == timedelta(seconds=20, minutes=5)
