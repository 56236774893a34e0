"""A figure is the same wherever it stands: page, sheet, picture and message."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from reported_pages import chapter, pdf_text, workbook

from reports.chapters.elements import COUNT, SHARE, Table
from reports.documents.cell_texts import written
from reports.documents.chart_files import card
from reports.documents.table_bars import barred
from reports.documents.workbook import SHEETS
from reports.report_content import Content
from reports.request import Report


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return pdf_text(report)


@pytest.fixture(scope="module")
def perception(content: Content) -> Table:
    return next(t for t in chapter(content, "perception").tables if t.key == "perception")


def test_every_share_and_count_of_the_perception_table_is_that_of_its_sheet(
    content: Content, report: Report, perception: Table
) -> None:
    rows = list(workbook(report)[content.words(SHEETS["perception"])].values)
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
    content: Content, page: str, perception: Table
) -> None:
    lines = list(written(perception, content.words))
    assert len(lines) >= 12
    for line in lines:
        numbers = [cell.replace("\u00a0", " ") for cell in line if re.search(r"\d", cell)]
        assert len(numbers) >= 3
        assert f"{line[0]} {' '.join(numbers)}" in page


def test_the_picture_in_the_chat_shows_the_shares_of_the_table(
    content: Content, perception: Table
) -> None:
    drawn = card(content)
    assert drawn is not None
    assert barred(chapter(content, "perception")) is perception
    by_label = {row["label"]: row for row in drawn["bars"]["rows"]}
    for record in perception.block.to_dict("records"):
        shares = [content.words.percent(record[key]) for key in perception.plotted]
        assert [part["written"] for part in by_label[record["driver"]]["shares"]] == shares


def test_the_weakest_driver_of_the_message_is_that_of_table_page_and_sheet(
    content: Content, report: Report, page: str, perception: Table
) -> None:
    residents = perception.block
    weakest = residents.loc[residents["weak"].idxmax()]
    share = content.words.percent(weakest["weak"])
    assert f"<b>{weakest['driver']}</b> ({share}" in report.message
    assert f"{weakest['driver']} {share}" in page
    sheet = workbook(report)[content.words("Summary")]
    told = [row[2] for row in sheet.values if row[1] == weakest["driver"]]
    assert any(str(detail).startswith(share) for detail in told)
