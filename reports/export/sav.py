"""Wide data as SPSS keeps them: labels, missing values, levels of measurement."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import regex

from reports.export.atomic_files import write_atomically
from reports.export.kind_exports import VariableKind
from reports.export.variables import TextsByLanguage, Variable
from reports.export.wide_data import WideSheet

#: Bytes that SPSS takes for the label of a variable, of a value, and for a text.
LABEL_BYTES, VALUE_BYTES, TEXT_BYTES = 255, 120, 32_767
#: How SPSS shows what a variable of these kinds holds.
DISPLAY_FORMATS = {
    VariableKind.TICK: "F8.0",
    VariableKind.RANK: "F8.0",
    VariableKind.DAY: "DATE11",
    VariableKind.MOMENT: "DATETIME20",
}
LETTER_PATTERN = regex.compile(r"\X")


def write_sav(path: Path, sheet: WideSheet, title: str, language: str) -> Path:
    """Write one sheet, labels in ``language`` or the first that there is. Raises OSError."""
    frame, variables = sheet.frame, sheet.variables
    columns = {v.name: fit_column(frame[v.name], v) for v in variables}
    labelled = {v.name: build_value_labels(v, language) for v in variables if v.values}
    with write_atomically(path) as name:
        try:
            pyreadstat.write_sav(
                pd.DataFrame(columns, index=frame.index),
                name,
                file_label=shorten_to_bytes(title, 64),
                column_labels={
                    v.name: shorten_to_bytes(pick_text(v.labels, language), LABEL_BYTES)
                    for v in variables
                },
                variable_value_labels=labelled,  # type: ignore[arg-type]  # Texts may be keys too.
                missing_ranges={
                    v.name: [{"lo": lowest, "hi": highest} for lowest, highest in v.missing_ranges]
                    for v in variables
                    if v.missing_values
                },
                variable_measure={v.name: v.measure for v in variables},
                variable_format={v.name: f for v in variables if (f := choose_display_format(v))},
                row_compress=True,
            )
        except pyreadstat.ReadstatError as fault:
            raise OSError(str(fault)) from fault
    return path


def fit_column(column: pd.Series, variable: Variable) -> pd.Series:
    """The values as SPSS takes them: texts cut to what fits, '' where there is none."""
    if variable.kind is not VariableKind.TEXT:
        return column
    # SPSS ends a text at a character of value 0.
    texts = column.astype("str").fillna("").str.replace("\0", "", regex=False)
    # A letter has at most four bytes in UTF-8; only what could be too long is measured.
    long = texts.str.len() * 4 > TEXT_BYTES
    return texts.where(
        ~long, texts[long].map(lambda text: shorten_to_bytes(text, TEXT_BYTES))
    ).astype(object)


def build_value_labels(variable: Variable, language: str) -> dict[float | str, str]:
    """What each value is called."""
    return {
        value: shorten_to_bytes(pick_text(texts, language), VALUE_BYTES)
        for value, texts in variable.values.items()
    }


def choose_display_format(variable: Variable) -> str:
    """How SPSS shows the numbers: whole ones without decimals, moments as such."""
    if variable.kind is VariableKind.CHOICE:
        texts = [str(number) for number in variable.numbers.values()]
        places = max(len(text.partition(".")[2]) for text in texts)
        return f"F{max([8, *map(len, texts)])}.{places}"
    return DISPLAY_FORMATS.get(variable.kind, "")


def pick_text(texts: TextsByLanguage, language: str) -> str:
    """A text in a language, or in the first that there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def shorten_to_bytes(text: str, most: int) -> str:
    """As many whole letters as fit into so many bytes of UTF-8, with an ellipsis if it is cut."""
    if len(text.encode()) <= most:
        return text
    room, kept = most - len("…".encode()), ""
    for letter in LETTER_PATTERN.findall(text):
        room -= len(letter.encode())
        if room < 0:
            break
        kept += letter
    return f"{kept.rstrip()}…"
