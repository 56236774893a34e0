"""Who answered beside the population: coverage, what weights do, and the weights themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from reports.verification.counted_answers import NOT_SAID, CountedAnswers
from reports.verification.documented_formulas import divide
from reports.verification.expected_cells import HideableCell
from reports.verification.label_readers import (
    invert_names,
    read_choice_labels,
    read_question_labels,
)
from reports.verification.published_tables import PublishedTable
from reports.verification.recount_basis import (
    RecountBasis,
    RecountedTable,
    expect_blocks,
    list_missing,
    read_weights,
)

NO_POPULATION = "needs the population file: name it with --population"
#: Margins must hold this nearly before raking ends, and weights lie between these two.
TOLERANCE, MOST_ROUNDS = 1e-6, 200
LEAST_WEIGHT, MOST_WEIGHT = 0.3, 3.0
#: Recorded of an interview without asking.
RECORDED = ("language", "source")

Category = tuple[str, ...]


def read_margins_found(data: pd.DataFrame) -> dict[str, dict[Category, float]]:
    """Margin -> category -> its share of the population."""
    found: dict[str, dict[Category, float]] = {}
    for name, rows in data.groupby("margin", sort=False):
        people = rows["people"].astype(float)
        codes = [tuple(category.split("*")) for category in rows["category"]]
        found[str(name)] = dict(zip(codes, people / people.sum(), strict=True))
    return found


def read_categories(form: CountedAnswers, margin: str, *, full: bool = False) -> pd.Series[Any]:
    """Person -> category of a margin, of everybody who said so.

    With ``full`` also of who is not told apart by it.
    """
    parts = []
    for name in margin.split("*"):
        path = form.find_question(name)
        if path is not None:
            values = form.get_full_values(path) if full else form.get_values(path)
            parts.append(values[~values.isin(NOT_SAID)])
        elif name in RECORDED:
            parts.append(form.people[name] if full else form.get_recorded(name))
    if len(parts) < margin.count("*") + 1:
        return pd.Series(dtype=object)
    table = pd.concat(parts, axis=1, join="inner")
    return pd.Series(list(table.itertuples(index=False, name=None)), index=table.index)


def rake_and_trim(form: CountedAnswers, margins: Mapping[str, Mapping[Category, float]]) -> Any:
    """Person -> weight, by the steps of docs/statistics.md."""
    weights = pd.Series(1.0, index=form.people.index)
    known = {name: read_categories(form, name, full=True) for name in margins}
    for _ in range(MOST_ROUNDS):
        gap = 0.0
        for name, shares in margins.items():
            mine = known[name]
            inside = weights[mine.index].groupby(mine).sum()
            found = inside / inside.sum()
            wanted = pd.Series(shares, index=pd.Index(list(shares), tupleize_cols=False))
            wanted = wanted[[code for code in wanted.index if code in set(found.index)]]
            wanted.index = pd.Index(list(wanted.index), tupleize_cols=False)
            gap = max(gap, max(abs(found[code] - wanted[code]) for code in wanted.index))
            factor = {code: wanted[code] / found[code] for code in wanted.index}
            weights.loc[mine.index] *= mine.map(factor).to_numpy(float)
        if gap < TOLERANCE:
            break
    return trim_evenly(weights)


def trim_evenly(weights: pd.Series[float]) -> pd.Series[float]:
    """min(3, max(0.3, w + c)) with the one c that keeps the sum."""
    if weights.between(LEAST_WEIGHT, MOST_WEIGHT).all():
        return weights
    low, high = -float(weights.max()), MOST_WEIGHT
    for _ in range(200):
        middle = (low + high) / 2
        too_low = (weights + middle).clip(LEAST_WEIGHT, MOST_WEIGHT).sum() < weights.sum()
        low, high = (middle, high) if too_low else (low, middle)
    return (weights + low).clip(LEAST_WEIGHT, MOST_WEIGHT)


def title_margin(basis: RecountBasis, form: CountedAnswers, margin: str) -> str:
    """What the report calls a margin."""
    return " × ".join(title_variable(basis, form, name) for name in margin.split("*"))


def title_variable(basis: RecountBasis, form: CountedAnswers, name: str) -> str:
    """A name of its own, or the question's wording."""
    path, titles = form.find_question(name), invert_names(basis.name_codes("trait"))
    if name in titles or path is None:
        return titles.get(name, name)
    return next(iter(read_question_labels(form, [path], basis.language)))


