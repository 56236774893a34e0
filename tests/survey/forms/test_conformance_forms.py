"""Public forms, filled in step by step as ODK's engine did."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.command_line.conformance import FORM_TRACES, ConformanceOutcome, run_form_traces

SHARED = Path(__file__).parents[4] / "shared"


@pytest.fixture(scope="module")
def outcomes() -> list[ConformanceOutcome]:
    if not (SHARED / FORM_TRACES).exists():
        pytest.skip("the traces lie in ../shared/conformance, which is not here")
    return run_form_traces(SHARED)


def test_every_step_of_every_form_leads_to_what_it_leads_to_in_odk(
    outcomes: list[ConformanceOutcome],
) -> None:
    assert len(outcomes) > 400
    assert [outcome for outcome in outcomes if not outcome.agrees] == []
