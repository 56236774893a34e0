"""Four kinds of report from one set of chapters, about everything or about one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reports.documents.pdf import format_table_title
from reports.make_report import make_documents, make_report
from reports.report_content import ReportContent, build_content, build_contents
from reports.request import Report, ReportKind, ReportRequestError
from tests.reports.filled_store import CLOSES, END, OPENS, FilledStore, build_report_request
from tests.reports.report_contents import (
    add_residents,
    list_visible_sheets,
    read_pdf_pages,
    read_pdf_text,
    read_workbook,
    relabel_form,
)

PDF = ("pdf",)
WORD = "Panjangsekali" * 23


def keys(content: ReportContent) -> list[str]:
    return [chapter.key for chapter in content.chapters]


@pytest.fixture(scope="module")
def weekly(crowded: FilledStore) -> Report:
    """The crowd's week."""
    return make_report(build_report_request(crowded, kind=ReportKind.WEEKLY))


def test_the_week_is_two_pages_and_says_first_what_changed(weekly: Report) -> None:
    first, second = read_pdf_pages(weekly)
    assert first.startswith("Ketahanan Jakarta minggu ini 16–22 November 2026")
    assert first.index("Yang baru sejak") < first.index("Pelaksanaan survei")
    assert "216" in first
    assert "Persepsi per pendorong" in second
    assert "Metode dan keterbatasan" in second
    assert "Halaman 2 / 2" in second


def test_the_week_of_an_empty_store_is_two_pages(store: FilledStore) -> None:
    store.write_rows()
    made = make_report(build_report_request(store, kind=ReportKind.WEEKLY, late=True))
    assert len(read_pdf_pages(made)) == 2
    assert "Belum ada isian yang lengkap." in read_pdf_text(made)
    assert "terlambat" in made.message
    assert not [file for file in made.files if file.name.endswith(".png")]


@pytest.mark.parametrize(
    "label",
    [WORD, "kata yang panjang " * 20, "交通堵塞很严重" * 30, "🚗 مرور"],
    ids=["no space", "many words", "Chinese", "Arabic and emoji"],
)
def test_the_week_is_two_pages_however_long_its_words(store: FilledStore, label: str) -> None:
    form = relabel_form(
        store.open_wave("persepsi", ["resident"], wave="template"),
        Kemacetan=label,
        **{"Banjir hujan atau sungai": label, "Persepsi Ketahanan Jakarta": label},
    )
    store.connection.rollback()
    store.open_wave("persepsi", ["resident"], form)
    add_residents(store, 20)
    made = make_report(
        build_report_request(store, kind=ReportKind.WEEKLY, city=label[:60], formats=PDF)
    )
    assert len(read_pdf_pages(made)) == 2
    assert len(made.message) < 900


def test_both_languages_stand_in_one_document_indonesian_first(crowded: FilledStore) -> None:
    made = make_report(build_report_request(crowded, kind=ReportKind.WEEKLY, language="id+en"))
    said = read_pdf_pages(made)
    assert len(said) == 4
    assert "Metode dan keterbatasan" in said[1]
    assert "Method and limits" in said[3]
    assert made.files[0].name.endswith("-id-en.pdf")
    assert len(made.message) < 900
    assert made.message.index("minggu ini") < made.message.index("this week")
    names = [sheet.title for sheet in list_visible_sheets(read_workbook(made))]
    assert names.index("Persepsi") < names.index("Perception")
    assert names[-1] == "Buku kode"


def test_only_the_formats_asked_for_are_made(crowded: FilledStore) -> None:
    made = make_report(build_report_request(crowded, kind=ReportKind.WEEKLY, formats=("png",)))
    assert [file.media_type for file in made.files] == ["image/png"]


def test_a_wave_report_has_the_chapters_that_its_questionnaire_asks_for(
    crowded: FilledStore,
) -> None:
    people = build_content(build_report_request(crowded, kind=ReportKind.WAVE, scope="persepsi"))
    assert keys(people)[0] == "fieldwork"
    assert {"perception", "shocks"} <= set(keys(people))
    assert "assets" not in keys(people)
    experts = build_content(build_report_request(crowded, kind=ReportKind.WAVE, scope="kerentanan"))
    assert "assets" in keys(experts)
    assert "perception" not in keys(experts)
    assert [wave.id for wave in experts.frames.waves] == ["kerentanan"]


