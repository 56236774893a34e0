"""Public forms, filled in step by step as ODK's engine did."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.conformance import TRACES, Outcome, forms

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    if not (SHARED / TRACES).exists():
        pytest.skip("the traces lie in ../shared/conformance, which is not here")
    return forms(SHARED)


def test_every_step_of_every_form_leads_to_what_it_leads_to_in_odk(
    outcomes: list[Outcome],
) -> None:
    assert len(outcomes) > 400
    assert [outcome for outcome in outcomes if not outcome.agrees] == []
