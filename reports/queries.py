"""The questions that a report puts to the store about answers. All count, none lists people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, and_, func, or_, select, true

from reports import roles
from survey.forms.questionnaire import Questionnaire
from survey.store.schema import answer, code, question

#: Digest of an older version -> the questions of which its answers are not counted.
Apart = Mapping[str, Sequence[int]]


def comparable(used: Any, given: FromClause, apart: Apart) -> ColumnElement[bool]:
    """Whether an answer belongs with those of the newest version."""
    return and_(
        true(),
        *(
            or_(used.c.digest != digest, given.c.question_id.not_in(questions))
            for digest, questions in apart.items()
        ),
    )


def counts_query(used: Any, questionnaire_id: str, apart: Apart, as_of: datetime) -> Select[Any]:
    """path, role, code, rows, people. Texts are counted, not read."""
    people = func.sum((answer.c.number == 0).cast(BigInteger)).label("people")
    counted = (
        select(
            answer.c.question_id, answer.c.code_id, used.c.role, func.count().label("rows"), people
        )
        .join(used, used.c.id == answer.c.interview_id)
        .where(answer.c.answered_at < as_of, comparable(used, answer, apart))
        .group_by(answer.c.question_id, answer.c.code_id, used.c.role)
        .cte("counted")
    )
    return (
        select(
            question.c.path,
            counted.c.role,
            code.c.value.label("code"),
            counted.c.rows,
            counted.c.people,
        )
        .join(question, question.c.id == counted.c.question_id)
        .outerjoin(code, code.c.id == counted.c.code_id)
        .where(question.c.questionnaire == questionnaire_id)
    )


def assets_query(
    used: Any, questionnaire: Questionnaire, known: dict[str, int], apart: Apart, as_of: datetime
) -> Select[Any]:
    """asset, path, code, rows: the ratings in the assets' repeat, by the asset's code."""
    repeats = list(roles.groups(questionnaire, roles.ASSETS))[:1]
    rated = [known.get(q.path, -1) for repeat in repeats for q in roles.asked_in(repeat)]
    which = [known.get(f"{repeat.path}/{roles.ASSET_CODE}", -1) for repeat in repeats]
    asset, asset_code = answer.alias("asset"), code.alias("asset_code")
    name = func.coalesce(asset_code.c.value, asset.c.value).label("asset")
    return (
        select(name, question.c.path, code.c.value.label("code"), func.count().label("rows"))
        .select_from(answer)
        .join(used, used.c.id == answer.c.interview_id)
        .join(
            asset,
            (asset.c.interview_id == answer.c.interview_id)
            & (asset.c.occurrence == answer.c.occurrence)
            & asset.c.question_id.in_(which),
        )
        .outerjoin(asset_code, asset_code.c.id == asset.c.code_id)
        .join(question, question.c.id == answer.c.question_id)
        .join(code, code.c.id == answer.c.code_id)
        .where(answer.c.question_id.in_(rated), answer.c.answered_at < as_of)
        .where(comparable(used, answer, apart), comparable(used, asset, apart))
        .group_by(name, question.c.path, code.c.value)
    )


def places_query(
    used: Any, questionnaire: Questionnaire, known: dict[str, int], apart: Apart, as_of: datetime
) -> Select[Any]:
    """city, district, rows."""
    city, district = answer.alias("city"), answer.alias("district")
    city_code, district_code = code.alias("city_code"), code.alias("district_code")
    wanted = {
        role: known.get(found.path, -1) if (found := roles.question(questionnaire, role)) else -1
        for role in (roles.CITY, roles.DISTRICT)
    }
    return (
        select(
            city_code.c.value.label("city"),
            district_code.c.value.label("district"),
            func.count().label("rows"),
        )
        .select_from(used)
        .join(
            city,
            (city.c.interview_id == used.c.id) & (city.c.question_id == wanted[roles.CITY]),
        )
        .join(
            district,
            (district.c.interview_id == used.c.id)
            & (district.c.question_id == wanted[roles.DISTRICT]),
        )
        .join(city_code, city_code.c.id == city.c.code_id)
        .join(district_code, district_code.c.id == district.c.code_id)
        .where(city.c.answered_at < as_of, district.c.answered_at < as_of)
        .where(comparable(used, city, apart), comparable(used, district, apart))
        .group_by(city_code.c.value, district_code.c.value)
    )
