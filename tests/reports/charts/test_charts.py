"""The pictures: every label can be read, nothing is said by colour alone, nothing is invented."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from reports.charts import (
    candidate_chart,
    dot_plots,
    scenario_grid,
    share_table,
    stacked_bars,
    style,
    wheel,
)
from reports.charts.bar_charts import Bar
from reports.statistics.ranges import Range
from tests.reports.svg_reading import (
    count_filled,
    count_hatched,
    format_percent,
    has_label,
    list_svg_texts,
    parse_svg,
)

#: Labels of every alphabet, emoji, mark-up, and one that never ends.
LABELS = (
    "Menyediakan dan meningkatkan aset alam dan buatan di seluruh kota",
    "人民對城市的看法",
    "العربية نص",
    "🌊 <b>&amp; $x^2$ \\frac {0} %s",
    "Tanpaspasitanpaspasitanpaspasitanpaspasitanpaspasi",
)
WEAK, MIXED, STRONG = "Kebanyakan lemah", "Beragam", "Kebanyakan kuat"
FEW = "Terlalu sedikit orang"
COMPARED = dot_plots.DotLegend("beda nyata", "belum nyata", "rentang", FEW)


def framework(*levels: int | None) -> list[tuple[str, list[wheel.WheelSegment]]]:
    drivers = [
        wheel.WheelSegment(f"Pendorong {i}", level, f"{i} %") for i, level in enumerate(levels)
    ]
    return [(f"Dimensi {i}", drivers[3 * i : 3 * i + 3]) for i in range(-(-len(drivers) // 3))]


def dot(share: float | None, stands: bool = True) -> dot_plots.Dot:
    around = None if share is None else Range(max(0, share - 0.1), min(1, share + 0.1))
    return dot_plots.Dot(share, around, stands, "n = 7")


def rating(median: float) -> scenario_grid.RatingPoint:
    return scenario_grid.RatingPoint(median, Range(median - 0.5, median + 0.5))


def all_labelled(label: str) -> dict[str, Callable[[], bytes]]:
    """Every kind of picture with one label in it."""
    key = scenario_grid.ScenarioLegend((WEAK, MIXED, STRONG), "?", "separuh tengah")
    one = scenario_grid.ScenarioPoint(label, rating(3), rating(4), 1, "n = 5")
    heads = candidate_chart.CandidateHeadings(("persepsi", "rencana"), "jumlah", "peringkat", FEW)
    candidate = candidate_chart.CandidateBars(label, (0.4, None), 0.4, 1, 1, 1)
    points = ("1", "2", "3", "4", "5")
    change = dot_plots.WaveChange(label, dot(0.2), dot(0.4), ("+20", "7"))
    return {
        "wheel": lambda: wheel.draw_wheel(
            [("D", [wheel.WheelSegment(label, 1, "5 %")])], (WEAK, MIXED, STRONG), FEW
        ),
        "dots": lambda: dot_plots.draw_dot_plot(
            [("", [dot_plots.DotRow(label, [dot(0.3)])])], ["Warga"], COMPARED, "n", format_percent
        ),
        "waves": lambda: dot_plots.draw_wave_plot(
            [("", [change])], ("lalu", "kini"), COMPARED, ("beda", "n"), format_percent
        ),
        "plans": lambda: stacked_bars.draw_plan_bars(
            [("", [stacked_bars.PlanBar(label, 2, 1)])], ("langsung", "tidak"), "tidak ada", str
        ),
        "points": lambda: stacked_bars.draw_rating_bars(
            [("", [Bar(label, (0.2,) * 5, ("3",))])], points, FEW, ("median",), format_percent
        ),
        "shares": lambda: share_table.draw_share_table(
            [("", [(label, [0.5])])], [("Barat", "9")], FEW, format_percent
        ),
        "scenarios": lambda: scenario_grid.draw_scenario_grid(
            [one], points, points, ("dampak", "mungkin"), key
        ),
        "evidence": lambda: candidate_chart.draw_candidate_table(
            [candidate], heads, format_percent
        ),
    }


@pytest.mark.parametrize("kind", sorted(all_labelled("")))
def test_a_short_label_stands_whole_in_every_picture(kind: str) -> None:
    assert has_label(all_labelled("Kebutuhan pokok warga")[kind](), "Kebutuhan pokok warga")


@pytest.mark.parametrize("kind", sorted(all_labelled("")))
@pytest.mark.parametrize("label", LABELS)
def test_labels_of_any_alphabet_and_length_leave_a_picture_well_formed(
    kind: str, label: str
) -> None:
    svg = all_labelled(label)[kind]()
    assert has_label(svg, label[:4].split(" ")[0])
    assert float((parse_svg(svg).get("width") or "").removesuffix("pt")) == pytest.approx(
        17 / 2.54 * 72, abs=0.01
    )


@pytest.mark.parametrize("kind", sorted(all_labelled("")))
def test_the_same_values_give_the_same_bytes(kind: str) -> None:
    draw = all_labelled("Banjir")[kind]
    assert draw() == draw()


def test_a_wheel_names_every_driver_and_dimension_and_gives_each_its_figure_and_colour() -> None:
    svg = wheel.draw_wheel(framework(*[0, 1, 2] * 4), (WEAK, MIXED, STRONG), FEW)
    for name in (*(f"Pendorong {i}" for i in range(12)), *(f"Dimensi {i}" for i in range(4))):
        assert has_label(svg, name)
    assert {f"{i} %" for i in range(12)} <= set(list_svg_texts(svg))
    assert [count_filled(svg, colour) for colour in style.LEVEL_COLOURS] == [4, 4, 4]
    assert count_hatched(svg) == 0
    assert not has_label(svg, FEW)


def test_a_driver_of_too_few_people_is_hatched_in_the_wheel_and_shows_no_class() -> None:
    svg = wheel.draw_wheel(framework(0, None, None), (WEAK, MIXED, STRONG), FEW)
    assert count_hatched(svg) == 2 + 1
    assert [count_filled(svg, colour) for colour in style.LEVEL_COLOURS] == [1, 0, 0]


def test_labels_around_a_crowded_wheel_do_not_meet() -> None:
    places = style.separate_labels([0.1 * i for i in range(20)], [0.5] * 20, -6, 6)
    assert all(b - a >= 0.5 - 1e-9 for a, b in itertools.pairwise(places))
    assert min(places) >= -6 + 0.25
    assert max(places) <= 6 - 0.25


def test_labels_with_room_stay_where_they_belong() -> None:
    assert style.separate_labels([3.0, -2.0, 0.5], [1.0, 1.0, 1.0], -5, 5) == [3.0, -2.0, 0.5]


def test_a_difference_that_does_not_stand_has_a_hollow_mark() -> None:
    def marks(stands: bool) -> int:
        row = dot_plots.DotRow("Kerukunan", [dot(0.2, stands), dot(0.5, stands)])
        svg = dot_plots.draw_dot_plot(
            [("", [row])], ["Warga", "Peserta"], COMPARED, "n", format_percent
        )
        assert has_label(svg, COMPARED.filled if stands else COMPARED.hollow)
        assert not has_label(svg, COMPARED.hollow if stands else COMPARED.filled)
        return count_filled(svg, style.ORANGE)

    assert marks(stands=True) > marks(stands=False)


def test_a_hidden_share_is_hatched_and_explained_only_where_there_is_one() -> None:
    def picture(share: float | None) -> bytes:
        row = dot_plots.DotRow("Kerukunan", [dot(0.2), dot(share)])
        return dot_plots.draw_dot_plot(
            [("", [row])], ["Warga", "Peserta"], COMPARED, "n", format_percent
        )

    assert (count_hatched(picture(None)), has_label(picture(None), FEW)) == (2, True)
    assert (count_hatched(picture(0.4)), has_label(picture(0.4), FEW)) == (0, False)


def test_a_change_that_does_not_stand_is_a_dotted_line() -> None:
    def picture(stands: bool) -> bytes:
        change = dot_plots.WaveChange("Air", dot(0.2), dot(0.5, stands), ("+30", "9"))
        return dot_plots.draw_wave_plot(
            [("", [change])], ("lalu", "kini"), COMPARED, ("beda", "n"), format_percent
        )

    assert b"stroke-dasharray" not in picture(stands=True)
    assert b"stroke-dasharray" in picture(stands=False)


def test_where_no_plan_is_the_picture_says_so_in_words() -> None:
    rows = [stacked_bars.PlanBar("Air", 0, 0), stacked_bars.PlanBar("Jalan", 3, 2)]
    svg = stacked_bars.draw_plan_bars(
        [("Pendorong", rows)], ("langsung", "tidak"), "tidak ada", str
    )
    assert list_svg_texts(svg).count("tidak ada") == 1
    assert {"3", "2", "5"} <= set(list_svg_texts(svg))
    assert count_hatched(svg) == 2  # indirect, and its key


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7])
def test_every_point_of_a_scale_has_a_colour_and_its_share_as_a_number(count: int) -> None:
    parts = tuple((i + 1) / sum(range(1, count + 1)) for i in range(count))
    names = tuple(f"titik {i}" for i in range(count))
    svg = stacked_bars.draw_rating_bars(
        [("", [Bar("Sampah", parts)])], names, FEW, (), format_percent
    )
    assert {format_percent(part) for part in parts if part > 0.07} <= set(list_svg_texts(svg))
    assert len(set(stacked_bars.list_spectrum_colours(count))) == count
    assert not has_label(svg, FEW)


def test_hidden_cells_of_a_table_of_shares_are_hatched_and_the_others_written() -> None:
    svg = share_table.draw_share_table(
        [("Guncangan", [("Banjir", [0.61, None]), ("Gempa", [0.02, None])])],
        [("Barat", "n = 90"), ("Kep. Seribu", "n = 3")],
        FEW,
        format_percent,
    )
    assert {"61 %", "2 %", "n = 3"} <= set(list_svg_texts(svg))
    assert count_hatched(svg) == 2 + 1


def test_scenarios_rated_alike_are_moved_apart_and_stay_on_the_field() -> None:
    places = scenario_grid.separate_marks([(5, 5)] * 6 + [None] + [(1, 1)] * 3, (8.0, 8.6), (5, 5))
    found = [(x * 1.6, y * 1.72) for x, y in filter(None, places)]
    assert places[6] is None
    gaps = [
        ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
        for i, a in enumerate(found)
        for b in found[:i]
    ]
    assert min(gaps) > scenario_grid.MIN_MARK_DISTANCE * 0.9
    assert all(0.5 <= x <= 5.5 and 0.5 <= y <= 5.5 for x, y in filter(None, places))


def test_a_hidden_scenario_is_named_but_not_placed() -> None:
    points = ("1", "2", "3", "4", "5")
    key = scenario_grid.ScenarioLegend((WEAK, MIXED, STRONG), "?", "separuh tengah")
    shown = scenario_grid.ScenarioPoint("Rob", rating(3), rating(4), 2, "n = 12")
    secret = scenario_grid.ScenarioPoint("Wabah", None, None, None, FEW)
    svg = scenario_grid.draw_scenario_grid(
        [shown, secret], points, points, ("dampak", "mungkin"), key
    )
    assert has_label(svg, "Wabah")
    assert has_label(svg, FEW)
    # On the field and in the list; beside them only the scales have such texts.
    assert list_svg_texts(svg).count("1") - list_svg_texts(svg).count("2") == 1


def test_evidence_that_is_missing_is_hatched_and_not_drawn_as_nothing() -> None:
    heads = candidate_chart.CandidateHeadings(("persepsi", "rencana"), "jumlah", "peringkat", FEW)
    rows = [
        candidate_chart.CandidateBars("Air", (0.41, None), 0.41, 1, 1, 2),
        candidate_chart.CandidateBars("Jalan", (0.13, 0.0), 0.07, 2, 1, 2),
    ]
    svg = candidate_chart.draw_candidate_table(rows, heads, format_percent)
    assert {"41 %", "13 %", "0 %", "7 %", "Air", "Jalan"} <= set(list_svg_texts(svg))
    assert count_hatched(svg) == 1 + 1


@pytest.mark.parametrize(
    "colour",
    [
        *style.LEVEL_COLOURS,
        *style.HEAT_COLOURS,
        *style.STRENGTH_COLOURS,
        *stacked_bars.list_spectrum_colours(5),
    ],
)
def test_numbers_on_a_colour_can_be_read(colour: str) -> None:
    def luminance(code: str) -> float:
        parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(colour), luminance(style.pick_ink(colour))])
    assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def test_the_three_classes_differ_in_grey_and_in_mark() -> None:
    greys = sorted(
        sum(int(c[i : i + 2], 16) * w for i, w in ((1, 0.3), (3, 0.59), (5, 0.11)))
        for c in style.LEVEL_COLOURS
    )
    assert min(b - a for a, b in itertools.pairwise(greys)) > 30
    assert len(set(style.LEVEL_MARKS)) == 3
