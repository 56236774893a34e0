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
    Column,
    KeyFigure,
    Picture,
    Table,
)
from reports.charts import stacked_bars
from reports.charts.bar_charts import Bar
from reports.localizer import Words, later
from reports.measures.asset_states import ASPECTS, State, by_asset, judged, pooled
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.request import Order
from reports.statistics.row_suppression import share

#: Up to this median a state is poor in the findings; from that one on an asset is critical.
POOR, CRITICAL = 2, 4
#: The highest point is the best of these; of all other aspects it is the gravest.
QUALITIES = (question_names.PHYSICAL, question_names.ADEQUACY, question_names.UPKEEP)


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """State by category and asset; what fails together; what the list lacks."""
    title = words("Condition of assets")
    form = frames.form_with(question_names.CONDITION)
    if form is None:
        return Chapter("conditions", title, (words("No wave with these questions has opened."),))
    rows = judged(form)
    assets, categories = (
        list(by_asset(form, rows, order, words)),
        list(pooled(form, rows, order, words)),
    )
    links = knock_on.read(form, rows, words)
    named = missing_assets.read(form, order, words)
    return Chapter(
        key="conditions",
        title=title,
        findings=(
            *findings(assets, words),
            *knock_on.findings(links, order, words),
            *missing_assets.findings(named, words),
        ),
        key_figures=tuple(key_figures(assets, words)),
        pictures=(
            *pictures(form, categories, words),
            *knock_on.pictures(links, order, words),
        ),
        tables=(
            *worrying_table(assets, words),
            table(categories, assets, order, words),
            *knock_on.table(links, order, words),
            *missing_assets.table(named, words),
        ),
        notes=tuple(notes(categories, order, words)),
    )


def findings(assets: Sequence[State], words: Words) -> Iterator[str]:
    shown = [a for a in assets if a.ratings]
    if not shown:
        yield words("Too few ratings to show anything yet.")
        return
    worrying = [a for a in shown if is_worrying(a)]
    if worrying:
        yield words(
            "In a poor state though much depends on them: {assets}.",
            assets=words.listed(a.asset for a in sorted(worrying, key=urgency)[:5]),
        )
    else:
        yield words("No asset on which much depends was found to be in a poor state.")
    for aspect, text in (
        (question_names.PHYSICAL, later("Worst physical condition: {assets}.")),
        (question_names.ADEQUACY, later("Least adequate: {assets}.")),
        (question_names.UPKEEP, later("Worst kept up: {assets}.")),
    ):
        rated = sorted((a for a in shown if aspect in a.ratings), key=lambda a: rank(a, aspect))
        if rated:
            yield words(text, assets=words.listed(scored(a, aspect, words) for a in rated[:3]))
    yield words(
        "{shown} of {all} assets have enough ratings to be shown.",
        shown=words.count(len(shown)),
        all=words.count(len(assets)),
    )
    split = sum(not r.agreed for a in shown for r in a.ratings.values())
    if split:
        yield words.many(
            "{number} rating finds participants apart (fewer than 75% within one point).",
            "{number} ratings find participants apart (fewer than 75% within one point).",
            split,
        )


def worrying_table(assets: Sequence[State], words: Words) -> Iterator[Table]:
    """The medians of each asset in a poor state on which much depends, the most urgent first."""
    rows = [
        {"asset": a.asset, "category": a.category, "people": a.people}
        | {aspect: a.median(aspect) for aspect in ASPECTS}
        for a in sorted(filter(is_worrying, assets), key=urgency)
    ]
    columns = (
        Column("asset", words("Asset")),
        Column("category", words("Category")),
        *(Column(aspect, words(name), SCORE) for aspect, name in ASPECTS.items()),
        Column("people", words("People"), COUNT),
    )
    if rows:
        title = words("In a poor state though much depends on them (medians, 1 to 5)")
        yield Table.of("worrying", title, columns, rows, printed=len(rows))


def scored(asset: State, aspect: str, words: Words) -> str:
    """*Pluit pumping station (2)*."""
    return f"{asset.asset} ({words.score(asset.median(aspect))})"


def is_worrying(asset: State) -> bool:
    """Whether much depends on it, while its condition, adequacy or upkeep is poor."""
    states = (asset.median(a) for a in QUALITIES)
    return asset.median(question_names.CRITICALITY) >= CRITICAL and any(s <= POOR for s in states)


def urgency(asset: State) -> tuple[float, float]:
    """Sorts what is most critical first, then what is in the worst state."""
    known = [a for a in asset.ratings if a != question_names.CRITICALITY]
    return -asset.median(question_names.CRITICALITY), sum(map(asset.median, known)) / len(known)


def rank(asset: State, aspect: str) -> tuple[float, float, float]:
    """Sorts the lowest median first; the quartiles decide between equals."""
    found = asset.ratings[aspect]
    return found.median, found.lower, found.upper


