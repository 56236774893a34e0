"""The data for whoever computes anew: every format whole, faithful, and saying the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from lxml import etree

from reports.export.data_export import export_data
from reports.export.ddi import NAMESPACE
from tests.reports.exported_files import (
    ALL_FORMATS,
    JAKARTA,
    STUDY,
    export_all,
    read_csv_lines,
    read_spss,
)
from tests.reports.filled_store import END, HOUR, START, FilledStore, add_crowd, create_store
from tests.reports.random_answers import Answers

CONTEXT_FILES = ["waves.csv", "codebook.csv", "lists.csv", "left_out.csv", "quotes.csv"]
EVERY_ALPHABET = "Banjir 🌊👩‍👩‍👧, مياه نظيفة, 地铁, Δήμος, ꦗꦏꦂꦠ, हिन्दी"


def test_each_questionnaire_and_repeat_has_its_file_with_a_codebook_beside(
    of_crowd: dict[str, Path],
) -> None:
    assert list(of_crowd) == [
        "answers.csv",
        "answers.parquet",
        "kerentanan.sav",
        "kerentanan-aset.sav",
        "kerentanan.ddi.xml",
        "persepsi.sav",
        "persepsi.ddi.xml",
        *CONTEXT_FILES,
        "README.txt",
        "interviews.csv",
    ]


def test_parquet_holds_the_rows_of_the_csv_with_codes_and_zoned_times(
    of_crowd: dict[str, Path],
) -> None:
    table = pq.read_table(of_crowd["answers.parquet"])
    rows, written = table.to_pylist(), read_csv_lines(of_crowd["answers.csv"])
    same = [name for name in table.column_names if name not in ("codes", "answered_at")]
    assert [[row[name] for name in same] for row in rows] == [
        [row[name] for name in same] for row in written
    ]
    assert [row["answered_at"].isoformat(timespec="seconds") for row in rows] == [
        row["answered_at"] for row in written
    ]
    assert {str(row["answered_at"].tzinfo) for row in rows} == {JAKARTA}
    chosen = [row for row in rows if row["codes"] is not None]
    assert all(row["value"].split(" ") == row["codes"] for row in chosen)
    assert {len(row["codes"]) for row in chosen} >= {1, 2, 3}
    texts = {row["question"] for row in rows if row["codes"] is None}
    assert "warga/perbaikan" in texts
    assert not texts & {row["question"] for row in chosen}
    compressed = pq.ParquetFile(of_crowd["answers.parquet"]).metadata.row_group(0).column(0)
    assert compressed.compression == "ZSTD"
    assert "RLE_DICTIONARY" in compressed.encodings


def test_nothing_of_a_person_but_their_pseudonym_is_in_any_file(of_crowd: dict[str, Path]) -> None:
    for name in ("persepsi.sav", "kerentanan.sav", "kerentanan-aset.sav"):
        assert not {"telegram_id", "id", "card", "invitation"} & set(read_spss(of_crowd[name]).rows)
    names = pq.read_schema(of_crowd["answers.parquet"]).names
    assert not {"telegram_id", "id", "interview_id"} & set(names)


def test_every_alphabet_and_any_length_come_back(store: FilledStore, tmp_path: Path) -> None:
    store.open_wave("persepsi", ["resident"])
    family = "👩‍👩‍👧"
    for text in (EVERY_ALPHABET, family * 3000, '=1+1, "air"\nbersih'):
        said: Answers = {("/data/hubungan", ""): "tinggal", ("/data/warga/perbaikan", ""): text}
        store.add_interview("persepsi", store.add_respondent(), said, START, START + HOUR)
    store.write_rows()
    files = export_all(store.url, tmp_path)
    texts = [
        row["value"]
        for row in read_csv_lines(files["answers.csv"])
        if "perbaikan" in row["question"]
    ]
    assert texts == [EVERY_ALPHABET, family * 3000, '=1+1, "air"\nbersih']
    parquet = pq.read_table(files["answers.parquet"]).to_pandas()
    assert list(parquet.loc[parquet["question"] == "warga/perbaikan", "value"]) == texts
    first, long, last = read_spss(files["persepsi.sav"]).rows["perbaikan"]
    assert [first, last] == [texts[0], texts[2]]
    assert len(long.encode()) <= 32_767
    assert long == family * long.count(family) + "…"


def test_an_empty_store_gives_valid_files_without_rows(store: FilledStore, tmp_path: Path) -> None:
    store.write_rows()
    files = export_all(store.url, tmp_path / "nothing")
    long = ["answers.csv", "answers.parquet"]
    assert list(files) == [*long, *CONTEXT_FILES, "README.txt", "interviews.csv"]
    assert len(pq.read_table(files["answers.parquet"])) == 0
    for name in ("persepsi", "kerentanan"):
        store.open_wave(name, ["resident"])
    store.write_rows()
    files = export_all(store.url, tmp_path / "nobody")
    rows, about = read_spss(files["persepsi.sav"])
    assert len(rows) == 0
    assert about.column_names_to_labels["banding"].startswith("Dibandingkan dua tahun lalu")
    assert "banjir" in read_spss(files["kerentanan-aset.sav"]).rows
    cases = etree.parse(files["persepsi.ddi.xml"]).findtext(f".//{{{NAMESPACE}}}caseQnty")
    assert cases == "0"


def test_it_tells_how_far_it_is_up_to_the_end(crowded: FilledStore, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    export_data(
        crowded.url,
        tmp_path,
        JAKARTA,
        END,
        lambda done, total: heard.append((done, total)),
        formats=ALL_FORMATS,
    )
    assert len({total for _, total in heard}) == 1
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] == heard[-1][1]


def test_an_interruption_at_any_time_leaves_only_whole_files(
    crowded: FilledStore, tmp_path: Path
) -> None:
    calls = 0
    export_data(crowded.url, tmp_path / "whole", JAKARTA, END, formats=ALL_FORMATS, study=STUDY)

    def stop(*_: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt

    interrupted = True
    while interrupted:
        left, folder = calls, tmp_path / str(calls)
        try:
            export_data(crowded.url, folder, JAKARTA, END, stop, formats=ALL_FORMATS, study=STUDY)
            interrupted = False
        except KeyboardInterrupt:
            calls += 1
        for path in folder.iterdir():
            assert (
                path.suffix == ".sav"
                or path.read_bytes() == (tmp_path / "whole" / path.name).read_bytes()
            )
            assert not path.name.startswith(".")
    assert calls >= 3


@pytest.mark.parametrize("name", ["answers.parquet", "persepsi.sav", "persepsi.ddi.xml"])
def test_a_file_that_cannot_be_written_is_named(
    crowded: FilledStore, tmp_path: Path, name: str
) -> None:
    (tmp_path / name / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match=os.strerror(21)) as raised:
        export_all(crowded.url, tmp_path)
    assert raised.value.filename == str(tmp_path / name)
    assert not list(tmp_path.glob(".*"))


def test_many_blocks_make_the_same_files_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the rows are cut into blocks and row groups makes no difference."""
    made = create_store(tmp_path / "suara.db", seed=3)
    add_crowd(made, residents=40, participants=15)
    whole = export_all(made.url, tmp_path / "whole")
    monkeypatch.setattr("reports.export.answer_blocks.FETCH_SIZE", 7)
    monkeypatch.setattr("reports.export.answer_blocks.BLOCK_SIZE", 50)
    monkeypatch.setattr("reports.export.long_files.ROW_GROUP_SIZE", 90)
    cut = export_all(made.url, tmp_path / "cut")
    made.connection.close()
    assert whole["answers.csv"].read_bytes() == cut["answers.csv"].read_bytes()
    assert pq.ParquetFile(cut["answers.parquet"]).num_row_groups > 5
    one, many = (pq.read_table(files["answers.parquet"]).to_pylist() for files in (whole, cut))
    assert one == many
    for name in ("persepsi.sav", "kerentanan-aset.sav"):
        pd.testing.assert_frame_equal(read_spss(whole[name]).rows, read_spss(cut[name]).rows)


@pytest.fixture(autouse=True)
def nothing_else_is_left_behind(tmp_path: Path) -> Iterator[None]:
    yield
    assert not [path for path in tmp_path.rglob(".*") if path.is_file()]
