"""Releasing what people wrote, or not: an act for each thing the secretariat can do."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey.forms.model.questionnaire import Questionnaire
from survey.redaction.quote_excerpts import shorten_quote
from survey.redaction.redactor import RedactedText, Redactor
from survey.store import interviews, quotes, waves
from survey.store.database import Store
from survey.store.interviews import Cause
from survey.store.quotes import IS_RELEASED, IS_UNDECIDED, AnswerPlace, QuotableAnswer, QuoteCounts
from survey.store.writer import AlreadyCarriedOutError, CollisionError, Statement


class QuoteDecision(StrEnum):
    """What came of a decision."""

    DONE = "done"
    ALREADY = "decided already"
    CHANGED = "the answer changed"
    OTHER_WORDS = "other words"


@dataclass(frozen=True, slots=True)
class QuoteCase:
    """What lies before the secretariat: an answer or none, the question it answers, and how far
    they have got.

    ``redacted`` is the answer without personal data, ``possible_names`` what in it a person must
    look at.
    """

    counts: QuoteCounts
    answer: QuotableAnswer | None
    question: str = ""
    redacted: RedactedText | None = None
    possible_names: tuple[str, ...] = ()


class QuoteService:
    """What may be quoted of the answers to questions of these ``names``, on one store."""

    def __init__(self, store: Store, names: Collection[str], redactor: Redactor) -> None:
        self._store = store
        self._names = names
        self._redactor = redactor
        self._forms: dict[str, Questionnaire] = {}

    async def find_next(
        self, language: str, after: AnswerPlace | None, released: bool = False
    ) -> QuoteCase:
        """The answer to decide on after another one, or the one ``released`` after it."""
        async with self._store.read() as connection:
            codes = await quotes.list_question_codes(connection, self._names)
            which = IS_RELEASED if released else IS_UNDECIDED
            found = await quotes.find_next_answer(connection, codes, which, after)
        return await self._build_case(found, language)

    async def find_answer(self, language: str, place: AnswerPlace) -> QuoteCase:
        """One answer."""
        return await self._build_case(await self._read_answer(place), language)

    async def release(
        self, why: Cause, place: AnswerPlace, version: str, now: datetime, part: str | None = None
    ) -> QuoteDecision:
        """Let an answer be quoted, without what could tell who is meant; of it only ``part``."""
        found = await self._read_answer(place)
        if found is None or found.version != version:
            return QuoteDecision.CHANGED
        chosen = await asyncio.to_thread(self._choose_words, found.text, part)
        if chosen is None:
            return QuoteDecision.OTHER_WORDS
        return await self._keep_decision(why, found, chosen, now)

    async def withhold(
        self, why: Cause, place: AnswerPlace, version: str, now: datetime
    ) -> QuoteDecision:
        """Let an answer not be quoted."""
        found = await self._read_answer(place)
        if found is None or found.version != version:
            return QuoteDecision.CHANGED
        return await self._keep_decision(why, found, None, now)

    async def take_back(self, why: Cause, place: AnswerPlace, now: datetime) -> None:
        """Undo a decision: the answer is asked about again, and quoted no longer."""
        await self._keep(why, quotes.delete_quote(place), now)

    def _choose_words(self, text: str, part: str | None) -> str | None:
        """What may be quoted of a text; None if ``part`` has words of its own."""
        redact = self._redactor.redact
        left = redact(text).text
        # ``part`` is compared with a redacted text, so what was taken out of that must be taken out
        # of it.
        chosen = left if part is None else shorten_quote(left, redact(part).text)
        return None if chosen is None else redact(chosen).text

    def _redact_for_review(self, text: str) -> tuple[RedactedText, tuple[str, ...]]:
        """A text without personal data, and what in it may still be a name."""
        redacted = self._redactor.redact(text)
        return redacted, tuple(self._redactor.find_possible_names(redacted.text))

    async def _keep_decision(
        self, why: Cause, one: QuotableAnswer, text: str | None, now: datetime
    ) -> QuoteDecision:
        if not await self._keep(why, quotes.add_quote(one, text, now), now):
            return QuoteDecision.ALREADY
        # If the answer was changed just before, ``add_quote`` has kept nothing and collided with
        # nothing; only looking again tells.
        after = await self._read_answer(one.place)
        same = after is not None and after.answered_at == one.answered_at
        return QuoteDecision.DONE if same else QuoteDecision.CHANGED

    async def _keep(self, why: Cause, statement: Statement, now: datetime) -> bool:
        """Whether it could be kept; what an update brings again was kept the first time."""
        try:
            await self._store.keep([interviews.add_cause(why, now), statement])
        except AlreadyCarriedOutError:
            return True
        except CollisionError:
            return False
        return True

    async def _read_answer(self, place: AnswerPlace) -> QuotableAnswer | None:
        async with self._store.read() as connection:
            codes = await quotes.list_question_codes(connection, self._names)
            return await quotes.find_answer(connection, codes, place)

    async def _build_case(self, found: QuotableAnswer | None, language: str) -> QuoteCase:
        async with self._store.read() as connection:
            codes = await quotes.list_question_codes(connection, self._names)
            judged = await quotes.count_decisions(connection, codes)
            if found is None:
                return QuoteCase(judged, None)
            if found.digest not in self._forms:
                self._forms[found.digest] = await waves.read_fielded_version(
                    connection, found.digest
                )
        label = quotes.find_question_label(self._forms[found.digest], found.path, language)
        # In a thread of its own: nobody who answers meanwhile waits for a long text.
        redacted, names = await asyncio.to_thread(self._redact_for_review, found.text)
        return QuoteCase(judged, found, label, redacted, names)
