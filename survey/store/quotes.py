"""Answers in people's own words, and which of them may be quoted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.forms.model.questionnaire import Questionnaire
from survey.store.schema import EPOCH, MICROSECOND, Moment, answer, interview, question, quote
from survey.store.writer import Statement

#: A shorter text says nothing that the figures do not.
SHORTEST_QUOTE = 20


@dataclass(frozen=True, slots=True, order=True)
class AnswerPlace:
    """Where an answer stands; ``question`` is its integer code."""

    interview: int
    question: int
    occurrence: str


@dataclass(frozen=True, slots=True)
class QuotableAnswer:
    """An answer in somebody's own words, as it was given. ``digest`` is of its questionnaire.

    ``released_text`` is what of it was released, None if nothing was.
    """

    place: AnswerPlace
    path: str
    digest: str
    text: str
    answered_at: datetime
    released_text: str | None = None

    @property
    def version(self) -> str:
        """A short word that is another one once the answer was changed."""
        # It stands in callback data, of which Telegram takes 64 bytes at the most.
        return f"{(self.answered_at - EPOCH) // MICROSECOND:x}"


@dataclass(frozen=True, slots=True)
class QuoteCounts:
    """How many answers could be quoted, and on how many it was decided."""

    total: int
    released: int
    withheld: int

    @property
    def undecided(self) -> int:
        return self.total - self.released - self.withheld


#: The order in which answers are looked at: interviews have random numbers, so nobody comes first.
ANSWER_ORDER = (answer.c.interview_id, answer.c.question_id, answer.c.occurrence)
ANSWER_ROWS = answer.join(interview, interview.c.id == answer.c.interview_id).join(
    question, question.c.id == answer.c.question_id
)
ANSWER_QUOTE_ROWS = ANSWER_ROWS.outerjoin(
    quote,
    and_(
        quote.c.interview_id == answer.c.interview_id,
        quote.c.question_id == answer.c.question_id,
        quote.c.occurrence == answer.c.occurrence,
        quote.c.number == answer.c.number,
    ),
)
IS_UNDECIDED = quote.c.interview_id.is_(None)
IS_RELEASED = quote.c.text.is_not(None)


def is_quotable_question(names: Collection[str], path: str) -> bool:
    """Whether a question's answers may be quoted, by the name at the end of its path."""
    return path.rpartition("/")[2] in names


async def list_question_codes(connection: AsyncConnection, names: Collection[str]) -> list[int]:
    """The codes of the questions of these names."""
    rows = await connection.execute(select(question.c.id, question.c.path))
    return [row.id for row in rows if is_quotable_question(names, row.path)]


def match_quotable(codes: Collection[int]) -> ColumnElement[bool]:
    """Answers that may be looked at: sent, and of some length or decided already."""
    return and_(
        answer.c.question_id.in_(codes),
        answer.c.number == 0,
        interview.c.sent_at.is_not(None),
        (func.length(answer.c.value) >= SHORTEST_QUOTE) | ~IS_UNDECIDED,
    )


def select_answers() -> Select[Any]:
    """Answers with what was decided on them, as ``read_answer_row`` reads them."""
    return select(
        *ANSWER_ORDER,
        question.c.path,
        interview.c.digest,
        answer.c.value,
        answer.c.answered_at,
        quote.c.text,
    ).select_from(ANSWER_QUOTE_ROWS)


async def find_next_answer(
    connection: AsyncConnection,
    codes: Collection[int],
    which: ColumnElement[bool],
    after: AnswerPlace | None,
) -> QuotableAnswer | None:
    """The next answer of ``which``, ``IS_UNDECIDED`` or ``IS_RELEASED``; then the first."""
    query = select_answers().where(match_quotable(codes), which).order_by(*ANSWER_ORDER).limit(1)
    row = None
    if after is not None:
        behind = tuple_(*ANSWER_ORDER) > tuple_(*map(literal, list_place_values(after)))
        row = (await connection.execute(query.where(behind))).first()
    row = row or (await connection.execute(query)).first()
    return read_answer_row(row) if row else None


async def find_answer(
    connection: AsyncConnection, codes: Collection[int], place: AnswerPlace
) -> QuotableAnswer | None:
    """The answer that stands there; None if there is none, or none that could be quoted."""
    query = select_answers().where(
        match_quotable(codes),
        tuple_(*ANSWER_ORDER) == tuple_(*map(literal, list_place_values(place))),
    )
    row = (await connection.execute(query)).first()
    return read_answer_row(row) if row else None


def list_place_values(place: AnswerPlace) -> tuple[int, int, str]:
    """The values of a place in the order of ``ANSWER_ORDER``."""
    return place.interview, place.question, place.occurrence


def read_answer_row(row: Any) -> QuotableAnswer:
    """An answer from its row."""
    place = AnswerPlace(row.interview_id, row.question_id, row.occurrence)
    return QuotableAnswer(place, row.path, row.digest, row.value, row.answered_at, row.text)


async def count_decisions(connection: AsyncConnection, codes: Collection[int]) -> QuoteCounts:
    """How far the secretariat has got."""
    query = (
        select(func.count(), func.count(quote.c.text), func.count(quote.c.interview_id))
        .select_from(ANSWER_QUOTE_ROWS)
        .where(match_quotable(codes))
    )
    every, released, decided = (await connection.execute(query)).one()
    return QuoteCounts(every, released, decided - released)


def add_quote(one: QuotableAnswer, text: str | None, now: datetime) -> Statement:
    """Release ``text`` of an answer, or with None withhold it, if it is still the same answer."""
    values = (literal(text, quote.c.text.type), literal(now, Moment))
    # A changed answer is another row with another time; then this selects nothing, and nothing is
    # kept. The row is locked: one that is just being changed is waited for, as the new row has the
    # same key, and the quote would hang on that.
    same = (
        select(*ANSWER_ORDER, answer.c.number, *values)
        .where(
            tuple_(*ANSWER_ORDER) == tuple_(*map(literal, list_place_values(one.place))),
            answer.c.number == 0,
            answer.c.answered_at == one.answered_at,
        )
        .with_for_update(read=True)
    )
    return insert(quote).from_select(
        [*(c.name for c in ANSWER_ORDER), "number", "text", "at"], same
    )


def delete_quote(place: AnswerPlace) -> Statement:
    """Take a decision back."""
    return delete(quote).where(
        quote.c.interview_id == place.interview,
        quote.c.question_id == place.question,
        quote.c.occurrence == place.occurrence,
    )


def find_question_label(form: Questionnaire, path: str, language: str) -> str:
    """The wording of a question; its name where an older version did not have it."""
    found = form.by_path.get(path)
    return (
        found.label.get_plain_text(form.match_language(language))
        if found
        else path.rpartition("/")[2]
    )
