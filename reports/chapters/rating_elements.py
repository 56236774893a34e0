"""What chapters show of ratings: the matrix of risks, how heavily stresses weigh, their table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SCORE, SHARE, Picture, ReportTable, TableColumn
from reports.charts import bar_charts, matrix
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer
from reports.measures.ratings import RATED_GROUPS, RatedQuestion, label_group_scale
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest


def draw_risk_picture(
    form: FormAnswers | None, risks: list[tuple[RatedQuestion, RatedQuestion]], words: Localizer
) -> Iterator[Picture]:
    if form is None or not risks:
        return
    cells: dict[tuple[int, int], list[str]] = {}
    for likely, grave in risks:
        # A median midway between two points goes into the graver field: a risk is not rounded away.
        at = (int(likely.rating.median + 0.5), int(grave.rating.median + 0.5))
        mark = "" if likely.rating.is_agreed and grave.rating.is_agreed else " *"
        cells.setdefault(at, []).append(likely.label + mark)
    yield Picture(
        words(
            "Likelihood and consequence of shocks (medians of participants' ratings, n = {n})",
            n=words.format_span(r.rating.n for pair in risks for r in pair),
        ),
        words("Table of five by five with {number} shocks.", number=len(risks)),
        partial(
            matrix.draw_risk_matrix,
            cells,
            label_group_scale(form, question_names.LIKELIHOOD),
            label_group_scale(form, question_names.CONSEQUENCE),
            (words("Likelihood"), words("Consequence")),
        ),
    )


def draw_weight_picture(
    form: FormAnswers | None,
    ratings: dict[str, list[RatedQuestion]],
    order: ReportRequest,
    words: Localizer,
) -> Iterator[Picture]:
    weights = ratings.get(question_names.WEIGHT, [])
    if form is None or not any(r.rating.n >= order.minimum_cell for r in weights):
        return
    enough = order.minimum_cell
    # Medians of five points are often equal; then the quartiles decide, as between shocks.
    weights = sorted(weights, key=lambda r: (-r.rating.median, -r.rating.upper, -r.rating.lower))
    rows = [
        Bar(
            r.label,
            (r.rating.median, r.rating.lower, r.rating.upper),
            (words.format_count(r.rating.n), words.format_share(r.rating.within_one)),
        )
        if r.rating.n >= enough
        else Bar(r.label, None, ("–", "–"))
        for r in weights
    ]
    yield Picture(
        words("How heavily stresses weigh (participants' ratings)"),
        words("Median and middle half of the ratings for {number} rows.", number=len(rows)),
        partial(
            bar_charts.draw_medians,
            rows,
            label_group_scale(form, question_names.WEIGHT),
            (words("median"), words("middle half of the ratings")),
            (words("n"), words("within 1 point")),
        ),
    )


def list_rating_columns(words: Localizer) -> tuple[TableColumn, ...]:
    """What a ``Rating`` says, for rows that have its fields."""
    return (
        TableColumn("median", words("Median"), SCORE),
        TableColumn("lower", words("Lower quartile"), SCORE),
        TableColumn("upper", words("Upper quartile"), SCORE),
        TableColumn("within_one", words("Within one point"), SHARE),
        TableColumn("n", words("Rated (n)"), COUNT),
    )


def build_ratings_table(
    ratings: dict[str, list[RatedQuestion]], order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    rows = []
    for group, found in ratings.items():
        for r in found:
            row: dict[str, object] = {"scale": words(RATED_GROUPS[group]), "label": r.label}
            if r.rating.n >= order.minimum_cell:
                row |= vars(r.rating)
            rows.append(row)
    columns = (
        TableColumn("scale", words("Scale")),
        TableColumn("label", words("Shock or stress")),
        *list_rating_columns(words),
    )
    if rows:
        yield ReportTable.from_rows("rated", words("Shocks and stresses rated"), columns, rows)
