"""Warnings come before news: in the message, on the first page, in the workbook; none falls off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reports.chapters.elements import Chapter, ChapterWarning
from reports.documents.chat_message import LONGEST_MESSAGE, build_message
from reports.make_report import make_documents
from reports.report_content import ReportContent, build_contents
from reports.request import Report
from tests.reports.filled_store import OPENS, START, FilledStore, build_report_request, create_store
from tests.reports.random_answers import draw_resident_answers, list_places
from tests.reports.report_contents import read_pdf_pages, read_workbook

FAST, SLOW = timedelta(seconds=20), timedelta(minutes=9)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> FilledStore:
    """Thirty residents, of whom twenty answered faster than anybody can read."""
    store = create_store(tmp_path_factory.mktemp("hasty") / "suara.db")
    form = store.open_wave("persepsi", ["resident"])
    for number in range(30):
        begun = (START if number % 2 else OPENS) + timedelta(minutes=number)
        said = draw_resident_answers(form, store.random, list_places(form)[number % 3])
        person = store.add_respondent(at=begun)
        took = FAST if number < 20 else SLOW
        store.add_interview("persepsi", person, said, begun, begun + took)
    store.write_rows()
    return store


@pytest.fixture(scope="module")
def contents(hasty: FilledStore) -> tuple[ReportContent, ...]:
    return build_contents(build_report_request(hasty, kind="weekly", language="en+id"))


@pytest.fixture(scope="module")
def weekly(contents: tuple[ReportContent, ...]) -> Report:
    return make_documents(*contents)


def test_the_message_warns_in_each_language_before_any_news(weekly: Report) -> None:
    for part, news in zip(weekly.message.split("\n\n<b>"), ("new inter", "isian"), strict=True):
        assert 0 < part.index("⚠ ") < part.index("▸ ") < part.index(news, part.index("▸ "))
        assert "of 30, 20 very fast" in part or "dari 30, 20 sangat cepat" in part


def test_the_first_page_has_the_warning_above_the_news(weekly: Report) -> None:
    page = read_pdf_pages(weekly)[0]
    warning = page.index("of 30 interviews 20 are flagged as very fast")
    assert warning < page.index("15 new interviews")
    assert "So many are flagged" in page


def test_the_workbook_has_the_warning_before_its_figures(weekly: Report) -> None:
    lines = [str(row[0].value or "") for row in read_workbook(weekly)["Summary"].iter_rows()]
    warned = next(n for n, line in enumerate(lines) if "flagged as very fast, " in line)
    assert warned < lines.index("At a glance")


@pytest.mark.parametrize("language", ["id", "id+en"])
def test_however_many_and_long_none_of_them_falls_off(hasty: FilledStore, language: str) -> None:
    told = build_contents(build_report_request(hasty, kind="weekly", language=language))
    many = [ChapterWarning(f"{n}" * 300, f"{n}" * 300) for n in range(1, 4)]
    told = tuple(
        replace(one, chapters=(Chapter("x", "X", warnings=tuple(many)), *one.chapters))
        for one in told
    )
    said = build_message(told)
    assert len(said) < LONGEST_MESSAGE
    for part in said.split("\n\n<b>"):
        assert part.count("⚠ ") == 4
        assert all(f"⚠ {n}{n}{n}" in part for n in range(1, 4))
        assert "▸" not in part[: part.rindex("⚠")]
