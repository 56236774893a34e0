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
    KeyFigure,
    Picture,
    ReportTable,
    TableColumn,
)
from reports.chapters.leader_texts import build_leader_figure, format_leaders
from reports.chapters.rating_elements import list_rating_columns
from reports.chapters.scenarios.pictures import draw_medians_picture, draw_scenario_picture
from reports.chapters.scenarios.scenario_ratings import (
    HIGH_MEDIAN,
    LOW_MEDIAN,
    SCENARIO_SCALES,
    Scenario,
    read_scenarios,
)
from reports.localizer import Localizer, gettext_noop
from reports.measures.ratings import RatedQuestion, read_ratings
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.request import ReportRequest
from reports.statistics.leaders import find_leaders
from reports.statistics.row_suppression import compute_share

#: The middle of the scale of trends: stays about the same.
SAME_MEDIAN = 3


def build_scenarios_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """The gravest scenarios and how ready the city is; what they make worse; the trends."""
    title = words("Scenarios for 2030")
    form = frames.find_form(question_names.SCENARIOS)
    if form is None:
        return Chapter("scenarios", title, (words("No wave with these questions has opened."),))
    every = list(read_scenarios(form, words))
    shown = sorted(
        (s for s in every if s.has_enough_ratings(order)), key=lambda s: s.gravity, reverse=True
    )
    trends, certain = (
        read_ratings(form, question_names.TRENDS),
        read_ratings(form, question_names.CERTAINTY),
    )
    return Chapter(
        key="scenarios",
        title=title,
        findings=(
            *list_findings(shown, order, words),
            *list_trend_findings(trends, order, words),
            *list_sign_findings(every, order, words),
        ),
        key_figures=tuple(list_key_figures(shown, words)),
        pictures=tuple(draw_pictures(form, shown, trends, order, words)),
        tables=(
            build_scenarios_table(every, order, words),
            build_worsening_table(every, order, words),
            build_trend_table(trends, certain, order, words),
        ),
        notes=tuple(list_notes(words)),
    )


