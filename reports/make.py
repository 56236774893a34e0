"""From an order to a report. Runs in a process of its own, since the libraries are heavy."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from reports.brief import Brief, compose
from reports.documents.message import message
from reports.documents.pdf import pdf
from reports.documents.workbook import workbook
from reports.order import File, Order, Report

__all__ = ["File", "Order", "Report", "make"]

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make(order: Order) -> Report:
    """Read and compute once; all documents take their figures from that.

    Raises ValueError for a kind of report that is not known.
    """
    if order.kind != "brief":
        raise ValueError(f"There is no report of the kind {order.kind!r}; there is 'brief'.")
    return documents(compose(order))


def documents(brief: Brief) -> Report:
    """The message, the PDF and the workbook of a brief."""
    name = file_name(brief.order)
    files = (
        File(f"{name}.pdf", pdf(brief), PDF),
        File(f"{name}.xlsx", workbook(brief), XLSX),
    )
    return Report(message(brief), files)


def file_name(order: Order) -> str:
    """``suara-2026-11-16--2026-11-22-id``: first and last day of the period, language."""
    zone = ZoneInfo(order.timezone)
    last = order.end - timedelta(microseconds=1)
    first_day, last_day = (moment.astimezone(zone).date() for moment in (order.start, last))
    return f"suara-{first_day}--{last_day}-{order.language}"
