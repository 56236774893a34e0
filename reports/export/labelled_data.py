"""Each questionnaire's data with all that is known of them: SPSS files, the codebook beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from reports.export.ddi import Described, Fielding, Study, write_ddi
from reports.export.layout_files import table_names
from reports.export.sav import write_sav
from reports.export.submissions import Fielded, ids
from reports.export.variables import Columns
from reports.export.wide_data import Wide
from survey.store.schema import questionnaire, wave


@dataclass(frozen=True)
class Survey:
    """One questionnaire that was fielded, and its answers as they are gathered."""

    wide: Wide
    waves: tuple[Fielding, ...]
    languages: tuple[str, ...]


def fielded(connection: Connection, study: Study, zone: ZoneInfo, now: datetime) -> list[Survey]:
    """All questionnaires that were ever fielded."""
    found = []
    for questionnaire_id in ids(connection):
        form = Fielded(connection, questionnaire_id)
        query = (
            select(wave)
            .join(questionnaire, questionnaire.c.digest == wave.c.digest)
            .where(questionnaire.c.id == questionnaire_id)
            .order_by(wave.c.opens_at, wave.c.id)
        )
        rows = connection.execute(query).all()
        languages = spoken(form, rows, study.language)
        columns = Columns(form.forms, languages, zone.key)
        waves = tuple(
            Fielding(
                row.id,
                row.opens_at.astimezone(zone),
                row.closes_at.astimezone(zone),
                tuple(row.audience),
            )
            for row in rows
        )
        found.append(Survey(Wide(connection, form, columns, zone, now), waves, languages))
    return found


def spoken(form: Fielded, waves: Sequence[Row[tuple[object, ...]]], first: str) -> tuple[str, ...]:
    """The languages of its waves that the questionnaire has, the wanted one before the others."""
    every = dict.fromkeys(code for row in waves for code in row.languages)
    named: dict[str, str] = {}
    for code in every or [first]:
        named.setdefault(form.forms[0].language(code), code)
    return tuple(sorted(named.values(), key=lambda code: code != first))


def hand_over(
    directory: Path,
    study: Study,
    surveys: Sequence[Survey],
    now: datetime,
    done: Callable[[int], None],
) -> Iterator[Path]:
    """Write each questionnaire's files; ``done`` hears of how many interviews."""
    names = table_names([survey.wide.form for survey in surveys])
    for survey, named in zip(surveys, names, strict=True):
        title = survey.wide.form.forms[0].called(study.language)
        files = []
        for sheet in survey.wide.sheets():
            path = directory / f"{named[sheet.path]}.sav"
            yield write_sav(path, sheet, title, study.language)
            files.append(Described(path.name, len(sheet.frame), sheet.variables))
        root = next(iter(named.values()))
        words = survey.wide.columns.words
        path = directory / f"{root}.ddi.xml"
        yield write_ddi(path, study, survey.wide.form.forms[0], survey.waves, files, words, now)
        done(len(survey.wide.ids))
