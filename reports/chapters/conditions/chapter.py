"""In what state the assets are; what fails together; what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate

from reports import question_names
from reports.chapters.conditions import knock_on, missing_assets
from reports.chapters.elements import (
    COUNT,
    SCORE,
    SHARE,
    Chapter,
    KeyFigure,
    Picture,
    ReportTable,
    TableColumn,
)
from reports.chapters.leader_texts import build_leader_figure, format_leaders, limit_names
from reports.charts import stacked_bars
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer, gettext_noop
from reports.measures.asset_states import (
    ASPECT_NAMES,
    AssetState,
    build_asset_states,
    build_category_states,
    read_asset_judgements,
)
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.request import ReportRequest
from reports.statistics.comparison import compare_ratings
from reports.statistics.leaders import Leaders, find_leaders
from reports.statistics.ranges import NAN
from reports.statistics.row_suppression import compute_share
from reports.statistics.share_contrasts import FEWEST_PEOPLE

#: So many assets in a poor state are named.
NAMED_ASSETS = 5
#: Up to this median a state is poor in the findings; from that one on an asset is critical.
POOR_MEDIAN, CRITICAL_MEDIAN = 2, 4
#: The highest point is the best of these; of all other aspects it is the gravest.
QUALITY_ASPECTS = (question_names.PHYSICAL, question_names.ADEQUACY, question_names.UPKEEP)


def build_conditions_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """State by category and asset; what fails together; what the list lacks."""
    title = words("Condition of assets")
    form = frames.find_form(question_names.CONDITION)
    if form is None:
        return Chapter("conditions", title, (words("No wave with these questions has opened."),))
    rows = read_asset_judgements(form)
    assets, categories = (
        list(build_asset_states(form, rows, order, words)),
        list(build_category_states(form, rows, order, words)),
    )
    links = knock_on.read_knock_on_links(form, rows, words)
    named = missing_assets.read_missing_assets(form, order, words)
    return Chapter(
        key="conditions",
        title=title,
        findings=(
            *list_findings(assets, words),
            *knock_on.list_knock_on_findings(links, order, words),
            *missing_assets.list_missing_findings(named, words),
        ),
        key_figures=tuple(list_key_figures(assets, words)),
        pictures=(
            *draw_pictures(form, categories, words),
            *knock_on.draw_knock_on_picture(links, order, words),
        ),
        tables=(
            *build_worrying_table(assets, words),
            build_conditions_table(categories, assets, order, words),
            *knock_on.build_knock_on_table(links, order, words),
            *missing_assets.build_missing_table(named, words),
        ),
        notes=tuple(list_notes(categories, order, words)),
    )


def list_findings(assets: Sequence[AssetState], words: Localizer) -> Iterator[str]:
    shown = [a for a in assets if a.ratings]
    if not shown:
        yield words("Too few ratings to show anything yet.")
        return
    worrying = [a for a in shown if is_worrying(a)]
    if worrying:
        yield words(
            "In a poor state though much depends on them: {assets}.",
            assets=limit_names(
                [a.asset for a in sorted(worrying, key=compute_urgency)], NAMED_ASSETS, words
            ),
        )
    else:
        yield words("No asset that can be shown is in a poor state while much depends on it.")
    yield from list_lowest_findings(shown, words)
    yield words(
        "{shown} of {all} assets have enough ratings to be shown.",
        shown=words.format_count(len(shown)),
        all=words.format_count(len(assets)),
    )
    split = sum(not r.is_agreed for a in shown for r in a.ratings.values())
    if split:
        yield words.translate_plural(
            "{number} rating finds participants apart (fewer than 75% within one point).",
            "{number} ratings find participants apart (fewer than 75% within one point).",
            split,
        )


def list_lowest_findings(shown: Sequence[AssetState], words: Localizer) -> Iterator[str]:
    """The assets with the lowest medians under each aspect, if any stand out."""
    for aspect, text in (
        (question_names.PHYSICAL, gettext_noop("Lowest medians of physical condition: {assets}.")),
        (question_names.ADEQUACY, gettext_noop("Lowest medians of adequacy: {assets}.")),
        (question_names.UPKEEP, gettext_noop("Lowest medians of upkeep: {assets}.")),
    ):
        if found := find_lowest_assets(shown, aspect):
            name = partial(format_scored_asset, aspect=aspect, words=words)
            yield words(text, assets=format_leaders(found, name, words))


def find_lowest_assets(shown: Sequence[AssetState], aspect: str) -> Leaders[AssetState] | None:
    """The assets with the lowest medians under an aspect, of those that enough people rated."""

    def compare(first: AssetState, second: AssetState) -> float:
        counts = first.counts[aspect], second.counts[aspect]
        # Below so many ratings chances come out too small.
        if min(sum(each.values()) for each in counts) < FEWEST_PEOPLE:
            return NAN
        return compare_ratings(*counts).p_value

    rated = [a for a in shown if aspect in a.ratings]
    return find_leaders(rated, lambda a: a.median(aspect), compare, lowest=True)


def build_worrying_table(assets: Sequence[AssetState], words: Localizer) -> Iterator[ReportTable]:
    """The medians of each asset in a poor state on which much depends, the most urgent first."""
    rows = [
        {"asset": a.asset, "category": a.category, "people": a.people}
        | {aspect: a.median(aspect) for aspect in ASPECT_NAMES}
        for a in sorted(filter(is_worrying, assets), key=compute_urgency)
    ]
    columns = (
        TableColumn("asset", words("Asset")),
        TableColumn("category", words("Category")),
        *(TableColumn(aspect, words(name), SCORE) for aspect, name in ASPECT_NAMES.items()),
        TableColumn("people", words("People"), COUNT),
    )
    if rows:
        title = words("In a poor state though much depends on them (medians, 1 to 5)")
        yield ReportTable.from_rows("worrying", title, columns, rows, printed_rows=len(rows))


def format_scored_asset(asset: AssetState, aspect: str, words: Localizer) -> str:
    """*Pluit pumping station (2)*."""
    return f"{asset.asset} ({words.format_score(asset.median(aspect))})"


def is_worrying(asset: AssetState) -> bool:
    """Whether much depends on it, while its condition, adequacy or upkeep is poor."""
    states = (asset.median(a) for a in QUALITY_ASPECTS)
    return asset.median(question_names.CRITICALITY) >= CRITICAL_MEDIAN and any(
        s <= POOR_MEDIAN for s in states
    )


def compute_urgency(asset: AssetState) -> tuple[float, float]:
    """Sorts what is most critical first, then what is in the worst state."""
    known = [a for a in asset.ratings if a != question_names.CRITICALITY]
    return -asset.median(question_names.CRITICALITY), sum(map(asset.median, known)) / len(known)


def list_key_figures(assets: Sequence[AssetState], words: Localizer) -> Iterator[KeyFigure]:
    aspect = question_names.PHYSICAL
    yield from build_leader_figure(
        words("Asset with the lowest median of physical condition"),
        find_lowest_assets(assets, aspect),
        lambda a: a.asset,
        lambda alike: words(
            "median {median} of 5; n = {n}",
            median=words.format_score(alike[0].median(aspect)),
            n=words.format_span(a.ratings[aspect].n for a in alike),
        ),
        words,
    )


def draw_pictures(
    form: FormAnswers, categories: Sequence[AssetState], words: Localizer
) -> Iterator[Picture]:
    """For each aspect how the ratings of each category spread, the worst first."""
    for aspect, name in ASPECT_NAMES.items():
        question = form.find_question(aspect)
        if question is None or not any(aspect in c.counts for c in categories):
            continue
        labels = form.get_choice_labels(question)
        scale = question_names.list_scale_points(question)[
            :: 1 if aspect in QUALITY_ASPECTS else -1
        ]
        shown = [c for c in categories if aspect in c.counts]
        ranked = sorted(
            shown, key=lambda c: accumulate_shares(c.counts[aspect], scale), reverse=True
        )
        bars = [build_condition_bar(c, aspect, scale, words) for c in ranked]
        bars += [
            Bar(c.category, None, ("–", "–")) for c in categories if c.counts and c not in shown
        ]
        yield Picture(
            words("{aspect} of the assets, by category", aspect=words(name)),
            words("Stacked bars for {number} categories.", number=len(bars)),
            partial(
                stacked_bars.draw_rating_bars,
                [("", bars)],
                [f"{p} · {labels[str(p)].partition(':')[0]}" for p in scale],
                words("too few"),
                (words("ratings"), words("people")),
                words.format_share,
            ),
        )


def accumulate_shares(counts: Mapping[int, int], scale: Sequence[int]) -> tuple[float, ...]:
    """Shares of the points in the order of ``scale``, added up one after another."""
    shares = [compute_share(counts.get(p, 0), sum(counts.values())) for p in scale]
    return tuple(accumulate(shares))[1::-1]


def build_condition_bar(
    state: AssetState, aspect: str, scale: Sequence[int], words: Localizer
) -> Bar:
    """One category's ratings as shares, with how many there are and of how many people."""
    counts, found = state.counts[aspect], state.ratings[aspect]
    parts = tuple(compute_share(counts.get(p, 0), found.n) for p in scale)
    return Bar(
        state.category, parts, (words.format_count(found.n), words.format_count(state.people))
    )


