"""What a workshop's ballots came to, from its votes and the rule that was fixed beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.verification.data_folder import WorkshopFiles
from reports.verification.documented_formulas import ScaleFigures, summarize_ratings
from reports.verification.expected_cells import ExpectedRow, HiddenCell, NotRecomputable
from reports.verification.published_tables import PublishedTable
from reports.verification.recount_basis import RecountBasis, RecountedTable

FIGURES = ("value", "moved", "median", "iqr", "within_one", "n")
NO_FILES = "needs votes.csv and ballots.csv of the workshop"
NOT_EXPOSED = "not_exposed"


@dataclass(frozen=True)
class AgreementTerms:
    """The rule of a workshop: least share within one point, widest IQR or none, least ratings."""

    within_one: float
    iqr: float | None
    least: int


@dataclass(frozen=True)
class CountedBallot:
    """A ballot's last revealed round: its figures, its outcome, the value agreed on."""

    figures: ScaleFigures
    outcome: str
    value: float | None
    baseline: int | None
    rounds: int


def read_terms(basis: RecountBasis, workshop: str) -> AgreementTerms:
    """The rule as the workbook has it."""
    share, iqr, least = basis.report.names[f"rule:{workshop}"].split(" ")
    return AgreementTerms(float(share), None if iqr == "-" else float(iqr), int(least))


def find_workshop_files(basis: RecountBasis, workshop: str) -> WorkshopFiles | None:
    """Those in the folder of its name, or the only ones there are."""
    every = basis.reported.data.workshops
    return every.get(workshop) or (every.get("") if len(every) == 1 else None)


def count_ballots(basis: RecountBasis, workshop: str) -> dict[tuple[str, str], CountedBallot]:
    """(asset, shock) -> what the votes of the last revealed round come to."""
    files, terms = find_workshop_files(basis, workshop), read_terms(basis, workshop)
    if files is None:
        return {}
    votes = files.votes.drop_duplicates(["participant", "asset", "shock", "round"], keep="last")
    given = {
        (str(asset), str(shock), str(number)): rows["value"].tolist()
        for (asset, shock, number), rows in votes.groupby(["asset", "shock", "round"])
    }
    found = {}
    for (asset, shock), rows in files.ballots.groupby(["asset", "shock"], sort=False):
        last = max(rows["round"].astype(int))
        baseline = rows["baseline"].iloc[0]
        found[str(asset), str(shock)] = judge_ballot(
            given.get((str(asset), str(shock), str(last)), []),
            int(baseline) if baseline else None,
            terms,
            last,
        )
    return found


def judge_ballot(
    values: list[str], baseline: int | None, terms: AgreementTerms, rounds: int
) -> CountedBallot:
    """The outcome by docs/agreement.md."""
    figures = summarize_ratings([int(value) for value in values if value.isdigit()])
    iqr = figures.upper - figures.lower
    value: float | None = None
    if figures.n < terms.least:
        outcome = "too_few"
    elif figures.within_one < terms.within_one or (terms.iqr is not None and iqr > terms.iqr):
        outcome = "not_agreed"
    elif baseline is None:
        outcome = "rated"
    else:
        value = choose_value(figures.median, baseline)
        outcome = "confirmed" if value == baseline else "changed"
    return CountedBallot(figures, outcome, value, baseline, rounds)


def choose_value(median: float, baseline: int) -> int:
    """The median; midway between two points the one nearer to the earlier rating."""
    if median == int(median):
        return int(median)
    low = int(median)
    return low + 1 if baseline > median else low


def list_told_ballots(
    basis: RecountBasis, table: PublishedTable
) -> Iterator[tuple[Mapping[str, Any], str, tuple[str, str]]]:
    """Each row with its workshop and its pair of codes."""
    workshops = basis.name_codes("workshop")
    for row in table.rows:
        workshop = workshops[row["workshop"]]
        assets = basis.name_codes(f"asset:{workshop}")
        shocks = basis.name_codes(f"shock:{workshop}")
        yield row, workshop, (assets[row["asset"]], shocks[row["shock"]])


def recount_ballots(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Every ballot of each workshop."""
    every = {w: count_ballots(basis, w) for w in basis.name_codes("workshop").values()}
    rows: list[ExpectedRow | str] = []
    for _, workshop, pair in list_told_ballots(basis, table):
        if find_workshop_files(basis, workshop) is None:
            rows.append(NO_FILES)
            continue
        found = every[workshop].get(pair)
        rows.append(
            expect_ballot(basis, workshop, found) | expect_before(basis, workshop, pair)
            if found
            # Never opened or skipped: the files have nothing of it, and neither has the report.
            else dict.fromkeys([*FIGURES, "before", "before_n"])
            | {"rounds": 0, "baseline": NotRecomputable("a ballot that was not held is in no file")}
        )
    return RecountedTable(rows)


def expect_ballot(basis: RecountBasis, workshop: str, found: CountedBallot) -> dict[str, Any]:
    """The figures of a ballot; hidden where fewer rated than the rule or the report demands."""
    least = max(read_terms(basis, workshop).least, basis.minimum)
    shown: dict[str, Any] = {"baseline": found.baseline, "rounds": found.rounds}
    if found.figures.n < least:
        hidden = HiddenCell(f"fewer than {least} ratings")
        return shown | dict.fromkeys(FIGURES, hidden)
    moved = 0.0
    if found.value is not None and found.baseline is not None:
        moved = found.value - found.baseline
    return shown | {
        "value": found.value,
        "moved": moved or None,
        "median": found.figures.median,
        "iqr": found.figures.upper - found.figures.lower,
        "within_one": found.figures.within_one,
        "n": found.figures.n,
    }


def expect_before(basis: RecountBasis, workshop: str, pair: tuple[str, str]) -> dict[str, Any]:
    """What was answered in questionnaires before the workshop began."""
    files = find_workshop_files(basis, workshop)
    earlier = files.earlier if files else None
    if earlier is None:
        why = NotRecomputable("needs earlier.csv of the workshop")
        return {"before": why, "before_n": why}
    mine = earlier[(earlier["asset"] == pair[0]) & (earlier["shock"] == pair[1])]
    told = [
        int(value)
        for value, people in zip(mine["value"], mine["people"].astype(int), strict=True)
        if value.isdigit()
        for _ in range(people)
    ]
    found = summarize_ratings(told)
    if found.n < basis.minimum:
        return dict.fromkeys(("before", "before_n"), HiddenCell("too few answered before"))
    return {"before": found.median, "before_n": found.n}


def recount_outcomes(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """How many ballots of each workshop came to what."""
    workshops, outcomes = basis.name_codes("workshop"), basis.name_codes("outcome")
    rows: list[ExpectedRow | str] = []
    for row in table.rows:
        workshop, outcome = workshops[row["workshop"]], outcomes[row["outcome"]]
        if find_workshop_files(basis, workshop) is None:
            rows.append(NO_FILES)
        elif outcome in ("skipped", "pending"):
            rows.append("a ballot that was not held is in no file")
        else:
            rows.append({"ballots": tally_outcomes(basis, workshop)[outcome]})
    return RecountedTable(rows)


def tally_outcomes(basis: RecountBasis, workshop: str) -> Counter[str]:
    """Outcome -> ballots, as far as it may be told: of too few nothing else is said."""
    least = max(read_terms(basis, workshop).least, basis.minimum)
    return Counter(
        found.outcome if found.figures.n >= least else "too_few"
        for found in count_ballots(basis, workshop).values()
    )