def name_category(
    basis: RecountBasis, form: CountedAnswers, margin: str, category: Category
) -> str:
    """What the report calls a category: as the questionnaire has it."""
    names = []
    for name, code in zip(margin.split("*"), category, strict=True):
        path = form.find_question(name)
        labels = read_choice_labels(form, path, basis.language) if path else {}
        labels = labels or basis.name_codes("language")
        names.append(next((label for label, c in labels.items() if c == code), code))
    return " × ".join(names)


def recount_coverage(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Every category of each margin of one variable: people, share, share of the population."""
    form, data = basis.residents, basis.reported.data
    if form is None or data.population is None:
        return RecountedTable([NO_POPULATION] * len(table.rows))
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for name, shares in read_margins_found(data.population).items():
        if "*" not in name:
            mine = [row for row in table.rows if row["what"] == title_margin(basis, form, name)]
            rows |= expect_coverage(basis, form, name, shares, mine)
    keys = [(row["what"], row["label"]) for row in table.rows]
    whats = {what for what, _ in keys}
    return RecountedTable(
        [rows.get(key, "not in the population file") for key in keys],
        list_missing([key for key in rows if key[0] in whats], keys),
    )


def expect_coverage(
    basis: RecountBasis,
    form: CountedAnswers,
    name: str,
    shares: Mapping[Category, float],
    published: list[Mapping[str, Any]],
) -> dict[tuple[str, str], dict[str, Any]]:
    title, categories = title_margin(basis, form, name), read_categories(form, name)
    told = {row["label"]: row["people"] for row in published}
    labels = {code: name_category(basis, form, name, code) for code in shares}
    counts = [int((categories == code).sum()) for code in shares]
    n = len(read_categories(form, name, full=True))
    cells = expect_blocks(
        [title] * len(counts),
        counts,
        [told.get(labels[code]) for code in shares],
        basis.minimum,
        {title: n - len(categories)},
    )
    found = {}
    for (code, share), count, cell in zip(shares.items(), counts, cells, strict=True):
        rest = {"share": divide(count, n), "ratio": divide(count, n) / share if share else None}
        found[title, labels[code]] = {
            "people": cell,
            "population": share,
            **{
                key: HideableCell(value) if isinstance(cell, HideableCell) else cell
                for key, value in rest.items()
            },
        }
    return found


def recount_weights(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Every category: in the population, among who answered, and once these are weighted."""
    form, data = basis.residents, basis.reported.data
    if form is None or data.population is None:
        return RecountedTable([NO_POPULATION] * len(table.rows))
    weights = read_weights(form, form.people.index)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for name, shares in read_margins_found(data.population).items():
        categories, title = read_categories(form, name, full=True), title_margin(basis, form, name)
        told = read_categories(form, name)
        mine = weights[categories.index] if weights is not None else None
        for code, wanted in shares.items():
            inside = np.array([category == code for category in categories], bool)
            count = int((told == code).sum())
            after = divide(float(mine[inside].sum()), float(mine.sum())) if mine is not None else 0
            rows[title, name_category(basis, form, name, code)] = {
                "wanted": wanted,
                "before": HideableCell(divide(count, len(inside))),
                "after": HideableCell(after),
            }
    keys = [(row["margin"], row["category"]) for row in table.rows]
    return RecountedTable(
        [rows.get(key, "not in the population file") for key in keys], list_missing(rows, keys)
    )


def find_weight_gap(basis: RecountBasis) -> float | None:
    """How far the file's weights lie from those raked anew, at the most; None where none are."""
    form, data = basis.residents, basis.reported.data
    if form is None or data.population is None:
        return None
    weights = read_weights(form, form.people.index)
    if weights is None or weights.empty:
        return None
    return float((rake_and_trim(form, read_margins_found(data.population)) - weights).abs().max())
