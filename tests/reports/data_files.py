"""The data files of a store, written and read back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyreadstat
from reported_people import END

from reports.export.data_export import export_data
from reports.export.ddi import Study
from reports.request import DataFormat

JAKARTA = "Asia/Jakarta"


STUDY = Study("Jakarta", "Sekretariat Jakarta Berketahanan", "id")


EVERY = tuple(DataFormat)


class Sav(NamedTuple):
    """An SPSS file as read back: its rows, and what its variables are."""

    rows: pd.DataFrame
    about: Any


def exported(url: str, folder: Path, study: Study = STUDY) -> dict[str, Path]:
    """All formats; the files by their names."""
    paths = export_data(url, folder, JAKARTA, END, formats=EVERY, study=study)
    return {path.name: path for path in paths}


def sav(path: Path) -> Sav:
    return Sav(*pyreadstat.read_sav(path, user_missing=True))


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
