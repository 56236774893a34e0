"""What participants expect by 2030: trends; scenarios, how likely, how grave, how ready we are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reports import question_names
from reports.chapters.elements import (
    COUNT,
    POINTS,
    SCORE,
    SHARE,
    Chapter,
    Column,
    KeyFigure,
    Picture,
    Table,
)
from reports.chapters.scenarios.pictures import grid, medians
from reports.chapters.scenarios.scenario_ratings import HIGH, JUDGED, LOW, Scenario, read
from reports.localizer import Words, later
from reports.measures.ratings import Rated, rated, rating_columns
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.request import Order
from reports.statistics.row_suppression import share

#: The middle of the scale of trends: stays about the same.
SAME = 3


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """The gravest scenarios and how ready the city is; what they make worse; the trends."""
    title = words("Scenarios for 2030")
    form = frames.form_with(question_names.SCENARIOS)
    if form is None:
        return Chapter("scenarios", title, (words("No wave with these questions has opened."),))
    every = list(read(form, words))
    shown = sorted((s for s in every if s.shown(order)), key=lambda s: s.gravity, reverse=True)
    trends, certain = rated(form, question_names.TRENDS), rated(form, question_names.CERTAINTY)
    return Chapter(
        key="scenarios",
        title=title,
        findings=(
            *findings(shown, words),
            *trend_findings(trends, order, words),
            *signs(every, order, words),
        ),
        key_figures=tuple(key_figures(shown, words)),
        pictures=tuple(pictures(form, shown, trends, order, words)),
        tables=(
            table(every, order, words),
            worse_table(every, order, words),
            trend_table(trends, certain, order, words),
        ),
        notes=tuple(notes(words)),
    )


def findings(shown: Sequence[Scenario], words: Words) -> Iterator[str]:
    if not shown:
        yield words("Too few ratings to show anything yet.")
        return
    yield words(
        "Gravest by likelihood and impact together: {scenarios}.",
        scenarios=words.listed(
            f"{s.label} ({words.score(s.median(question_names.LIKELIHOOD))} × "
            f"{words.score(s.median(question_names.CONSEQUENCE))})"
            for s in shown[:3]
        ),
    )
    unready = [s for s in shown if is_urgent(s)]
    if unready:
        yield words(
            "Likely or grave while the city is hardly ready: {scenarios}.",
            scenarios=words.listed(
                words(
                    "{name} (readiness {score})",
                    name=s.label,
                    score=words.score(s.median(question_names.READINESS)),
                )
                for s in unready
            ),
        )
    worse = sum((Counter(s.worse) for s in shown), Counter[str]())
    asked = sum(s.asked for s in shown)
    if worse and asked:
        yield words(
            "Named most often as getting worse: {stresses}.",
            stresses=words.listed(label for label, _ in worse.most_common(3)),
        )
    split = sum(not r.agreed for s in shown for r in s.ratings.values())
    if split:
        yield words.many(
            "{number} rating finds participants apart (fewer than 75% within one point).",
            "{number} ratings find participants apart (fewer than 75% within one point).",
            split,
        )


def is_urgent(scenario: Scenario) -> bool:
    """Whether it is likely or grave, and the city hardly ready."""
    judged = (
        scenario.median(question_names.LIKELIHOOD),
        scenario.median(question_names.CONSEQUENCE),
    )
    return max(judged) >= HIGH and scenario.median(question_names.READINESS) <= LOW


def trend_findings(trends: Sequence[Rated], order: Order, words: Words) -> Iterator[str]:
    known = [t for t in trends if t.rating.n >= order.minimum_cell]
    for text, side in (
        (later("Expected to rise by 2030: {trends}."), 1),
        (later("Expected to fall by 2030: {trends}."), -1),
    ):
        moving = [t for t in known if (t.rating.median - SAME) * side >= 1]
        if moving:
            ranked = sorted(moving, key=lambda t: -abs(t.rating.median - SAME))
            yield words(text, trends=words.listed(t.label for t in ranked))


def signs(every: Sequence[Scenario], order: Order, words: Words) -> Iterator[str]:
    """How many remarks on early signs there are; what they say stands elsewhere, if anywhere."""
    number = sum(s.signs for s in every)
    if number >= order.minimum_cell:
        yield words.many(
            "{number} remark on early signs was written.",
            "{number} remarks on early signs were written.",
            number,
        )


def key_figures(shown: Sequence[Scenario], words: Words) -> Iterator[KeyFigure]:
    if shown:
        first = shown[0]
        detail = words(
            "likelihood {likelihood}, impact {impact}, readiness {readiness} of 5; n = {n}",
            likelihood=words.score(first.median(question_names.LIKELIHOOD)),
            impact=words.score(first.median(question_names.CONSEQUENCE)),
            readiness=words.score(first.median(question_names.READINESS)),
            n=words.span(r.n for r in first.ratings.values()),
        )
        yield KeyFigure(words("Gravest scenario"), first.label, detail)


def pictures(
    form: Form, shown: Sequence[Scenario], trends: Sequence[Rated], order: Order, words: Words
) -> Iterator[Picture]:
    """Likelihood by impact with readiness; readiness by itself; the trends."""
    if shown:
        yield grid(form, shown, words)
        yield medians(
            form,
            question_names.READINESS,
            [(s.label, s.ratings[question_names.READINESS]) for s in shown],
            words("How ready the city is for each scenario"),
            words,
        )
    known = [(t.label, t.rating) for t in trends if t.rating.n >= order.minimum_cell]
    if known:
        ranked = sorted(known, key=lambda t: (-t[1].median, -t[1].upper, -t[1].lower))
        question = form.questions(question_names.TRENDS)[0].name
        yield medians(form, question, ranked, words("Where trends go by 2030"), words)


def table(every: Sequence[Scenario], order: Order, words: Words) -> Table:
    """A row for each scenario under each scale."""
    rows = []
    for s in every:
        for name, title in JUDGED.items():
            row: dict[str, object] = {"scenario": s.label, "scale": words(title)}
            if s.ratings[name].n >= order.minimum_cell:
                row |= vars(s.ratings[name])
            rows.append(row)
    columns = (
        Column("scenario", words("Scenario")),
        Column("scale", words("Scale")),
        *rating_columns(words),
    )
    title = words("Scenarios")
    return Table.of(
        "scenarios",
        title,
        columns,
        rows,
        plotted=("median",),
        against="scenario",
        drawn=POINTS,
        across="scale",
        qualities=(words(JUDGED[question_names.READINESS]),),
    )


def worse_table(every: Sequence[Scenario], order: Order, words: Words) -> Table:
    """A row for each scenario and stress, of those who named any; and who wrote of signs."""
    rows = [
        {
            "scenario": s.label,
            "stress": label,
            "share": share(number, s.asked),
            "named": number,
            "n": s.asked,
        }
        for s in every
        if s.asked >= order.minimum_cell
        for label, number in sorted(s.worse.items(), key=lambda item: -item[1])
    ]
    columns = (
        Column("scenario", words("Scenario")),
        Column("stress", words("Gets worse")),
        Column("share", words("Say so"), SHARE),
        Column("named", words("Say so (people)"), COUNT),
        Column("n", words("Answered (n)"), COUNT),
    )
    title = words("What scenarios make worse")
    return Table.of("worsening", title, columns, rows, plotted=("share",), against="stress")


def trend_table(
    trends: Sequence[Rated], certain: Sequence[Rated], order: Order, words: Words
) -> Table:
    """A row for each trend: where it goes, and how sure people are."""
    sure = {c.code: c.rating for c in certain}
    rows = []
    for t in trends:
        row: dict[str, object] = {"trend": t.label}
        if t.rating.n >= order.minimum_cell:
            row |= vars(t.rating)
        if t.code in sure and sure[t.code].n >= order.minimum_cell:
            row["sure"] = sure[t.code].median
        rows.append(row)
    columns = (
        Column("trend", words("Trend to 2030")),
        *rating_columns(words),
        Column("sure", words("How sure (1–3)"), SCORE),
    )
    return Table.of("trends", words("Trends to 2030"), columns, rows)


def notes(words: Words) -> Iterator[str]:
    yield words(
        "Likelihood by 2030, impact and readiness are participants' judgements on scales of five "
        "points; 5 is almost certain, very great, ready and tested. A scenario is a story to think "
        "with, and no forecast."
    )
