"""The codebook: what was asked, in which words, and what the codes of the answers mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reports import question_names
from reports.chapters.elements import COUNT, Column, Table
from reports.localizer import Words
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.reported_waves import Wave
from reports.report_content import Content
from survey.forms.model.questionnaire import Question, Text

#: Choices that are no substance: left out of shares and medians.
MISSING = frozenset(
    {
        question_names.UNKNOWN,
        question_names.NOT_MY_FIELD,
        question_names.NOT_EXPOSED,
        question_names.NOT_SAID,
    }
)


def codebook(content: Content) -> Table:
    """Every question of every wave, a row for each choice; the wording in both languages."""
    words, frames = content.words, content.frames
    columns = (
        Column("wave", words("Wave")),
        Column("questionnaire", words("Questionnaire")),
        Column("version", words("Version")),
        Column("path", words("Question (path)")),
        Column("kind", words("Kind")),
        *spoken("wording", words("Wording"), words),
        Column("code", words("Code")),
        *spoken("label", words("Label"), words),
        Column("missing", words("Missing value")),
        Column("n", words("Answered (n)"), COUNT),
    )
    rows = [row for wave in frames.waves for row in explained(frames, wave, content)]
    return Table.of("codebook", words("Codebook"), columns, rows)


def spoken(key: str, label: str, words: Words) -> Iterator[Column]:
    """A column for each language."""
    for code, name in question_names.LANGUAGES.items():
        yield Column(f"{key}_{code}", f"{label} ({words(name)})")


def explained(frames: Frames, wave: Wave, content: Content) -> Iterator[dict[str, Any]]:
    """The questions of a wave: a row for each choice, or one if there are none."""
    form, minimum = answers(frames, wave), content.order.minimum_cell
    for question in wave.questionnaire.questions:
        base = {
            "wave": wave.id,
            "questionnaire": wave.questionnaire.id,
            "version": wave.version,
            "path": question.path.split("/", 2)[-1],
            "kind": question.kind,
            **said("wording", question.label, wave),
            "n": answered(form, wave, question, minimum),
        }
        if not question.choices:
            yield base
        for choice in question.choices:
            missing = content.words("yes") if choice.value in MISSING else ""
            label = said("label", choice.label, wave)
            yield base | label | {"code": choice.value, "missing": missing}


def said(key: str, text: Text, wave: Wave) -> dict[str, str]:
    """A text in each language; where the questionnaire lacks one, in its first."""
    form = wave.questionnaire
    return {f"{key}_{code}": text.plain(form.language(code)) for code in question_names.LANGUAGES}


def answers(frames: Frames, wave: Wave) -> Form | None:
    """What was answered in that wave, if it is among those that are counted."""
    form = next((f for f in frames.forms if wave.id in f.waves), None)
    return form and form.only(form.interviews["wave"] == wave.id)


def answered(form: Form | None, wave: Wave, question: Question, minimum: int) -> int | None:
    """How many people answered, if that is asked once and enough did."""
    around = wave.questionnaire.group_of.get(question.path, ())
    if form is None or any(group.repeat for group in around):
        return None
    n = form.answered(question)
    return n if n >= minimum else None
