"""A whole workshop as ``suara demo`` holds it; its tables are counted again from the outside.

``ballots.csv`` is computed anew from ``votes.csv`` with other software, and ``votes.csv`` is held
against what the simulated participants tapped and were told.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from survey.forms.authoring.xlsform import compile_file
from survey.workshop.register import build_register
from tests.bot.demo.demo_run import DemoRun

ROOT = Path(__file__).parents[3]
PEOPLE = 30
#: Of a card: what is judged, in which round; of a question for the reason, what was voted.
ABOUT = re.compile(r"^(.+)\n[×▶] (.+?)(?: \(\d+ dari \d+\))?$", re.MULTILINE)
ROUND = re.compile(r"Putaran (\d) dari \d")
WHY = re.compile(r"^(.+?) × (.+?): penilaian awal \d, suara Anda (.+?)\.$", re.MULTILINE)
OFFERED = {"", "new_data", "changed", "never_right"}
WORDS = {"tp": "not_exposed", "tt": "dont_know", "bb": "not_my_field"}

Row = tuple[str, str, str, str]


@dataclass
class WorkshopRun:
    """What a workshop of the demo left."""

    demo: DemoRun

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.demo.out / name, dtype={"value": str}, keep_default_na=False)

    @cached_property
    def log(self) -> dict[int, list[dict[str, Any]]]:
        """What everybody did and was told, in its order."""
        found = defaultdict(list)
        for line in self.demo.lines("workshop.jsonl"):
            found[line["person"]].append(line)
        return found


@pytest.fixture(scope="module")
def run(demo_run: DemoRun) -> WorkshopRun:
    return WorkshopRun(demo_run)


def last_votes(votes: pd.DataFrame) -> pd.DataFrame:
    """Everybody's last vote in each round of each ballot."""
    return (
        votes.groupby(["participant", "asset", "shock", "round"], sort=False).last().reset_index()
    )


def outcome(ratings: np.ndarray[Any, Any], baseline: float) -> dict[str, Any]:
    """What ratings come to by the shipped rule: three quarters near, IQR 1, five people."""
    lower, median, upper = (
        np.quantile(ratings, p, method="averaged_inverted_cdf") for p in (0.25, 0.5, 0.75)
    )
    near = float(np.mean(np.abs(ratings - median) <= 1))
    if len(ratings) < 5:
        came_to = "too_few"
    elif near < 0.75 or upper - lower > 1:
        came_to = "not_agreed"
    else:
        came_to = "confirmed" if abs(median - baseline) < 1 else "changed"
    figures = {"median": median, "iqr": upper - lower, "within_one": near}
    return {"n": len(ratings), **figures, "outcome": came_to}


def test_the_workshop_ends_by_itself_and_complains_of_nothing(run: WorkshopRun) -> None:
    demo = run.demo
    assert demo.status == 0, demo.errors
    assert "Traceback" not in demo.errors + demo.said
    assert "warning" not in demo.errors.lower()
    assert demo.scratch == []


def test_it_has_two_rounds_both_modes_a_baseline_and_everything_was_judged(
    run: WorkshopRun,
) -> None:
    ballots = run.table("ballots.csv")
    pairs = ballots.groupby(["asset", "shock"])
    assert len(pairs) == 32
    assert set(ballots["round"]) == {1, 2}
    assert set(ballots["mode"]) == {"blind", "confirm"}
    assert (pairs["mode"].nunique() == 1).all()
    assert set(ballots["baseline"]) <= {1, 2, 3, 4, 5}
    assert {"changed", "confirmed", "not_agreed"} <= set(ballots["outcome"])
    again = ballots[ballots["round"] == 2][["asset", "shock"]]
    first = ballots[ballots["round"] == 1].set_index(["asset", "shock"])["outcome"]
    assert {first[tuple(pair)] for pair in again.to_numpy()} == {"not_agreed"}


def test_the_tables_begin_with_the_columns_that_were_promised(run: WorkshopRun) -> None:
    votes, ballots = run.table("votes.csv"), run.table("ballots.csv")
    promised = "participant sector category asset shock round value voted_at"
    assert " ".join(votes.columns).startswith(promised)
    promised = "asset shock mode baseline round n median iqr within_one outcome"
    assert " ".join(ballots.columns).startswith(promised)
    at = pd.to_datetime(votes["voted_at"])
    assert at.is_monotonic_increasing
    assert (votes[["sector", "category"]] != "").all(axis=None)
    assert set(votes["value"]) <= {*"12345", "not_exposed", "dont_know", "not_my_field"}


