"""The documents: alike in their figures, harmless, and readable whatever is in the store."""

from __future__ import annotations

import re

import pytest

from reports.make_report import Report, make_report
from reports.report_content import ReportContent, build_content
from survey.forms.model.xform_reader import read_xform
from tests.reports.filled_store import FilledStore, build_report_request
from tests.reports.random_answers import Answers, draw_resident_answers, list_places
from tests.reports.report_contents import (
    add_residents,
    find_chapter,
    list_visible_sheets,
    read_all_cells,
    read_pdf_text,
    read_workbook,
    relabel_form,
)


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    """All that the crowd's PDF says."""
    return read_pdf_text(report)


def test_the_files_are_named_for_period_and_language(report: Report) -> None:
    names = [file.name for file in report.files]
    stem = "suara-pra-2026-11-02--2026-11-22-id"
    assert names == [f"{stem}.pdf", f"{stem}.xlsx", f"{stem}.png"]


def test_message_pdf_and_workbook_say_the_same_figures(
    content: ReportContent, report: Report, page: str
) -> None:
    sheet = read_workbook(report)["Ringkasan"]
    summary = {str(row[0].value): (row[1].value, row[2].value) for row in sheet.iter_rows()}
    figures = content.key_figures
    assert len(figures) == 8
    for figure in figures:
        value, detail = summary[figure.label]
        assert figure.value in (value, str(value))
        assert (detail or "") == figure.detail
        assert f"{figure.label} {figure.value} {figure.detail}" in page
    # The message has as many as there is room for, in the same order.
    lines = [f"• {f.label}: <b>{f.value}</b> ({f.detail})" for f in figures]
    told = [line for line in report.message.splitlines() if line.startswith("• ")]
    assert told == lines[: len(told)]
    assert len(told) >= 6


def test_the_message_fits_and_says_who_the_respondents_are(report: Report) -> None:
    assert len(report.message) < 900
    assert "bukan dipilih secara acak" in report.message
    assert "2–22 November 2026" in report.message


def test_the_pdf_says_what_it_is_and_of_whom(page: str) -> None:
    for part in (
        "Penilaian Awal Ketahanan Jakarta",
        "23 November 2026, 00.00 WIB",
        "Ini bukan survei acak",
        "Batas kesalahan (margin of error) tidak dapat dihitung",
        "Metode dan keterbatasan",
        "Untuk: Peserta.",
        "Halaman 2 / ",
    ):
        assert part in page
    assert "±" not in page


def test_every_sheet_has_a_frozen_header_and_real_numbers(report: Report) -> None:
    book = read_workbook(report)
    visible = list_visible_sheets(book)
    assert [visible[0].title, visible[-1].title] == ["Ringkasan", "Buku kode"]
    for sheet in visible[1:]:
        if sheet.title == "Metode":
            continue
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
    perception = book["Persepsi"]
    assert perception["D2"].number_format == "0%"
    assert isinstance(perception["D2"].value, int | float)
    assert book["Hari"]["A2"].is_date


def test_the_codebook_has_the_wording_of_every_question(
    crowded: FilledStore, report: Report
) -> None:
    rows = list(read_workbook(report)["Buku kode"].iter_rows(min_row=2, values_only=True))
    for form in crowded.forms.values():
        for question in form.questions:
            mine = [row for row in rows if row[1] == form.id and row[3] == question.path[6:]]
            codes = [str(row[7]) for row in mine if row[7] is not None]
            assert codes == [choice.value for choice in question.choices]
            assert mine[0][5] == (question.label.get_plain_text("Indonesia (id)") or None)
            assert mine[0][6] == (question.label.get_plain_text("English (en)") or None)
            missing = {str(row[7]) for row in mine if row[10]}
            assert missing == {"tt", "bb", "tp", "tm"} & set(codes)


def test_no_text_becomes_a_formula_a_link_or_markup(store: FilledStore) -> None:
    form = relabel_form(
        store.open_wave("persepsi", ["resident"], wave="template"),
        Kemacetan="=1+1",
        Kejahatan="@SUM(A1)",
        Perempuan="&amp;lt;b&amp;gt;$x$ #set_",
    )
    store.connection.rollback()
    store.open_wave("persepsi", ["resident"], form)
    add_residents(store, 12, source="=cmd")
    made = make_report(
        build_report_request(
            store,
            city="=HYPERLINK(1) <i>&",
            secretariat="+62 http://x.test",
            links=("=cmd",),
        )
    )
    found = read_all_cells(made)
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in found)
    texts = {cell.value for cell in found}
    assert {"=1+1", "@SUM(A1)", "<b>$x$ #set_", "=cmd"} <= texts
    assert "&lt;i&gt;&amp;" in made.message
    assert re.sub(r"</?(b|i)>", "", made.message).count("<") == 0
    page = read_pdf_text(made)
    assert "=HYPERLINK(1) <i>&" in page
    assert "$x$ #set_" in page


