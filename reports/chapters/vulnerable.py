"""Which assets are vulnerable to most shocks: one asset, all shocks it was judged under."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.chapters.chapter import COUNT, SCORE, SHARE, Column, KeyFigure, Table
from reports.statistics.shares import share
from reports.words import Words
from survey.workshop.agreement import Rating

#: From this median on a cell counts as gravely vulnerable.
GRAVE = 4
#: The fewest shocks that an asset is ranked by.
LEAST = 3
#: Rows that stand in the PDF.
PRINTED = 10


@dataclass(frozen=True)
class Vulnerable:
    """An asset with its ratings under every shock that may be shown: shock's name -> rating."""

    category: str
    asset: str
    ratings: dict[str, Rating]

    @property
    def grave(self) -> int:
        """Under how many shocks the median is 4 or more."""
        return sum(found.median >= GRAVE for found in self.ratings.values())

    @property
    def share(self) -> float:
        """The same of all that it was judged under, 0-1."""
        return share(self.grave, len(self.ratings))

    @property
    def rank(self) -> tuple[float, float]:
        """Sorts the most vulnerable first: the share, then the mean of the medians."""
        return -self.share, -sum(r.median for r in self.ratings.values()) / len(self.ratings)

    @property
    def apart(self) -> int:
        """Under how many shocks participants do not agree."""
        return sum(not found.agreed for found in self.ratings.values())


def ranked(assets: Sequence[Vulnerable]) -> list[Vulnerable]:
    """Those judged under enough shocks, the most vulnerable first."""
    return sorted((a for a in assets if len(a.ratings) >= LEAST), key=lambda a: a.rank)


def first(every: Sequence[Vulnerable]) -> list[Vulnerable]:
    """All that share the first place."""
    return [a for a in every if a.rank == every[0].rank and a.grave]


def key_figure(every: Sequence[Vulnerable], words: Words) -> Iterator[KeyFigure]:
    """The most vulnerable asset; of several alike only how many they are."""
    alike = first(every)
    if not alike:
        return
    detail = words(
        "median of 4 or more under {grave} of {shocks} shocks",
        grave=words.count(alike[0].grave),
        shocks=words.count(len(alike[0].ratings)),
    )
    name = words("{number} assets alike", number=words.count(len(alike)))
    label = words("Most vulnerable asset")
    yield KeyFigure(label, alike[0].asset if len(alike) == 1 else name, detail)


def finding(every: Sequence[Vulnerable], words: Words) -> Iterator[str]:
    """The three that most shocks would hit hard."""
    if every and every[0].grave:
        yield words(
            "Vulnerable to most shocks (median of 4 or more): {assets}.",
            assets=words.listed(
                words(
                    "{asset} ({grave} of {shocks})",
                    asset=a.asset,
                    grave=words.count(a.grave),
                    shocks=words.count(len(a.ratings)),
                )
                for a in every[:3]
            ),
        )


def table(every: Sequence[Vulnerable], words: Words) -> Iterator[Table]:
    """A row an asset, the most vulnerable first."""
    rows = [
        {
            "asset": a.asset,
            "category": a.category,
            "shocks": len(a.ratings),
            "grave": a.grave,
            "share": a.share,
            "highest": max(r.median for r in a.ratings.values()),
            "apart": a.apart,
            "n": words.span(r.n for r in a.ratings.values()),
        }
        for a in every
    ]
    columns = (
        Column("asset", words("Asset")),
        Column("category", words("Category")),
        Column("shocks", words("Shocks judged"), COUNT),
        Column("grave", words("with a median of 4 or more"), COUNT),
        Column("share", words("Share"), SHARE),
        Column("highest", words("Highest median"), SCORE),
        Column("apart", words("without agreement"), COUNT),
        Column("n", words("n")),
    )
    if rows:
        title = words("The assets that are vulnerable to most shocks")
        yield Table.of("vulnerable", title, columns, rows, printed=PRINTED)
