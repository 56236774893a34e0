"""Reports and exports made from PostgreSQL are those made from a file with the same in it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from reports.export.data_export import export_data
from reports.reading.frames import Frames, read_frames
from reports.reading.releases import take_releases
from reports.reading.store_snapshot import open_snapshot
from reports.report_content import ReportContent, build_content
from reports.request import DataFormat
from survey.store import contacts
from survey.store.database import Store
from survey.store.schema import receipt
from survey.store.transfer import TABLES, copy_table, finish_target, open_target
from tests.postgres_server import open_bare_database
from tests.reports.filled_store import END, FilledStore, build_report_request


async def copy_to_server(file: str, url: str) -> None:
    """What stands in a file of the tests, whose tables no migration made."""
    with closing(sqlite3.connect(file.removeprefix("sqlite:///"))) as old:
        async with open_target(url, file) as driver:
            for table in TABLES:
                await copy_table(old, driver, table, lambda *_: None)
            await finish_target(driver)


async def serve_copy(file: str) -> AsyncIterator[str]:
    async with open_bare_database() as url:
        await copy_to_server(file, url)
        yield url


@pytest.fixture(scope="module")
def served(crowded: FilledStore) -> Iterator[str]:
    """The crowd on PostgreSQL."""
    with asyncio.Runner() as runner:
        copy = serve_copy(crowded.url)
        yield runner.run(anext(copy))
        runner.run(copy.aclose())


def read_both(crowded: FilledStore, served: str) -> tuple[Frames, Frames]:
    return (
        read_frames(crowded.url, END, "id", texts=True),
        read_frames(served, END, "id", texts=True),
    )


def test_what_is_read_is_the_same(crowded: FilledStore, served: str) -> None:
    ours, theirs = read_both(crowded, served)
    order = list(ours.interviews.columns)
    pd.testing.assert_frame_equal(
        ours.interviews.sort_values(order, ignore_index=True),
        theirs.interviews.sort_values(order, ignore_index=True),
        check_categorical=False,
    )
    pd.testing.assert_frame_equal(
        ours.refusals.sort_values(["wave", "at"], ignore_index=True),
        theirs.refusals.sort_values(["wave", "at"], ignore_index=True),
        check_categorical=False,
    )
    for part in ("joined_by_role", "invited_places", "withdrawn_by_wave"):
        assert getattr(ours, part) == getattr(theirs, part), part


@pytest.mark.parametrize("kind", ["weekly", "pra"])
def test_the_weekly_brief_and_the_assessment_are_the_same(
    crowded: FilledStore, served: str, kind: str
) -> None:
    ours, theirs = (
        build_content(build_report_request(crowded, kind=kind, database_url=url))
        for url in (crowded.url, served)
    )
    assert print_content(ours) == print_content(theirs)


def print_content(content: ReportContent) -> str:
    """All that is said, and all figures that charts are drawn of."""
    said = (content.title, content.statement, content.facts, content.chapters, content.method)
    return re.sub(r" at 0x[0-9a-f]+", "", repr(said))


def test_the_data_files_are_the_same(crowded: FilledStore, served: str, tmp_path: Path) -> None:
    formats = (DataFormat.CSV, DataFormat.PARQUET)
    for name, url in (("ours", crowded.url), ("theirs", served)):
        export_data(url, tmp_path / name, "Asia/Jakarta", END, formats=formats)
    files = sorted(path.name for path in (tmp_path / "ours").glob("*.csv"))
    assert "answers.csv" in files
    for name in files:
        assert (tmp_path / "ours" / name).read_bytes() == (tmp_path / "theirs" / name).read_bytes()


async def test_a_snapshot_is_of_one_moment_for_both_of_its_drivers() -> None:
    async with open_bare_database() as url, Store.open(url) as store:

        def read_between() -> Iterator[None]:
            with open_snapshot(url) as source:
                yield
                assert source.connection.execute(select(receipt.c.code)).all() == []
                assert source.fetch_frame(select(receipt.c.code)).empty

        reading = read_between()
        await asyncio.to_thread(next, reading)
        await store.keep([contacts.add_receipt("W1", {}, END)])
        await asyncio.to_thread(next, reading, None)
        with open_snapshot(url) as source:
            assert list(source.fetch_frame(select(receipt.c.code))["code"]) == ["W1"]


async def test_releases_are_taken_on_a_server_as_in_a_file(crowded: FilledStore) -> None:
    async with open_bare_database() as url:
        await copy_to_server(crowded.url, url)
        order = replace(build_report_request(crowded), release_url=url)
        for _ in "again":
            await asyncio.to_thread(take_releases, order)
        served = await asyncio.to_thread(read_frames, url, END, "id", minimum_cell=5)
    shown = read_frames(crowded.url, END, "id", minimum_cell=5)
    assert served.released_at == END
    assert [form.n for form in served.forms] == [form.n for form in shown.forms]