def key_figures(assets: Sequence[State], words: Words) -> Iterator[KeyFigure]:
    rated = [a for a in assets if question_names.PHYSICAL in a.ratings]
    if not rated:
        return
    worst = min(rated, key=lambda a: rank(a, question_names.PHYSICAL))
    detail = words(
        "median {median} of 5; n = {n}",
        median=words.score(worst.median(question_names.PHYSICAL)),
        n=words.count(worst.ratings[question_names.PHYSICAL].n),
    )
    yield KeyFigure(words("Asset in the worst condition"), worst.asset, detail)


def pictures(form: Form, categories: Sequence[State], words: Words) -> Iterator[Picture]:
    """For each aspect how the ratings of each category spread, the worst first."""
    for aspect, name in ASPECTS.items():
        question = form.question(aspect)
        if question is None or not any(aspect in c.counts for c in categories):
            continue
        labels = form.choices(question)
        scale = question_names.points(question)[:: 1 if aspect in QUALITIES else -1]
        shown = [c for c in categories if aspect in c.counts]
        ranked = sorted(shown, key=lambda c: spread(c.counts[aspect], scale), reverse=True)
        bars = [bar(c, aspect, scale, words) for c in ranked]
        bars += [
            Bar(c.category, None, ("–", "–")) for c in categories if c.counts and c not in shown
        ]
        yield Picture(
            words("{aspect} of the assets, by category", aspect=words(name)),
            words("Stacked bars for {number} categories.", number=len(bars)),
            partial(
                stacked_bars.points,
                [("", bars)],
                [f"{p} · {labels[str(p)].partition(':')[0]}" for p in scale],
                words("too few"),
                (words("ratings"), words("people")),
                words.percent,
            ),
        )


def spread(counts: Mapping[int, int], scale: Sequence[int]) -> tuple[float, ...]:
    """Shares of the points in the order of ``scale``, added up one after another."""
    shares = [share(counts.get(p, 0), sum(counts.values())) for p in scale]
    return tuple(accumulate(shares))[1::-1]


def bar(state: State, aspect: str, scale: Sequence[int], words: Words) -> Bar:
    """One category's ratings as shares, with how many there are and of how many people."""
    counts, found = state.counts[aspect], state.ratings[aspect]
    parts = tuple(share(counts.get(p, 0), found.n) for p in scale)
    return Bar(state.category, parts, (words.count(found.n), words.count(state.people)))


def table(
    categories: Sequence[State], assets: Sequence[State], order: Order, words: Words
) -> Table:
    """A row for each category and each asset under each aspect."""
    rows = []
    for s in (*categories, *assets):
        for aspect, name in ASPECTS.items():
            row: dict[str, object] = {
                "category": s.category,
                "asset": s.asset or words("All: {category}", category=s.category),
                "aspect": words(name),
                "hidden": "" if aspect in s.ratings else words("yes"),
            }
            row |= vars(s.ratings[aspect]) if aspect in s.ratings else {}
            if s.people >= order.minimum_cell:
                row |= {"people": s.people, "sure": s.sure}
                row |= {"unknown": s.unknown, "elsewhere": s.elsewhere}
            rows.append(row)
    columns = (
        Column("category", words("Category")),
        Column("asset", words("Asset")),
        Column("aspect", words("Aspect")),
        Column("median", words("Median"), SCORE),
        Column("lower", words("Lower quartile"), SCORE),
        Column("upper", words("Upper quartile"), SCORE),
        Column("within_one", words("Within one point"), SHARE),
        Column("n", words("Ratings (n)"), COUNT),
        Column("people", words("People"), COUNT),
        Column("sure", words("Rest on data"), SHARE),
        Column("unknown", words("Don't know"), COUNT),
        Column("elsewhere", words("Not their field"), COUNT),
        Column("hidden", words("Hidden (too few)")),
    )
    title = words("Condition of assets")
    return Table.of(
        "conditions",
        title,
        columns,
        rows,
        plotted=("median",),
        against="asset",
        across="aspect",
        qualities=tuple(words(ASPECTS[aspect]) for aspect in QUALITIES),
    )


def notes(categories: Sequence[State], order: Order, words: Words) -> Iterator[str]:
    yield words(
        "Each participant judged the assets of their own category from 1 to 5; 5 is the best "
        "condition, adequacy and upkeep, and the gravest loss. Figures with fewer than {minimum} "
        "people are hidden. “Don't know” and “not my field” are left out.",
        minimum=order.minimum_cell,
    )
    yield words(
        "Of a category all ratings of its assets are taken together, so n counts ratings there."
    )
    unknown = [c.category for c in categories if not c.counts]
    if unknown and len(unknown) < len(categories):
        yield words("Not drawn, too few ratings: {categories}.", categories=words.listed(unknown))
