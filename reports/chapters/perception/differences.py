"""How the drivers differ between groups, between residents and participants, and between waves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from reports import question_names
from reports.chapters.contrast_table import points
from reports.chapters.elements import Picture
from reports.chapters.fieldwork.respondents import TITLES
from reports.charts import dot_plots
from reports.charts.dot_plots import Change, Dot, Key, Row
from reports.localizer import Words
from reports.measures.drivers import POINTS, WEAK_CODES, Driver, read_all
from reports.reading.form_answers import Form
from reports.reading.questionnaire_versions import differing
from reports.request import Order
from reports.statistics.group_suppression import Parts, hidden_parts
from reports.statistics.ranges import share_range
from reports.statistics.share_contrasts import Contrast, corrected, standing

#: The most differences that a sentence names.
NAMED = 3


def between_groups(
    residents: Form, drivers: Sequence[Driver], order: Order, words: Words
) -> list[Contrast]:
    """Every group against everybody else, or the two that there are; small ones left out."""
    asked = list(zip(residents.questions(question_names.DRIVERS), drivers, strict=True))
    every = [
        contrast
        for grouping in groupings(residents, words)
        for question, driver in asked
        for contrast in of_driver(
            driver, residents.crossed(question, grouping[1]), grouping, order, words
        )
    ]
    return corrected(every)


Grouping = tuple[str, "pd.Series[Any]", Mapping[str, str]]


def groupings(form: Form, words: Words) -> Iterator[Grouping]:
    """What residents can be told apart by: a title, everybody's category, and their names."""
    if form.question(question_names.CITY):
        yield words(TITLES[question_names.CITY]), *form.cities()
    asked = [tie for tie in (form.question(question_names.TIE),) if tie]
    for question in (*asked, *form.questions(question_names.BACKGROUND)):
        by = form.each(question)
        title = words(TITLES.get(question.name, "")) or form.label(question)
        yield title, by.where(by != question_names.NOT_SAID), form.choices(question)
    language = form.interviews["language"].astype("category")
    labels = {code: words(name) for code, name in question_names.LANGUAGES.items()}
    title = TITLES["language"]
    yield words(title), language, labels


def of_driver(
    driver: Driver, table: pd.DataFrame, grouping: Grouping, order: Order, words: Words
) -> Iterator[Contrast]:
    """One driver between the groups; none of which a small number could be worked out.

    ``table`` has the people by group and choice.
    """
    about, _, labels = grouping
    table = table[table[[str(point) for point in POINTS]].sum(axis=1) > 0]
    weak = table[list(WEAK_CODES)].sum(axis=1).tolist()
    rated = table[[str(point) for point in POINTS]].sum(axis=1).tolist()
    parts = Parts([[count] for count in weak], rated, [driver.weak_people], driver.n)
    closed = [row[0] for row in hidden_parts(parts, order.minimum_cell).cells]
    names = [labels.get(str(code), str(code)) for code in table.index]
    pairs = list(zip(weak, rated, strict=True))
    if len(names) == 2 and not any(closed):
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


def between_roles(
    drivers: Mapping[str, Sequence[Driver]], order: Order, words: Words
) -> list[Contrast]:
    """Residents and participants, driver by driver."""
    one, other = (words(title) for title in question_names.ROLES.values())
    pairs = zip(*(drivers[role] for role in question_names.ROLES), strict=True)
    return corrected(
        [
            Contrast(a.name, a.label, "", one, other, (a.weak_people, a.n), (b.weak_people, b.n))
            for a, b in pairs
            if min(a.n, b.n) >= order.minimum_cell
        ]
    )


