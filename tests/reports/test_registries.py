"""Every entry of a registry has a case here, is complete, and is named where people look for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reports.chapters.chapter_registry import CHAPTERS
from reports.delivery.due_times import (
    EVENT_SUBJECTS,
    SCHEDULE_KINDS,
    AfterEvent,
    CalendarTimes,
    TriggerEvent,
    explain_schedule_format,
    parse_due_times,
)
from reports.delivery.scheduler import EVENT_LISTERS, check_event_fits_report
from reports.export.data_export import LONG_FILE_OPENERS
from reports.export.layout_files import SHEET_LAYOUTS
from reports.localizer import Localizer
from reports.make_report import RENDERERS, make_documents
from reports.reading.frames import read_frames
from reports.report_content import ReportContent
from reports.report_kinds import REPORT_KINDS, ReportSubject
from reports.request import DataFormat, ExportLayout, ReportFormat, ReportKind
from tests.reports.filled_store import END, FilledStore, build_report_request

ROOT = Path(__file__).parents[2]
CHAPTER_FOLDERS = ROOT / "reports" / "chapters"
CHAPTER_TESTS = ROOT / "tests" / "reports" / "chapters"
#: For each chapter the tests that hold its figures against figures computed by another way.
TESTS_OF_CHAPTER = {
    "news": "test_news_chapter.py",
    "fieldwork": "test_fieldwork_chapter.py",
    "coverage": "test_fieldwork_chapter.py",
    "perception": "test_perception_chapter.py",
    "shocks": "test_shocks_by_place.py",
    "assets": "test_report_figures.py",
    "conditions": "test_conditions_chapter.py",
    "plans": "test_plans_chapter.py",
    "scenarios": "test_scenarios_chapter.py",
    "discovery": "test_discovery_chapter.py",
    "maps": "test_fieldwork_chapter.py",
    "opinions": "test_opinions_chapter.py",
    "workshop": "test_workshop_chapter.py",
}
#: For each kind of report what it is about, and words of its English title.
CASE_OF_KIND = {
    ReportKind.WEEKLY: (None, "this week"),
    ReportKind.WAVE: (ReportSubject.WAVE, "people answered"),
    ReportKind.WORKSHOP: (ReportSubject.WORKSHOP, "workshop decided"),
    ReportKind.PRA: (None, "Assessment"),
}
#: For each format of a report how its files begin.
SIGNATURE_OF_FORMAT = {
    ReportFormat.PDF: b"%PDF-",
    ReportFormat.XLSX: b"PK",
    ReportFormat.PNG: b"\x89PNG",
}
#: For each kind of schedule what its examples mean.
CASE_OF_SCHEDULE = {
    "daily": [CalendarTimes("0 7 * * *")],
    "weekly": [CalendarTimes("0 7 * * mon")],
    "monthly": [CalendarTimes("0 7 1 * *")],
    "cron": [CalendarTimes("0 7 * * mon")],
    "wave closes": [
        parse_due_times("wave closes"),
        parse_due_times("WAVE closes,  120 minutes later"),
    ],
    "after workshop": [AfterEvent(TriggerEvent.AFTER_WORKSHOP)],
}
#: For each format of data whether it has a row for each answer.
IS_LONG_FORMAT = {DataFormat.CSV: True, DataFormat.PARQUET: True, DataFormat.SAV: False}
#: Where people read which kinds, formats and schedules there are.
PAGES = ("README.md", "config.toml", "docs/operations.md")
SCHEDULE_PAGES = ("config.toml", "docs/operations.md")


def test_every_folder_of_a_chapter_is_registered_and_tested() -> None:
    folders = {path.parent.name for path in CHAPTER_FOLDERS.glob("*/chapter.py")}
    assert set(CHAPTERS) == folders
    assert set(TESTS_OF_CHAPTER) == folders
    for key, name in TESTS_OF_CHAPTER.items():
        assert key in (CHAPTER_TESTS / name).read_text(), name


def test_every_chapter_stands_in_a_kind_of_report() -> None:
    assert {key for kind in REPORT_KINDS.values() for key in kind.chapters} == set(CHAPTERS)


@pytest.mark.parametrize("key", CHAPTERS)
def test_every_chapter_has_its_key_and_a_title_even_without_answers(
    key: str, store: FilledStore
) -> None:
    order = build_report_request(store, language="en")
    frames = read_frames(store.url, END, "en", texts=True)
    chapter = CHAPTERS[key](frames, order, Localizer("en", order.timezone))
    assert chapter.key == key
    assert chapter.title


@pytest.mark.parametrize("kind", ReportKind)
def test_every_kind_of_report_is_complete(kind: ReportKind) -> None:
    definition = REPORT_KINDS[kind]
    subject, title = CASE_OF_KIND[kind]
    assert definition.subject is subject
    assert title in definition.title
    assert set(definition.picture_chapters) <= set(definition.chapters)
    assert definition.lead_chapter in ("", *definition.chapters)
    assert (ROOT / f"reports/documents/templates/{kind}.typ").exists()
    if subject is not None:
        event = next(event for event, ended in EVENT_SUBJECTS.items() if ended is subject)
        check_event_fits_report(kind, event)


@pytest.mark.parametrize("ending", ReportFormat)
def test_every_format_makes_a_file_of_its_type(
    ending: ReportFormat, content: ReportContent
) -> None:
    wanted = replace(content, request=replace(content.request, formats=(ending,)))
    (file,) = make_documents(wanted).files
    assert file.name.endswith(f".{ending}")
    assert file.content.startswith(SIGNATURE_OF_FORMAT[ending])
    assert file.media_type == RENDERERS[ending].media_type


def test_every_kind_of_schedule_reads_its_own_examples() -> None:
    read = {kind.name: [*map(parse_due_times, kind.examples)] for kind in SCHEDULE_KINDS}
    assert read == CASE_OF_SCHEDULE
    for kind in SCHEDULE_KINDS:
        for example in kind.examples:
            assert example.startswith(kind.name)
            assert f"“{example}”" in explain_schedule_format()


def test_no_kind_of_schedule_begins_as_another_does() -> None:
    names = [kind.name for kind in SCHEDULE_KINDS]
    assert not [a for a in names for b in names if a != b and f"{a} ".startswith(f"{b} ")]


def test_every_event_is_listed_and_ends_something() -> None:
    assert set(EVENT_LISTERS) == set(EVENT_SUBJECTS) == set(TriggerEvent)


def test_every_data_format_and_layout_has_what_writes_it() -> None:
    assert set(IS_LONG_FORMAT) == set(DataFormat)
    assert set(LONG_FILE_OPENERS) == {name for name, is_long in IS_LONG_FORMAT.items() if is_long}
    assert set(SHEET_LAYOUTS) | {ExportLayout.ROWS} == set(ExportLayout)


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_name_every_kind_and_format(page: str) -> None:
    text = (ROOT / page).read_text()
    assert [name for name in (*ReportKind, *ReportFormat) if name not in text] == []


@pytest.mark.parametrize("page", SCHEDULE_PAGES)
def test_the_pages_name_every_kind_of_schedule(page: str) -> None:
    text = " ".join((ROOT / page).read_text().replace("#", " ").split())
    assert [kind.name for kind in SCHEDULE_KINDS if kind.name not in text] == []


def test_the_pages_on_data_name_every_data_format_and_layout() -> None:
    readme, data = ((ROOT / page).read_text() for page in ("README.md", "docs/data.md"))
    assert [name for name in (*DataFormat, *ExportLayout) if name not in readme] == []
    assert [name for name in DataFormat if name not in data] == []
