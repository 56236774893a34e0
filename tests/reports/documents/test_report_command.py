"""``suara report``: the operator's way to any report, as files."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.reports.filled_store import FilledStore, create_store

ROOT = Path(__file__).parents[3]


def suara_report(store: FilledStore, folder: Path, *options: str, **instead: str) -> Result:
    """Run it with the shipped settings on this store, some words of them being others."""
    url = store.url.replace("sqlite:", "sqlite+aiosqlite:")
    settings = (ROOT / "config.toml").read_text(encoding="utf-8")
    config = folder / "config.toml"
    for word, other in ({"sqlite+aiosqlite:///var/suara.db": url} | instead).items():
        settings = settings.replace(word, other)
    config.write_text(settings.replace('"questionnaires', f'"{ROOT}/questionnaires'), "utf-8")
    return CliRunner().invoke(app, ["report", "-c", str(config), *options])


def test_a_week_of_the_past_is_written_with_its_charts_beside(
    crowded: FilledStore, tmp_path: Path
) -> None:
    out = tmp_path / "made"
    days = ("--since", "2026-11-16", "--until", "2026-11-23")
    ended = suara_report(crowded, tmp_path, "weekly", *days, "--out", str(out))
    assert ended.exit_code == 0, ended.output
    stem = "suara-weekly-2026-11-16--2026-11-22-id"
    names = {path.name for path in out.iterdir()}
    assert names == {stem, f"{stem}.pdf", f"{stem}.xlsx", f"{stem}.png"}
    charts = list((out / stem).iterdir())
    assert len(charts) > 4
    assert {path.suffix for path in charts} == {".svg"}
    assert all(str(path) in ended.output.replace("\n", "") for path in charts)


def test_a_report_of_one_wave_says_so_in_its_name(crowded: FilledStore, tmp_path: Path) -> None:
    options = ("--scope", "kerentanan", "--language", "en", "--until", "2026-11-23")
    ended = suara_report(crowded, tmp_path, "wave", *options, "--out", str(tmp_path / "made"))
    assert ended.exit_code == 0, ended.output
    names = {path.name for path in (tmp_path / "made").iterdir()}
    assert "suara-wave-kerentanan-2026-11-02--2026-11-22-en.pdf" in names


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["novel"], "'novel' is not one of"),
        (["weekly", "--language", "jv"], "--language is no language of a report; write id, en"),
        (["weekly", "--since", "2026-11-23", "--until", "2026-11-16"], "must lie before --until"),
        (["pra", "--since", "2026-11-16"], "--since is of the weekly report"),
        (["wave", "--scope", "novel"], "There is no wave 'novel' with anything to report"),
        (["weekly", "--scope", "novel"], "there is: persepsi, kerentanan."),
        (["workshop", "--scope", "novel"], "There is no workshop 'novel'"),
    ],
)
def test_what_cannot_be_made_is_told_in_a_line(
    crowded: FilledStore, tmp_path: Path, options: list[str], said: str
) -> None:
    ended = suara_report(crowded, tmp_path, *options, "--out", str(tmp_path / "made"))
    assert ended.exit_code == 2
    assert said in ended.output
    assert "Traceback" not in ended.output
    assert not (tmp_path / "made").exists()


def test_tables_of_another_version_are_one_line_with_the_remedy(tmp_path: Path) -> None:
    store = create_store(tmp_path / "suara.db")
    store.connection.exec_driver_sql("ALTER TABLE interview DROP COLUMN spent")
    store.write_rows()
    ended = suara_report(store, tmp_path, "--out", str(tmp_path / "made"))
    assert ended.exit_code == 1
    (line,) = [line for line in ended.output.splitlines() if line]
    assert "no such column" in line
    assert "suara run brings them up to date" in line


def test_a_file_of_the_settings_that_is_not_there_is_said_and_the_report_is_made(
    crowded: FilledStore, tmp_path: Path
) -> None:
    out, lost = tmp_path / "made", {"penduduk.csv": "hilang.csv"}
    ended = suara_report(crowded, tmp_path, "weekly", "--out", str(out), **lost)
    assert ended.exit_code == 0, ended.output
    told = ended.stderr.strip()
    assert told.startswith("suara: warning: made without reports.population: ")
    assert told.endswith("hilang.csv: there is no such file. Correct its name in the settings.")
    assert list(out.glob("*.pdf"))
