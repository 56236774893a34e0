"""The numbers of codes in statistics programs, as they were fixed when a code was first fielded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.code_numbers import number_version, number_versions, simplify_number
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.store.schema import code, code_number, question, questionnaire
from survey.store.writer import Statement

#: Question's path -> code -> its number, codes in the order in which they were fielded.
NumbersByPath = dict[str, dict[str, float]]

#: The order in which versions were fielded; of those of one moment always the same.
FIELDING_ORDER = (questionnaire.c.added_at, questionnaire.c.digest.desc())
QUESTION_OF_PATH = select(question.c.id).where(
    question.c.questionnaire == bindparam("of"), question.c.path == bindparam("at_path")
)
CODE_OF_VALUE = select(code.c.id).where(code.c.value == bindparam("of_value"))
# By path and value, since in the same transaction both may only just have got their ids.
ADD_NUMBER = insert(code_number).values(
    question_id=QUESTION_OF_PATH.scalar_subquery(),
    code_id=CODE_OF_VALUE.scalar_subquery(),
    number=bindparam("its_number"),
    place=bindparam("its_place"),
)


def build_numbers_query(questionnaire_id: str) -> Select[Any]:
    """path, value and number of all codes of a questionnaire that have one."""
    return (
        select(question.c.path, code.c.value, code_number.c.number)
        .join(question, question.c.id == code_number.c.question_id)
        .join(code, code.c.id == code_number.c.code_id)
        .where(question.c.questionnaire == questionnaire_id)
        .order_by(code_number.c.question_id, code_number.c.place)
    )


def group_number_rows(rows: Iterable[Row[Any]]) -> NumbersByPath:
    """The rows of ``build_numbers_query`` by path."""
    found: NumbersByPath = {}
    for row in rows:
        found.setdefault(row.path, {})[row.value] = simplify_number(row.number)
    return found


async def fix_code_numbers(connection: AsyncConnection, form: Questionnaire) -> list[Statement]:
    """What is missing so that each code of this version has its number.

    Where none has one yet, versions that were fielded before come first: in databases of before
    there were numbers.
    """
    fixed = group_number_rows(await connection.execute(build_numbers_query(form.id)))
    known = fixed or number_versions({}, [one async for one in read_versions(connection, form.id)])
    new = number_version(known, form)
    made = {
        path: {
            value: number
            for value, number in {**known.get(path, {}), **new.get(path, {})}.items()
            if value not in fixed.get(path, {})
        }
        for path in known.keys() | new.keys()
    }
    rows = list(list_number_rows(form.id, fixed, made))
    return [(ADD_NUMBER, rows)] if rows else []


async def read_versions(
    connection: AsyncConnection, questionnaire_id: str
) -> AsyncIterator[Questionnaire]:
    """The versions of a questionnaire that were fielded, the oldest first."""
    query = (
        select(questionnaire.c.xform)
        .where(questionnaire.c.id == questionnaire_id)
        .order_by(*FIELDING_ORDER)
    )
    for text in (await connection.scalars(query)).all():
        yield read_xform(text)


def list_number_rows(
    questionnaire_id: str,
    fixed: Mapping[str, Mapping[str, float]],
    made: Mapping[str, Mapping[str, float]],
) -> Iterator[dict[str, Any]]:
    """The values of ``ADD_NUMBER``."""
    for path, numbers in made.items():
        for place, (value, number) in enumerate(numbers.items(), len(fixed.get(path, {})) + 1):
            yield {
                "of": questionnaire_id,
                "at_path": path,
                "of_value": value,
                "its_number": number,
                "its_place": place,
            }
