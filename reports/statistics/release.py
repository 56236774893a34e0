"""Who is in the figures: released in batches, so that no two reports give a person away. Pure.

Figures change only at a release. Its totals take newcomers when there are ``minimum`` of them or
more; a row of a grouping, such as a city, takes people when there are so many of them. Until then
they stand in *not yet broken down*: in the totals and in no row. An interview that was edited
counts as one that left and as a newcomer. Nobody leaves the totals alone: where too few come at the
same time, ``minimum`` others are set aside, and come back with the next newcomers. A row that lost
somebody is not shown until it takes enough people at a breakdown; rows of which nobody came or went
stay as they are, since who has the last document knows them already.

Why this suffices for an attacker who knows everybody's groups and when they came:
``reports.statistics.minimum_cut``, and docs/disclosure.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from reports.statistics.linear_disclosure import Matrix, build_small_cells, count_solved_cells
from reports.statistics.minimum_cut import count_pairs, find_smallest_cut

#: In more people than this no linear algebra is tried: there are far more of them than sums.
MOST_SOLVED = 1000
#: The row of those who are in the totals and in no row.
NOT_BROKEN_DOWN = "-"
#: In place of a grouping, where people of a batch are counted, and those who left one. No question
#: has such a name.
BATCH, LEFT = "(batch)", "(left)"
#: A row of a grouping: ("kota", "31.71").
RowKey = tuple[str, str]
#: How many a row had when it was shown last, and at which release that was.
ShownSize = tuple[int, int]
#: Batch and row, as nodes of a graph -> the people who are there.
CellCounts = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class ReleaseCandidate:
    """An interview that counts: ``version`` is another one once it was edited.

    ``groups``: grouping -> category; empty where that was not said.
    """

    id: int
    version: int
    groups: Mapping[str, str]


@dataclass(frozen=True)
class RowEntry:
    """In which row somebody is counted, and since which release."""

    category: str
    since: int


@dataclass(frozen=True)
class ReleasedInterview:
    """One that is in the figures: since which release, and in which rows.

    ``set_aside`` is the last release that left it out because somebody else had left; 0: none did.
    """

    version: int
    batch: int
    rows: Mapping[str, RowEntry] = field(default_factory=dict)
    set_aside: int = 0


ReleasedInterviews = Mapping[int, ReleasedInterview]


@dataclass(frozen=True)
class ReleaseState:
    """One population after a release. Beside who is in it, it remembers only counts.

    ``people`` by the ids of their interviews; ``size`` is how many they were. ``sizes`` are those
    of rows when they were shown last, of batches, and of who left a batch. ``away`` were in the
    figures and come back with the next newcomers. ``closed_rows`` and the rows of
    ``closed_groupings`` are not shown.
    """

    number: int = 0
    people: ReleasedInterviews = field(default_factory=dict)
    size: int = 0
    away: ReleasedInterviews = field(default_factory=dict)
    closed_rows: frozenset[RowKey] = frozenset()
    closed_groupings: frozenset[str] = frozenset()
    sizes: Mapping[RowKey, ShownSize] = field(default_factory=dict)

    def find_row(self, person: int, grouping: str) -> str | None:
        """The category as which somebody is shown; None for who is not broken down."""
        entry = self.people[person].rows.get(grouping)
        if entry is None or grouping in self.closed_groupings:
            return None
        return None if (grouping, entry.category) in self.closed_rows else entry.category


#: Before the first release.
NOTHING_RELEASED = ReleaseState()


def plan_release(
    previous: ReleaseState,
    candidates: Iterable[ReleaseCandidate],
    minimum: int,
    *,
    breaks_down: bool,
    parents: Mapping[str, str] | None = None,
) -> ReleaseState:
    """The next release of a population, or ``previous`` itself if nothing may change.

    With ``breaks_down`` rows take whom they can; else none takes anybody. ``parents`` are
    groupings of which each category lies within one of another grouping.
    """
    present = {one.id: one for one in candidates}
    kept, away = (keep_unchanged(found, present) for found in (previous.people, previous.away))
    joining, gone = present.keys() - kept.keys() - away.keys(), previous.size - len(kept)
    if len(joining) >= minimum:
        kept, away = kept | away, {}
    else:
        joining = set()
        if 0 < gone < minimum:
            kept, more = set_companions_aside(previous, kept, minimum)
            away |= more
    if not (gone or joining or breaks_down):
        return previous
    if len(kept) + len(joining) < minimum:
        kept, joining, away = {}, set(), away | kept  # Of so few nothing is shown.
    planner = RowPlanner(previous, present, kept, joining, minimum, parents or {})
    found = replace(planner.plan(breaks_down), away=away)
    return found if gone or joining or is_shown_otherwise(previous, found) else previous


def keep_unchanged(
    entries: ReleasedInterviews, present: Mapping[int, ReleaseCandidate]
) -> dict[int, ReleasedInterview]:
    """Those that are still there and as they were."""
    return {
        id_: entry
        for id_, entry in entries.items()
        if id_ in present and is_unchanged(entry, present[id_])
    }


def set_companions_aside(
    previous: ReleaseState, kept: ReleasedInterviews, number: int
) -> tuple[dict[int, ReleasedInterview], dict[int, ReleasedInterview]]:
    """Who stays, and who is set aside with those who left: so many.

    As good as drawn by lot: people who are alike could be a row by themselves, whose sum is known.
    """
    release = previous.number + 1
    going = set(sorted(kept, key=lambda id_: hash((release, id_)))[:number])
    return (
        {id_: entry for id_, entry in kept.items() if id_ not in going},
        {id_: replace(kept[id_], set_aside=release) for id_ in going},
    )


def is_shown_otherwise(previous: ReleaseState, found: ReleaseState) -> bool:
    """Whether rows differ between two releases of the same people."""
    return (
        found.people != previous.people
        or found.closed_rows != previous.closed_rows
        or found.closed_groupings != previous.closed_groupings
    )


def is_unchanged(entry: ReleasedInterview, now: ReleaseCandidate) -> bool:
    """Whether an interview is as it was released, also in the rows that it was counted in."""
    return entry.version == now.version and all(
        now.groups.get(grouping, "") == row.category for grouping, row in entry.rows.items()
    )


def list_rows(entry: ReleasedInterview) -> list[RowKey]:
    """The rows that somebody is counted in."""
    return [(name, row.category) for name, row in entry.rows.items()]


def count_rows(entries: Iterable[ReleasedInterview]) -> Counter[RowKey]:
    """How many there are in each row."""
    return Counter(row for entry in entries for row in list_rows(entry))


class RowPlanner:
    """Decides who comes into which row, grouping by grouping, parents first."""

    def __init__(
        self,
        previous: ReleaseState,
        present: Mapping[int, ReleaseCandidate],
        kept: ReleasedInterviews,
        joining: Iterable[int],
        minimum: int,
        parents: Mapping[str, str],
    ) -> None:
        self.previous, self.present, self.minimum = previous, present, minimum
        self.number = previous.number + 1
        self.parents = parents
        self.joining = frozenset(joining)
        self.kept = kept
        self.batch = {id_: entry.batch for id_, entry in kept.items()}
        self.batch |= dict.fromkeys(self.joining, self.number)
        self.rows: dict[int, dict[str, RowEntry]] = {
            id_: dict(kept[id_].rows) if id_ in kept else {} for id_ in self.batch
        }
        self.before = count_rows(kept.values())
        # Who was away only while the row was not shown has never been missed.
        self.returned = Counter(
            row
            for id_, entry in kept.items()
            for row in list_rows(entry)
            if id_ in previous.away and entry.set_aside <= previous.sizes.get(row, (0, 0))[1]
        )
        self.closed_rows: set[RowKey] = set()
        self.closed_groupings: set[str] = set()
        self.sizes = dict(previous.sizes)
        self.count_batches()

    def count_batches(self) -> None:
        """Remember how many of each batch are there, and how many left it now."""
        stayed = Counter(e.batch for id_, e in self.kept.items() if id_ in self.previous.people)
        for (kind, batch), (people, _) in self.previous.sizes.items():
            if kind == BATCH and people > stayed[int(batch)]:
                left = people - stayed[int(batch)]
                self.sizes[f"{LEFT} {self.number}", batch] = left, self.number
        there = Counter(self.batch.values())
        known = {int(batch) for kind, batch in self.previous.sizes if kind == BATCH}
        self.sizes |= {
            (BATCH, str(number)): (there[number], self.number) for number in known | there.keys()
        }

    def plan(self, breaks_down: bool) -> ReleaseState:
        """The release, with everybody's rows."""
        names = {grouping for id_ in self.batch for grouping in self.present[id_].groups}
        for grouping in sorted(names, key=lambda name: (name in self.parents, name)):
            self.plan_grouping(grouping, breaks_down)
        people = {
            id_: ReleasedInterview(
                self.present[id_].version,
                batch,
                self.rows[id_],
                self.kept[id_].set_aside if id_ in self.kept else 0,
            )
            for id_, batch in self.batch.items()
        }
        return ReleaseState(
            self.number,
            people,
            len(people),
            closed_rows=frozenset(self.closed_rows),
            closed_groupings=frozenset(self.closed_groupings),
            sizes=self.sizes,
        )

    def plan_grouping(self, grouping: str, breaks_down: bool) -> None:
        """Let as many rows take their people as that gives nobody away."""
        changed = self.find_changed(grouping)
        entering = self.choose_entering(grouping, changed) if breaks_down else {}
        for category, people in entering.items():
            for id_ in people:
                self.rows[id_][grouping] = RowEntry(category, self.number)
        # However many left a row: who left in all is known, too, and so would be those who left
        # together with them, and were in another row or in none.
        self.close_rows(grouping, changed - entering.keys())
        self.remember_sizes(grouping)

    def close_rows(self, grouping: str, categories: Iterable[str]) -> None:
        """Do not show these rows, nor any if too few would be left over by those that are."""
        self.closed_rows |= {(grouping, category) for category in categories}
        apart = sum(not self.is_shown(id_, grouping) for id_ in self.rows)
        if 0 < apart < self.minimum:
            self.closed_groupings.add(grouping)

    def remember_sizes(self, grouping: str) -> None:
        """Those of the rows that are shown now; of others they stay as they were shown last."""
        shown = Counter(
            rows[grouping].category
            for id_, rows in self.rows.items()
            if self.is_shown(id_, grouping)
        )
        self.sizes |= {(grouping, name): (people, self.number) for name, people in shown.items()}

    def choose_entering(self, grouping: str, changed: set[str]) -> dict[str, list[int]]:
        """The rows that take people, and whom: as many as are safe together."""
        waiting = self.gather_waiting(grouping)
        entering = {
            category: waiting[category]
            # Those given up first come first: the smallest, as it costs readers least; and before
            # those that lost people, which are not shown unless they take some.
            for category in sorted(waiting, key=lambda each: (each in changed, len(waiting[each])))
            if len(waiting[category]) >= self.minimum
        }
        # What is known already, by who left since, no row that takes people can undo.
        known = self.count_solutions(grouping, {}) if entering else 0
        while entering:
            for tried in self.list_ways_to_enter(grouping, entering):
                if self.is_safe(grouping, tried, changed, known):
                    return tried
            del entering[next(iter(entering))]
        return {}

    def list_ways_to_enter(
        self, grouping: str, entering: Mapping[str, list[int]]
    ) -> Iterator[dict[str, list[int]]]:
        """Everybody; else all but some of the largest row, among whom the others hide."""
        yield dict(entering)
        largest = max(entering, key=lambda category: len(entering[category]))
        into = {id_: category for category, ids in entering.items() for id_ in ids}
        left = self.count_left_over(grouping, into)
        # The last that came, so that those who have waited longest wait no longer.
        people = sorted(entering[largest], key=lambda id_: (self.batch[id_], hash((1, id_))))
        for held in {max(self.minimum - left, 1), self.minimum}:
            if len(people) - held >= self.minimum:
                yield {**entering, largest: people[:-held]}

    def gather_waiting(self, grouping: str) -> dict[str, list[int]]:
        """Category -> who has never been in its row and could come into it now."""
        parent = self.parents.get(grouping)
        found: dict[str, list[int]] = defaultdict(list)
        for id_, rows in self.rows.items():
            # Nobody is told by district before they are by city, or the districts told the city.
            if grouping not in rows and (parent is None or self.is_shown(id_, parent)):
                found[self.present[id_].groups.get(grouping, "")].append(id_)
        return found

    def count_left_over(self, grouping: str, into: Mapping[int, str]) -> int:
        """Those who would be in no row, less batches of which nobody is in one.

        What such a batch says is known, and can be taken away from what all in no row say. Where
        nobody else is left over, what remains is of those that the batches have lost.
        """
        waiting = [id_ for id_, rows in self.rows.items() if not (grouping in rows or id_ in into)]
        begun = {self.batch[id_] for id_ in self.rows.keys() - set(waiting)}
        whole = {self.batch[id_] for id_ in waiting} - begun
        lost = sum(people for came, _, people in self.list_left() if came in whole)
        return sum(self.batch[id_] in begun for id_ in waiting) or lost

    def is_shown(self, id_: int, grouping: str) -> bool:
        """Whether somebody is in a row that is shown."""
        entry = self.rows[id_].get(grouping)
        hidden = entry is None or (grouping, entry.category) in self.closed_rows
        return not hidden and grouping not in self.closed_groupings

    def find_changed(self, grouping: str) -> set[str]:
        """The rows that people left or came back to since they were shown."""
        return {
            row[1]
            for row, (size, _) in self.previous.sizes.items()
            if row[0] == grouping and (size != self.before[row] or self.returned[row])
        }

    def is_safe(
        self, grouping: str, entering: Mapping[str, Sequence[int]], changed: set[str], known: int
    ) -> bool:
        """Whether nobody is given away if these come into their rows."""
        into = {id_: category for category, people in entering.items() for id_ in people}
        left = self.count_left_over(grouping, into)
        if 0 < left < self.minimum or (changed - entering.keys() and left < self.minimum):
            return False
        now, then = self.list_graphs(grouping, {}), self.list_graphs(grouping, into)
        return (
            all(
                find_smallest_cut(each, self.minimum)
                >= min(self.minimum, find_smallest_cut(before, self.minimum))
                for before, each in zip(now, then, strict=True)
            )
            and self.count_solutions(grouping, into) <= known
        )

    def list_graphs(self, grouping: str, into: Mapping[int, str]) -> list[CellCounts]:
        """Known sums and who is between them: of who is there, with who left, and nested."""
        there = self.count_cells(grouping, into)
        left = {(name_batch(came), name_batch(at)): n for came, at, n in self.list_left()}
        return [there, {**there, **left}, *self.count_nested(grouping, into)]

    def list_left(self) -> Iterator[tuple[int, int, int]]:
        """Of who left: the batch that they came with, the release that they left at, how many."""
        for (kind, batch), (people, left) in self.sizes.items():
            if kind.startswith(LEFT):
                yield int(batch), left, people

    def count_cells(self, grouping: str, into: Mapping[int, str]) -> CellCounts:
        """Batch and row -> who is there, if some people come ``into`` rows now."""
        return count_pairs(
            (name_batch(batch), self.name_place(id_, grouping, into))
            for id_, batch in self.batch.items()
        )

    def name_place(self, id_: int, grouping: str, into: Mapping[int, str]) -> str:
        """The node of who came into a row together, or of who is in none."""
        entry = RowEntry(into[id_], self.number) if id_ in into else self.rows[id_].get(grouping)
        return name_row(entry) if entry else NOT_BROKEN_DOWN

    @cached_property
    def small_cells(self) -> Matrix:
        """What an attacker would like to know: see ``build_small_cells``."""
        groups = [
            {**self.present[id_].groups, "": name_batch(batch)} for id_, batch in self.batch.items()
        ]
        return build_small_cells(groups, self.minimum)

    def count_solutions(self, grouping: str, into: Mapping[int, str]) -> int:
        """The cells of too few people that sums of several groupings together single out."""
        if len(self.batch) > MOST_SOLVED:
            return 0
        places = [dict(self.list_sums(id_, grouping, into)) for id_ in self.batch]
        return count_solved_cells(places, self.small_cells)

    def list_sums(
        self, id_: int, grouping: str, into: Mapping[int, str]
    ) -> Iterator[tuple[str, str]]:
        """The known sums that somebody is in; of who is in no row there is none of its own."""
        yield "", name_batch(self.batch[id_])
        if id_ in into:
            yield grouping, name_row(RowEntry(into[id_], self.number))
        for name, entry in self.rows[id_].items():
            yield name, name_row(entry)
        if id_ in self.kept and self.kept[id_].set_aside:
            yield "set aside", str(self.kept[id_].set_aside)

    def count_nested(self, grouping: str, into: Mapping[int, str]) -> list[CellCounts]:
        """Of a grouping within another one: the outer row and the inner one -> people."""
        parent = self.parents.get(grouping)
        if parent is None:
            return []
        pairs = []
        for id_, rows in self.rows.items():
            outer = self.rows[id_].get(parent)
            if outer is not None and self.is_shown(id_, parent):
                inner = RowEntry(into[id_], self.number) if id_ in into else rows.get(grouping)
                name = name_row(inner) if inner else f"{NOT_BROKEN_DOWN} {outer.category}"
                pairs.append((f"outer {name_row(outer)}", name))
        return [count_pairs(pairs)]


def name_batch(number: int) -> str:
    """A batch as a node of the graph."""
    return f"batch {number}"


def name_row(entry: RowEntry) -> str:
    """Those who came into a row at one release, as a node of the graph."""
    return f"{entry.since} {entry.category}"
