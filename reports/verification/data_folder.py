"""The data files of a folder, as ``suara export`` writes them, read with plain pandas."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

#: What is needed for anything at all.
NEEDED_FILES = ("answers.csv", "interviews.csv", "waves.csv", "codebook.csv", "lists.csv")
#: The columns by which a file is known as that of the population.
POPULATION_COLUMNS = ["margin", "category", "people"]
#: Where copies of what the settings name lie.
INPUT_FOLDER = "inputs"


class IncompleteFolderError(ValueError):
    """A folder without the files that every figure needs."""


@dataclass(frozen=True)
class WorkshopFiles:
    """The votes that counted in a workshop, its revealed rounds, what was answered before it."""

    votes: pd.DataFrame
    ballots: pd.DataFrame
    earlier: pd.DataFrame | None


@dataclass(frozen=True)
class DataFolder:
    """All data files of a folder; every cell is text, and empty where there is nothing."""

    answers: pd.DataFrame
    interviews: pd.DataFrame
    waves: pd.DataFrame
    codebook: pd.DataFrame
    lists: pd.DataFrame
    left_out: pd.DataFrame
    population: pd.DataFrame | None
    workshops: Mapping[str, WorkshopFiles]
    candidates: Mapping[str, Mapping[str, tuple[str, ...]]] | None

    @cached_property
    def paths(self) -> dict[str, list[str]]:
        """Questionnaire -> the paths of its questions, in their order."""
        found = self.codebook.drop_duplicates(["questionnaire", "question"])
        return {
            str(name): rows["question"].tolist()
            for name, rows in found.groupby("questionnaire", sort=False)
        }

    def find_list(self, questionnaire: str, name: str) -> dict[str, dict[str, str]]:
        """A list that a questionnaire carries: the cells of each item by its code."""
        mine = self.lists[
            (self.lists["questionnaire"] == questionnaire) & (self.lists["list"] == name)
        ]
        found: dict[str, dict[str, str]] = {}
        for code, column, value in zip(mine["name"], mine["column"], mine["value"], strict=True):
            found.setdefault(code, {})[column] = value
        return found


def read_data_folder(folder: Path, population: Path | None = None) -> DataFolder:
    """Read the files of a folder; ``population`` is what residents were weighted to.

    Without it a file of the folder with the columns of such a file is taken, if there is one.
    Raises IncompleteFolderError, with the names of the files that are not there.
    """
    missing = [name for name in NEEDED_FILES if not (folder / name).is_file()]
    if missing:
        raise IncompleteFolderError(
            f"{folder} lacks {', '.join(missing)}: write them with “suara export --out {folder}”."
        )
    margins = population or find_population_file(folder)
    left_out = folder / "left_out.csv"
    return DataFolder(
        **{name.removesuffix(".csv"): read_text_table(folder / name) for name in NEEDED_FILES},
        left_out=read_text_table(left_out) if left_out.is_file() else pd.DataFrame(),
        population=read_text_table(margins) if margins else None,
        workshops=read_workshop_files(folder),
        candidates=read_candidate_drivers(folder),
    )


def read_candidate_drivers(folder: Path) -> dict[str, dict[str, tuple[str, ...]]] | None:
    """Driver -> the shocks and stresses that the file of candidates gives it, if there is one."""
    for path in sorted(folder.glob(f"{INPUT_FOLDER}/*.toml")):
        with path.open("rb") as file:
            areas = tomllib.load(file).get("candidates")
        if isinstance(areas, list) and all("driver" in area for area in areas):
            return {
                area["driver"]: {
                    "guncangan": tuple(area.get("shocks", ())),
                    "tekanan": tuple(area.get("stresses", ())),
                }
                for area in areas
            }
    return None


def read_text_table(path: Path) -> pd.DataFrame:
    """A CSV file with every cell as it is written, with commas or semicolons."""
    head = path.read_text(encoding="utf-8-sig").partition("\n")[0]
    return pd.read_csv(
        path,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        encoding="utf-8-sig",
        sep=";" if head.count(";") > head.count(",") else ",",
    )


def find_population_file(folder: Path) -> Path | None:
    """The first CSV file with the columns of a population file."""
    for path in [*sorted(folder.glob(f"{INPUT_FOLDER}/*.csv")), *sorted(folder.glob("*.csv"))]:
        head = path.read_text(encoding="utf-8-sig").partition("\n")[0].strip()
        if head.split(",") == POPULATION_COLUMNS:
            return path
    return None


def read_workshop_files(folder: Path) -> dict[str, WorkshopFiles]:
    """The files of each workshop, by its id or, where they lie beside the others, by ''."""
    found = {}
    for path in sorted(folder.rglob("ballots.csv")):
        if (votes := path.parent / "votes.csv").is_file():
            name = "" if path.parent == folder else path.parent.name.removeprefix("workshop-")
            earlier = path.parent / "earlier.csv"
            found[name] = WorkshopFiles(
                read_text_table(votes),
                read_text_table(path),
                read_text_table(earlier) if earlier.is_file() else None,
            )
    return found
