"""How the answers came about: outcomes, rates, durations, flags, days, who answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from reports.verification.counted_answers import (
    BREAK_OFF,
    COMPLETE,
    IN_PROGRESS,
    NOT_ELIGIBLE,
    NOT_SAID,
    PARTIAL,
    CountedAnswers,
    mask_released_since,
)
from reports.verification.documented_formulas import divide
from reports.verification.expected_cells import ExpectedRow, HideableCell
from reports.verification.label_readers import (
    invert_names,
    read_choice_labels,
    read_question_labels,
)
from reports.verification.published_tables import PublishedTable
from reports.verification.recount_basis import (
    RecountBasis,
    RecountedTable,
    expect_blocks,
    hide_all,
    list_missing,
)
from reports.verification.variable_names import CITY, DISTRICT

MINUTE = 60.0
SECONDS_PER_WORD, FEWEST_ALIKE = 0.3, 4
NEEDS_MEASURES = "needs the columns “duration” and “words” of interviews.csv"
#: Known of people without asking.
RECORDED_TRAITS = ("language", "source", "sector")
POSITION = re.compile(r"\[\d+\]")


def count_outcomes(basis: RecountBasis, wave: str) -> dict[str, int]:
    """How many interviews of a wave ended in which way."""
    mine = basis.reported.interviews
    counts = mine[mine["wave"] == wave]["disposition"].value_counts()
    every = (COMPLETE, PARTIAL, IN_PROGRESS, BREAK_OFF, NOT_ELIGIBLE)
    return {name: int(counts.get(name, 0)) for name in every}


def read_wave_number(basis: RecountBasis, wave: str, column: str) -> int | None:
    """A number of waves.csv; None where the cell is empty."""
    waves = basis.reported.waves
    text = waves[waves["wave"] == wave][column].iloc[0]
    return int(text) if text else None


def recount_waves(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Each wave from who started the bot to who withdrew."""
    waves = basis.name_codes("wave")
    rows = [expect_wave(basis, waves[row["wave"]]) for row in table.rows]
    return RecountedTable(rows, list_missing(waves, [row["wave"] for row in table.rows]))


def expect_wave(basis: RecountBasis, wave: str) -> ExpectedRow:
    found = count_outcomes(basis, wave)
    mine = basis.reported.interviews
    mine = mine[(mine["wave"] == wave) & (mine["disposition"] != NOT_ELIGIBLE)]
    start = pd.Timestamp(basis.report.facts.start)
    ineligible = found.pop(NOT_ELIGIBLE)
    begun = sum(found.values())
    return {
        **found,
        "ineligible": ineligible,
        "begun": begun,
        "share": divide(found[COMPLETE], begun),
        "new_begun": int((mine["started_at"] >= start).sum()),
        "new": count_new(mine, start),
        "places": read_wave_number(basis, wave, "invited_places"),
        "joined": read_wave_number(basis, wave, "joined"),
        "refused": read_wave_number(basis, wave, "declined"),
        "withdrawn": read_wave_number(basis, wave, "withdrew"),
    }


def count_new(mine: pd.DataFrame, start: pd.Timestamp) -> int:
    """Complete interviews that came into the figures since, or before any release were sent."""
    since = mask_released_since(mine, start)
    came = mine["sent_at"] >= start if since is None else since
    return int((came & (mine["disposition"] == COMPLETE)).sum())


