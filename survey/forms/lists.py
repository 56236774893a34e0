"""Lists in CSV files beside a questionnaire: places, assets."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from survey.forms.sheets import LARGEST, MOST_ROWS

#: Headings that can be a step of a path; other columns are not taken into the form.
NAME = re.compile(r"[^\W\d][\w.-]*")


class ListError(Exception):
    """A list file that cannot be used; ``remedy`` says what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list: its columns and, for each row, column -> text."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]]


def read_list(folder: Path, name: str) -> ListFile:
    """The list in the file ``name`` of ``folder``. Raises ListError."""
    if name != Path(name).name or "\\" in name or name.startswith("."):
        raise ListError(f"“{name}” is not the plain name of a file.", "Put it beside the form.")
    if not name.endswith(".csv"):
        raise ListError(f"The list {name} is not a CSV file.", "Save it as CSV.")
    try:
        if (folder / name).stat().st_size > LARGEST:
            raise ListError(f"The list {name} is larger than 5 MB.", "Take out what is not needed.")
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = tuple(c for c in reader.fieldnames or () if NAME.fullmatch(c or ""))
            rows = [{c: row.get(c) or "" for c in columns} for row in reader]
    except FileNotFoundError:
        raise ListError(f"There is no file {name} beside the form.", "Put it there.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        reason = f"The list {name} cannot be read: {type(fault).__name__}."
        raise ListError(reason, "Save it as CSV with the encoding UTF-8.") from None
    if len(rows) > MOST_ROWS:
        raise ListError(f"The list {name} has more than 20,000 rows.", "Shorten it.")
    return ListFile(columns, rows)
