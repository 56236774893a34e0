"""How the drivers differ between groups, between residents and participants, and between waves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from reports import question_names
from reports.chapters.contrast_table import format_point_difference
from reports.chapters.elements import Picture
from reports.chapters.fieldwork.respondents import TRAIT_TITLES
from reports.chapters.leader_texts import limit_names
from reports.charts import dot_plots
from reports.charts.dot_plots import Dot, DotLegend, DotRow, WaveChange
from reports.localizer import Localizer
from reports.measures.drivers import RATING_POINTS, WEAK_CODES, DriverFigures, read_drivers
from reports.measures.language_names import name_languages
from reports.reading.form_answers import FormAnswers
from reports.reading.questionnaire_versions import find_incomparable
from reports.request import ReportRequest
from reports.statistics.group_suppression import GroupCounts, suppress_groups
from reports.statistics.ranges import compute_share_range
from reports.statistics.share_contrasts import Contrast, correct_contrasts, select_significant

#: The most differences that a sentence names.
NAMED_CONTRASTS = 3


def compare_groups(
    residents: FormAnswers, drivers: Sequence[DriverFigures], order: ReportRequest, words: Localizer
) -> list[Contrast]:
    """Every group against everybody else, or the two that there are; small ones left out."""
    asked = list(zip(residents.list_group_questions(question_names.DRIVERS), drivers, strict=True))
    every = [
        contrast
        for grouping in list_groupings(residents, words)
        for question, driver in asked
        for contrast in compare_driver_groups(
            driver, residents.cross_tabulate(question, grouping[1]), grouping, order, words
        )
    ]
    return correct_contrasts(every)


Grouping = tuple[str, "pd.Series[Any]", Mapping[str, str]]


def list_groupings(form: FormAnswers, words: Localizer) -> Iterator[Grouping]:
    """What residents can be told apart by: a title, everybody's category, and their names."""
    if form.find_question(question_names.CITY):
        yield words(TRAIT_TITLES[question_names.CITY]), *form.get_cities()
    asked = [tie for tie in (form.find_question(question_names.CITY_TIE),) if tie]
    for question in (*asked, *form.list_group_questions(question_names.BACKGROUND_QUESTIONS)):
        by = form.get_choice_series(question)
        title = words(TRAIT_TITLES.get(question.name, "")) or form.get_question_label(question)
        yield title, by.where(by != question_names.NOT_SAID), form.get_choice_labels(question)
    language = form.get_recorded_series("language").astype("category")
    labels = name_languages(form.interviews, words)
    title = TRAIT_TITLES["language"]
    yield words(title), language, labels


def compare_driver_groups(
    driver: DriverFigures,
    table: pd.DataFrame,
    grouping: Grouping,
    order: ReportRequest,
    words: Localizer,
) -> Iterator[Contrast]:
    """One driver between the groups; none of which a small number could be worked out.

    ``table`` has the people by group and choice.
    """
    about, _, labels = grouping
    # As plain lists: there is a table for every driver and grouping, and a frame of few rows takes
    # longer to open than to count.
    codes, counts = list(table.columns), table.to_numpy().tolist()
    points = [codes.index(str(point)) for point in RATING_POINTS]
    weak_points = [codes.index(code) for code in WEAK_CODES]
    rated_by = [sum(row[place] for place in points) for row in counts]
    weak_by = [sum(row[place] for place in weak_points) for row in counts]
    groups = [group for group in zip(table.index, weak_by, rated_by, strict=True) if group[2] > 0]
    weak, rated = [group[1] for group in groups], [group[2] for group in groups]
    parts = GroupCounts([[count] for count in weak], rated, [driver.weak_people], driver.n)
    closed = [row[0] for row in suppress_groups(parts, order.minimum_cell).cells]
    names = [labels.get(str(code), str(code)) for code, _, _ in groups]
    pairs = list(zip(weak, rated, strict=True))
    if len(names) == 2 and not any(closed):
        # Of two groups each is the other's everybody else: one comparison, not two for Holm.
        (one, other), (first, second) = names, pairs
        yield Contrast(driver.name, driver.label, about, one, other, first, second)
    elif len(names) > 2:
        for name, (part, whole), hide in zip(names, pairs, closed, strict=True):
            if not hide:
                rest = driver.weak_people - part, driver.n - whole
                everyone = words("everybody else")
                yield Contrast(
                    driver.name, driver.label, about, everyone, name, rest, (part, whole)
                )


def compare_roles(
    drivers: Mapping[str, Sequence[DriverFigures]], order: ReportRequest, words: Localizer
) -> list[Contrast]:
    """Residents and participants, driver by driver."""
    one, other = (words(title) for title in question_names.ROLES.values())
    pairs = zip(*(drivers[role] for role in question_names.ROLES), strict=True)
    return correct_contrasts(
        [
            Contrast(a.name, a.label, "", one, other, (a.weak_people, a.n), (b.weak_people, b.n))
            for a, b in pairs
            if min(a.n, b.n) >= order.minimum_cell
        ]
    )


