"""The data files of a store, written and read back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyreadstat

from reports.export.data_export import export_data
from reports.export.ddi import Study
from reports.request import DataFormat
from tests.reports.filled_store import END

JAKARTA = "Asia/Jakarta"


STUDY = Study("Jakarta", "Sekretariat Jakarta Berketahanan", "id")


ALL_FORMATS = tuple(DataFormat)


class SpssFile(NamedTuple):
    """An SPSS file as read back: its rows, and what its variables are."""

    rows: pd.DataFrame
    metadata: Any


def export_all(url: str, folder: Path, study: Study = STUDY) -> dict[str, Path]:
    """All formats; the files by their names."""
    paths = export_data(url, folder, JAKARTA, END, formats=ALL_FORMATS, study=study)
    return {path.name: path for path in paths}


def read_spss(path: Path) -> SpssFile:
    return SpssFile(*pyreadstat.read_sav(path, user_missing=True))


def read_csv_lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
