"""Who is in the figures of a report: the last release of each wave, taken anew when it is due.

A release is of one wave and of people of one role, since these are what reports tell apart. The
rule is that of ``reports.statistics.release``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from reports import question_names
from reports.reading.disposition import is_usable
from reports.reading.reported_waves import ReportedWave, read_waves
from reports.request import ReportRequest
from reports.statistics.release import (
    NOTHING_RELEASED,
    ReleaseCandidate,
    ReleasedInterview,
    ReleaseState,
    RowEntry,
    plan_release,
)
from survey.forms.answers.kind_definition import ChoiceMode
from survey.forms.model.questionnaire import Questionnaire
from survey.store.releases import (
    ReleaseRecord,
    keep_release,
    list_released_interviews,
    list_releases,
    open_to_release,
)
from survey.store.schema import answer, code, interview, question, respondent, wave

#: What is known of people without asking, by which reports tell them apart.
RECORDED_GROUPINGS = ("language", "source", "sector", "category")
#: A district lies within a city.
PARENT_GROUPINGS = {question_names.DISTRICT: question_names.CITY}
#: Choices that say nothing of who somebody is.
SILENT_CODES = (question_names.NOT_SAID, question_names.UNKNOWN)
WEEK_DAYS = 7


@dataclass(frozen=True)
class WavePopulation:
    """The people of one role in one wave, with their releases so far and what the last one says."""

    wave: ReportedWave
    role: str
    records: tuple[ReleaseRecord, ...]
    state: ReleaseState


@dataclass(frozen=True)
class ReleasedPeople:
    """Who is in the figures of a report, by the ids of their interviews.

    ``since``: interview -> when the release was made that it came with; None where none was kept
    yet. ``not_broken_down``: grouping -> who is in no row of it. ``at`` is the last release's
    moment; None before the first.
    """

    since: Mapping[int, datetime | None]
    not_broken_down: Mapping[str, frozenset[int]]
    at: datetime | None


def take_releases(order: ReportRequest) -> None:
    """Take each release that is due at the end of an order's period, and keep it.

    Where the database cannot be written to, such as a copy, reports do without.
    """
    try:
        with open_to_release(order.release_url or order.database_url) as connection:
            for population in read_populations(connection, order.end):
                take_release(connection, population, order)
    except OperationalError as fault:
        if "readonly" not in str(fault).lower():
            raise


def read_populations(connection: Connection, as_of: datetime) -> Iterator[WavePopulation]:
    """All that have answered by then, with their releases."""
    for one in read_waves(connection, as_of):
        roles = connection.scalars(
            select(respondent.c.role)
            .join(interview, interview.c.respondent_id == respondent.c.id)
            .where(interview.c.wave_id == one.id)
            .distinct()
        )
        for role in sorted(roles):
            records = tuple(list_releases(connection, one.id, role))
            rows = list_released_interviews(connection, one.id, role)
            yield WavePopulation(one, role, records, restore_state(records, rows))


def restore_state(
    records: tuple[ReleaseRecord, ...], rows: Iterable[Mapping[str, Any]]
) -> ReleaseState:
    """The last release as the rule knows it."""
    if not records:
        return NOTHING_RELEASED
    last, found = records[-1], defaultdict[bool, dict[int, ReleasedInterview]](dict)
    for row in rows:
        entries = {name: RowEntry(*entry) for name, entry in row["rows"].items()}
        found[row["away"]][row["interview_id"]] = ReleasedInterview(
            row["version"], row["batch"], entries, row["set_aside"]
        )
    return ReleaseState(
        last.number,
        found[False],
        last.size,
        found[True],
        frozenset((name, category) for name, category in last.closed_rows),
        frozenset(last.closed_groupings),
        {(name, category): (people, number) for name, category, people, number in last.sizes},
    )


def take_release(connection: Connection, population: WavePopulation, order: ReportRequest) -> None:
    """Take the next release of a population, if it is due and anything may change."""
    records, state = population.records, population.state
    # A release after the moment that is asked for has been taken: nothing goes back in time.
    if records and records[-1].at >= order.end:
        return
    candidates = list(list_candidates(connection, population.wave, population.role, order.end))
    present = {one.id: one.version for one in candidates}
    left = len(state.people) < state.size or any(
        present.get(id_) != entry.version for id_, entry in state.people.items()
    )
    if not (left or is_due(population, order)):
        return
    breaks_down = is_breakdown_due(population, order)
    found = plan_release(
        state, candidates, order.minimum_cell, breaks_down=breaks_down, parents=PARENT_GROUPINGS
    )
    if found is not state:
        keep_release(
            connection,
            ReleaseRecord(
                population.wave.id,
                population.role,
                found.number,
                order.end,
                breaks_down,
                found.size,
                [(*row, *shown) for row, shown in found.sizes.items()],
                sorted(found.closed_rows),
                sorted(found.closed_groupings),
            ),
            [
                *write_rows(found.people, population.role, away=False),
                *write_rows(found.away, population.role, away=True),
            ],
        )


def write_rows(
    people: Mapping[int, ReleasedInterview], role: str, *, away: bool
) -> Iterator[dict[str, Any]]:
    """Rows of ``released_interview``."""
    for id_, entry in people.items():
        yield {
            "interview_id": id_,
            "role": role,
            "version": entry.version,
            "batch": entry.batch,
            "rows": {name: (row.category, row.since) for name, row in entry.rows.items()},
            "set_aside": entry.set_aside,
            "away": away,
        }


def is_due(population: WavePopulation, order: ReportRequest) -> bool:
    """Whether totals may change: once in each of the settings' periods, and when a wave closes."""
    last = population.records[-1].at if population.records else None
    return last is None or is_next_period(last, population.wave, order, order.release_weeks)


