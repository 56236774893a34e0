"""The codebook: what was asked, in which words, and what the codes of the answers mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reports import question_names
from reports.chapters.elements import COUNT, ReportTable, TableColumn
from reports.localizer import Localizer
from reports.question_labels import read_label
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.reported_waves import ReportedWave
from reports.report_content import ReportContent
from survey.forms.model.questionnaire import Question, Text

#: Choices that are no substance: left out of shares and medians.
MISSING_CODES = frozenset(
    {
        question_names.UNKNOWN,
        question_names.NOT_MY_FIELD,
        question_names.NOT_EXPOSED,
        question_names.NOT_SAID,
    }
)


def build_codebook(content: ReportContent) -> ReportTable:
    """Every question of every wave, a row for each choice; the wording in both languages."""
    words, frames = content.words, content.frames
    columns = (
        TableColumn("wave", words("Wave")),
        TableColumn("questionnaire", words("Questionnaire")),
        TableColumn("version", words("Version")),
        TableColumn("path", words("Question (path)")),
        TableColumn("kind", words("Kind")),
        *build_language_columns(frames, "wording", words("Wording"), words),
        TableColumn("code", words("Code")),
        *build_language_columns(frames, "label", words("Label"), words),
        TableColumn("missing", words("Missing value")),
        TableColumn("n", words("Answered (n)"), COUNT),
    )
    rows = [row for wave in frames.waves for row in list_codebook_rows(frames, wave, content)]
    return ReportTable.from_rows("codebook", words("Codebook"), columns, rows)


def build_language_columns(
    frames: Frames, key: str, label: str, words: Localizer
) -> Iterator[TableColumn]:
    """A column for each language that a wave was put in."""
    for code in dict.fromkeys(code for wave in frames.waves for code in wave.languages):
        yield TableColumn(f"{key}_{code}", f"{label} ({words.name_language(code)})")


def list_codebook_rows(
    frames: Frames, wave: ReportedWave, content: ReportContent
) -> Iterator[dict[str, Any]]:
    """The questions of a wave: a row for each choice, or one if there are none."""
    form, minimum = find_form_of_wave(frames, wave), content.request.minimum_cell
    for question in wave.questionnaire.questions:
        base = {
            "wave": wave.id,
            "questionnaire": wave.questionnaire.id,
            "version": wave.version,
            "path": question.path.split("/", 2)[-1],
            "kind": question.kind.name,
            **get_text_by_language("wording", question.label, wave, content.words),
            "n": count_people_answering(form, wave, question, minimum),
        }
        if not question.choices:
            yield base
        for choice in question.choices:
            missing = content.words("yes") if choice.value in MISSING_CODES else ""
            label = get_text_by_language("label", choice.label, wave, content.words)
            yield base | label | {"code": choice.value, "missing": missing}


def get_text_by_language(
    key: str, text: Text, wave: ReportedWave, words: Localizer
) -> dict[str, str]:
    """A text in each language; where the questionnaire lacks one, in its first."""
    form = wave.questionnaire
    return {
        f"{key}_{code}": read_label(text, form.match_language(code), words.speak(code))
        for code in wave.languages
    }


def find_form_of_wave(frames: Frames, wave: ReportedWave) -> FormAnswers | None:
    """What was answered in that wave, if it is among those that are counted."""
    form = next((f for f in frames.forms if wave.id in f.waves), None)
    return form and form.select_people(form.interviews["wave"] == wave.id)


def count_people_answering(
    form: FormAnswers | None, wave: ReportedWave, question: Question, minimum: int
) -> int | None:
    """How many people answered, if that is asked once and enough did."""
    around = wave.questionnaire.groups_by_path.get(question.path, ())
    if form is None or any(group.repeat for group in around):
        return None
    n = form.count_answered(question)
    return n if n >= minimum else None