def test_letters_of_other_scripts_and_emoji_do_not_break_the_page(store: FilledStore) -> None:
    form = relabel_form(
        store.open_wave("persepsi", ["resident"], wave="template"),
        Kemacetan="Macet 🚗 مرور 交通",
        Kejahatan="Sangat " * 30,
    )
    store.connection.rollback()
    store.open_wave("persepsi", ["resident"], form)
    add_residents(store, 12)
    made = make_report(build_report_request(store, city="Kota 🌊"))
    assert "Macet" in read_pdf_text(made)
    assert "Macet 🚗 مرور 交通" in {cell.value for cell in read_all_cells(made)}


def test_a_store_with_nothing_in_it_makes_a_report_that_says_so(store: FilledStore) -> None:
    store.write_rows()
    made = make_report(build_report_request(store, late=True))
    text = read_pdf_text(made)
    assert "Belum ada gelombang yang dibuka." in text
    assert "dibuat terlambat" in text
    assert "Belum ada isian yang lengkap." in made.message
    assert "terlambat" in made.message
    assert read_workbook(made).sheetnames[0] == "Ringkasan"


def test_of_one_respondent_nothing_is_shown_but_that_there_is_one(store: FilledStore) -> None:
    form = store.open_wave("persepsi", ["resident", "participant"])
    said = draw_resident_answers(form, store.random, list_places(form)[0])
    add_residents(store, 1, said)
    made = make_report(build_report_request(store))
    assert "<b>1</b>" in made.message
    text = read_pdf_text(made)
    assert "Penilaian warga masih terlalu sedikit untuk ditampilkan." in text
    # All of them sent it, and none of them broke off; nothing is said of the answers.
    told = text.split("Metode dan keterbatasan")[-2]
    assert "Persepsi per pendorong" in told
    assert "%" not in told.replace("100%", "").replace(" 0%", "").replace("95%, menurut Wilson", "")
    book = read_workbook(made)
    # Too few for a release: what would say who they are is not even there.
    assert "1 isian lagi dihitung mulai rilis berikutnya" in made.message
    for sheet, column in (("Siapa yang menjawab", 2), ("Kecamatan", 2), ("Persepsi", 3)):
        for row in book[sheet].iter_rows(min_row=2, values_only=True) if sheet in book else ():
            assert row[column] is None


def test_where_everybody_does_not_know_no_rating_is_invented(store: FilledStore) -> None:
    form = store.open_wave("persepsi", ["resident", "participant"])
    said = draw_resident_answers(form, store.random, list_places(form)[0])
    unsure: Answers = {
        key: "tt" if "/pendorong/" in key[0] else value for key, value in said.items()
    }
    add_residents(store, 9, unsure)
    content = build_content(build_report_request(store))
    told = find_chapter(content, "perception").findings
    assert told == ("Penilaian warga masih terlalu sedikit untuk ditampilkan.",)
    assert "Pendorong" not in " ".join(figure.label for figure in content.key_figures)


def test_a_link_that_few_came_by_is_not_repeated(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_residents(store, 9, source="poster")
    add_residents(store, 2, source="ig")
    made = make_report(build_report_request(store))
    assert "poster" in read_pdf_text(made)
    texts = {cell.value for cell in read_all_cells(made)}
    assert "poster" in texts
    assert "ig" not in texts


def test_a_link_that_nobody_announced_is_not_repeated_however_many_came(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_residents(store, 9, source="persepsi-poster")
    add_residents(store, 30, source="persepsi-zulkarnain_08123456789")
    made = make_report(build_report_request(store))
    texts = {str(cell.value) for cell in read_all_cells(made)}
    assert "persepsi-poster" in texts
    assert "Lainnya" in texts
    for said in (*texts, read_pdf_text(made), made.message):
        assert "zulkarnain" not in said


def test_one_role_is_not_shown_apart_where_the_other_is_too_few(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident", "participant"])
    add_residents(store, 30)
    add_residents(store, 3, role="participant")
    content = build_content(build_report_request(store))
    table = next(t for t in find_chapter(content, "perception").tables)
    shown = table.frame.set_index("who")["share_1"].notna()
    assert shown["Warga"].all()
    assert not shown["Peserta"].any()


def test_a_questionnaire_without_the_reports_language_is_shown_in_its_own(
    store: FilledStore,
) -> None:
    whole = store.open_wave("persepsi", ["resident"], wave="template")
    store.connection.rollback()
    xform = re.sub(r'<translation lang="English \(en\)">.*?</translation>', "", whole.xform)
    store.open_wave("persepsi", ["resident"], read_xform(xform))
    add_residents(store, 12)
    text = read_pdf_text(make_report(build_report_request(store, language="en")))
    assert "Perception by driver" in text
    assert "Kemacetan" in text


def test_the_english_report_is_english_throughout(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_residents(store, 12)
    content = build_content(build_report_request(store, language="en"))
    assert content.title == "Jakarta Preliminary Resilience Assessment"
    named = next(table for table in find_chapter(content, "shocks").tables if table.key == "named")
    assert "Traffic jams" in set(named.frame["label"])
    assert find_chapter(content, "perception").title == "Perception by driver"


def test_an_unknown_kind_of_report_is_refused(store: FilledStore) -> None:
    with pytest.raises(ValueError, match="weekly, wave, workshop, pra"):
        make_report(build_report_request(store, kind="novel"))
