"""A form while it is filled in: what follows from an answer."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from datetime import timedelta

import pytest

from survey.forms.model.questionnaire import Group, Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.forms.runtime.form import MOST_REPEATS, CycleFault, Form, order_formulas
from tests.survey.form_helpers import (
    SETTINGS,
    START,
    compile_form,
    list_asked,
    load_shipped_form,
    start_form,
)

HOUSEHOLD = """
| survey | type | name | label::Indonesia (id) | label::English (en) | relevant | required | constraint | calculation | repeat_count |
|---|:---:|---|---|---|---|---|---|---|---|
| | integer | jumlah | Berapa orang? | How many people? | | yes | . <= 9 |
| | begin_repeat | orang | Orang | Person | | | | | ${jumlah} |
| | calculate | nomor | | | | | | position(..) |
| | text | nama | Orang ke-${nomor} | Person ${nomor} |
| | integer | umur | Umur ${nama} | Age of ${nama} | ${nama} != '' |
| | end_repeat |
| | calculate | total | | | | | | sum(${umur}) |
| | note | ringkas | Jumlah umur: ${total} | Ages add up to ${total} | ${total} > 0 |
| | begin_group | kerja | Kerja | Work | ${total} >= 18 |
| | text | kantor | Di mana? | Where? |
| | begin_group | jauh | Jauh | Far | ${kantor} = 'jauh' |
| | text | naik | Naik apa? | By what means? |
| | end_group |
| | end_group |
"""


def rows(number: int) -> Form:
    filled = start_form(HOUSEHOLD)
    filled.set_value("/data/jumlah", str(number))
    return filled


def test_a_question_is_asked_when_it_becomes_relevant_and_gets_its_answer_back() -> None:
    filled = rows(1)
    filled.set_value("/data/orang[1]/nama", "Sri")
    filled.set_value("/data/orang[1]/umur", "40")
    filled.set_value("/data/kerja/kantor", "jauh")
    filled.set_value("/data/kerja/jauh/naik", "bus")
    assert list_asked(filled)[-1] == "/data/kerja/jauh/naik"

    filled.set_value("/data/orang[1]/umur", "7")
    assert filled.get_value("/data/kerja/kantor") == ""
    assert not filled.is_relevant("/data/kerja/jauh/naik")
    assert "/data/kerja/jauh/naik" not in filled.collect_values()

    filled.set_value("/data/orang[1]/umur", "41")
    assert filled.get_value("/data/kerja/kantor") == "jauh"
    assert filled.get_value("/data/kerja/jauh/naik") == "bus"


def test_a_repeat_has_as_many_instances_as_its_count_says() -> None:
    filled = rows(3)
    assert filled.list_occurrences("/data/orang", "/data") == [
        f"/data/orang[{n}]" for n in (1, 2, 3)
    ]
    assert filled.get_value("/data/orang[3]/nomor") == "3"
    filled.set_value("/data/jumlah", "0")
    assert filled.list_occurrences("/data/orang", "/data") == []
    filled.set_value("/data/jumlah", "99999")
    assert len(filled.list_occurrences("/data/orang", "/data")) == MOST_REPEATS


def test_what_a_shrinking_repeat_took_away_comes_back_when_it_grows() -> None:
    filled = rows(3)
    for n, name in enumerate(("Sri", "Budi", "Ani"), start=1):
        filled.set_value(f"/data/orang[{n}]/nama", name)
        filled.set_value(f"/data/orang[{n}]/umur", str(10 * n))
    before = filled.collect_values()
    assert before["/data/total"] == "60"

    filled.set_value("/data/jumlah", "1")
    assert filled.get_value("/data/total") == "10"
    assert "/data/orang[3]/nama" not in filled.nodes
    filled.set_value("/data/jumlah", "2")
    filled.set_value("/data/jumlah", "3")
    assert filled.collect_values() == before
    assert filled.get_value("/data/orang[3]/nama") == "Ani"


NESTED = """
| survey | type | name | label | relevant | repeat_count |
|---|---|---|---|---|---|
| | text | mau | Mau? | | |
| | begin_group | g | G | ${mau} = 'ya' | |
| | integer | jumlah | Berapa? | | |
| | begin_repeat | orang | Orang | | ${jumlah} |
| | text | nama | Nama | | |
| | text | lagi | Lagi | ${nama} = 'Sri' | |
| | end_repeat |
| | end_group |
"""


def test_a_repeat_in_a_group_comes_back_with_it() -> None:
    filled = start_form(NESTED)
    filled.set_value("/data/mau", "ya")
    filled.set_value("/data/g/jumlah", "2")
    filled.set_value("/data/g/orang[2]/nama", "Sri")
    filled.set_value("/data/g/orang[2]/lagi", "ada")
    before, asked = filled.collect_values(), list_asked(filled)
    assert "/data/g/orang[2]/lagi" in asked

    filled.set_value("/data/mau", "tidak")
    assert list_asked(filled) == ["/data/mau"]
    filled.set_value("/data/mau", "ya")
    assert filled.collect_values() == before
    assert list_asked(filled) == asked


def test_a_label_speaks_each_language_with_the_answers_in_it() -> None:
    filled = rows(2)
    filled.set_value("/data/orang[2]/nama", "Budi")
    question = filled.questionnaire.by_path["/data/orang/umur"]
    said = [
        filled.render_text(question.label, "/data/orang[2]/umur", language)
        for language in filled.questionnaire.languages
    ]
    assert said == ["Umur Budi", "Age of Budi"]
    assert question.label.get_plain_text("English (en)") == "Age of …"
    assert filled.questionnaire.match_language("en-GB") == "English (en)"
    assert filled.questionnaire.match_language("nl") == "Indonesia (id)"


def test_an_answer_is_tried_without_leaving_a_trace() -> None:
    filled = rows(2)
    filled.set_value("/data/orang[1]/nama", "Sri")
    before = (filled.collect_values(), list_asked(filled))
    assert filled.find_trial_problem("/data/jumlah", "10", START) == "constraint"
    assert filled.find_trial_problem("/data/jumlah", "", START) == "required"
    assert filled.find_trial_problem("/data/jumlah", "0", START) is None
    assert (filled.collect_values(), list_asked(filled)) == before


WORK = """
| survey | type | name | label | choice_filter | parameters |
|---|---|---|---|---|---|
| | select_one_from_file kota.csv | kota | Kota | |
| | select_one_from_file kecamatan.csv | kecamatan | Kecamatan | kota = ${kota} |
| | select_one_from_file kelurahan.csv | kelurahan | Kelurahan | kecamatan = ${kecamatan} |
| | select_multiple angka | acak | Pilih | | randomize=true |