def list_findings(
    shown: Sequence[Scenario], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    if not shown:
        yield words("Too few ratings to show anything yet.")
        return
    if gravest := find_leaders(shown, lambda s: s.risk):
        yield words(
            "Highest medians of likelihood and impact together: {scenarios}.",
            scenarios=format_leaders(gravest, lambda s: format_scenario(s, words), words),
        )
    unready = [s for s in shown if is_urgent(s)]
    if unready:
        yield words(
            "Likely or grave while the city is hardly ready: {scenarios}.",
            scenarios=words.join_items(
                words(
                    "{name} (readiness {score})",
                    name=s.label,
                    score=words.format_score(s.median(question_names.READINESS)),
                )
                for s in unready
            ),
        )
    yield from list_worsening_findings(shown, order, words)
    split = sum(not r.is_agreed for s in shown for r in s.ratings.values())
    if split:
        yield words.translate_plural(
            "{number} rating finds participants apart (fewer than 75% within one point).",
            "{number} ratings find participants apart (fewer than 75% within one point).",
            split,
        )


def format_scenario(scenario: Scenario, words: Localizer) -> str:
    """*The sea rises (4 × 4.5)*."""
    likely, grave = (
        words.format_score(scenario.median(name))
        for name in (question_names.LIKELIHOOD, question_names.CONSEQUENCE)
    )
    return f"{scenario.label} ({likely} × {grave})"


def list_worsening_findings(
    shown: Sequence[Scenario], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """The stresses that were named most often as getting worse, all scenarios together."""
    told = [s for s in shown if s.stress_answers >= order.minimum_cell]
    counts = Counter[str]()
    for scenario in told:
        counts.update(scenario.worsened_stresses)
    if found := find_leaders(list(counts), lambda label: counts[label]):
        yield words(
            "Named most often as getting worse, all scenarios together: {stresses}.",
            stresses=format_leaders(
                found, lambda label: f"{label} ({words.format_count(counts[label])})", words
            ),
        )


def is_urgent(scenario: Scenario) -> bool:
    """Whether it is likely or grave, and the city hardly ready."""
    judged = (
        scenario.median(question_names.LIKELIHOOD),
        scenario.median(question_names.CONSEQUENCE),
    )
    return max(judged) >= HIGH_MEDIAN and scenario.median(question_names.READINESS) <= LOW_MEDIAN


def list_trend_findings(
    trends: Sequence[RatedQuestion], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    known = [t for t in trends if t.rating.n >= order.minimum_cell]
    for text, side in (
        (gettext_noop("Expected to rise by 2030: {trends}."), 1),
        (gettext_noop("Expected to fall by 2030: {trends}."), -1),
    ):
        moving = [t for t in known if (t.rating.median - SAME_MEDIAN) * side >= 1]
        if moving:
            ranked = sorted(moving, key=lambda t: -abs(t.rating.median - SAME_MEDIAN))
            yield words(text, trends=words.join_items(t.label for t in ranked))


def list_sign_findings(
    every: Sequence[Scenario], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """How many remarks on early signs there are; what they say stands elsewhere, if anywhere."""
    number = sum(s.sign_remarks for s in every)
    if number >= order.minimum_cell:
        yield words.translate_plural(
            "{number} remark on early signs was written.",
            "{number} remarks on early signs were written.",
            number,
        )


def list_key_figures(shown: Sequence[Scenario], words: Localizer) -> Iterator[KeyFigure]:
    yield from build_leader_figure(
        words("Scenario with the highest medians"),
        find_leaders(shown, lambda s: s.risk),
        lambda s: s.label,
        lambda alike: describe_scenarios(alike, words),
        words,
    )


def describe_scenarios(alike: Sequence[Scenario], words: Localizer) -> str:
    """The medians of a scenario; of several alike, what likelihood and impact come to."""
    first, n = alike[0], words.format_span(r.n for s in alike for r in s.ratings.values())
    if len(alike) > 1:
        product = words.format_score(first.risk)
        return words("likelihood × impact = {product} of 25; n = {n}", product=product, n=n)
    return words(
        "likelihood {likelihood}, impact {impact}, readiness {readiness} of 5; n = {n}",
        likelihood=words.format_score(first.median(question_names.LIKELIHOOD)),
        impact=words.format_score(first.median(question_names.CONSEQUENCE)),
        readiness=words.format_score(first.median(question_names.READINESS)),
        n=n,
    )


def draw_pictures(
    form: FormAnswers,
    shown: Sequence[Scenario],
    trends: Sequence[RatedQuestion],
    order: ReportRequest,
    words: Localizer,
) -> Iterator[Picture]:
    """Likelihood by impact with readiness; readiness by itself; the trends."""
    if shown:
        yield draw_scenario_picture(form, shown, words)
        yield draw_medians_picture(
            form,
            question_names.READINESS,
            [(s.label, s.ratings[question_names.READINESS]) for s in shown],
            words("How ready the city is for each scenario"),
            words,
        )
    known = [(t.label, t.rating) for t in trends if t.rating.n >= order.minimum_cell]
    if known:
        ranked = sorted(known, key=lambda t: (-t[1].median, -t[1].upper, -t[1].lower))
        question = form.list_group_questions(question_names.TRENDS)[0].name
        yield draw_medians_picture(form, question, ranked, words("Where trends go by 2030"), words)


def build_scenarios_table(
    every: Sequence[Scenario], order: ReportRequest, words: Localizer
) -> ReportTable:
    """A row for each scenario under each scale."""
    rows = []
    for s in every:
        for name, title in SCENARIO_SCALES.items():
            row: dict[str, object] = {"scenario": s.label, "scale": words(title)}
            if s.ratings[name].n >= order.minimum_cell:
                row |= vars(s.ratings[name])
            rows.append(row)
    columns = (
        TableColumn("scenario", words("Scenario")),
        TableColumn("scale", words("Scale")),
        *list_rating_columns(words),
    )
    title = words("Scenarios")
    return ReportTable.from_rows(
        "scenarios",
        title,
        columns,
        rows,
        plotted=("median",),
        against="scenario",
        chart_kind=POINTS,
        across="scale",
        qualities=(words(SCENARIO_SCALES[question_names.READINESS]),),
    )


def build_worsening_table(
    every: Sequence[Scenario], order: ReportRequest, words: Localizer
) -> ReportTable:
    """A row for each scenario and stress, of those who named any; and who wrote of signs."""
    rows = [
        {
            "scenario": s.label,
            "stress": label,
            "share": compute_share(number, s.stress_answers),
            "named": number,
            "n": s.stress_answers,
        }
        for s in every
        if s.stress_answers >= order.minimum_cell
        for label, number in sorted(s.worsened_stresses.items(), key=lambda item: -item[1])
    ]
    columns = (
        TableColumn("scenario", words("Scenario")),
        TableColumn("stress", words("Gets worse")),
        TableColumn("share", words("Say so"), SHARE),
        TableColumn("named", words("Say so (people)"), COUNT),
        TableColumn("n", words("Answered (n)"), COUNT),
    )
    title = words("What scenarios make worse")
    return ReportTable.from_rows(
        "worsening", title, columns, rows, plotted=("share",), against="stress"
    )


def build_trend_table(
    trends: Sequence[RatedQuestion],
    certain: Sequence[RatedQuestion],
    order: ReportRequest,
    words: Localizer,
) -> ReportTable:
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
        TableColumn("trend", words("Trend to 2030")),
        *list_rating_columns(words),
        TableColumn("sure", words("How sure (1–3)"), SCORE),
    )
    return ReportTable.from_rows("trends", words("Trends to 2030"), columns, rows)


def list_notes(words: Localizer) -> Iterator[str]:
    yield words(
        "Likelihood by 2030, impact and readiness are participants' judgements on scales of five "
        "points; 5 is almost certain, very great, ready and tested. A scenario is a story to think "
        "with, and no forecast."
    )
