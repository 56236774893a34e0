"""Whose answers count in a report, and what they are: as docs/statistics.md and docs/data.md say.

Dispositions are worked out anew from the times, the progress and the screening question; the column
``disposition`` of the file takes no part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from reports.verification.data_folder import DataFolder
from reports.verification.published_tables import ReportFacts
from reports.verification.variable_names import CITY, ITEM_CODE

COMPLETE, PARTIAL, BREAK_OFF, IN_PROGRESS = "complete", "partial", "break-off", "in progress"
NOT_ELIGIBLE = "not eligible"
IDLE_TIME = pd.Timedelta(hours=48)
#: The question that says what ties somebody to the city, and the answer of who has no tie.
TIE_QUESTION, NO_TIE = "hubungan", "bukan"
POSITION = re.compile(r"\[(\d+)\]")
NOT_SAID = {"tm", "tt"}


@dataclass(frozen=True)
class CountedAnswers:
    """A questionnaire with its complete and partial interviews, as a report counts them.

    ``people`` has a row an interview, numbered from 0; ``answers`` has person, question (without
    positions), occurrence and value. By some groupings, such as the city, not all people are told
    apart yet: the column ``not_broken_down`` says of each by which.
    """

    data: DataFolder
    questionnaire: str
    waves: tuple[str, ...]
    people: pd.DataFrame
    answers: pd.DataFrame

    @property
    def n(self) -> int:
        """How many people."""
        return len(self.people)

    @cached_property
    def paths(self) -> list[str]:
        """All its questions in the order of the form."""
        return self.data.paths.get(self.questionnaire, [])

    def select_role(self, role: str) -> CountedAnswers:
        """The people of one role alone."""
        people = self.people[self.people["role"] == role]
        return replace(
            self, people=people, answers=self.answers[self.answers["person"].isin(people.index)]
        )

    def select_people(self, people: Sequence[int]) -> CountedAnswers:
        """Some people alone, by their numbers."""
        kept = self.people.loc[list(people)]
        return replace(
            self, people=kept, answers=self.answers[self.answers["person"].isin(kept.index)]
        )

    def find_question(self, name: str) -> str | None:
        """The path of the first question of that name."""
        return next((p for p in self.paths if p.rpartition("/")[2] == name), None)

    def list_group(self, group: str) -> list[str]:
        """The paths of the questions of one choice in the first group of that name."""
        start = next(
            (m[0] for p in self.paths if (m := re.match(rf"(?:.*/)?{group}/", p)) is not None), None
        )
        return [p for p in self.paths if start and p.startswith(start) and self.list_choices(p)]

    def list_choices(self, path: str) -> list[str]:
        """The codes of a question, in the order of fielding."""
        return [code for code in self._codes.get(path, ()) if code]

    def get_kind(self, path: str) -> str:
        """What kind of question stands there. KeyError: none."""
        return self._kinds[path]

    @cached_property
    def _kinds(self) -> dict[str, str]:
        mine = self.data.codebook[self.data.codebook["questionnaire"] == self.questionnaire]
        return dict(zip(mine["question"], mine["kind"], strict=True))

    @cached_property
    def _codes(self) -> dict[str, list[str]]:
        mine = self.data.codebook[self.data.codebook["questionnaire"] == self.questionnaire]
        return {str(p): rows["code"].tolist() for p, rows in mine.groupby("question", sort=False)}

    def get_values(self, path: str | None) -> pd.Series[str]:
        """Person -> what they answered to a question outside of repeats, if they did."""
        found = self.get_full_values(path)
        name = (path or "").rpartition("/")[2]
        return found.drop(found.index.intersection(self.list_not_broken_down(name)))

    def get_full_values(self, path: str | None) -> pd.Series[str]:
        """The same, also of who is not told apart by it."""
        found = self._by_path.get(path or "")
        return pd.Series(dtype=str) if found is None else found

    def get_recorded(self, column: str) -> pd.Series[str]:
        """Person -> what is known of them without asking, of who is told apart by it."""
        return self.people[column].drop(self.list_not_broken_down(column))

    def list_not_broken_down(self, grouping: str) -> list[int]:
        """Who is in no row of a grouping; nobody of what is none."""
        return self._not_broken_down.get(grouping, [])

    @cached_property
    def _not_broken_down(self) -> dict[str, list[int]]:
        if "not_broken_down" not in self.people:
            return {}
        names = self.people["not_broken_down"].str.split()
        found = names.explode().dropna()
        return {str(name): rows.index.tolist() for name, rows in found.groupby(found)}

    @cached_property
    def _by_path(self) -> dict[str, pd.Series[str]]:
        alone = self.answers[self.answers["occurrence"] == ""]
        return {
            str(path): rows.set_index("person")["value"]
            for path, rows in alone.groupby("question", sort=False)
        }

    def mask_chosen(self, path: str | None, code: str) -> pd.Series[bool]:
        """Person -> whether the choice is among theirs, of everybody who answered."""
        values = self.get_values(path)
        return values.map(lambda value: code in value.split()).astype(bool)

    def read_repeat(self, name: str) -> pd.DataFrame:
        """The repeat of that name: person, occurrence, and a column for each question inside.

        The columns are there if nobody has answered, too; that of the item's code in any case.
        """
        within = re.compile(rf"(?:^|/){name}/")
        inside = self.answers[
            (self.answers["occurrence"] != "") & self.answers["question"].str.contains(within)
        ]
        names = inside["question"].str.replace(r"^.*/", "", regex=True)
        table = (
            inside.assign(name=names)
            .pivot_table(
                index=["person", "occurrence"], columns="name", values="value", aggfunc="first"
            )
            .fillna("")
        )
        known = [path.rpartition("/")[2] for path in self.paths if within.search(path)]
        wanted = dict.fromkeys(["person", "occurrence", ITEM_CODE, *table.columns, *known])
        return table.reset_index().reindex(columns=list(wanted), fill_value="")

    def read_city(self) -> pd.Series[str]:
        """Person -> city; what the list puts together (``bersama``) is one city."""
        merged = {
            code: item["bersama"]
            for code, item in self.data.find_list(self.questionnaire, CITY).items()
            if item.get("bersama")
        }
        return self.get_values(self.find_question(CITY)).replace(merged)


@dataclass(frozen=True)
class ReportedData:
    """What a report is made of: its waves, all interviews of these, and what counts of them."""

    data: DataFolder
    facts: ReportFacts
    waves: pd.DataFrame
    interviews: pd.DataFrame
    forms: tuple[CountedAnswers, ...]
    earlier_forms: tuple[CountedAnswers, ...]

    def find_form(self, group: str) -> CountedAnswers | None:
        """The questionnaire in which a group has that name."""
        inside = re.compile(rf"(?:^|/){group}/")
        return next((f for f in self.forms if any(map(inside.search, f.paths))), None)

    def find_vulnerability_form(self) -> CountedAnswers | None:
        """The questionnaire that asks how vulnerable assets are: shocks inside of assets."""
        inside = re.compile(r"(?:^|/)aset/(?:.*/)?guncangan/")
        return next((f for f in self.forms if any(map(inside.search, f.paths))), None)

    def find_earlier_form(self, form: CountedAnswers) -> CountedAnswers | None:
        """The same questionnaire in the wave before."""
        return next((f for f in self.earlier_forms if f.questionnaire == form.questionnaire), None)


def read_reported_data(data: DataFolder, facts: ReportFacts) -> ReportedData:
    """What counts in a report of this kind, scope and moment."""
    end = pd.Timestamp(facts.end)
    waves = data.waves[parse_times(data.waves["opens_at"]) < end]
    interviews = dispose_interviews(data, end)
    alone = facts.scope if facts.kind == "wave" else ""
    shown = waves[waves["wave"] == alone] if alone else waves
    groups = list_wave_groups(waves, alone)
    forms = [count_answers(data, interviews, name, of[-1]) for name, of in groups.items()]
    earlier = [
        count_answers(data, interviews, name, of[-2]) for name, of in groups.items() if len(of) > 1
    ]
    return ReportedData(
        data,
        facts,
        shown,
        interviews[interviews["wave"].isin(shown["wave"])],
        tuple(forms),
        tuple(earlier),
    )


def list_wave_groups(waves: pd.DataFrame, alone: str) -> dict[str, list[tuple[str, ...]]]:
    """Questionnaire -> the waves that are counted together, the last ones last."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for row in waves.to_dict("records"):
        together = tuple(row["counted_with"].split())
        groups = found.setdefault(row["questionnaire"], [])
        if together not in groups:
            groups.append(together)
    if not alone:
        return found
    of_wave = {w: name for name, groups in found.items() for group in groups for w in group}
    name = of_wave[alone]
    upto = next(place for place, group in enumerate(found[name]) if alone in group)
    return {name: [*found[name][:upto], (alone,)]}