def is_breakdown_due(population: WavePopulation, order: ReportRequest) -> bool:
    """Whether rows may change."""
    shown = [record.at for record in population.records if record.breaks_down]
    return not shown or is_next_period(shown[-1], population.wave, order, order.breakdown_weeks)


def is_next_period(last: datetime, of: ReportedWave, order: ReportRequest, weeks: int) -> bool:
    """Whether so many weeks have begun since, or the wave has closed."""
    before, now = (number_week(moment, order.timezone) for moment in (last, order.end))
    return now - before >= weeks or last < of.closes_at <= order.end


def number_week(moment: datetime, timezone: str) -> int:
    """The number of a moment's week; weeks begin on Mondays."""
    # The first day of the year 1, which has the number 1, was a Monday.
    return (moment.astimezone(ZoneInfo(timezone)).toordinal() - 1) // WEEK_DAYS


def list_candidates(
    connection: Connection, of: ReportedWave, role: str, as_of: datetime
) -> Iterator[ReleaseCandidate]:
    """The interviews of a wave that count, with what reports tell people apart by."""
    rows = connection.execute(
        select(
            interview.c.id,
            interview.c.steps,
            interview.c.language,
            respondent.c.source,
            respondent.c.sector,
            respondent.c.category,
        )
        .join(wave, wave.c.id == interview.c.wave_id)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .where(interview.c.wave_id == of.id, respondent.c.role == role)
        .where(interview.c.started_at < as_of, is_usable(as_of))
    ).all()
    said = read_said_groups(connection, of, as_of)
    asked = dict.fromkeys(list_grouping_names(of.questionnaire), "")
    for row in rows:
        recorded = {name: getattr(row, name) for name in RECORDED_GROUPINGS}
        yield ReleaseCandidate(row.id, row.steps, recorded | asked | said.get(row.id, {}))


def read_said_groups(
    connection: Connection, of: ReportedWave, as_of: datetime
) -> dict[int, dict[str, str]]:
    """Interview -> grouping -> category, as they said."""
    names = list_grouping_names(of.questionnaire)
    paths = {
        asked.path: name
        for name in names
        if (asked := question_names.find_named_question(of.questionnaire, name))
    }
    query = (
        select(answer.c.interview_id, question.c.path, code.c.value)
        .join(question, question.c.id == answer.c.question_id)
        .join(code, code.c.id == answer.c.code_id)
        .join(interview, interview.c.id == answer.c.interview_id)
        .where(interview.c.wave_id == of.id, answer.c.answered_at < as_of)
        .where(question.c.questionnaire == of.questionnaire.id, question.c.path.in_(list(paths)))
        .where(code.c.value.not_in(SILENT_CODES), answer.c.occurrence == "")
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for id_, path, value in connection.execute(query):
        found[id_][paths[path]] = value
    return found


def list_grouping_names(questionnaire: Questionnaire) -> list[str]:
    """The questions by which reports tell people apart."""
    found = [question_names.CITY, question_names.CITY_TIE, question_names.DISTRICT]
    for group in question_names.find_named_groups(
        questionnaire, question_names.BACKGROUND_QUESTIONS
    ):
        asked = question_names.list_asked_questions(group)
        found += [one.name for one in asked if one.kind.choices is ChoiceMode.ONE]
    return [
        name
        for name in found
        if question_names.find_named_question(questionnaire, name) is not None
    ]


def read_released(connection: Connection, as_of: datetime, minimum: int) -> ReleasedPeople:
    """Who is in the last release of each population by then.

    Of a population without any it is who would be in the first one.
    """
    since: dict[int, datetime | None] = {}
    apart: dict[str, set[int]] = defaultdict(set)
    moments = []
    for population in read_populations(connection, as_of):
        state, number, at = choose_release(connection, population, as_of, minimum)
        times = {record.number: record.at for record in population.records}
        for id_, entry in state.people.items():
            if entry.batch <= number:
                since[id_] = times.get(entry.batch)
        moments.append(at)
        names = {name for entry in state.people.values() for name in entry.rows}
        names |= {*list_grouping_names(population.wave.questionnaire), *RECORDED_GROUPINGS}
        for name in names:
            apart[name] |= {id_ for id_ in state.people if state.find_row(id_, name) is None}
    known = [moment for moment in moments if moment]
    return ReleasedPeople(
        since,
        {name: frozenset(people) for name, people in apart.items()},
        max(known, default=None),
    )


def choose_release(
    connection: Connection, population: WavePopulation, as_of: datetime, minimum: int
) -> tuple[ReleaseState, int, datetime | None]:
    """What is released of a population, up to which release, and when that was."""
    records, state = population.records, population.state
    earlier = [record for record in records if record.at <= as_of]
    if records:
        if not earlier:
            return NOTHING_RELEASED, 0, None
        wanted = earlier[-1]
        # Without those who left since an earlier release tells of them: then the last one holds.
        there = sum(entry.batch <= wanted.number for entry in state.people.values())
        chosen = wanted if there == wanted.size else records[-1]
        return state, chosen.number, chosen.at
    found = plan_release(
        NOTHING_RELEASED,
        list_candidates(connection, population.wave, population.role, as_of),
        minimum,
        breaks_down=True,
        parents=PARENT_GROUPINGS,
    )
    return found, found.number, None
