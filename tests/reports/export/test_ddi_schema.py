"""The codebook is DDI-Codebook 2.5: by the official schema if it is at hand, always by its rules.

The schema is under the LGPL and not kept here. To hold the files against it, unpack it from the DDI
Alliance's page (``reports/export/ddi.py`` names it) and say where ``codebook.xsd`` lies:
``DDI_CODEBOOK_SCHEMA=/…/codebook.xsd``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree

from reports.export.ddi import NAMESPACE
from tests.reports.exported_files import export_all
from tests.reports.filled_store import FilledStore

#: The environment variable that says where the schema is.
SCHEMA_VARIABLE = "DDI_CODEBOOK_SCHEMA"
#: Element -> what it may hold, in the order that the schema demands.
CONTENTS = {
    "codeBook": ["docDscr", "stdyDscr", "fileDscr", "dataDscr"],
    "docDscr": ["citation"],
    "stdyDscr": ["citation", "stdyInfo", "method", "dataAccs"],
    "citation": ["titlStmt", "prodStmt"],
    "titlStmt": ["titl", "parTitl", "IDNo"],
    "prodStmt": ["producer", "prodDate"],
    "stdyInfo": ["sumDscr"],
    "sumDscr": ["collDate", "geogCover", "anlyUnit", "universe", "dataKind"],
    "method": ["dataColl"],
    "dataColl": ["sampProc", "collMode", "weight"],
    "dataAccs": ["useStmt"],
    "useStmt": ["confDec", "conditions"],
    "fileDscr": ["fileTxt"],
    "fileTxt": ["fileName", "dimensns", "fileType"],
    "dimensns": ["caseQnty", "varQnty"],
    "dataDscr": ["var"],
    "var": ["labl", "qstn", "invalrng", "catgry", "varFormat"],
    "qstn": ["qstnLit"],
    "invalrng": ["range"],
    "catgry": ["catValu", "labl", "txt"],
}
ATTRIBUTE_VALUES = {
    "intrvl": {"contin", "discrete"},
    "nature": {"nominal", "ordinal", "interval"},
    "wgt": {"wgt"},
    "missing": {"Y"},
    "type": {"numeric", "character"},
    "event": {"start", "end"},
}


@pytest.fixture(scope="module")
def codebooks(assessed: FilledStore, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Those of all five questionnaires."""
    files = export_all(assessed.url, tmp_path_factory.mktemp("codebooks"))
    return [path for name, path in files.items() if name.endswith(".ddi.xml")]


def test_the_official_schema_takes_them(codebooks: list[Path]) -> None:
    if not (where := os.environ.get(SCHEMA_VARIABLE)):
        pytest.skip(f"{SCHEMA_VARIABLE} does not say where the schema is")
    schema = etree.XMLSchema(etree.parse(where))
    assert len(codebooks) == 5
    for path in codebooks:
        assert schema.validate(etree.parse(path)), str(schema.error_log)


def test_elements_attributes_and_references_are_as_the_schema_has_them(
    codebooks: list[Path],
) -> None:
    for path in codebooks:
        book = etree.parse(path)
        for element in book.iter(etree.Element):
            name = etree.QName(element).localname
            allowed = CONTENTS.get(name, [])
            places = [allowed.index(etree.QName(child).localname) for child in element]
            assert places == sorted(places), (path.name, name)
            for attribute, values in ATTRIBUTE_VALUES.items():
                assert element.get(attribute, next(iter(values))) in values
        names = {"d": NAMESPACE}
        ids = book.xpath("//@ID")
        assert len(set(ids)) == len(ids)
        files = set(book.xpath("//d:fileDscr/@ID", namespaces=names))
        assert set(book.xpath("//d:var/@files", namespaces=names)) == files
