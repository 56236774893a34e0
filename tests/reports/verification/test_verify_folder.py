"""``suara verify``: every figure follows from the data files, and one that was changed is found.

Each test works on a folder with a real workbook and real data files, as somebody would hand it over
who wants to be checked.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from reports.documents.chart_files import build_chart_files
from reports.export.data_export import export_data
from reports.make_report import make_documents
from reports.reading.releases import take_releases
from reports.report_content import build_contents
from reports.verification.expected_cells import CellOutcome, CheckedCell
from reports.verification.folder_verification import FolderVerification, verify_folder
from reports.verification.recounted_tables import RECOUNTS, TABLES_WITHOUT_FIGURES
from tests.reports.filled_store import (
    END,
    HOUR,
    FilledStore,
    add_assessments,
    add_crowd,
    build_report_request,
    create_store,
)
from tests.reports.random_answers import Answers

SHIPPED = Path(__file__).parents[3] / "questionnaires"
INPUTS = {
    "population": "penduduk.csv",
    "boundaries": "kecamatan.geojson",
    "candidates": "temuan.toml",
}
#: Enough residents to be weighted.
RESIDENTS = 320
DAY = timedelta(days=1)


def hand_over(store: FilledStore, folder: Path, languages: str, formats: tuple[str, ...]) -> Path:
    """A folder with a report in each language, its charts, its message, and its data."""
    paths = {name: str(SHIPPED / file) for name, file in INPUTS.items()}
    order = build_report_request(store, kind="pra", language=languages, formats=formats, **paths)
    folder.mkdir(parents=True, exist_ok=True)
    for content in build_contents(order):
        made, stem = make_documents(content), f"pra-{content.request.language}"
        (folder / f"{stem}.html").write_text(made.message, encoding="utf-8")
        for file in made.files:
            (folder / f"{stem}{Path(file.name).suffix}").write_bytes(file.content)
        for chart in build_chart_files(content):
            path = folder / "charts" / "pra" / chart.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(chart.content)
    export_data(
        store.url, folder, "Asia/Jakarta", END, population=paths["population"], minimum_cell=5,
        inputs=[Path(paths["population"]), Path(paths["candidates"])],
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assessment of a weighted crowd that answered all five questionnaires."""
    folder = tmp_path_factory.mktemp("assessment")
    store = create_store(folder / "suara.db", seed=11)
    add_crowd(store, residents=RESIDENTS, participants=100)
    add_assessments(store, 110)
    hand_over(store, folder / "out", "id+en", ("xlsx", "pdf"))
    store.connection.close()
    return folder / "out"


