"""Discovery areas as they are proposed, computed once more by hand."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from math import isnan
from pathlib import Path
from statistics import mean

from reports import question_names
from reports.chapters.discovery.chapter import build_discovery_chapter
from reports.chapters.elements import Chapter
from reports.discovery.scoring import CRITERIA
from reports.documents.workbook import SHEET_NAMES
from reports.make_report import make_report
from reports.reading.frames import read_frames
from survey.store.database import Store as KeptStore
from tests.reports.chapter_rows import (
    CANDIDATES,
    ENGLISH_WORDS,
    build_chapters,
    find_table,
    table_records,
)
from tests.reports.evidence_by_hand import compute_evidence_by_hand
from tests.reports.example_workshop import open_example_workshop
from tests.reports.filled_store import (
    END,
    FilledStore,
    add_assessments,
    add_crowd,
    build_report_request,
    create_store,
)

Made = dict[str, Chapter]


def test_the_order_of_discovery_areas_can_be_computed_by_hand(
    assessed: FilledStore, made: Made
) -> None:
    values = compute_evidence_by_hand(assessed)
    told = {r["candidate"]: r for r in table_records(made["discovery"], "discovery")}
    assert len(told) == len(values) == 12
    scores = {driver: round(mean(mine.values()), 2) for driver, mine in values.items()}
    for driver, mine in values.items():
        row = told[ENGLISH_WORDS(question_names.DRIVER_NAMES[driver])]
        for criterion in CRITERIA:
            if criterion in mine:
                assert row[criterion] == round(100 * mine[criterion]), (driver, criterion)
            else:
                assert isnan(row[criterion])
        assert row["score"] == round(100 * mean(mine.values()))
        assert row["rank"] == 1 + sum(other > scores[driver] for other in scores.values())
    ranks = [r["rank"] for r in table_records(made["discovery"], "discovery")]
    assert ranks == sorted(ranks)
    assert sum(len(mine) == 4 for mine in values.values()) >= 8


def test_every_candidate_shows_its_evidence_and_leaves_room_to_decide(
    made: Made,
) -> None:
    evidence = table_records(made["discovery"], "evidence")
    assert len(evidence) == 12
    first = next(r for r in evidence if r["candidate"] == "Neighbourly help")
    assert " residents find it weak (" in first["perception"]
    assert first["plans"].startswith("100 · of ")
    printed = find_table(made["discovery"], "discovery")
    assert printed.printed_rows == 12
    assert "Decision of the secretariat" in [c.label for c in printed.printed_columns]
    assert set(printed.frame["decision"]) == {""}
    decides = "This is a proposal by a rule. The secretariat decides, and writes down why."
    assert decides in made["discovery"].findings
    settings = {r["setting"] for r in table_records(made["discovery"], "weighings")}
    assert {"Weights as set", "Missing plans doubled", "without Missing plans"} <= settings


def test_other_weights_in_the_file_give_another_order(
    assessed: FilledStore, tmp_path: Path
) -> None:
    text = Path(CANDIDATES).read_text("utf-8")
    for criterion in ("assets", "pressure", "plans"):
        text = text.replace(f"\n{criterion} = 1", f"\n{criterion} = 0")
    (tmp_path / "temuan.toml").write_text(text, "utf-8")
    made = build_chapters(assessed, candidates=str(tmp_path / "temuan.toml"))["discovery"]
    rows = table_records(made, "discovery")
    assert [r["score"] for r in rows] == [r["perception"] for r in rows]
    assert [r["score"] for r in rows] == sorted((r["score"] for r in rows), reverse=True)


def test_a_code_that_nobody_was_asked_about_counts_as_missing(
    assessed: FilledStore, tmp_path: Path
) -> None:
    text = Path(CANDIDATES).read_text("utf-8").replace('["macet", "udara"]', '["x", "y", "z"]')
    (tmp_path / "temuan.toml").write_text(text, "utf-8")
    made = build_chapters(assessed, candidates=str(tmp_path / "temuan.toml"))["discovery"]
    assert any("Without enough data on “Pressing" in line for line in made.told_findings)
    row = next(
        r for r in table_records(made, "evidence") if r["candidate"] == "Transport and networks"
    )
    assert row["pressure"] == "too little data (2 of 5)"


def test_what_a_workshop_agreed_on_takes_the_place_of_what_was_answered(tmp_path: Path) -> None:
    asyncio.run(nothing(tmp_path))
    store = create_store(tmp_path / "suara.db", seed=7)
    add_crowd(store, residents=20, participants=120)
    add_assessments(store, 120)
    asyncio.run(hold(tmp_path))
    told = build_report_request(store, candidates=CANDIDATES, language="en")
    frames = read_frames(told.database_url, told.end, "en", texts=True)
    with_it, without = (
        {(r["candidate"], r["what"]): r["figure"] for r in table_records(chapter, "evidence_items")}
        for chapter in (
            build_discovery_chapter(frames, told, ENGLISH_WORDS),
            build_discovery_chapter(replace(frames, workshops=()), told, ENGLISH_WORDS),
        )
    )
    store.connection.close()
    changed = {key for key, figure in with_it.items() if figure != without[key]}
    assert len(changed) > 3
    assert all("vulnerability" in with_it[key] for key in changed)


async def nothing(folder: Path) -> None:
    """An empty database with all its tables."""
    async with KeptStore.open(f"sqlite+aiosqlite:///{folder / 'suara.db'}"):
        pass


async def hold(folder: Path) -> None:
    """The example workshop to its end, on the last day of the reported period."""
    async with open_example_workshop(folder) as here:
        here.now = END - timedelta(hours=12)
        await here.run_whole_day()


def test_the_whole_assessment_is_set(assessed: FilledStore, made: Made) -> None:
    report = make_report(build_report_request(assessed, candidates=CANDIDATES))
    kinds = {file.name.rpartition(".")[2] for file in report.files}
    assert {"pdf", "xlsx"} <= kinds
    keys = {t.key for chapter in made.values() for t in chapter.tables}
    assert keys <= set(SHEET_NAMES)
