"""Preparing a workshop as the secretariat meets it: files, faults, links, results."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from anyio.from_thread import start_blocking_portal

import sandbox
from bot.config import Config, load_config
from bot.spreadsheets import read_spreadsheet
from bot.workshop_file import PreparedPlan, read_workshop_file
from reports.toml_files import InvalidInputError
from survey.workshop.ballots import BallotMode
from tests.bot.command_line.test_command_line import CommandResult, run_command
from tests.bot.running_bot import ROOT, TOKEN, write_config_file
from tests.pdf_text import read_whole_text
from tests.sandbox.bot_api_schema import find_schema_problems

FILE = ROOT / "questionnaires/lokakarya.toml"
BASELINE = ROOT / "questionnaires/lokakarya-baseline.csv"


@pytest.fixture
def given() -> Config:
    """The shipped settings, with the questionnaires wherever the tests are run."""
    config = load_config(ROOT / "config.toml")
    folder = {"folder": ROOT / "questionnaires"}
    return config.model_copy(
        update={"questionnaires": config.questionnaires.model_copy(update=folder)}
    )


@pytest.fixture
def telegram() -> Iterator[str]:
    """Where a sandbox answers while a command keeps this thread busy."""
    serving = sandbox.serve(token=TOKEN, check=find_schema_problems)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(serving) as box:
        yield box.url
        assert portal.call(box.list_problems) == []


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    """The example's file with some of its text changed."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "lokakarya.toml"
    path.write_text(text, encoding="utf-8")
    return path


