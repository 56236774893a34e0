"""What stands in a report, and what it is made of: for tests to read and to fill in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from pypdf import PdfReader
from reported_answers import Answers, places, resident_answers
from reported_people import HOUR, START, Store

from reports.chapters.elements import Chapter
from reports.report_content import ReportContent
from reports.request import Report
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform

NBSP = "\u00a0"


def the(ending: str, report: Report) -> BytesIO:
    """The file of a report that ends so."""
    return BytesIO(next(f.content for f in report.files if f.name.endswith(f".{ending}")))


def pages(report: Report) -> list[str]:
    """What each page of the PDF says."""
    found = PdfReader(the("pdf", report)).pages
    return [" ".join(page.extract_text().replace(NBSP, " ").split()) for page in found]


def pdf_text(report: Report) -> str:
    return " ".join(pages(report))


def workbook(report: Report) -> Workbook:
    return openpyxl.load_workbook(the("xlsx", report))


def chapter(content: ReportContent, key: str) -> Chapter:
    return next(chapter for chapter in content.chapters if chapter.key == key)


def cells(report: Report) -> list[Any]:
    return [cell for sheet in workbook(report) for row in sheet.iter_rows() for cell in row]


def residents(store: Store, number: int, answers: Answers | None = None, **about: Any) -> None:
    """That many residents who sent their answers, all the same if ``answers`` is given."""
    form = store.forms["persepsi"]
    where = places(form)
    for index in range(number):
        said = answers or resident_answers(form, store.random, where[index % len(where)])
        store.interview("persepsi", store.person(**about), said, START + HOUR, START + 2 * HOUR)
    store.close()


def relabelled(form: Questionnaire, **texts: str) -> Questionnaire:
    """The questionnaire with other words in it, as its author might have put them."""
    xform = form.xform
    for old, new in texts.items():
        assert old in xform
        xform = xform.replace(f">{old}<", f">{new}<")
    return read_xform(xform)
