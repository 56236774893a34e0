"""What speaks for each candidate: the figures of the other chapters, gathered by criterion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from reports import question_names
from reports.chapters.assets import chapter
from reports.chapters.shocks.worries import NAMED, named
from reports.chapters.workshop import ballot_results
from reports.discovery import scoring
from reports.discovery.candidate_file import Area
from reports.discovery.scoring import INDIRECT, NAN, both, gap, mean, point
from reports.localizer import Words
from reports.measures import plans
from reports.measures.asset_states import State, by_asset, judged
from reports.measures.drivers import read_all
from reports.measures.ratings import RATED, paired, rated
from reports.reading.frames import Frames
from reports.request import Order


@dataclass(frozen=True)
class Item:
    """One figure with its n, of what if not of the candidate itself, and its value of 0-1."""

    label: str
    figure: str
    value: float


@dataclass(frozen=True)
class Evidence:
    """All that speaks for a candidate: criterion -> its figures, and criterion -> its value."""

    area: Area
    label: str
    items: Mapping[str, Sequence[Item]]
    values: Mapping[str, float]

    @property
    def candidate(self) -> scoring.Candidate:
        """What the rule goes by."""
        return scoring.Candidate(self.area.driver, self.values)


def gathered(
    areas: Sequence[Area], frames: Frames, order: Order, words: Words
) -> Iterator[Evidence]:
    """The evidence of every candidate, in the order of the file."""
    drivers = perceived(frames, order, words)
    cells, listed = vulnerable(frames, order, words), states(frames, order, words)
    felt, told = pressing(frames, order, words), unplanned(areas, frames, order, words)
    for area in areas:
        named_here = [
            *((question_names.SHOCKS, code) for code in area.shocks),
            *((question_names.STRESSES, code) for code in area.stresses),
        ]
        items = {
            scoring.PERCEPTION: of(drivers, area.driver),
            scoring.ASSETS: [
                asset_item(state, area, cells, words)
                for state in listed
                if state.kind in area.categories
            ],
            scoring.PRESSURE: [felt.get(key, Item(key[1], "–", NAN)) for key in named_here],
            scoring.PLANS: of(told, area.driver),
        }
        values = {name: mean([item.value for item in found]) for name, found in items.items()}
        known = {name: value for name, value in values.items() if not isnan(value)}
        label = words(question_names.DRIVER_NAMES.get(area.driver, "")) or area.driver
        yield Evidence(area, label, items, known)


def of(items: Mapping[str, Item], driver: str) -> list[Item]:
    """What there is of a driver."""
    return [items[driver]] if driver in items else []


def perceived(frames: Frames, order: Order, words: Words) -> dict[str, Item]:
    """Driver -> the share of residents who find it weak, with its range; too few are left out."""
    form = frames.form_with(question_names.DRIVERS)
    return {
        driver.name: Item(
            "",
            words(
                "{share} of {n} residents find it weak ({low}–{high})",
                share=words.percent(driver.weak),
                n=words.count(driver.n),
                low=words.percent(driver.range.low),
                high=words.percent(driver.range.high),
            ),
            driver.weak,
        )
        for driver in (read_all(form.of("resident"), words) if form else ())
        if driver.n >= order.minimum_cell
    }


Cells = Mapping[tuple[str, str], float]


def vulnerable(frames: Frames, order: Order, words: Words) -> Cells:
    """(asset, shock) -> vulnerability of 1-5: as agreed in the last workshop, else as answered.

    1 where most say that the shock does not reach it; nothing where too few rated it.
    """
    form = frames.vulnerability
    cells = chapter.read(form, order, words) if form else ()
    answered = {
        j.codes: j.rating.median if j.state == "rated" else 1.0
        for j in cells
        if j.state != "hidden"
    }
    agreed = {
        (ballot.result.ballot.asset, ballot.result.ballot.shock): float(ballot.result.value)
        for held in frames.held
        for ballot in ballot_results.judged(held, order, words)
        if ballot.rating and ballot.result.value is not None
    }
    return {**answered, **agreed}


def states(frames: Frames, order: Order, words: Words) -> list[State]:
    """Every asset of the list with what its loss would mean."""
    form = frames.form_with(question_names.CONDITION)
    if form is None:
        return []
    return list(by_asset(form, judged(form), order, words))


def asset_item(state: State, area: Area, cells: Cells, words: Words) -> Item:
    """How vulnerable an asset is under the area's shocks, and how critical; NaN if not known."""
    vulnerability = mean([cells.get((state.code, shock), NAN) for shock in area.shocks])
    critical = state.median(question_names.CRITICALITY)
    value = both(point(vulnerability), point(critical))
    if isnan(value):
        return Item(state.asset, "–", NAN)
    figure = words(
        "vulnerability {vulnerability}, criticality {criticality} (n = {n})",
        vulnerability=words.score(vulnerability),
        criticality=words.score(critical),
        n=words.count(state.ratings[question_names.CRITICALITY].n),
    )
    return Item(state.asset, figure, value)


