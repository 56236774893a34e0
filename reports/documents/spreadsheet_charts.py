"""Charts that a spreadsheet draws itself, from the cells of its own sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]

from reports.chapters.elements import BARS, COLUMNS, POINTS, SCORE, SHARE, ReportTable
from reports.charts.style import BLUE, HEAT_COLOURS, PALE_BLUE, RULE, STRENGTH_COLOURS

#: The most bars that one chart shows.
MOST_CHART_ROWS = 40
#: From where to where the colours of a matrix and the axes of points run.
AXIS_RANGES = {SCORE: (1, 5), SHARE: (0, 1)}
#: Where the name of a point stands; those of points in one place take turns.
LABEL_SIDES = ("right", "left", "above", "below")


def build_spreadsheet_chart(book: Workbook, table: ReportTable, name: str) -> Any:
    """A chart of the first block of the sheet called ``name``, which holds the table."""
    rows = min(len(table.first_block), MOST_CHART_ROWS)
    drawn = {BARS: build_bar_chart, COLUMNS: build_column_chart, POINTS: build_point_chart}[
        table.chart_kind
    ](book, table, name, rows)
    first = table.columns[0].key
    leading = "" if first == table.against else f": {table.frame[first].iloc[0]}"
    drawn.set_title({"name": (table.title + leading)[:250], "name_font": {"size": 11}})
    return drawn


def build_bar_chart(book: Workbook, table: ReportTable, name: str, rows: int) -> Any:
    """Bars on their side, stacked where there are several columns."""
    several = len(table.plotted) > 1
    shares = find_column_kind(table, table.plotted[0]) == SHARE
    subtype = {"subtype": "percent_stacked" if shares else "stacked"} if several else {}
    drawn = book.add_chart({"type": "bar"} | subtype)
    colours = (STRENGTH_COLOURS if several else STRENGTH_COLOURS[-1:]) * len(table.plotted)
    for drawing, colour in zip(build_series(table, name, rows), colours, strict=False):
        drawn.add_series(drawing | {"fill": {"color": colour}, "gap": 40})
    # Spreadsheets draw the first row of bars on their side at the bottom.
    drawn.set_y_axis({"reverse": True})
    drawn.set_x_axis(
        {"num_format": "0%" if shares else "#,##0", "major_gridlines": {"visible": True}}
    )
    drawn.set_legend({"position": "bottom"} if several else {"none": True})
    drawn.set_size({"width": 760, "height": 110 + 26 * rows})
    return drawn


def build_column_chart(book: Workbook, table: ReportTable, name: str, rows: int) -> Any:
    """Columns side by side, as of days."""
    rows = len(table.first_block)
    drawn = book.add_chart({"type": "column"})
    for drawing, colour in zip(build_series(table, name, rows), (PALE_BLUE, BLUE), strict=False):
        drawn.add_series(drawing | {"fill": {"color": colour}, "gap": 30, "overlap": 0})
    drawn.set_x_axis(
        {"num_format": "d mmm", "date_axis": find_column_kind(table, table.against) == "day"}
    )
    drawn.set_legend({"position": "bottom"})
    drawn.set_size({"width": 900, "height": 380})
    return drawn


def build_point_chart(book: Workbook, table: ReportTable, name: str, rows: int) -> Any:
    """Points of the first column to the right and the second one up, with their names.

    Each is a series, since not every spreadsheet knows names for the points of one.
    """
    across, up = (find_column_place(table, key) for key in table.plotted)
    named = find_column_place(table, table.against)
    drawn = book.add_chart({"type": "scatter"})
    placed = table.first_block[list(table.plotted)].head(rows).reset_index(drop=True).dropna()
    for row, side in zip(
        placed.index + 1, choose_label_sides(placed.itertuples(index=False)), strict=True
    ):
        drawn.add_series(
            {
                "name": [name, row, named],
                "categories": [name, row, across, row, across],
                "values": [name, row, up, row, up],
                "marker": {"type": "circle", "size": 9, "fill": {"color": BLUE}},
                "data_labels": {"series_name": True, "position": side},
            }
        )
    drawn.set_x_axis(build_axis(table, across))
    drawn.set_y_axis(build_axis(table, up))
    drawn.set_legend({"none": True})
    drawn.set_size({"width": 820, "height": 560})
    return drawn


def choose_label_sides(points: Iterable[tuple[float, ...]]) -> Iterator[str]:
    """Where each name stands, so that those of points in the same place can be told apart."""
    met = Counter[tuple[float, ...]]()
    for point in points:
        yield LABEL_SIDES[met[point] % len(LABEL_SIDES)]
        met[point] += 1


def build_axis(table: ReportTable, at: int) -> dict[str, Any]:
    """All of a column's scale, wherever on it the points lie."""
    least, most = AXIS_RANGES[table.columns[at].kind]
    return {
        "name": table.columns[at].label,
        "min": least,
        "max": most,
        "major_unit": (most - least) / 4,
        "major_gridlines": {"visible": True, "line": {"color": RULE}},
    }


def build_series(table: ReportTable, name: str, rows: int) -> Iterator[dict[str, Any]]:
    against = find_column_place(table, table.against)
    for key in table.plotted:
        at = find_column_place(table, key)
        yield {
            "name": [name, 0, at],
            "categories": [name, 1, against, rows, against],
            "values": [name, 1, at, rows, at],
        }


def build_colour_scale(kind: str, quality: bool) -> dict[str, Any]:
    """A cell's colour by its number, darker where worse: of a quality, where it is lower."""
    least, most = AXIS_RANGES[kind]
    light, middle, dark = HEAT_COLOURS[::2]
    return {
        "type": "3_color_scale",
        "min_color": dark if quality else light,
        "mid_color": middle,
        "max_color": light if quality else dark,
        "min_type": "num",
        "mid_type": "num",
        "max_type": "num",
        "min_value": least,
        "mid_value": (least + most) / 2,
        "max_value": most,
    }


def find_column_place(table: ReportTable, key: str) -> int:
    return [column.key for column in table.columns].index(key)


def find_column_kind(table: ReportTable, key: str) -> str:
    return table.columns[find_column_place(table, key)].kind
