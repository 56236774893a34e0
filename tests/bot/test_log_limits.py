"""Nothing that comes in again and again fills the log."""

from __future__ import annotations

import logging

import pytest
import structlog

from bot.safe_logs import LINES_SECONDS, LineLimiter


def test_of_many_lines_of_a_kind_few_are_written_and_the_rest_counted() -> None:
    now = [0.0]
    limiter = LineLimiter(3, lambda: now[0])
    assert [limiter.admit("form refused") for _ in range(5)] == [0, 0, 0, None, None]
    assert limiter.admit("report delivered") == 0, "another kind has its own"
    now[0] = LINES_SECONDS
    assert limiter.admit("form refused") == 2
    assert limiter.admit("form refused") == 0


def test_events_and_records_of_libraries_are_limited_alike() -> None:
    limiter = LineLimiter(1, lambda: 0.0)
    event = {"event": "form refused"}
    assert limiter.limit_event(None, "warning", dict(event)) == event
    with pytest.raises(structlog.DropEvent):
        limiter.limit_event(None, "warning", dict(event))
    record = logging.LogRecord("asyncio", logging.ERROR, "x.py", 7, "out of resources", None, None)
    assert [limiter.filter_record(record) for _ in range(3)] == [True, False, False]
