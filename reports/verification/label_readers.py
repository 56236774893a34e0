"""From what a report calls things back to their codes, in the report's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reports.verification.counted_answers import CountedAnswers
from reports.verification.data_folder import DataFolder
from reports.verification.published_tables import PublishedReport
from reports.verification.variable_names import CITY


def read_choice_labels(form: CountedAnswers, path: str | None, language: str) -> dict[str, str]:
    """Label -> code of a question's choices, as the codebook has them."""
    book = form.data.codebook
    mine = book[(book["questionnaire"] == form.questionnaire) & (book["question"] == path)]
    column = find_label_column(mine.columns, "label", language)
    return dict(zip(mine[column], mine["code"], strict=True))


def read_question_labels(
    form: CountedAnswers, paths: Iterable[str], language: str
) -> dict[str, str]:
    """Wording -> path of some questions."""
    book = form.data.codebook
    column = find_label_column(book.columns, "wording", language)
    mine = book[book["questionnaire"] == form.questionnaire].drop_duplicates("question")
    wording = dict(zip(mine["question"], mine[column], strict=True))
    return {wording[path]: path for path in paths}


def find_label_column(columns: Iterable[str], what: str, language: str) -> str:
    """The column of a language, or the first of its kind where it is not there."""
    every = [name for name in columns if name.startswith(f"{what}_")]
    return next((name for name in every if name == f"{what}_{language}"), every[0])


def read_item_labels(
    data: DataFolder, questionnaire: str, name: str, language: str
) -> dict[str, str]:
    """Label -> code of the items of a list; a list has ``label`` and columns as ``label_en``."""
    return {
        item.get(f"label_{language}") or item.get("label") or code: code
        for code, item in data.find_list(questionnaire, name).items()
    }


def read_city_labels(form: CountedAnswers, language: str) -> dict[str, str]:
    """Label -> code of the cities, those that are shown together under both names."""
    labels = {
        code: label
        for label, code in read_choice_labels(form, form.find_question(CITY), language).items()
    }
    for code, item in form.data.find_list(form.questionnaire, CITY).items():
        other = item.get("bersama", "")
        if code in labels and other in labels:
            labels[other] += f" & {labels.pop(code)}"
    return {label: code for code, label in labels.items()}


def read_driver_labels(
    form: CountedAnswers, report: PublishedReport, paths: Iterable[str]
) -> dict[str, str]:
    """Short name or wording -> path of the drivers."""
    names = {code: name for name, code in report.list_codes("driver").items()}
    wordings = {p: w for w, p in read_question_labels(form, paths, report.language).items()}
    return {names.get(p.rpartition("/")[2], wordings[p]): p for p in wordings}


def invert_names(names: Mapping[str, str]) -> dict[str, str]:
    """Code -> name."""
    return {code: name for name, code in names.items()}