@pytest.fixture(scope="module")
def verified(assessment: Path) -> FolderVerification:
    return verify_folder(assessment)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook alone, of few people, with its data."""
    folder = tmp_path_factory.mktemp("small")
    store = create_store(folder / "suara.db", seed=3)
    add_crowd(store, residents=60, participants=12)
    add_visitor(store)
    hand_over(store, folder / "out", "en", ("xlsx",))
    store.connection.close()
    return folder / "out"


def add_visitor(store: FilledStore) -> None:
    """Somebody who has no tie to the city, and so is in no figure but one."""
    tie = next(q for q in store.forms["persepsi"].questions if q.name == "hubungan")
    said: Answers = {(tie.path, ""): "bukan"}
    begun = END - 24 * HOUR
    store.add_interview("persepsi", store.add_respondent(), said, begun, begun + HOUR)
    store.write_rows()


@pytest.fixture
def changed(small: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    return shutil.copytree(small, tmp_path / "changed")


def differing(found: FolderVerification) -> list[CheckedCell]:
    return [cell for cell in found.cells if cell.outcome is CellOutcome.DIFFERS]


def edit_workbook(folder: Path, sheet: str, edit: Callable[[Any], None]) -> None:
    path = folder / "pra-en.xlsx"
    book = openpyxl.load_workbook(path)
    edit(book[sheet])
    book.save(path)


def test_every_figure_follows_from_the_files(verified: FolderVerification) -> None:
    assert [(c.file, c.sheet, c.row, c.column, c.why) for c in differing(verified)] == []
    agreed = [cell for cell in verified.cells if cell.outcome is CellOutcome.AGREES]
    assert len(agreed) > 20_000


def test_who_waits_for_a_release_is_in_no_figure_that_is_expected(tmp_path: Path) -> None:
    """Some came after the last release; others are in the totals, and in no row yet."""
    store = create_store(tmp_path / "suara.db", seed=6)
    add_crowd(store, residents=60, participants=12)
    for moment in (END - 14 * DAY, END - 4 * DAY):
        take_releases(build_report_request(store, end=moment))
    folder = hand_over(store, tmp_path / "out", "en", ("xlsx",))
    store.connection.close()
    with (folder / "interviews.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    assert {row["released"] for row in people} == {"", "0", "1"}
    assert any("kota" in row["not_broken_down"] for row in people)
    assert differing(verify_folder(folder)) == []


def test_a_form_is_verified_in_whose_repeats_nobody_answered(tmp_path: Path) -> None:
    store = create_store(tmp_path / "suara.db", seed=5)
    add_crowd(store, residents=7, participants=1)
    for name in ("kondisi-aset", "skenario"):
        form = store.open_wave(name, ["participant"])
        person = store.add_respondent("participant", sector="swasta", category="air")
        alone = next(q for q in form.questions if q.kind.is_free_text)
        said: Answers = {(alone.path, ""): "Tidak ada."}
        store.add_interview(name, person, said, END - 24 * HOUR, END - 23 * HOUR)
    store.write_rows()
    found = verify_folder(hand_over(store, tmp_path / "out", "en", ("xlsx", "pdf")))
    store.connection.close()
    assert {"Condition of assets", "Scenarios"} <= {cell.sheet for cell in found.cells}
    assert differing(found) == []
    assert not found.differs


def test_both_languages_are_read_alike(verified: FolderVerification) -> None:
    by_language = [
        [(cell.column, cell.outcome) for cell in verified.cells if cell.file == f"pra-{code}.xlsx"]
        for code in ("id", "en")
    ]
    # Rows of texts may be sorted by language; what came of the figures must be the same.
    assert sorted(by_language[0]) == sorted(by_language[1])


def test_what_cannot_be_recomputed_is_said_with_its_reason(verified: FolderVerification) -> None:
    reasons = verified.count_reasons()
    assert "no rule for this column" not in reasons
    assert "no rule for this table" not in reasons
    assert sum(reasons.values()) < len(verified.cells) / 10


def test_every_printed_number_stands_in_the_workbook(verified: FolderVerification) -> None:
    assert {document.name: document.absent for document in verified.printed} == {
        name: ()
        for code in ("en", "id")
        for name in (f"charts/pra ({code})", f"pra-{code}.html", f"pra-{code}.pdf")
    }
    assert all(document.number > 5 for document in verified.printed)


def test_a_workshops_ballots_follow_from_its_votes(
    workshopped: FilledStore, tmp_path: Path
) -> None:
    folder = hand_over(workshopped, tmp_path / "out", "en", ("xlsx",))
    cells = [
        cell
        for cell in verify_folder(folder).cells
        if cell.sheet in ("Workshop", "Outcomes") and cell.outcome is not CellOutcome.UNKNOWN
    ]
    assert {cell.column for cell in cells} >= {"median", "iqr", "value", "rounds", "ballots"}
    assert [cell for cell in cells if cell.outcome is CellOutcome.DIFFERS] == []
    votes = next(folder.glob("workshop-*/votes.csv"))
    said = votes.read_text(encoding="utf-8").splitlines()
    votes.write_text("\n".join(said[: len(said) // 2]) + "\n", encoding="utf-8")
    sheets = {cell.sheet for cell in differing(verify_folder(folder))}
    assert "Workshop" in sheets


def test_a_figure_that_was_changed_in_the_workbook_is_found(changed: Path) -> None:
    def add_one(sheet: Any) -> None:
        heads = [cell.value for cell in sheet[1]]
        cell = sheet.cell(2, heads.index("Rated (n)") + 1)
        cell.value += 1

    edit_workbook(changed, "Perception", add_one)
    (found,) = differing(verify_folder(changed))
    assert (found.sheet, found.column) == ("Perception", "n")
    assert found.published == found.expected + 1


def test_an_answer_that_was_changed_in_the_data_is_found(changed: Path) -> None:
    path = changed / "answers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (changed / "interviews.csv").open(encoding="utf-8", newline="") as file:
        residents = {
            row["respondent"]
            for row in csv.DictReader(file)
            if row["role"] == "resident" and row["disposition"] == "complete"
        }
    one = next(
        row for row in rows
        if row["question"].endswith("/pelindung") and row["value"] == "1"
        and row["respondent"] in residents
    )  # fmt: skip
    one["value"] = "4"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = differing(verify_folder(changed))
    assert {"share_1", "share_4", "weak"} <= {c.column for c in found if c.sheet == "Perception"}
    assert {c.row.split(" / ")[-1] for c in found if c.sheet == "Perception"} == {
        "Protection from disasters"
    }


def test_a_small_number_that_is_shown_is_found(changed: Path) -> None:
    places: list[int] = []

    def show_hidden(sheet: Any) -> None:
        heads = [cell.value for cell in sheet[1]]
        people, hidden = heads.index("People"), heads.index("Hidden (too few)")
        for row in sheet.iter_rows(min_row=2):
            if row[hidden].value == "yes":
                row[people].value = 2
                places.append(row[people].row)

    edit_workbook(changed, "Districts", show_hidden)
    found = [cell for cell in differing(verify_folder(changed)) if cell.sheet == "Districts"]
    assert places
    assert any("is under 5" in cell.why for cell in found)


def test_a_row_that_is_gone_is_found(changed: Path) -> None:
    edit_workbook(changed, "Named", lambda sheet: sheet.delete_rows(2))
    (found,) = differing(verify_folder(changed))
    assert (found.sheet, found.why) == ("Named", "no such row")


def test_a_number_in_a_message_that_no_workbook_has_is_found(changed: Path) -> None:
    path = changed / "pra-en.html"
    path.write_text(path.read_text(encoding="utf-8") + "<b>98,765</b>", encoding="utf-8")
    found = verify_folder(changed)
    assert found.differs
    assert [document.absent for document in found.printed if document.absent] == [("98,765",)]


def test_the_command_says_by_its_status_whether_anything_differs(changed: Path) -> None:
    runner = CliRunner()
    said = runner.invoke(app, ["verify", str(changed)])
    assert said.exit_code == 0, said.output
    assert "not recomputable" in said.output
    edit_workbook(changed, "Perception", lambda sheet: sheet.delete_rows(2))
    said = runner.invoke(app, ["verify", str(changed)])
    assert said.exit_code == 1
    assert "Differ (1):" in said.output


def test_a_folder_without_the_files_is_told_what_it_lacks(changed: Path) -> None:
    (changed / "codebook.csv").unlink()
    said = CliRunner().invoke(app, ["verify", str(changed)])
    assert said.exit_code == 2
    assert "lacks codebook.csv" in said.output


def test_a_workbook_without_keys_is_no_success(changed: Path) -> None:
    path = changed / "pra-en.xlsx"
    book = openpyxl.load_workbook(path)
    del book["keys"]
    book.save(path)
    found = verify_folder(changed)
    assert found.differs
    assert "make the report anew" in found.unread[0]


def test_every_table_that_has_figures_has_a_rule(assessment: Path) -> None:
    book = openpyxl.load_workbook(assessment / "pra-en.xlsx", read_only=True)
    keys = [row for row in book["keys"].iter_rows(values_only=True) if row[0] == "table"]
    without = {row[4] for row in keys} - set(RECOUNTS) - TABLES_WITHOUT_FIGURES
    assert without <= {
        "words", "themes", "theme_places", "discovery", "evidence", "evidence_items", "weighings"
    }  # fmt: skip
