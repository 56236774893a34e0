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

from reports.export.atomic_files import beside
from reports.export.variables import Kind, Texts, Variable
from reports.localizer import Words, later
from reports.question_names import AUDIENCES
from survey.forms.model.questionnaire import Questionnaire

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: An element; the library that builds them has no types.
Node = Any
E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})

TITLE = later("{title}: what the data files hold")
UNIVERSE = later("Those whom a wave asked and who wished to answer: {audience}")
UNIT = later("Interview: one person's pass through a wave's questionnaire")
SAMPLING = later(
    "None was drawn by lot: whoever came by a link, a poster or an invitation could answer. The "
    "respondents are volunteers, so margins of error of random samples do not apply."
)
MODE = later("Questionnaire filled in by oneself, in a chat on Telegram")
WEIGHT = later(
    "The data are not weighted and hold no weights. Where a report weights its results, it names "
    "the margins used."
)
CONFIDENTIAL = later(
    "People are known by random pseudonyms; no Telegram id, name or telephone number is in the "
    "files. What people wrote in their own words stands as they wrote it and may tell who they are."
)
CONDITIONS = later(
    "For the secretariat and whom it entrusts with the data. Do not try to find out who somebody "
    "is; publish no figures of small groups; quote only what was released."
)
KIND = later("Survey data")


@dataclass(frozen=True)
class Study:
    """Who asks, where, and the language of labels where only one is possible."""

    city: str = ""
    secretariat: str = ""
    language: str = "id"


@dataclass(frozen=True)
class Fielding:
    """A wave: when it was open, and whom it asked, by role."""

    id: str
    opens_at: datetime
    closes_at: datetime
    audience: tuple[str, ...]


@dataclass(frozen=True)
class Described:
    """A data file: its rows, and what its columns are."""

    name: str
    rows: int
    variables: tuple[Variable, ...]


def write_ddi(
    path: Path,
    study: Study,
    form: Questionnaire,
    waves: Sequence[Fielding],
    files: Sequence[Described],
    words: Mapping[str, Words],
    now: datetime,
) -> Path:
    """Describe a questionnaire's files, in every language of ``words``."""
    root = E.codeBook(
        {"version": "2.5", XSI: f"{NAMESPACE} {SCHEMA}"},
        E.docDscr(E.citation(titles(form, words, TITLE), produced(study, now))),
        study_of(study, form, waves, words, now),
        *(file_of(number, file) for number, file in enumerate(files, 1)),
        E.dataDscr(*variables_of(files)),
    )
    with beside(path) as name:
        etree.ElementTree(root).write(
            name, encoding="utf-8", xml_declaration=True, pretty_print=True
        )
    return path


def study_of(
    study: Study,
    form: Questionnaire,
    waves: Sequence[Fielding],
    words: Mapping[str, Words],
    now: datetime,
) -> Node:
    """Who asked whom, when, how, and who may use it."""
    audience = dict.fromkeys(role for wave in waves for role in wave.audience)
    asked = {
        code: say(
            UNIVERSE, audience=say.listed(say(AUDIENCES.get(role, role)) for role in audience)
        )
        for code, say in words.items()
    }
    confidential = each("confDec", said(words, CONFIDENTIAL))
    conditions = each("conditions", said(words, CONDITIONS))
    place = [E.geogCover(study.city)] if study.city else []
    return E.stdyDscr(
        E.citation(titles(form, words, "{title}"), produced(study, now)),
        E.stdyInfo(
            E.sumDscr(
                *dates(waves),
                *place,
                *each("anlyUnit", said(words, UNIT)),
                *each("universe", asked),
                *each("dataKind", said(words, KIND)),
            )
        ),
        E.method(
            E.dataColl(
                *each("sampProc", said(words, SAMPLING)),
                *each("collMode", said(words, MODE)),
                *each("weight", said(words, WEIGHT)),
            )
        ),
        # The schema has one statement a language, not one of several languages.
        E.dataAccs(*(E.useStmt(*use) for use in zip(confidential, conditions, strict=True))),
    )


def titles(form: Questionnaire, words: Mapping[str, Words], text: str) -> Node:
    """The title in the first language, then in the others, and the questionnaire's id."""
    first, *others = each(
        "titl", {code: say(text, title=form.called(code)) for code, say in words.items()}
    )
    for other in others:
        other.tag = f"{{{NAMESPACE}}}parTitl"
    return E.titlStmt(first, *others, E.IDNo(f"{form.id} {form.version}".strip()))


def produced(study: Study, now: datetime) -> Node:
    """By whom, and when this was written."""
    who = [E.producer(study.secretariat)] if study.secretariat else []
    day = now.date().isoformat()
    return E.prodStmt(*who, E.prodDate({"date": day}, day))


def dates(waves: Sequence[Fielding]) -> Iterator[Node]:
    """First and last day of each wave."""
    for wave in waves:
        for event, at in (("start", wave.opens_at), ("end", wave.closes_at)):
            day = at.date().isoformat()
            yield E.collDate({"date": day, "event": event, "cycle": wave.id}, day)


def file_of(number: int, file: Described) -> Node:
    """A file and its size."""
    size = E.dimensns(E.caseQnty(str(file.rows)), E.varQnty(str(len(file.variables))))
    return E.fileDscr(
        {"ID": f"F{number}"}, E.fileTxt(E.fileName(file.name), size, E.fileType("SPSS (.sav)"))
    )


def variables_of(files: Sequence[Described]) -> Iterator[Node]:
    """All variables of all files."""
    numbers = count(1)
    for number, file in enumerate(files, 1):
        for variable in file.variables:
            yield variable_of(f"V{next(numbers)}", f"F{number}", variable)


def variable_of(key: str, file: str, variable: Variable) -> Node:
    """A variable: label, wording, missing values, what each value means."""
    quantity = variable.kind in (Kind.NUMBER, Kind.POINT, Kind.DAY, Kind.MOMENT)
    about = {
        "ID": key,
        "name": variable.name,
        "files": file,
        "intrvl": "contin" if quantity else "discrete",
        "nature": {"scale": "interval"}.get(variable.measure, variable.measure),
    }
    wording = [E.qstn(*each("qstnLit", variable.wording))] if variable.wording else []
    without = variable.missing
    ends = {"min": str(min(without)), "max": str(max(without))} if without else {}
    text = variable.kind is Kind.TEXT
    return E.var(
        about,
        *each("labl", variable.labels),
        *wording,
        *([E.invalrng(E.range(ends))] if without else []),
        *(category(variable, value) for value in variable.values),
        E.varFormat({"type": "character" if text else "numeric", "schema": "SPSS"}),
    )


def category(variable: Variable, value: int | str) -> Node:
    """A value and its label, and the code that it has in the long files if that is another."""
    missing = {"missing": "Y"} if value in variable.missing else {}
    codes = [code for code, number in variable.numbers.items() if number == value]
    other = variable.kind is Kind.CHOICE or bool(missing)
    return E.catgry(
        missing,
        E.catValu(str(value)),
        *each("labl", variable.values[value]),
        *(E.txt(readable(code)) for code in codes if other and code != str(value)),
    )


def said(words: Mapping[str, Words], text: str) -> Texts:
    """One of our own texts in every language."""
    return {language: say(text) for language, say in words.items()}


def each(name: str, texts: Texts) -> list[Node]:
    """An element for each language."""
    return [E(name, {LANGUAGE: language}, readable(text)) for language, text in texts.items()]


def readable(text: str) -> str:
    """Without the control characters that XML does not allow."""
    return "".join(letter for letter in text if letter in "\t\n" or letter >= " ")
