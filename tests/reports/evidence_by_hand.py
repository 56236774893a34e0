"""The evidence for discovery areas, from the rows of the store and the file of candidates alone."""

from __future__ import annotations

from collections import defaultdict
from math import isnan, sqrt
from pathlib import Path
from statistics import mean, median

from reports import question_names
from reports.discovery.candidate_file import CandidateArea, read_candidates
from tests.reports.chapter_rows import CANDIDATES, read_distinct_plans, read_repeat_instances
from tests.reports.chapters.test_report_figures import read_answer_rows, read_shock_ratings
from tests.reports.filled_store import FilledStore

NAN = float("nan")


def compute_evidence_by_hand(store: FilledStore) -> dict[str, dict[str, float]]:
    """Driver -> criterion -> its value of 0-1, as docs/discovery.md says."""
    areas, said = read_candidates(Path(CANDIDATES)).candidates, EvidenceByHand(store)
    told = count_plans(store, areas)
    found = {}
    for area in areas:
        shocks, stresses = map(said.shock_value, area.shocks), map(said.stress_value, area.stresses)
        values = {
            "perception": said.weak_share(area.driver),
            "assets": said.assets_value(area),
            "pressure": mean([*shocks, *stresses]),
            "plans": mean(told.values()) / (mean(told.values()) + told[area.driver]),
        }
        found[area.driver] = {name: value for name, value in values.items() if not isnan(value)}
    return found


def count_plans(store: FilledStore, areas: tuple[CandidateArea, ...]) -> dict[str, float]:
    """Driver -> plans that strengthen it directly, and half of those that help it."""
    told = dict.fromkeys((area.driver for area in areas), 0.0)
    for entries in read_distinct_plans(store).values():
        direct = {code for entry in entries for code in entry["langsung"]}
        helped = {code for entry in entries for code in entry["tidak_langsung"]} - direct
        for driver in told:
            told[driver] += 1 if driver in direct else 0.5 if driver in helped else 0
    return told


class EvidenceByHand:
    """What was said, and what it comes to on 0-1."""

    def __init__(self, store: FilledStore) -> None:
        self.said = [
            a
            for a in read_answer_rows(store)
            if a["questionnaire"] != "persepsi" or a["role"] == "resident"
        ]
        self.at: dict[str, list[str]] = defaultdict(list)
        for a in self.said:
            self.at[a["questionnaire"] + a["path"].removeprefix("/data")].append(a["said"])
        self.cells = read_shock_ratings(store)
        self.states = read_repeat_instances(store, "kondisi-aset", "aset")
        self.items = question_names.list_carried_items(store.forms["kondisi-aset"], "aset")

    def median_of(self, path: str) -> float:
        points = [int(v) for v in self.at[path] if v.isdigit()]
        return (median(points) - 1) / 4 if len(points) >= 5 else NAN

    def weak_share(self, driver: str) -> float:
        known = [v for v in self.at[f"persepsi/warga/pendorong/{driver}"] if v.isdigit()]
        return sum(v in "12" for v in known) / len(known)

    def share_of(self, kind: str, code: str) -> float:
        people = {a["interview_id"] for a in self.said if a["path"] == f"/data/warga/{kind}"}
        return self.at[f"persepsi/warga/{kind}"].count(code) / len(people)

    def shock_value(self, code: str) -> float:
        likely, grave = (
            self.median_of(f"kerentanan/{g}/{code}") for g in ("kemungkinan", "dampak")
        )
        return (self.share_of("guncangan", code) + sqrt(likely * grave)) / 2

    def stress_value(self, code: str) -> float:
        return (self.share_of("tekanan", code) + self.median_of(f"kerentanan/bobot/{code}")) / 2

    def assets_value(self, area: CandidateArea) -> float:
        inside = [
            self.asset_value(item["name"], area)
            for item in self.items
            if item["kategori"] in area.categories
        ]
        known = [value for value in inside if not isnan(value)]
        return mean(known) if known and 2 * len(known) >= len(inside) else NAN

    def asset_value(self, code: str, area: CandidateArea) -> float:
        cells = [v for shock in area.shocks if not isnan(v := self.risk_value(code, shock))]
        critical = [
            int(i["kekritisan"][0])
            for i in self.states
            if i["kode"] == [code] and "".join(i["kekritisan"]).isdigit()
        ]
        if not cells or 2 * len(cells) < len(area.shocks) or len(critical) < 5:
            return NAN
        return sqrt((mean(cells) - 1) / 4 * (median(critical) - 1) / 4)

    def risk_value(self, code: str, shock: str) -> float:
        values = self.cells[(code, shock)]
        points, away = [int(v) for v in values if v.isdigit()], values.count("tp")
        if away > len(points):
            return 1.0 if away >= 5 else NAN
        return median(points) if len(points) >= 5 else NAN
