"""A questionnaire that changes while it is answered."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from shutil import copytree

import openpyxl
from sqlalchemy import update

from reports.chapters.elements import KeyFigure
from reports.make_report import make_documents
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import read_frames
from reports.report_content import ReportContent, build_content
from survey.forms.authoring.xlsform import compile_source
from survey.forms.model.questionnaire import Question, Questionnaire
from survey.store import schema
from tests.pdf_text import read_whole_text
from tests.reports.filled_store import FORMS, HOUR, START, FilledStore, build_report_request
from tests.reports.random_answers import draw_resident_answers, list_places

LABEL = "Persepsi Ketahanan Jakarta: versi kuesioner"


def changed(*changes: tuple[str, str], folder: Path = FORMS) -> Questionnaire:
    """The residents' questionnaire with some of its text replaced."""
    text = (FORMS / "persepsi.md").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return compile_source(text, ".md", folder)


#: The same name, one choice less, one that takes several, and other words for a third.
NEXT = (
    ("| | banding | sama | Sama saja | About the same |\n", ""),
    ("| select_one bertahan | bertahan |", "| select_multiple bertahan | bertahan |"),
    ("| Sudah kuat | Strong |", "| Kuat sekali | Very strong |"),
)


def go_over(store: FilledStore, form: Questionnaire, wave: str = "persepsi") -> None:
    """From now on the wave gives people that version."""
    values = {"digest": form.digest, "id": form.id, "version": form.version, "xform": form.xform}
    store.insert_row(schema.questionnaire, **values, added_at=START + 3 * HOUR)
    table = schema.wave
    store.connection.execute(update(table).where(table.c.id == wave).values(digest=form.digest))
    store.forms[wave] = form


def residents(store: FilledStore, number: int) -> None:
    form = store.forms["persepsi"]
    place = list_places(form)[0]
    for _ in range(number):
        said = draw_resident_answers(form, store.random, place) | {
            (asked(form, "banding").path, ""): "baik",
            (asked(form, "bertahan").path, ""): form_choice(form, "bertahan"),
            (asked(form, "kebutuhan").path, ""): "4",
        }
        store.add_interview(
            "persepsi", store.add_respondent(), said, START + HOUR, START + 2 * HOUR
        )
    store.write_rows()


def asked(form: Questionnaire, name: str) -> Question:
    return next(question for question in form.questions if question.name == name)


def form_choice(form: Questionnaire, name: str) -> str:
    return asked(form, name).choices[0].value


def counted(store: FilledStore) -> FormAnswers:
    return read_frames(store.url, build_report_request(store).end, "id").forms[0]


def version_figure(content: ReportContent) -> KeyFigure | None:
    return next((f for f in content.key_figures if f.label == LABEL), None)


def both(store: FilledStore) -> None:
    """Eight people answer a version, and six the next."""
    store.open_wave("persepsi", ["resident"])
    residents(store, 8)
    go_over(store, changed(*NEXT))
    residents(store, 6)


def test_answers_are_added_up_only_where_kind_and_codes_agree(store: FilledStore) -> None:
    both(store)
    form = counted(store)
    found = form.questionnaire
    assert form.count_answered(asked(found, "kebutuhan")) == 14
    assert form.count_choices(asked(found, "kebutuhan"))["4"] == 14
    assert form.count_answered(asked(found, "banding")) == 6
    assert form.count_answered(asked(found, "bertahan")) == 6
    assert {(gone.question.name, gone.reason) for gone in form.left_out} == {
        ("banding", "other choices"),
        ("bertahan", "another kind of question"),
    }


def test_when_the_list_of_districts_changes_places_are_counted_from_the_newest_only(
    store: FilledStore, tmp_path: Path
) -> None:
    folder = Path(copytree(FORMS, tmp_path / "questionnaires"))
    with (folder / "kecamatan.csv").open("r+", encoding="utf-8") as file:
        file.write(file.read().splitlines()[-1].replace("31.75.02", "31.75.99") + "\n")
    store.open_wave("persepsi", ["resident"])
    residents(store, 8)
    form = counted(store)
    assert form.count_answered(asked(form.questionnaire, "kecamatan")) == 8
    go_over(store, changed(folder=folder))
    residents(store, 6)
    form = counted(store)
    assert form.count_answered(asked(form.questionnaire, "kecamatan")) == 6


def test_message_pdf_and_workbook_tell_the_versions_apart(store: FilledStore) -> None:
    both(store)
    content = build_content(build_report_request(store))
    figure = version_figure(content)
    assert figure is not None
    assert figure.value == "2"
    newest, older = figure.detail.split("; ")[:2]
    assert re.fullmatch(r"1 \([0-9a-f]{4}\): 6", newest)
    assert re.fullmatch(r"1 \([0-9a-f]{4}\): 8", older)
    assert "2 pertanyaan dihitung dari yang terbaru saja" in figure.detail
    report = make_documents(content)
    assert f"{figure.label}: <b>2</b> ({figure.detail})" in report.message
    book = openpyxl.load_workbook(BytesIO(report.files[1].content))
    rows = list(book["Versi kuesioner"].iter_rows(min_row=2, values_only=True))
    assert [row[2:] for row in rows] == [(6, 6), (8, 8)]
    gone = list(book["Tidak dihitung"].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in gone] == ["jenis pertanyaannya lain", "pilihan jawabannya lain"]
    page = read_whole_text(report.files[0].content)
    assert f"{figure.label} 2 {figure.detail}" in page
    assert "Jawaban versi lama yang tidak dihitung" in page
    assert "kuesioner berubah selagi diisi" in page


def test_before_anybody_has_answered_the_new_version_it_is_said_too(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    residents(store, 8)
    go_over(store, changed(*NEXT, ("| persepsi | 1 |", "| persepsi | 1.1 |")))
    store.write_rows()
    figure = version_figure(build_content(build_report_request(store)))
    assert figure is not None
    assert figure.detail.startswith("1.1: 0; 1: 8; 2 ")


def test_of_one_version_nothing_is_said(content: ReportContent) -> None:
    assert version_figure(content) is None
    tables = {table.key for chapter in content.chapters for table in chapter.tables}
    assert not tables & {"versions", "left_out"}
    assert not any("Versi:" in note for chapter in content.chapters for note in chapter.notes)