def test_a_wave_that_did_not_ask_about_assets_is_not_reported_with_a_workshop_on_them(
    workshopped: FilledStore,
) -> None:
    reported = {
        scope: build_content(build_report_request(workshopped, kind=ReportKind.WAVE, scope=scope))
        for scope in ("persepsi", "kerentanan")
    }
    assert reported["kerentanan"].frames.workshops
    assert "assets" in keys(reported["kerentanan"])
    assert "assets" not in keys(reported["persepsi"])


def test_a_wave_report_of_a_wave_that_closed_empty_says_so(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"], closes_at=OPENS + timedelta(days=2))
    store.write_rows()
    text = read_pdf_text(
        make_report(
            build_report_request(store, kind=ReportKind.WAVE, scope="persepsi", formats=PDF)
        )
    )
    assert "Belum ada yang mulai" in text
    assert "Bunyi setiap pertanyaan" in text
    assert "2–3 November 2026" in text


def test_a_scope_that_is_not_there_is_refused_in_one_sentence(crowded: FilledStore) -> None:
    with pytest.raises(ReportRequestError, match="no wave 'novel'"):
        make_report(build_report_request(crowded, kind=ReportKind.WAVE, scope="novel"))
    with pytest.raises(ReportRequestError, match="no workshop 'novel'"):
        make_report(build_report_request(crowded, kind=ReportKind.WORKSHOP, scope="novel"))


def test_a_workshop_report_is_about_the_workshop_alone(workshopped: FilledStore) -> None:
    whole = build_content(build_report_request(workshopped, kind=ReportKind.WORKSHOP))
    held = whole.frames.workshops[0].plan.id
    one = build_content(build_report_request(workshopped, kind=ReportKind.WORKSHOP, scope=held))
    assert keys(one) == ["workshop"]
    text = read_pdf_text(make_documents(one))
    assert "Disepakati di lokakarya" in text
    assert "yang diundang karena pengetahuannya" in text
    assert "Persepsi per pendorong" not in text


def test_the_assessment_has_cover_contents_summary_chapters_method_and_wording(
    report: Report,
) -> None:
    said = read_pdf_pages(report)
    assert "Penilaian Awal Ketahanan Jakarta" in said[0]
    assert "Isi" in said[1]
    assert "Sekilas" in said[2]
    order_of_parts = [
        next(number for number, page in enumerate(said[3:]) if part in page)
        for part in ("1 Pelaksanaan survei", "Metode dan keterbatasan", "Bunyi setiap pertanyaan")
    ]
    assert order_of_parts == sorted(order_of_parts)
    asked = said[-3] + said[-2] + said[-1]
    assert asked.count("Seberapa sering guncangan berikut bisa terjadi di Jakarta?") == 1


def test_a_store_in_which_nobody_answered_makes_every_kind(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident", "participant"], closes_at=CLOSES)
    store.write_rows()
    for kind in ReportKind:
        made = make_report(build_report_request(store, kind=kind, end=END, formats=PDF))
        assert all(page for page in read_pdf_pages(made)), kind


def test_what_a_message_has_no_room_for_is_marked(crowded: FilledStore) -> None:
    few, many = (
        build_report_request(crowded, formats=(), kind="wave", scope="kerentanan"),
        build_report_request(crowded, formats=(), language="id+en"),
    )
    figures = [len(build_contents(order)[0].key_figures) for order in (few, many)]
    short, long = (make_report(order).message for order in (few, many))
    assert short.count("• ") == figures[0]
    assert "…\n" not in short
    for part in long.split("\n\n<b>"):
        assert part.count("• ") < figures[1]
        assert "\n…\n" in part


def test_ratings_of_another_wave_are_not_said_to_be_missing(crowded: FilledStore) -> None:
    def told(**asked: Any) -> str:
        content = build_content(build_report_request(crowded, language="en", **asked))
        return " ".join(next(c for c in content.chapters if c.key == "shocks").notes)

    absent = "Participants' ratings are not part of the report of this wave."
    assert absent in told(kind=ReportKind.WAVE, scope="persepsi")
    assert absent not in told(kind=ReportKind.PRA)


def test_a_table_of_which_only_the_first_rows_are_printed_says_so(content: ReportContent) -> None:
    (found,) = [t for c in content.chapters for t in c.tables if t.key == "vulnerable"]
    short = replace(found, printed_rows=10)
    assert len(found.frame) > 10
    assert format_table_title(short, content.words).startswith(
        f"{found.title} (10 dari {len(found.frame)} "
    )
    assert (
        format_table_title(replace(found, printed_rows=len(found.frame)), content.words)
        == found.title
    )
