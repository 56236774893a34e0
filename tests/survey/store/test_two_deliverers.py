"""Two processes bring reports, results and quotes from one PostgreSQL: each comes once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from survey.people import Role, Wave
from survey.services.administration import Administration
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store import contacts, deliveries, interviews, quotes, report_chats, result_requests
from survey.store.database import Store
from survey.store.deliveries import ClaimLostError, ClaimRefusal, Delivery
from survey.store.interviews import Cause
from survey.store.result_requests import ResultRequest
from survey.store.schema import answer, chat, delivery, quote, summary, wave
from survey.store.summaries import (
    Summary,
    SummaryDecision,
    decide_summaries,
    find_decision,
    replace_summaries,
)
from survey.store.write_locks import WriteLock
from survey.store.writer import CollisionError, Statement
from tests.postgres_server import open_database
from tests.survey.form_helpers import SETTINGS, compile_form
from tests.survey.store.racing_stores import count_rows, open_pair, race, wait_until_blocked

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
DUE = Delivery("weekly", "2026-11-13/2026-11-20", 5, "id", NOW, schedule="monday")
FORM = compile_form(f"""
| survey | type | name | label |
| | text | perbaikan | Apa? |
{SETTINGS}""")
WAVE = Wave("uji", FORM.digest, (Role.RESIDENT,), NOW - timedelta(9), NOW - timedelta(1))


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Store, Store]]:
    async with open_database() as url, open_pair(url) as both:
        await Administration(both[0]).seed_wave(WAVE, FORM, NOW)
        yield both


async def claim(store: Store, wanted: Delivery = DUE, at: datetime = NOW) -> Delivery:
    found = await deliveries.claim_delivery(store, wanted, at)
    assert isinstance(found, Delivery)
    return found


# Reports


async def test_of_many_who_claim_a_delivery_at_once_one_has_it(pair: tuple[Store, Store]) -> None:
    found = await asyncio.gather(
        *(deliveries.claim_delivery(store, DUE, NOW) for store in pair for _ in range(4))
    )
    assert sum(isinstance(one, Delivery) for one in found) == 1
    assert {one for one in found if not isinstance(one, Delivery)} == {ClaimRefusal.BUSY}


async def test_an_hour_is_served_once_also_under_another_period(pair: tuple[Store, Store]) -> None:
    """Two processes that were started with different settings begin its period elsewhere."""
    row = {"report": "weekly", "scope": "", "period": "monday/x", "chat_id": 5, "asked": 0}
    claimed = row | {"schedule": "monday", "language": "id", "due_at": NOW, "claimed_at": NOW}
    served: list[Statement] = [
        WriteLock.DELIVERIES,
        insert(delivery).values(claimed | {"notices": {}, "failures": 0}),
    ]
    found = await race(pair[0], served, deliveries.claim_delivery(pair[1], DUE, NOW))
    assert found is ClaimRefusal.DONE
    assert await count_rows(pair[0], delivery) == 1


async def test_what_has_just_arrived_is_not_claimed_again(pair: tuple[Store, Store]) -> None:
    one, other = pair
    taken = await claim(one)
    arrived = update(delivery).where(*deliveries.match_claim(taken)).values(delivered_at=LATER)
    found = await race(one, [arrived], deliveries.claim_delivery(other, DUE, LATER))
    assert found is ClaimRefusal.DONE


async def test_who_lost_the_claim_cannot_finish(pair: tuple[Store, Store]) -> None:
    one, other = pair
    taken = await claim(one)
    again = update(delivery).where(*deliveries.match_delivery(DUE)).values(claimed_at=LATER)
    found = await race(other, [again], deliveries.finish_delivery(one, taken, LATER))
    assert isinstance(found, ClaimLostError)


async def test_a_chat_that_moves_while_a_report_arrives_has_it_once(
    pair: tuple[Store, Store],
) -> None:
    one, other = pair
    await one.keep([insert(chat).values(id=5, role=Role.SECRETARIAT, language="id", since=NOW)])
    taken = await claim(one)
    arrived = update(delivery).where(*deliveries.match_claim(taken)).values(delivered_at=NOW)
    assert await race(one, [arrived], report_chats.renumber_chat(other, 5, 6)) is None
    async with one.read() as connection:
        rows = (await connection.execute(select(delivery))).all()
    assert [(row.chat_id, row.delivered_at) for row in rows] == [(6, NOW)]


async def test_refusals_of_a_chat_are_added_up(pair: tuple[Store, Store]) -> None:
    await pair[0].keep([insert(chat).values(id=5, role=Role.SECRETARIAT, language="id", since=NOW)])
    await asyncio.gather(
        *(report_chats.count_chat_refusal(store, 5) for store in pair for _ in range(5))
    )
    async with pair[0].read() as connection:
        assert (await report_chats.read_report_chats(connection))[5].refusals == 10


# Results for those who answered


async def test_somebody_is_told_by_one_process(pair: tuple[Store, Store]) -> None:
    await pair[0].keep(contacts.add_person(1, "p1", "id", "", NOW))
    await pair[0].keep([result_requests.add_result_request(1, "uji", NOW)])
    told = ResultRequest(1, "uji", "id", None)
    found = await asyncio.gather(
        *(
            result_requests.claim_result_request(store, told, NOW)
            for store in pair
            for _ in range(4)
        )
    )
    assert sorted(found) == [False] * 7 + [True]


async def test_a_wish_that_is_taken_back_is_not_claimed(pair: tuple[Store, Store]) -> None:
    await pair[0].keep(contacts.add_person(1, "p1", "id", "", NOW))
    await pair[0].keep([result_requests.add_result_request(1, "uji", NOW)])
    gone = [result_requests.delete_result_request(1, "uji")]
    told = ResultRequest(1, "uji", "id", None)
    assert not await race(pair[0], gone, result_requests.claim_result_request(pair[1], told, NOW))


async def test_of_a_yes_and_a_no_at_once_one_counts(pair: tuple[Store, Store]) -> None:
    made = [Summary(language, "…", b"") for language in ("id", "en", "jv")]
    for number in range(10):
        at = NOW + timedelta(minutes=number)
        await pair[0].keep([update(wave).values(closes_at=at)])
        await pair[0].keep(replace_summaries("uji", made, at))
        ruled = SummaryDecision("uji", at, None)
        yes, no = await asyncio.gather(
            decide_summaries(pair[0], ruled, True), decide_summaries(pair[1], ruled, False)
        )
        async with pair[0].read() as connection:
            found = await find_decision(connection, "uji")
            kept = set(await connection.scalars(select(summary.c.released)))
        assert found is not None
        # A yes after a no takes its place; a no after a yes is too late.
        assert (yes, no) in ((True, False), (True, True))
        assert kept == {True}


async def test_summaries_made_twice_at_once_are_kept_once(pair: tuple[Store, Store]) -> None:
    def make(words: str) -> list[Statement]:
        return replace_summaries("uji", [Summary("id", words, b"")], NOW)

    found = await race(pair[0], make("one"), pair[1].keep(make("two")))
    assert isinstance(found, CollisionError)


# Quotes


async def test_what_is_released_is_what_was_read(pair: tuple[Store, Store]) -> None:
    """An answer that is changed while it is released has the same place and other words."""
    open_wave = replace(WAVE, id="baru", closes_at=NOW + timedelta(9))
    await Administration(pair[0]).seed_wave(open_wave, FORM, NOW)
    survey = InterviewService(pair[0], UTC)
    await survey.arrive(Request(1, NOW, Cause(1, 1)), "id", "baru")
    await survey.agree(Request(1, NOW, Cause(1, 2)))
    words = "Jalan di depan rumah saya harus diperbaiki"
    await survey.answer(Request(1, NOW, Cause(1, 3)), "/data/perbaikan", words)
    await survey.send(Request(1, NOW, Cause(1, 4)))
    async with pair[0].read() as connection:
        codes = await quotes.list_question_codes(connection, ["perbaikan"])
        found = await quotes.find_next_answer(connection, codes, quotes.IS_UNDECIDED, None)
        row = (await connection.execute(select(answer))).mappings().first()
    assert found is not None
    assert row is not None
    changed: list[Statement] = [
        (
            interviews.REMOVE_ANSWER,
            {"row": row["interview_id"], "question": row["question_id"], "repeat": ""},
        ),
        (interviews.ADD_ANSWER, dict(row) | {"value": "Jangan dikutip", "answered_at": LATER}),
    ]
    releasing = pair[1].keep([quotes.add_quote(found, words, LATER)])
    assert await race(pair[0], changed, releasing) is None, "it waited, and then chose nothing"
    assert await count_rows(pair[0], quote) == 0


# Whoever is in the way


async def test_a_write_that_the_server_gives_up_for_another_is_repeated(
    pair: tuple[Store, Store],
) -> None:
    """Two that hold what the other one wants: PostgreSQL ends the one that waits longer."""
    rows = [
        insert(chat).values(id=number, role=Role.SECRETARIAT, language="id", since=NOW)
        for number in (1, 2)
    ]
    await pair[0].keep(rows)
    more = [
        update(chat).where(chat.c.id == number).values(refusals=chat.c.refusals + 1)
        for number in (1, 2)
    ]
    async with pair[0].begin() as connection:
        await connection.execute(more[0])
        task = asyncio.create_task(pair[1].keep(more[::-1]))
        await wait_until_blocked(pair[0], task)
        await connection.execute(more[1])
    await task
    async with pair[0].read() as connection:
        assert list(await connection.scalars(select(chat.c.refusals))) == [2, 2]
