"""What all drawings share: paper, type, colours. Colours hold for the colour-blind and in print."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterable, Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy import array_split

FONTS = Path(str(files("font_source_sans_pro"))) / "files"
FALLBACK_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
FAMILIES = ["Source Sans Pro", "DejaVu Sans"]

INK, MUTED, RULE, PAPER = "#1d2935", "#5b6876", "#dde3e9", "#ffffff"
BLUE, PALE_BLUE, ORANGE, GREY = "#2c6fa6", "#9cc3de", "#c2661a", "#c6ccd4"
#: Very weak, weak, fair, strong: two hues, darker outwards (after ColorBrewer's PuOr and RdBu).
STRENGTH_COLOURS = ("#b3590a", "#f0b46e", "#a9cce3", "#2c6fa6")
#: Five steps from light to dark, in one hue range (after ColorBrewer's YlOrBr).
HEAT_COLOURS = ("#fff6d8", "#fedf8f", "#fbb450", "#e07b26", "#a5440b")
#: Weak, mixed, strong: told apart by hue, by lightness (in print without colour) and by a mark.
LEVEL_COLOURS = ("#b3590a", "#f6e2b3", "#6ba6d1")
LEVEL_MARKS = ("v", "o", "^")
#: Where too few people answered: pale, and hatched.
HIDDEN_STYLE: dict[str, Any] = {"facecolor": "#f3f5f7", "edgecolor": "#9aa5b1", "hatch": "//////"}
#: One colour for each disposition: complete, partial, in progress, break-off.
PROGRESS_COLOURS = ("#2c6fa6", "#9cc3de", "#dde3e9", "#f0b46e")

SHEET_WIDTH = 17.0
INCHES_PER_CM = 1 / 2.54

for file in (*FONTS.glob("*-Regular.ttf"), *FONTS.glob("*-Bold.ttf")):
    font_manager.fontManager.addfont(file)
mpl.rcParams.update(
    {
        "font.family": FAMILIES,
        "font.size": 8.5,
        "text.color": INK,
        # Labels are written by people, and between two dollar signs matplotlib reads a formula.
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
        # Texts stay texts and do not become outlines, so that whoever sets the page can choose
        # another font for letters that ours lack.
        "svg.fonttype": "none",
        # Without it the ids in an SVG are random, and the same drawing is another file each time.
        "svg.hashsalt": "suara",
    }
)


def create_sheet(
    height: float, left: float, right: float, top: float, bottom: float
) -> tuple[Figure, Axes]:
    """A drawing as wide as the text, ``height`` cm tall, with margins in cm around its axes."""
    # Not by pyplot, which keeps every figure until it is closed.
    figure = Figure(figsize=(SHEET_WIDTH * INCHES_PER_CM, height * INCHES_PER_CM))
    return figure, add_axes_at(
        figure, left, bottom, SHEET_WIDTH - left - right, height - top - bottom
    )


def add_axes_at(figure: Figure, x: float, y: float, width: float, height: float) -> Axes:
    """Axes at a place given in cm from the lower left corner."""
    total_width, total_height = figure.get_size_inches() / INCHES_PER_CM
    return figure.add_axes(
        (x / total_width, y / total_height, width / total_width, height / total_height)
    )


def hide_frame(axes: Axes) -> None:
    """No frame, no ticks on the value axis: the numbers stand on the marks."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks([])


def fit_label(label: str, width: int = 40, lines: int = 2) -> str:
    """A label in at most ``lines`` lines of about ``width`` letters, with an ellipsis if longer."""
    narrow = int(width * len(label) / max(1, measure_text(label)))
    # textwrap refuses a width into which its placeholder does not fit.
    return textwrap.fill(label, max(3, narrow), max_lines=lines, placeholder=" …")


def fit_row_height(labels: Iterable[str], width: int, least: float) -> float:
    """The height of a row, in cm: ``least``, or as much as the longest label needs once fitted."""
    lines = max((fit_label(label, width).count("\n") + 1 for label in labels), default=1)
    return max(least, 0.05 + 0.36 * lines)


def measure_text(text: str) -> int:
    """How many Latin letters are as wide as a text, whose Chinese letters and emoji are wider."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def pick_ink(colour: str) -> str:
    """White or the dark ink, whichever stands out more (WCAG 2's relative luminance)."""
    red, green, blue = (part**2.2 for part in to_rgb(colour))
    return PAPER if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.22 else INK


def draw_inline_legend(axes: Axes, handles: Sequence[Artist], height: float) -> None:
    """A key in one line above the axes, ``height`` cm over them."""
    _, size = axes.get_figure().get_size_inches() / INCHES_PER_CM  # type: ignore[union-attr]
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


def count_legend_columns(handles: Sequence[Artist]) -> int:
    """How many entries of a key stand beside each other on a sheet."""
    lengths = [measure_text(str(handle.get_label())) for handle in handles]
    for count in range(len(handles), 1, -1):
        if sum(1.1 + 0.145 * max(column) for column in array_split(lengths, count)) <= SHEET_WIDTH:
            return count
    return 1


def measure_legend_height(handles: Sequence[Artist]) -> float:
    """The room, in cm, that a key needs over a drawing."""
    return 0.43 * -(-len(handles) // count_legend_columns(handles)) + 0.15


def draw_legend(figure: Figure, handles: Sequence[Artist]) -> None:
    """A key over the whole drawing, in as many lines as its words need; none without entries.

    It is read line by line, though the library fills it column by column.
    """
    if not handles:
        return
    columns = count_legend_columns(handles)
    figure.legend(
        handles=[handle for column in range(columns) for handle in handles[column::columns]],
        loc="upper left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        frameon=False,
        fontsize=8,
        handlelength=1.5,
        handleheight=1.0,
        columnspacing=1.3,
        borderpad=0,
        borderaxespad=0.1,
    )


def build_hidden_handle(label: str) -> Patch:
    """The key's entry for what is hidden."""
    return Patch(label=label, lw=0, **HIDDEN_STYLE)


def separate_labels(
    middles: Sequence[float], sizes: Sequence[float], low: float, high: float
) -> list[float]:
    """Places nearest to ``middles``, of the given sizes, that do not overlap within the bounds."""
    order = sorted(range(len(middles)), key=middles.__getitem__)
    placed = [0.0] * len(middles)
    edge = low
    for i in order:
        placed[i] = max(middles[i], edge + sizes[i] / 2)
        edge = placed[i] + sizes[i] / 2
    # What the first pass pushed beyond the upper bound, the second one brings back.
    edge = high
    for i in reversed(order):
        placed[i] = min(placed[i], edge - sizes[i] / 2)
        edge = placed[i] - sizes[i] / 2
    return placed


def render_svg(figure: Figure) -> bytes:
    """The drawing as SVG. Letters the fonts lack are left to whoever sets the page."""
    FigureCanvasSVG(figure)
    target = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        # No date, so that the same drawing is the same file.
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue()
