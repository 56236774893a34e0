"""How an interview ended, told in SQL: the same rule for the report and for the export.

After AAPOR's *Standard Definitions* (internet surveys): whoever answered fewer than half of the
questions broke off; whoever does not belong to those who are asked is not eligible, in no rate and
in no figure. Whoever has not sent the interview is given up after 48 idle hours or when the wave
closes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Case, ColumnElement, and_, case, or_, select

from reports import question_names
from survey.store.schema import answer, code, interview, question, wave

COMPLETE, PARTIAL, BREAK_OFF, IN_PROGRESS = "complete", "partial", "break-off", "in progress"
NOT_ELIGIBLE = "not eligible"
#: Of those who are asked; who is not eligible stands beside.
DISPOSITIONS = (COMPLETE, PARTIAL, IN_PROGRESS, BREAK_OFF)
#: Why an interview has its disposition: handed in; 48 hours without a step; the wave is over; does
#: not belong to those who are asked. Whether one that was given up is partial, its progress says.
SENT, IDLE, WAVE_CLOSED, NO_TIE = "sent", "idle", "wave closed", "no tie"
#: AAPOR leaves both borders to the researcher, to be fixed beforehand: when an interview is given
#: up, and from which share of the questions on it is partial.
IDLE_TIME = timedelta(hours=48)
PARTIAL_PROGRESS = 0.5


def build_disposition(as_of: datetime) -> Case[str]:
    """The disposition of ``interview`` joined with its ``wave``, as known at ``as_of``.

    An interview that went on after ``as_of`` was then in progress. Its progress is that of today,
    which makes no difference: only those without a later step are judged by it.
    """
    idle = interview.c.last_at < as_of - IDLE_TIME
    closed = and_(wave.c.closes_at <= as_of, interview.c.last_at < as_of)
    given_up = or_(idle, closed)
    return case(
        # First: who has no tie is asked nothing more and may well have sent the interview, which
        # would be complete by the next line.
        (is_screened_out(as_of), NOT_ELIGIBLE),
        (interview.c.sent_at < as_of, COMPLETE),
        (and_(given_up, interview.c.progress >= PARTIAL_PROGRESS), PARTIAL),
        (given_up, BREAK_OFF),
        else_=IN_PROGRESS,
    )


def build_disposition_reason(as_of: datetime) -> Case[str]:
    """Why ``interview`` has its disposition, in a word; '' while it is in progress."""
    return case(
        (is_screened_out(as_of), NO_TIE),
        (interview.c.sent_at < as_of, SENT),
        (interview.c.last_at < as_of - IDLE_TIME, IDLE),
        (and_(wave.c.closes_at <= as_of, interview.c.last_at < as_of), WAVE_CLOSED),
        else_="",
    )


def is_screened_out(as_of: datetime) -> ColumnElement[bool]:
    """Whether somebody said of themselves that they do not belong to those who are asked."""
    asked = select(question.c.id).where(question.c.path.like(f"%/{question_names.CITY_TIE}"))
    said = select(code.c.id).where(code.c.value == question_names.NO_CITY_TIE)
    # Not asked of each interview: the index of answers by question and code finds the few at once.
    theirs = select(answer.c.interview_id).where(
        answer.c.question_id.in_(asked),
        answer.c.code_id == said.scalar_subquery(),
        answer.c.answered_at < as_of,
    )
    return interview.c.id.in_(theirs)


def is_usable(as_of: datetime) -> ColumnElement[bool]:
    """Whether an interview's answers are counted: complete and partial ones are."""
    return build_disposition(as_of).in_([COMPLETE, PARTIAL])
