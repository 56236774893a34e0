"""What the weights are and what they do, or why there are none."""

from __future__ import annotations

from collections.abc import Iterator

from reports.chapters.elements import SHARE, Column, Table
from reports.chapters.fieldwork.respondents import TITLES
from reports.localizer import Words
from reports.reading.form_answers import Form
from reports.request import Order
from reports.statistics.margins import JOINT, Margin
from reports.statistics.row_suppression import hidden, share
from reports.statistics.weighting import Gap, Weighting


def statement(form: Form | None, words: Words) -> str:
    """What every document says first: whom the figures are of, and whether they are weighted."""
    if form is None or form.weighting is None:
        return words(
            "Respondents answer of their own will, not by a draw, so these results describe those "
            "who answered. The data are not weighted. Sampling error cannot be computed."
        )
    return words(
        "Respondents answer of their own will, not by a draw, so these results describe those "
        "who answered. Beside them stand results weighted to the population by {margins}. "
        "Sampling error cannot be computed.",
        margins=margin_names(form, words),
    )


def caution(form: Form | None, words: Words) -> str:
    """The same in the few words of a message."""
    if form is None or form.weighting is None:
        return words("Respondents are volunteers, not drawn by lot; the data are not weighted.")
    return words(
        "Respondents are volunteers, not drawn by lot; the report has weighted figures too."
    )


def precision(form: Form | None, order: Order, words: Words) -> str:
    """What the method says of weights."""
    none = words(
        "No margin of error: for volunteers it cannot be computed (AAPOR, on opt-in samples)."
    )
    compared = words(
        "Differences stand if their chance is under 5% once corrected for all that was compared "
        "(Holm), as if people had been drawn by lot: a guide to what deserves a second look."
    )
    weights = " ".join(weight_notes(form, order, words)) if form else words("No weights.")
    return f"{weights} {none} {compared}"


def weight_notes(form: Form, order: Order, words: Words) -> Iterator[str]:
    """n, effective n, design effect, what was trimmed, and what weights cannot do; or why not."""
    weighting = form.weighting
    if weighting is None:
        yield words("Not weighted: {why}", why=form.unweighted)
        return
    yield words(
        "Weighted results: residents are weighted to the population by {margins} (raking). "
        "n = {n}, effective n = {effective}, design effect {effect}. {trimmed}",
        margins=margin_names(form, words),
        n=words.count(weighting.cells.n),
        effective=words.count(weighting.effective_n),
        effect=words.score(round(weighting.design_effect, 1)),
        trimmed=trimmed(weighting, order, words),
    )
    yield words(
        "Weights make respondents count as the population is made up, in these ways and no other. "
        "They cannot repair that some people were not reached or did not want to answer, and "
        "think otherwise."
    )


def trimmed(weighting: Weighting, order: Order, words: Words) -> str:
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
        else words.count(weighting.trimmed),
        share=words("under {share}", share=words.percent(order.minimum_cell / weighting.cells.n))
        if few
        else words.percent(share(weighting.trimmed, weighting.cells.n)),
        gap=words.score(round(100 * widest, 1)),
    )


def margin_names(form: Form, words: Words) -> str:
    weighting = form.weighting
    names = dict.fromkeys(gap.margin for gap in weighting.gaps) if weighting else ()
    return words.listed(title(name, form, words).lower() for name in names)


def title(margin: str, form: Form, words: Words) -> str:
    """The margin's variables in words."""
    return " × ".join(
        words(TITLES.get(name, "")) or (form.label(q) if (q := form.question(name)) else name)
        for name in margin.split(JOINT)
    )


def weights_table(form: Form, order: Order, words: Words) -> Iterator[Table]:
    """The make-up of the population, of who answered, and of who answered once weighted."""
    weighting = form.weighting
    if weighting is None:
        return
    columns = (
        Column("margin", words("Margin")),
        Column("category", words("Category")),
        Column("wanted", words("Population"), SHARE),
        Column("before", words("Answered"), SHARE),
        Column("after", words("Weighted"), SHARE),
        Column("hidden", words("Hidden (too few)")),
    )
    rows = [
        {
            "margin": title(name, form, words),
            "category": spoken(gap, form),
            "wanted": gap.wanted,
            "before": None if hide else gap.before,
            "after": None if hide else gap.after,
            "hidden": words("yes") if hide else "",
        }
        for name in dict.fromkeys(gap.margin for gap in weighting.gaps)
        for gap, hide in masked(weighting, name, order)
    ]
    yield Table.of("weights", words("What the weights do"), columns, rows)


def masked(weighting: Weighting, name: str, order: Order) -> list[tuple[Gap, bool]]:
    """A margin's gaps, and which of them would show how few people there are."""
    gaps = [gap for gap in weighting.gaps if gap.margin == name]
    people = weighting.cells.within(Margin(tuple(name.split(JOINT)), {}))
    counts = [int(people.get(gap.category, 0)) for gap in gaps]
    mask = hidden([*counts, weighting.cells.n - sum(counts)], order.minimum_cell)
    return list(zip(gaps, mask, strict=False))


def spoken(gap: Gap, form: Form) -> str:
    """The category in words."""
    names = []
    for variable, code in zip(gap.margin.split(JOINT), gap.category, strict=True):
        question = form.question(variable)
        names.append(form.choices(question).get(code, code) if question else code)
    return " × ".join(names)
