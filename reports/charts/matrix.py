"""Likelihood by consequence, and shock by asset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from reports.charts import style

#: Pale steps behind the names, by likelihood times consequence (1-25); a guide for the eye alone.
RISK_SHADES = ("#f4f6f8", "#fbf3dc", "#fde6b8", "#fbd197", "#f5b97c")


def draw_risk_matrix(
    cells: Mapping[tuple[int, int], Sequence[str]],
    across: Sequence[str],
    upward: Sequence[str],
    titles: tuple[str, str],
) -> bytes:
    """Names written into the cell of their (likelihood, consequence), counted from 1.

    Rows grow with what stands in them, so that no two names collide.
    """
    size, line = len(upward), 0.36
    texts = {at: [style.fit_label(name, 22) for name in names] for at, names in cells.items()}
    lines = {at: sum(t.count("\n") + 1 for t in found) for at, found in texts.items()}
    heights = [
        max([1.0, *(0.4 + line * n for (_, up), n in lines.items() if up == level)])
        for level in range(1, size + 1)
    ]
    total = sum(heights)
    figure, axes = style.create_sheet(total + 1.5, left=2.7, right=0.1, top=0.1, bottom=1.4)
    axes.set(xlim=(0, len(across)), ylim=(0, total))
    base = 0.0
    middles = []
    for level, height in enumerate(heights, 1):
        for step in range(1, len(across) + 1):
            shade = RISK_SHADES[min(4, (level * step - 1) // 5)]
            axes.add_artist(
                Rectangle((step - 1, base), 1, height, facecolor=shade, edgecolor="white", lw=1.5)
            )
            axes.text(
                step - 0.5,
                base + height / 2,
                "\n".join(texts.get((step, level), [])),
                ha="center",
                va="center",
                size=7.5,
                linespacing=1.15,
            )
        middles.append(base + height / 2)
        base += height
    label_risk_scales(axes, middles, across, upward, titles)
    return style.render_svg(figure)


def label_risk_scales(
    axes: Axes,
    middles: Sequence[float],
    across: Sequence[str],
    upward: Sequence[str],
    titles: tuple[str, str],
) -> None:
    """The points of both scales in words."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks(
        [step + 0.5 for step in range(len(across))],
        [style.fit_label(a, 20, 2) for a in across],
        size=7.5,
    )
    axes.set_yticks(
        middles, [style.fit_label(u, 16, 3) for u in upward], size=7.5, color=style.MUTED
    )
    axes.set_xlabel(titles[0], weight="bold", color=style.INK)
    axes.set_ylabel(titles[1], weight="bold", color=style.INK)


UNEXPOSED_COLOUR, HIDDEN_COLOUR = "#f5f7f9", "#eceff2"


@dataclass(frozen=True)
class MatrixCell:
    """One asset under one shock: a median from 1 to 5, None where the cell is hidden.

    ``is_exposed`` is False where most said that the shock does not reach it.

    ``n`` is the number of ratings, as text.
    """

    median: float | None
    n: str = ""
    is_agreed: bool = True
    is_exposed: bool = True


@dataclass(frozen=True)
class HeatLegend:
    """The words of a heat map's key."""

    points: Sequence[str]
    disagreed: str
    hidden: str
    unexposed: str


def draw_heat_map(
    groups: Sequence[tuple[str, Sequence[tuple[str, Sequence[MatrixCell]]]]],
    shocks: Sequence[str],
    key: HeatLegend,
    score: Callable[[float], str],
) -> bytes:
    """Medians as colours: assets down, grouped, and shocks across. n stands small in each cell."""
    row = 0.5
    count = sum(len(rows) + 1 for _, rows in groups)
    figure, axes = style.create_sheet(count * row + 4.4, left=5.1, right=0.8, top=4.2, bottom=0.2)
    axes.set(xlim=(0, len(shocks)), ylim=(count, 0))
    style.hide_frame(axes)
    axes.set_yticks([])
    for x, shock in enumerate(shocks):
        axes.text(
            x + 0.35,
            -0.15,
            style.fit_label(shock, 24, 1),
            rotation=50,
            ha="left",
            va="bottom",
            size=8,
        )
    y = 0
    for heading, rows in groups:
        axes.text(-0.15, y + 0.6, heading, ha="right", va="center", weight="bold", size=8)
        y += 1
        for label, cells in rows:
            axes.text(
                -0.15, y + 0.5, style.fit_label(label, 38, 1), ha="right", va="center", size=8
            )
            for x, cell in enumerate(cells):
                draw_matrix_cell(axes, x, y, cell, score)
            y += 1
    draw_heat_legend(figure, key)
    return style.render_svg(figure)


def draw_heat_legend(figure: Figure, key: HeatLegend) -> None:
    """What colours and hatches mean, over the map."""
    handles = [
        *(
            Patch(facecolor=c, edgecolor=style.RULE, label=p)
            for c, p in zip(style.HEAT_COLOURS, key.points, strict=True)
        ),
        Patch(facecolor="white", edgecolor=style.MUTED, hatch="//////", label=key.disagreed),
        Patch(facecolor=HIDDEN_COLOUR, edgecolor=style.GREY, hatch="....", label=key.hidden),
        Patch(facecolor=UNEXPOSED_COLOUR, edgecolor=style.RULE, label=f"×  {key.unexposed}"),
    ]
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        frameon=False,
        fontsize=7.5,
        handlelength=1.4,
        handleheight=1.0,
        columnspacing=1.2,
        borderaxespad=0.2,
    )


def draw_matrix_cell(
    axes: Axes, x: int, y: int, cell: MatrixCell, score: Callable[[float], str]
) -> None:
    """One cell: its colour, hatched where people disagree, a dash where it is hidden."""
    face, hatch, text = UNEXPOSED_COLOUR, None, "×"
    if cell.is_exposed and cell.median is None:
        face, hatch, text = HIDDEN_COLOUR, "....", "–"
    elif cell.median is not None:
        face, text = (
            style.HEAT_COLOURS[min(4, max(0, int(cell.median + 0.5) - 1))],
            score(cell.median),
        )
        hatch = None if cell.is_agreed else "//////"
    ink = "white" if face == style.HEAT_COLOURS[-1] else style.INK
    lines = (
        "white" if face in style.HEAT_COLOURS[3:] else style.GREY if hatch == "...." else "#a08a5c"
    )
    box = Rectangle((x, y), 1, 1, facecolor=face, edgecolor=lines, hatch=hatch, lw=0)
    # add_artist, since add_patch reckons the limits of the axes anew for each.
    axes.add_artist(box)
    axes.add_artist(Rectangle((x, y), 1, 1, fill=False, edgecolor="white", lw=1))
    halo = {"facecolor": face, "edgecolor": "none", "pad": 0.8} if hatch else None
    axes.text(
        x + 0.4, y + 0.5, text, ha="center", va="center_baseline", size=8, color=ink, bbox=halo
    )
    if cell.n:
        axes.text(x + 0.96, y + 0.93, cell.n, ha="right", va="bottom", size=6, color=ink)
