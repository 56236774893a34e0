"""Who was reached, who answered, and where they stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pandas as pd

from reports import question_names
from reports.chapters.elements import (
    COLUMNS,
    COUNT,
    DAY,
    SHARE,
    Chapter,
    Column,
    KeyFigure,
    Picture,
    Table,
)
from reports.chapters.fieldwork.break_offs import few_together, stop_table, stops
from reports.chapters.fieldwork.conduct import conduct, duration_findings
from reports.chapters.fieldwork.fieldwork_figures import Field, read_field
from reports.chapters.fieldwork.mixed_versions import (
    mixed,
    version_figures,
    version_notes,
    version_tables,
)
from reports.chapters.fieldwork.respondents import places_tables, who_answered
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Words, later
from reports.measures.wave_names import wave_names
from reports.reading.disposition import BREAK_OFF, COMPLETE, DISPOSITIONS, IN_PROGRESS, PARTIAL
from reports.reading.frames import Frames
from reports.request import Kind, Order
from reports.statistics.row_suppression import share

#: With more waves than these, one sentence tells of all; the table has each.
SEPARATE = 2
NAMES = {
    COMPLETE: later("Complete"),
    PARTIAL: later("Partial"),
    IN_PROGRESS: later("In progress"),
    BREAK_OFF: later("Broken off"),
}


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """The funnel of each wave, days, places, who answered, and break-offs."""
    names = wave_names(frames, words)
    fields = [read_field(frames, wave, names[wave.id], order) for wave in frames.waves]
    stopped = few_together(stops(frames, names, words), order, words)
    who, who_pictures = who_answered(frames, order, words)
    versions = list(mixed(frames, names))
    went = list(conduct(frames, fields, order, words))
    return Chapter(
        key="fieldwork",
        title=words("Fieldwork"),
        findings=(*findings(fields, stopped, words), *duration_findings(went, words)),
        key_figures=(
            *key_figures(frames, fields, words),
            *version_figures(versions, words),
        ),
        pictures=(
            *disposition_picture(fields, words),
            *day_picture(frames, order, words),
            *who_pictures,
        ),
        tables=(
            field_table(fields, words),
            *went,
            *version_tables(versions, words),
            *stop_table(stopped, words),
            day_table(frames, words),
            who,
            *places_tables(frames, order, words),
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
            *version_notes(versions, words),
            *open_answers(frames, words),
        ),
    )


def findings(fields: list[Field], stopped: pd.DataFrame, words: Words) -> Iterator[str]:
    if not fields:
        yield words("No wave had opened.")
    begun = [field for field in fields if field.begun]
    if len(begun) > SEPARATE:
        yield together(begun, words)
    else:
        for field in begun:
            yield words(
                "{wave}: {begun} began, {complete} sent ({share}){new}.",
                wave=field.label,
                begun=words.count(field.begun),
                complete=words.count(field.dispositions[COMPLETE]),
                share=words.percent(share(field.dispositions[COMPLETE], field.begun)),
                new=of_them_new([field], words),
            )
    if silent := [field.label for field in fields if not field.begun]:
        yield words("Nobody has begun yet: {waves}.", waves=words.listed(silent))
    if ineligible := sum(field.ineligible for field in fields):
        yield words.many(
            "{number} more began who does not live, work or study in the city: in no figure.",
            "{number} more began who do not live, work or study in the city: in no figure.",
            ineligible,
        )
    if len(stopped):
        first = stopped.iloc[0]
        yield words(
            "Most often given up at: “{question}” ({n} interviews).",
            question=first["question"],
            n=words.count(first["people"]),
        )


def together(fields: list[Field], words: Words) -> str:
    """How all waves went, and which of them worst."""
    begun, complete = (
        sum(f.begun for f in fields),
        sum(f.dispositions[COMPLETE] for f in fields),
    )
    least = min(fields, key=lambda f: share(f.dispositions[COMPLETE], f.begun))
    return words(
        "{waves} waves: {begun} interviews begun, {complete} sent ({share}){new}. Fewest sent of "
        "those begun: {least} ({worst}).",
        waves=words.count(len(fields)),
        begun=words.count(begun),
        complete=words.count(complete),
        share=words.percent(share(complete, begun)),
        new=of_them_new(fields, words),
        least=least.label,
        worst=words.percent(share(least.dispositions[COMPLETE], least.begun)),
    )


def of_them_new(fields: Sequence[Field], words: Words) -> str:
    """What a sentence on complete interviews says of those in the period, if it is a part."""
    new = [field.new[COMPLETE] for field in fields if field.new]
    return words("; {new} of them in this period", new=words.count(sum(new))) if new else ""


def key_figures(frames: Frames, fields: list[Field], words: Words) -> Iterator[KeyFigure]:
    """Complete interviews with what is new and who they are: of each wave, or of all together."""
    groups = [(words("{wave}, complete interviews", wave=f.label), [f]) for f in fields]
    if sum(f.begun > 0 for f in fields) > SEPARATE:
        label = words("Complete interviews, {number} waves", number=len(fields))
        groups = [(label, fields)]
    for label, group in groups:
        mine = frames.interviews[frames.interviews["wave"].isin([f.wave for f in group])]
        by_role = mine[mine["disposition"] == COMPLETE]["role"].value_counts()
        recent = [f.new[COMPLETE] for f in group if f.new]
        new = [words("{number} new", number=words.count(sum(recent)))] if recent else []
        who = [
            f"{words(name).lower()} {words.count(by_role[role])}"
            for role, name in question_names.ROLES.items()
            if by_role.get(role)
        ]
        complete = sum(f.dispositions[COMPLETE] for f in group)
        yield KeyFigure(
            label,
            words.count(complete),
            "; ".join([*new, *(who if len(who) > 1 or not new else ())]),
            complete,
        )


def disposition_picture(fields: list[Field], words: Words) -> Iterator[Picture]:
    begun = [f for f in fields if f.begun]
    if begun:
        rows = [
            Bar(f.label, tuple(float(f.dispositions[name]) for name in DISPOSITIONS)) for f in begun
        ]
        yield Picture(
            words("How interviews stand"),
            words("Stacked bars; {number} interviews begun.", number=sum(f.begun for f in begun)),
            partial(
                bar_charts.stacked, rows, [words(NAMES[name]) for name in DISPOSITIONS], words.count
            ),
        )


def days(frames: Frames, words: Words) -> pd.DataFrame:
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


def day_picture(frames: Frames, order: Order, words: Words) -> Iterator[Picture]:
    daily = days(frames, words)
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
        words("Columns from {first} on.", first=words.day(first)),
        partial(
            bar_charts.columns,
            [words.day(day) for day in daily["day"]],
            list(daily["begun"]),
            list(daily["sent"]),
            names,
            (words("this period"), shaded[0], shaded[1]) if order.kind == Kind.WEEKLY else None,
        ),
    )


def day_table(frames: Frames, words: Words) -> Table:
    columns = (
        Column("day", words("Day"), DAY),
        Column("begun", words("Begun"), COUNT),
        Column("sent", words("Sent"), COUNT),
    )
    return Table(
        "days",
        words("Interviews by day"),
        columns,
        days(frames, words),
        plotted=("begun", "sent"),
        against="day",
        drawn=COLUMNS,
    )


def field_table(fields: list[Field], words: Words) -> Table:
    rows = [
        {
            "wave": f.label,
            "places": f.places,
            "joined": f.joined,
            "ineligible": f.ineligible,
            "begun": f.begun,
            "new_begun": f.new["begun"] if f.new else None,
            **f.dispositions,
            "new": f.new[COMPLETE] if f.new else None,
            "share": share(f.dispositions[COMPLETE], f.begun),
            "refused": f.refused,
            "withdrawn": f.withdrawn,
        }
        for f in fields
    ]
    columns = (
        Column("wave", words("Wave")),
        Column("places", words("Places on invitations"), COUNT),
        Column("joined", words("Started the bot"), COUNT),
        Column("ineligible", words("Not of the city"), COUNT),
        Column("begun", words("Begun"), COUNT),
        Column("new_begun", words("new in period"), COUNT),
        Column(COMPLETE, words(NAMES[COMPLETE]), COUNT),
        Column("new", words("new in period"), COUNT),
        Column("share", words("Complete of begun"), SHARE),
        Column(PARTIAL, words(NAMES[PARTIAL]), COUNT),
        Column(IN_PROGRESS, words(NAMES[IN_PROGRESS]), COUNT),
        Column(BREAK_OFF, words(NAMES[BREAK_OFF]), COUNT),
        Column("refused", words("Declined"), COUNT),
        Column("withdrawn", words("Withdrew"), COUNT),
    )
    told = tuple(c for c in columns if not c.key.startswith("new") or any(f.new for f in fields))
    return Table.of("fieldwork", words("Fieldwork by wave"), told, rows, printed=len(rows))


def open_answers(frames: Frames, words: Words) -> Iterator[str]:
    """How much was written freely; the texts may name people, so none is printed unreleased."""
    texts = sum(
        form.answered(question)
        for form in frames.forms
        for question in form.questionnaire.questions
        if question.kind == "text"
    )
    if texts:
        yield words(
            "{number} answers in people's own words are in the data files; reports count them, and "
            "quote only what was released.",
            number=words.count(texts),
        )
