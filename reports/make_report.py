"""From an order to a report. Runs in a process of its own, since the libraries are heavy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from reports.documents.chart_files import pictures, png
from reports.documents.chat_message import message
from reports.documents.pdf import pdf
from reports.documents.workbook import workbook
from reports.report_content import Content, composed
from reports.request import File, Order, Report

__all__ = ["File", "Order", "Report", "make"]

#: Each format's file type, and what makes it.
FORMATS = {
    "pdf": ("application/pdf", pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
    "png": ("image/png", png),
}


def make(order: Order) -> Report:
    """Read and compute once; all documents take their figures from that.

    Raises OrderError for a kind of report that is not known, and for a scope that is not there.
    """
    return documents(*composed(order))


def documents(*contents: Content) -> Report:
    """The message, and the files in the formats asked for."""
    wanted = contents[0].order.formats
    name = file_name(contents)
    made = (
        File(f"{name}.{ending}", content, media_type)
        for ending, (media_type, render) in FORMATS.items()
        if ending in wanted and (content := render(contents))
    )
    return Report(message(contents), tuple(made))


def written(order: Order, folder: Path) -> Iterator[Path]:
    """Make a report into files, and its charts as SVG into a folder beside them."""
    contents = composed(order)
    for file in documents(*contents).files:
        yield put(folder / file.name, file.content)
    charts = folder / file_name(contents)
    for content in contents:
        for file in pictures(content):
            yield put(charts / file.name, file.content)


def put(path: Path, content: bytes) -> Path:
    """Write a file into a folder that is made if need be; its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def file_name(contents: tuple[Content, ...]) -> str:
    """``suara-weekly-2026-11-16--2026-11-22-id``: kind, scope, first and last day, language."""
    order, (start, end) = contents[0].order, contents[0].span
    zone = ZoneInfo(order.timezone)
    last = end - timedelta(microseconds=1)
    days = (f"{moment.astimezone(zone).date()}" for moment in (start, last))
    languages = (content.order.language for content in contents)
    parts = ("suara", order.kind, order.scope, "--".join(days), *languages)
    return "-".join(part for part in parts if part)
