"""The chapters on conditions, plans, scenarios and discovery areas, and the rows they are from."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from reports.chapters.chapter_registry import CHAPTERS
from reports.chapters.elements import Chapter, ReportTable
from reports.localizer import Localizer
from reports.reading.frames import read_frames
from tests.reports.chapters.test_report_figures import Row, read_answer_rows
from tests.reports.filled_store import FilledStore, build_report_request

QUESTIONNAIRES = Path(__file__).parents[2] / "questionnaires"
CANDIDATES = str(QUESTIONNAIRES / "temuan.toml")
ASSESSED_CHAPTERS = ("conditions", "plans", "scenarios", "discovery")
ENGLISH_WORDS = Localizer("en", "Asia/Jakarta")


def build_chapters(store: FilledStore, **changes: Any) -> dict[str, Chapter]:
    """The four chapters in English."""
    told = build_report_request(store, **({"language": "en", "candidates": CANDIDATES} | changes))
    frames = read_frames(told.database_url, told.end, told.language, texts=True)
    words = Localizer(told.language, told.timezone)
    return {key: CHAPTERS[key](frames, told, words) for key in ASSESSED_CHAPTERS}


def find_table(chapter: Chapter, key: str) -> ReportTable:
    return next(t for t in chapter.tables if t.key == key)


def table_records(chapter: Chapter, key: str) -> list[Row]:
    frame = find_table(chapter, key).frame
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def read_repeat_instances(
    store: FilledStore, questionnaire: str, repeat: str
) -> list[dict[str, Any]]:
    """The instances of a repeat: question's name -> values; ``who`` is the interview."""
    wanted: dict[tuple[int, str], dict[str, Any]] = {}
    for a in read_answer_rows(store):
        if a["questionnaire"] == questionnaire and a["path"].startswith(f"/data/{repeat}/"):
            one = wanted.setdefault((a["interview_id"], a["occurrence"]), defaultdict(list))
            one["who"] = a["interview_id"]
            one[a["path"].rpartition("/")[2]].append(a["said"])
    return list(wanted.values())


def read_distinct_plans(store: FilledStore) -> dict[str, list[dict[str, Any]]]:
    """Plans by their names without capitals; all belong to the same owner."""
    same = defaultdict(list)
    for one in read_repeat_instances(store, "rencana-kota", "rencana"):
        if one["nama"]:
            same[one["nama"][0].lower()].append(one)
    return same
