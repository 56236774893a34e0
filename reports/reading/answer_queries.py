"""The questions that a report puts to the store about answers. All count, none lists people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, false, func, or_, select, true

from reports import question_names
from survey.forms.model.questionnaire import Questionnaire
from survey.store.schema import answer, code, question

#: Digest of an older version -> the questions of which its answers are not counted.
QuestionsApart = Mapping[str, Sequence[int]]


def is_comparable(used: Any, given: FromClause, apart: QuestionsApart) -> ColumnElement[bool]:
    """Whether an answer belongs with those of the newest version."""
    return and_(
        # SQLAlchemy wants a conjunction of at least one thing; mostly no version stays apart.
        true(),
        *(
            or_(used.c.digest != digest, given.c.question_id.not_in(questions))
            for digest, questions in apart.items()
        ),
    )


def is_among_questions(questions: Sequence[int]) -> ColumnElement[bool]:
    """Answers to some questions; of none, so that the database sees at once that nothing is."""
    return answer.c.question_id.in_(questions) if questions else false()


def build_values_query(
    used: Any,
    questionnaire: Questionnaire,
    known: Mapping[str, int],
    apart: QuestionsApart,
    as_of: datetime,
    *,
    texts: bool,
) -> Select[Any]:
    """interview, path, occurrence, value: what stands in repeats, and what was written outside.

    Repeats of assets' ratings are counted in SQL, by asset and code, and are left out.
    """
    rated = {
        q.path
        for g in question_names.find_asset_shock_groups(questionnaire)
        for q in question_names.list_asked_questions(g)
    }
    repeats = tuple(f"{group.path}/" for group in question_names.find_repeats(questionnaire))
    written = {q.path for q in questionnaire.questions if texts and q.kind.is_free_text}
    wanted = [
        number
        for path, number in known.items()
        if path in written or (path.startswith(repeats) and path not in rated)
    ]
    return (
        select(
            answer.c.interview_id.label("interview"),
            question.c.path,
            answer.c.occurrence,
            func.coalesce(code.c.value, answer.c.value).label("value"),
        )
        .join(used, used.c.id == answer.c.interview_id)
        .join(question, question.c.id == answer.c.question_id)
        .outerjoin(code, code.c.id == answer.c.code_id)
        .where(is_among_questions(wanted), answer.c.answered_at < as_of)
        .where(is_comparable(used, answer, apart))
        .order_by(answer.c.interview_id, answer.c.occurrence, question.c.id, answer.c.number)
    )


def build_assets_query(
    used: Any,
    questionnaire: Questionnaire,
    known: dict[str, int],
    apart: QuestionsApart,
    as_of: datetime,
) -> Select[Any]:
    """asset, path, code, rows: the ratings in the assets' repeat, by the asset's code."""
    repeats = list(question_names.find_named_groups(questionnaire, question_names.ASSETS))[:1]
    rated = [
        # No question has the number -1: where nobody was asked yet, nothing is found.
        known.get(q.path, -1)
        for repeat in repeats
        for q in question_names.list_asked_questions(repeat)
    ]
    which = [known.get(f"{repeat.path}/{question_names.ASSET_CODE}", -1) for repeat in repeats]
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
        .where(is_among_questions(rated), answer.c.answered_at < as_of)
        .where(is_comparable(used, answer, apart), is_comparable(used, asset, apart))
        .group_by(name, question.c.path, code.c.value)
    )