def table(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def faults(path: Path, baseline: Path | None, given: Config) -> list[str]:
    with pytest.raises(InvalidInputError) as found:
        read_workshop_file(path, baseline, given)
    return found.value.faults


def test_the_example_has_both_modes_in_four_categories(given: Config) -> None:
    plan = read_workshop_file(FILE, BASELINE, given).plan
    assert len(plan.ballots) >= 24
    assert {ballot.mode for ballot in plan.ballots} == {BallotMode.BLIND, BallotMode.CONFIRM}
    assert len({ballot.category for ballot in plan.ballots}) >= 4
    assert all(ballot.baseline for ballot in plan.ballots)
    assert all("Contoh" in ballot.note for ballot in plan.ballots)
    assert plan.earlier_answers is not None
    assert plan.earlier_answers.asset == "/data/aset/kode"
    assert plan.earlier_answers.shocks["rob"].endswith("/guncangan/rob")
    assert [item.code for item in plan.register.assets][:2] == ["ipa_buaran", "pipa_air"]


def test_every_fault_of_the_file_is_told_with_its_key(tmp_path: Path, given: Config) -> None:
    path = changed(
        tmp_path,
        ("rounds = 2", "rounds = 0"),
        ("least = 5", "least = 5\nleats = 4"),
        ("+07:00", ""),
        ('code = "LOKA-2017"', 'code = "loka"'),
        ("within_one = 0.75", "within_one = 75"),
        ('time = "08.30"', 'time = "early"'),
    )
    found = "\n".join(faults(path, BASELINE, given))
    for key in ("rounds", "rule.leats", "held_at", "code", "programme[0].time"):
        assert f"{path}: {key}: " in found
    assert "no time zone" in found


def test_a_rule_that_nothing_could_satisfy_is_refused(tmp_path: Path, given: Config) -> None:
    path = changed(tmp_path, ("within_one = 0.75", "within_one = 75"))
    assert faults(path, BASELINE, given) == [
        f"{path}: rule: The least share within one point lies between 0 and 1, such as 0.75."
    ]


def test_faults_of_tables_wave_and_baseline_come_together(tmp_path: Path, given: Config) -> None:
    path = changed(
        tmp_path, ('categories = ["air"]', 'categories = ["airr"]'), ('wave = "ker', 'wave = "kar')
    )
    baseline = table(
        tmp_path, "b.csv", "asset,shock,rating", "pompa_pluit,banjir,6", "pompa,banjir,3",
        "kbt,banjir,3", "kbt,banjir,4",
    )  # fmt: skip
    found = "\n".join(faults(path, baseline, given))
    for part in ("no point of the scale", "no asset “pompa”", "Row 4", "airr", "karentanan"):
        assert part in found


def test_a_category_that_no_table_judges_is_told(tmp_path: Path, given: Config) -> None:
    path = changed(tmp_path, ('categories = ["air"]', 'categories = ["energi"]'))
    assert "no table judges 'air'" in faults(path, BASELINE, given)[0]


def test_there_is_nothing_to_confirm_without_a_baseline(tmp_path: Path, given: Config) -> None:
    path = changed(tmp_path, ('mode = "blind"', 'mode = "confirm"'))
    assert "--baseline" in faults(path, None, given)[0]


def test_without_a_baseline_every_asset_named_is_judged_under_every_shock(
    tmp_path: Path, given: Config
) -> None:
    path = changed(
        tmp_path,
        ("# assets =", "assets ="),
        ("# shocks =", "shocks ="),
        ('categories = ["air"]', 'categories = ["transportasi"]'),
    )
    plan = read_workshop_file(path, None, given).plan
    assert [(b.asset, b.shock) for b in plan.ballots] == [
        ("pompa_pluit", "banjir"), ("pompa_pluit", "rob"), ("mrt", "banjir"), ("mrt", "rob"),
    ]  # fmt: skip


def test_of_a_baseline_only_what_is_named_is_judged(tmp_path: Path, given: Config) -> None:
    path = changed(tmp_path, ("# assets =", "assets ="))
    plan = read_workshop_file(path, BASELINE, given).plan
    assert {ballot.asset for ballot in plan.ballots} == {"pompa_pluit", "mrt"}
    assert [ballot.number for ballot in plan.ballots] == list(range(1, 9))
    missing = changed(tmp_path, ('# assets = ["pompa_pluit"', 'assets = ["kbt"'))
    assert "No row has the asset “kbt”" in faults(missing, BASELINE, given)[0]
    misspelt = changed(tmp_path, ('# assets = ["pompa_pluit"', 'assets = ["pompa_plut"'))
    assert "Did you mean “pompa_pluit”?" in faults(misspelt, BASELINE, given)[0]


def test_a_list_of_ones_own_brings_assets_that_the_questionnaire_lacks(
    tmp_path: Path, given: Config
) -> None:
    table(tmp_path, "milik.csv", "name,label,label_en,kategori", "kbt,,,",
          "polder,Polder Kapuk,Kapuk polder,banjir")  # fmt: skip
    path = changed(tmp_path, ('# assets = ["pompa_pluit", "mrt"]', 'assets = "milik.csv"'),
                   ("# shocks =", "shocks ="))  # fmt: skip
    plan = read_workshop_file(path, None, given).plan
    assert [plan.asset(b, "en") for b in plan.ballots][::2] == ["East Flood Canal", "Kapuk polder"]
    table(tmp_path, "milik.csv", "name", "polder", "kbt")
    assert "The questionnaire has no “polder”" in faults(path, None, given)[0]
    (tmp_path / "milik.csv").unlink()
    assert "milik.csv: No such file" in faults(path, None, given)[0]


def rows_of(read: PreparedPlan) -> list[tuple[str, str, int | None, str]]:
    return [(b.asset, b.shock, b.baseline, b.note) for b in read.plan.ballots]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_baseline_may_come_as_any_spreadsheet_saves_it(
    tmp_path: Path, given: Config, delimiter: str, encoding: str
) -> None:
    path = tmp_path / "b.csv"
    rows = [["Aset", "Guncangan", "Nilai", "Catatan"], ["MRT Lebak Bulus–Bundaran HI", "banjir",
            "3", "dinilai 2016 – Bappeda"]]  # fmt: skip
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    read = read_workshop_file(FILE, path, given)
    assert rows_of(read) == [("mrt", "banjir", 3, "dinilai 2016 – Bappeda")]
    assert bool(read.warnings) == (encoding == "cp1252")


def test_a_workbook_is_read_like_the_same_table_in_text(tmp_path: Path, given: Config) -> None:
    book = openpyxl.Workbook()
    for row in read_spreadsheet(BASELINE).rows:
        book.active.append([int(c) if c.isdecimal() else c for c in row[1]])
    book.save(tmp_path / "b.xlsx")
    assert rows_of(read_workshop_file(FILE, tmp_path / "b.xlsx", given)) == (
        rows_of(read_workshop_file(FILE, BASELINE, given))
    )


def test_a_file_that_is_no_table_is_told(tmp_path: Path, given: Config) -> None:
    for name, content, word in (
        ("c.xlsx", b"asset,shock\n", "no Excel workbook"),
        ("d.xlsx", b"PK\x03\x04" + bytes(90), "no Excel workbook"),
        ("e.ods", b"", "Save it as .xlsx"),
        ("f.csv", b"asset,shock\n" + b"x" * 200_000, "no CSV"),
        ("g.csv", b"", "column asset"),
        ("h.csv", bytes(range(256)), "column asset"),
    ):
        (tmp_path / name).write_bytes(content)
        assert word in "\n".join(faults(FILE, tmp_path / name, given)), name


def workshop(config: Path, *words: str) -> CommandResult:
    return run_command("workshop", *words, "-c", str(config))


def test_from_the_file_to_the_links(tmp_path: Path, telegram: str) -> None:
    config = write_config_file(tmp_path, telegram)
    made = workshop(config, "import", str(FILE), "--baseline", str(BASELINE))
    assert made.status == 0, made.errors
    assert "Ballots: 32 (16 blind, 16 confirm), 8 assets" in made.output
    assert "https://t.me/suara_bot?start=" in made.output
    assert "web.public_url" in made.errors
    listed = workshop(config, "list")
    assert "lokakarya-contoh  2026-12-02 09:00 WIB  code LOKA-2017  prepared" in listed.output
    refused = workshop(config, "links", "lokakarya-contoh")
    assert refused.status == 2
    assert "web.public_url is empty" in refused.errors
    unprinted = workshop(config, "sheet", "lokakarya-contoh", str(tmp_path / "sheet.pdf"))
    assert unprinted.status == 2
    assert "web.public_url is empty" in unprinted.errors
    assert not (tmp_path / "sheet.pdf").exists()
    config.write_text(
        config.read_text(encoding="utf-8")
        .replace('listen = ""', 'listen = "127.0.0.1:0"')
        .replace('public_url = ""', 'public_url = "https://suara.example.org"'),
        encoding="utf-8",
    )
    links = workshop(config, "links", "lokakarya-contoh")
    assert links.status == 0, links.errors
    assert "https://suara.example.org/ikut/LOKA-2017" in links.output
    assert "https://suara.example.org/layar/" in links.output
    assert "secret" in links.output
    sheet = workshop(config, "sheet", "lokakarya-contoh", str(tmp_path / "sheet.pdf"))
    assert sheet.status == 0, sheet.errors
    printed = read_whole_text(tmp_path / "sheet.pdf")
    assert "LOKA-2017" in printed
    assert "layar" not in printed
    out = tmp_path / "out"
    exported = workshop(config, "export", "lokakarya-contoh", str(out))
    assert exported.status == 0, exported.errors
    assert sorted(path.name for path in out.iterdir()) == (
        ["ballots.csv", "baseline.csv", "votes.csv"]
    )


def test_what_is_faulty_changes_nothing_and_ends_with_2(tmp_path: Path, telegram: str) -> None:
    config = write_config_file(tmp_path, telegram)
    wrong = table(tmp_path, "b.csv", "asset,shock,rating", "mrt,banjir,9", "mrt,tsunami,3")
    ended = workshop(config, "import", str(FILE), "--baseline", str(wrong))
    assert ended.status == 2
    assert ended.errors.count("suara: ") == 2
    assert "row 2, column rating" in ended.errors
    assert "row 3, column shock" in ended.errors
    assert "Traceback" not in ended.errors
    nothing = workshop(config, "list")
    assert nothing.status == 2
    assert "no answers yet" in nothing.errors


def test_an_unknown_workshop_is_told(tmp_path: Path, telegram: str) -> None:
    config = write_config_file(tmp_path, telegram)
    workshop(config, "import", str(FILE), "--baseline", str(BASELINE))
    for arguments in (("links", "x"), ("export", "x", "out")):
        ended = workshop(config, *arguments)
        assert ended.status == 2
        assert "There is no workshop x" in ended.errors
