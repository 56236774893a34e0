"""Where people answered, and how they see the city there, district by district."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Chapter, Picture, ReportTable, TableColumn
from reports.charts.boundaries import District, read_attribution, read_boundaries
from reports.charts.choropleth import MapLegend, Shade, draw_choropleth
from reports.localizer import Localizer, explain_unusable_file
from reports.measures.drivers import WEAK_CODES
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.resident_weights import WEIGHTED_ROLE
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share, suppress_nested
from survey.rounding import round_half_up

#: The fewest people whose judgement colours a district.
MIN_JUDGING_PEOPLE = 10
#: The most classes of a map.
MAX_CLASSES = 5
#: So many districts that a map lacks are named.
NAMED_DISTRICTS = 5


@dataclass(frozen=True)
class MapPlace:
    """A district: how many residents answered there, and of their ratings how many find it weak.

    ``is_people_shown`` and ``is_share_shown`` say whether the number of people and their judgement
    may be shown: each is suppressed by itself.
    """

    code: str
    label: str
    city: str
    people: int
    weak_ratings: int
    ratings: int
    is_people_shown: bool
    is_share_shown: bool

    @property
    def weak_share(self) -> float:
        """Of all ratings of drivers there, the share that finds them weak or very weak."""
        return compute_share(self.weak_ratings, self.ratings)


def build_maps_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """Two maps, and their figures as a table."""
    title = words("Maps")
    form = frames.find_form(question_names.DRIVERS)
    places = read_map_places(form.select_role(WEIGHTED_ROLE), order, words) if form else []
    if not order.boundaries:
        return Chapter("maps", title, (words("No boundaries are set up."),))
    if not any(place.people for place in places):
        return Chapter("maps", title, (words("Nobody has named a district yet."),))
    try:
        districts = read_boundaries(Path(order.boundaries))
        by = read_attribution(Path(order.boundaries), words.language)
    except (OSError, ValueError):
        why = explain_unusable_file(order.boundaries, words)
        return Chapter("maps", title, (words("No maps: {why}", why=why),))
    if why := explain_wrong_boundaries(places, districts, order, words):
        return Chapter("maps", title, (words("No maps: {why}", why=why),))
    return Chapter(
        key="maps",
        title=title,
        findings=tuple(list_findings(places, districts, words)),
        pictures=tuple(draw_pictures(places, districts, name_cities(form), by, words)),
        tables=(build_map_table(places, words),),
        notes=(
            words(
                "Residents with complete and partial interviews, where they live, work or study. "
                "Hatched: fewer than {people} people, or hidden so that others cannot be worked "
                "out. Judgements are coloured from {least} people on. Few people say little of a "
                "district: read the maps as where to look, not as a ranking.",
                people=order.minimum_cell,
                least=max(MIN_JUDGING_PEOPLE, order.minimum_cell),
            ),
        ),
    )


def explain_wrong_boundaries(
    places: Sequence[MapPlace],
    districts: Sequence[District],
    order: ReportRequest,
    words: Localizer,
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


def read_map_places(
    residents: FormAnswers, order: ReportRequest, words: Localizer
) -> list[MapPlace]:
    """Every district of the questionnaire's list."""
    city, district = (
        residents.find_question(question_names.CITY),
        residents.find_question(question_names.DISTRICT),
    )
    if city is None or district is None:
        return []
    where = residents.get_choice_series(district)
    people = where.value_counts()
    weak, ratings = count_district_ratings(residents, where)
    items = question_names.list_carried_items(residents.questionnaire, question_names.DISTRICT)
    counts: dict[str, dict[str, int]] = {code: {} for code in residents.get_choice_labels(city)}
    for item in items:
        if item.get(question_names.CITY, "") in counts:
            counts[item[question_names.CITY]][item["name"]] = int(people.get(item["name"], 0))
    # How many people there are and what they find weak are hidden separately: a share of few says
    # little of a district, so that it needs more people than their number does.
    shown, judged = (
        mark_shown_districts(counts, least) for least in (order.minimum_cell, MIN_JUDGING_PEOPLE)
    )
    # Which of the empty ones are truly empty is not told while somebody is in no district yet.
    waiting = residents.count_waiting(question_names.DISTRICT) > 0
    shown = {
        code: seen and not (waiting and not people.get(code, 0)) for code, seen in shown.items()
    }
    return [
        MapPlace(
            code,
            question_names.get_item_label(item, words.language),
            item.get(question_names.CITY, ""),
            counts[item[question_names.CITY]][code],
            int(weak.get(code, 0)),
            int(ratings.get(code, 0)),
            shown[code],
            judged[code] and shown[code] and bool(ratings.get(code, 0)),
        )
        for item in items
        if (code := item.get("name", "")) in shown
    ]


def count_district_ratings(
    residents: FormAnswers, where: pd.Series[str]
) -> tuple[pd.Series[int], pd.Series[int]]:
    """By district: ratings of all drivers that find them weak, and all ratings."""
    tables = [
        residents.cross_tabulate(q, where)
        for q in residents.list_group_questions(question_names.DRIVERS)
    ]
    total = sum(tables, pd.DataFrame(0, where.cat.categories, tables[0].columns if tables else []))
    points = [code for code in total.columns if code.isdigit()]
    weak = [code for code in points if code in WEAK_CODES]
    return total[weak].sum(axis=1), total[points].sum(axis=1)


