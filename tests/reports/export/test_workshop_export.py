"""What a workshop's export says can be computed anew by anybody who has only its votes."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy
import pandas as pd
import pytest

from bot.spreadsheets import read_spreadsheet
from reports.export.workshop_export import export_workshop
from survey.store import erasures
from survey.workshop.moves import VoteChannel
from tests.reports.example_workshop import BASELINE_FILE, WORKSHOP_ID, open_example_workshop
from tests.survey.form_helpers import CITY_FILE


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a workshop that was held to its end."""
    folder = tmp_path_factory.mktemp("workshop")

    async def hold() -> None:
        async with open_example_workshop(folder) as here:
            await here.run_whole_day()

    asyncio.run(hold())
    export_workshop(
        f"sqlite:///{folder / 'suara.db'}",
        WORKSHOP_ID,
        folder,
        "Asia/Jakarta",
        CITY_FILE,
        read_spreadsheet(BASELINE_FILE).rows,
    )
    return folder


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def type_two(sorted_ratings: list[int], p: float) -> float:
    """Hyndman & Fan's second quantile, from its definition on the sorted ratings."""
    n = len(sorted_ratings)
    position = n * p
    whole = int(position)
    if position == whole:
        return (sorted_ratings[whole - 1] + sorted_ratings[whole]) / 2
    return float(sorted_ratings[whole])


def outcome(ratings: list[int], baseline: str) -> str:
    """The rule of the example's file, as docs/agreement.md describes it."""
    if len(ratings) < 5:
        return "too_few"
    median = type_two(ratings, 0.5)
    within_one = sum(abs(r - median) <= 1 for r in ratings) / len(ratings)
    if within_one < 0.75 or type_two(ratings, 0.75) - type_two(ratings, 0.25) > 1:
        return "not_agreed"
    near = sorted((int(median - 0.5 * (median % 1 > 0)), int(median + 0.5 * (median % 1 > 0))))
    agreed = min(near, key=lambda point: abs(point - int(baseline)))
    return "confirmed" if agreed == int(baseline) else "changed"


def recomputed(folder: Path) -> Iterator[tuple[list[str], list[float], str]]:
    """Every round's figures from votes.csv alone."""
    votes = read(folder / "votes.csv")
    last = votes.groupby(["participant", "asset", "shock", "round"], sort=False).tail(1)
    for key, rows in last.groupby(["asset", "shock", "round"]):
        ratings = sorted(int(value) for value in rows["value"] if value.isdecimal())
        figures = []
        if ratings:
            median = type_two(ratings, 0.5)
            near = sum(abs(r - median) <= 1 for r in ratings) / len(ratings)
            iqr = type_two(ratings, 0.75) - type_two(ratings, 0.25)
            figures = [len(ratings), median, iqr, near]
        yield list(key), figures, outcome(ratings, rows["baseline"].iloc[0])


def test_the_same_numbers_come_out_of_the_votes_alone(exported: Path) -> None:
    ballots = read(exported / "ballots.csv").set_index(["asset", "shock", "round"])
    found = list(recomputed(exported))
    assert len(found) == len(ballots) > 36
    assert set(ballots["outcome"]) == {"confirmed", "changed", "not_agreed", "too_few"}
    assert set(ballots["mode"]) == {"blind", "confirm"}
    for key, figures, came_to in found:
        row = ballots.loc[tuple(key)]
        given = [float(row[name]) for name in ("n", "median", "iqr", "within_one")]
        assert given == pytest.approx(figures), key
        assert row["outcome"] == came_to, key


def test_the_figures_agree_with_numpys_own_quantiles(exported: Path) -> None:
    votes = read(exported / "votes.csv")
    last = votes.groupby(["participant", "asset", "shock", "round"], sort=False).tail(1)
    ratings = last[last["value"].str.isdecimal()].astype({"value": int})
    ballots = read(exported / "ballots.csv").set_index(["asset", "shock", "round"])
    for key, values in ratings.groupby(["asset", "shock", "round"])["value"]:
        lower, median, upper = (
            float(numpy.quantile(values, p, method="averaged_inverted_cdf"))
            for p in (0.25, 0.5, 0.75)
        )
        row = ballots.loc[key]
        assert float(row["median"]) == median
        assert float(row["iqr"]) == upper - lower


