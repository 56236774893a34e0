"""How interviews went: rates by AAPOR's definitions, how long they took, and which bear flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from reports.chapters.elements import (
    COUNT,
    SCORE,
    SHARE,
    ChapterWarning,
    ReportTable,
    TableColumn,
)
from reports.chapters.fieldwork.fieldwork_figures import FieldworkFigures
from reports.localizer import Localizer
from reports.measures.drivers import compute_weak_shares, label_driver
from reports.question_names import DRIVERS
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.quality_flags import flag_interviews
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share
from survey.rounding import round_outwards

MINUTE = 60.0
#: Results without the flagged are told only if as large a part of all is left.
MIN_LEFT_SHARE = 0.5
#: From this part of all on flagged interviews are warned of before anything else.
WARNED_SHARE = 0.2


def build_conduct_tables(
    frames: Frames, fields: Sequence[FieldworkFigures], order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    """Rates of waves, durations and flags of questionnaires, results without the flagged."""
    yield build_rates_table(fields, words)
    flags = [flag_interviews(form) for form in frames.forms]
    yield build_durations_table(frames.forms, flags, order, words)
    for form, marks in zip(frames.forms, flags, strict=True):
        if form.list_group_questions(DRIVERS):
            yield from build_flagged_table(form, marks.any(axis=1), order, words)


def build_rates_table(fields: Sequence[FieldworkFigures], words: Localizer) -> ReportTable:
    """Outcome rates, 0-1, of who was asked for consent; nothing where nobody was."""
    rows = [
        {
            "wave": f.label,
            "reached": f.outcomes.begun + f.refused,
            "coop1": f.outcomes.compute_cooperation(1),
            "coop2": f.outcomes.compute_cooperation(2),
            "completion": f.outcomes.completion_rate,
            "break_off": f.outcomes.break_off_rate,
            "participation": f.outcomes.participation_rate,
        }
        for f in fields
    ]
    columns = (
        TableColumn("wave", words("Wave")),
        TableColumn("reached", words("Ended or declined (n)"), COUNT),
        TableColumn("coop1", words("Cooperation (COOP1)"), SHARE),
        TableColumn("coop2", words("Cooperation (COOP2)"), SHARE),
        TableColumn("completion", words("Completion"), SHARE),
        TableColumn("break_off", words("Break-off"), SHARE),
        TableColumn("participation", words("Of places on invitations"), SHARE),
    )
    return ReportTable.from_rows(
        "rates", words("Outcome rates by wave"), columns, rows, printed_rows=len(rows)
    )


def build_durations_table(
    forms: Sequence[FormAnswers],
    flags: Sequence[pd.DataFrame],
    order: ReportRequest,
    words: Localizer,
) -> ReportTable:
    """Minutes of complete interviews, and how many of all that count bear which flag."""
    rows = []
    for form, marks in zip(forms, flags, strict=True):
        minutes = form.interviews["spent"][form.interviews["complete"]].dropna() / MINUTE
        row: dict[str, object] = {"form": form.questionnaire.get_title(words.language)}
        row["n"] = len(minutes)
        if len(minutes) >= order.minimum_cell:
            lower, middle, upper = compute_quartiles(minutes)
            row |= {"median": middle, "lower": lower, "upper": upper}
        if form.n >= order.minimum_cell:
            row |= {"used": form.n, "fast": marks["fast"].sum()}
            row |= {"straight": marks["straight"].sum()}
        rows.append(row)
    columns = (
        TableColumn("form", words("Questionnaire")),
        TableColumn("n", words("Complete, timed (n)"), COUNT),
        TableColumn("median", words("Median (minutes)"), SCORE),
        TableColumn("lower", words("Lower quartile"), SCORE),
        TableColumn("upper", words("Upper quartile"), SCORE),
        TableColumn("used", words("Counted (n)"), COUNT),
        TableColumn("fast", words("Very fast"), COUNT),
        TableColumn("straight", words("Straight lines"), COUNT),
    )
    title = words("How long interviews took, and flags")
    return ReportTable.from_rows("durations", title, columns, rows, printed_rows=len(rows))


def compute_quartiles(minutes: pd.Series[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile: definition 2 of Hyndman & Fan, as of ratings."""
    # Pandas interpolates (definition 7), and gives times that nobody took.
    found = np.quantile(minutes, (0.25, 0.5, 0.75), method="averaged_inverted_cdf")
    return float(found[0]), float(found[1]), float(found[2])