def mark_shown_districts(counts: Mapping[str, Mapping[str, int]], least: int) -> dict[str, bool]:
    """District's code -> whether its number may be shown beside its city's."""
    totals = {code: sum(cells.values()) for code, cells in counts.items()}
    parts = {code: list(cells.values()) for code, cells in counts.items()}
    _, masks = suppress_nested(totals, parts, least)
    return {
        district: not mask
        for code, cells in counts.items()
        for district, mask in zip(cells, masks[code], strict=True)
    }


def name_cities(form: FormAnswers | None) -> dict[str, str]:
    """The cities' codes -> their names."""
    city = form.find_question(question_names.CITY) if form else None
    return form.get_choice_labels(city) if form and city else {}


def list_findings(
    places: Sequence[MapPlace], districts: Sequence[District], words: Localizer
) -> Iterator[str]:
    counted = [p for p in places if p.is_people_shown and p.people]
    yield words(
        "Of {all} districts the number of people is shown for {shown}.",
        shown=words.format_count(len(counted)),
        all=words.format_count(len(places)),
    )
    silent = sum(p.people == 0 and p.is_people_shown for p in places)
    if silent:
        yield words.translate_plural(
            "Nobody has answered from {number} district.",
            "Nobody has answered from {number} districts.",
            silent,
        )
    shown_places = [p for p in places if p.is_share_shown]
    if len(shown_places) > 1:
        shares = sorted(p.weak_share for p in shown_places)
        yield words(
            "In {number} districts enough people judged the drivers: from {low} to {high} of their "
            "ratings find them weak.",
            number=words.format_count(len(shown_places)),
            low=words.format_share(shares[0]),
            high=words.format_share(shares[-1]),
        )
    found = {d.code for d in districts}
    lacking = [p.label for p in places if p.code not in found]
    if lacking:
        yield words.translate_plural(
            "The map lacks {number} district: {names}.",
            "The map lacks {number} districts: {names}.",
            len(lacking),
            names=words.join_items(
                [*lacking[:NAMED_DISTRICTS], *["…"] * (len(lacking) > NAMED_DISTRICTS)]
            ),
        )


def draw_pictures(
    places: Sequence[MapPlace],
    districts: Sequence[District],
    cities: Mapping[str, str],
    attribution: str,
    words: Localizer,
) -> Iterator[Picture]:
    counted = {p.code: float(p.people) for p in places if p.is_people_shown and p.people}
    weak_shares = {p.code: round_half_up(p.weak_share, 2) for p in places if p.is_share_shown}
    drawn = (
        (words("Residents who answered, by district"), counted, words.format_count),
        (
            words("Ratings that find the city's drivers weak, by district"),
            weak_shares,
            words.format_share,
        ),
    )
    for caption, values, write in drawn:
        if values:
            bounds = compute_class_bounds(list(values.values()))
            shades = {
                code: Shade(int(np.searchsorted(bounds, value, side="left")), write(value))
                for code, value in values.items()
            }
            key = MapLegend(
                label_classes(bounds, values, write, words), words("too few people"), attribution
            )
            alt = words("Map of {number} districts in shades.", number=len(values))
            yield Picture(caption, alt, partial(draw_choropleth, districts, shades, cities, key))


def compute_class_bounds(values: Sequence[float]) -> list[float]:
    """The highest value of each class: as many districts in each as their ties allow."""
    ranked = sorted(values)
    classes = min(MAX_CLASSES, len(set(ranked)))
    tops = [ranked[-(-len(ranked) * (i + 1) // classes) - 1] for i in range(classes)]
    return sorted(set(tops))


def label_classes(
    tops: Sequence[float],
    values: Mapping[str, float],
    write: Callable[[float], str],
    words: Localizer,
) -> list[str]:
    """What each class spans and how many districts it has."""
    found: list[str] = []
    low = min(values.values())
    for top in tops:
        inside = [v for v in values.values() if v <= top and (not found or v > low)]
        least = min(inside)
        span = write(top) if write(least) == write(top) else f"{write(least)}–{write(top)}"
        districts = words.translate_plural("{number} district", "{number} districts", len(inside))
        found.append(f"{span} ({districts})")
        low = top
    return found


def build_map_table(places: Sequence[MapPlace], words: Localizer) -> ReportTable:
    rows = [
        {
            "code": p.code,
            "district": p.label,
            "people": p.people if p.is_people_shown else None,
            "weak": p.weak_share if p.is_share_shown else None,
            "hidden": "" if p.is_people_shown else words("yes"),
        }
        for p in places
    ]
    columns = (
        TableColumn("code", words("Code")),
        TableColumn("district", words("District")),
        TableColumn("people", words("People"), COUNT),
        TableColumn("weak", words("Ratings that find drivers weak"), SHARE),
        TableColumn("hidden", words("Hidden (too few)")),
    )
    return ReportTable.from_rows("maps", words("Answers and perception by district"), columns, rows)
