"""Ten figures that the assessment publishes, computed anew from the exported files by hand.

Nothing of ``reports`` takes part in the computing: the files are read as text, the figures are read
back from the workbook as anybody would see it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from reports.export.data_export import export_data
from reports.make_report import make_report
from tests.reports.filled_store import END, FilledStore, build_report_request
from tests.reports.report_contents import read_workbook

SHIPPED = Path(__file__).parents[3] / "questionnaires"
Row = dict[str, Any]


class Published:
    """The sheets of the workbook: a row of a sheet by what stands in some of its columns."""

    def __init__(self, store: FilledStore) -> None:
        files = {
            "population": "penduduk.csv",
            "boundaries": "kecamatan.geojson",
            "candidates": "temuan.toml",
        }
        paths = {name: str(SHIPPED / file) for name, file in files.items()}
        wanted = build_report_request(store, kind="pra", language="en", formats=("xlsx",), **paths)
        self.book = read_workbook(make_report(wanted))

    def row(self, sheet: str, **where: str) -> Row:
        head, *rows = self.book[sheet].values
        found = [dict(zip(head, row, strict=True)) for row in rows]
        return next(r for r in found if all(r[k.replace("_", " ")] == v for k, v in where.items()))


class Exported:
    """The two files, with the answers of interviews that count."""

    def __init__(self, store: FilledStore, folder: Path) -> None:
        answers, *_, interviews = export_data(
            store.url, folder, "Asia/Jakarta", END, minimum_cell=5
        )
        self.interviews = list(read(interviews))
        counted = {
            (row["wave"], row["respondent"]): row["role"]
            for row in self.interviews
            if row["disposition"] in ("complete", "partial")
        }
        self.given: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        self.role = dict(counted)
        self.waiting = {
            (row["wave"], row["respondent"]): row["not_broken_down"].split()
            for row in self.interviews
        }
        for row in read(answers):
            if (row["wave"], row["respondent"]) in counted:
                self.given[row["wave"]][row["respondent"]][row["question"]] = row["value"]

    def values(self, wave: str, ending: str, role: str = "", broken_down: str = "") -> list[str]:
        """All answers to the questions whose path ends so; of who is in a row of a grouping."""
        return [
            value
            for person, answers in self.given[wave].items()
            for question, value in answers.items()
            if question.endswith(ending)
            and role in ("", self.role[wave, person])
            and (not broken_down or broken_down not in self.waiting[wave, person])
        ]

    def of_asset(self, wave: str, asset: str, ending: str) -> list[int]:
        """Ratings in the instances of the repeat that are about one asset."""
        found = []
        for answers in self.given[wave].values():
            for question, value in answers.items():
                if re.fullmatch(r"(.*/)?\w+\[\d+\]/kode", question) and value == asset:
                    rated = answers.get(question.removesuffix("kode") + ending, "")
                    found += [int(rated)] if rated.isdigit() else []
        return found


def read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def published(assessed: FilledStore) -> Published:
    return Published(assessed)


@pytest.fixture(scope="module")
def exported(assessed: FilledStore, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return Exported(assessed, tmp_path_factory.mktemp("exported"))


def test_complete_interviews(published: Published, exported: Exported) -> None:
    mine = [row for row in exported.interviews if row["wave"] == "persepsi"]
    ended = Counter(row["disposition"] for row in mine)
    row = published.row("Fieldwork", Wave="Jakarta Resilience Perceptions")
    assert (row["Begun"], row["Complete"]) == (len(mine), ended["complete"])


def test_cooperation_rate(published: Published, exported: Exported) -> None:
    mine = [row for row in exported.interviews if row["wave"] == "kerentanan"]
    ended = Counter(row["disposition"] for row in mine)
    over = ended["complete"] + ended["partial"] + ended["break-off"]
    row = published.row("Rates", Wave="Assets and their Risks")
    assert row["Cooperation (COOP1)"] == pytest.approx(ended["complete"] / over)


def test_share_of_residents_who_find_a_driver_weak(
    published: Published, exported: Exported
) -> None:
    rated = [v for v in exported.values("persepsi", "/pelindung", "resident") if v.isdigit()]
    row = published.row("Perception", Who="Residents", Driver="Protection from disasters")
    assert row["Rated (n)"] == len(rated)
    weak = sum(v in ("1", "2") for v in rated)
    assert row["Weak or very weak"] == pytest.approx(weak / len(rated))


def test_share_who_name_a_shock_among_their_three(published: Published, exported: Exported) -> None:
    named = exported.values("persepsi", "/guncangan", "resident")
    row = published.row("Named", Shock_or_stress="Earthquake")
    assert row["Named"] == sum("gempa" in value.split() for value in named)
    assert row["Among their three"] == pytest.approx(row["Named"] / len(named))


def test_coverage_of_a_city(published: Published, exported: Exported) -> None:
    cities = exported.values("persepsi", "tempat/kota", "resident")
    row = published.row("Coverage", Group="South Jakarta")
    shown = exported.values("persepsi", "tempat/kota", "resident", broken_down="kota")
    assert row["Share"] == pytest.approx(shown.count("31.74") / len(cities))


def test_likelihood_of_a_shock(published: Published, exported: Exported) -> None:
    rated = [int(v) for v in exported.values("kerentanan", "kemungkinan/gempa") if v.isdigit()]
    row = published.row("Rated", Scale="Likelihood", Shock_or_stress="Earthquake")
    assert (row["Median"], row["Rated (n)"]) == (median(rated), len(rated))


def test_vulnerability_of_an_asset_to_a_shock(published: Published, exported: Exported) -> None:
    rated = exported.of_asset("kerentanan", "pompa_pluit", "guncangan/banjir")
    row = published.row("Assets", Asset="Pluit pumping station", Shock="Rain or river flood")
    assert len(rated) >= 5
    assert (row["Median"], row["Rated (n)"]) == (median(rated), len(rated))


def test_condition_of_an_asset(published: Published, exported: Exported) -> None:
    rated = exported.of_asset("kondisi-aset", "pompa_pluit", "kondisi/fisik")
    row = published.row("Condition of assets", Asset="Pluit pumping station", Aspect="Condition")
    assert len(rated) >= 5
    assert (row["Median"], row["Ratings (n)"]) == (median(rated), len(rated))


def test_plans_that_address_a_shock_directly(published: Published, exported: Exported) -> None:
    plans = {}
    for answers in exported.given["rencana-kota"].values():
        for question, value in answers.items():
            if question.endswith("]/nama"):
                around = question.removesuffix("nama")
                owner = answers.get(f"{around}pemilik", "") + answers.get(
                    f"{around}pemilik_lain", ""
                )
                about = answers.get(f"{around}guncangan", "").split()
                plans.setdefault((" ".join(value.casefold().split()), owner), set()).update(about)
    row = published.row("Plans address", **{"Driver,_shock_or_stress": "Earthquake"})
    direct = sum("gempa" in about for about in plans.values())
    assert row["Plans that address it directly"] == direct > 0


def test_impact_of_a_scenario(published: Published, exported: Exported) -> None:
    rated = exported.of_asset("skenario", "laut_naik", "dampak")
    row = published.row("Scenarios", Scenario="Rising sea, sinking land", Scale="Impact")
    assert (row["Median"], row["Rated (n)"]) == (median(rated), len(rated))
