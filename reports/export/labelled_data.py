"""Each questionnaire's data with all that is known of them: SPSS files, the codebook beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, Row, select

from reports.export.ddi import DescribedFile, FieldedWave, Study, write_ddi
from reports.export.layout_files import choose_table_names
from reports.export.sav import write_sav
from reports.export.submissions import FieldedQuestionnaire
from reports.export.variables import VariableBuilder
from reports.export.wide_data import WideData
from survey.store.schema import questionnaire, wave


@dataclass(frozen=True)
class UnreadableCell:
    """A value that could not be read as what its column holds, and is missing there.

    ``interview`` is its key, in a repeat with the numbers of the instance behind it.
    """

    file: str
    interview: str
    variable: str

    def __str__(self) -> str:
        return f"{self.file}: interview {self.interview}, variable {self.variable}"


@dataclass(frozen=True)
class SurveyLabels:
    """One questionnaire that was fielded, and its answers as they are gathered."""

    wide: WideData
    waves: tuple[FieldedWave, ...]
    languages: tuple[str, ...]


def list_fielded_surveys(
    connection: Connection,
    forms: Sequence[FieldedQuestionnaire],
    study: Study,
    zone: ZoneInfo,
    now: datetime,
    measures: pd.DataFrame,
) -> list[SurveyLabels]:
    """All questionnaires that were ever fielded; ``measures`` are those of their interviews."""
    found = []
    for form in forms:
        query = (
            select(wave)
            .join(questionnaire, questionnaire.c.digest == wave.c.digest)
            .where(questionnaire.c.id == form.id)
            .order_by(wave.c.opens_at, wave.c.id)
        )
        rows = connection.execute(query).all()
        languages = list_wave_languages(form, rows, study.language)
        columns = VariableBuilder(form.forms, form.numbers, languages, zone.key)
        waves = tuple(
            FieldedWave(
                row.id,
                row.opens_at.astimezone(zone),
                row.closes_at.astimezone(zone),
                tuple(row.audience),
            )
            for row in rows
        )
        wide = WideData(connection, form, columns, zone, now, measures)
        found.append(SurveyLabels(wide, waves, languages))
    return found


def list_wave_languages(
    form: FieldedQuestionnaire, waves: Sequence[Row[tuple[object, ...]]], first: str
) -> tuple[str, ...]:
    """The languages of its waves that the questionnaire has, the wanted one before the others."""
    every = dict.fromkeys(code for row in waves for code in row.languages)
    named: dict[str, str] = {}
    for code in every or [first]:
        named.setdefault(form.forms[0].match_language(code), code)
    return tuple(sorted(named.values(), key=lambda code: code != first))


def write_labelled_files(
    directory: Path,
    study: Study,
    surveys: Sequence[SurveyLabels],
    now: datetime,
    done: Callable[[int], None],
    tell: Callable[[UnreadableCell], None],
) -> Iterator[Path]:
    """Write each questionnaire's files; ``done`` hears of how many interviews.

    ``tell`` hears of each cell that could not be read.
    """
    names = choose_table_names([survey.wide.form for survey in surveys])
    for survey, named in zip(surveys, names, strict=True):
        title = survey.wide.form.forms[0].get_title(study.language)
        files = []
        for sheet in survey.wide.build_sheets():
            path = directory / f"{named[sheet.path]}.sav"
            yield write_sav(path, sheet, title, study.language)
            for interview, variable in sheet.unreadable:
                tell(UnreadableCell(path.name, interview, variable))
            files.append(DescribedFile(path.name, len(sheet.frame), sheet.variables))
        root = next(iter(named.values()))
        words = survey.wide.columns.words
        path = directory / f"{root}.ddi.xml"
        yield write_ddi(path, study, survey.wide.form.forms[0], survey.waves, files, words, now)
        done(len(survey.wide.ids))
