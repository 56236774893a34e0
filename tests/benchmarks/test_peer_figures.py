"""What a measurement comes to, and when a ratio counts as fallen."""

from __future__ import annotations

import pytest

from benchmarks.peers.bot_account import TapFigures
from benchmarks.peers.figures import list_fallen_ratios, read_records, summarize
from benchmarks.peers.presentation import FIGURES, PAGE, build_tables, find_part, list_rows
from benchmarks.peers.programs import AIOGRAM, OURS
from benchmarks.peers.tap_phases import (
    CALL,
    DECIDE,
    DECODE,
    DRAW,
    LOOP,
    NETWORK,
    PHASES,
    READ,
    RECORD,
    find_phase,
)
from benchmarks.peers.turns import ProgramFigures, SideBySide


def measure(our_cost: float, noise: tuple[float, ...] = (1, 2, 4)) -> SideBySide:
    """Blocks in which the machine is once, twice, four times as slow as at its best."""
    blocks = [
        {
            OURS: ProgramFigures(1000, 1000 * slow * our_cost / 1e6, 1.0),
            AIOGRAM: ProgramFigures(1000, 1000 * slow * 1000 / 1e6, 2.0),
        }
        for slow in noise
    ]
    taps = TapFigures(3000, [0.01, 0.02, 0.03], [0.01, 0.01, 0.02])
    return SideBySide(100, 0, False, blocks, {OURS: taps, AIOGRAM: taps}, {OURS: 90, AIOGRAM: 80})


def test_noise_that_meets_all_alike_is_in_no_ratio() -> None:
    summary = summarize(measure(our_cost=500))
    ratio = summary.cost_ratios[AIOGRAM]
    assert (ratio.low, ratio.middle, ratio.high) == pytest.approx((2, 2, 2))
    assert summary.programs[OURS].cost == pytest.approx(1000)
    assert summary.rate_ratios[AIOGRAM].middle == pytest.approx(2)
    assert summary.programs[OURS].wait_p50 == pytest.approx(20)


def test_a_ratio_has_fallen_under_four_fifths_of_what_is_recorded() -> None:
    recorded = summarize(measure(our_cost=500))
    assert list_fallen_ratios(summarize(measure(our_cost=600)), recorded) == []
    (fallen,) = list_fallen_ratios(summarize(measure(our_cost=640)), recorded)
    assert fallen.endswith("recorded are 2.00")


def test_a_table_has_a_cell_for_each_column() -> None:
    head, rule, *rows = list_rows(summarize(measure(our_cost=500)))
    assert len(rows) == 2
    assert {row.count("|") for row in (head, rule, *rows)} == {head.count("|")}


def test_the_page_shows_what_is_recorded() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert find_part(FIGURES, page)[1].strip() == build_tables(read_records())


@pytest.mark.parametrize(
    ("path", "function", "phase"),
    [
        ("/x/bot/screens/question.py", "draw_question", DRAW),
        ("/x/site-packages/telegram/_update.py", "de_json", DECODE),
        ("/x/site-packages/telegram/_bot.py", "edit_message_text", CALL),
        ("/x/site-packages/aiohttp/client.py", "_request", NETWORK),
        ("/x/survey/store/writer.py", "run", RECORD),
        ("/x/survey/store/interviews.py", "record_steps", RECORD),
        ("/x/survey/store/interviews.py", "restore", READ),
        ("/x/survey/interview/interview.py", "answer", DECIDE),
        ("/usr/lib/python3.11/asyncio/base_events.py", "_run_once", LOOP),
    ],
)
def test_functions_are_known_by_what_they_work_for(path: str, function: str, phase: str) -> None:
    assert PHASES[find_phase(path, function)] == phase


def test_what_the_engine_does_for_a_screen_is_drawing() -> None:
    screen = find_phase("/x/bot/screens/question.py", "draw_question")
    assert screen < find_phase("/x/survey/forms/runtime/form.py", "evaluate")
