"""A simulated year of reports, and an attacker who subtracts each from each.

The attacker has every document, knows of everybody in which groups they are and in which weeks
their answers came, changed and went, and of nobody what they answered. What is published of the
answers are sums over sets of people: everybody of a wave, and each row that is shown. Whatever can
be worked out from all documents together is a combination of these sets; documents of all waves
together, and of one wave, are sums of each other's.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from reports.statistics.release import (
    NOTHING_RELEASED,
    ReleaseCandidate,
    ReleasedInterview,
    ReleaseState,
    RowEntry,
    plan_release,
)

MINIMUM = 5
WEEKS = 52
BREAKDOWN_WEEKS = 4
PARENTS = {"kecamatan": "kota"}
#: Grouping -> category -> how frequent; empty where it is not said.
GROUPS: Mapping[str, Mapping[str, int]] = {
    "kota": {"jp": 8, "ju": 14, "jb": 22, "js": 22, "jt": 28, "ks": 1},
    "kelamin": {"L": 48, "P": 48, "": 4},
    "umur": {"18": 22, "25": 30, "35": 22, "45": 15, "55": 8, "65": 3},
    "pendidikan": {"sd": 15, "smp": 20, "sma": 45, "s1": 18, "": 4},
    "hubungan": {"tinggal": 80, "kerja": 15, "belajar": 5},
    "language": {"id": 95, "en": 5},
}
DISTRICTS = 7
#: Chances in a week that somebody changes their answers, and that they withdraw.
EDITS, WITHDRAWALS = 0.002, 0.0005
#: Somebody's answers as they stood: who, and how often they had been changed.
Version = tuple[int, int]
Rule = Callable[[ReleaseState, list[ReleaseCandidate], bool], ReleaseState]


@dataclass
class SimulatedYear:
    """What a rule publishes: sets of people, and what an attacker knows of them."""

    published: set[frozenset[Version]] = field(default_factory=set)
    groups: dict[Version, dict[str, str]] = field(default_factory=dict)
    #: Of each release: grouping -> people who are in none of its rows, and how many there are.
    rests: list[dict[str, int]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    #: Of each grouping at the end: people in rows too small to be shown, and what guards them.
    least: dict[str, int] = field(default_factory=dict)


def release_in_batches(
    previous: ReleaseState, people: list[ReleaseCandidate], breaks_down: bool
) -> ReleaseState:
    """The rule of the reports."""
    return plan_release(previous, people, MINIMUM, breaks_down=breaks_down, parents=PARENTS)


def release_everybody(
    previous: ReleaseState, people: list[ReleaseCandidate], _: bool
) -> ReleaseState:
    """As it was before there were releases: all there are, each row that has enough people."""
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for one in people:
        for row in one.groups.items():
            sizes[row] += 1
    entries = {
        one.id: ReleasedInterview(
            one.version,
            previous.number + 1,
            {name: RowEntry(c, 1) for name, c in one.groups.items() if sizes[name, c] >= MINIMUM},
        )
        for one in people
    }
    return ReleaseState(previous.number + 1, entries, len(entries))


def release_totals_in_batches(
    previous: ReleaseState, people: list[ReleaseCandidate], breaks_down: bool
) -> ReleaseState:
    """Enough newcomers in all, but rows as they come."""
    if len({one.id for one in people} - previous.people.keys()) < MINIMUM:
        return previous
    return release_everybody(previous, people, breaks_down)


def simulate_year(
    seed: int, rule: Rule, arrivals: tuple[int, int], edits: float = EDITS
) -> SimulatedYear:
    """A year of one wave that people join, change their answers in, and leave."""
    rng, found = random.Random(seed), SimulatedYear()  # noqa: S311
    people: dict[int, ReleaseCandidate] = {}
    state, number = NOTHING_RELEASED, 0
    for week in range(WEEKS):
        for _ in range(rng.randint(*arrivals)):
            number += 1
            people[number] = ReleaseCandidate(number, 1, draw_groups(rng))
        change_some(people, rng, edits)
        found.groups |= {(one.id, one.version): dict(one.groups) for one in people.values()}
        is_last = week == WEEKS - 1
        new = rule(state, list(people.values()), week % BREAKDOWN_WEEKS == 0 or is_last)
        if new is not state:
            publish_release(found, new, people)
        state = new
    found.least = {name: count_least_hidden(people, name) for name in [*GROUPS, "kecamatan"]}
    return found


def draw_groups(rng: random.Random) -> dict[str, str]:
    """Who somebody is."""
    drawn = {name: rng.choices(list(each), list(each.values()))[0] for name, each in GROUPS.items()}
    return drawn | {"kecamatan": f"{drawn['kota']}{rng.randrange(DISTRICTS)}"}


def change_some(people: dict[int, ReleaseCandidate], rng: random.Random, edits: float) -> None:
    """A week's edits and withdrawals."""
    for id_, one in list(people.items()):
        if rng.random() < WITHDRAWALS * bool(edits):
            del people[id_]
        elif rng.random() < edits:
            people[id_] = ReleaseCandidate(id_, one.version + 1, one.groups)


def publish_release(
    found: SimulatedYear, state: ReleaseState, people: Mapping[int, ReleaseCandidate]
) -> None:
    """All sets of people whose answers are summed up in the documents of a release."""
    rows: dict[tuple[str, str], set[Version]] = defaultdict(set)
    rests = dict.fromkeys([*GROUPS, "kecamatan"], 0)
    for id_, entry in state.people.items():
        for name in people[id_].groups:
            category = state.find_row(id_, name)
            if category is None:
                rests[name] += 1
            else:
                rows[name, category].add((id_, entry.version))
    everybody = frozenset((id_, entry.version) for id_, entry in state.people.items())
    found.published |= {everybody, *map(frozenset, rows.values())}
    found.rests.append(rests)
    found.sizes.append(len(everybody))


def count_least_hidden(people: Mapping[int, ReleaseCandidate], name: str) -> int:
    """People that no pattern could show of one table alone: too small rows, and their cover."""
    sizes: dict[str, int] = defaultdict(int)
    for one in people.values():
        sizes[one.groups[name]] += 1
    small = sum(n for n in sizes.values() if n < MINIMUM)
    larger = sorted(n for n in sizes.values() if n >= MINIMUM)
    return small if small == 0 or small >= MINIMUM else small + (larger[0] if larger else 0)


def list_small_cells(year: SimulatedYear) -> Iterator[frozenset[Version]]:
    """Everybody alone, and fewer than the minimum who have two things in common."""
    known = {one for people in year.published for one in people}
    cells: dict[object, set[Version]] = defaultdict(set)
    for one in known:
        cells[one].add(one)
        for pair in combinations(sorted(year.groups[one].items()), 2):
            cells[pair].add(one)
    yield from (frozenset(cell) for cell in cells.values() if len(cell) < MINIMUM)


def attack_documents(year: SimulatedYear) -> tuple[int, int]:
    """How many small cells there are, and of how many the answers can be worked out exactly."""
    columns = {one: n for n, one in enumerate(sorted(year.groups))}
    sums, cells = (
        np.array([[one in people for one in columns] for people in sets], float)
        for sets in (list(year.published), list(list_small_cells(year)))
    )
    _, values, vectors = np.linalg.svd(sums, full_matrices=False)
    basis = vectors[values > 1e-8 * values[0]]
    left = np.linalg.norm(cells - (cells @ basis.T) @ basis, axis=1)
    return len(cells), int((left < 1e-6).sum())
