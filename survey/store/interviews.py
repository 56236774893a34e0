"""Interviews as they are kept: restored from their steps, with the answers that stand beside."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import (
    BigInteger,
    RowMapping,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.form import get_occurrence, strip_positions
from survey.interview.interview import Interview
from survey.interview.steps import Step, StepKind
from survey.people import Respondent, Wave
from survey.store import contacts, waves
from survey.store.contacts import Contact
from survey.store.schema import (
    MICROSECOND,
    Moment,
    answer,
    cause,
    contact,
    interview,
    respondent,
    step,
    wave,
)
from survey.store.waves import Codebook
from survey.store.writer import Statement

#: So many interviews are kept ready; any other is restored from its steps when it is needed.
READY_LIMIT = 400
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


class InterviewCache:
    """Restores interviews and keeps some of them ready.

    A ready one is used only if it has as many steps as the database says, so a stale one can do
    no harm.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._ready: OrderedDict[int, Interview] = OrderedDict()
        self._questionnaires: dict[str, Questionnaire] = {}

    async def load_questionnaire(self, connection: AsyncConnection, digest: str) -> Questionnaire:
        """A fielded version, compiled once."""
        if digest not in self._questionnaires:
            self._questionnaires[digest] = await waves.read_fielded_version(connection, digest)
        return self._questionnaires[digest]

    async def restore(self, connection: AsyncConnection, row: InterviewRow) -> Interview:
        """The interview with all its steps."""
        # Another process may have taken a step since; then the number of steps differs.
        ready = self._ready.get(row.id)
        if ready is not None and ready.step_count == row.step_count:
            self._ready.move_to_end(row.id)
            return ready
        form = await self.load_questionnaire(connection, row.digest)
        made = Interview(form, row.seed, await list_steps(connection, row.id), self._zone)
        self.hold(row.id, made)
        return made

    def hold(self, interview_id: int, made: Interview) -> None:
        """Keep an interview ready; the one not used for longest makes room."""
        self._ready[interview_id] = made
        while len(self._ready) > READY_LIMIT:
            self._ready.popitem(last=False)

    def drop(self, interview_id: int) -> None:
        """Forget what is ready of an interview."""
        self._ready.pop(interview_id, None)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What is kept of a person: who they are, every wave, and their interviews by wave."""

    contact: Contact
    waves: tuple[Wave, ...]
    interview_rows: dict[str, InterviewRow]


# Outer joins, so that a person is found also where there is no wave at all.
#: A row for every wave, since each statement is a way to the database and back.
PERSON_QUERY = (
    select(contact, respondent, wave, interview)
    .join(respondent, respondent.c.id == contact.c.respondent_id)
    .outerjoin(wave, true())
    .outerjoin(
        interview,
        (interview.c.respondent_id == respondent.c.id) & (interview.c.wave_id == wave.c.id),
    )
    .where(contact.c.telegram_id == bindparam("telegram_id"))
    .order_by(wave.c.opens_at, wave.c.id)
)


async def read_person(connection: AsyncConnection, telegram_id: int) -> PersonRecord | None:
    """How a person stands; None if we never met or they withdrew."""
    found = (await connection.execute(PERSON_QUERY, {"telegram_id": telegram_id})).mappings().all()
    if not found:
        return None
    every = tuple(waves.read_wave_row(row) for row in found if row[wave.c.id] is not None)
    rows = (read_interview_row(row) for row in found if row[interview.c.id] is not None)
    return PersonRecord(
        contacts.read_contact_row(found[0]), every, {row.wave_id: row for row in rows}
    )


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


async def list_steps(connection: AsyncConnection, interview_id: int) -> list[Step]:
    """All steps in their order."""
    query = select(step).where(step.c.interview_id == interview_id).order_by(step.c.number)
    return [
        Step(row.number, StepKind(row.kind), row.key, row.value, row.at)
        for row in await connection.execute(query)
    ]


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
    row_id: int, made: Interview, steps: list[Step], before: dict[str, str], codes: Codebook
) -> Iterator[Statement]:
    """Keep steps that ``made`` has already carried out, and what they did to the answers.

    ``before`` are the answers that stood.
    """
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
    yield from update_answers(row_id, made, before, at, codes)


def update_answers(
    row_id: int, made: Interview, before: dict[str, str], at: datetime, codes: Codebook
) -> Iterator[Statement]:
    """Bring the answers that stand from ``before`` to what they are now."""
    after = made.collect_answers()
    form = made.questionnaire
    for key in sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k)):
        question_id, repeat = codes.questions[form.id, strip_positions(key)], get_occurrence(key)
        # A changed answer is a row deleted and a row added, never an update: a quote hangs on the
        # row by its foreign key and must go with what was said.
        if key in before:
            yield (REMOVE_ANSWER, {"row": row_id, "question": question_id, "repeat": repeat})
        for number, value in enumerate(split_value(form, key, after.get(key, ""))):
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
