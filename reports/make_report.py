"""From an order to a report. Runs in a process of its own, since the libraries are heavy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from reports.documents.chart_files import build_chart_files, render_png
from reports.documents.chat_message import build_message
from reports.documents.pdf import render_pdf
from reports.documents.workbook import render_workbook
from reports.report_content import ReportContent, build_contents
from reports.request import Report, ReportFile, ReportFormat, ReportRequest

__all__ = ["Report", "ReportFile", "ReportRequest", "make_report"]


@dataclass(frozen=True)
class ReportRenderer:
    """Makes the file of one format from the contents in each language, first language first.

    What is empty is not handed over: a report may have nothing to draw.
    """

    media_type: str
    render: Callable[[Sequence[ReportContent]], bytes]


RENDERERS: Mapping[ReportFormat, ReportRenderer] = {
    ReportFormat.PDF: ReportRenderer("application/pdf", render_pdf),
    ReportFormat.XLSX: ReportRenderer(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", render_workbook
    ),
    ReportFormat.PNG: ReportRenderer("image/png", render_png),
}


def make_report(order: ReportRequest) -> Report:
    """Read and compute once; all documents take their figures from that.

    Raises ReportRequestError for a kind of report that is not known, and for a scope that is not
    there.
    """
    return make_documents(*build_contents(order))


def make_documents(*contents: ReportContent) -> Report:
    """The message, and the files in the formats asked for."""
    wanted = contents[0].request.formats
    name = name_report_file(contents)
    files = (
        ReportFile(f"{name}.{ending}", content, renderer.media_type)
        for ending, renderer in RENDERERS.items()
        if ending in wanted and (content := renderer.render(contents))
    )
    return Report(build_message(contents), tuple(files))


def write_report(order: ReportRequest, folder: Path) -> Iterator[Path]:
    """Make a report into files, and its charts as SVG into a folder beside them.

    Raises as ``make_report`` does, and OSError for what cannot be written.
    """
    contents = build_contents(order)
    for file in make_documents(*contents).files:
        yield write_file(folder / file.name, file.content)
    charts = folder / name_report_file(contents)
    for content in contents:
        for file in build_chart_files(content):
            yield write_file(charts / file.name, file.content)


def write_file(path: Path, content: bytes) -> Path:
    """Write a file into a folder that is made if need be; its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def name_report_file(contents: tuple[ReportContent, ...]) -> str:
    """``suara-weekly-2026-11-16--2026-11-22-id``: kind, scope, first and last day, language."""
    order, (start, end) = contents[0].request, contents[0].span
    zone = ZoneInfo(order.timezone)
    # A period that ends at midnight ends with the day before.
    last = end - timedelta(microseconds=1)
    days = (f"{moment.astimezone(zone).date()}" for moment in (start, last))
    languages = (content.request.language for content in contents)
    parts = ("suara", order.kind, order.scope, "--".join(days), *languages)
    return "-".join(part for part in parts if part)
