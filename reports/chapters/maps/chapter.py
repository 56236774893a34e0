"""Where people answered, and how they see the city there, district by district."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Chapter, Column, Picture, Table
from reports.charts.boundaries import District, read_attribution, read_boundaries
from reports.charts.choropleth import Key, Shade, choropleth
from reports.localizer import Words, unusable
from reports.measures.drivers import WEAK_CODES
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.resident_weights import WEIGHTED
from reports.request import Order
from reports.statistics.row_suppression import hidden_within, share

#: The fewest people whose judgement colours a district.
LEAST = 10
#: The most classes of a map.
CLASSES = 5
#: So many districts that a map lacks are named.
LACKING = 5


@dataclass(frozen=True)
class Place:
    """A district: how many residents answered there, and of their ratings how many find it weak.

    ``counted`` and ``judged`` say whether the number of people and their judgement may be shown.
    """

    code: str
    label: str
    city: str
    people: int
    weak: int
    ratings: int
    counted: bool
    judged: bool

    @property
    def share(self) -> float:
        """Of all ratings of drivers there, the share that finds them weak or very weak."""
        return share(self.weak, self.ratings)


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """Two maps, and their figures as a table."""
    title = words("Maps")
    form = frames.form_with(question_names.DRIVERS)
    places = read(form.of(WEIGHTED), order, words) if form else []
    if not order.boundaries:
        return Chapter("maps", title, (words("No boundaries are set up."),))
    if not any(place.people for place in places):
        return Chapter("maps", title, (words("Nobody has named a district yet."),))
    try:
        districts = read_boundaries(Path(order.boundaries))
        by = read_attribution(Path(order.boundaries), words.language)
    except (OSError, ValueError):
        why = unusable(order.boundaries, words)
        return Chapter("maps", title, (words("No maps: {why}", why=why),))
    if why := strange(places, districts, order, words):
        return Chapter("maps", title, (words("No maps: {why}", why=why),))
    return Chapter(
        key="maps",
        title=title,
        findings=tuple(findings(places, districts, words)),
        pictures=tuple(pictures(places, districts, names_of_cities(form), by, words)),
        tables=(table(places, words),),
        notes=(
            words(
                "Residents with complete and partial interviews, where they live, work or study. "
                "Hatched: fewer than {people} people, or hidden so that others cannot be worked "
                "out. Judgements are coloured from {least} people on. Few people say little of a "
                "district: read the maps as where to look, not as a ranking.",
                people=order.minimum_cell,
                least=max(LEAST, order.minimum_cell),
            ),
        ),
    )


def strange(
    places: Sequence[Place], districts: Sequence[District], order: Order, words: Words
) -> str:
    """That the file has none of the districts that are asked for; else empty."""
    wanted = {place.code for place in places}
    if wanted & {district.code for district in districts}:
        return ""
    return words(
        "{file}: has no district of the questionnaire, such as {wanted}, but {found}. Give one "
        "feature for each district.",
        file=Path(order.boundaries).name,
        wanted=min(wanted),
        found=districts[0].code,
    )


def read(residents: Form, order: Order, words: Words) -> list[Place]:
    """Every district of the questionnaire's list."""
    city, district = (
        residents.question(question_names.CITY),
        residents.question(question_names.DISTRICT),
    )
    if city is None or district is None:
        return []
    where = residents.each(district)
    people = where.value_counts()
    weak, ratings = judged(residents, where)
    items = question_names.items(residents.questionnaire, question_names.DISTRICT)
    counts: dict[str, dict[str, int]] = {code: {} for code in residents.choices(city)}
    for item in items:
        if item.get(question_names.CITY, "") in counts:
            counts[item[question_names.CITY]][item["name"]] = int(people.get(item["name"], 0))
    shown, told = (shown_in(counts, least) for least in (order.minimum_cell, LEAST))
    return [
        Place(
            code,
            question_names.item_label(item, words.language),
            item.get(question_names.CITY, ""),
            counts[item[question_names.CITY]][code],
            int(weak.get(code, 0)),
            int(ratings.get(code, 0)),
            shown[code],
            told[code] and shown[code] and bool(ratings.get(code, 0)),
        )
        for item in items
        if (code := item.get("name", "")) in shown
    ]


def judged(residents: Form, where: pd.Series[str]) -> tuple[pd.Series[int], pd.Series[int]]:
    """By district: ratings of all drivers that find them weak, and all ratings."""
    tables = [residents.crossed(q, where) for q in residents.questions(question_names.DRIVERS)]
    total = sum(tables, pd.DataFrame(0, where.cat.categories, tables[0].columns if tables else []))
    points = [code for code in total.columns if code.isdigit()]
    weak = [code for code in points if code in WEAK_CODES]
    return total[weak].sum(axis=1), total[points].sum(axis=1)


