"""What a report says of a workshop, and what it keeps to itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from reports.chapters.elements import Chapter, ReportTable
from reports.make_report import Report, make_documents
from reports.report_content import ReportContent, build_content
from reports.request import ReportKind
from survey.services.administration import Administration
from survey.workshop.agreement import AgreementRule
from survey.workshop.moves import VoteChannel
from tests.pdf_text import read_whole_text
from tests.reports.example_workshop import open_example_workshop
from tests.reports.filled_store import END, FilledStore, build_report_request, create_store


@pytest.fixture(scope="module")
def content(workshopped: FilledStore) -> ReportContent:
    return build_content(build_report_request(workshopped, language="en"))


@pytest.fixture(scope="module")
def report(workshopped: FilledStore) -> Report:
    return make_documents(
        build_content(build_report_request(workshopped, kind=ReportKind.WORKSHOP))
    )


def assets(content: ReportContent) -> Chapter:
    return next(chapter for chapter in content.chapters if chapter.key == "assets")


def printed(report: Report) -> str:
    return read_whole_text(report.files[0].content)


def table(content: ReportContent) -> ReportTable:
    return next(table for table in assets(content).tables if table.key == "workshop")


def test_every_ballot_has_its_result_beside_the_rating_before(content: ReportContent) -> None:
    frame = table(content).frame
    assert len(frame) == 32
    assert set(frame["mode"]) == {"blind", "confirm"}
    changed = frame[frame["outcome"].str.startswith("changed to")]
    assert len(changed) > 3
    assert (changed["value"] - changed["baseline"] == changed["moved"]).all()
    confirmed = frame[frame["outcome"] == "confirmed"]
    assert (confirmed["value"] == confirmed["baseline"]).all()
    assert frame["before"].notna().sum() > 20, "what was answered in the questionnaire"
    assert (frame["before_n"].dropna() >= 5).all()


def test_the_findings_add_up_to_all_ballots(content: ReportContent) -> None:
    counted = next(line for line in assets(content).findings if "(example)" in line)
    counts = re.findall(r"(\d+) (?:confirmed|changed|not|too|skipped)", counted)
    assert sum(map(int, counts)) == 32
    figure = next(f for f in assets(content).key_figures if f.label == "Agreed in the workshop")
    agreed = table(content).frame["outcome"].str.match("confirmed|changed").sum()
    assert figure.value == f"{agreed} of 32"


def test_rule_rounds_and_ways_of_asking_are_printed(content: ReportContent) -> None:
    notes = " ".join(assets(content).notes)
    assert "at least 75% of the ratings within one point" in notes
    assert "at most 1" in notes
    assert "2 rounds at most" in notes
    assert "never pooled" in notes
    assert "Blind: " in notes


def test_own_words_are_counted_and_never_quoted(content: ReportContent, report: Report) -> None:
    reasons = " ".join(assets(content).findings) + " ".join(table(content).frame["reasons"])
    assert "own words" in reasons
    book = openpyxl.load_workbook(BytesIO(report.files[1].content))
    cells = " ".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
    assert "Pompa baru" not in reasons + cells + printed(report)


def test_pdf_workbook_and_message_have_it_in_indonesian(report: Report) -> None:
    pages = printed(report)
    assert "Hasil lokakarya untuk setiap penilaian" in pages
    assert "Tidak disepakati di lokakarya" in pages
    sheet = openpyxl.load_workbook(BytesIO(report.files[1].content))["Lokakarya"]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 33
    assert rows[0][2:6] == ("Aset", "Guncangan", "Cara bertanya", "Penilaian awal")
    lines = [line for line in report.message.splitlines() if "Disepakati di lokakarya" in line]
    assert len(lines) == 1
    assert "dari 32" in lines[0]


@pytest.mark.parametrize(("least", "minimum"), [(5, 7), (7, 5), (7, 3)])
async def test_results_of_too_few_are_hidden_by_the_stricter_of_two_numbers(
    tmp_path: Path, least: int, minimum: int
) -> None:
    async with open_example_workshop(tmp_path) as here:
        workshop = replace(here.plan.workshop, rule=AgreementRule(least=least))
        await Administration(here.store).keep_workshop(replace(here.plan, workshop=workshop), END)
        await here.let_people_arrive()
        ballot = here.plan.ballots[0]
        await here.open(ballot.number)
        for name in here.list_voters(ballot)[:6]:
            opening = (await here.rooms.read_whole_room(here.plan.id)).session.states[1].opening
            await here.rooms.vote(here.next_tap(name), 1, opening, "2", VoteChannel.TELEGRAM)
        await here.close(1)
        await here.reveal(1)
    store = create_store(tmp_path / "suara.db")
    frame = table(
        build_content(build_report_request(store, end=END, minimum_cell=minimum, language="en"))
    ).frame
    store.connection.close()
    assert frame.loc[0, "outcome"] == "too few ratings"
    assert pd.isna(frame.loc[0, "median"])
    assert pd.isna(frame.loc[0, "n"])
    assert pd.isna(frame.loc[0, "value"])


def test_a_report_of_the_day_before_knows_nothing_of_the_workshop(workshopped: FilledStore) -> None:
    earlier = build_content(
        build_report_request(workshopped, end=END - timedelta(days=1), language="en")
    )
    assert not [t for t in assets(earlier).tables if t.key == "workshop"]


def test_an_empty_database_has_no_workshop(tmp_path: Path) -> None:
    store = create_store(tmp_path / "suara.db")
    assert not [
        t for t in assets(build_content(build_report_request(store))).tables if t.key == "workshop"
    ]
    store.connection.close()
