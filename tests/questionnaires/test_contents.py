"""What the questionnaires promise to those who answer and to those who count."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from reports import question_names
from tests.questionnaires.questionnaire_files import (
    CODE_PATTERN,
    FORMS,
    LANGUAGES,
    ROOT,
    SUARA_NAMESPACE,
    XFORM_NAMESPACES,
    list_controls,
    list_table_lines,
    name_of_control,
    read_choice_lists,
    read_csv_rows,
    read_suara_attribute,
    read_texts,
    read_xform_tree,
)

every_form = pytest.mark.parametrize("form", FORMS)


@every_form
def test_every_text_stands_in_both_languages(form: str) -> None:
    indonesian, english = (read_texts(form)[language] for language in LANGUAGES)
    assert indonesian.keys() == english.keys()
    assert all(text not in ("", "-") for text in (*indonesian.values(), *english.values()))


@every_form
def test_every_question_and_every_choice_has_a_label(form: str) -> None:
    known = read_texts(form)[LANGUAGES[0]]
    assert {f"{c.get('ref')}:label" for c in list_controls(form)} <= known.keys()
    assert {
        key for options in read_choice_lists(form).values() for key in options.values()
    } <= known.keys()


@every_form
def test_codes_are_plain_words_or_small_numbers_and_unique_in_their_list(form: str) -> None:
    assert all(CODE_PATTERN.fullmatch(name_of_control(c)) for c in list_controls(form))
    for options in read_choice_lists(form).values():
        assert all(CODE_PATTERN.fullmatch(code) or code.isdecimal() for code in options)
    listed = Counter(
        (instance.get("id"), name.text)
        for instance in read_xform_tree(form).iterfind(".//x:instance[@id]", XFORM_NAMESPACES)
        for name in instance.iterfind("x:root/x:item/x:name", XFORM_NAMESPACES)
    )
    assert max(listed.values()) == 1


@every_form
def test_questions_and_buttons_fit_a_small_phone(form: str) -> None:
    for language in LANGUAGES:
        known = read_texts(form)[language]
        for control in list_controls(form):
            limit = 24 if control.get("appearance") == "list-nolabel" else 160
            label = known[f"{control.get('ref')}:label"].replace("…", "x" * 40)
            assert len(label) <= limit, label
        for group in read_xform_tree(form).iterfind(
            ".//x:group[@appearance='field-list']/x:input", XFORM_NAMESPACES
        ):
            assert len(known[f"{group.get('ref')}:label"].replace("…", "x" * 40)) <= 160
        for options in read_choice_lists(form).values():
            scale = "1" in options and "5" in options  # explained in the text, not on buttons
            for code, key in options.items():
                limit = 40 if scale and code.isdecimal() else 28
                assert len(known[key]) <= limit, known[key]


@every_form
def test_consent_comes_first_and_says_who_asks_and_from_what_age(form: str) -> None:
    first = next(iter(read_xform_tree(form).find("{http://www.w3.org/1999/xhtml}body")))
    assert etree.QName(first).localname == "trigger"
    assert first.get(SUARA_NAMESPACE + "consent") == "yes"
    assert read_suara_attribute(form, "consent") == {"setuju": "yes"}
    for language in LANGUAGES:
        hint = read_texts(form)[language]["/data/setuju:hint"]
        assert "18" in hint
        assert "Sekretariat" in hint or "Secretariat" in hint


def test_suaras_own_attributes_arrive_where_the_bot_looks_for_them() -> None:
    assert read_suara_attribute("persepsi", "place") == {
        p: p for p in ("kota", "kecamatan", "kelurahan")
    }
    assert read_suara_attribute("persepsi", "shuffle") == {"pendorong": "yes"}
    assert read_suara_attribute("persepsi", "limit") == {"guncangan": "3", "tekanan": "3"}
    for form in ("kerentanan", "kondisi-aset"):
        assert read_suara_attribute(form, "given") == {"sektor": "sector", "kategori": "category"}
    for form in ("rencana-kota", "skenario"):
        assert read_suara_attribute(form, "given") == {"sektor": "sector"}
    assert read_suara_attribute("kondisi-aset", "limit") == {"ikut_lumpuh": "3"}
    assert read_suara_attribute("rencana-kota", "limit") == dict.fromkeys(
        ("langsung", "tidak_langsung", "hambatan"), "3"
    )
    assert read_suara_attribute("skenario", "limit") == {"memburuk": "3"}


def test_a_resident_is_asked_twelve_drivers_on_one_scale() -> None:
    drivers = [c for c in list_controls("persepsi") if "/pendorong/" in c.get("ref")]
    lists = {c.find("x:itemset", XFORM_NAMESPACES).get("nodeset") for c in drivers}
    assert len(drivers) == 12
    assert lists == {"instance('kekuatan')/root/item"}
    assert list(read_choice_lists("persepsi")["kekuatan"]) == ["4", "3", "2", "1", "tt"]


def test_residents_and_participants_judge_the_same_shocks_and_stresses() -> None:
    asked = read_choice_lists("persepsi")
    shocks, stresses = list(asked["guncangan"]), list(asked["tekanan"])
    assert (len(shocks), len(stresses)) == (15, 15)
    for group in ("/data/kemungkinan", "/data/dampak", "/data/aset/guncangan"):
        assert list_table_lines("kerentanan", group) == shocks
    assert list_table_lines("kerentanan", "/data/bobot") == stresses
    assert set(asked["alami"]) - {"tidak_ada", "tm"} <= set(shocks)
    for language in LANGUAGES:
        rated, feared = read_texts("kerentanan")[language], read_texts("persepsi")[language]
        for code in shocks:
            assert rated[f"/data/dampak/{code}:label"] == feared[asked["guncangan"][code]]
        for code in stresses:
            assert rated[f"/data/bobot/{code}:label"] == feared[asked["tekanan"][code]]


def said(form: str, listed: str, language: str) -> dict[str, str]:
    """Code -> label of a list."""
    return {
        code: read_texts(form)[language][key]
        for code, key in read_choice_lists(form)[listed].items()
    }


def test_a_list_that_stands_in_several_questionnaires_reads_the_same_in_each() -> None:
    columns = dict(zip(LANGUAGES, ("label", "label_en"), strict=True))
    for language, column in columns.items():
        for form, listed in (
            ("rencana-kota", "guncangan"),
            ("rencana-kota", "tekanan"),
            ("skenario", "tekanan"),
        ):
            assert said(form, listed, language) == said("persepsi", listed, language)
        categories = {row["name"]: row[column] for row in read_csv_rows("kategori.csv")}
        assert said("kondisi-aset", "kategori", language) == categories
        failing = said("kondisi-aset", "kategori_ikut", language)
        assert failing.keys() - categories.keys() == {"tidak_ada", "tt"}
        assert categories.items() <= failing.items()
        sure = said("kondisi-aset", "keyakinan", language)
        assert sure == said("skenario", "kepastian", language)


def test_plans_are_told_by_the_drivers_that_residents_judge() -> None:
    drivers = [
        name_of_control(c) for c in list_controls("persepsi") if "/pendorong/" in c.get("ref")
    ]
    assert said("rencana-kota", "pendorong", LANGUAGES[1]) == question_names.DRIVER_NAMES
    assert list(read_choice_lists("rencana-kota")["pendorong"]) == drivers


def test_every_rating_runs_from_one_to_five_and_has_its_special_answers() -> None:
    usual = {"tt", "bb"}
    special = {
        "kerentanan": dict.fromkeys(("kemungkinan", "dampak", "bobot"), usual)
        | {"rentan": {"tp"} | usual},
        "kondisi-aset": dict.fromkeys(("fisik", "kecukupan", "pemeliharaan", "kekritisan"), usual),
        "rencana-kota": {"manfaat": {"tt"}, "biaya": {"tt"}, "tahap": {"tt"}},
        "skenario": dict.fromkeys(("arah", "kemungkinan", "dampak", "kesiapan"), usual),
    }
    for form, scales in special.items():
        for scale, others in scales.items():
            assert set(read_choice_lists(form)[scale]) == {"1", "2", "3", "4", "5"} | others


def test_the_example_of_the_manual_compiles_as_it_stands() -> None:
    manual = (ROOT / "docs" / "questionnaires.md").read_text(encoding="utf-8")
    example = re.search(r"```markdown\n(.*?)```", manual, re.DOTALL)
    assert example
    warnings: list[str] = []
    made = etree.fromstring(convert(example[1], file_type=".md", warnings=warnings).xform.encode())
    assert warnings == []
    asked = [
        bind.get("nodeset") for bind in made.iterfind(".//x:bind[@required]", XFORM_NAMESPACES)
    ]
    assert asked == [
        "/data/setuju",
        "/data/pernah",
        "/data/kali",
        "/data/siap/rumah",
        "/data/siap/sekolah",
    ]
