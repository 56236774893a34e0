"""What may be quoted, on a real store: it goes with its answer, and nothing acts twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import get_ident

import pytest
from sqlalchemy import text

from reports.city_file import load_redactor
from survey.people import Role, Wave
from survey.redaction.redaction_pack import RedactionPack
from survey.redaction.redactor import RedactedText, Redactor
from survey.services.interview_service import InterviewService
from survey.services.quote_service import QuoteDecision, QuoteService
from survey.services.snapshot import Request
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause
from survey.store.quotes import AnswerPlace
from tests.survey.expired_records import delete_expired
from tests.survey.form_helpers import CITY_FILE, compile_form

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPOKEN = compile_form(
    """
| survey | type | name | label::Indonesia (id) | label::English (en) |
| | text | perbaikan | Apa yang harus diperbaiki? | What should be fixed? |
| | text | rahasia | Sesuatu yang lain? | Something else? |

| settings | form_title | form_id | version | default_language | namespaces |
| | Uji | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""
)
FIRST, OTHER = (question.path for question in SPOKEN.questions[:2])
numbers = count(1)


def why() -> Cause:
    """A new cause each time."""
    return Cause(9, next(numbers))


def on(person: int, at: datetime = NOW) -> Request:
    return Request(person, at, why())


@pytest.fixture
async def store(empty_database: str) -> AsyncIterator[Store]:
    async with Store.open(empty_database) as opened:
        wave = Wave("uji", SPOKEN.digest, (Role.RESIDENT,), NOW - timedelta(1), NOW + timedelta(9))
        async with opened.read() as connection:
            await opened.keep(await waves.add_questionnaire(connection, SPOKEN, NOW))
            await opened.keep(await waves.seed_wave(connection, wave))
        yield opened


@pytest.fixture
def survey(store: Store) -> InterviewService:
    return InterviewService(store, UTC)


@pytest.fixture
def quotes(store: Store) -> QuoteService:
    return QuoteService(store, ("perbaikan",), load_redactor(CITY_FILE))


async def wrote(survey: InterviewService, person: int, words: str) -> None:
    await survey.arrive(on(person), "id", "uji")
    await survey.agree(on(person))
    await survey.answer(on(person), FIRST, words)
    await survey.answer(on(person), OTHER, "Ini tidak untuk dikutip oleh siapa pun")
    await survey.send(on(person))


async def change(survey: InterviewService, person: int, words: str) -> None:
    """Another answer, a minute after the first one was sent."""
    later = NOW + timedelta(minutes=1)
    await survey.go_to(on(person, later), FIRST)
    await survey.answer(on(person, later), FIRST, words)


async def waiting(quotes: QuoteService) -> tuple[AnswerPlace, str]:
    """Where the next answer stands, and its version."""
    case = await quotes.find_next("id", None)
    assert case.answer is not None
    return case.answer.place, case.answer.version


async def texts(store: Store) -> list[str | None]:
    async with store.read() as connection:
        return list((await connection.execute(text("SELECT text FROM quote"))).scalars())


async def test_what_is_kept_has_no_personal_data(
    survey: InterviewService, quotes: QuoteService, store: Store
) -> None:
    await wrote(survey, 1, "Hubungi Bu Siti di 0812 3456 7890 soal banjir")
    place, version = await waiting(quotes)
    assert await quotes.release(why(), place, version, NOW) is QuoteDecision.DONE
    assert await texts(store) == ["Hubungi Bu […] di […] soal banjir"]


class ThreadRecordingRedactor(Redactor):
    """Notes in which threads it is at work."""

    def __init__(self, packs: Iterable[RedactionPack] = ()) -> None:
        super().__init__(packs)
        self.threads: set[int] = set()

    def redact(self, text: str) -> RedactedText:
        self.threads.add(get_ident())
        return super().redact(text)


async def test_nobody_waits_while_a_text_is_looked_through(
    survey: InterviewService, store: Store
) -> None:
    redactor = ThreadRecordingRedactor()
    quotes = QuoteService(store, ("perbaikan",), redactor)
    await wrote(survey, 1, "a.b." * 1000)
    place, version = await waiting(quotes)
    await quotes.release(why(), place, version, NOW, "a.b." * 1000)
    assert redactor.threads
    assert get_ident() not in redactor.threads