def test_every_vote_is_there_in_the_order_of_its_time_and_changes_too(exported: Path) -> None:
    votes = read(exported / "votes.csv")
    assert list(votes.columns[:8]) == (
        ["participant", "sector", "category", "asset", "shock", "round", "value", "voted_at"]
    )
    times = pd.to_datetime(votes["voted_at"], format="ISO8601")
    assert times.is_monotonic_increasing
    assert votes["voted_at"].str.endswith("+07:00").all()
    keys = ["participant", "asset", "shock", "round"]
    assert votes.duplicated(keys).sum() > 20
    words = {v for v in votes["value"] if not v.isdecimal()}
    assert words == {"not_exposed", "dont_know", "not_my_field"}
    assert set(votes["round"]) == {"1", "2"}
    assert set(votes["channel"]) == {"telegram", "web"}
    assert votes.loc[votes["mode"] == "blind", "reason"].eq("").all()


def test_rounds_that_were_taken_back_stand_apart(exported: Path) -> None:
    undone = read(exported / "votes_undone.csv")
    assert set(undone["why"]) == {"taken_back"}
    assert set(undone["round"]) == {""}
    assert set(zip(undone["asset"], undone["shock"], strict=True)) == {
        ("pompa_pluit", "banjir"), ("ipa_buaran", "banjir"),
    }  # fmt: skip
    ballots = read(exported / "ballots.csv")
    mishap = ballots[(ballots["asset"] == "pompa_pluit") & (ballots["shock"] == "banjir")]
    assert set(mishap["round"]) <= {"1", "2"}


def test_the_baseline_comes_back_with_new_columns(exported: Path) -> None:
    with BASELINE_FILE.open(encoding="utf-8", newline="") as file:
        brought = list(csv.reader(file))
    with (exported / "baseline.csv").open(encoding="utf-8", newline="") as file:
        returned = list(csv.reader(file))
    assert [row[: len(brought[0])] for row in returned] == brought
    outcomes = read(exported / "baseline.csv")["outcome"]
    assert set(outcomes) >= {"confirmed", "changed", "skipped"}


async def test_without_its_file_the_ballots_stand_in_for_the_baseline(tmp_path: Path) -> None:
    async with open_example_workshop(tmp_path) as here:
        await here.let_people_arrive()
        await here.open(1)
        await here.let_everybody_vote([here.plan.ballots[0]], 1)
    files = export_workshop(
        f"sqlite:///{tmp_path / 'suara.db'}", WORKSHOP_ID, tmp_path, "Asia/Jakarta", CITY_FILE
    )
    assert [path.name for path in files][-1] == "votes_undone.csv"
    assert set(read(tmp_path / "votes_undone.csv")["why"]) == {"not_revealed"}
    assert read(tmp_path / "votes.csv").empty
    assert read(tmp_path / "ballots.csv").empty
    assert len(read(tmp_path / "baseline.csv")) == 32


async def test_who_withdrew_is_in_no_file(tmp_path: Path) -> None:
    async with open_example_workshop(tmp_path) as here:
        await here.let_people_arrive()
        await here.run_round([here.plan.ballots[0]], 1)
        await here.store.keep(erasures.erase_person(here.known["banjir0"], here.now))
    export_workshop(
        f"sqlite:///{tmp_path / 'suara.db'}", WORKSHOP_ID, tmp_path, "Asia/Jakarta", CITY_FILE
    )
    votes = read(tmp_path / "votes.csv")
    assert votes["participant"].nunique() == 6
    assert "banjir0" not in set(votes["participant"])
    assert next(read(tmp_path / "ballots.csv").itertuples()).voted == "6"


def test_there_is_nothing_to_export_of_an_unknown_workshop(exported: Path) -> None:
    with pytest.raises(LookupError):
        export_workshop(
            f"sqlite:///{exported / 'suara.db'}", "x", exported, "Asia/Jakarta", CITY_FILE
        )


async def test_a_vote_that_was_overtaken_on_its_way_does_not_change_what_counts(
    tmp_path: Path,
) -> None:
    async with open_example_workshop(tmp_path) as here:
        await here.let_people_arrive()
        await here.open(1)
        earlier, later = here.next_tap("banjir0"), here.next_tap("banjir0")
        for tap, value in ((later, "5"), (earlier, "2")):
            await here.rooms.vote(tap, 1, 1, value, VoteChannel.WEB)
        await here.close(1)
        tally = (await here.reveal(1)).tallies[1, 1]
    export_workshop(
        f"sqlite:///{tmp_path / 'suara.db'}", WORKSHOP_ID, tmp_path, "Asia/Jakarta", CITY_FILE
    )
    votes = read(tmp_path / "votes.csv")
    assert votes["voted_at"].is_monotonic_increasing
    assert tally.counts == {votes["value"].iloc[-1]: 1}
