"""What a new version of a questionnaire does to the answers that came before."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from pathlib import Path

import pytest

from survey.forms.authoring.checks.form_outline import FormOutline
from survey.forms.authoring.lint import check_file
from survey.forms.authoring.version_comparison import compare_versions
from survey.forms.authoring.workbook import parse_workbook
from tests.survey.form_helpers import SHIPPED

OLD = """
| survey | type | name | label::Indonesia (id) | label::English (en) | relevant | constraint | parameters |
|---|---|---|---|---|---|---|---|
| | select_one nilai | siap | Seberapa siap rumah Anda? | How ready is your home? | | | |
| | select_multiple bahaya | bahaya | Apa yang Anda khawatirkan? | What worries you? | | | |
| | integer | kali | Berapa kali kebanjiran? | How often flooded? | ${siap} != 'tt' | . <= 50 | |
| | range | rasa | Seberapa aman? | How safe? | | | start=1 end=5 step=1 |
| | begin_group | rumah | Rumah | Home | | | |
| | text | cerita | Ceritakan | Tell us | | | |
| | end_group | | | | | | |
| | note | salam | Terima kasih | Thank you | | | |

| choices | list_name | name | label::Indonesia (id) | label::English (en) |
|---|---|---|---|---|
| | nilai | 1 | Tidak siap | Not ready |
| | nilai | 2 | Agak siap | Somewhat ready |
| | nilai | 3 | Siap | Ready |
| | nilai | tt | Tidak tahu | Don't know |
| | bahaya | banjir | Banjir | Flood |
| | bahaya | api | Kebakaran | Fire |