def build_flagged_table(
    form: FormAnswers, marks: pd.Series[bool], order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    """What every driver's share would be without the flagged, if they are enough not to be seen."""
    if marks.sum() < order.minimum_cell or (~marks).sum() < order.minimum_cell:
        return
    residents = (form.interviews["role"] == "resident").to_numpy()
    every, clean = form.select_people(residents), form.select_people(residents & ~marks.to_numpy())
    if every.n - clean.n < order.minimum_cell or clean.n < max(
        order.minimum_cell, MIN_LEFT_SHARE * every.n
    ):
        return
    all_of_them, others = compute_weak_shares(every), compute_weak_shares(clean)
    rows = [
        {
            "driver": label_driver(form, question, words),
            "every": all_of_them[question.name],
            "clean": others[question.name],
            "change": 100 * (others[question.name] - all_of_them[question.name]),
        }
        for question in form.list_group_questions(DRIVERS)
    ]
    columns = (
        TableColumn("driver", words("Driver")),
        TableColumn(
            "every", words("Weak: all residents (n = {n})", n=words.format_count(every.n)), SHARE
        ),
        TableColumn(
            "clean", words("Weak: without flagged (n = {n})", n=words.format_count(clean.n)), SHARE
        ),
        TableColumn("change", words("Difference (points)"), SCORE),
    )
    title = words("Results with and without flagged interviews")
    yield ReportTable.from_rows("flagged", title, columns, rows, printed_rows=len(rows))


def list_flag_warnings(
    tables: Sequence[ReportTable], order: ReportRequest, words: Localizer
) -> Iterator[ChapterWarning]:
    """That many interviews bear a flag, questionnaire by questionnaire."""
    timed = next(table.frame for table in tables if table.key == "durations")
    for row in timed.dropna(subset=["used"]).to_dict("records"):
        # Some bear both flags, so that the larger number is the least that bear any.
        flagged, used = int(max(row["fast"], row["straight"])), int(row["used"])
        if flagged < order.minimum_cell or compute_share(flagged, used) < WARNED_SHARE:
            continue
        numbers = {
            "form": row["form"],
            "n": words.format_count(used),
            "fast": words.format_count(row["fast"]),
            "straight": words.format_count(row["straight"]),
        }
        text = words(
            "{form}: of {n} interviews {fast} are flagged as very fast, {straight} for straight "
            "lines.",
            **numbers,
        )
        brief = words("{form}: of {n}, {fast} very fast, {straight} straight lines", **numbers)
        if compute_share(flagged, used) > MIN_LEFT_SHARE:
            text += " " + words(
                "So many are flagged that what remains without them says little; look at how the "
                "answers came about before using any figure."
            )
        yield ChapterWarning(text, brief)


def list_duration_findings(tables: Sequence[ReportTable], words: Localizer) -> Iterator[str]:
    """How long it took, and how many interviews bear a flag; what that changes."""
    by_key = {table.key: table.frame for table in tables}
    timed = by_key["durations"].dropna(subset=["median"])
    if len(timed):
        least, most = (words.format_score(found) for found in timed["median"].agg(["min", "max"]))
        yield words(
            "Median length of a complete interview: {minutes} minutes. Flagged as very fast: "
            "{fast} of {n} interviews; for straight lines: {straight}.",
            minutes=least if least == most else f"{least}–{most}",
            fast=words.format_count(timed["fast"].sum()),
            straight=words.format_count(timed["straight"].sum()),
            n=words.format_count(timed["used"].sum()),
        )
    if "flagged" in by_key and by_key["flagged"]["change"].notna().any():
        # Outwards: rounded down, a driver would move by more than what is said.
        furthest = round_outwards(by_key["flagged"]["change"].abs().max(), 1)
        yield words(
            "Without flagged interviews no driver's share moves by more than {points} points.",
            points=words.format_score(furthest),
        )