def build_conditions_table(
    categories: Sequence[AssetState],
    assets: Sequence[AssetState],
    order: ReportRequest,
    words: Localizer,
) -> ReportTable:
    """A row for each category and each asset under each aspect."""
    rows = []
    for s in (*categories, *assets):
        for aspect, name in ASPECT_NAMES.items():
            row: dict[str, object] = {
                "category": s.category,
                "asset": s.asset or words("All: {category}", category=s.category),
                "aspect": words(name),
                "hidden": "" if aspect in s.ratings else words("yes"),
            }
            row |= vars(s.ratings[aspect]) if aspect in s.ratings else {}
            if s.people >= order.minimum_cell:
                row |= {"people": s.people, "sure": s.data_share}
                row |= {"unknown": s.unknown, "elsewhere": s.not_my_field}
            rows.append(row)
    columns = (
        TableColumn("category", words("Category")),
        TableColumn("asset", words("Asset")),
        TableColumn("aspect", words("Aspect")),
        TableColumn("median", words("Median"), SCORE),
        TableColumn("lower", words("Lower quartile"), SCORE),
        TableColumn("upper", words("Upper quartile"), SCORE),
        TableColumn("within_one", words("Within one point"), SHARE),
        TableColumn("n", words("Ratings (n)"), COUNT),
        TableColumn("people", words("People"), COUNT),
        TableColumn("sure", words("Rest on data"), SHARE),
        TableColumn("unknown", words("Don't know"), COUNT),
        TableColumn("elsewhere", words("Not their field"), COUNT),
        TableColumn("hidden", words("Hidden (too few)")),
    )
    title = words("Condition of assets")
    return ReportTable.from_rows(
        "conditions",
        title,
        columns,
        rows,
        plotted=("median",),
        against="asset",
        across="aspect",
        qualities=tuple(words(ASPECT_NAMES[aspect]) for aspect in QUALITY_ASPECTS),
    )


def list_notes(
    categories: Sequence[AssetState], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    yield words(
        "Each participant judged the assets of their own category from 1 to 5; 5 is the best "
        "condition, adequacy and upkeep, and the most serious loss. What fewer than {minimum} "
        "people answered is hidden. “Don't know” and “not my field” are left out.",
        minimum=order.minimum_cell,
    )
    yield words(
        "Of a category all ratings of its assets are taken together, so n counts ratings there."
    )
    unknown = [c.category for c in categories if not c.counts]
    if unknown and len(unknown) < len(categories):
        yield words(
            "Not drawn, too few ratings: {categories}.", categories=words.join_items(unknown)
        )
