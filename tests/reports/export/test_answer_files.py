"""The data files: whole, faithful, and never half written."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.export.data_export import export_data
from tests.reports.filled_store import END, HOUR, START, FilledStore
from tests.reports.random_answers import Answers

JAKARTA = "Asia/Jakarta"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_row_an_answer_with_choices_in_their_order_and_repeats_in_their_place(
    store: FilledStore, tmp_path: Path
) -> None:
    store.open_wave("persepsi", ["resident"])
    store.open_wave("kerentanan", ["participant"])
    said: Answers = {
        ("/data/hubungan", ""): "tinggal",
        ("/data/warga/guncangan", ""): ["gempa", "banjir"],
        ("/data/warga/perbaikan", ""): '=1+1, "air"\nbersih 🌊',
    }
    store.add_interview("persepsi", store.add_respondent(source="ig"), said, START, START + HOUR)
    rated: Answers = {
        ("/data/kemungkinan/banjir", ""): "5",
        ("/data/aset/kode", "2"): "kbt",
        ("/data/aset/guncangan/banjir", "2"): "4",
    }
    expert = store.add_respondent("participant", sector="swasta", category="banjir")
    store.add_interview("kerentanan", expert, rated, START, progress=0.6, last=START)
    store.write_rows()

    answers, *_, interviews = export_data(store.url, tmp_path / "data", JAKARTA, END)

    assert {(r["question"], r["value"]) for r in table(answers)} == {
        ("hubungan", "tinggal"),
        ("warga/guncangan", "gempa banjir"),
        ("warga/perbaikan", '=1+1, "air"\nbersih 🌊'),
        ("kemungkinan/banjir", "5"),
        ("aset[2]/kode", "kbt"),
        ("aset[2]/guncangan/banjir", "4"),
    }
    assert {r["answered_at"] for r in table(answers)} == {"2026-11-16T00:00:00+07:00"}
    first, second = table(interviews)
    assert first["disposition"] == "complete"
    assert first["sent_at"] == "2026-11-16T01:00:00+07:00"
    assert (second["disposition"], second["sent_at"]) == ("partial", "")
    assert (second["sector"], second["category"], second["progress"]) == ("swasta", "banjir", "0.6")
    assert first["respondent"] != second["respondent"]


def test_nothing_that_names_a_person_leaves_the_store(crowded: FilledStore, tmp_path: Path) -> None:
    for path in export_data(crowded.url, tmp_path, JAKARTA, END):
        head = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
        assert not {"telegram_id", "id", "card"} & set(head)


def test_it_tells_how_far_it_is(crowded: FilledStore, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    paths = export_data(
        crowded.url, tmp_path, JAKARTA, END, lambda done, total: heard.append((done, total))
    )
    written = sum(len(table(path)) for path in (paths[0], paths[-1]))
    assert heard[-1] == (written, written)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_a_failure_leaves_the_file_of_before(crowded: FilledStore, tmp_path: Path) -> None:
    answers, *others = export_data(crowded.url, tmp_path, JAKARTA, END)
    before = answers.read_bytes()

    def full_disk(*_: int) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        export_data(crowded.url, tmp_path, JAKARTA, END, full_disk)
    assert answers.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == sorted([answers, *others])


def test_an_empty_store_gives_files_with_a_header(store: FilledStore, tmp_path: Path) -> None:
    store.write_rows()
    for path in export_data(store.url, tmp_path / "data", JAKARTA, END):
        assert len(path.read_text().splitlines()) == 1


@pytest.fixture(autouse=True)
def nothing_else_is_left_behind(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.rglob(".*.csv.*"))
