"""Expressions as the tests of ODK Web Forms and JavaRosa have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.command_line.conformance import EXPRESSION_CASES, ConformanceOutcome, run_expression_cases

SHARED = Path(__file__).parents[4] / "shared"


@pytest.fixture(scope="module")
def outcomes() -> list[ConformanceOutcome]:
    if not (SHARED / EXPRESSION_CASES).exists():
        pytest.skip("the cases lie in ../shared/conformance, which is not here")
    return run_expression_cases(SHARED)


def test_every_expression_that_all_agree_on_has_its_value(
    outcomes: list[ConformanceOutcome],
) -> None:
    plain = [outcome for outcome in outcomes if not outcome.tags]
    assert len(plain) > 1000
    assert [outcome for outcome in plain if not outcome.agrees] == []


def test_of_all_others_it_is_known_why_they_are_left(outcomes: list[ConformanceOutcome]) -> None:
    left = [outcome for outcome in outcomes if not outcome.agrees]
    assert [outcome for outcome in left if not outcome.reason] == []
    assert {tag for outcome in left for tag in outcome.tags} <= {"exotic", "lenient-lexer"}
