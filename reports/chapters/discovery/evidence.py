"""What speaks for each candidate: the figures of the other chapters, gathered by criterion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from reports import question_names
from reports.chapters.assets import chapter
from reports.chapters.shocks.worries import WORRY_KINDS, read_worries
from reports.chapters.workshop import ballot_figures
from reports.discovery import scoring
from reports.discovery.candidate_file import CandidateArea
from reports.discovery.scoring import (
    INDIRECT_WEIGHT,
    NAN,
    compute_geometric_mean,
    compute_known_mean,
    compute_plan_gap,
    scale_median,
)
from reports.localizer import Localizer
from reports.measures import plan_coverage
from reports.measures.asset_states import AssetState, build_asset_states, read_asset_judgements
from reports.measures.drivers import read_drivers
from reports.measures.ratings import RATED_GROUPS, pair_shock_ratings, read_ratings
from reports.reading.frames import Frames
from reports.request import ReportRequest


@dataclass(frozen=True)
class EvidenceItem:
    """One figure with its n, of what if not of the candidate itself, and its value of 0-1.

    ``residents`` are those whose answers it is; 0 where others judged.
    """

    label: str
    figure: str
    value: float
    residents: int = 0


@dataclass(frozen=True)
class Evidence:
    """All that speaks for a candidate: criterion -> its figures, and criterion -> its value."""

    area: CandidateArea
    label: str
    items: Mapping[str, Sequence[EvidenceItem]]
    values: Mapping[str, float]

    @property
    def rating_residents(self) -> int:
        """How many residents rated the driver; 0 where they are too few to be shown."""
        return sum(item.residents for item in self.items[scoring.PERCEPTION])

    @property
    def candidate(self) -> scoring.Candidate:
        """What the rule goes by."""
        return scoring.Candidate(self.area.driver, self.values)


def gather_evidence(
    areas: Sequence[CandidateArea], frames: Frames, order: ReportRequest, words: Localizer
) -> Iterator[Evidence]:
    """The evidence of every candidate, in the order of the file."""
    drivers = gather_perception(frames, order, words)
    cells, listed = (
        gather_vulnerability(frames, order, words),
        gather_asset_states(frames, order, words),
    )
    felt, plan_gaps = (
        gather_pressure(frames, order, words),
        gather_plan_gaps(areas, frames, order, words),
    )
    for area in areas:
        named_here = [
            *((question_names.SHOCKS, code) for code in area.shocks),
            *((question_names.STRESSES, code) for code in area.stresses),
        ]
        items = {
            scoring.PERCEPTION: list_driver_items(drivers, area.driver),
            scoring.ASSETS: [
                build_asset_item(state, area, cells, words)
                for state in listed
                if state.category_code in area.categories
            ],
            scoring.PRESSURE: [felt.get(key, EvidenceItem(key[1], "–", NAN)) for key in named_here],
            scoring.PLANS: list_driver_items(plan_gaps, area.driver),
        }
        values = {
            name: compute_known_mean([item.value for item in found])
            for name, found in items.items()
        }
        known = {name: value for name, value in values.items() if not isnan(value)}
        label = words(question_names.DRIVER_NAMES.get(area.driver, "")) or area.driver
        yield Evidence(area, label, items, known)


def list_driver_items(items: Mapping[str, EvidenceItem], driver: str) -> list[EvidenceItem]:
    """What there is of a driver."""
    return [items[driver]] if driver in items else []


def gather_perception(
    frames: Frames, order: ReportRequest, words: Localizer
) -> dict[str, EvidenceItem]:
    """Driver -> the share of residents who find it weak, with its range; too few are left out."""
    form = frames.find_form(question_names.DRIVERS)
    return {
        driver.name: EvidenceItem(
            "",
            words(
                "{share} of {n} residents find it weak ({low}–{high})",
                share=words.format_share(driver.weak_share),
                n=words.format_count(driver.n),
                low=words.format_share(driver.range.low),
                high=words.format_share(driver.range.high),
            ),
            driver.weak_share,
            driver.n,
        )
        for driver in (read_drivers(form.select_role("resident"), words) if form else ())
        if driver.n >= order.minimum_cell
    }


VulnerabilityCells = Mapping[tuple[str, str], float]


def gather_vulnerability(
    frames: Frames, order: ReportRequest, words: Localizer
) -> VulnerabilityCells:
    """(asset, shock) -> vulnerability of 1-5: as agreed in the last workshop, else as answered.

    1 where most say that the shock does not reach it; nothing where too few rated it.
    """
    form = frames.vulnerability_form
    cells = chapter.read_assets_under_shocks(form, order, words) if form else ()
    answered = {
        j.codes: j.rating.median if j.display_state == "rated" else 1.0
        for j in cells
        if j.display_state != "hidden"
    }
    agreed = {
        (ballot.result.ballot.asset, ballot.result.ballot.shock): float(ballot.result.agreed_value)
        for held in frames.workshops
        for ballot in ballot_figures.list_ballot_figures(held, order, words)
        if ballot.rating and ballot.result.agreed_value is not None
    }
    return {**answered, **agreed}


def gather_asset_states(frames: Frames, order: ReportRequest, words: Localizer) -> list[AssetState]:
    """Every asset of the list with what its loss would mean."""
    form = frames.find_form(question_names.CONDITION)
    if form is None:
        return []
    return list(build_asset_states(form, read_asset_judgements(form), order, words))


def build_asset_item(
    state: AssetState, area: CandidateArea, cells: VulnerabilityCells, words: Localizer
) -> EvidenceItem:
    """How vulnerable an asset is under the area's shocks, and how critical; NaN if not known."""
    vulnerability = compute_known_mean(
        [cells.get((state.asset_code, shock), NAN) for shock in area.shocks]
    )
    critical = state.median(question_names.CRITICALITY)
    value = compute_geometric_mean(scale_median(vulnerability), scale_median(critical))
    if isnan(value):
        return EvidenceItem(state.asset, "–", NAN)
    figure = words(
        "vulnerability {vulnerability}, criticality {criticality} (n = {n})",
        vulnerability=words.format_score(vulnerability),
        criticality=words.format_score(critical),
        n=words.format_count(state.ratings[question_names.CRITICALITY].n),
    )
    return EvidenceItem(state.asset, figure, value)


