"""How every question was put, in order: for the annex of a report."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from reports.localizer import Words
from reports.report_content import Content
from survey.forms.model.questionnaire import Group, Question, Questionnaire

#: Choices that are printed; places and assets fill pages, and stand in the workbook.
CHOICES = 16


def wording(content: Content) -> Iterator[dict[str, Any]]:
    """The newest version of each questionnaire: its groups, questions and choices."""
    newest = {wave.questionnaire.id: wave.questionnaire for wave in content.frames.waves}
    for questionnaire in newest.values():
        questions = [told for told in asked(questionnaire, content.words) if told["wording"]]
        yield {"title": questionnaire.called(content.words.language), "questions": questions}


def asked(questionnaire: Questionnaire, words: Words) -> Iterator[dict[str, str]]:
    """Each question, a table as one; its group and choices where they are not those before."""
    spoken, group, choices = questionnaire.language(words.language), "", ""

    def around(question: Question) -> Group:
        return (questionnaire.body, *questionnaire.group_of.get(question.path, ()))[-1]

    for inside, run in groupby(questionnaire.questions, around):
        name = inside.label.plain(spoken).strip("… :")
        for put in [list(run)] if inside.is_table else [[question] for question in run]:
            labels = [question.label.plain(spoken) for question in put]
            offered = listed(put[0], spoken, words)
            heading = inside.heading.plain(spoken) if inside.is_table else ""
            yield {
                "group": name if name not in (group, heading) else "",
                "wording": heading or labels[0],
                "rows": " · ".join(labels) if heading else "",
                "choices": offered if offered != choices else "",
            }
            group, choices = name, offered


def listed(question: Question, spoken: str, words: Words) -> str:
    labels = [choice.label.plain(spoken) for choice in question.choices]
    more = len(labels) - CHOICES
    if more > 0:
        labels[CHOICES:] = [words("and {number} more", number=words.count(more))]
    return " · ".join(labels)
