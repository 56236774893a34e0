"""Shocks and stresses: named, lived through, by place, and rated by participants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from reports.verification.counted_answers import CountedAnswers
from reports.verification.documented_formulas import divide
from reports.verification.expected_cells import ExpectedRow, HiddenCell, HideableCell, is_blank
from reports.verification.label_readers import (
    read_choice_labels,
    read_city_labels,
    read_question_labels,
)
from reports.verification.published_tables import PublishedTable
from reports.verification.recount_basis import (
    RecountBasis,
    RecountedTable,
    expect_scale_figures,
    expect_share,
    expect_weighted_share,
    hide_all,
    list_missing,
)
from reports.verification.recount_drivers import expect_contrasts, has_enough, read_yes_no

SHOCKS, STRESSES, LIVED = "guncangan", "tekanan", "alami"
NAMED_KEYS = ("share", "low", "high", "named", "n", "weighted", "effective_n")
LIVED_KEYS = ("lived_share", "lived", "of")
NOBODY = "nobody was asked"


def recount_named(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Every shock and stress: who named it among three, who lived through it."""
    form = basis.residents
    if form is None:
        return RecountedTable([NOBODY] * len(table.rows))
    kinds = basis.name_codes("worry")
    codes = {name: read_worry_labels(basis, form, question) for name, question in kinds.items()}
    rows = [
        expect_worry(basis, form, kinds[row["kind"]], codes[row["kind"]][row["label"]])
        for row in table.rows
    ]
    wanted = [(kind, label) for kind, labels in codes.items() for label in labels]
    return RecountedTable(
        rows, list_missing(wanted, [(row["kind"], row["label"]) for row in table.rows])
    )


def read_worry_labels(basis: RecountBasis, form: CountedAnswers, question: str) -> dict[str, str]:
    return read_choice_labels(form, form.find_question(question), basis.language)


def expect_worry(
    basis: RecountBasis, form: CountedAnswers, question: str, code: str
) -> ExpectedRow:
    """The figures of one shock or stress."""
    named = form.mask_chosen(form.find_question(question), code)
    found: dict[str, Any] = hide_all([*NAMED_KEYS], basis.minimum)
    if len(named) >= basis.minimum:
        part, n = int(named.sum()), len(named)
        found = expect_share(part, n) | {"named": part, "n": n}
        found |= expect_weighted_share(form, named, with_range=False)
    return found | expect_lived(basis, form, question, code)


def expect_lived(
    basis: RecountBasis, form: CountedAnswers, question: str, code: str
) -> dict[str, Any]:
    """Who lived through it; who would rather not say is in neither part."""
    path = form.find_question(LIVED)
    if question != SHOCKS or path is None or code not in form.list_choices(path):
        return dict.fromkeys(LIVED_KEYS)
    lived = form.mask_chosen(path, code)
    of = len(lived) - int(form.mask_chosen(path, "tm").sum())
    if of < basis.minimum:
        return hide_all(LIVED_KEYS, basis.minimum)
    through = int(lived.sum())
    return {"lived": through, "of": of, "lived_share": divide(through, of)}


def recount_felt(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Who named a shock, among those who lived through it and those who did not."""
    form = basis.residents
    if form is None:
        return RecountedTable([NOBODY] * len(table.rows))
    labels = read_worry_labels(basis, form, SHOCKS)
    lived = form.find_question(LIVED)
    silent = form.mask_chosen(lived, "tm")
    pairs = []
    for row in table.rows:
        code = labels[row["what"]]
        named = form.mask_chosen(form.find_question(SHOCKS), code)
        both = form.mask_chosen(lived, code)[~silent].reindex(named.index).dropna().astype(bool)
        counts = [
            (int(named[both[both == through].index].sum()), int((both == through).sum()))
            for through in (False, True)
        ]
        pairs.append((counts[0], counts[1]))
    return RecountedTable(list(expect_contrasts(pairs, read_yes_no(basis))))


def recount_by_place(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Each place with what is named most: its people, and who of them named it."""
    form = basis.residents
    if form is None:
        return RecountedTable([NOBODY] * len(table.rows))
    kinds, cities = basis.name_codes("worry"), read_city_labels(form, basis.language)
    where = form.read_city()
    found = [
        count_in_place(basis, form, where, row, kinds[row["kind"]], cities) for row in table.rows
    ]
    shown = [place for place, row in enumerate(table.rows) if not is_blank(row["named"])]
    compared = [place for place in shown if has_enough(*found[place])]
    stands = expect_contrasts([found[place] for place in compared], read_yes_no(basis))
    marks = dict(zip(compared, stands, strict=True))
    yes = basis.report.names["word:yes"]
    rows = []
    for place, (row, (_, here)) in enumerate(zip(table.rows, found, strict=True)):
        stood = place in marks and marks[place]["stands"] == yes
        rows.append(expect_place(basis, row, here, yes if stood else None))
    return RecountedTable(rows)


def count_in_place(
    basis: RecountBasis,
    form: CountedAnswers,
    where: pd.Series[str],
    row: Mapping[str, Any],
    question: str,
    cities: Mapping[str, str],
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Everybody else and the place: who named it, of how many."""
    code = read_worry_labels(basis, form, question)[row["label"]]
    named = form.mask_chosen(form.find_question(question), code)
    here = named[(where.reindex(named.index) == cities[row["place"]]).to_numpy()]
    part, whole = int(here.sum()), len(here)
    return (int(named.sum()) - part, len(named) - whole), (part, whole)


def expect_place(
    basis: RecountBasis, row: Mapping[str, Any], here: tuple[int, int], stands: str | None
) -> ExpectedRow:
    """A place's row; a count under the minimum of who named it, or did not, is hidden."""
    part, n = here
    small = 0 < part < basis.minimum or 0 < n - part < basis.minimum
    size: Any = HiddenCell("too few people") if 0 < n < basis.minimum else HideableCell(n)
    figures = expect_share(part, n) | {"named": part}
    if small:
        hidden = HiddenCell(f"{part} of {n}: one of the two parts is under {basis.minimum}")
        return {"n": size, **dict.fromkeys(figures, hidden), "stands": None}
    return {
        "n": size,
        **{key: HideableCell(value) for key, value in figures.items()},
        "stands": None if is_blank(row["named"]) else stands,
    }


def recount_rated(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Participants' ratings of shocks and stresses."""
    form = basis.reported.find_form("kemungkinan")
    if form is None:
        return RecountedTable([NOBODY] * len(table.rows))
    scales = basis.name_codes("rated")
    paths = {
        scale: read_question_labels(form, form.list_group(group), basis.language)
        for scale, group in scales.items()
    }
    rows = []
    for row in table.rows:
        values = form.get_values(paths[row["scale"]][row["label"]])
        points = values[values.str.isdigit()].astype(int).tolist()
        rows.append(expect_scale_figures(points, basis.minimum))
    wanted = [(scale, label) for scale, labels in paths.items() for label in labels]
    return RecountedTable(
        rows, list_missing(wanted, [(row["scale"], row["label"]) for row in table.rows])
    )