def compare_waves(
    before: FormAnswers,
    now: FormAnswers,
    drivers: Sequence[DriverFigures],
    order: ReportRequest,
    words: Localizer,
) -> list[Contrast]:
    """The wave before and this one, of ``drivers`` (as now) that were asked alike in both."""
    changed = {q.name for q, _ in find_incomparable(now.questionnaire, before.questionnaire)}
    waves = words("the wave before"), words("this wave")
    earlier = {driver.name: driver for driver in read_drivers(before, words)}
    pairs = [(earlier[d.name], d) for d in drivers if d.name in earlier and d.name not in changed]
    return correct_contrasts(
        [
            Contrast(a.name, b.label, "", *waves, (a.weak_people, a.n), (b.weak_people, b.n))
            for a, b in pairs
            if min(a.n, b.n) >= order.minimum_cell
        ]
    )


def list_group_findings(groups: Sequence[Contrast], words: Localizer) -> Iterator[str]:
    """What stands of all that was looked at."""
    if not groups:
        return
    stand = select_significant(groups)
    if not stand:
        yield words.translate_plural(
            "Groups: the one comparison that could be made does not stand.",
            "Groups: of {number} comparisons none stands once corrected for being so many.",
            len(groups),
        )
        return
    yield words.translate_plural(
        "Groups: the one comparison that could be made stands: {list}.",
        "Groups: of {number} comparisons {stand} stand once corrected for being so many: {list}.",
        len(groups),
        stand=words.format_count(len(stand)),
        list=limit_names(
            [format_contrast(contrast, words) for contrast in stand], NAMED_CONTRASTS, words
        ),
    )


def format_contrast(contrast: Contrast, words: Localizer) -> str:
    """*Health care: West Jakarta 61%, everybody else 44%*."""
    first, second = map(words.format_share, contrast.shares)
    return f"{contrast.what} – {contrast.second_group} {second}, {contrast.first_group} {first}"


def list_wave_findings(changes: Sequence[Contrast], words: Localizer) -> Iterator[str]:
    """Nothing where there was no wave before."""
    if not changes:
        return
    stand = select_significant(changes)
    if not stand:
        yield words(
            "Since the wave before no driver has clearly changed ({number} compared).",
            number=words.format_count(len(changes)),
        )
        return
    moved = []
    for contrast in stand:
        first, second = map(words.format_share, contrast.shares)
        moved.append(f"{contrast.what} {first} → {second}")
    yield words.translate_plural(
        "Since the wave before the share that finds it weak has clearly changed for the one driver "
        "that could be compared: {list}.",
        "Since the wave before the share that finds them weak has clearly changed for {stand} of "
        "{number} drivers: {list}.",
        len(changes),
        stand=words.format_count(len(stand)),
        list=limit_names(moved, NAMED_CONTRASTS, words),
    )


def build_dot_legend(words: Localizer, filled: str, hollow: str) -> DotLegend:
    return DotLegend(filled, hollow, words("range"), words("hidden: too few"))


def build_dot(pair: tuple[int, int], contrast: Contrast, words: Localizer) -> Dot:
    share = pair[0] / pair[1]
    return Dot(
        share, compute_share_range(*pair), contrast.is_significant, words.format_count(pair[1])
    )


def draw_role_picture(apart: Sequence[Contrast], words: Localizer) -> Iterator[Picture]:
    if not apart:
        return
    ordered = sorted(apart, key=lambda c: -c.shares[0])
    rows = [
        DotRow(c.what, [build_dot(c.first_counts, c, words), build_dot(c.second_counts, c, words)])
        for c in ordered
    ]
    yield Picture(
        words("Share who find a driver weak or very weak: residents and participants"),
        words("Two dots a driver; where they are far apart, the two see the city differently."),
        partial(
            dot_plots.draw_dot_plot,
            [("", rows)],
            (apart[0].first_group, apart[0].second_group),
            build_dot_legend(words, words("the difference stands"), words("it does not")),
            words("n"),
            words.format_share,
        ),
    )


def draw_wave_picture(changes: Sequence[Contrast], words: Localizer) -> Iterator[Picture]:
    if not changes:
        return
    rows = [
        WaveChange(
            c.what,
            build_dot(c.first_counts, c, words),
            build_dot(c.second_counts, c, words),
            (
                format_point_difference(c.comparison.figure, words),
                words.format_count(c.second_counts[1]),
            ),
        )
        for c in sorted(changes, key=lambda c: -c.shares[1])
    ]
    yield Picture(
        words("Share who find a driver weak or very weak: the wave before and this one"),
        words("Two marks a driver, joined by a line; whole lines are changes that stand."),
        partial(
            dot_plots.draw_wave_plot,
            [("", rows)],
            (words("the wave before"), words("this wave")),
            build_dot_legend(words, words("the change stands"), words("it does not")),
            (words("points"), words("n")),
            words.format_share,
        ),
    )