def test_every_figure_follows_from_the_votes(run: WorkshopRun) -> None:
    votes, ballots = last_votes(run.table("votes.csv")), run.table("ballots.csv")
    assert len(ballots) > 32
    rated = votes[votes["value"].str.fullmatch(r"\d")]
    keys = ["asset", "shock", "round"]
    assert len(rated.groupby(keys)) == len(ballots)
    for row in ballots.to_dict("records"):
        here = rated[(rated[keys] == [row[key] for key in keys]).all(axis=1)]
        expected = outcome(here["value"].astype(int).to_numpy(), row["baseline"])
        assert {key: row[key] for key in expected} == pytest.approx(expected), row


def test_every_vote_that_the_crowd_cast_is_there_and_no_other(run: WorkshopRun) -> None:
    words = Labels()
    cast = Counter(tuple(cast_by(lines, words)) for lines in run.log.values())
    votes = run.table("votes.csv")
    assert set(OFFERED) - set(votes["reason"]) == set()
    votes = votes[votes["reason"].isin(OFFERED)]
    columns = ["asset", "shock", "round", "value"]
    kept = Counter(
        tuple(tuple(map(str, row)) for row in theirs[columns].to_numpy())
        for _, theirs in votes.groupby("participant", sort=False)
    )
    assert sum(len(rows) * n for rows, n in cast.items()) > 8 * PEOPLE
    assert kept == cast


def test_reasons_in_own_words_are_kept_and_some_changed_their_vote(run: WorkshopRun) -> None:
    votes = run.table("votes.csv")
    said = {
        line["did"]["say"]
        for lines in run.log.values()
        for line in lines
        if "say" in line.get("did", {})
    }
    own = set(votes["reason"]) - OFFERED
    assert own
    assert own <= said
    keys = ["participant", "asset", "shock", "round"]
    assert (votes.groupby(keys)["value"].nunique() > 1).any()


def test_the_table_that_was_imported_comes_back_with_its_results(run: WorkshopRun) -> None:
    with (ROOT / "questionnaires" / "lokakarya-baseline.csv").open(encoding="utf-8") as file:
        given = list(csv.DictReader(file))
    back = run.table("baseline.csv")
    assert [tuple(row[c] for c in ("asset", "shock")) for row in given] == [
        tuple(row) for row in back[["asset", "shock"]].to_numpy()
    ]
    last = run.table("ballots.csv").groupby(["asset", "shock"], sort=False).last()
    assert list(back["outcome"]) == list(last["outcome"])
    assert list(back["rating"]) == [int(row["rating"]) for row in given]


def test_the_report_is_delivered_with_the_workshop_in_it(run: WorkshopRun) -> None:
    pdf, workbook = (run.demo.out / f"workshop-id.{ending}" for ending in ("pdf", "xlsx"))
    text = "\n".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert "Lokakarya aset dan guncangan" in " ".join(text.split())
    assert len(load_workbook(workbook).sheetnames) >= 2


def test_nobody_can_be_told_from_the_tables(run: WorkshopRun) -> None:
    for name in ("votes.csv", "ballots.csv", "baseline.csv"):
        text = (run.demo.out / name).read_text(encoding="utf-8")
        assert not {str(number) for number in run.log} & set(re.split(r"[,\n]", text))


class Labels:
    """What stands on cards -> codes."""

    def __init__(self) -> None:
        found = build_register(compile_file(ROOT / "questionnaires" / "kerentanan.md"))
        self.assets = {item.label("id"): item.code for item in found.assets}
        self.shocks = {item.label("id"): item.code for item in found.shocks}
        self.specials = {
            found.scale.anchor(value, "id"): WORDS[value] for value in found.scale.specials
        }

    def value(self, said: str) -> str:
        """A vote as the table has it, from a button or a card."""
        plain = said.removeprefix("● ").removeprefix("✓ Setuju: ")
        return self.specials.get(plain, plain)


def cast_by(lines: list[dict[str, Any]], words: Labels) -> list[Row]:
    """One person's votes and reasons that were offered, as far as they were told that they count.

    Every tap that was possible is answered with a word, which names the tap: what was told of one
    may come before or after it turns out that the next one is not possible any more.
    """
    taps = {line["act"]: line for line in lines if "tap" in line.get("did", {})}
    told = {line["act"]: line["told"] for line in lines if "told" in line}
    missed = {line["act"] for line in lines if "missed" in line}
    assert taps.keys() == told.keys() | missed
    rounds: dict[tuple[str, str], str] = {}
    found: list[Row] = []
    for act, word in told.items():
        line = taps[act]
        card = line["card"]
        if word.endswith("tersimpan") and (about := ABOUT.search(card)):
            ballot = words.assets[about[1]], words.shocks[about[2]]
            rounds[ballot] = ROUND.search(card)[1]  # type: ignore[index]
            found.append((*ballot, rounds[ballot], words.value(line["did"]["tap"])))
        elif word.startswith("✓ Alasan") and (why := WHY.search(card)):
            ballot = words.assets[why[1]], words.shocks[why[2]]
            found.append((*ballot, rounds[ballot], words.value(why[3])))
    return found