| choices | list_name | name | label |
| | angka | 1 | Satu |
| | angka | 2 | Dua |
| | angka | 3 | Tiga |
| | angka | 4 | Empat |
| | angka | 5 | Lima |
"""


def offered(filled: Form, key: str) -> list[str]:
    return [choice.value for choice in filled.list_choices(key)]


def test_a_list_follows_the_answer_it_depends_on_down_the_whole_cascade() -> None:
    filled = start_form(WORK)
    assert len(offered(filled, "/data/kota")) == 6
    assert offered(filled, "/data/kecamatan") == []
    filled.set_value("/data/kota", "31.71")
    assert all(code.startswith("31.71.") for code in offered(filled, "/data/kecamatan"))
    filled.set_value("/data/kecamatan", "31.71.01")
    filled.set_value("/data/kelurahan", offered(filled, "/data/kelurahan")[0])
    assert filled.find_problem("/data/kelurahan") is None

    filled.set_value("/data/kota", "31.73")
    assert not filled.is_still_offered("/data/kecamatan")
    assert filled.find_problem("/data/kecamatan") == "choice"
    filled.set_value("/data/kota", "31.71")
    assert filled.is_still_offered("/data/kecamatan")
    assert filled.find_problem("/data/kelurahan") is None


def test_shuffled_choices_and_questions_differ_between_people_and_never_for_one() -> None:
    orders = {tuple(offered(start_form(WORK, seed), "/data/acak")) for seed in range(30)}
    assert len(orders) > 10
    assert all(sorted(order) == ["1", "2", "3", "4", "5"] for order in orders)
    persepsi = load_shipped_form("persepsi")
    strengths = {tuple(strong(Form(persepsi, seed, START))) for seed in range(30)}
    assert len(strengths) > 20
    assert len({tuple(sorted(order)) for order in strengths}) == 1
    assert strong(Form(persepsi, 4, START)) == strong(Form(persepsi, 4, START))


def strong(filled: Form) -> list[str]:
    filled.set_value("/data/hubungan", "tinggal")
    return [key for key in list_asked(filled) if "/pendorong/" in key]


CLOCK = """
| survey | type | name | label | calculation | constraint |
|---|---|---|---|---|---|
| | calculate | hari | | today() |
| | calculate | sekali | | once(now()) |
| | date | lahir | Kapan lahir? | | . <= today() |
| | calculate | umur | | int((${hari} - ${lahir}) div 365.25) |
"""


def test_the_time_is_that_of_the_interview_and_of_the_step() -> None:
    filled = start_form(CLOCK)
    assert filled.get_value("/data/hari") == "2026-03-02"
    assert filled.find_trial_problem("/data/lahir", "2026-03-03", START) == "constraint"
    assert filled.find_trial_problem("/data/lahir", "2026-03-03", START + timedelta(days=1)) is None
    began = filled.get_value("/data/sekali")
    filled.set_value("/data/lahir", "1990-06-01", START + timedelta(hours=5))
    assert filled.get_value("/data/umur") == "35"
    assert filled.get_value("/data/sekali") == began


def test_each_participant_rates_the_assets_of_their_own_category_by_name() -> None:
    filled = Form(load_shipped_form("kerentanan"), 1, START)
    filled.set_value("/data/kategori", "air")
    assert filled.get_value("/data/jumlah_aset") == "5"
    assert filled.get_value("/data/aset[1]/kode") == "ipa_buaran"
    card = group(filled.questionnaire, "/data/aset/guncangan")
    key = "/data/aset[2]/guncangan/banjir"
    assert card.is_table
    assert filled.render_text(card.heading, key, "English (en)").startswith(
        "Pejompongan drinking-water"
    )
    assert filled.get_value("/data/aset[2]/nomor") == "2"
    filled.set_value("/data/kategori", "energi")
    assert filled.get_value("/data/aset[1]/nama_en") != "Buaran drinking-water plant"


def group(questionnaire: Questionnaire, path: str) -> Group:
    return next(g for g in questionnaire.body.walk() if isinstance(g, Group) and g.path == path)


def test_a_group_that_is_no_table_has_no_hint() -> None:
    assert not group(compile_form(HOUSEHOLD), "/data/kerja").heading_hint


def test_a_stored_form_is_the_same_as_the_compiled_one() -> None:
    for name in ("persepsi", "kerentanan"):
        stored = read_xform(load_shipped_form(name).xform)
        assert stored.digest == load_shipped_form(name).digest
        assert [q.path for q in stored.questions] == [
            q.path for q in load_shipped_form(name).questions
        ]


def test_calculations_that_wait_for_each_other_are_found_before_anything_runs() -> None:
    xform = load_shipped_form("persepsi").xform
    circle = xform.replace(
        'nodeset="/data/warga/kegiatan_id" type="string"',
        'nodeset="/data/warga/kegiatan_id" type="string" relevant="/data/warga/kegiatan_en = 1"',
    ).replace("'live'", "/data/warga/kegiatan_id")
    assert circle.count("kegiatan_en = 1") == 1
    with pytest.raises(CycleFault) as fault:
        order_formulas(read_xform(circle))
    assert {"/data/warga/kegiatan_id", "/data/warga/kegiatan_en"} == set(fault.value.paths)


TICKS = f"""
| survey | type | name | label::Indonesia (id) | label::English (en) | relevant |
|---|---|---|---|---|---|
| | select_multiple hal | hal | Apa? | What? |
| | note | kata | Anda: jr:choice-name | You chose ${{hal}} | selected(${{hal}}, 'a') and not(selected(${{hal}}, 'b')) |

| choices | list_name | name | label::Indonesia (id) | label::English (en) |
| | hal | a | Ayam | Chicken |
| | hal | b | Bebek |
{SETTINGS}"""


def test_a_choice_without_a_translation_is_read_in_the_other_language() -> None:
    filled = start_form(TICKS)
    question = filled.questionnaire.by_path["/data/hal"]
    assert filled.find_choice_label(question, "a", "/data/hal", "English (en)") == "Chicken"
    assert filled.find_choice_label(question, "b", "/data/hal", "English (en)") in ("Bebek", "-")
    assert (
        filled.find_choice_label(question, "tak dikenal", "/data/hal", "English (en)")
        == "tak dikenal"
    )
    filled.set_value("/data/hal", "a")
    assert list_asked(filled) == ["/data/hal", "/data/kata"]
    filled.set_value("/data/hal", "a b")
    assert list_asked(filled) == ["/data/hal"]
