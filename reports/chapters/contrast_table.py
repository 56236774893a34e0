"""Shares set beside each other, as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.chapters.elements import COUNT, SHARE, Column, Table
from reports.localizer import Words
from reports.statistics.share_contrasts import Contrast

#: The most rows that stand in the PDF.
PRINTED = 12


def contrast_table(
    key: str, title: str, contrasts: Sequence[Contrast], words: Words
) -> Iterator[Table]:
    """One row a comparison, with its range and its corrected chance.

    Where the same two are compared throughout, they name the columns; a picture shows them on
    paper. Where groups vary, each row names its own.
    """
    if not contrasts:
        return
    varied = bool(contrasts[0].about)
    one = words("Those") if varied else contrasts[0].one
    other = words("These") if varied else contrasts[0].other
    columns = (
        Column("what", words("What")),
        *(
            (Column("about", words("Group"), printed=False), Column("other", other))
            if varied
            else ()
        ),
        Column("second", words("Share: {who}", who=other), SHARE),
        Column("n2", words("n") if varied else words("n: {who}", who=other), COUNT),
        *((Column("one", one),) if varied else ()),
        Column("first", words("Share: {who}", who=one), SHARE),
        Column("n1", words("n: {who}", who=one), COUNT, printed=False),
        Column("difference", words("Difference"), SHARE),
        Column("low", words("Range, from"), SHARE),
        Column("high", words("to"), SHARE),
        Column("chance", words("Corrected chance"), printed=False),
        Column("stands", words("Stands"), printed=False),
    )
    rows = [row(contrast, words) for contrast in contrasts]
    yield Table.of(key, title, columns, rows, printed=PRINTED if varied else 0)


def row(contrast: Contrast, words: Words) -> dict[str, object]:
    compared = contrast.compared
    first, second = contrast.shares
    return {
        "what": contrast.what,
        "about": contrast.about,
        "one": contrast.one,
        "other": contrast.other,
        "first": first,
        "second": second,
        "n1": contrast.first[1],
        "n2": contrast.second[1],
        "difference": compared.figure,
        "low": compared.range.low,
        "high": compared.range.high,
        "chance": rare(contrast.chance, words),
        "stands": words("yes") if contrast.stands else words("no"),
    }


def rare(chance: float, words: Words) -> str:
    """A chance of 0-1 in whole percent, never as none at all; nothing where there is none."""
    if chance != chance:
        return ""
    least = 0.01
    return (
        words("under {share}", share=words.percent(least))
        if chance < least
        else words.percent(chance)
    )


def points(difference: float, words: Words) -> str:
    """A difference of shares in whole points, with its sign."""
    whole = round(100 * difference)
    sign = "+" if whole > 0 else "−" if whole < 0 else "±"
    return sign + words.count(abs(whole))
