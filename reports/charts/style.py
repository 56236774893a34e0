"""What all drawings share: paper, type, colours. Colours hold for the colour-blind and in print."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

FONTS = Path(str(files("font_source_sans_pro"))) / "files"
FALLBACK_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
FAMILIES = ["Source Sans Pro", "DejaVu Sans"]

INK, MUTED, RULE, PAPER = "#1d2935", "#5b6876", "#dde3e9", "#ffffff"
BLUE, PALE_BLUE, ORANGE, GREY = "#2c6fa6", "#9cc3de", "#c2661a", "#c6ccd4"
#: Very weak, weak, fair, strong: two hues, darker outwards (after ColorBrewer's PuOr and RdBu).
STRENGTH = ("#b3590a", "#f0b46e", "#a9cce3", "#2c6fa6")
#: Five steps from light to dark, in one hue range (after ColorBrewer's YlOrBr).
HEAT = ("#fff6d8", "#fedf8f", "#fbb450", "#e07b26", "#a5440b")
#: One colour for each disposition: complete, partial, in progress, break-off.
PROGRESS = ("#2c6fa6", "#9cc3de", "#dde3e9", "#f0b46e")

WIDTH = 17.0
CM = 1 / 2.54

for file in (*FONTS.glob("*-Regular.ttf"), *FONTS.glob("*-Bold.ttf")):
    font_manager.fontManager.addfont(file)
mpl.rcParams.update(
    {
        "font.family": FAMILIES,
        "font.size": 8.5,
        "text.color": INK,
        "text.parse_math": False,
        "axes.labelcolor": MUTED,
        "axes.edgecolor": RULE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": MUTED,
        "ytick.color": INK,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "hatch.linewidth": 0.5,
        "svg.fonttype": "none",
        "svg.hashsalt": "suara",
    }
)


def sheet(
    height: float, left: float, right: float, top: float, bottom: float
) -> tuple[Figure, Axes]:
    """A drawing as wide as the text, ``height`` cm tall, with margins in cm around its axes."""
    figure = Figure(figsize=(WIDTH * CM, height * CM))
    return figure, axes(figure, left, bottom, WIDTH - left - right, height - top - bottom)


def axes(figure: Figure, x: float, y: float, width: float, height: float) -> Axes:
    """Axes at a place given in cm from the lower left corner."""
    total_width, total_height = figure.get_size_inches() / CM
    return figure.add_axes(
        (x / total_width, y / total_height, width / total_width, height / total_height)
    )


def bare(axes: Axes) -> None:
    """No frame, no ticks on the value axis: the numbers stand on the marks."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks([])


def fit(label: str, width: int = 40, lines: int = 2) -> str:
    """A label in at most ``lines`` lines of about ``width`` letters, with an ellipsis if longer."""
    return textwrap.fill(label, width, max_lines=lines, placeholder=" …")


def legend(axes: Axes, handles: Sequence[Artist], height: float) -> None:
    """A key in one line above the axes, ``height`` cm over them."""
    _, size = axes.get_figure().get_size_inches() / CM  # type: ignore[union-attr]
    above = 1 + height / (axes.get_position().height * size)
    axes.legend(
        handles=list(handles),
        loc="lower left",
        bbox_to_anchor=(0, above),
        ncols=len(handles),
        frameon=False,
        handlelength=1.1,
        handleheight=0.9,
        columnspacing=1.3,
        borderpad=0,
        borderaxespad=0,
    )


def svg(figure: Figure) -> bytes:
    """The drawing as SVG. Letters the fonts lack are left to whoever sets the page."""
    FigureCanvasSVG(figure)
    target = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue()
