"""Wide data as SPSS keeps them: labels, missing values, levels of measurement."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import regex

from reports.export.atomic_files import beside
from reports.export.variables import Kind, Texts, Variable
from reports.export.wide_data import Sheet

#: Bytes that SPSS takes for the label of a variable, of a value, and for a text.
LABEL, VALUE, TEXT = 255, 120, 32_767
LETTER = regex.compile(r"\X")


def write_sav(path: Path, sheet: Sheet, title: str, language: str) -> Path:
    """Write one sheet, labels in ``language`` or the first that there is. Raises OSError."""
    frame, variables = sheet.frame, sheet.variables
    columns = {v.name: fitting(frame[v.name], v) for v in variables}
    labelled = {v.name: labels_of(v, language) for v in variables if v.values}
    with beside(path) as name:
        try:
            pyreadstat.write_sav(
                pd.DataFrame(columns, index=frame.index),
                name,
                file_label=short(title, 64),
                column_labels={v.name: short(said(v.labels, language), LABEL) for v in variables},
                variable_value_labels=labelled,  # type: ignore[arg-type]  # Texts may be keys too.
                missing_ranges={
                    v.name: [{"lo": min(v.missing), "hi": max(v.missing)}]
                    for v in variables
                    if v.missing
                },
                variable_measure={v.name: v.measure for v in variables},
                variable_format={v.name: f for v in variables if (f := form(v))},
                row_compress=True,
            )
        except pyreadstat.ReadstatError as fault:
            raise OSError(str(fault)) from fault
    return path


def fitting(column: pd.Series, variable: Variable) -> pd.Series:
    """The values as SPSS takes them: texts cut to what fits, '' where there is none."""
    if variable.kind is not Kind.TEXT:
        return column
    texts = column.astype("str").fillna("")
    long = texts.str.len() * 4 > TEXT
    return texts.where(~long, texts[long].map(lambda text: short(text, TEXT))).astype(object)


def labels_of(variable: Variable, language: str) -> dict[int | float | str, str]:
    """What each value is called."""
    return {value: short(said(texts, language), VALUE) for value, texts in variable.values.items()}


def form(variable: Variable) -> str:
    """How SPSS shows the numbers: whole ones without decimals, moments as such."""
    if variable.kind in (Kind.CHOICE, Kind.TICK, Kind.RANK):
        return f"F{max([8, *(len(str(n)) for n in variable.numbers.values())])}.0"
    return {Kind.DAY: "DATE11", Kind.MOMENT: "DATETIME20"}.get(variable.kind, "")


def said(texts: Texts, language: str) -> str:
    """A text in a language, or in the first that there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def short(text: str, most: int) -> str:
    """As many whole letters as fit into so many bytes of UTF-8, with an ellipsis if it is cut."""
    if len(text.encode()) <= most:
        return text
    room, kept = most - len("…".encode()), ""
    for letter in LETTER.findall(text):
        room -= len(letter.encode())
        if room < 0:
            break
        kept += letter
    return f"{kept.rstrip()}…"
