"""What stands in a report, and what it is made of: for tests to read and to fill in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.chapters.elements import Chapter
from reports.report_content import ReportContent
from reports.request import Report
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from tests.pdf_text import read_page_texts
from tests.reports.filled_store import HOUR, START, FilledStore
from tests.reports.random_answers import Answers, draw_resident_answers, list_places


def find_file(ending: str, report: Report) -> BytesIO:
    """The file of a report that ends so."""
    return BytesIO(next(f.content for f in report.files if f.name.endswith(f".{ending}")))


def read_pdf_pages(report: Report) -> list[str]:
    """What each page of the PDF says."""
    return read_page_texts(find_file("pdf", report).read())


def read_pdf_text(report: Report) -> str:
    return " ".join(read_pdf_pages(report))


def read_workbook(report: Report) -> Workbook:
    return openpyxl.load_workbook(find_file("xlsx", report))


def list_visible_sheets(book: Workbook) -> list[Worksheet]:
    """The sheets that people see; keys for programs stand on one that they do not."""
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def find_chapter(content: ReportContent, key: str) -> Chapter:
    return next(chapter for chapter in content.chapters if chapter.key == key)


def read_all_cells(report: Report) -> list[Any]:
    return [cell for sheet in read_workbook(report) for row in sheet.iter_rows() for cell in row]


def add_residents(
    store: FilledStore, number: int, answers: Answers | None = None, **about: Any
) -> None:
    """That many residents who sent their answers, all the same if ``answers`` is given."""
    form = store.forms["persepsi"]
    where = list_places(form)
    for index in range(number):
        said = answers or draw_resident_answers(form, store.random, where[index % len(where)])
        store.add_interview(
            "persepsi", store.add_respondent(**about), said, START + HOUR, START + 2 * HOUR
        )
    store.write_rows()


def relabel_form(form: Questionnaire, **texts: str) -> Questionnaire:
    """The questionnaire with other words in it, as its author might have put them."""
    xform = form.xform
    for old, new in texts.items():
        assert old in xform
        xform = xform.replace(f">{old}<", f">{new}<")
    return read_xform(xform)