def parse_times(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Moments of ISO 8601, in UTC; none where nothing is written."""
    return pd.to_datetime(texts.where(texts != ""), utc=True, format="ISO8601")


def dispose_interviews(data: DataFolder, end: pd.Timestamp) -> pd.DataFrame:
    """All interviews that had begun by then, with their disposition by the documented rule."""
    found = data.interviews.copy()
    for column in ("started_at", "last_at", "sent_at", "released_at"):
        if column in found:
            found[column] = parse_times(found[column])
    found = found[found["started_at"] < end].reset_index(drop=True)
    found["sent_at"] = found["sent_at"].where(found["sent_at"] < end)
    closes = found["wave"].map(
        dict(zip(data.waves["wave"], parse_times(data.waves["closes_at"]), strict=True))
    )
    closed = (closes <= end) & (found["last_at"] < end)
    given_up = (found["last_at"] < end - IDLE_TIME) | closed
    half = found["progress"].astype(float) >= 0.5
    tie = data.answers[
        data.answers["question"].str.fullmatch(rf"(?:.*/)?{TIE_QUESTION}")
        & (data.answers["value"] == NO_TIE)
    ]
    outside = set(zip(tie["wave"], tie["respondent"], strict=True))
    keys = list(zip(found["wave"], found["respondent"], strict=True))
    found["disposition"] = np.select(
        [
            np.array([key in outside for key in keys], bool),
            found["sent_at"].notna().to_numpy(),
            (given_up & half).to_numpy(),
            given_up.to_numpy(),
        ],
        [NOT_ELIGIBLE, COMPLETE, PARTIAL, BREAK_OFF],
        IN_PROGRESS,
    )
    return found


def count_answers(
    data: DataFolder, interviews: pd.DataFrame, questionnaire: str, waves: tuple[str, ...]
) -> CountedAnswers:
    """The answers of the complete and partial interviews of some waves that were released."""
    people = interviews[
        interviews["wave"].isin(waves)
        & interviews["disposition"].isin([COMPLETE, PARTIAL])
        & is_released(interviews)
    ].reset_index(drop=True)
    number = {
        key: place
        for place, key in enumerate(zip(people["wave"], people["respondent"], strict=True))
    }
    mine = data.answers[data.answers["wave"].isin(waves)]
    keys = zip(mine["wave"], mine["respondent"], strict=True)
    rows = mine.assign(
        person=[number.get(key, -1) for key in keys],
        occurrence=[".".join(POSITION.findall(q)) for q in mine["question"]],
        question=mine["question"].str.replace(POSITION, "", regex=True),
    )
    rows = drop_left_out(data, rows[rows["person"] >= 0], questionnaire, waves)
    return CountedAnswers(data, questionnaire, waves, people, rows)


def is_released(interviews: pd.DataFrame) -> pd.Series[bool]:
    """Which are in the figures: all in files that do not say so."""
    if "released" not in interviews:
        return pd.Series(True, index=interviews.index)
    return interviews["released"] != "0"


def mask_released_since(interviews: pd.DataFrame, start: pd.Timestamp) -> pd.Series[bool] | None:
    """Which came into the figures after a moment; None in files without any release."""
    if "released_at" not in interviews or interviews["released_at"].isna().all():
        return None
    return interviews["released_at"] > start


def drop_left_out(
    data: DataFolder, rows: pd.DataFrame, questionnaire: str, waves: tuple[str, ...]
) -> pd.DataFrame:
    """Without the answers of older versions that do not count."""
    gone = data.left_out
    if gone.empty:
        return rows
    gone = gone[(gone["questionnaire"] == questionnaire) & (gone["waves"] == " ".join(waves))]
    apart = set(zip(gone["version"], gone["question"], strict=True))
    kept = [key not in apart for key in zip(rows["version"], rows["question"], strict=True)]
    return rows[kept]
