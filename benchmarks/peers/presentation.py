"""Measurements as people read them: a table, a plot, and both in docs/performance.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks.peers.figures import MeasurementSummary, Spread
from benchmarks.peers.plain_questions import ROOT
from benchmarks.peers.programs import AIOGRAM, OURS, USUAL

PAGE = ROOT / "docs/performance.md"
PICTURE = ROOT / "docs/pictures/performance.png"
LABELS = {OURS: "Suara", AIOGRAM: "aiogram 3", USUAL: "the usual bot"}
COLOURS = {OURS: "#1b6e4f", AIOGRAM: "#8a8f98", USUAL: "#c9cdd3"}
#: What stands between two such comments in the page is written from here.
MARK = "<!-- {} -->"
FIGURES, PROFILE, MEMORY = "figures", "profile", "memory"
HEAD = (
    "| | CPU a tap, µs | its cost beside ours | taps a second | our rate beside its "
    "| a person waits, ms (p50 / p99) | at work on it, ms (p50 / p99) | memory, MB |"
)


def say_spread(spread: Spread | None) -> str:
    """A ratio with its quartiles, if there are any; 1 beside oneself."""
    if spread is None:
        return "1"
    if spread.low == spread.high:
        return f"**{spread.middle:.2f}**"
    return f"**{spread.middle:.2f}** ({spread.low:.2f}–{spread.high:.2f})"


def list_rows(summary: MeasurementSummary) -> Iterator[str]:
    """A measurement as rows of a Markdown table."""
    yield HEAD
    yield "|---|" + "---|" * (HEAD.count("|") - 2)
    for name, program in summary.programs.items():
        cells = (
            LABELS[name],
            f"{program.cost:,.0f}",
            say_spread(summary.cost_ratios.get(name)),
            f"{program.rate:,.0f}",
            say_spread(summary.rate_ratios.get(name)),
            f"{program.wait_p50:,.0f} / {program.wait_p99:,.0f}",
            f"{program.working_p50:,.0f} / {program.working_p99:,.0f}",
            f"{program.memory:,.0f}",
        )
        yield f"| {' | '.join(cells)} |"


def build_tables(records: Mapping[str, MeasurementSummary]) -> str:
    """All that is recorded."""
    parts = []
    for key, summary in records.items():
        taps = sum(program.taps for program in summary.programs.values())
        rows = "\n".join(list_rows(summary))
        parts.append(f"### {key}\n\n{rows}\n\n{taps:,} taps in all.")
    return "\n\n".join(parts)


def write_page(records: Mapping[str, MeasurementSummary]) -> None:
    """Put tables and picture into the documentation."""
    draw_costs([s for s in records.values() if not (s.delay or s.at_half)], PICTURE)
    write_part(FIGURES, build_tables(records))


def find_part(name: str, page: str) -> re.Match[str]:
    """The part of the page that is written from here. Raises ValueError if there is none."""
    begin, end = MARK.format(f"{name}: begin"), MARK.format(f"{name}: end")
    if (found := re.search(f"{begin}\n(.*?)\n{end}", page, re.DOTALL)) is None:
        raise ValueError(f"docs/performance.md has no {begin}")
    return found


def write_part(name: str, content: str) -> None:
    """Put something into its part of the page. Raises ValueError if there is none."""
    page = PAGE.read_text(encoding="utf-8")
    start, end = find_part(name, page).span(1)
    PAGE.write_text(f"{page[:start]}\n{content}\n{page[end:]}", encoding="utf-8")


def draw_costs(summaries: Iterable[MeasurementSummary], path: Path) -> None:
    """Bars of how often a tap of each program costs what ours costs, for each size of crowd."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    found = list(summaries)
    figure, axes = plt.subplots(figsize=(7, 1.2 + 0.9 * len(found)), layout="constrained")
    for row, summary in enumerate(found):
        for place, name in enumerate(summary.programs):
            spread = summary.cost_ratios.get(name, Spread(1, 1, 1))
            at = row + 0.27 * (place - 1)
            axes.barh(
                at,
                spread.middle,
                0.25,
                color=COLOURS[name],
                xerr=[[spread.middle - spread.low], [spread.high - spread.middle]],
                ecolor="#444444",
                label=LABELS[name] if row == 0 else None,
            )
            axes.text(1.02 * spread.high, at, f"{spread.middle:.2f}", va="center", fontsize=8)
    axes.set_yticks(range(len(found)), [summary.key for summary in found])
    axes.invert_yaxis()
    axes.set_xlabel("CPU a tap, Suara = 1 (lines: quartiles of the blocks)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(frameon=False, fontsize=8, loc="outside upper center", ncols=3)
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)
