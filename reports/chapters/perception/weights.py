"""What the weights are and what they do, or why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.chapters.elements import SHARE, ReportTable, TableColumn
from reports.chapters.fieldwork.respondents import TRAIT_TITLES
from reports.localizer import Localizer
from reports.reading.form_answers import FormAnswers
from reports.reading.resident_weights import WEIGHTED_ROLE, build_margin_variables
from reports.request import ReportRequest
from reports.statistics.margins import JOINT_SEPARATOR, Margin
from reports.statistics.row_suppression import compute_share, suppress_margin
from reports.statistics.weighting import TOLERANCE, MarginGap, Weighting
from survey.rounding import round_outwards


def write_sample_statement(form: FormAnswers | None, words: Localizer) -> str:
    """What every document says first: whom the figures are of, and whether they are weighted."""
    if form is None or form.weighting is None:
        return words(
            "Respondents volunteered; they were not chosen at random, so these results describe "
            "those who answered. The data are not weighted. Sampling error cannot be computed."
        )
    return words(
        "Respondents volunteered; they were not chosen at random, so these results describe those "
        "who answered. Beside them stand results weighted to the population by {margins}. "
        "Sampling error cannot be computed.",
        margins=join_margin_names(form, words),
    )


def write_sample_caution(form: FormAnswers | None, words: Localizer) -> str:
    """Of whom the figures are, in the few words of a message."""
    if form is None or form.weighting is None:
        return words("Respondents are volunteers, not chosen at random; the data are not weighted.")
    return words(
        "Respondents are volunteers, not chosen at random; the report has weighted figures too."
    )


def write_precision_note(form: FormAnswers | None, order: ReportRequest, words: Localizer) -> str:
    """What the method says of weights."""
    none = words(
        "No margin of error: for volunteers it cannot be computed (AAPOR, on opt-in samples)."
    )
    compared = words(
        "Differences stand if their chance is under 5% once corrected for all that was compared "
        "(Holm), as if people had been drawn by lot: a guide to what deserves a second look."
    )
    weights = " ".join(list_weight_notes(form, order, words)) if form else words("No weights.")
    return f"{weights} {none} {compared}"


def list_weight_notes(form: FormAnswers, order: ReportRequest, words: Localizer) -> Iterator[str]:
    """n, effective n, design effect, what was trimmed, and what weights cannot do; or why not."""
    weighting = form.weighting
    if weighting is None:
        yield words("Not weighted: {why}", why=form.unweighted_reason)
        return
    yield words(
        "Weighted results: residents are weighted to the population by {margins} (raking). "
        "n = {n}, effective n = {effective}, design effect {effect}. {trimmed}",
        margins=join_margin_names(form, words),
        n=words.format_count(weighting.cells.n),
        effective=words.format_count(weighting.effective_n),
        effect=words.format_score(weighting.design_effect),
        trimmed=describe_trimming(weighting, order, words),
    )
    yield words(
        "Weights make respondents count as the population is made up, in these ways and no other. "
        "They cannot repair that some people were not reached or did not want to answer, and "
        "think otherwise."
    )


def describe_trimming(weighting: Weighting, order: ReportRequest, words: Localizer) -> str:
    """Of how many the weight was cut, and what gap that leaves."""
    if not weighting.trimmed:
        return words("No weight was trimmed.")
    few = weighting.trimmed < order.minimum_cell
    widest = max(abs(gap.after - gap.wanted) for gap in weighting.gaps)
    return words(
        "Weights of {people} people ({share}) were trimmed; no group is off by more than {gap} "
        "points after that.",
        people=words("fewer than {number}", number=order.minimum_cell)
        if few
        else words.format_count(weighting.trimmed),
        share=words(
            "under {share}",
            share=words.format_share(round_outwards(order.minimum_cell / weighting.cells.n, 2)),
        )
        if few
        else words.format_share(compute_share(weighting.trimmed, weighting.cells.n)),
        gap=words.format_score(round_outwards(100 * widest, 1)),
    )


def join_margin_names(form: FormAnswers, words: Localizer) -> str:
    weighting = form.weighting
    names = dict.fromkeys(gap.margin for gap in weighting.gaps) if weighting else ()
    return words.join_items(name_margin(name, form, words).lower() for name in names)


def name_margin(margin: str, form: FormAnswers, words: Localizer) -> str:
    """The margin's variables in words."""
    return " × ".join(
        words(TRAIT_TITLES.get(name, ""))
        or (form.get_question_label(q) if (q := form.find_question(name)) else name)
        for name in margin.split(JOINT_SEPARATOR)
    )


def build_weights_table(
    form: FormAnswers, order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    """The make-up of the population, of who answered, and of who answered once weighted."""
    weighting = form.weighting
    if weighting is None:
        return
    columns = (
        TableColumn("margin", words("Margin")),
        TableColumn("category", words("Category")),
        TableColumn("wanted", words("Population"), SHARE),
        TableColumn("before", words("Answered"), SHARE),
        TableColumn("after", words("Weighted"), SHARE),
        TableColumn("hidden", words("Hidden (too few)")),
    )
    rows = [
        {
            "margin": name_margin(name, form, words),
            "category": label_gap_category(shown.gap, form),
            "wanted": shown.gap.wanted,
            "before": shown.before,
            "after": shown.after,
            "hidden": words("yes") if shown.before is None else "",
        }
        for name in dict.fromkeys(gap.margin for gap in weighting.gaps)
        for shown in mask_gaps(form, [gap for gap in weighting.gaps if gap.margin == name], order)
    ]
    yield ReportTable.from_rows("weights", words("What the weights do"), columns, rows)


@dataclass(frozen=True)
class ShownGap:
    """A margin's category with what is told of it; None where that is hidden."""

    gap: MarginGap
    before: float | None
    after: float | None


def mask_gaps(
    form: FormAnswers, gaps: Sequence[MarginGap], order: ReportRequest
) -> Iterator[ShownGap]:
    """A margin's gaps with what may be told: counts and mask are those of who answered.

    Weights know who is not broken down yet. So what they make of a category is told only where it
    is the population's share, unless all are broken down.
    """
    residents = form.select_role(WEIGHTED_ROLE)
    margin = Margin(tuple(gaps[0].margin.split(JOINT_SEPARATOR)), {})
    told = build_margin_variables(residents, [margin]).dropna()
    n = len(build_margin_variables(residents, [margin], full=True).dropna())
    counts = Counter(told.itertuples(index=False, name=None))
    people, waiting = [counts[gap.category] for gap in gaps], n - len(told)
    for gap, count, hide in zip(
        gaps, people, suppress_margin(people, waiting, order.minimum_cell), strict=True
    ):
        is_plain = not waiting or abs(gap.after - gap.wanted) < TOLERANCE
        yield ShownGap(
            gap,
            None if hide else compute_share(count, n),
            None if hide or not is_plain else gap.after,
        )


def label_gap_category(gap: MarginGap, form: FormAnswers) -> str:
    """The category in words."""
    names = []
    for variable, code in zip(gap.margin.split(JOINT_SEPARATOR), gap.category, strict=True):
        question = form.find_question(variable)
        names.append(form.get_choice_labels(question).get(code, code) if question else code)
    return " × ".join(names)
