"""All that is kept of people and says where they are; read for many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, RowMapping, and_, bindparam, exists, select

from survey.interview.steps import Step, StepKind
from survey.people import Wave
from survey.store import contacts, waves
from survey.store.contacts import Contact
from survey.store.interviews import InterviewRow, read_interview_row
from survey.store.result_requests import ResultRequestStatus, read_status
from survey.store.schema import attachment, contact, interview, respondent, step, wish


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Who a person is, every wave there is, and by wave their interviews and wishes for results.

    By interview there are the sizes of its files in bytes, by name, and its steps where they were
    read. All of it is of one moment.
    """

    contact: Contact
    waves: tuple[Wave, ...]
    interview_rows: dict[str, InterviewRow] = field(default_factory=dict)
    request_statuses: dict[str, ResultRequestStatus] = field(default_factory=dict)
    file_sizes: dict[int, dict[str, int]] = field(default_factory=dict)
    steps: dict[int, list[Step]] = field(default_factory=dict)


#: A row for each interview of each person, or one without; with it their wish for its results.
PEOPLE_QUERY = (
    select(
        contact,
        respondent,
        interview,
        wish.c.wave_id.label("wished"),
        wish.c.claimed_at.label("claimed_at"),
        exists().where(attachment.c.interview_id == interview.c.id).label("has_files"),
    )
    .join(respondent, respondent.c.id == contact.c.respondent_id)
    .outerjoin(interview, interview.c.respondent_id == respondent.c.id)
    .outerjoin(
        wish,
        and_(
            wish.c.telegram_id == contact.c.telegram_id,
            wish.c.wave_id == interview.c.wave_id,
        ),
    )
    .where(contact.c.telegram_id.in_(bindparam("people", expanding=True)))
)
FILES_QUERY = select(attachment.c.interview_id, attachment.c.name, attachment.c.size).where(
    attachment.c.interview_id.in_(bindparam("interviews", expanding=True))
)
STEPS_QUERY = (
    select(step)
    .where(step.c.interview_id.in_(bindparam("interviews", expanding=True)))
    .order_by(step.c.interview_id, step.c.number)
)


def read_people(connection: Connection, people: Sequence[int]) -> dict[int, PersonRecord]:
    """How people stand, by Telegram id; whom we never met, or who withdrew, is not among them."""
    rows = connection.execute(PEOPLE_QUERY, {"people": people}).mappings().all()
    every = waves.read_waves(connection)
    files = read_file_sizes(connection, [row[interview.c.id] for row in rows if row["has_files"]])
    found: dict[int, PersonRecord] = {}
    for row in rows:
        telegram_id = row[contact.c.telegram_id]
        if telegram_id not in found:
            found[telegram_id] = PersonRecord(contacts.read_contact_row(row), every)
        if row[interview.c.id] is not None:
            add_interview_row(found[telegram_id], row, files)
    return found


def add_interview_row(
    known: PersonRecord, row: RowMapping, files: dict[int, dict[str, int]]
) -> None:
    """Add the interview in a row to the record of the person whose it is."""
    made = read_interview_row(row)
    known.interview_rows[made.wave_id] = made
    if row["wished"] is not None:
        known.request_statuses[made.wave_id] = read_status(row["claimed_at"])
    if made.id in files:
        known.file_sizes[made.id] = files[made.id]


def read_people_with_steps(
    connection: Connection, people: Sequence[int]
) -> dict[int, PersonRecord]:
    """How people stand, with all steps of all their interviews."""
    found = read_people(connection, people)
    rows = [row for known in found.values() for row in known.interview_rows.values()]
    steps = read_steps(connection, [row.id for row in rows])
    return {
        telegram_id: replace(
            known, steps={row.id: steps[row.id] for row in known.interview_rows.values()}
        )
        for telegram_id, known in found.items()
    }


def read_steps(connection: Connection, interviews: Iterable[int]) -> dict[int, list[Step]]:
    """All steps of some interviews in their order, by interview."""
    found: dict[int, list[Step]] = {number: [] for number in interviews}
    for row in connection.execute(STEPS_QUERY, {"interviews": list(found)}):
        found[row.interview_id].append(
            Step(row.number, StepKind(row.kind), row.key, row.value, row.at)
        )
    return found


def read_file_sizes(connection: Connection, interviews: Sequence[int]) -> dict[int, dict[str, int]]:
    """The sizes in bytes of the files of some interviews, by interview and name."""
    found: dict[int, dict[str, int]] = {}
    if interviews:
        for row in connection.execute(FILES_QUERY, {"interviews": interviews}):
            found.setdefault(row.interview_id, {})[row.name] = row.size
    return found
