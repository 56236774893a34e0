"""What goes wrong with files and words: a readable document, or one clear sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reports import question_names
from reports.chapters.elements import Chapter
from reports.chapters.fieldwork.respondents import build_makeup, format_makeup_heading
from reports.chapters.shocks.worries_by_place import pick_largest_places
from reports.documents.fonts import make_legible
from reports.input_files import find_file_faults
from reports.localizer import Localizer
from reports.make_report import make_report
from reports.report_content import build_content
from reports.request import ReportKind
from survey.forms.authoring.xlsform import compile_source
from tests.reports.filled_store import (
    FORMS,
    HOUR,
    START,
    FilledStore,
    build_report_request,
    create_store,
)
from tests.reports.random_answers import draw_resident_answers, list_places
from tests.reports.report_contents import (
    find_chapter,
    read_all_cells,
    read_pdf_pages,
    read_pdf_text,
)

WIDE = "W" * 300
#: What labels and answers may hold: markup, formulas, writing from right to left, marks, nothing.
LABELS = [
    "<b>tebal</b> & $x^2$ #set *x* _y_",
    "=1+1",
    "مياه نظيفة",
    "地铁",
    "🌊👩‍👩‍👧 air",
    WIDE,
    "kata\u202eterbalik\u202c\ufeff\uf000\u2028baris",
    "a\u0301\u030d\u0335 e\u0335 م\u0342",
    "น้ำสะอาด",
    "{kota} {0} %s \\n",
]
#: A label in which signs are no markup is written so.
ESCAPED = {LABELS[0]: r"&lt;b&gt;tebal&lt;/b&gt; & $x^2$ #set \*x\* \_y\_"}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledStore]:
    """340 residents, three of the islands; shocks called what nobody would call them."""
    store = create_store(tmp_path_factory.mktemp("bad") / "suara.db", seed=3)
    text = (FORMS / "persepsi.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| | guncangan |")]
    for line, word in zip(lines, LABELS, strict=False):
        name, word = line.split(" | ")[2], ESCAPED.get(word, word)
        text = text.replace(line, f"| | guncangan | {name} | {word} | {word} |")
    form = store.open_wave("persepsi", ["resident"], compile_source(text, ".md", FORMS))
    where, people = (
        list_places(form),
        {"31.01": 3, "31.71": 60, "31.72": 7, "31.73": 120, "31.75": 150},
    )
    opinion = question_names.find_named_question(form, "perbaikan")
    assert opinion is not None
    for city, number in people.items():
        here = [place for place in where if place[0] == city]
        for one in range(number):
            said = draw_resident_answers(form, store.random, here[one % len(here)])
            said[opinion.path, ""] = LABELS[one % len(LABELS)]
            store.add_interview("persepsi", store.add_respondent(), said, START, START + HOUR)
    store.write_rows()
    yield store
    store.connection.close()


def told(store: FilledStore, key: str, **files: str) -> Chapter:
    """A chapter of the assessment in English."""
    return find_chapter(build_content(build_report_request(store, language="en", **files)), key)


@pytest.mark.parametrize("kind", [ReportKind.WEEKLY, ReportKind.WAVE])
def test_words_of_every_kind_are_set_as_they_are(asked: FilledStore, kind: ReportKind) -> None:
    made = make_report(build_report_request(asked, kind=kind))
    text = read_pdf_text(made)
    assert "<b>tebal</b> & $x^2$ #set *x* _y_" in text
    assert all(len(page) > 100 for page in read_pdf_pages(made))
    assert not [cell for cell in read_all_cells(made) if cell.data_type in "fe"]
    assert len(made.message) < 900


def test_signs_that_no_accessible_document_may_have_are_left_out() -> None:
    assert make_legible("\ufeffBanjir\x07 \uf000rob\u2028pasang") == "Banjir rob\npasang"


def test_a_mark_that_is_not_in_the_font_of_its_letter_is_left_out() -> None:
    assert make_legible("e\u0301 a\u0335 e\u0335") == "é a e"


def test_the_report_of_a_workshop_that_was_not_held_says_so(asked: FilledStore) -> None:
    made = make_report(
        build_report_request(asked, kind=ReportKind.WORKSHOP, language="en", formats=("pdf",))
    )
    assert "No workshop has results yet." in made.message
    assert "No workshop has results yet." in read_pdf_text(made)
    assert "interview" not in made.message


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[weights\n", "Expected ']'"),
        ("", "weights: is missing. Add it. temuan.toml: candidates: is missing."),
        ("\udce9", "Save it in UTF-8"),
    ],
)
def test_a_broken_file_of_candidates_is_named_where_they_would_stand(
    asked: FilledStore, tmp_path: Path, text: str, why: str
) -> None:
    file = tmp_path / "temuan.toml"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    (said,) = told(asked, "discovery", candidates=str(file)).findings
    assert said.startswith("Nothing is proposed: temuan.toml: it has a fault.")
    (fault,) = find_file_faults(build_report_request(asked, candidates=str(file)))
    assert fault.startswith(f"questionnaires.candidates: {file}: ")
    assert why in fault


@pytest.mark.parametrize(
    ("key", "setting"),
    [("discovery", "candidates"), ("opinions", "themes"), ("maps", "boundaries")],
)
def test_a_file_that_the_settings_name_and_that_is_not_there_is_named(
    asked: FilledStore, tmp_path: Path, key: str, setting: str
) -> None:
    found = told(asked, key, **{setting: str(tmp_path / "lost.file")})
    assert "lost.file: there is no such file. Correct its name" in found.findings[-1]
    assert (
        len(
            list(
                find_file_faults(
                    build_report_request(asked, **{setting: str(tmp_path / "lost.file")})
                )
            )
        )
        == 1
    )


def test_weights_of_nothing_but_what_is_not_known_propose_nothing(
    asked: FilledStore, tmp_path: Path
) -> None:
    shipped = (FORMS / "temuan.toml").read_text(encoding="utf-8")
    for criterion in ("perception", "pressure", "plans"):
        shipped = shipped.replace(f"{criterion} = 1", f"{criterion} = 0")
    file = tmp_path / "temuan.toml"
    file.write_text(shipped, encoding="utf-8")
    found = told(asked, "discovery", candidates=str(file))
    assert found.findings == ("Too little evidence to propose anything yet.",)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"name;label\nx;y\n", "every row needs the columns name, label"),
        (b"name,label,label_en,words,words_en\nx,\xe9,b,c,d\n", "in UTF-8"),
        (b"name,label,label_en,words,words_en\nx,,,banjir,flood\n", "needs a name and a label"),
        (b"name,label,label_en,words,words_en\nx,y,,a,b\nx,z,,c,d\n", "x stands there twice"),
    ],
)
def test_a_broken_file_of_themes_leaves_the_words_and_says_why(
    asked: FilledStore, tmp_path: Path, content: bytes, why: str
) -> None:
    file = tmp_path / "tema.csv"
    file.write_bytes(content)
    found = told(asked, "opinions", themes=str(file))
    assert found.findings[-1].startswith("No themes: tema.csv: it has a fault.")
    assert found.pictures
    (fault,) = find_file_faults(build_report_request(asked, themes=str(file)))
    assert why in fault


@pytest.mark.parametrize("separator", [";", "\t", " , "])
def test_a_population_file_with_other_separators_says_what_its_first_line_lacks(
    asked: FilledStore, tmp_path: Path, separator: str
) -> None:
    file = tmp_path / "penduduk.csv"
    shipped = (FORMS / "penduduk.csv").read_text(encoding="utf-8")
    file.write_text(shipped.replace(",", separator), encoding="utf-8")
    (said,) = told(asked, "coverage", population=str(file)).findings
    assert "The first line must name the columns margin, category, people" in said
    assert "CSV with commas" in said


def test_a_city_that_the_population_file_lacks_gives_no_wrong_share_and_nobody_away(
    asked: FilledStore, tmp_path: Path
) -> None:
    """Three of the islands are hidden behind seven of the north, wherever these could stand."""
    file = tmp_path / "penduduk.csv"
    lines = (FORMS / "penduduk.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("kota,31.01", "kota,31.74"))]
    file.write_text("".join(kept), encoding="utf-8")
    found = told(asked, "coverage", population=str(file))
    (table,) = found.tables
    assert set(table.frame["what"]) == {"Sex", "Age"}
    assert "“kota”: people answered who are “31.01”" in found.findings[-1]


def test_a_question_with_several_answers_is_no_margin(asked: FilledStore, tmp_path: Path) -> None:
    file = tmp_path / "penduduk.csv"
    file.write_text("margin,category,people\nguncangan,banjir,10\nguncangan,rob,10\n", "utf-8")
    assert "nothing to compare" in told(asked, "coverage", population=str(file)).findings[0]


def test_boundaries_of_other_areas_are_refused_and_not_drawn_as_too_few(asked: FilledStore) -> None:
    found = told(asked, "maps", boundaries=str(FORMS / "kelurahan.geojson"))
    assert found.findings[0].startswith("No maps: kelurahan.geojson: has no district of the")
    assert not found.pictures


def test_with_few_residents_nothing_says_which_of_the_sexes_nobody_is(store: FilledStore) -> None:
    form = store.open_wave("persepsi", ["resident"])
    sex = question_names.find_named_question(form, "kelamin")
    assert sex is not None
    for _ in range(3):
        said = draw_resident_answers(form, store.random, list_places(form)[0]) | {
            (sex.path, ""): "laki"
        }
        store.add_interview("persepsi", store.add_respondent(), said, START, START + HOUR)
    store.write_rows()
    content = build_content(
        build_report_request(store, language="en", population=str(FORMS / "penduduk.csv"))
    )
    assert "perempuan" not in str(content.method) + str(content.chapters)


def test_of_forty_cities_a_picture_draws_as_many_as_can_be_read(asked: FilledStore) -> None:
    counts = {f"Kota {number}": 3 if number % 4 else number for number in range(40)}
    words = Localizer("en", "Asia/Jakarta")
    found = build_makeup("Kota", counts, 0, build_report_request(asked), words)
    shown = [answer for (answer, _), hidden in found.shown_answers if not hidden]
    assert len(found.shown_answers) == 16
    assert shown == [f"Kota {number}" for number in range(0, 40, 4) if number != 4]
    assert format_makeup_heading(found, words).endswith("the 16 most frequent")


def test_of_forty_places_those_with_the_most_people_are_drawn() -> None:
    sizes = {f"Kota {number}": None if number % 2 else number for number in range(40)}
    assert pick_largest_places(sizes) == [f"Kota {number}" for number in range(16, 40, 2)]


def test_who_did_not_say_gives_nobody_away(asked: FilledStore) -> None:
    """Coverage tells of how many said what they are, so who did not cannot hide anybody."""
    content = build_content(
        build_report_request(asked, language="en", population=str(FORMS / "penduduk.csv"))
    )
    tables = {t.key: t.frame for c in content.chapters for t in c.tables}
    beside = tables["coverage"].set_index(["what", "label"])["people"]
    alone = tables["who"].set_index(["what", "answer"])["people"]
    for what in ("Sex", "Age"):
        assert alone[what].to_dict() == beside[what].to_dict()
    assert "Rather not say" not in alone["Sex"]