Named = tuple[str, str]


def pressing(frames: Frames, order: Order, words: Words) -> dict[Named, Item]:
    """Each shock and stress: how many residents name it, and how participants rate it.

    The value is the mean of both, or the one that enough people stand behind.
    """
    sources = [dict(worries(frames, order, words)), dict(judgements(frames, order, words))]
    return {
        key: joined([source[key] for source in sources if key in source])
        for key in {**sources[0], **sources[1]}
    }


def joined(items: Sequence[Item]) -> Item:
    """Several figures of the same thing as one."""
    return Item(
        items[0].label,
        "; ".join(item.figure for item in items),
        mean([item.value for item in items]),
    )


def worries(frames: Frames, order: Order, words: Words) -> Iterator[tuple[Named, Item]]:
    """The share of residents who name a shock or stress among their three."""
    form = frames.form_with(question_names.DRIVERS)
    if form is None:
        return
    for kind in NAMED:
        for w in named(form.of("resident"), kind):
            if w.n >= order.minimum_cell:
                figure = words(
                    "named by {share} of {n} residents",
                    share=words.percent(w.share),
                    n=words.count(w.n),
                )
                yield (kind, w.code), Item(w.label, figure, w.share)


def judgements(frames: Frames, order: Order, words: Words) -> Iterator[tuple[Named, Item]]:
    """What participants' medians come to: both of a shock's together, the weight of a stress."""
    form = frames.form_with(question_names.LIKELIHOOD)
    if form is None:
        return
    sure = {
        group: [r for r in rated(form, group) if r.rating.n >= order.minimum_cell]
        for group in RATED
    }
    for likely, grave in paired(sure):
        figure = words(
            "likelihood {likelihood}, consequence {consequence} (n = {n})",
            likelihood=words.score(likely.rating.median),
            consequence=words.score(grave.rating.median),
            n=words.span((likely.rating.n, grave.rating.n)),
        )
        value = both(point(likely.rating.median), point(grave.rating.median))
        yield (question_names.SHOCKS, likely.code), Item(likely.label, figure, value)
    for r in sure[question_names.WEIGHT]:
        figure = words(
            "weight {weight} (n = {n})",
            weight=words.score(r.rating.median),
            n=words.count(r.rating.n),
        )
        yield (question_names.STRESSES, r.code), Item(r.label, figure, point(r.rating.median))


def unplanned(
    areas: Sequence[Area], frames: Frames, order: Order, words: Words
) -> Mapping[str, Item]:
    """Driver -> how little is planned for it; nothing with fewer plans than candidates."""
    form = frames.form_with(question_names.PLANS)
    found = plans.read(form, order, words) if form else None
    if found is None or len(found.plans) < len(areas):
        return {}
    covered = {c.code: c for c in found.covered.get(question_names.DRIVERS, ())}
    wanted = {a.driver: covered[a.driver] for a in areas if a.driver in covered}
    counts = {name: c.direct + INDIRECT * (c.indirect or 0) for name, c in wanted.items()}
    average = sum(counts.values()) / len(counts) if counts else 0
    return {
        name: Item(
            "",
            words(
                "of {n} plans {direct} directly, {indirect} indirectly",
                n=words.count(len(found.plans)),
                direct=words.count(c.direct),
                indirect=words.count(c.indirect or 0),
            ),
            gap(counts[name], average),
        )
        for name, c in wanted.items()
    }
