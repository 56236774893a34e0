"""Shares set beside each other, as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.chapters.elements import COUNT, SHARE, ReportTable, TableColumn
from reports.localizer import Localizer
from reports.statistics.share_contrasts import Contrast
from survey.rounding import round_percent

#: The most rows that stand in the PDF.
PRINTED_CONTRASTS = 12


def build_contrast_table(
    key: str, title: str, contrasts: Sequence[Contrast], words: Localizer
) -> Iterator[ReportTable]:
    """One row a comparison, with its range and its corrected chance.

    Where the same two are compared throughout, they name the columns; a picture shows them on
    paper. Where groups vary, each row names its own.
    """
    if not contrasts:
        return
    varied = bool(contrasts[0].about)
    one = words("Those") if varied else contrasts[0].first_group
    other = words("These") if varied else contrasts[0].second_group
    columns = (
        TableColumn("what", words("What")),
        *(
            (TableColumn("about", words("Group"), printed=False), TableColumn("other", other))
            if varied
            else ()
        ),
        TableColumn("second", words("Share: {who}", who=other), SHARE),
        TableColumn("n2", words("n") if varied else words("n: {who}", who=other), COUNT),
        *((TableColumn("one", one),) if varied else ()),
        TableColumn("first", words("Share: {who}", who=one), SHARE),
        TableColumn("n1", words("n: {who}", who=one), COUNT, printed=False),
        TableColumn("difference", words("Difference"), SHARE),
        TableColumn("low", words("Range, from"), SHARE),
        TableColumn("high", words("to"), SHARE),
        TableColumn("chance", words("Corrected chance"), printed=False),
        TableColumn("stands", words("Stands"), printed=False),
    )
    rows = [build_contrast_row(contrast, words) for contrast in contrasts]
    yield ReportTable.from_rows(
        key, title, columns, rows, printed_rows=PRINTED_CONTRASTS if varied else 0
    )


def build_contrast_row(contrast: Contrast, words: Localizer) -> dict[str, object]:
    compared = contrast.comparison
    first, second = contrast.shares
    return {
        "what": contrast.what,
        "about": contrast.about,
        "one": contrast.first_group,
        "other": contrast.second_group,
        "first": first,
        "second": second,
        "n1": contrast.first_counts[1],
        "n2": contrast.second_counts[1],
        "difference": compared.figure,
        "low": compared.range.low,
        "high": compared.range.high,
        "chance": format_chance(contrast.p_value, words),
        "stands": words("yes") if contrast.is_significant else words("no"),
    }


def format_chance(chance: float, words: Localizer) -> str:
    """A chance of 0-1 in whole percent, never as none at all; nothing where there is none."""
    if chance != chance:
        return ""
    least = 0.01
    return (
        words("under {share}", share=words.format_share(least))
        if chance < least
        else words.format_share(chance)
    )


def format_point_difference(difference: float, words: Localizer) -> str:
    """A difference of shares in whole points, with its sign."""
    whole = round_percent(difference)
    sign = "+" if whole > 0 else "−" if whole < 0 else "±"
    return sign + words.format_count(abs(whole))
