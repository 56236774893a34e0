"""How vulnerable each asset is to each shock, as participants judge it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reports import question_names
from reports.chapters.assets import asset_vulnerability
from reports.chapters.assets.asset_vulnerability import GRAVE_MEDIAN, AssetVulnerability
from reports.chapters.elements import Chapter, Picture, ReportTable, TableColumn
from reports.chapters.rating_elements import list_rating_columns
from reports.chapters.workshop.chapter import build_workshop_chapter
from reports.charts import matrix
from reports.charts.matrix import HeatLegend, MatrixCell
from reports.localizer import Localizer
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.request import ReportRequest
from survey.forms.model.questionnaire import Question
from survey.workshop.agreement import Rating, compute_rating

#: Rows of one map, category headings among them: with the names of the shocks about half a page, so
#: that it finds room below what the chapter says of it.
ROWS_PER_MAP = 24


@dataclass(frozen=True)
class AssetUnderShock:
    """One asset under one shock. ``unexposed`` people said that the shock does not reach it.

    ``codes`` are those of the asset and the shock.
    """

    category: str
    asset: str
    shock: str
    rating: Rating
    unexposed: int
    minimum: int
    codes: tuple[str, str]

    @property
    def is_exposed(self) -> bool:
        """Unless more people said that it is not exposed than rated it."""
        return self.unexposed <= self.rating.n

    @property
    def display_state(self) -> str:
        """What may be shown: ``rated``, ``unexposed``, or ``hidden``."""
        if not self.is_exposed and self.unexposed >= self.minimum:
            return "unexposed"
        return "rated" if self.is_exposed and self.rating.n >= self.minimum else "hidden"


def build_assets_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """What was answered in questionnaires; then, apart from it, what workshops came to."""
    answered = build_from_answers(frames, order, words)
    if not frames.workshops:
        return answered
    held = build_workshop_chapter(frames, order, words)
    return replace(
        answered,
        findings=(*answered.findings, *held.findings),
        key_figures=(*held.key_figures, *answered.key_figures),
        pictures=(*answered.pictures, *held.pictures),
        tables=(*answered.tables, *held.tables),
        notes=(
            *answered.notes,
            words(
                "The heat maps show what was answered in questionnaires. Where a workshop agreed "
                "on a rating, that one counts from then on, and for discovery areas."
            ),
            *held.notes,
        ),
    )


def build_from_answers(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """The heat map, the cells that stand out, and how far people agree."""
    title = words("Assets and shocks")
    form = frames.vulnerability_form
    if form is None:
        return Chapter("assets", title, (words("No wave with these questions has opened."),))
    judged = list(read_assets_under_shocks(form, order, words))
    shown = [j for j in judged if j.display_state == "rated"]
    assets = asset_vulnerability.rank_vulnerable_assets(group_ratings_by_asset(shown))
    return Chapter(
        key="assets",
        title=title,
        findings=(
            *asset_vulnerability.list_vulnerability_findings(assets, words),
            *list_findings(judged, shown, words),
        ),
        key_figures=tuple(asset_vulnerability.list_vulnerability_figures(assets, words)),
        pictures=tuple(draw_pictures(form, judged, words)) if shown else (),
        tables=(
            *asset_vulnerability.build_vulnerability_table(assets, words),
            build_assets_table(judged, words),
        ),
        notes=(
            words(
                "Each participant rated the assets of their own category. Cells with fewer than "
                "{minimum} ratings are hidden. “Don't know” and “not my field” are left out.",
                minimum=order.minimum_cell,
            ),
            words("The small figure in a cell is the number of ratings."),
            words("Low agreement: fewer than 75% of the ratings within one point of the median."),
        ),
    )


def read_assets_under_shocks(
    form: FormAnswers, order: ReportRequest, words: Localizer
) -> Iterator[AssetUnderShock]:
    """Every asset of the list under every shock asked, in the order of the list."""
    questions = form.list_group_questions(question_names.ASSETS)
    tallies: dict[tuple[str, str], dict[str, int]] = {}
    columns = (form.asset_counts[name].tolist() for name in ("asset", "path", "code", "rows"))
    for asset, path, code, number in zip(*columns, strict=True):
        tallies.setdefault((asset, path), {})[code] = number
    for item in question_names.list_carried_items(form.questionnaire, question_names.ASSETS):
        category = item.get(question_names.ASSET_CATEGORY, "")
        for question in questions:
            tally = tallies.get((item.get("name", ""), question.path), {})
            yield AssetUnderShock(
                category=words(question_names.CATEGORIES.get(category, "")) or category,
                asset=question_names.get_item_label(item, words.language),
                shock=form.get_question_label(question),
                rating=compute_rating(
                    {
                        p: int(tally.get(str(p), 0))
                        for p in question_names.list_scale_points(question)
                    }
                ),
                unexposed=int(tally.get(question_names.NOT_EXPOSED, 0)),
                minimum=order.minimum_cell,
                codes=(item.get("name", ""), question.name),
            )


def list_findings(
    judged: Sequence[AssetUnderShock], shown: Sequence[AssetUnderShock], words: Localizer
) -> Iterator[str]:
    if not shown:
        yield words("Too few ratings to show anything yet.")
        return
    grave = sum(j.rating.median >= GRAVE_MEDIAN for j in shown)
    yield words(
        "A median of 4 or more in {grave} of the {shown} cells that are shown with ratings.",
        grave=words.format_count(grave),
        shown=words.format_count(len(shown)),
    )
    possible = [j for j in judged if j.display_state != "hidden"]
    yield words(
        "{shown} of {all} cells have enough ratings to be shown.",
        shown=words.format_count(len(possible)),
        all=words.format_count(len(judged)),
    )
    blank = [name for name, rows in group_by_category(judged).items() if not has_shown_cell(rows)]
    if blank:
        yield words("Not drawn, too few ratings: {categories}.", categories=words.join_items(blank))
    split = sum(not j.rating.is_agreed for j in shown)
    if split:
        yield words.translate_plural(
            "In {number} cell participants are apart; it is hatched and worth a discussion.",
            "In {number} cells participants are apart; they are hatched and worth a discussion.",
            split,
        )


def group_ratings_by_asset(shown: Sequence[AssetUnderShock]) -> list[AssetVulnerability]:
    """Each asset with all its cells that may be shown."""
    found: dict[tuple[str, str], dict[str, Rating]] = {}
    for j in shown:
        found.setdefault((j.category, j.asset), {})[j.shock] = j.rating
    return [
        AssetVulnerability(category, asset, ratings) for (category, asset), ratings in found.items()
    ]


def draw_pictures(
    form: FormAnswers, judged: Sequence[AssetUnderShock], words: Localizer
) -> Iterator[Picture]:
    """As many maps as it takes, no category torn apart unless it is longer than a page."""
    questions = form.list_group_questions(question_names.ASSETS)
    key = build_heat_legend(form, questions, words)
    shocks = [form.get_question_label(question) for question in questions]
    for number, page in enumerate(paginate_categories(judged), 1):
        groups = [
            (
                category,
                [
                    (asset, [build_matrix_cell(j, words) for j in row])
                    for asset, row in assets.items()
                ],
            )
            for category, assets in page.items()
        ]
        yield Picture(
            words("Vulnerability of assets to shocks, part {number}", number=number),
            words(
                "Heat map of medians for {number} assets in {categories}.",
                number=sum(len(rows) for _, rows in groups),
                categories=words.join_items(page),
            ),
            partial(matrix.draw_heat_map, groups, shocks, key, words.format_score),
        )


def build_heat_legend(
    form: FormAnswers, questions: Sequence[Question], words: Localizer
) -> HeatLegend:
    labels = form.get_choice_labels(questions[0])
    return HeatLegend(
        points=[f"{p} · {labels[str(p)]}" for p in question_names.list_scale_points(questions[0])],
        disagreed=words("low agreement"),
        hidden=words("–  too few ratings"),
        unexposed=labels.get(question_names.NOT_EXPOSED, ""),
    )


AssetRows = dict[str, list[AssetUnderShock]]


def paginate_categories(judged: Sequence[AssetUnderShock]) -> Iterator[dict[str, AssetRows]]:
    """Category -> asset -> its cells, cut into maps of at most ``ROWS_PER_MAP`` rows."""
    page: dict[str, AssetRows] = {}
    used = 0
    for category, rows in group_by_category(judged).items():
        if not has_shown_cell(rows):
            continue
        if page and used + len(rows) + 1 > ROWS_PER_MAP:
            yield page
            page, used = {}, 0
        page[category] = rows
        used += len(rows) + 1
    if page:
        yield page


def group_by_category(judged: Sequence[AssetUnderShock]) -> dict[str, AssetRows]:
    found: dict[str, AssetRows] = {}
    for j in judged:
        found.setdefault(j.category, {}).setdefault(j.asset, []).append(j)
    return found


def has_shown_cell(rows: AssetRows) -> bool:
    """Whether any cell of a category may be shown; a map of nothing else would be a blank."""
    return any(j.display_state != "hidden" for row in rows.values() for j in row)


def build_matrix_cell(judged: AssetUnderShock, words: Localizer) -> MatrixCell:
    if judged.display_state == "hidden":
        return MatrixCell(None)
    n = words.format_count(judged.rating.n if judged.is_exposed else judged.unexposed)
    if judged.display_state == "unexposed":
        return MatrixCell(None, n, is_exposed=False)
    return MatrixCell(judged.rating.median, n, judged.rating.is_agreed)


def build_assets_table(judged: Sequence[AssetUnderShock], words: Localizer) -> ReportTable:
    """One row for each asset under each shock."""
    rows = []
    for j in judged:
        row: dict[str, object] = {"category": j.category, "asset": j.asset, "shock": j.shock}
        if j.display_state == "rated":
            row |= vars(j.rating)
        row["unexposed"] = words("yes") if j.display_state == "unexposed" else ""
        row["hidden"] = words("yes") if j.display_state == "hidden" else ""
        rows.append(row)
    columns = (
        TableColumn("category", words("Category")),
        TableColumn("asset", words("Asset")),
        TableColumn("shock", words("Shock")),
        *list_rating_columns(words),
        TableColumn("unexposed", words("Most say: not exposed")),
        TableColumn("hidden", words("Hidden (too few)")),
    )
    title = words("Assets and shocks")
    return ReportTable.from_rows(
        "assets", title, columns, rows, plotted=("median",), against="asset", across="shock"
    )
