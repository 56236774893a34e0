"""Who was reached, who answered, and where they stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from reports import question_names
from reports.chapters.elements import (
    COLUMNS,
    COUNT,
    DAY,
    SHARE,
    Chapter,
    KeyFigure,
    Picture,
    ReportTable,
    TableColumn,
)
from reports.chapters.fieldwork.break_offs import build_stops_table, count_stops, merge_small_stops
from reports.chapters.fieldwork.conduct import (
    build_conduct_tables,
    list_duration_findings,
    list_flag_warnings,
)
from reports.chapters.fieldwork.fieldwork_figures import FieldworkFigures, read_fieldwork
from reports.chapters.fieldwork.mixed_versions import (
    build_version_tables,
    find_mixed_versions,
    list_version_figures,
    list_version_notes,
)
from reports.chapters.fieldwork.respondents import build_district_table, build_makeup_parts
from reports.chapters.leader_texts import format_leaders
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer, gettext_noop
from reports.measures.wave_names import name_waves
from reports.reading.disposition import BREAK_OFF, COMPLETE, DISPOSITIONS, IN_PROGRESS, PARTIAL
from reports.reading.frames import Frames
from reports.report_kinds import get_definition
from reports.request import ReportRequest
from reports.statistics.comparison import compare_shares
from reports.statistics.leaders import find_leaders
from reports.statistics.row_suppression import compute_share
from survey.rounding import round_percent

#: With more waves than these, one sentence tells of all; the table has each.
MAX_SEPARATE_WAVES = 2
DISPOSITION_NAMES = {
    COMPLETE: gettext_noop("Complete"),
    PARTIAL: gettext_noop("Partial"),
    IN_PROGRESS: gettext_noop("In progress"),
    BREAK_OFF: gettext_noop("Broken off"),
}


def build_fieldwork_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """The funnel of each wave, days, places, who answered, and break-offs."""
    names = name_waves(frames, words)
    fields = [read_fieldwork(frames, wave, names[wave.id], order) for wave in frames.waves]
    stops = count_stops(frames, names, words)
    stopped = merge_small_stops(stops, order, words)
    who, who_pictures = build_makeup_parts(frames, order, words)
    versions = list(find_mixed_versions(frames, names))
    went = list(build_conduct_tables(frames, fields, order, words))
    return Chapter(
        key="fieldwork",
        title=words("Fieldwork"),
        findings=(
            *list_findings(fields, order, words),
            *list_stop_findings(stops, order, words),
            *list_duration_findings(went, words),
        ),
        warnings=tuple(list_flag_warnings(went, order, words)),
        key_figures=(
            *list_key_figures(frames, fields, words),
            *list_version_figures(versions, words),
        ),
        pictures=(
            *draw_disposition_picture(fields, words),
            *draw_day_picture(frames, order, words),
            *who_pictures,
        ),
        tables=(
            build_fieldwork_table(fields, words),
            *went,
            *build_version_tables(versions, words),
            *build_stops_table(stopped, words),
            build_day_table(frames, words),
            who,
            *build_district_table(frames, order, words),
        ),
        notes=(
            words(
                "Complete: sent. Partial: not sent, at least half gone through, and idle for more "
                "than 48 hours or the wave closed. Broken off: the same with less than half "
                "(after AAPOR, Standard Definitions). Complete and partial interviews are counted "
                "in the results."
            ),
            words(
                "Started the bot: people of the audience known to the bot now; those who withdrew "
                "are deleted and no longer among them. Of those who declined, nothing but the "
                "number is kept. How many saw a link is not known, so there is no response rate."
            ),
            words(
                "Rates as AAPOR defines them: COOP1 complete, COOP2 complete and partial, of all "
                "who ended or declined; completion and break-off of those who began and ended; "
                "participation of the places on invitations, however many were used. Time counts "
                "from step to step, a pause as five minutes. Very fast: under a third of the "
                "median, or under 0.3 seconds a word. Straight line: four or more questions of one "
                "scale answered alike. Flagged interviews stay in the results."
            ),
            *list_version_notes(versions, words),
            *list_open_answer_notes(frames, words),
        ),
    )


def list_findings(
    fields: list[FieldworkFigures], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    if not fields:
        yield words("No wave had opened.")
    begun = [field for field in fields if field.begun]
    if len(begun) > MAX_SEPARATE_WAVES:
        yield from summarize_waves(begun, order, words)
    else:
        for field in begun:
            yield words(
                "{wave}: {begun} began, {complete} sent ({share}){new}.",
                wave=field.label,
                begun=words.format_count(field.begun),
                complete=words.format_count(field.dispositions[COMPLETE]),
                share=words.format_share(compute_share(field.dispositions[COMPLETE], field.begun)),
                new=format_new_part([field], words),
            )
    if silent := [field.label for field in fields if not field.begun and not field.ineligible]:
        yield words("Nobody has begun yet: {waves}.", waves=words.join_items(silent))
    if ineligible := sum(field.ineligible for field in fields):
        yield words.translate_plural(
            "{number} more began who does not live, work or study in the city: not counted.",
            "{number} more began who do not live, work or study in the city: not counted.",
            ineligible,
        )


def list_stop_findings(
    stops: pd.DataFrame, order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """Where most interviews were given up, if enough were; ``stops`` are all places."""
    places = [
        (str(question), int(people))
        for question, people in zip(stops["question"], stops["people"], strict=True)
    ]
    found = find_leaders(places, lambda place: place[1])
    if found and found.first[0][1] >= order.minimum_cell:
        shown = tuple(place for place in found.others if place[1] >= order.minimum_cell)
        yield words(
            "Most often given up at: {questions}.",
            questions=format_leaders(
                replace(found, others=shown), lambda place: format_stop(*place, words), words
            ),
        )


def format_stop(question: str, people: int, words: Localizer) -> str:
    """*“How old are you?” (12 interviews)*."""
    return words("“{question}” ({n} interviews)", question=question, n=words.format_count(people))


def summarize_waves(
    fields: list[FieldworkFigures], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """How all waves went, and which of them worst."""
    begun, complete = (
        sum(f.begun for f in fields),
        sum(f.dispositions[COMPLETE] for f in fields),
    )
    yield words(
        "{waves} waves: {begun} interviews begun, {complete} sent ({share}){new}.",
        waves=words.format_count(len(fields)),
        begun=words.format_count(begun),
        complete=words.format_count(complete),
        share=words.format_share(compute_share(complete, begun)),
        new=format_new_part(fields, words),
    )
    enough = [f for f in fields if f.begun >= order.minimum_cell]
    if least := find_leaders(
        enough, lambda f: round_percent(f.sent_share), compare_sent, lowest=True
    ):
        yield words(
            "Fewest sent of those begun: {waves}.",
            waves=format_leaders(
                least, lambda f: f"{f.label} ({words.format_share(f.sent_share)})", words
            ),
        )


def compare_sent(first: FieldworkFigures, second: FieldworkFigures) -> float:
    """The chance that two waves differ as much in how many of those begun were sent."""
    counts = ((f.dispositions[COMPLETE], f.begun) for f in (first, second))
    return compare_shares(*counts).p_value


def format_new_part(fields: Sequence[FieldworkFigures], words: Localizer) -> str:
    """What a sentence on complete interviews says of those in the period, if it is a part."""
    new = [field.new_counts[COMPLETE] for field in fields if field.new_counts]
    return words("; {new} of them in this period", new=words.format_count(sum(new))) if new else ""


def list_key_figures(
    frames: Frames, fields: list[FieldworkFigures], words: Localizer
) -> Iterator[KeyFigure]:
    """Complete interviews with what is new and who they are: of each wave, or of all together."""
    groups = [(words("{wave}, complete interviews", wave=f.label), [f]) for f in fields]
    if sum(f.begun > 0 for f in fields) > MAX_SEPARATE_WAVES:
        label = words("Complete interviews, {number} waves", number=len(fields))
        groups = [(label, fields)]
    for label, group in groups:
        mine = frames.interviews[frames.interviews["wave"].isin([f.wave for f in group])]
        by_role = mine[mine["disposition"] == COMPLETE]["role"].value_counts()
        recent = [f.new_counts[COMPLETE] for f in group if f.new_counts]
        new = [words("{number} new", number=words.format_count(sum(recent)))] if recent else []
        who = [
            f"{words(name).lower()} {words.format_count(by_role[role])}"
            for role, name in question_names.ROLES.items()
            if by_role.get(role)
        ]
        complete = sum(f.dispositions[COMPLETE] for f in group)
        yield KeyFigure(
            label,
            words.format_count(complete),
            "; ".join([*new, *(who if len(who) > 1 or not new else ())]),
            complete,
        )


def draw_disposition_picture(fields: list[FieldworkFigures], words: Localizer) -> Iterator[Picture]:
    begun = [f for f in fields if f.begun]
    if begun:
        rows = [
            Bar(f.label, tuple(float(f.dispositions[name]) for name in DISPOSITIONS)) for f in begun
        ]
        yield Picture(
            words("How interviews stand"),
            words("Stacked bars; {number} interviews begun.", number=sum(f.begun for f in begun)),
            partial(
                bar_charts.draw_stacked_counts,
                rows,
                [words(DISPOSITION_NAMES[name]) for name in DISPOSITIONS],
                words.format_count,
            ),
        )


def count_interviews_by_day(frames: Frames, words: Localizer) -> pd.DataFrame:
    """day, begun, sent: a row a day at the report's place, the empty ones too."""
    moments = {"begun": "started_at", "sent": "sent_at"}
    local = {
        name: frames.interviews[column].dropna().dt.tz_convert(words.zone).dt.tz_localize(None)
        for name, column in moments.items()
    }
    counts = {name: times.dt.normalize().value_counts() for name, times in local.items()}
    found = pd.DataFrame(counts).fillna(0).astype(int)
    if len(found):
        found = found.asfreq("D", fill_value=0)
        found.index = pd.Index(pd.DatetimeIndex(found.index).date)
    return found.rename_axis("day").reset_index()


