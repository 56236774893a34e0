"""How every question was put, in order: for the annex of a report."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from reports.localizer import Localizer
from reports.question_labels import read_label
from reports.report_content import ReportContent
from survey.forms.model.questionnaire import Group, Question, Questionnaire

#: Choices that are printed; places and assets fill pages, and stand in the workbook.
MOST_CHOICES = 16


def build_wording(content: ReportContent) -> Iterator[dict[str, Any]]:
    """The newest version of each questionnaire: its groups, questions and choices."""
    newest = {wave.questionnaire.id: wave.questionnaire for wave in content.frames.waves}
    for questionnaire in newest.values():
        questions = [
            told for told in build_question_wording(questionnaire, content.words) if told["wording"]
        ]
        yield {"title": questionnaire.get_title(content.words.language), "questions": questions}


def build_question_wording(
    questionnaire: Questionnaire, words: Localizer
) -> Iterator[dict[str, str]]:
    """Each question, a table as one; its group and choices where they are not those before."""
    spoken, group, choices = questionnaire.match_language(words.language), "", ""

    def around(question: Question) -> Group:
        return (questionnaire.body, *questionnaire.groups_by_path.get(question.path, ()))[-1]

    for inside, run in groupby(questionnaire.questions, around):
        name = read_label(inside.label, spoken, words).strip("… :")
        for put in [list(run)] if inside.is_table else [[question] for question in run]:
            labels = [read_label(question.label, spoken, words) for question in put]
            offered = join_choice_labels(put[0], spoken, words)
            heading = read_label(inside.heading, spoken, words) if inside.is_table else ""
            yield {
                "group": name if name not in (group, heading) else "",
                "wording": heading or labels[0],
                "rows": " · ".join(labels) if heading else "",
                "choices": offered if offered != choices else "",
            }
            group, choices = name, offered


def join_choice_labels(question: Question, spoken: str, words: Localizer) -> str:
    labels = [read_label(choice.label, spoken, words) for choice in question.choices]
    more = len(labels) - MOST_CHOICES
    if more > 0:
        labels[MOST_CHOICES:] = [words("and {number} more", number=words.format_count(more))]
    return " · ".join(labels)
