"""Interviews as they are kept: restored from their steps, with the answers that stand beside."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from sys import getsizeof

from sqlalchemy import (
    BigInteger,
    RowMapping,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.form import get_occurrence, strip_positions
from survey.interview.interview import Interview
from survey.interview.state import AnswerChange
from survey.interview.steps import Step
from survey.people import Respondent, Wave
from survey.store.schema import (
    MICROSECOND,
    Moment,
    answer,
    cause,
    interview,
    step,
)
from survey.store.waves import Codebook
from survey.store.writer import Statement

#: So many megabytes of interviews are kept ready; others are restored from their steps.
CACHE_MB = 256
#: What is estimated that an interview takes, in bytes: by itself, for each node of its form and for
#: each step; and on top of it what was written.
INTERVIEW_SIZE, NODE_SIZE, STEP_SIZE = 2_000, 650, 600
#: By so much an interview's steps have grown when it is estimated anew. Estimating looks at the
#: whole form; at each answer that would make large forms slow.
ESTIMATED_GROWTH = 1.25
#: More than this between two steps was not spent on the question: people put the phone away.
LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is kept: the update ``key`` of the bot ``source``. One acts only once."""

    source: int
    key: int


@dataclass(frozen=True, slots=True)
class InterviewRow:
    """An interview's own row."""

    id: int
    wave_id: str
    digest: str
    seed: int
    step_count: int
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadyInterview:
    """An interview in memory, and the bytes that it was estimated to take after so many steps."""

    made: Interview
    size: int
    step_count: int

    @property
    def has_grown(self) -> bool:
        """Whether it has taken so many steps since that it has to be estimated anew."""
        return self.made.step_count > self.step_count * ESTIMATED_GROWTH


class InterviewCache:
    """Restores interviews and keeps some of them ready, within so many megabytes.

    A ready one is used only if it has as many steps as the database says, so a stale one can do
    no harm.
    """

    def __init__(self, zone: tzinfo, cache_mb: float = CACHE_MB) -> None:
        self._zone = zone
        self._largest = cache_mb * 1e6
        #: The one just used comes last.
        self._ready: OrderedDict[int, ReadyInterview] = OrderedDict()
        #: What all of them take, in bytes.
        self.size = 0

    def __len__(self) -> int:
        return len(self._ready)

    def restore(
        self, row: InterviewRow, form: Questionnaire, steps: list[Step] | None
    ) -> Interview | None:
        """The interview with all its steps; None if it is not ready and they were not read."""
        ready = self._ready.get(row.id)
        made = ready.made if ready else None
        # Another process may have taken a step since; then the number of steps differs.
        if made is None or made.step_count != row.step_count:
            if steps is None:
                return None
            made = Interview(form, row.seed, steps, self._zone)
        self.hold(row.id, made)
        return made

    def hold(self, interview_id: int, made: Interview) -> None:
        """Keep an interview ready; those not used for longest make room."""
        ready = self.drop(interview_id)
        if ready is None or ready.made is not made or ready.has_grown:
            ready = ReadyInterview(made, estimate_size(made), made.step_count)
        self._ready[interview_id] = ready
        self.size += ready.size
        while self.size > self._largest:
            self.drop(next(iter(self._ready)))

    def drop(self, interview_id: int) -> ReadyInterview | None:
        """Forget what is ready of an interview; gives it back."""
        ready = self._ready.pop(interview_id, None)
        if ready is not None:
            self.size -= ready.size
        return ready


def estimate_size(made: Interview) -> int:
    """About how many bytes of memory an interview takes, its questionnaire not counted."""
    nodes = made.form.nodes
    written = sum(getsizeof(node.value) for node in nodes.values())
    return INTERVIEW_SIZE + NODE_SIZE * len(nodes) + STEP_SIZE * made.step_count + written


def read_interview_row(found: RowMapping) -> InterviewRow:
    """An interview's own row in one that has all its columns."""
    return InterviewRow(
        found[interview.c.id],
        found[interview.c.wave_id],
        found[interview.c.digest],
        found[interview.c.seed],
        found[interview.c.steps],
        found[interview.c.sent_at],
    )