def draw_day_picture(frames: Frames, order: ReportRequest, words: Localizer) -> Iterator[Picture]:
    daily = count_interviews_by_day(frames, words)
    if daily.empty:
        return
    first = daily["day"].iloc[0]
    period = [
        float((moment.astimezone(words.zone).date() - first).days)
        for moment in (order.start, order.end)
    ]
    shaded = [min(max(0.0, x), float(len(daily))) for x in period]
    names = (words("begun"), words("sent"))
    yield Picture(
        words("Interviews by day"),
        words("Columns from {first} on.", first=words.format_day(first)),
        partial(
            bar_charts.draw_day_columns,
            [words.format_day(day) for day in daily["day"]],
            list(daily["begun"]),
            list(daily["sent"]),
            names,
            (words("this period"), shaded[0], shaded[1])
            if get_definition(order.kind).is_periodic
            else None,
        ),
    )


def build_day_table(frames: Frames, words: Localizer) -> ReportTable:
    columns = (
        TableColumn("day", words("Day"), DAY),
        TableColumn("begun", words("Begun"), COUNT),
        TableColumn("sent", words("Sent"), COUNT),
    )
    return ReportTable(
        "days",
        words("Interviews by day"),
        columns,
        count_interviews_by_day(frames, words),
        plotted=("begun", "sent"),
        against="day",
        chart_kind=COLUMNS,
    )


