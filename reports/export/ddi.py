"""A codebook in XML for archives and other programs: DDI-Codebook 2.5.

Source: DDI Alliance, *DDI-Codebook 2.5*, https://ddialliance.org/Specification/DDI-Codebook/2.5/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from reports.export.atomic_files import write_atomically
from reports.export.kind_exports import VariableKind
from reports.export.variables import WEIGHT_PART, TextsByLanguage, Variable
from reports.localizer import Localizer, gettext_noop
from reports.question_names import AUDIENCES
from survey.code_numbers import SPECIAL_NUMBERS
from survey.forms.model.questionnaire import Questionnaire

NAMESPACE = "ddi:codebook:2_5"
SCHEMA_URL = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
LANGUAGE_ATTRIBUTE = "{http://www.w3.org/XML/1998/namespace}lang"
#: An element; the library that builds them has no types.
Node = Any
ELEMENTS = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})

TITLE_TEXT = gettext_noop("{title}: what the data files hold")
UNIVERSE_TEXT = gettext_noop("Those whom a wave asked and who wished to answer: {audience}")
UNIT_TEXT = gettext_noop("Interview: one person's pass through a wave's questionnaire")
SAMPLING_TEXT = gettext_noop(
    "None was drawn by lot: whoever came by a link, a poster or an invitation could answer. The "
    "respondents are volunteers, so margins of error of random samples do not apply."
)
MODE_TEXT = gettext_noop("Questionnaire filled in by oneself, in a chat on Telegram")
WEIGHT_TEXT = gettext_noop(
    "The data are as people gave them. The variable “weight” has the weight of each resident where "
    "a population file was set up, and is empty elsewhere; reports name the margins used."
)
CONFIDENTIAL_TEXT = gettext_noop(
    "People are known by random pseudonyms; no Telegram id, name or telephone number is in the "
    "files. What people wrote in their own words stands as they wrote it and may tell who they are."
)
CONDITIONS_TEXT = gettext_noop(
    "For the secretariat and whom it entrusts with the data. Do not try to find out who somebody "
    "is; publish no figures of small groups; quote only what was released."
)
DATA_KIND_TEXT = gettext_noop("Survey data")


@dataclass(frozen=True)
class Study:
    """Who asks, where, and the language of labels where only one is possible."""

    city: str = ""
    secretariat: str = ""
    language: str = "id"


@dataclass(frozen=True)
class FieldedWave:
    """A wave: when it was open, and whom it asked, by role."""

    id: str
    opens_at: datetime
    closes_at: datetime
    audience: tuple[str, ...]


@dataclass(frozen=True)
class DescribedFile:
    """A data file: its rows, and what its columns are."""

    name: str
    rows: int
    variables: tuple[Variable, ...]


def write_ddi(
    path: Path,
    study: Study,
    form: Questionnaire,
    waves: Sequence[FieldedWave],
    files: Sequence[DescribedFile],
    words: Mapping[str, Localizer],
    now: datetime,
) -> Path:
    """Describe a questionnaire's files, in every language of ``words``."""
    root = ELEMENTS.codeBook(
        {"version": "2.5", SCHEMA_LOCATION: f"{NAMESPACE} {SCHEMA_URL}"},
        ELEMENTS.docDscr(
            ELEMENTS.citation(
                build_title_node(form, words, TITLE_TEXT), build_production_node(study, now)
            )
        ),
        build_study_node(study, form, waves, words, now),
        *(build_file_node(number, file) for number, file in enumerate(files, 1)),
        ELEMENTS.dataDscr(*build_variable_nodes(files)),
    )
    with write_atomically(path) as name:
        etree.ElementTree(root).write(
            name, encoding="utf-8", xml_declaration=True, pretty_print=True
        )
    return path


def build_study_node(
    study: Study,
    form: Questionnaire,
    waves: Sequence[FieldedWave],
    words: Mapping[str, Localizer],
    now: datetime,
) -> Node:
    """Who asked whom, when, how, and who may use it."""
    audience = dict.fromkeys(role for wave in waves for role in wave.audience)
    asked = {
        code: say(
            UNIVERSE_TEXT,
            audience=say.join_items(say(AUDIENCES.get(role, role)) for role in audience),
        )
        for code, say in words.items()
    }
    confidential = build_nodes_by_language("confDec", translate_ddi_text(words, CONFIDENTIAL_TEXT))
    conditions = build_nodes_by_language("conditions", translate_ddi_text(words, CONDITIONS_TEXT))
    place = [ELEMENTS.geogCover(study.city)] if study.city else []
    return ELEMENTS.stdyDscr(
        ELEMENTS.citation(
            build_title_node(form, words, "{title}"), build_production_node(study, now)
        ),
        ELEMENTS.stdyInfo(
            ELEMENTS.sumDscr(
                *build_date_nodes(waves),
                *place,
                *build_nodes_by_language("anlyUnit", translate_ddi_text(words, UNIT_TEXT)),
                *build_nodes_by_language("universe", asked),
                *build_nodes_by_language("dataKind", translate_ddi_text(words, DATA_KIND_TEXT)),
            )
        ),
        ELEMENTS.method(
            ELEMENTS.dataColl(
                *build_nodes_by_language("sampProc", translate_ddi_text(words, SAMPLING_TEXT)),
                *build_nodes_by_language("collMode", translate_ddi_text(words, MODE_TEXT)),
                *build_nodes_by_language("weight", translate_ddi_text(words, WEIGHT_TEXT)),
            )
        ),
        # The schema has one statement a language, not one of several languages.
        ELEMENTS.dataAccs(
            *(ELEMENTS.useStmt(*use) for use in zip(confidential, conditions, strict=True))
        ),
    )


