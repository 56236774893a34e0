"""Perception by driver, and what is compared: groups, residents and participants, waves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.verification.counted_answers import CountedAnswers, mask_released_since
from reports.verification.documented_formulas import (
    FEWEST_COMPARED,
    STANDS_UNDER,
    ShareDifference,
    compare_two_shares,
    correct_chances,
    divide,
    find_wilson_range,
)
from reports.verification.expected_cells import (
    ChanceRange,
    ChanceText,
    ExpectedRow,
    HiddenCell,
    HideableCell,
)
from reports.verification.label_readers import (
    read_choice_labels,
    read_city_labels,
    read_question_labels,
)
from reports.verification.published_tables import PublishedTable
from reports.verification.recount_basis import (
    PARTICIPANT,
    RESIDENT,
    RecountBasis,
    RecountedTable,
    count_weak,
    expect_blocks,
    expect_weighted_share,
    hide_all,
    list_missing,
)
from reports.verification.variable_names import CITY, DISTRICT

Pair = tuple[int, int]
FIGURE_KEYS = ("share_1", "share_2", "share_3", "share_4", "n", "weak", "low", "high", "unknown")
WEIGHT_KEYS = ("weighted", "effective_n", "weighted_low", "weighted_high")
UNKNOWN_CODE = "tt"


def recount_perception(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Each driver as residents and as participants rated it."""
    roles = basis.name_codes("role")
    rows = [expect_driver(basis, roles[row["who"]], row["driver"]) for row in table.rows]
    wanted = [(who, driver) for who in roles for driver in basis.drivers]
    there = [(row["who"], row["driver"]) for row in table.rows]
    return RecountedTable(rows, list_missing(wanted, there))


def expect_driver(basis: RecountBasis, role: str, driver: str) -> ExpectedRow:
    """What stands of a driver; nothing where too few rated it."""
    form, path = (basis.survey.select_role(role) if basis.survey else None), basis.drivers[driver]
    if form is None:
        return {}
    values = form.get_values(path)
    rated = values[values.str.isdigit()]
    if len(rated) < basis.minimum:
        return hide_all([*FIGURE_KEYS, *WEIGHT_KEYS], basis.minimum)
    weak, n = count_weak(form, path)
    low, high = find_wilson_range(weak, n)
    shares = {
        f"share_{point}": divide(int((rated == str(point)).sum()), n) for point in range(1, 5)
    }
    found = shares | {"n": n, "weak": divide(weak, n), "low": low, "high": high}
    found["unknown"] = int((values == UNKNOWN_CODE).sum())
    # Only residents are weighted.
    if role == RESIDENT:
        return found | expect_weighted_share(form, rated.isin(["1", "2"]), with_range=True)
    return found | dict.fromkeys(WEIGHT_KEYS)


def expect_contrasts(
    pairs: Sequence[tuple[Pair, Pair]], yes_no: tuple[Any, Any]
) -> Iterator[dict[str, Any]]:
    """The columns of comparisons, first and second group; their chances corrected together."""
    found = [compare_two_shares(one, other) for one, other in pairs]
    chances = correct_chances([each.chance for each in found])
    for (one, other), each, chance in zip(pairs, found, chances, strict=True):
        yield expect_difference(one, other, each) | {
            "chance": ChanceText(chance),
            "stands": yes_no[0] if chance < STANDS_UNDER else yes_no[1],
        }


def expect_difference(one: Pair, other: Pair, found: ShareDifference) -> dict[str, Any]:
    return {
        "first": divide(*one),
        "second": divide(*other),
        "n1": one[1],
        "n2": other[1],
        "difference": found.figure,
        "low": found.low,
        "high": found.high,
    }


def has_enough(*pairs: Pair) -> bool:
    """Whether so many people stand behind each that they are compared."""
    return min(n for _, n in pairs) >= FEWEST_COMPARED


def read_yes_no(basis: RecountBasis) -> tuple[str, str]:
    return basis.report.names["word:yes"], basis.report.names["word:no"]


