"""The versions of a questionnaire: what each is called, and what can be counted together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from reports.localizer import gettext_noop
from survey.forms.model.questionnaire import Question, Questionnaire
from survey.store.schema import questionnaire

#: Letters of a digest that tell apart two versions which their author called the same.
DIGEST_LETTERS = 4
OTHER_KIND, OTHER_CHOICES = gettext_noop("another kind of question"), gettext_noop("other choices")


@dataclass(frozen=True)
class LeftOutQuestion:
    """A question of which the answers in an older version are not counted, and why."""

    question: Question
    version: str
    reason: str


def read_version_names(connection: Connection) -> dict[str, str]:
    """Digest -> ``1.2``, or ``1.2 (a3f9)`` where the questionnaire has another version 1.2."""
    table = questionnaire.c
    rows = connection.execute(select(table.digest, table.id, table.version)).all()
    same = Counter((row.id, row.version) for row in rows)
    return {
        row.digest: f"{row.version} ({row.digest[:DIGEST_LETTERS]})".strip()
        if same[row.id, row.version] > 1
        else row.version
        for row in rows
    }


def find_incomparable(
    newest: Questionnaire, older: Questionnaire
) -> Iterator[tuple[Question, str]]:
    """The newest version's questions that both ask and that cannot be counted together, and why.

    Together belong answers of the same path and kind whose choices have the same codes, in
    whatever order; the wording may differ.
    """
    for question in newest.questions:
        before = older.by_path.get(question.path)
        if question.kind.is_display_only or question.path not in older.binds:
            continue
        if before is None or before.kind is not question.kind:
            yield question, OTHER_KIND
        elif list_choice_values(before) != list_choice_values(question):
            yield question, OTHER_CHOICES


def list_choice_values(question: Question) -> set[str]:
    """The values of all its choices."""
    return {choice.value for choice in question.choices}
