"""A figure is the same wherever it stands: page, sheet, picture and message."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from reports.chapters.elements import COUNT, SHARE, ReportTable
from reports.documents.cell_texts import format_printed_rows
from reports.documents.chart_files import build_phone_data
from reports.documents.table_bars import find_barred_table
from reports.documents.workbook import SHEET_NAMES
from reports.report_content import ReportContent
from reports.request import Report
from tests.reports.report_contents import find_chapter, read_pdf_text, read_workbook


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return read_pdf_text(report)


@pytest.fixture(scope="module")
def perception(content: ReportContent) -> ReportTable:
    return next(t for t in find_chapter(content, "perception").tables if t.key == "perception")


def test_every_share_and_count_of_the_perception_table_is_that_of_its_sheet(
    content: ReportContent, report: Report, perception: ReportTable
) -> None:
    rows = list(read_workbook(report)[content.words(SHEET_NAMES["perception"])].values)
    heads = [str(head) for head in rows[0]]
    assert len(rows) - 1 == len(perception.frame) > 12
    compared = 0
    for row, record in zip(rows[1:], perception.frame.to_dict("records"), strict=True):
        for column in perception.columns:
            if column.kind in (COUNT, SHARE) and not pd.isna(record[column.key]):
                assert row[heads.index(column.label)] == pytest.approx(record[column.key])
                compared += 1
    assert compared > 100


def test_every_line_printed_of_it_stands_in_the_pdf(
    content: ReportContent, page: str, perception: ReportTable
) -> None:
    lines = list(format_printed_rows(perception, content.words))
    assert len(lines) >= 12
    for line in lines:
        numbers = [cell.replace("\u00a0", " ") for cell in line if re.search(r"\d", cell)]
        assert len(numbers) >= 3
        assert f"{line[0]} {' '.join(numbers)}" in page


def test_the_picture_in_the_chat_shows_the_shares_of_the_table(
    content: ReportContent, perception: ReportTable
) -> None:
    drawn = build_phone_data(content)
    assert drawn is not None
    assert find_barred_table(find_chapter(content, "perception")) is perception
    by_label = {row["label"]: row for row in drawn["bars"]["rows"]}
    for record in perception.first_block.to_dict("records"):
        shares = [content.words.format_share(record[key]) for key in perception.plotted]
        assert [part["written"] for part in by_label[record["driver"]]["shares"]] == shares


def test_the_weakest_driver_of_the_message_is_that_of_table_page_and_sheet(
    content: ReportContent, report: Report, page: str, perception: ReportTable
) -> None:
    residents = perception.first_block
    weakest = residents.loc[residents["weak"].idxmax()]
    share = content.words.format_share(weakest["weak"])
    assert f"<b>{weakest['driver']}</b> ({share}" in report.message
    assert f"{weakest['driver']} {share}" in page
    sheet = read_workbook(report)[content.words("Summary")]
    told = [row[2] for row in sheet.values if row[1] == weakest["driver"]]
    assert any(str(detail).startswith(share) for detail in told)
