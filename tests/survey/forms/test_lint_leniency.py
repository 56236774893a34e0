"""What other programs run, Suara runs, too, and says what happens instead."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from pathlib import Path

import pytest

from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.lint import check_file, exclude_warnings, format_verdict
from tests.survey.form_helpers import SHIPPED, compile_form, find_faults

LANGUAGES = "label::Indonesia (id) | label::English (en)"


def warned(markdown: str, folder: Path = SHIPPED) -> list[tuple[str, int, str, str]]:
    """Place and remedy of every warning but of consent and pixels; faults there are none."""
    found = find_faults(markdown, folder)
    assert exclude_warnings(found) == []
    said = ("consent", "max-pixels")
    return [
        (f.sheet, f.row, f.column, f.remedy)
        for f in found
        if not any(words in f.message for words in said)
    ]


def test_a_loop_asks_its_questions_for_each_choice() -> None:
    loop = """
| survey | type | name | label | relevant |
| | select_multiple kendaraan | punya | Punya apa? | |
| | begin loop over kendaraan | lingkaran | Kendaraan | |
| | integer | banyak | Berapa %(label)s? | selected(${punya}, '%(name)s') |
| | text | warna | Warna %(label)s? | ../banyak > 0 |
| | end loop | | | |
| choices | list_name | name | label |
| | kendaraan | mobil | mobil |
| | kendaraan | motor | sepeda motor |
"""
    assert warned(loop) == []
    asked = {q.path: q.label.get_plain_text("default") for q in compile_form(loop).questions}
    assert asked["/data/lingkaran/mobil/banyak"] == "Berapa mobil?"
    assert asked["/data/lingkaran/motor/warna"] == "Warna sepeda motor?"
    (fault,) = exclude_warnings(find_faults(loop.replace("../banyak", "${banyak}")))
    assert (fault.row, fault.column) == (5, "relevant")
    assert fault.remedy == "Within the loop write ../banyak instead of ${banyak}."
    (fault,) = exclude_warnings(find_faults(loop.replace("over kendaraan", "over kendaran")))
    assert (fault.row, fault.remedy) == (3, "Did you mean kendaraan?")


def test_a_choice_without_a_label_is_shown_by_its_code() -> None:
    form = """
| survey | type | name | label |
| | select_one a | a | A |
| choices | list_name | name | label |
| | a | ya | |
"""
    assert warned(form) == [("choices", 2, "label", "People read its code instead: ya.")]
    assert [c.value for c in compile_form(form).questions[0].choices] == ["ya"]


def test_codes_with_spaces_work_where_one_is_chosen_and_nowhere_else() -> None:
    form = """
| survey | type | name | label |
| | select_one a | a | A |
| choices | list_name | name | label |
| | a | ya pasti | Ya |
"""
    ((sheet, row, column, _),) = warned(form)
    assert (sheet, row, column) == ("choices", 2, "name")
    for kind in ("select_multiple", "rank"):
        (fault,) = exclude_warnings(find_faults(form.replace("select_one", kind)))
        assert (fault.sheet, fault.row, fault.column) == ("choices", 2, "name")


def test_a_question_may_show_its_hint_or_a_picture_alone_but_not_nothing(tmp_path: Path) -> None:
    (tmp_path / "peta.png").write_bytes(b"PNG")
    form = """
| survey | type | name | label | hint | image |
| | text | a | | Petunjuk saja | |
| | note | b | | | peta.png |
"""
    assert [place[:3] for place in warned(form, tmp_path)] == [
        ("survey", 2, "label"),
        ("survey", 3, "label"),
    ]
    (fault,) = exclude_warnings(find_faults(form + "| | text | c | | | |\n", tmp_path))
    assert (fault.row, fault.column) == (4, "label")


def test_pictures_and_sounds_that_are_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "ada.png").write_bytes(b"PNG")
    form = """
| survey | type | name | label | media::image | media::audio |
| | text | a | A | ada.png | suara.mp3 |
| | text | b | B | ../../etc/passwd | jr://audio/lagu.mp3 |
| | select_one a | c | C | | |
| choices | list_name | name | label | image |
| | a | ya | Ya | ya.png |
"""
    found = [f for f in find_faults(form, tmp_path) if "There is no file" in f.message]
    assert all(fault.warning for fault in found)
    assert [(f.sheet, f.row, f.column, f.message.split()[4]) for f in found] == [
        ("survey", 2, "media::audio", "suara.mp3"),
        ("survey", 3, "media::image", "../../etc/passwd"),
        ("survey", 3, "media::audio", "lagu.mp3"),
        ("choices", 2, "image", "ya.png"),
    ]


def test_who_reads_a_language_without_a_translation_reads_another_and_no_dash() -> None:
    form = f"""
| survey | type | name | {LANGUAGES} | hint::English (en) | guidance_hint::Indonesia (id) | constraint | constraint_message::Indonesia (id) | required | required_message::English (en) |
| | integer | a | Berapa? | | A number | Tanpa koma | . > 0 | Lebih dari 0. | yes | Needed |
| | select_one c | b | | Which? | | | | | | |
| choices | list_name | name | {LANGUAGES} |
| | c | x | Iks | |
| | c | y | | Why |
"""
    assert [place[:3] for place in warned(form)] == [
        ("survey", 2, "label::English (en)"),
        ("survey", 2, "hint::Indonesia (id)"),
        ("survey", 2, "guidance_hint::English (en)"),
        ("survey", 2, "constraint_message::English (en)"),
        ("survey", 2, "required_message::Indonesia (id)"),
        ("survey", 3, "label::Indonesia (id)"),
        ("choices", 2, "label::English (en)"),
        ("choices", 3, "label::Indonesia (id)"),
    ]
    number, choice = compile_form(form).questions
    for language in ("Indonesia (id)", "English (en)"):
        assert number.label.get_plain_text(language) == "Berapa?"
        assert number.hint.get_plain_text(language) == "A number"
        assert number.bind.constraint_message.get_plain_text(language) == "Lebih dari 0."
        assert number.bind.required_message.get_plain_text(language) == "Needed"
        assert choice.label.get_plain_text(language) == "Which?"
        assert [c.label.get_plain_text(language) for c in choice.choices] == ["Iks", "Why"]


def test_a_table_that_cannot_be_one_is_asked_question_by_question() -> None:
    table = """
