"""How vulnerable each asset is to each shock, as participants judge it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reports import question_names
from reports.chapters.assets import asset_vulnerability
from reports.chapters.assets.asset_vulnerability import GRAVE, Vulnerable
from reports.chapters.elements import Chapter, Column, Picture, Table
from reports.chapters.workshop import chapter as sessions
from reports.charts import matrix
from reports.charts.matrix import Cell, Key
from reports.localizer import Words
from reports.measures.ratings import rating_columns
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.request import Order
from survey.forms.model.questionnaire import Question
from survey.workshop.agreement import Rating, rating

#: Rows, category headings among them, that fit on a page with the names of the shocks.
ROWS = 36


@dataclass(frozen=True)
class Judged:
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
    def exposed(self) -> bool:
        """Unless more people said that it is not exposed than rated it."""
        return self.unexposed <= self.rating.n

    @property
    def state(self) -> str:
        """What may be shown: ``rated``, ``unexposed``, or ``hidden``."""
        if not self.exposed and self.unexposed >= self.minimum:
            return "unexposed"
        return "rated" if self.exposed and self.rating.n >= self.minimum else "hidden"


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """What was answered in questionnaires; then, apart from it, what workshops came to."""
    answered = from_answers(frames, order, words)
    if not frames.held:
        return answered
    held = sessions.chapter(frames, order, words)
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


def from_answers(frames: Frames, order: Order, words: Words) -> Chapter:
    """The heat map, the cells that stand out, and how far people agree."""
    title = words("Assets and shocks")
    form = frames.vulnerability
    if form is None:
        return Chapter("assets", title, (words("No wave with these questions has opened."),))
    judged = list(read(form, order, words))
    shown = [j for j in judged if j.state == "rated"]
    assets = asset_vulnerability.ranked(by_asset(shown))
    return Chapter(
        key="assets",
        title=title,
        findings=(*asset_vulnerability.finding(assets, words), *findings(judged, shown, words)),
        key_figures=tuple(asset_vulnerability.key_figure(assets, words)),
        pictures=tuple(heat_maps(form, judged, words)) if shown else (),
        tables=(*asset_vulnerability.table(assets, words), table(judged, words)),
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


def read(form: Form, order: Order, words: Words) -> Iterator[Judged]:
    """Every asset of the list under every shock asked, in the order of the list."""
    questions = form.questions(question_names.ASSETS)
    tallies = {
        key: dict(zip(rows["code"], rows["rows"], strict=True))
        for key, rows in form.assets.groupby(["asset", "path"])
    }
    for item in question_names.items(form.questionnaire, question_names.ASSETS):
        category = item.get(question_names.ASSET_CATEGORY, "")
        for question in questions:
            tally = tallies.get((item.get("name", ""), question.path), {})
            yield Judged(
                category=words(question_names.CATEGORIES.get(category, "")) or category,
                asset=question_names.item_label(item, words.language),
                shock=form.label(question),
                rating=rating(
                    {p: int(tally.get(str(p), 0)) for p in question_names.points(question)}
                ),
                unexposed=int(tally.get(question_names.NOT_EXPOSED, 0)),
                minimum=order.minimum_cell,
                codes=(item.get("name", ""), question.name),
            )


def findings(judged: Sequence[Judged], shown: Sequence[Judged], words: Words) -> Iterator[str]:
    if not shown:
        yield words("Too few ratings to show anything yet.")
        return
    grave = sum(j.rating.median >= GRAVE for j in shown)
    yield words(
        "A median of 4 or more in {grave} of the {shown} cells that were rated.",
        grave=words.count(grave),
        shown=words.count(len(shown)),
    )
    possible = [j for j in judged if j.state != "hidden"]
    yield words(
        "{shown} of {all} cells have enough ratings to be shown.",
        shown=words.count(len(possible)),
        all=words.count(len(judged)),
    )
    blank = [name for name, rows in by_category(judged).items() if not is_shown(rows)]
    if blank:
        yield words("Not drawn, too few ratings: {categories}.", categories=words.listed(blank))
    split = sum(not j.rating.agreed for j in shown)
    if split:
        yield words.many(
            "In {number} cell participants are apart; it is hatched and worth a discussion.",
            "In {number} cells participants are apart; they are hatched and worth a discussion.",
            split,
        )


def by_asset(shown: Sequence[Judged]) -> list[Vulnerable]:
    """Each asset with all its cells that may be shown."""
    found: dict[tuple[str, str], dict[str, Rating]] = {}
    for j in shown:
        found.setdefault((j.category, j.asset), {})[j.shock] = j.rating
    return [Vulnerable(category, asset, ratings) for (category, asset), ratings in found.items()]


def heat_maps(form: Form, judged: Sequence[Judged], words: Words) -> Iterator[Picture]:
    """As many maps as it takes, no category torn apart unless it is longer than a page."""
    questions = form.questions(question_names.ASSETS)
    key = heat_key(form, questions, words)
    shocks = [form.label(question) for question in questions]
    for number, page in enumerate(pages(judged), 1):
        groups = [
            (category, [(asset, [cell(j, words) for j in row]) for asset, row in assets.items()])
            for category, assets in page.items()
        ]
        yield Picture(
            words("Vulnerability of assets to shocks, part {number}", number=number),
            words(
                "Heat map of medians for {number} assets in {categories}.",
                number=sum(len(rows) for _, rows in groups),
                categories=words.listed(page),
            ),
            partial(matrix.heat, groups, shocks, key, words.score),
        )


def heat_key(form: Form, questions: Sequence[Question], words: Words) -> Key:
    labels = form.choices(questions[0])
    return Key(
        points=[f"{p} · {labels[str(p)]}" for p in question_names.points(questions[0])],
        disagreed=words("low agreement"),
        hidden=words("–  too few ratings"),
        unexposed=labels.get(question_names.NOT_EXPOSED, ""),
    )


Rows = dict[str, list[Judged]]


def pages(judged: Sequence[Judged]) -> Iterator[dict[str, Rows]]:
    """Category -> asset -> its cells, cut into pages of at most ``ROWS`` rows."""
    page: dict[str, Rows] = {}
    used = 0
    for category, rows in by_category(judged).items():
        if not is_shown(rows):
            continue
        if page and used + len(rows) + 1 > ROWS:
            yield page
            page, used = {}, 0
        page[category] = rows
        used += len(rows) + 1
    if page:
        yield page


def by_category(judged: Sequence[Judged]) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for j in judged:
        found.setdefault(j.category, {}).setdefault(j.asset, []).append(j)
    return found


def is_shown(rows: Rows) -> bool:
    """Whether any cell of a category may be shown; a map of nothing else would be a blank."""
    return any(j.state != "hidden" for row in rows.values() for j in row)


def cell(judged: Judged, words: Words) -> Cell:
    if judged.state == "hidden":
        return Cell(None)
    n = words.count(judged.rating.n if judged.exposed else judged.unexposed)
    if judged.state == "unexposed":
        return Cell(None, n, exposed=False)
    return Cell(judged.rating.median, n, judged.rating.agreed)


def table(judged: Sequence[Judged], words: Words) -> Table:
    """One row for each asset under each shock."""
    rows = []
    for j in judged:
        row: dict[str, object] = {"category": j.category, "asset": j.asset, "shock": j.shock}
        if j.state == "rated":
            row |= vars(j.rating)
        row["unexposed"] = words("yes") if j.state == "unexposed" else ""
        row["hidden"] = words("yes") if j.state == "hidden" else ""
        rows.append(row)
    columns = (
        Column("category", words("Category")),
        Column("asset", words("Asset")),
        Column("shock", words("Shock")),
        *rating_columns(words),
        Column("unexposed", words("Most say: not exposed")),
        Column("hidden", words("Hidden (too few)")),
    )
    title = words("Assets and shocks")
    return Table.of(
        "assets", title, columns, rows, plotted=("median",), against="asset", across="shock"
    )