HazardKey = tuple[str, str]


def gather_pressure(
    frames: Frames, order: ReportRequest, words: Localizer
) -> dict[HazardKey, EvidenceItem]:
    """Each shock and stress: how many residents name it, and how participants rate it.

    The value is the mean of both, or the one that enough people stand behind.
    """
    sources = [
        dict(gather_worries(frames, order, words)),
        dict(gather_hazard_ratings(frames, order, words)),
    ]
    return {
        key: join_evidence_items([source[key] for source in sources if key in source])
        for key in {**sources[0], **sources[1]}
    }


def join_evidence_items(items: Sequence[EvidenceItem]) -> EvidenceItem:
    """Several figures of the same thing as one."""
    return EvidenceItem(
        items[0].label,
        "; ".join(item.figure for item in items),
        compute_known_mean([item.value for item in items]),
    )


def gather_worries(
    frames: Frames, order: ReportRequest, words: Localizer
) -> Iterator[tuple[HazardKey, EvidenceItem]]:
    """The share of residents who name a shock or stress among their three."""
    form = frames.find_form(question_names.DRIVERS)
    if form is None:
        return
    for kind in WORRY_KINDS:
        for w in read_worries(form.select_role("resident"), kind):
            if w.n >= order.minimum_cell:
                figure = words(
                    "named by {share} of {n} residents",
                    share=words.format_share(w.share),
                    n=words.format_count(w.n),
                )
                yield (kind, w.code), EvidenceItem(w.label, figure, w.share)


def gather_hazard_ratings(
    frames: Frames, order: ReportRequest, words: Localizer
) -> Iterator[tuple[HazardKey, EvidenceItem]]:
    """What participants' medians come to: both of a shock's together, the weight of a stress."""
    form = frames.find_form(question_names.LIKELIHOOD)
    if form is None:
        return
    sure = {
        group: [r for r in read_ratings(form, group) if r.rating.n >= order.minimum_cell]
        for group in RATED_GROUPS
    }
    for likely, grave in pair_shock_ratings(sure):
        figure = words(
            "likelihood {likelihood}, consequence {consequence} (n = {n})",
            likelihood=words.format_score(likely.rating.median),
            consequence=words.format_score(grave.rating.median),
            n=words.format_span((likely.rating.n, grave.rating.n)),
        )
        value = compute_geometric_mean(
            scale_median(likely.rating.median), scale_median(grave.rating.median)
        )
        yield (question_names.SHOCKS, likely.code), EvidenceItem(likely.label, figure, value)
    for r in sure[question_names.WEIGHT]:
        figure = words(
            "weight {weight} (n = {n})",
            weight=words.format_score(r.rating.median),
            n=words.format_count(r.rating.n),
        )
        yield (
            (question_names.STRESSES, r.code),
            EvidenceItem(r.label, figure, scale_median(r.rating.median)),
        )


def gather_plan_gaps(
    areas: Sequence[CandidateArea], frames: Frames, order: ReportRequest, words: Localizer
) -> Mapping[str, EvidenceItem]:
    """Driver -> how little is planned for it; nothing with fewer plans than candidates."""
    form = frames.find_form(question_names.PLANS)
    found = plan_coverage.read_plan_inventory(form, order, words) if form else None
    if found is None or len(found.plans) < len(areas):
        return {}
    covered = {c.code: c for c in found.coverage.get(question_names.DRIVERS, ())}
    wanted = {a.driver: covered[a.driver] for a in areas if a.driver in covered}
    counts = {name: c.direct + INDIRECT_WEIGHT * (c.indirect or 0) for name, c in wanted.items()}
    average = sum(counts.values()) / len(counts) if counts else 0
    return {
        name: EvidenceItem(
            "",
            words(
                "of {n} plans {direct} directly, {indirect} indirectly",
                n=words.format_count(len(found.plans)),
                direct=words.format_count(c.direct),
                indirect=words.format_count(c.indirect or 0),
            ),
            compute_plan_gap(counts[name], average),
        )
        for name, c in wanted.items()
    }