| settings | form_id | version | default_language |
|---|---|---|---|
| | siaga | 1 | Indonesia (id) |
"""


def outline(text: str, folder: Path = SHIPPED) -> FormOutline:
    return FormOutline(parse_workbook(text, ".md"), folder)


def told(*changes: tuple[str, str], raised: bool = True) -> list[tuple[bool, str, int, str, str]]:
    """Whether a break, sheet, row, column and message of everything that the changes bring."""
    new = OLD.replace("| siaga | 1 |", "| siaga | 2 |") if raised else OLD
    for before, after in changes:
        assert before in new
        new = new.replace(before, after)
    found = compare_versions(outline(OLD), outline(new))
    assert all(fault.remedy for fault in found)
    return [(not f.warning, f.sheet, f.row, f.column, f.message) for f in found]


def test_the_same_content_under_a_new_version_can_be_compared() -> None:
    assert told() == []
    assert told(("Berapa kali kebanjiran?", "Berapa  kali kebanjiran? ")) == []


def test_a_version_that_was_not_raised_is_a_break() -> None:
    (place,) = [t for t in told(("Terima kasih", "Makasih"), raised=False) if t[0]]
    assert place == (
        True,
        "settings",
        2,
        "version",
        "The version is still 1, but the content differs.",
    )
    assert told(raised=False) == []


def test_another_form_id_is_another_questionnaire() -> None:
    ((is_break, sheet, row, column, message),) = told(("| siaga |", "| waspada |"))
    assert (is_break, sheet, row, column) == (True, "settings", 2, "form_id")
    assert message == "form_id was siaga and is waspada: another questionnaire."


BREAKS = {
    "a code is gone": (
        "| | nilai | tt | Tidak tahu | Don't know |\n",
        "",
        ("choices", 2, "name", "In the list nilai tt (“Tidak tahu”) is gone; siap offered it before."),
    ),
    "a question is gone": (
        "| | integer | kali | Berapa kali kebanjiran? | How often flooded? | ${siap} != 'tt' | . <= 50 | |\n",
        "",
        ("survey", 0, "", "The question kali is gone (row 4 of the old version)."),
    ),
    "a question has another name": (
        "| integer | kali |",
        "| integer | jumlah |",
        ("survey", 4, "name", "This question was called kali. Old and new answers cannot be put together."),
    ),
    "a number became a text": (
        "| integer | kali |",
        "| text | kali |",
        ("survey", 4, "type", "The type was integer and is text. Old and new answers cannot be put together."),
    ),
    "one answer became several": (
        "| select_one nilai | siap |",
        "| select_multiple nilai | siap |",
        ("survey", 2, "type", "The type was select_one and is select_multiple. Old and new answers cannot be put together."),
    ),
    "a question was moved out of its group": (
        "| | text | cerita | Ceritakan | Tell us | | | |\n| | end_group | | | | | | |\n",
        "| | end_group | | | | | | |\n| | text | cerita | Ceritakan | Tell us | | | |\n",
        ("survey", 8, "name", "The question cerita was in rumah and is in no group: old and new answers cannot be put together."),
    ),
    "a group became a repeat": (
        "| | begin_group | rumah | Rumah | Home | | | |\n| | text | cerita | Ceritakan | Tell us | | | |\n| | end_group |",
        "| | begin_repeat | rumah | Rumah | Home | | | |\n| | text | cerita | Ceritakan | Tell us | | | |\n| | end_repeat |",
        ("survey", 6, "type", "The type was begin_group and is begin_repeat. Old and new answers cannot be put together."),
    ),
    "a range has another end": (
        "end=5",
        "end=10",
        ("survey", 5, "parameters", "The end of the range was 5 and is 10. Old and new answers cannot be put together."),
    ),
    "another list that lacks a code": (
        "| select_one nilai | siap |",
        "| select_one bahaya | siap |",
        ("survey", 2, "type", "The list was nilai and is bahaya: 1, 2, 3, tt are gone."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKS)
def test_what_breaks_comparisons_is_found_at_its_place(what: str) -> None:
    before, after, place = BREAKS[what]
    breaks = [found[1:] for found in told((before, after)) if found[0]]
    assert breaks == [place]


def test_a_scale_turned_round_is_a_break_for_every_code_that_means_another() -> None:
    turned = told(
        ("| 1 | Tidak siap | Not ready |", "| 1 | Siap | Ready |"),
        ("| 3 | Siap | Ready |", "| 3 | Tidak siap | Not ready |"),
    )
    assert [(found[0], found[1], found[2], found[3]) for found in turned] == [
        (True, "choices", 2, "label::Indonesia (id)"),
        (True, "choices", 4, "label::Indonesia (id)"),
    ]
    assert "1 now means “Siap”, which was 3." in turned[0][4]


WARNINGS = {
    "a choice in other words": (
        "Agak siap",
        "Cukup siap",
        ("choices", 3, "label::Indonesia (id)", "2 was “Agak siap” and is “Cukup siap”."),
    ),
    "the question in other words, in one language": (
        "How often flooded?",
        "How many times did water come in?",
        ("survey", 4, "label::English (en)", "The label was “How often flooded?” and is “How many times did water come in?”."),
    ),
    "a choice more": (
        "| | bahaya | api |",
        "| | bahaya | gempa | Gempa | Quake |\n| | bahaya | api |",
        ("choices", 7, "name", "The list bahaya has a new choice, gempa: shares are of other choices."),
    ),
    "another order": (
        "| | bahaya | banjir | Banjir | Flood |\n| | bahaya | api | Kebakaran | Fire |",
        "| | bahaya | api | Kebakaran | Fire |\n| | bahaya | banjir | Banjir | Flood |",
        ("choices", 6, "name", "The choices of bahaya stand in another order."),
    ),
    "asked of others": (
        "${siap} != 'tt'",
        "${siap} = '1'",
        ("survey", 4, "relevant", "Others are asked than before: it said “${siap} != 'tt'”."),
    ),
    "another upper bound": (
        ". <= 50",
        ". <= 99",
        ("survey", 4, "constraint", "Other answers are allowed than before: it said “. <= 50”."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WARNINGS)
def test_what_may_move_answers_is_a_warning_at_its_place(what: str) -> None:
    before, after, place = WARNINGS[what]
    assert told((before, after)) == [(False, *place)]


def test_a_note_may_go_and_other_names_of_a_type_are_no_change() -> None:
    assert told(("| | note | salam | Terima kasih | Thank you | | | |\n", "")) == []
    assert told(("| integer | kali |", "| int | kali |")) == []
    assert told(("| select_one nilai |", "| select one from nilai |")) == []


def test_lists_in_files_are_compared_row_by_row(tmp_path: Path) -> None:
    form = "| survey | type | name | label |\n| | select_one_from_file tempat.csv | t | T |\n"
    for folder, rows in (("lama", "a,Satu\nb,Dua\n"), ("baru", "a,Satu\nc,Tiga\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tempat.csv").write_text(f"name,label\n{rows}", encoding="utf-8")
    found = compare_versions(outline(form, tmp_path / "lama"), outline(form, tmp_path / "baru"))
    assert [(f.sheet, f.row, f.column, f.warning) for f in found] == [
        ("tempat.csv", 1, "name", False),
        ("tempat.csv", 3, "name", True),
    ]
    (only,) = compare_versions(outline(form, tmp_path), outline(form, tmp_path / "baru"))
    assert only.warning
    assert "not beside both versions" in only.message


def test_the_shipped_questionnaire_is_comparable_with_itself(tmp_path: Path) -> None:
    new = SHIPPED / "persepsi.md"
    assert check_file(new, new) == []
    (found,) = check_file(new, tmp_path / "hilang.md")
    assert "hilang.md cannot be compared with" in found.message
