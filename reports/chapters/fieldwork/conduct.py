"""How interviews went: rates by AAPOR's definitions, how long they took, and which bear flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from reports.chapters.elements import COUNT, SCORE, SHARE, Column, Table
from reports.chapters.fieldwork.fieldwork_figures import Field
from reports.localizer import Words
from reports.measures.drivers import label, weak_shares
from reports.question_names import DRIVERS
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.quality_flags import flagged
from reports.request import Order
from reports.statistics.row_suppression import share

MINUTE = 60.0
#: Results without the flagged are told only if as large a part of all is left.
LEFT = 0.5


def conduct(frames: Frames, fields: Sequence[Field], order: Order, words: Words) -> Iterator[Table]:
    """Rates of waves, durations and flags of questionnaires, results without the flagged."""
    yield rates_table(fields, words)
    flags = [flagged(form) for form in frames.forms]
    yield durations_table(frames.forms, flags, order, words)
    for form, marks in zip(frames.forms, flags, strict=True):
        if form.questions(DRIVERS):
            yield from without_flagged(form, marks.any(axis=1), order, words)


def rates_table(fields: Sequence[Field], words: Words) -> Table:
    """Outcome rates, 0-1, of who was asked for consent; nothing where nobody was."""
    rows = [
        {
            "wave": f.label,
            "reached": f.outcomes.begun + f.refused,
            "coop1": f.outcomes.cooperation(1),
            "coop2": f.outcomes.cooperation(2),
            "completion": f.outcomes.completion_rate,
            "break_off": f.outcomes.break_off_rate,
            "participation": f.outcomes.participation_rate,
        }
        for f in fields
    ]
    columns = (
        Column("wave", words("Wave")),
        Column("reached", words("Ended or declined (n)"), COUNT),
        Column("coop1", words("Cooperation (COOP1)"), SHARE),
        Column("coop2", words("Cooperation (COOP2)"), SHARE),
        Column("completion", words("Completion"), SHARE),
        Column("break_off", words("Break-off"), SHARE),
        Column("participation", words("Of places on invitations"), SHARE),
    )
    return Table.of("rates", words("Outcome rates by wave"), columns, rows, printed=len(rows))


def durations_table(
    forms: Sequence[Form], flags: Sequence[pd.DataFrame], order: Order, words: Words
) -> Table:
    """Minutes of complete interviews, and how many of all that count bear which flag."""
    rows = []
    for form, marks in zip(forms, flags, strict=True):
        minutes = form.interviews["spent"][form.interviews["complete"]].dropna() / MINUTE
        row: dict[str, object] = {"form": form.questionnaire.called(words.language)}
        row["n"] = len(minutes)
        if len(minutes) >= order.minimum_cell:
            lower, middle, upper = minutes.quantile([0.25, 0.5, 0.75])
            row |= {"median": middle, "lower": lower, "upper": upper}
        if form.n >= order.minimum_cell:
            row |= {"used": form.n, "fast": marks["fast"].sum()}
            row |= {"straight": marks["straight"].sum()}
        rows.append(row)
    columns = (
        Column("form", words("Questionnaire")),
        Column("n", words("Complete, timed (n)"), COUNT),
        Column("median", words("Median (minutes)"), SCORE),
        Column("lower", words("Lower quartile"), SCORE),
        Column("upper", words("Upper quartile"), SCORE),
        Column("used", words("Counted (n)"), COUNT),
        Column("fast", words("Very fast"), COUNT),
        Column("straight", words("Straight lines"), COUNT),
    )
    title = words("How long interviews took, and flags")
    return Table.of("durations", title, columns, rows, printed=len(rows))


def without_flagged(
    form: Form, marks: pd.Series[bool], order: Order, words: Words
) -> Iterator[Table]:
    """What every driver's share would be without the flagged, if they are enough not to be seen."""
    if marks.sum() < order.minimum_cell or (~marks).sum() < order.minimum_cell:
        return
    residents = (form.interviews["role"] == "resident").to_numpy()
    every, clean = form.only(residents), form.only(residents & ~marks.to_numpy())
    if every.n - clean.n < order.minimum_cell or clean.n < max(order.minimum_cell, LEFT * every.n):
        return
    all_of_them, others = weak_shares(every), weak_shares(clean)
    rows = [
        {
            "driver": label(form, question, words),
            "every": all_of_them[question.name],
            "clean": others[question.name],
            "change": 100 * (others[question.name] - all_of_them[question.name]),
        }
        for question in form.questions(DRIVERS)
    ]
    columns = (
        Column("driver", words("Driver")),
        Column("every", words("Weak: all residents (n = {n})", n=words.count(every.n)), SHARE),
        Column("clean", words("Weak: without flagged (n = {n})", n=words.count(clean.n)), SHARE),
        Column("change", words("Difference (points)"), SCORE),
    )
    title = words("Results with and without flagged interviews")
    yield Table.of("flagged", title, columns, rows, printed=len(rows))


def duration_findings(tables: Sequence[Table], words: Words) -> Iterator[str]:
    """How long it took, and how many interviews bear a flag; what that changes."""
    by_key = {table.key: table.frame for table in tables}
    timed = by_key["durations"].dropna(subset=["median"])
    if len(timed):
        least, most = (words.score(found) for found in timed["median"].agg(["min", "max"]))
        yield words(
            "Median length of a complete interview: {minutes} minutes. Flagged as very fast: "
            "{fast} of {n} interviews; for straight lines: {straight}.",
            minutes=least if least == most else f"{least}–{most}",
            fast=words.count(timed["fast"].sum()),
            straight=words.count(timed["straight"].sum()),
            n=words.count(timed["used"].sum()),
        )
    flagged_share = share(timed[["fast", "straight"]].max(axis=1).sum(), timed["used"].sum())
    if len(timed) and flagged_share > LEFT:
        yield words(
            "So many are flagged that what remains without them says little; look at how the "
            "answers came about before using any figure."
        )
    if "flagged" in by_key:
        most = by_key["flagged"]["change"].abs().max()
        yield words(
            "Without flagged interviews no driver's share moves by more than {points} points.",
            points=words.score(most),
        )
