"""Every figure once more, counted by hand from the rows of the store."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from statistics import median
from typing import Any

import numpy as np
import pytest

from reports import question_names
from reports.chapters.elements import ReportTable
from reports.report_content import ReportContent, build_content
from reports.request import ReportKind
from tests.reports.filled_store import END, START, FilledStore, build_report_request

IDLE = 48 * 3600 * 1_000_000
Row = dict[str, Any]


def rows(store: FilledStore, query: str) -> list[Row]:
    connection = sqlite3.connect(store.url.removeprefix("sqlite:///"))
    connection.row_factory = sqlite3.Row
    with connection:
        return [dict(row) for row in connection.execute(query)]


def ended(store: FilledStore) -> dict[int, str]:
    """Interview -> how it stands at the end of the period, by the words of the definition."""
    end = int(END.timestamp() * 1_000_000)
    return {i["id"]: standing(i, end) for i in rows(store, "select * from interview")}


def standing(interview: Row, end: int) -> str:
    if interview["sent_at"] and interview["sent_at"] < end:
        return "complete"
    if end - interview["last_at"] <= IDLE:
        return "in progress"
    return "partial" if interview["progress"] >= 0.5 else "break-off"


def read_answer_rows(store: FilledStore) -> list[Row]:
    """Answers of complete and partial interviews, spelled out."""
    used = {number for number, state in ended(store).items() if state in ("complete", "partial")}
    query = """select a.*, q.path, q.questionnaire, coalesce(c.value, a.value) as said, r.role
               from answer a join question q on q.id = a.question_id
               join interview i on i.id = a.interview_id
               join respondent r on r.id = i.respondent_id
               left join code c on c.id = a.code_id"""
    return [row for row in rows(store, query) if row["interview_id"] in used]


def table(content: ReportContent, key: str) -> ReportTable:
    return next(t for chapter in content.chapters for t in chapter.tables if t.key == key)


def records(content: ReportContent, key: str) -> list[Row]:
    return [
        {str(k): v for k, v in row.items()} for row in table(content, key).frame.to_dict("records")
    ]


def test_dispositions_are_those_of_the_definition(
    crowded: FilledStore, content: ReportContent
) -> None:
    state = ended(crowded)
    for wave, title in (("persepsi", "Persepsi"), ("kerentanan", "Kerentanan")):
        mine = rows(crowded, f"select id from interview where wave_id = '{wave}'")  # noqa: S608
        expected = Counter(state[row["id"]] for row in mine)
        row = next(r for r in records(content, "fieldwork") if r["wave"].startswith(title))
        assert {name: row[name] for name in expected} == dict(expected)
        assert row["begun"] == len(mine)
        assert expected["complete"] > 50
        assert expected["break-off"] > 0


def test_what_is_new_was_sent_within_the_period(crowded: FilledStore) -> None:
    start, end = (int(moment.timestamp() * 1_000_000) for moment in (START, END))
    query = f"""select count(*) as n from interview where wave_id = 'persepsi'
                and sent_at >= {start} and sent_at < {end}"""  # noqa: S608
    week = build_content(build_report_request(crowded, kind=ReportKind.WEEKLY))
    row = next(r for r in records(week, "fieldwork") if r["wave"].startswith("Persepsi"))
    assert 0 < row["new"] == rows(crowded, query)[0]["n"] < row["complete"]


@pytest.mark.parametrize(("kind", "role"), [("Peserta", "participant"), ("Warga", "resident")])
def test_each_drivers_distribution_is_that_of_the_answers(
    crowded: FilledStore, content: ReportContent, kind: str, role: str
) -> None:
    found = {r["driver"]: r for r in records(content, "perception") if r["who"] == kind}
    said = [a for a in read_answer_rows(crowded) if "/pendorong/" in a["path"]]
    for name, english in question_names.DRIVER_NAMES.items():
        mine = [a["said"] for a in said if a["path"].endswith(f"/{name}") and a["role"] == role]
        ratings = [value for value in mine if value != "tt"]
        row = found[content.words(english)]
        assert row["n"] == len(ratings) > 20
        assert row["unknown"] == mine.count("tt")
        for point in "1234":
            assert row[f"share_{point}"] == pytest.approx(ratings.count(point) / len(ratings))
        weak = (ratings.count("1") + ratings.count("2")) / len(ratings)
        assert row["weak"] == pytest.approx(weak)


def residents(store: FilledStore, path: str) -> list[Row]:
    return [a for a in read_answer_rows(store) if a["path"] == path and a["role"] == "resident"]


def test_shares_of_the_three_are_of_residents_who_named_any(
    crowded: FilledStore, content: ReportContent
) -> None:
    said = residents(crowded, "/data/warga/guncangan")
    people = {a["interview_id"] for a in said}
    floods = [a for a in said if a["said"] == "banjir"]
    row = next(r for r in records(content, "named") if r["label"] == "Banjir hujan atau sungai")
    assert (row["named"], row["n"]) == (len(floods), len(people))
    assert row["share"] == pytest.approx(len(floods) / len(people))


def test_lived_through_leaves_out_who_would_rather_not_say(
    crowded: FilledStore, content: ReportContent
) -> None:
    said = residents(crowded, "/data/warga/alami")
    silent = {a["interview_id"] for a in said if a["said"] == "tm"}
    people = {a["interview_id"] for a in said} - silent
    row = next(r for r in records(content, "named") if r["label"] == "Gempa bumi")
    assert row["of"] == len(people)
    assert row["lived"] == sum(a["said"] == "gempa" for a in said)


def read_shock_ratings(store: FilledStore) -> dict[tuple[str, str], list[str]]:
    """(asset code, shock) -> all that was said of it."""
    said, found = read_answer_rows(store), defaultdict(list)
    asset = {
        (a["interview_id"], a["occurrence"]): a["said"]
        for a in said
        if a["path"] == "/data/aset/kode"
    }
    for a in said:
        if a["path"].startswith("/data/aset/guncangan/"):
            code = asset[(a["interview_id"], a["occurrence"])]
            found[(code, a["path"].rpartition("/")[2])].append(a["said"])
    return found


def test_each_cell_is_the_median_of_its_ratings_or_hidden(
    crowded: FilledStore, content: ReportContent
) -> None:
    form = crowded.forms["kerentanan"]
    names = {row["label"]: row["name"] for row in question_names.list_carried_items(form, "aset")}
    repeat = next(question_names.find_named_groups(form, "aset"))
    shocks = {
        q.label.get_plain_text("Indonesia (id)"): q.name
        for q in question_names.list_asked_questions(repeat)
    }
    said, found, shown = read_shock_ratings(crowded), records(content, "assets"), 0
    assert len(found) == 60 * 15
    for row in found:
        mine = said[(names[row["asset"]], shocks[row["shock"]])]
        ratings = [int(value) for value in mine if value.isdigit()]
        if len(ratings) < 5:
            assert np.isnan(row["n"])
            assert np.isnan(row["median"])
            assert row["hidden"] == "ya"
            continue
        shown += 1
        near = sum(abs(r - median(ratings)) <= 1 for r in ratings)
        assert (row["n"], row["median"]) == (len(ratings), median(ratings))
        assert row["within_one"] == pytest.approx(near / len(ratings))
    assert 100 < shown < 900


def test_assets_are_ranked_by_how_many_shocks_they_are_gravely_vulnerable_to(
    content: ReportContent,
) -> None:
    medians: dict[str, list[float]] = defaultdict(list)
    for row in records(content, "assets"):
        if not np.isnan(row["median"]):
            medians[row["asset"]].append(row["median"])
    enough = {asset: rated for asset, rated in medians.items() if len(rated) >= 3}
    grave = {asset: sum(m >= 4 for m in rated) for asset, rated in enough.items()}
    found = records(content, "vulnerable")
    assert {r["asset"]: (r["shocks"], r["grave"]) for r in found} == {
        asset: (len(rated), grave[asset]) for asset, rated in enough.items()
    }
    assert {r["asset"]: r["highest"] for r in found} == {a: max(m) for a, m in enough.items()}
    shares = [grave[r["asset"]] / len(enough[r["asset"]]) for r in found]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]
    (chapter,) = [c for c in content.chapters if c.key == "assets"]
    assert found[0]["asset"] in chapter.findings[0]


def test_districts_add_up_only_where_nothing_can_be_worked_out(
    crowded: FilledStore, content: ReportContent
) -> None:
    said = residents(crowded, "/data/warga/tempat/kecamatan")
    where = Counter(a["said"] for a in said)
    found = records(content, "districts")
    assert len(found) == 44
    shown = {r["district"]: r["people"] for r in found if r["people"] == r["people"]}
    names = {
        row["name"]: row["label"]
        for row in question_names.list_carried_items(
            crowded.forms["persepsi"], question_names.DISTRICT
        )
    }
    spelled = {names[code]: n for code, n in where.items()}
    assert all(n == spelled.get(name, 0) for name, n in shown.items())
    assert not any(0 < n < 5 for n in shown.values())
    assert len(shown) < 44
