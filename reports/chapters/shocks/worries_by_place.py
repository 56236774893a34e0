"""Shocks and stresses by place: who names them where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Picture, ReportTable, TableColumn
from reports.chapters.leader_texts import limit_names
from reports.chapters.shocks.worries import WORRY_KINDS, Worry, mask_answered
from reports.charts import share_table
from reports.localizer import Localizer, gettext_noop
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.statistics.group_suppression import GroupCounts, suppress_groups
from reports.statistics.leaders import MOST_NAMED
from reports.statistics.ranges import compute_share_range
from reports.statistics.row_suppression import compute_share, suppress_margin
from reports.statistics.share_contrasts import Contrast, correct_contrasts, select_significant

#: The most named ones of each kind that are shown.
TOP_WORRIES = 6
#: The most places in a picture; the workbook has all.
DRAWN_PLACES = 12
PLACE_CAPTIONS = {
    question_names.SHOCKS: gettext_noop("Shocks named by residents, by place"),
    question_names.STRESSES: gettext_noop("Stresses named by residents, by place"),
}


@dataclass(frozen=True)
class WorryInPlace:
    """How many of the ``n`` people in a place named something; None where that is hidden."""

    place: str
    worry: Worry
    n: int | None
    named: int | None

    @property
    def share(self) -> float | None:
        return None if self.named is None or not self.n else self.named / self.n


def count_worries_by_place(
    form: FormAnswers, kind: str, worries: Sequence[Worry], order: ReportRequest
) -> list[WorryInPlace]:
    """Each place with the most named shocks (or stresses), small numbers hidden."""
    asked, city = form.find_question(kind), form.find_question(question_names.CITY)
    top = [w for w in worries if w.named][:TOP_WORRIES]
    if asked is None or city is None or not top or top[0].n < order.minimum_cell:
        return []
    where, labels = form.get_cities()
    sizes = where[mask_answered(form, asked)].value_counts(sort=False)
    counts = form.cross_tabulate(asked, where)[[w.code for w in top]]
    parts = GroupCounts(
        counts.to_numpy().tolist(), sizes.tolist(), [w.named for w in top], top[0].n
    )
    hide = suppress_groups(parts, order.minimum_cell)
    waiting = form.count_waiting(question_names.CITY)
    groups = suppress_margin(parts.sizes, waiting, order.minimum_cell)
    return [
        WorryInPlace(
            labels[str(code)],
            worry,
            None if hide.groups[row] or groups[row] else parts.sizes[row],
            None if hide.cells[row][column] or groups[row] else parts.counts[row][column],
        )
        for row, code in enumerate(sizes.index)
        for column, worry in enumerate(top)
    ]


def compare_places(found: Mapping[str, Sequence[WorryInPlace]], words: Localizer) -> list[Contrast]:
    """Each place against everybody else, for all that is shown."""
    everyone = words("everybody else")
    return correct_contrasts(
        [
            Contrast(
                there.worry.code,
                there.worry.label,
                words(WORRY_KINDS[kind]),
                everyone,
                there.place,
                # Everybody else without this place, as the two must be different people.
                (there.worry.named - there.named, there.worry.n - there.n),
                (there.named, there.n),
            )
            for kind, inside in found.items()
            for there in inside
            if there.n and there.named is not None
        ]
    )


def list_place_findings(contrasts: Sequence[Contrast], words: Localizer) -> Iterator[str]:
    if not contrasts:
        return
    stand = select_significant(contrasts)
    if not stand:
        yield words.translate_plural(
            "Places: the one comparison that could be made does not stand.",
            "Places: of {number} comparisons none stands once corrected for being so many.",
            len(contrasts),
        )
        return
    differences = [
        f"{c.second_group} – {c.what} {words.format_share(c.shares[1])} "
        f"({words.format_share(c.shares[0])})"
        for c in stand
    ]
    yield words.translate_plural(
        "Places: the one comparison that could be made stands (everybody else in brackets): "
        "{list}.",
        "Places: of {number} comparisons {stand} stand once corrected for being so many (everybody "
        "else in brackets): {list}.",
        len(contrasts),
        stand=words.format_count(len(stand)),
        list=limit_names(differences, MOST_NAMED, words),
    )


def pick_largest_places(sizes: Mapping[str, int | None]) -> list[str]:
    """The places that a picture has room for: of many those with most people, in their order."""
    largest = sorted(sizes, key=lambda place: -(sizes[place] or 0))[:DRAWN_PLACES]
    return [place for place in sizes if place in largest]


def draw_place_pictures(
    found: Mapping[str, Sequence[WorryInPlace]], words: Localizer
) -> Iterator[Picture]:
    """A shaded table for each kind: what was named down, places across."""
    for kind, inside in found.items():
        sizes = {there.place: there.n for there in inside}
        if not any(sizes.values()):
            continue
        shown = pick_largest_places(sizes)
        rows: dict[str, list[float | None]] = {}
        for there in (one for one in inside if one.place in shown):
            rows.setdefault(there.worry.label, []).append(there.share)
        yield Picture(
            words(PLACE_CAPTIONS[kind]),
            words(
                "Table of {places} places and what was named most often there: {things}.",
                places=len(shown),
                things=words.join_items(rows),
            ),
            partial(
                share_table.draw_share_table,
                [("", list(rows.items()))],
                [(p, f"n = {words.format_count(n)}" if (n := sizes[p]) else "–") for p in shown],
                words("hidden, so that few people cannot be made out"),
                words.format_share,
            ),
        )


def build_place_table(
    found: Mapping[str, Sequence[WorryInPlace]], contrasts: Sequence[Contrast], words: Localizer
) -> Iterator[ReportTable]:
    """A row for each place and what was named; what stands against everybody else is marked."""
    stand = {(c.second_group, c.code) for c in contrasts if c.is_significant}
    rows = []
    for kind, inside in found.items():
        for there in inside:
            row: dict[str, object] = {"kind": words(WORRY_KINDS[kind]), "place": there.place}
            row |= {"label": there.worry.label, "n": there.n, "named": there.named}
            row["hidden"] = words("yes") if there.named is None else ""
            if there.named is not None and there.n:
                around = compute_share_range(there.named, there.n)
                row |= {"share": compute_share(there.named, there.n), "low": around.low}
                marked = (there.place, there.worry.code) in stand
                row |= {"high": around.high, "stands": words("yes") if marked else ""}
            rows.append(row)
    columns = (
        TableColumn("kind", words("Kind")),
        TableColumn("place", words("City")),
        TableColumn("label", words("Shock or stress")),
        TableColumn("share", words("Among their three"), SHARE),
        TableColumn("low", words("Range, from"), SHARE),
        TableColumn("high", words("to"), SHARE),
        TableColumn("named", words("Named"), COUNT),
        TableColumn("n", words("Answered (n)"), COUNT),
        TableColumn("hidden", words("Hidden (too few)")),
        TableColumn("stands", words("Differs from everybody else")),
    )
    if rows:
        yield ReportTable.from_rows(
            "by_place",
            words("Shocks and stresses by place"),
            columns,
            rows,
            plotted=("share",),
            against="place",
            across="label",
        )