def between_waves(
    before: Form, now: Form, drivers: Sequence[Driver], order: Order, words: Words
) -> list[Contrast]:
    """The wave before and this one, of ``drivers`` (as now) that were asked alike in both."""
    changed = {q.name for q, _ in differing(now.questionnaire, before.questionnaire)}
    waves = words("the wave before"), words("this wave")
    earlier = {driver.name: driver for driver in read_all(before, words)}
    pairs = [(earlier[d.name], d) for d in drivers if d.name in earlier and d.name not in changed]
    return corrected(
        [
            Contrast(a.name, b.label, "", *waves, (a.weak_people, a.n), (b.weak_people, b.n))
            for a, b in pairs
            if min(a.n, b.n) >= order.minimum_cell
        ]
    )


def group_findings(groups: Sequence[Contrast], words: Words) -> Iterator[str]:
    """What stands of all that was looked at."""
    if not groups:
        return
    stand = standing(groups)
    if not stand:
        yield words(
            "Groups: of {number} comparisons none stands once corrected for being so many.",
            number=words.count(len(groups)),
        )
        return
    yield words(
        "Groups: of {number} comparisons {stand} stand once corrected for being so many. "
        "The largest: {list}.",
        number=words.count(len(groups)),
        stand=words.count(len(stand)),
        list=words.listed(told(contrast, words) for contrast in stand[:NAMED]),
    )


def told(contrast: Contrast, words: Words) -> str:
    """*Health care: West Jakarta 61%, everybody else 44%*."""
    first, second = map(words.percent, contrast.shares)
    return f"{contrast.what} – {contrast.other} {second}, {contrast.one} {first}"


def wave_findings(changes: Sequence[Contrast], words: Words) -> Iterator[str]:
    """Nothing where there was no wave before."""
    if not changes:
        return
    stand = standing(changes)
    if not stand:
        yield words(
            "Since the wave before no driver has clearly changed ({number} compared).",
            number=words.count(len(changes)),
        )
        return
    moved = []
    for contrast in stand[:NAMED]:
        first, second = map(words.percent, contrast.shares)
        moved.append(f"{contrast.what} {first} → {second}")
    yield words(
        "Since the wave before the share that finds them weak has clearly changed for {stand} of "
        "{number} drivers: {list}.",
        stand=words.count(len(stand)),
        number=words.count(len(changes)),
        list=words.listed(moved),
    )


def key(words: Words, filled: str, hollow: str) -> Key:
    return Key(filled, hollow, words("range"), words("hidden: too few"))


def dot(pair: tuple[int, int], contrast: Contrast, words: Words) -> Dot:
    share = pair[0] / pair[1]
    return Dot(share, share_range(*pair), contrast.stands, words.count(pair[1]))


def role_picture(apart: Sequence[Contrast], words: Words) -> Iterator[Picture]:
    if not apart:
        return
    ordered = sorted(apart, key=lambda c: -c.shares[0])
    rows = [Row(c.what, [dot(c.first, c, words), dot(c.second, c, words)]) for c in ordered]
    yield Picture(
        words("Share who find a driver weak or very weak: residents and participants"),
        words("Two dots a driver; where they are far apart, the two see the city differently."),
        partial(
            dot_plots.dots,
            [("", rows)],
            (apart[0].one, apart[0].other),
            key(words, words("the difference stands"), words("it does not")),
            words("n"),
            words.percent,
        ),
    )


def wave_picture(changes: Sequence[Contrast], words: Words) -> Iterator[Picture]:
    if not changes:
        return
    rows = [
        Change(
            c.what,
            dot(c.first, c, words),
            dot(c.second, c, words),
            (points(c.compared.figure, words), words.count(c.second[1])),
        )
        for c in sorted(changes, key=lambda c: -c.shares[1])
    ]
    yield Picture(
        words("Share who find a driver weak or very weak: the wave before and this one"),
        words("Two marks a driver, joined by a line; whole lines are changes that stand."),
        partial(
            dot_plots.waves,
            [("", rows)],
            (words("the wave before"), words("this wave")),
            key(words, words("the change stands"), words("it does not")),
            (words("points"), words("n")),
            words.percent,
        ),
    )