async def count_answers_by_wave(connection: AsyncConnection, who: Respondent) -> dict[str, int]:
    """How many answers of a person are kept, by wave: what a withdrawal deletes."""
    query = (
        select(interview.c.wave_id, func.count(answer.c.question_id))
        # Several choices are rows 0, 1, 2 … of one answer, which counts once.
        .outerjoin(answer, (answer.c.interview_id == interview.c.id) & (answer.c.number == 0))
        .where(interview.c.respondent_id == who.id)
        .group_by(interview.c.wave_id)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


def add_interview(
    row_id: int, wave: Wave, who: Respondent, made: Interview, seed: int, at: datetime
) -> Statement:
    """The row of a new interview; its steps follow with ``record_steps``."""
    row = {
        "id": row_id,
        "wave_id": wave.id,
        "respondent_id": who.id,
        "digest": made.questionnaire.digest,
        "seed": seed,
        "language": who.language,
        "started_at": at,
        "last_at": at,
        "steps": 0,
        "progress": 0.0,
        "position": "",
    }
    return (ADD_INTERVIEW, row)


# Statements that are made once: the writer sends those of several people in one call, which it can
# do only for the very same object.
ADD_INTERVIEW = insert(interview)
ADD_STEP = insert(step)
ADD_ANSWER = insert(answer)
ADD_CAUSE = insert(cause)
# SQLAlchemy would take the difference of two times for a time again and convert it; it is a span in
# whole microseconds.
STEP_GAP = type_coerce(bindparam("at", type_=Moment) - interview.c.last_at, BigInteger)
# The other columns are set too: SQLAlchemy adds those that the parameters of ``record_steps`` name.
# So the parameters of our own, ``row`` and ``at``, must not be called like a column. What stands on
# the right is the row before the update: ``last_at`` is that of the step before.
UPDATE_INTERVIEW = (
    update(interview)
    .where(interview.c.id == bindparam("row"))
    .values(
        spent=case(
            (interview.c.sent_at.is_not(None), interview.c.spent),
            (
                STEP_GAP > LONGEST_PAUSE // MICROSECOND,
                interview.c.spent + LONGEST_PAUSE // MICROSECOND,
            ),
            else_=interview.c.spent + STEP_GAP,
        )
    )
)
REMOVE_ANSWER = delete(answer).where(
    answer.c.interview_id == bindparam("row"),
    answer.c.question_id == bindparam("question"),
    answer.c.occurrence == bindparam("repeat"),
)


def record_steps(
    row_id: int,
    made: Interview,
    steps: list[Step],
    changed: Mapping[str, AnswerChange],
    codes: Codebook,
) -> Iterator[Statement]:
    """Keep steps that ``made`` has already carried out, and the answers that they changed."""
    for taken in steps:
        yield (
            ADD_STEP,
            {
                "interview_id": row_id,
                "number": taken.number,
                "kind": taken.kind,
                "key": taken.key,
                "value": taken.value,
                "at": taken.at,
            },
        )
    at = steps[-1].at
    yield (
        UPDATE_INTERVIEW,
        {
            "row": row_id,
            "at": at,
            "steps": made.step_count,
            "last_at": at,
            "sent_at": made.sent_at,
            "progress": made.progress,
            "position": made.position,
        },
    )
    yield from update_answers(row_id, made.questionnaire, changed, at, codes)


def update_answers(
    row_id: int,
    form: Questionnaire,
    changed: Mapping[str, AnswerChange],
    at: datetime,
    codes: Codebook,
) -> Iterator[Statement]:
    """Bring the answers that stand to what they are now."""
    for key, (before, after) in sorted(changed.items()):
        question_id, repeat = codes.questions[form.id, strip_positions(key)], get_occurrence(key)
        # A changed answer is a row deleted and a row added, never an update: a quote hangs on the
        # row by its foreign key and must go with what was said.
        if before:
            yield (REMOVE_ANSWER, {"row": row_id, "question": question_id, "repeat": repeat})
        for number, value in enumerate(split_value(form, key, after)):
            code_id = codes.values.get(value) if has_code(form, key) else None
            yield (
                ADD_ANSWER,
                {
                    "interview_id": row_id,
                    "question_id": question_id,
                    "occurrence": repeat,
                    "number": number,
                    "code_id": code_id,
                    "value": value if code_id is None else None,
                    "answered_at": at,
                },
            )


def has_code(form: Questionnaire, key: str) -> bool:
    """Whether a value is one of a list's."""
    question = form.by_path.get(strip_positions(key))
    return question is not None and question.itemset is not None


def split_value(form: Questionnaire, key: str, value: str) -> list[str]:
    """A value as rows: several choices stand one by one."""
    question = form.by_path.get(strip_positions(key))
    if question is not None and question.kind.takes_several:
        return value.split()
    return [value] if value else []


def add_cause(why: Cause, at: datetime) -> Statement:
    """The mark that an update was carried out."""
    return (ADD_CAUSE, {"source": why.source, "key": why.key, "at": at})


def delete_causes(before: datetime) -> Statement:
    """Marks this old are no longer needed: Telegram repeats nothing after a day."""
    return delete(cause).where(cause.c.at < before)