def build_fieldwork_table(fields: list[FieldworkFigures], words: Localizer) -> ReportTable:
    rows = [
        {
            "wave": f.label,
            "places": f.invited_places,
            "joined": f.joined,
            "ineligible": f.ineligible,
            "begun": f.begun,
            "new_begun": f.new_counts["begun"] if f.new_counts else None,
            **f.dispositions,
            "new": f.new_counts[COMPLETE] if f.new_counts else None,
            "share": compute_share(f.dispositions[COMPLETE], f.begun),
            "refused": f.refused,
            "withdrawn": f.withdrawn,
        }
        for f in fields
    ]
    columns = (
        TableColumn("wave", words("Wave")),
        TableColumn("places", words("Places on invitations"), COUNT),
        TableColumn("joined", words("Started the bot"), COUNT),
        TableColumn("ineligible", words("Not of the city"), COUNT),
        TableColumn("begun", words("Begun"), COUNT),
        TableColumn("new_begun", words("new in period"), COUNT),
        TableColumn(COMPLETE, words(DISPOSITION_NAMES[COMPLETE]), COUNT),
        TableColumn("new", words("new in period"), COUNT),
        TableColumn("share", words("Complete of begun"), SHARE),
        TableColumn(PARTIAL, words(DISPOSITION_NAMES[PARTIAL]), COUNT),
        TableColumn(IN_PROGRESS, words(DISPOSITION_NAMES[IN_PROGRESS]), COUNT),
        TableColumn(BREAK_OFF, words(DISPOSITION_NAMES[BREAK_OFF]), COUNT),
        TableColumn("refused", words("Declined"), COUNT),
        TableColumn("withdrawn", words("Withdrew"), COUNT),
    )
    shown_columns = tuple(
        c for c in columns if not c.key.startswith("new") or any(f.new_counts for f in fields)
    )
    return ReportTable.from_rows(
        "fieldwork", words("Fieldwork by wave"), shown_columns, rows, printed_rows=len(rows)
    )


def list_open_answer_notes(frames: Frames, words: Localizer) -> Iterator[str]:
    """How much was written freely; the texts may name people, so none is printed unreleased."""
    texts = sum(
        form.count_answered(question)
        for form in frames.forms
        for question in form.questionnaire.questions
        if question.kind.is_free_text
    )
    if texts:
        yield words(
            "{number} answers in people's own words are in the data files; reports count them, and "
            "quote only what was released.",
            number=words.format_count(texts),
        )