| survey | type | name | label | appearance |
| | begin_group | g | G | table-list |
| | select_one a | a | A | |
| | select_one a | b | B | |
| | end_group | | | |
| choices | list_name | name | label |
| | a | 1 | Satu |
| | a | 2 | Dua |
"""
    (group,) = [
        g for g in compile_form(table).body.children if getattr(g, "is_table", None) is not None
    ]
    assert group.is_table
    for kind in ("select_multiple a", "text"):
        mixed = table.replace("| select_one a | b |", f"| {kind} | b |").replace(
            "| select_one a | a |", f"| {kind if kind != 'text' else 'select_one a'} | a |"
        )
        assert all("one by one" in place[3] for place in warned(mixed))
        groups = [g for g in compile_form(mixed).body.children if hasattr(g, "is_table")]
        assert [g.is_table for g in groups] == [False]


CANNOT = {
    "| geotrace | a | A | |": ("type", "describes it in words"),
    "| geoshape | a | A | |": ("type", "describes it in words"),
    "| image | a | A | signature |": ("appearance", "A photo is asked for."),
    "| photo | a | A | draw |": ("appearance", "A photo is asked for."),
    "| image | a | A | annotate |": ("appearance", "A photo is asked for."),
    "| barcode | a | A | |": ("type", "types the number"),
    "| background-audio | a | | |": ("type", "stays empty"),
    "| start-geopoint | a | | |": ("type", "stays empty"),
    "| deviceid | a | | |": ("type", "stays empty"),
    "| audit | audit | | |": ("type", "kept anyway"),
}
CAN = [
    *("date", "time", "dateTime", "image", "audio", "video", "file", "geopoint", "decimal"),
    *("start", "end", "today", "acknowledge", "text", "note", "range", "rank l"),
]


@pytest.mark.parametrize("row", CANNOT)
def test_what_a_chat_cannot_do_is_told_with_what_happens_instead(row: str) -> None:
    form = f"| survey | type | name | label | appearance |\n| {row}\n| | text | t | T | |\n"
    ((sheet, number, column, remedy),) = warned(form)
    assert (sheet, number, column) == ("survey", 2, CANNOT[row][0])
    assert CANNOT[row][1] in remedy


@pytest.mark.parametrize("kind", CAN)
def test_what_a_chat_can_ask_is_not_warned_of(kind: str) -> None:
    form = f"| survey | type | name | label |\n| | {kind} | a | A |\n| | text | t | T |\n"
    assert warned(f"{form}| choices | list_name | name | label |\n| | l | x | X |\n") == (
        [] if kind == "rank l" else [("choices", 2, "list_name", "Remove it, or use it.")]
    )


def test_null_counts_as_nothing() -> None:
    form = """| survey | type | name | label | calculation |
| | integer | a | A | |
| | calculate | b | | if(${a} > 1, ${a}, null) |
"""
    assert warned(form) == [("survey", 3, "calculation", "Write '' for it.")]


def test_a_list_that_begins_twice_is_pointed_out() -> None:
    form = """| survey | type | name | label |
| | select_one a | a | A |
| | select_one b | b | B |
| choices | list_name | name | label |
| | a | x | X |
| | b | x | X |
| | a | y | Y |
"""
    ((sheet, row, column, remedy),) = warned(form)
    assert (sheet, row, column) == ("choices", 4, "list_name")
    assert "one list" in remedy


def test_a_row_that_does_not_begin_like_one_is_told() -> None:
    form = "| survey | type | name | label |\n| | text | a | A |\ntext | b | B | C |\n"
    (fault,) = [f for f in find_faults(form) if f.line == 3]
    assert str(fault).startswith("line 3: This line is not read.")


def test_a_text_without_questions_is_said_to_be_none(tmp_path: Path) -> None:
    for words, hint in (
        ("# Sumber\n\n| berkas | isi |\n|---|---|\n| a.csv | kota |\n", "A table that begins with"),
        ("| suvey | type | name | label |\n| | text | a | A |\n", "Did you mean survey"),
        ("Tidak ada tabel.\n", "A table that begins with"),
    ):
        (tmp_path / "SUMBER.md").write_text(words, encoding="utf-8")
        (fault,) = check_file(tmp_path / "SUMBER.md")
        assert fault.message == "This is no questionnaire: it has no sheet called survey."
        assert fault.remedy.startswith(hint)


def test_the_verdict_says_whether_it_can_be_used() -> None:
    form = "| survey | type | name | label |\n| | text | a | A |\n"
    assert format_verdict(find_faults(form)) == "can be used: 1 warning"
    assert (
        format_verdict(find_faults(form + "| | txt | b | B |\n"))
        == "needs mending: 1 fault, 1 warning"
    )
    assert format_verdict([]) == "good"
    with pytest.raises(QuestionnaireError):
        compile_form(form + "| | txt | b | B |\n")
