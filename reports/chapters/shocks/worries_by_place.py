"""Shocks and stresses by place: who names them where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Column, Picture, Table
from reports.chapters.shocks.worries import NAMED, Worry, answered
from reports.charts import share_table
from reports.localizer import Words, later
from reports.reading.form_answers import Form
from reports.request import Order
from reports.statistics.group_suppression import Parts, hidden_parts
from reports.statistics.ranges import share_range
from reports.statistics.row_suppression import share
from reports.statistics.share_contrasts import Contrast, corrected, standing

#: The most named ones of each kind that are shown.
TOP = 6
#: The most places in a picture; the workbook has all.
DRAWN = 12
CAPTIONS = {
    question_names.SHOCKS: later("Shocks named by residents, by place"),
    question_names.STRESSES: later("Stresses named by residents, by place"),
}


@dataclass(frozen=True)
class There:
    """How many of the ``n`` people in a place named something; None where that is hidden."""

    place: str
    worry: Worry
    n: int | None
    named: int | None

    @property
    def share(self) -> float | None:
        return None if self.named is None or not self.n else self.named / self.n


def by_place(form: Form, kind: str, worries: Sequence[Worry], order: Order) -> list[There]:
    """Each place with the most named shocks (or stresses), small numbers hidden."""
    asked, city = form.question(kind), form.question(question_names.CITY)
    top = [w for w in worries if w.named][:TOP]
    if asked is None or city is None or not top or top[0].n < order.minimum_cell:
        return []
    where, labels = form.cities()
    sizes = where[answered(form, asked)].value_counts(sort=False)
    counts = form.crossed(asked, where)[[w.code for w in top]]
    parts = Parts(counts.to_numpy().tolist(), sizes.tolist(), [w.named for w in top], top[0].n)
    hide = hidden_parts(parts, order.minimum_cell)
    return [
        There(
            labels[str(code)],
            worry,
            None if hide.groups[row] else parts.sizes[row],
            None if hide.cells[row][column] else parts.counts[row][column],
        )
        for row, code in enumerate(sizes.index)
        for column, worry in enumerate(top)
    ]


def compared(found: Mapping[str, Sequence[There]], words: Words) -> list[Contrast]:
    """Each place against everybody else, for all that is shown."""
    everyone = words("everybody else")
    return corrected(
        [
            Contrast(
                there.worry.code,
                there.worry.label,
                words(NAMED[kind]),
                everyone,
                there.place,
                (there.worry.named - there.named, there.worry.n - there.n),
                (there.named, there.n),
            )
            for kind, inside in found.items()
            for there in inside
            if there.n and there.named is not None
        ]
    )


def place_findings(contrasts: Sequence[Contrast], words: Words) -> Iterator[str]:
    if not contrasts:
        return
    stand = standing(contrasts)
    if not stand:
        yield words(
            "Places: of {number} comparisons none stands once corrected for being so many.",
            number=words.count(len(contrasts)),
        )
        return
    told = (
        f"{c.other} – {c.what} {words.percent(c.shares[1])} ({words.percent(c.shares[0])})"
        for c in stand[:3]
    )
    yield words(
        "Places: of {number} comparisons {stand} stand once corrected for being so many. The "
        "largest (everybody else in brackets): {list}.",
        number=words.count(len(contrasts)),
        stand=words.count(len(stand)),
        list=words.listed(told),
    )


def room_for(sizes: Mapping[str, int | None]) -> list[str]:
    """The places that a picture has room for: of many those with most people, in their order."""
    largest = sorted(sizes, key=lambda place: -(sizes[place] or 0))[:DRAWN]
    return [place for place in sizes if place in largest]


def place_pictures(found: Mapping[str, Sequence[There]], words: Words) -> Iterator[Picture]:
    """A shaded table for each kind: what was named down, places across."""
    for kind, inside in found.items():
        sizes = {there.place: there.n for there in inside}
        if not any(sizes.values()):
            continue
        shown = room_for(sizes)
        rows: dict[str, list[float | None]] = {}
        for there in (one for one in inside if one.place in shown):
            rows.setdefault(there.worry.label, []).append(there.share)
        yield Picture(
            words(CAPTIONS[kind]),
            words(
                "Table of {places} places and what was named most often there: {things}.",
                places=len(shown),
                things=words.listed(rows),
            ),
            partial(
                share_table.table,
                [("", list(rows.items()))],
                [(p, f"n = {words.count(n)}" if (n := sizes[p]) else "–") for p in shown],
                words("hidden, so that few people cannot be made out"),
                words.percent,
            ),
        )


def place_table(
    found: Mapping[str, Sequence[There]], contrasts: Sequence[Contrast], words: Words
) -> Iterator[Table]:
    """A row for each place and what was named; what stands against everybody else is marked."""
    stand = {(c.other, c.code) for c in contrasts if c.stands}
    rows = []
    for kind, inside in found.items():
        for there in inside:
            row: dict[str, object] = {"kind": words(NAMED[kind]), "place": there.place}
            row |= {"label": there.worry.label, "n": there.n, "named": there.named}
            row["hidden"] = words("yes") if there.named is None else ""
            if there.named is not None and there.n:
                around = share_range(there.named, there.n)
                row |= {"share": share(there.named, there.n), "low": around.low}
                marked = (there.place, there.worry.code) in stand
                row |= {"high": around.high, "stands": words("yes") if marked else ""}
            rows.append(row)
    columns = (
        Column("kind", words("Kind")),
        Column("place", words("City")),
        Column("label", words("Shock or stress")),
        Column("share", words("Among their three"), SHARE),
        Column("low", words("Range, from"), SHARE),
        Column("high", words("to"), SHARE),
        Column("named", words("Named"), COUNT),
        Column("n", words("Answered (n)"), COUNT),
        Column("hidden", words("Hidden (too few)")),
        Column("stands", words("Differs from everybody else")),
    )
    if rows:
        yield Table.of(
            "by_place",
            words("Shocks and stresses by place"),
            columns,
            rows,
            plotted=("share",),
            against="place",
            across="label",
        )