def shown_in(counts: Mapping[str, Mapping[str, int]], least: int) -> dict[str, bool]:
    """District's code -> whether its number may be shown beside its city's."""
    totals = {code: sum(cells.values()) for code, cells in counts.items()}
    parts = {code: list(cells.values()) for code, cells in counts.items()}
    _, masks = hidden_within(totals, parts, least)
    return {
        district: not mask
        for code, cells in counts.items()
        for district, mask in zip(cells, masks[code], strict=True)
    }


def names_of_cities(form: Form | None) -> dict[str, str]:
    """The cities' codes -> their names."""
    city = form.question(question_names.CITY) if form else None
    return form.choices(city) if form and city else {}


def findings(places: Sequence[Place], districts: Sequence[District], words: Words) -> Iterator[str]:
    counted = [p for p in places if p.counted and p.people]
    yield words(
        "Of {all} districts the number of people is shown for {shown}.",
        shown=words.count(len(counted)),
        all=words.count(len(places)),
    )
    silent = sum(p.people == 0 and p.counted for p in places)
    if silent:
        yield words.many(
            "Nobody has answered from {number} district.",
            "Nobody has answered from {number} districts.",
            silent,
        )
    told = [p for p in places if p.judged]
    if len(told) > 1:
        shares = sorted(p.share for p in told)
        yield words(
            "In {number} districts enough people judged the drivers: from {low} to {high} of their "
            "ratings find them weak.",
            number=words.count(len(told)),
            low=words.percent(shares[0]),
            high=words.percent(shares[-1]),
        )
    found = {d.code for d in districts}
    lacking = [p.label for p in places if p.code not in found]
    if lacking:
        yield words.many(
            "The map lacks {number} district: {names}.",
            "The map lacks {number} districts: {names}.",
            len(lacking),
            names=words.listed([*lacking[:LACKING], *["…"] * (len(lacking) > LACKING)]),
        )


def pictures(
    places: Sequence[Place],
    districts: Sequence[District],
    cities: Mapping[str, str],
    attribution: str,
    words: Words,
) -> Iterator[Picture]:
    counted = {p.code: float(p.people) for p in places if p.counted and p.people}
    told = {p.code: round(p.share, 2) for p in places if p.judged}
    drawn = (
        (words("Residents who answered, by district"), counted, words.count),
        (words("Ratings that find the city's drivers weak, by district"), told, words.percent),
    )
    for caption, values, write in drawn:
        if values:
            bounds = steps(list(values.values()))
            shades = {
                code: Shade(int(np.searchsorted(bounds, value, side="left")), write(value))
                for code, value in values.items()
            }
            key = Key(classes(bounds, values, write, words), words("too few people"), attribution)
            alt = words("Map of {number} districts in shades.", number=len(values))
            yield Picture(caption, alt, partial(choropleth, districts, shades, cities, key))


def steps(values: Sequence[float]) -> list[float]:
    """The highest value of each class: as many districts in each as their ties allow."""
    ranked = sorted(values)
    classes = min(CLASSES, len(set(ranked)))
    tops = [ranked[-(-len(ranked) * (i + 1) // classes) - 1] for i in range(classes)]
    return sorted(set(tops))


def classes(
    tops: Sequence[float],
    values: Mapping[str, float],
    write: Callable[[float], str],
    words: Words,
) -> list[str]:
    """What each class spans and how many districts it has."""
    found: list[str] = []
    low = min(values.values())
    for top in tops:
        inside = [v for v in values.values() if v <= top and (not found or v > low)]
        least = min(inside)
        span = write(top) if write(least) == write(top) else f"{write(least)}–{write(top)}"
        districts = words.many("{number} district", "{number} districts", len(inside))
        found.append(f"{span} ({districts})")
        low = top
    return found


def table(places: Sequence[Place], words: Words) -> Table:
    rows = [
        {
            "code": p.code,
            "district": p.label,
            "people": p.people if p.counted else None,
            "weak": p.share if p.judged else None,
            "hidden": "" if p.counted else words("yes"),
        }
        for p in places
    ]
    columns = (
        Column("code", words("Code")),
        Column("district", words("District")),
        Column("people", words("People"), COUNT),
        Column("weak", words("Ratings that find drivers weak"), SHARE),
        Column("hidden", words("Hidden (too few)")),
    )
    return Table.of("maps", words("Answers and perception by district"), columns, rows)