async def test_a_part_sent_by_hand_is_redacted_and_marked_too(
    survey: InterviewService, quotes: QuoteService, store: Store
) -> None:
    await wrote(survey, 1, "Saluran air mampet, hubungi Bu Siti di 0812 3456 7890 segera")
    place, version = await waiting(quotes)
    part = "air mampet hubungi Bu Siti 0812 3456 7890"
    assert await quotes.release(why(), place, version, NOW, part) is QuoteDecision.DONE
    assert await texts(store) == ["[…] air mampet, hubungi Bu […]"]


async def test_a_withdrawal_a_change_and_an_old_wave_take_the_quote_along(
    survey: InterviewService, quotes: QuoteService, store: Store
) -> None:
    for person in (1, 2, 3):
        await wrote(survey, person, f"Saluran air di kampung ke-{person} selalu mampet")
        place, version = await waiting(quotes)
        await quotes.release(why(), place, version, NOW)
    assert len(await texts(store)) == 3
    await survey.withdraw(on(1))
    assert len(await texts(store)) == 2
    await change(survey, 2, "Taman di kampung kami kurang")
    assert len(await texts(store)) == 1
    await delete_expired(store, NOW + timedelta(days=900), timedelta(1), 24)
    assert await texts(store) == []


async def test_a_tap_that_comes_again_after_it_was_undone_does_nothing(
    survey: InterviewService, quotes: QuoteService, store: Store
) -> None:
    await wrote(survey, 1, "Saluran air di kampung kami mampet")
    place, version = await waiting(quotes)
    once = why()
    assert await quotes.release(once, place, version, NOW) is QuoteDecision.DONE
    await quotes.take_back(undo := why(), place, NOW)
    await quotes.release(once, place, version, NOW)
    assert await texts(store) == []
    assert await quotes.withhold(why(), place, version, NOW) is QuoteDecision.DONE
    await quotes.take_back(undo, place, NOW)
    assert await texts(store) == [None]


async def test_of_many_who_decide_at_once_one_does(
    survey: InterviewService, quotes: QuoteService, store: Store
) -> None:
    await wrote(survey, 1, "Saluran air di kampung kami mampet")
    place, version = await waiting(quotes)
    others = [QuoteService(store, ("perbaikan",), load_redactor(CITY_FILE)) for _ in range(3)]
    ruled = await asyncio.gather(
        *(each.release(why(), place, version, NOW) for each in others),
        *(each.withhold(why(), place, version, NOW) for each in others),
    )
    assert sorted(ruled) == [QuoteDecision.ALREADY] * 5 + [QuoteDecision.DONE]
    assert len(await texts(store)) == 1


async def test_an_answer_that_changed_since_it_was_shown_is_not_released(
    survey: InterviewService, quotes: QuoteService, store: Store
) -> None:
    await wrote(survey, 1, "Saluran air di kampung kami mampet")
    place, version = await waiting(quotes)
    await change(survey, 1, "Jangan sebut nama saya, nama saya Ani")
    assert await quotes.release(why(), place, version, NOW) is QuoteDecision.CHANGED
    assert await texts(store) == []


async def test_answers_to_other_questions_can_neither_be_seen_nor_released(
    survey: InterviewService, quotes: QuoteService, store: Store
) -> None:
    await wrote(survey, 1, "Saluran air di kampung kami mampet")
    everything = QuoteService(store, ("rahasia",), load_redactor(CITY_FILE))
    place, version = await waiting(everything)
    assert await quotes.release(why(), place, version, NOW) is QuoteDecision.CHANGED
    assert (await quotes.find_next("id", None)).counts.total == 1


async def test_progress_counts_what_was_decided(
    survey: InterviewService, quotes: QuoteService
) -> None:
    for person in range(1, 5):
        await wrote(survey, person, f"Saluran air di kampung ke-{person} selalu mampet")
    place, version = await waiting(quotes)
    await quotes.release(why(), place, version, NOW)
    place, version = await waiting(quotes)
    await quotes.withhold(why(), place, version, NOW)
    judged = (await quotes.find_next("id", None)).counts
    assert (judged.total, judged.released, judged.withheld, judged.undecided) == (4, 1, 1, 2)
