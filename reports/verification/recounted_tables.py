"""Which function recounts which table, and why others cannot be recounted."""

from __future__ import annotations

from collections.abc import Mapping

from reports.verification import (
    recount_assets,
    recount_drivers,
    recount_fieldwork,
    recount_margins,
    recount_plans,
    recount_scenarios,
    recount_workshop,
    recount_worries,
)
from reports.verification.recount_basis import Recount

#: By the key of the table.
RECOUNTS: Mapping[str, Recount] = {
    "fieldwork": recount_fieldwork.recount_waves,
    "rates": recount_fieldwork.recount_rates,
    "durations": recount_fieldwork.recount_durations,
    "flagged": recount_drivers.recount_flagged,
    "stops": recount_fieldwork.recount_stops,
    "days": recount_fieldwork.recount_days,
    "versions": recount_fieldwork.recount_versions,
    "who": recount_fieldwork.recount_makeup,
    "districts": recount_fieldwork.recount_districts,
    "coverage": recount_margins.recount_coverage,
    "weights": recount_margins.recount_weights,
    "maps": recount_drivers.recount_maps,
    "moves": recount_drivers.recount_moves,
    "perception": recount_drivers.recount_perception,
    "changes": recount_drivers.recount_changes,
    "roles": recount_drivers.recount_roles,
    "differences": recount_drivers.recount_differences,
    "readiness": recount_drivers.recount_readiness,
    "named": recount_worries.recount_named,
    "felt": recount_worries.recount_felt,
    "by_place": recount_worries.recount_by_place,
    "rated": recount_worries.recount_rated,
    "assets": recount_assets.recount_assets,
    "vulnerable": recount_assets.recount_vulnerable,
    "conditions": recount_assets.recount_conditions,
    "worrying": recount_assets.recount_worrying,
    "knock_on": recount_assets.recount_knock_on,
    "missing_assets": recount_assets.recount_missing_assets,
    "outcomes": recount_workshop.recount_outcomes,
    "workshop": recount_workshop.recount_ballots,
    "addressed": recount_plans.recount_addressed,
    "plans_by": recount_plans.recount_plan_counts,
    "plan_names": recount_plans.recount_plan_names,
    "plans": recount_plans.recount_plan_entries,
    "scenarios": recount_scenarios.recount_scenarios,
    "worsening": recount_scenarios.recount_worsening,
    "trends": recount_scenarios.recount_trends,
}
#: By the key of the table.
NO_RECOUNT: Mapping[str, str] = {
    "words": "words are told apart by lists of words that are not in the folder",
    **dict.fromkeys(("themes", "theme_places"), "themes are found by stems of words, not counted"),
    **dict.fromkeys(
        ("discovery", "evidence", "evidence_items", "weighings"),
        "the rule for discovery areas is not recounted; the figures behind it are",
    ),
}
TABLES_WITHOUT_FIGURES = frozenset({"codebook", "left_out", "quotes"})
NO_RULE = "no rule for this table"