def recount_two_groups(
    basis: RecountBasis,
    table: PublishedTable,
    first: CountedAnswers | None,
    second: CountedAnswers | None,
) -> RecountedTable:
    """Every driver between two lots of people; a row for each that enough people rated in both."""
    if first is None or second is None:
        return RecountedTable(["one of the two is not in the files"] * len(table.rows))
    pairs = {
        driver: (count_weak(first, path), count_weak(second, path))
        for driver, path in basis.drivers.items()
    }
    least = max(basis.minimum, FEWEST_COMPARED)
    compared = {name: both for name, both in pairs.items() if min(n for _, n in both) >= least}
    known = [row["what"] for row in table.rows]
    # What is published decides which were compared: a driver that was asked otherwise in the wave
    # before is none of them.
    family = {name: pairs[name] for name in known if name in pairs}
    expected = dict(
        zip(family, expect_contrasts(list(family.values()), read_yes_no(basis)), strict=True)
    )
    return RecountedTable(
        [expected.get(name, "no such driver") for name in known], list_missing(compared, known)
    )


def recount_roles(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Residents and participants, driver by driver."""
    survey = basis.survey
    return recount_two_groups(
        basis, table, basis.residents, survey and survey.select_role(PARTICIPANT)
    )


def recount_changes(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """The wave before and this one."""
    earlier = basis.survey and basis.reported.find_earlier_form(basis.survey)
    return recount_two_groups(
        basis, table, earlier and earlier.select_role(RESIDENT), basis.residents
    )


@dataclass(frozen=True)
class GroupedResidents:
    """Residents told apart in one respect: person -> category, and the categories' labels."""

    category: pd.Series[str]
    codes: Mapping[str, str]

    @property
    def is_pair(self) -> bool:
        """Whether there are two groups alone: each is the other's everybody else."""
        return self.category.nunique() == 2


def list_grouped_residents(basis: RecountBasis) -> dict[str, GroupedResidents]:
    """In what residents are told apart, by what the report calls it."""
    form, language = basis.residents, basis.language
    if form is None:
        return {}
    titles = {code: name for name, code in basis.name_codes("trait").items()}
    found = {}
    if form.find_question(CITY):
        cities = GroupedResidents(form.read_city(), read_city_labels(form, language))
        found[titles[CITY]] = cities
    tie = form.find_question("hubungan")
    for path in [*([tie] if tie else []), *form.list_group("latar")]:
        name, values = path.rpartition("/")[2], form.get_values(path)
        wording = next(iter(read_question_labels(form, [path], language)))
        labels = read_choice_labels(form, path, language)
        found[titles.get(name, wording)] = GroupedResidents(values[values != "tm"], labels)
    spoken = form.get_recorded("language")
    found[titles["language"]] = GroupedResidents(spoken, basis.name_codes("language"))
    return found


def recount_differences(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """The groups that differ from everybody else.

    How many comparisons the chances were corrected for is not in the files, since what was hidden
    was not compared: they lie between those for the rows that are there, and for all that could be.
    """
    form, grouped = basis.residents, list_grouped_residents(basis)
    if form is None:
        return RecountedTable(["no such questionnaire"] * len(table.rows))
    pairs = [
        pair_groups(form, basis.drivers[row["what"]], grouped[row["about"]], row)
        for row in table.rows
    ]
    found = [compare_two_shares(one, other) for one, other in pairs]
    ranks = sorted(range(len(found)), key=lambda place: found[place].chance)
    possible = count_possible_comparisons(form, basis.drivers.values(), grouped.values())
    rows = []
    for place, ((one, other), each) in enumerate(zip(pairs, found, strict=True)):
        rank = ranks.index(place)
        bounds = [min(1.0, each.chance * (k - rank)) for k in (len(found), possible)]
        rows.append(expect_difference(one, other, each) | {"chance": ChanceRange(*bounds)})
    return RecountedTable(rows)


def pair_groups(
    form: CountedAnswers, path: str, group: GroupedResidents, row: Mapping[str, Any]
) -> tuple[Pair, Pair]:
    """Counts of everybody else and of the group that a row names."""
    mine = group.category[group.category == group.codes[row["other"]]].index.tolist()
    weak, n = count_weak(form.select_people(mine), path)
    if group.is_pair and row["one"] in group.codes:
        rest = group.category[group.category == group.codes[row["one"]]].index.tolist()
        return count_weak(form.select_people(rest), path), (weak, n)
    every, whole = count_weak(form, path)
    return (every - weak, whole - n), (weak, n)


def count_possible_comparisons(
    form: CountedAnswers, drivers: Iterable[str], grouped: Collection[GroupedResidents]
) -> int:
    """How many comparisons there are with ten people on both sides, hidden ones counted in."""
    number = 0
    for path in drivers:
        values = form.get_values(path)
        rated = values[values.str.isdigit()]
        for group in grouped:
            sizes = group.category.reindex(rated.index).value_counts()
            enough = [n for n in sizes if min(n, len(rated) - n) >= FEWEST_COMPARED]
            number += 1 if len(sizes) == 2 else len(enough)
    return number


def recount_moves(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Drivers by the last report and now."""
    form = basis.residents
    if form is None:
        return RecountedTable(["no such questionnaire"] * len(table.rows))
    start = pd.Timestamp(basis.report.facts.start)
    sent, begun = form.people["sent_at"], form.people["started_at"]
    known = (sent < start) | (sent.isna() & (begun < start))
    if (since := mask_released_since(form.people, start)) is not None:
        known = known.where(form.people["released_at"].isna(), ~since)
    by_then = form.select_people(form.people[known].index.tolist())
    rows = []
    for row in table.rows:
        path = basis.drivers[row["driver"]]
        before, now = count_weak(by_then, path), count_weak(form, path)
        share, later = divide(*before), divide(*now)
        rows.append(
            {
                "before": share,
                "n_before": before[1],
                "now": later,
                "n_now": now[1],
                "by": round(100 * (later - share)),
            }
        )
    return RecountedTable(rows)


def recount_flagged(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Every driver with and without the interviews that bear a flag."""
    form = basis.residents
    if form is None or "flag_fast" not in form.people:
        return RecountedTable(["needs the flags of interviews.csv"] * len(table.rows))
    flagged = (form.people["flag_fast"] == "1") | (form.people["flag_straight"] == "1")
    clean = form.select_people(form.people[~flagged].index.tolist())
    rows = []
    for row in table.rows:
        path = basis.drivers[row["driver"]]
        every, others = divide(*count_weak(form, path)), divide(*count_weak(clean, path))
        rows.append({"every": every, "clean": others, "change": 100 * (others - every)})
    return RecountedTable(rows)


def recount_readiness(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """The answers to the two questions on readiness."""
    form, titles = basis.residents, basis.name_codes("readiness")
    if form is None:
        return RecountedTable(["no such questionnaire"] * len(table.rows))
    counts, sizes = [], []
    for row in table.rows:
        path = form.find_question(titles[row["question"]])
        code = read_choice_labels(form, path, basis.language)[row["answer"]]
        chosen = form.mask_chosen(path, code)
        counts.append(int(chosen.sum()))
        sizes.append(len(chosen))
    blocks = [row["question"] for row in table.rows]
    cells = expect_blocks(blocks, counts, [row["people"] for row in table.rows], basis.minimum)
    return RecountedTable(
        [
            {"people": cell, "share": expect_part(cell, count, n), "n": n}
            for cell, count, n in zip(cells, counts, sizes, strict=True)
        ]
    )


def expect_part(cell: Any, count: int, n: int) -> Any:
    """The share that belongs to a count; hidden where the count is."""
    return HideableCell(divide(count, n)) if isinstance(cell, HideableCell) else cell


def recount_maps(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Every district: its people, and the share of all their ratings that find drivers weak."""
    form = basis.residents
    if form is None:
        return RecountedTable(["no such questionnaire"] * len(table.rows))
    where = form.get_values(form.find_question(DISTRICT))
    ratings = pd.concat([form.get_values(path) for path in basis.drivers.values()])
    rated = ratings[ratings.str.isdigit()]
    place = where.reindex(rated.index)
    weak = rated.isin(["1", "2"]).groupby(place.to_numpy()).agg(["sum", "size"])
    people = where.value_counts()
    cities = form.data.find_list(form.questionnaire, DISTRICT)
    counts = [int(people.get(row["code"], 0)) for row in table.rows]
    blocks = [cities.get(row["code"], {}).get(CITY, "") for row in table.rows]
    # Of those who are not broken down it is not known from which city they are.
    waiting = dict.fromkeys(blocks, len(form.list_not_broken_down(DISTRICT)))
    shown = expect_blocks(
        blocks, counts, [row["people"] for row in table.rows], basis.minimum, waiting
    )
    return RecountedTable(
        [
            {"people": cell, "weak": expect_judgement(weak, str(row["code"]), count)}
            for row, cell, count in zip(table.rows, shown, counts, strict=True)
        ],
        list_missing(cities, [row["code"] for row in table.rows]),
    )


def expect_judgement(weak: pd.DataFrame, code: str, people: int) -> Any:
    """The share of a district's ratings; hidden where fewer than ten people are."""
    if people < FEWEST_COMPARED:
        return HiddenCell(f"fewer than {FEWEST_COMPARED} people")
    sums, sizes = weak["sum"], weak["size"]
    return HideableCell(divide(float(sums[code]), float(sizes[code])))
