"""PSPP and R read the SPSS files as they were meant: each is asked if it is installed."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.reports.exported_files import export_all, read_spss
from tests.reports.filled_store import FilledStore

R_SCRIPT = """
library(haven)
data <- read_sav(commandArgs(TRUE)[1], user_na = TRUE)
needs <- data$kebutuhan
cat(nrow(data), ncol(data), sum(is.na(read_sav(commandArgs(TRUE)[1])$kebutuhan)), sep = "\\n")
cat("\\n", attr(needs, "label"), "\\n", sep = "")
labels <- attr(needs, "labels")
cat(paste(labels, names(labels), sep = "="), sep = "\\n")
cat("\\n", attr(needs, "na_values"), "\\n")
"""


@pytest.fixture(scope="module")
def perception(crowded: FilledStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_all(crowded.url, tmp_path_factory.mktemp("others"))["persepsi.sav"]


def run_program(name: str, *arguments: str) -> str:
    """What a program says, or a skip where there is none."""
    if (path := shutil.which(name)) is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run(  # noqa: S603
        [path, *arguments], capture_output=True, check=False, text=True, encoding="utf-8"
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"{name} lacks a package")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pspp_reads_codes_labels_and_missing_values(perception: Path, tmp_path: Path) -> None:
    rows, about = read_spss(perception)
    table = tmp_path / "read.csv"
    syntax = tmp_path / "read.sps"
    syntax.write_text(
        f"GET FILE='{perception}'.\n"
        f"SAVE TRANSLATE /OUTFILE='{table}' /TYPE=CSV /FIELDNAMES /CELLS=VALUES\n"
        "  /KEEP=key kebutuhan weight flag_fast.\n"
        "DISPLAY DICTIONARY /VARIABLES=kebutuhan.\n",
        encoding="utf-8",
    )
    said = run_program("pspp", str(syntax))
    with table.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["key"].strip() for row in read] == list(rows["key"])
    codes = [row["kebutuhan"].strip() for row in read]
    assert codes == ["" if value != value else str(int(value)) for value in rows["kebutuhan"]]
    assert about.variable_value_labels["kebutuhan"][-1] in said
    assert "Missing Values" in said or "-1" in said


def test_r_reads_codes_labels_and_missing_values(perception: Path) -> None:
    rows, about = read_spss(perception)
    said = run_program("Rscript", "-e", R_SCRIPT, str(perception))
    people, columns, missing, label, *labels = [line for line in said.splitlines() if line.strip()]
    assert (int(people), int(columns)) == rows.shape
    assert int(missing) == (rows["kebutuhan"].isna() | (rows["kebutuhan"] < 0)).sum() > 0
    assert label == about.column_names_to_labels["kebutuhan"]
    told = dict(line.split("=", 1) for line in labels[:-1])
    wanted = about.variable_value_labels["kebutuhan"]
    assert told == {str(int(value)): text for value, text in wanted.items()}
    assert labels[-1].split() == ["-1"]