def build_title_node(form: Questionnaire, words: Mapping[str, Localizer], text: str) -> Node:
    """The title in the first language, then in the others, and the questionnaire's id."""
    first, *others = build_nodes_by_language(
        "titl", {code: say(text, title=form.get_title(code)) for code, say in words.items()}
    )
    for other in others:
        other.tag = f"{{{NAMESPACE}}}parTitl"
    return ELEMENTS.titlStmt(first, *others, ELEMENTS.IDNo(f"{form.id} {form.version}".strip()))


def build_production_node(study: Study, now: datetime) -> Node:
    """By whom, and when this was written."""
    who = [ELEMENTS.producer(study.secretariat)] if study.secretariat else []
    day = now.date().isoformat()
    return ELEMENTS.prodStmt(*who, ELEMENTS.prodDate({"date": day}, day))


def build_date_nodes(waves: Sequence[FieldedWave]) -> Iterator[Node]:
    """First and last day of each wave."""
    for wave in waves:
        for event, at in (("start", wave.opens_at), ("end", wave.closes_at)):
            day = at.date().isoformat()
            yield ELEMENTS.collDate({"date": day, "event": event, "cycle": wave.id}, day)


def build_file_node(number: int, file: DescribedFile) -> Node:
    """A file and its size."""
    size = ELEMENTS.dimensns(
        ELEMENTS.caseQnty(str(file.rows)), ELEMENTS.varQnty(str(len(file.variables)))
    )
    return ELEMENTS.fileDscr(
        {"ID": f"F{number}"},
        ELEMENTS.fileTxt(ELEMENTS.fileName(file.name), size, ELEMENTS.fileType("SPSS (.sav)")),
    )


def build_variable_nodes(files: Sequence[DescribedFile]) -> Iterator[Node]:
    """All variables of all files."""
    numbers = count(1)
    for number, file in enumerate(files, 1):
        for variable in file.variables:
            yield build_variable_node(f"V{next(numbers)}", f"F{number}", variable)


def build_variable_node(key: str, file: str, variable: Variable) -> Node:
    """A variable: label, wording, missing values, what each value means."""
    quantity = variable.kind in (
        VariableKind.NUMBER,
        VariableKind.POINT,
        VariableKind.DAY,
        VariableKind.MOMENT,
    )
    about = {
        "ID": key,
        "name": variable.name,
        "files": file,
        "intrvl": "contin" if quantity else "discrete",
        "nature": {"scale": "interval"}.get(variable.measure, variable.measure),
    }
    if not variable.path and variable.part == WEIGHT_PART:
        about["wgt"] = "wgt"
    wording = (
        [ELEMENTS.qstn(*build_nodes_by_language("qstnLit", variable.wording))]
        if variable.wording
        else []
    )
    missing = [
        ELEMENTS.range({"min": str(lowest), "max": str(highest)})
        for lowest, highest in variable.missing_ranges
    ]
    text = variable.kind is VariableKind.TEXT
    return ELEMENTS.var(
        about,
        *build_nodes_by_language("labl", variable.labels),
        *wording,
        *([ELEMENTS.invalrng(*missing)] if missing else []),
        *build_category_nodes(variable),
        ELEMENTS.varFormat({"type": "character" if text else "numeric", "schema": "SPSS"}),
    )


def build_category_nodes(variable: Variable) -> Iterator[Node]:
    """Each value and its label, and the code that it has in the long files if that is another."""
    coded = variable.numbers if variable.kind is VariableKind.CHOICE else SPECIAL_NUMBERS
    codes = {variable.numbers[code]: code for code in coded if code in variable.numbers}
    missing = set(variable.missing_values)
    for value, labels in variable.values.items():
        code = codes.get(value, str(value)) if isinstance(value, int | float) else value
        yield ELEMENTS.catgry(
            {"missing": "Y"} if value in missing else {},
            ELEMENTS.catValu(str(value)),
            *build_nodes_by_language("labl", labels),
            *([ELEMENTS.txt(strip_control_characters(code))] if code != str(value) else []),
        )


def translate_ddi_text(words: Mapping[str, Localizer], text: str) -> TextsByLanguage:
    """One of our own texts in every language."""
    return {language: say(text) for language, say in words.items()}


def build_nodes_by_language(name: str, texts: TextsByLanguage) -> list[Node]:
    """An element for each language."""
    return [
        ELEMENTS(name, {LANGUAGE_ATTRIBUTE: language}, strip_control_characters(text))
        for language, text in texts.items()
    ]


def strip_control_characters(text: str) -> str:
    """Without the control characters that XML does not allow."""
    return "".join(letter for letter in text if letter in "\t\n" or letter >= " ")
