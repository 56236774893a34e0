"""Releasing what people wrote, or not: an act for each thing the secretariat can do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey.forms.model.questionnaire import Questionnaire
from survey.redaction import excerpt, redacted
from survey.store import interviews, quotes, report_chats, waves
from survey.store.database import Store
from survey.store.interviews import Cause
from survey.store.quotes import OPEN, RELEASED, Judged, Place, Written
from survey.store.writer import CollisionError, Statement


class Ruled(StrEnum):
    """What came of a decision."""

    DONE = "done"
    ALREADY = "decided already"
    CHANGED = "the answer changed"
    OTHER_WORDS = "other words"


@dataclass(frozen=True, slots=True)
class Case:
    """What lies before the secretariat: an answer or none, the question it answers, and how far
    they have got.
    """

    judged: Judged
    answer: Written | None
    question: str = ""


class Quotes:
    """What may be quoted of the answers to questions of these ``names``, on one store."""

    def __init__(self, store: Store, names: Collection[str]) -> None:
        self._store = store
        self._names = names
        self._forms: dict[str, Questionnaire] = {}

    async def language(self, chat_id: int) -> str | None:
        """The (first) language of a chat of the secretariat; None for any other chat."""
        async with self._store.read() as connection:
            office = (await report_chats.secretariat(connection)).get(chat_id)
        return office.language.partition("+")[0] if office else None

    async def next(self, language: str, after: Place | None, released: bool = False) -> Case:
        """The answer to decide on after another one, or the one ``released`` after it."""
        async with self._store.read() as connection:
            codes = await quotes.questions(connection, self._names)
            which = RELEASED if released else OPEN
            found = await quotes.following(connection, codes, which, after)
        return await self._case(found, language)

    async def at(self, language: str, place: Place) -> Case:
        """One answer."""
        return await self._case(await self._at(place), language)

    async def release(
        self, why: Cause, place: Place, version: str, now: datetime, part: str | None = None
    ) -> Ruled:
        """Let an answer be quoted, without what could tell who is meant; of it only ``part``."""
        found = await self._at(place)
        if found is None or found.version != version:
            return Ruled.CHANGED
        text = redacted(found.text).text
        chosen = text if part is None else excerpt(text, redacted(part).text)
        if chosen is None:
            return Ruled.OTHER_WORDS
        return await self._decide(why, found, redacted(chosen).text, now)

    async def withhold(self, why: Cause, place: Place, version: str, now: datetime) -> Ruled:
        """Let an answer not be quoted."""
        found = await self._at(place)
        if found is None or found.version != version:
            return Ruled.CHANGED
        return await self._decide(why, found, None, now)

    async def take_back(self, why: Cause, place: Place, now: datetime) -> None:
        """Undo a decision: the answer is asked about again, and quoted no longer."""
        await self._keep(why, quotes.undecide(place), now)

    async def _decide(self, why: Cause, one: Written, text: str | None, now: datetime) -> Ruled:
        if not await self._keep(why, quotes.decide(one, text, now), now):
            return Ruled.ALREADY
        after = await self._at(one.place)
        same = after is not None and after.answered_at == one.answered_at
        return Ruled.DONE if same else Ruled.CHANGED

    async def _keep(self, why: Cause, statement: Statement, now: datetime) -> bool:
        """Whether it could be kept; what an update brings again was kept the first time."""
        try:
            await self._store.keep([interviews.caused_by(why, now), statement])
        except CollisionError as collision:
            return collision.at == 0
        return True

    async def _at(self, place: Place) -> Written | None:
        async with self._store.read() as connection:
            codes = await quotes.questions(connection, self._names)
            return await quotes.at(connection, codes, place)

    async def _case(self, found: Written | None, language: str) -> Case:
        async with self._store.read() as connection:
            codes = await quotes.questions(connection, self._names)
            judged = await quotes.judged(connection, codes)
            if found is None:
                return Case(judged, None)
            if found.digest not in self._forms:
                self._forms[found.digest] = await waves.fielded(connection, found.digest)
        label = quotes.label(self._forms[found.digest], found.path, language)
        return Case(judged, found, label)
