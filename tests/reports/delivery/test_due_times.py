"""What a schedule says, and which moments that is, whatever clocks are put to."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.delivery.due_times import (
    DAYS,
    AfterEvent,
    CalendarTimes,
    TriggerEvent,
    parse_due_times,
)
from reports.delivery.quiet_hours import QuietHours, postpone_past_quiet
from reports.delivery.scheduler import check_event_fits_report

JAKARTA = ZoneInfo("Asia/Jakarta")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")  # With summer time, which Jakarta has not.
ALL = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("daily 07:00", "0 7 * * *"),
        ("weekly, monday 07:00", "0 7 * * mon"),
        ("Weekly,  SUNDAY 23:59 ", "59 23 * * sun"),
        ("monthly, 1 0:05", "5 0 1 * *"),
        ("monthly 28 12:30", "30 12 28 * *"),
        ("cron 0 7 * * mon", "0 7 * * mon"),
        ("Cron 15  6 *  * Monday-Friday,sun", "15 6 * * mon-fri,sun"),
        ("cron 0 7,19 * jan-mar *", "0 7,19 * jan-mar *"),
        ("cron 0 */6 last * *", "0 */6 last * *"),
        ("cron 0 7 29 2 *", "0 7 29 2 *"),
    ],
)
def test_hours_are_read_as_they_are_said(source: str, line: str) -> None:
    assert parse_due_times(source) == CalendarTimes(line)


@pytest.mark.parametrize(
    ("source", "event", "delay"),
    [
        ("wave closes", TriggerEvent.WAVE_CLOSES, timedelta(0)),
        ("Wave closes, 2 hours later", TriggerEvent.WAVE_CLOSES, timedelta(hours=2)),
        ("after workshop", TriggerEvent.AFTER_WORKSHOP, timedelta(0)),
        ("after workshop, 1 day later", TriggerEvent.AFTER_WORKSHOP, timedelta(days=1)),
        ("after workshop,  30 minutes later", TriggerEvent.AFTER_WORKSHOP, timedelta(minutes=30)),
    ],
)
def test_events_are_read_as_they_are_said(
    source: str, event: TriggerEvent, delay: timedelta
) -> None:
    assert parse_due_times(source) == AfterEvent(event, delay)


@pytest.mark.parametrize(
    "source",
    ["", "daily", "weekly 07:00", "weekly, 1 07:00", "weekly, senin 07:00", "monthly, 29 07:00",
     "monthly, 0 07:00", "monthly, monday 07:00", "daily, monday 07:00", "daily 24:00",
     "daily 7", "hourly 07:00", "daily 07:60", "0 7 * * 1", "daily 07:00 WIB", "cron",
     "cron 0 7 * *", "cron 0 7 * * mon *", "cron 0 25 * * *", "cron 60 7 * * *",
     "cron 0 7 32 * *", "cron 0 7 * * senin", "cron 0 7 * * sun-mon",
     "cron x 7 * * *", "wave opens", "wave closes, later", "after workshop, 2 weeks later"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_with_how_to_write_one(source: str) -> None:
    with pytest.raises(ValueError, match="weekly, monday 07:00"):
        parse_due_times(source)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("cron 0 7 * * 1", "some count Monday as 0, others as 1"),
        ("cron 0 7 * * mon,3", "some count Monday as 0, others as 1"),
        ("cron 0 7 * * 1-5", "some count Monday as 0, others as 1"),
        ("cron * 7 * * mon", "more than once an hour"),
        ("cron */5 * * * *", "more than once an hour"),
        ("cron 0,30 7 * * *", "more than once an hour"),
        ("cron 0 7 1 * mon", "some mean either, others both"),
        ("cron 0 7 31 feb *", "there is no such day"),
        ("cron 0 7 30 2 *", "there is no such day"),
    ],
)
def test_a_cron_line_that_could_be_misread_is_refused_with_why(source: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_due_times(source)


@pytest.mark.parametrize("day", DAYS)
def test_a_weekday_is_the_one_that_is_named(day: str) -> None:
    for source in (f"weekly, {day} 07:00", f"cron 0 7 * * {day}", f"cron 0 7 * * {day[:3]}"):
        due = CalendarTimes.parse(source).find_first_after(
            datetime(2026, 11, 20, tzinfo=UTC), JAKARTA
        )
        assert f"{due:%A %H:%M %z}".lower() == f"{day} 07:00 +0700"


hours = st.times().map(lambda at: f"{at:%H:%M}")
every = st.one_of(
    st.builds("daily {}".format, hours),
    st.builds("weekly, {} {}".format, st.sampled_from(DAYS), hours),
    st.builds("monthly, {} {}".format, st.integers(1, 28), hours),
    st.builds("cron {} */{} * * mon-sat".format, st.integers(0, 59), st.integers(1, 12)),
).map(CalendarTimes.parse)
moments = st.integers(0, 3 * 365 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
zones = st.sampled_from([JAKARTA, AMSTERDAM, UTC])


@given(every=every, moment=moments, zone=zones)
def test_before_and_after_are_neighbours_with_nothing_between(
    every: CalendarTimes, moment: datetime, zone: ZoneInfo
) -> None:
    before, after = every.find_last_before(moment, zone), every.find_first_after(moment, zone)
    assert before < moment < after or every.find_first_after(before, zone) == moment
    between = [*every.list_between(before, after, zone)]
    assert between[-1] == after
    assert set(between[:-1]) <= {moment}
    assert every.find_last_before(after, zone) in (before, moment)
    assert every.find_first_after(before, zone) in (after, moment)


@settings(deadline=None)
@given(every=every, since=moments, days=st.integers(1, 30))
def test_walking_hour_by_hour_meets_all_of_them(
    every: CalendarTimes, since: datetime, days: int
) -> None:
    until = since + timedelta(days=days)
    walked, at = [], since
    while (at := every.find_first_after(at, AMSTERDAM)) <= until:
        walked.append(at)
    assert walked == [*every.list_between(since, until, AMSTERDAM)]
    assert all(one < other for one, other in pairwise(walked))


def test_where_clocks_go_forward_over_the_hour_it_is_due_an_hour_later_that_day() -> None:
    daily = CalendarTimes.parse("daily 02:30")
    found = daily.list_between(
        datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC), AMSTERDAM
    )
    assert [f"{due:%d %H:%M}" for due in found] == ["28 02:30", "29 03:30", "30 02:30"]


def test_where_clocks_show_an_hour_twice_it_is_due_the_first_time() -> None:
    daily = CalendarTimes.parse("daily 02:30")
    since = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = [*daily.list_between(since, since + timedelta(days=2), AMSTERDAM)]
    assert [f"{due:%d %H:%M %z}" for due in found] == ["25 02:30 +0200", "26 02:30 +0100"]
    (later,) = daily.list_between(found[0], found[0] + timedelta(days=1, hours=1), AMSTERDAM)
    assert later == found[1]


def test_a_day_that_a_country_left_out_still_has_its_report() -> None:
    samoa = ZoneInfo("Pacific/Apia")  # It had no 30 December 2011.
    daily = CalendarTimes.parse("daily 07:00")
    since = datetime(2011, 12, 28, 7, tzinfo=samoa)
    found = [*daily.list_between(since, datetime(2012, 1, 1, 8, tzinfo=samoa), samoa)]
    assert [f"{due:%d}" for due in found] == ["29", "31", "01"]


def test_a_leap_day_is_found_years_back() -> None:
    leap = CalendarTimes.parse("cron 0 7 29 feb *")
    assert f"{leap.find_last_before(datetime(2027, 6, 1, tzinfo=UTC), UTC):%Y}" == "2024"


def test_a_report_goes_out_upon_its_own_event_or_at_an_hour() -> None:
    for report, source in (
        ("wave", "wave closes"), ("workshop", "after workshop, 1 hour later"),
        ("pra", "wave closes"), ("weekly", "after workshop"), ("workshop", "daily 07:00"),
    ):  # fmt: skip
        check_event_fits_report(report, source)
    for report, source in (("wave", "after workshop"), ("workshop", "wave closes")):
        with pytest.raises(ValueError, match="does not suit"):
            check_event_fits_report(report, source)


# Quiet hours


def test_quiet_hours_go_over_midnight_and_end_in_the_morning() -> None:
    night = "21:00-06:00"
    for at, until in (
        ((23, 20, 59), (23, 20, 59)), ((23, 21, 0), (24, 6, 0)), ((23, 23, 59), (24, 6, 0)),
        ((24, 0, 0), (24, 6, 0)), ((24, 5, 59), (24, 6, 0)), ((24, 6, 0), (24, 6, 0)),
    ):  # fmt: skip
        moment, over = (datetime(2026, 11, *numbers, tzinfo=JAKARTA) for numbers in (at, until))
        assert postpone_past_quiet(night, moment, JAKARTA) == over


@given(begins=st.times(), ends=st.times(), moment=moments, zone=zones)
def test_after_quiet_hours_it_is_not_quiet_and_before_them_nothing_waits(
    begins: time, ends: time, moment: datetime, zone: ZoneInfo
) -> None:
    if begins == ends:
        return
    over = QuietHours(begins, ends).find_end(moment, zone)
    assert moment <= over <= moment + timedelta(hours=25)
    assert (over > moment) <= QuietHours(begins, ends).covers(moment.astimezone(zone).time())
    assert postpone_past_quiet("", moment, zone) == moment


@pytest.mark.parametrize("source", ["21-6", "25:00-06:00", "06:00-06:00", "21:00", "9pm-6am"])
def test_what_are_no_quiet_hours_is_refused_with_how_to_write_them(source: str) -> None:
    with pytest.raises(ValueError, match="21:00-06:00"):
        QuietHours.parse(source)
