"""``suara export``: what is asked for is written and named; what cannot be is one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from survey.forms.authoring.xlsform import compile_source
from tests.reports.filled_store import HOUR, START, FilledStore
from tests.reports.random_answers import Answers

ROOT = Path(__file__).parents[3]


#: What every export has.
CONTEXT_FILES = [
    *("codebook.csv", "inputs", "interviews.csv", "left_out.csv", "lists.csv", "quotes.csv"),
    "waves.csv",
]


def suara_export(store: FilledStore, folder: Path, *options: str) -> Result:
    """Run it with the shipped settings on this store."""
    url = store.url.replace("sqlite:", "sqlite+aiosqlite:")
    settings = (ROOT / "config.toml").read_text(encoding="utf-8")
    config = folder / "config.toml"
    config.write_text(settings.replace("sqlite+aiosqlite:///var/suara.db", url), encoding="utf-8")
    return CliRunner().invoke(app, ["export", "-c", str(config), *options])


def test_each_format_is_written_once_and_every_path_is_said(
    crowded: FilledStore, tmp_path: Path
) -> None:
    out = tmp_path / "data"
    options = [f"--format={name}" for name in ("sav", "csv", "parquet", "sav")]
    ended = suara_export(crowded, tmp_path, "--out", str(out), *options)
    assert ended.exit_code == 0, ended.output
    files = [path for path in out.rglob("*") if path.is_file()]
    assert sum(str(path) in ended.output for path in files) == len(files) == 17


def test_without_a_format_it_is_csv_as_ever(crowded: FilledStore, tmp_path: Path) -> None:
    ended = suara_export(crowded, tmp_path, "--out", str(tmp_path / "data"))
    assert ended.exit_code == 0, ended.output
    names = sorted(path.name for path in (tmp_path / "data").iterdir())
    assert names == ["answers.csv", *CONTEXT_FILES]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--format", "sav", "--language", "jv"],
            "--language is no language there is a catalogue of",
        ),
        (["--format", "parquet", "--layout", "kobo"], "add --format csv"),
    ],
)
def test_what_does_not_go_together_is_told(
    crowded: FilledStore, tmp_path: Path, options: list[str], said: str
) -> None:
    ended = suara_export(crowded, tmp_path, "--out", str(tmp_path / "data"), *options)
    assert ended.exit_code == 2
    assert said in ended.output
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("kind", ["csv", "parquet", "sav"])
def test_a_folder_that_cannot_be_made_is_one_line(
    crowded: FilledStore, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    ended = suara_export(crowded, tmp_path, "--out", str(tmp_path / "data"), "--format", kind)
    assert ended.exit_code == 1
    (line,) = [line for line in ended.output.splitlines() if line]
    assert line.startswith(f"suara: {tmp_path / 'data'}: File exists. Name another place")


def test_a_value_that_cannot_be_read_is_named_and_the_status_says_so(
    store: FilledStore, tmp_path: Path
) -> None:
    sheet = """
| survey | type | name | label |
| | integer | umur | Umur? |
| settings | form_title | form_id | version |
| | Umur | umur | 1 |
"""
    store.open_wave("umur", ["resident"], compile_source(sheet, ".md", Path()))
    for text in ("41", "٤٢"):
        answers: Answers = {("/data/umur", ""): text}
        store.add_interview("umur", store.add_respondent(), answers, START, START + HOUR)
    store.write_rows()
    options = ["--out", str(tmp_path / "data"), "--until", "2026-11-23"]
    ended = suara_export(store, tmp_path, *options, "--format", "sav", "--format", "csv")
    assert ended.exit_code == 3
    assert re.search(r"suara: umur\.sav: interview uuid:\S+, variable umur", ended.output)
    assert "٤٢" not in ended.output, "what somebody said stands in no log"
    assert (tmp_path / "data" / "interviews.csv").exists()
    assert suara_export(store, tmp_path, *options).exit_code == 0


def test_for_a_spreadsheet_it_is_marked_and_separated_as_excel_expects(
    crowded: FilledStore, tmp_path: Path
) -> None:
    ended = suara_export(crowded, tmp_path, "--out", str(tmp_path / "data"), "--spreadsheet")
    assert ended.exit_code == 0, ended.output
    head = (tmp_path / "data" / "interviews.csv").read_bytes().splitlines()[0]
    assert head.startswith("\ufeffwave;questionnaire;".encode())
