"""The codebook and the README beside the data tell what is in them."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from reports.export.ddi import NAMESPACE
from survey.forms.authoring.xlsform import compile_file
from tests.reports.exported_files import STUDY, read_spss
from tests.reports.filled_store import FORMS

DDI = {"d": NAMESPACE}


XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def test_the_codebook_names_every_variable_in_both_languages(of_crowd: dict[str, Path]) -> None:
    book = etree.parse(of_crowd["persepsi.ddi.xml"])
    assert book.getroot().tag == f"{{{NAMESPACE}}}codeBook"
    assert book.getroot().get("version") == "2.5"
    rows, about = read_spss(of_crowd["persepsi.sav"])
    variables = book.findall(".//d:dataDscr/d:var", DDI)
    assert [variable.get("name") for variable in variables] == list(rows.columns)
    assert len({variable.get("ID") for variable in variables}) == len(variables)
    for variable in variables:
        labels = {label.get(XML_LANGUAGE): label.text for label in variable.findall("d:labl", DDI)}
        assert set(labels) == {"id", "en"}
        assert labels["id"] == about.column_names_to_labels[variable.get("name")]
    (needs,) = (variable for variable in variables if variable.get("name") == "kebutuhan")
    wording = {
        text.get(XML_LANGUAGE): text.text for text in needs.iterfind("d:qstn/d:qstnLit", DDI)
    }
    form = compile_file(FORMS / "persepsi.md")
    asked = form.by_path["/data/warga/pendorong/kebutuhan"].label
    assert wording == {
        code: asked.get_plain_text(form.match_language(code)) for code in ("id", "en")
    }
    missing = needs.xpath("d:catgry[@missing='Y']/d:catValu/text()", namespaces=DDI)
    assert missing == ["-1"]
    assert needs.find("d:invalrng/d:range", DDI).attrib == {"min": "-1", "max": "-1"}
    assert len(needs.findall("d:catgry", DDI)) == len(about.variable_value_labels["kebutuhan"])


def test_the_codebook_tells_how_the_data_came_about(of_crowd: dict[str, Path]) -> None:
    book = etree.parse(of_crowd["persepsi.ddi.xml"])

    def text(path: str, language: str = "en") -> str:
        found = book.xpath(f"//{path}[lang('{language}') or not(@xml:lang)]", namespaces=DDI)
        return " ".join(element.text for element in found)

    assert text("d:stdyDscr/d:citation//d:titl", "id") == "Persepsi Ketahanan Jakarta"
    assert text("d:stdyDscr//d:producer") == STUDY.secretariat
    assert text("d:geogCover") == "Jakarta"
    assert text("d:collDate") == "2026-11-02 2026-12-16"
    assert "volunteers" in text("d:sampProc")
    assert "sukarela" in text("d:sampProc", "id")
    assert "weight of each resident" in text("d:weight")
    assert book.xpath("//d:var[@wgt='wgt']/@name", namespaces=DDI) == ["weight"]
    assert "pseudonyms" in text("d:confDec")
    assert "Telegram" in text("d:collMode")
    assert text("d:fileName") == "persepsi.sav"
    rows = read_spss(of_crowd["persepsi.sav"]).rows
    assert text("d:caseQnty") == str(len(rows))


def test_the_readme_explains_each_file_in_both_languages(of_crowd: dict[str, Path]) -> None:
    indonesian, english = of_crowd["README.txt"].read_text(encoding="utf-8").split("\n\n\n")
    for name in of_crowd:
        assert name == "README.txt" or (f"- {name}: " in indonesian and f"- {name}: " in english)
    assert "-1  tt  tidak tahu" in indonesian
    assert "-1  tt  don't know" in english
