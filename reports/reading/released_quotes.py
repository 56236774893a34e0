"""Quotes that the secretariat released, as of a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from survey.store.schema import interview, question, quote


@dataclass(frozen=True, slots=True)
class ReleasedQuote:
    """What may be quoted of an answer, as it was released; ``language`` is the interview's."""

    wave: str
    questionnaire: str
    path: str
    language: str
    text: str


def read_released_quotes(connection: Connection, as_of: datetime) -> Iterator[ReleasedQuote]:
    """In the order of the interviews' random numbers, which says nothing of anybody."""
    query = (
        select(
            interview.c.wave_id,
            question.c.questionnaire,
            question.c.path,
            interview.c.language,
            quote.c.text,
        )
        .join(interview, interview.c.id == quote.c.interview_id)
        .join(question, question.c.id == quote.c.question_id)
        .where(quote.c.text.is_not(None), quote.c.at < as_of)
        .order_by(quote.c.interview_id, quote.c.question_id, quote.c.occurrence)
    )
    for row in connection.execute(query):
        yield ReleasedQuote(*row)