def recount_rates(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Outcome rates as docs/statistics.md has them."""
    waves = basis.name_codes("wave")
    rows = [expect_rates(basis, waves[row["wave"]]) for row in table.rows]
    return RecountedTable(rows, list_missing(waves, [row["wave"] for row in table.rows]))


def expect_rates(basis: RecountBasis, wave: str) -> ExpectedRow:
    found = count_outcomes(basis, wave)
    refused = read_wave_number(basis, wave, "declined") or 0
    invited = read_wave_number(basis, wave, "invited_places")
    good = found[COMPLETE] + found[PARTIAL]
    begun = good + found[BREAK_OFF]
    return {
        "reached": begun + refused,
        "coop1": divide(found[COMPLETE], begun + refused),
        "coop2": divide(good, begun + refused),
        "completion": divide(good, begun),
        "break_off": divide(found[BREAK_OFF], begun),
        "participation": divide(good, invited) if invited else None,
    }


def recount_durations(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Minutes of complete interviews of each questionnaire, and who bears which flag."""
    forms, titles = {f.questionnaire: f for f in basis.reported.forms}, basis.name_codes("form")
    rows: list[ExpectedRow | str] = [
        expect_durations(basis, forms[titles[row["form"]]])
        if titles.get(row["form"]) in forms
        else "no such questionnaire"
        for row in table.rows
    ]
    return RecountedTable(rows, list_missing(titles, [row["form"] for row in table.rows]))


def expect_durations(basis: RecountBasis, form: CountedAnswers) -> ExpectedRow | str:
    if "duration" not in form.people or "words" not in form.people:
        return NEEDS_MEASURES
    seconds = pd.to_numeric(form.people["duration"], errors="coerce")
    complete = seconds.where(form.people["disposition"] == COMPLETE)
    minutes = complete.dropna() / MINUTE
    found: dict[str, Any] = {"n": len(minutes)}
    found |= hide_all(["median", "lower", "upper", "used", "fast", "straight"], basis.minimum)
    if len(minutes) >= basis.minimum:
        lower, median, upper = np.quantile(
            minutes, [0.25, 0.5, 0.75], method="averaged_inverted_cdf"
        ).tolist()
        found |= {"median": median, "lower": lower, "upper": upper}
    if form.n >= basis.minimum:
        third = float(complete.median()) / 3 if len(minutes) else 0.0
        least = SECONDS_PER_WORD * pd.to_numeric(form.people["words"], errors="coerce")
        fast = (complete < third) | (complete < least)
        found |= {"used": form.n, "fast": int(fast.sum()), "straight": count_straight_lines(form)}
    return found


def count_straight_lines(form: CountedAnswers) -> int:
    """Who answered four or more questions of one group alike, which share their choices."""
    flagged: set[int] = set()
    for paths in list_like_questions(form):
        given = pd.concat([form.get_values(path) for path in paths], axis=1)
        alike = (given.nunique(axis=1) == 1) & (given.notna().sum(axis=1) >= FEWEST_ALIKE)
        flagged |= set(given.index[alike])
    return len(flagged)


def list_like_questions(form: CountedAnswers) -> list[list[str]]:
    """The groups outside of repeats of which all questions are of one choice from one list."""
    book = form.data.codebook
    mine = book[book["questionnaire"] == form.questionnaire].drop_duplicates("question")
    kinds = dict(zip(mine["question"], mine["kind"], strict=True))
    repeated = set(form.answers[form.answers["occurrence"] != ""]["question"])
    groups: dict[str, list[str]] = {}
    for path in kinds:
        groups.setdefault(path.rpartition("/")[0], []).append(path)
    return [
        paths
        for paths in groups.values()
        if len(paths) >= FEWEST_ALIKE
        and not repeated & set(paths)
        and {kinds[path] for path in paths} == {"select_one"}
        and len({tuple(form.list_choices(path)) for path in paths}) == 1
    ]


def recount_stops(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """At which question interviews were given up; places of too few people are added up."""
    mine = basis.reported.interviews
    if "position" not in mine:
        return RecountedTable(["needs the column “position” of interviews.csv"] * len(table.rows))
    gone = mine[mine["disposition"].isin([PARTIAL, BREAK_OFF]) & (mine["position"] != "")]
    paths = gone["position"].str.replace(POSITION, "", regex=True)
    waves = basis.name_codes("wave")
    rows = [
        expect_stops(basis, paths[gone["wave"] == waves[row["wave"]]], row, waves[row["wave"]])
        for row in table.rows
    ]
    return RecountedTable(rows)


def expect_stops(
    basis: RecountBasis, paths: pd.Series[str], row: Mapping[str, Any], wave: str
) -> ExpectedRow:
    """A question by its wording; of a table the heading stands before it."""
    counts = paths.value_counts()
    if row["question"] == basis.report.names["stop:elsewhere"]:
        return {"people": int(counts[counts < basis.minimum].sum())}
    wordings = read_wave_wordings(basis, wave)
    people = {
        int(count)
        for path, count in zip(map(str, counts.index), counts, strict=True)
        if row["question"] in (wordings.get(path, path), path)
        or str(row["question"]).endswith(f"› {wordings.get(path)}")
    }
    return {"people": row["people"] if row["people"] in people else max(people, default=None)}


def read_wave_wordings(basis: RecountBasis, wave: str) -> dict[str, str]:
    """Path -> wording of the questions of a wave."""
    waves, data = basis.reported.waves, basis.reported.data
    name = waves[waves["wave"] == wave]["questionnaire"].iloc[0]
    book = data.codebook[data.codebook["questionnaire"] == name].drop_duplicates("question")
    column = f"wording_{basis.language}"
    column = column if column in book else next(c for c in book if c.startswith("wording_"))
    return dict(zip(book["question"], book[column], strict=True))


def recount_days(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Interviews begun and sent by the day at the place of the report."""
    zone, mine = basis.report.facts.timezone, basis.reported.interviews
    counts = {
        key: mine[column].dropna().dt.tz_convert(zone).dt.date.value_counts()
        for key, column in (("begun", "started_at"), ("sent", "sent_at"))
    }
    days = [row["day"].date() for row in table.rows]
    rows = [
        {"day": day} | {key: int(found.get(day, 0)) for key, found in counts.items()}
        for day in days
    ]
    every = {day for found in counts.values() for day in found.index}
    return RecountedTable(rows, list_missing(sorted(every), days))


def recount_versions(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Interviews begun and complete in each version of waves that are counted together."""
    waves, rows = basis.name_codes("wave"), []
    for row in table.rows:
        told = basis.reported.waves
        together = told[told["wave"] == waves[row["wave"]]]["counted_with"].iloc[0].split()
        mine = basis.reported.interviews
        same = mine[mine["wave"].isin(together) & (mine["version"] == str(row["version"]))]
        complete = int((same["disposition"] == COMPLETE).sum())
        rows.append({"begun": len(same), "complete": complete})
    return RecountedTable(rows)


def recount_makeup(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Who the residents who answered are, and the sectors of participants."""
    whats = [row["what"] for row in table.rows]
    tallies = {what: tally_trait(basis, what) for what in dict.fromkeys(whats)}
    waiting = {what: count_trait_waiting(basis, what) for what in tallies}
    apart = basis.report.names["row:waiting"]
    counts = [
        waiting[row["what"]]
        if row["answer"] == apart
        else count_trait_answer(basis, tallies[row["what"]], row["answer"], table)
        for row in table.rows
    ]
    cells = expect_blocks(
        whats,
        counts,
        [row["people"] for row in table.rows],
        basis.minimum,
        waiting,
        has_waiting_row=True,
    )
    rows = []
    for what, count, cell in zip(whats, counts, cells, strict=True):
        n = sum(tallies[what].values()) + waiting[what]
        share = HideableCell(divide(count, n)) if isinstance(cell, HideableCell) else cell
        rows.append({"people": cell, "share": share, "n": n})
    return RecountedTable(rows)


def tally_trait(basis: RecountBasis, what: str) -> dict[str, int]:
    """Answer, as the report calls it, or code -> people."""
    trait, form, path = find_trait(basis, what)
    if form is None:
        return {}
    if trait in RECORDED_TRAITS:
        counts = form.get_recorded(trait).value_counts()
        names = invert_names(basis.name_codes(trait))
        if trait == "source":
            names = {"": basis.report.names["link:"]}
        return {names.get(str(code), str(code)): int(n) for code, n in counts.items()}
    labels = {c: label for label, c in read_choice_labels(form, path, basis.language).items()}
    gone = {*NOT_SAID, "bukan"} if trait == "hubungan" else NOT_SAID
    counts = form.get_values(path).value_counts()
    return {labels[str(c)]: int(n) for c, n in counts.items() if str(c) not in gone}


def find_trait(basis: RecountBasis, what: str) -> tuple[str, CountedAnswers | None, str | None]:
    """What the report calls so: its name, the form that has it, and the question if it is one."""
    trait, form = basis.name_codes("trait").get(what, ""), basis.residents
    if trait == "sector":
        form = basis.reported.find_vulnerability_form()
    if form is None or trait in RECORDED_TRAITS:
        return trait, form, None
    path = form.find_question(trait) if trait else None
    if path is None:
        path = read_question_labels(form, form.list_group("latar"), basis.language).get(what)
    return trait, form, path


def count_trait_waiting(basis: RecountBasis, what: str) -> int:
    """People who are not broken down by it, of those who said what they are."""
    trait, form, path = find_trait(basis, what)
    if form is None:
        return 0
    if path is None:
        return len(form.list_not_broken_down(trait))
    apart = form.list_not_broken_down(path.rpartition("/")[2])
    said = form.get_full_values(path)
    return int((~said[said.index.intersection(apart)].isin(NOT_SAID)).sum())


def count_trait_answer(
    basis: RecountBasis, tally: Mapping[str, int], answer: str, table: PublishedTable
) -> int:
    """People of one answer; *others* are all links that no row names."""
    if answer in tally or answer != basis.report.names["link:other"]:
        return tally.get(answer, 0)
    named = {row["answer"] for row in table.rows}
    return sum(n for link, n in tally.items() if link not in named)


def recount_districts(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Residents by district, beside the number of their city."""
    form = basis.residents
    if form is None:
        return RecountedTable(["no such questionnaire"] * len(table.rows))
    items = form.data.find_list(form.questionnaire, DISTRICT)
    cities = read_choice_labels(form, form.find_question(CITY), basis.language)
    both = pd.concat(
        [form.get_values(form.find_question(name)) for name in (CITY, DISTRICT)],
        axis=1,
        join="inner",
        keys=[CITY, DISTRICT],
    )
    people = both.value_counts()
    codes = {
        (item.get(CITY, ""), pick_label(item, basis.language)): code for code, item in items.items()
    }
    counts = []
    for row in table.rows:
        city = cities[row["city"]]
        counts.append(int(people.get((city, codes.get((city, row["district"]), "")), 0)))
    blocks = [row["city"] for row in table.rows]
    # Of those who are not broken down it is not known from which city they are.
    waiting = dict.fromkeys(blocks, len(form.list_not_broken_down(DISTRICT)))
    cells = expect_blocks(
        blocks, counts, [row["people"] for row in table.rows], basis.minimum, waiting
    )
    return RecountedTable([{"people": cell} for cell in cells])


def pick_label(item: Mapping[str, str], language: str) -> str:
    return item.get(f"label_{language}") or item.get("label", "")
