"""The PDF can be read aloud, kept for good, and printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import typst
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from reports.documents import pdf
from reports.documents.chart_files import build_chart_files
from reports.documents.fonts import LEFT_OUT_MARK, load_fonts, make_legible, make_typesettable
from reports.documents.typesetting import TEMPLATES
from reports.make_report import make_report
from reports.report_content import ReportContent
from reports.request import Report, ReportKind
from tests.reports.filled_store import FilledStore, build_report_request
from tests.reports.report_contents import find_file, read_pdf_pages


@pytest.fixture(scope="module")
def reader(report: Report) -> PdfReader:
    return PdfReader(find_file("pdf", report))


def nodes(element: Any) -> Iterator[DictionaryObject]:
    """The elements of the structure, from the root down."""
    found = element.get_object()
    if isinstance(found, DictionaryObject):
        yield found
        found = found.get("/K", [])
    for inner in found if isinstance(found, list) else [found]:
        if not isinstance(inner, int):
            yield from nodes(inner)


def test_it_is_tagged_titled_and_says_its_language(reader: PdfReader) -> None:
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "id"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Penilaian Awal Ketahanan Jakarta – 2–22 November 2026"
    said = reader.xmp_metadata
    assert said is not None
    kinds = said.stream.get_data().decode()
    assert "pdfuaid:part>1<" in kinds
    assert "pdfaid:part>2<" in kinds


def test_headings_tables_and_figures_have_their_tags(
    reader: PdfReader, content: ReportContent
) -> None:
    root: Any = reader.trailer["/Root"]
    every = list(nodes(root["/StructTreeRoot"]))
    tags = [str(node.get("/S", "")) for node in every]
    assert {"/H1", "/H2", "/P", "/L", "/Table", "/TH", "/TD", "/Figure", "/Caption"} <= set(tags)
    told = {str(node["/Alt"]) for node in every if "/Alt" in node}
    drawn = {picture.alt for chapter in content.chapters for picture in chapter.pictures}
    assert drawn
    assert drawn <= told


def test_each_language_is_marked_where_it_begins(crowded: FilledStore) -> None:
    made = make_report(
        build_report_request(crowded, kind=ReportKind.WEEKLY, language="id+en", formats=("pdf",))
    )
    root: Any = PdfReader(find_file("pdf", made)).trailer["/Root"]
    marked = {str(node["/Lang"]) for node in nodes(root["/StructTreeRoot"]) if "/Lang" in node}
    assert "en" in marked


def test_every_font_is_inside_and_ours(reader: PdfReader) -> None:
    fonts = {
        str(font["/BaseFont"]).partition("+")[2]
        for page in reader.pages
        for font in (found.get_object() for found in page["/Resources"].get("/Font", {}).values())  # type: ignore[attr-defined]
    }
    assert fonts
    assert all(name.startswith(("SourceSansPro", "DejaVuSans", "NotoSans")) for name in fonts)


def test_pages_are_a4_and_numbered(report: Report, reader: PdfReader) -> None:
    texts = read_pdf_pages(report)
    assert len(texts) == len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        assert [round(float(x)) for x in page.mediabox[2:]] == [595, 842]
        if number > 1:
            assert f"{number} / {len(reader.pages)}" in texts[number - 1]


def test_no_page_between_the_summary_and_the_last_is_half_empty(content: ReportContent) -> None:
    pages = typst.compile(
        str(TEMPLATES / "pra.typ"),
        font_paths=load_fonts(),
        format="png",
        ppi=20,
        sys_inputs={"reports": json.dumps([pdf.build_template_data(content)], default=str)},
    )
    assert len(pages) > 10
    for number, page in enumerate(pages[3:-1], 4):
        grey = np.asarray(Image.open(BytesIO(page)).convert("L"))
        # Without the footer, which stands under 92 hundredths of the page.
        body = grey[: int(0.92 * len(grey))]
        inked = np.flatnonzero((body < 200).any(axis=1))
        assert inked[-1] > 0.55 * len(grey), f"page {number}"


def test_signs_that_no_font_has_are_left_out_and_others_stand() -> None:
    assert make_legible("Macet 😀 مرور 交通堵塞 ไทย") == "Macet 😀 مرور 交通堵塞 ไทย"
    assert make_legible("Banjir \U0001f30a!") == "Banjir !"
    assert make_legible("नम नम") == LEFT_OUT_MARK
    assert make_typesettable({"a": ["x" * 28]}) == {"a": ["x" * 28]}
    assert make_typesettable({"a": ["x" * 30]}) == {"a": ["\u200b".join([*["xxxx"] * 7, "xx"])]}


def test_the_picture_for_the_chat_is_as_wide_as_a_phone_shows(report: Report) -> None:
    picture = Image.open(find_file("png", report))
    assert picture.width == 1280
    assert 600 < picture.height < 6000


def test_every_chart_is_an_svg_of_its_own(content: ReportContent) -> None:
    drawn = list(build_chart_files(content))
    assert len({file.name for file in drawn}) == len(drawn) > 5
    assert all(b"<svg" in BytesIO(file.content).read(400) for file in drawn)


def test_the_head_of_a_page_names_the_chapter_that_the_page_begins_with(
    content: ReportContent, report: Report
) -> None:
    names = [*(chapter.title for chapter in content.chapters), "Metode dan keterbatasan"]
    titles = [f"{n} {name}" for n, name in enumerate(names, 1)]
    begun, checked = "", 0
    for page in read_pdf_pages(report)[3:]:
        if "Bunyi setiap pertanyaan" in page:
            break
        here = [title for title in titles if title in page]
        head, on_top = page.removeprefix(content.title).strip(), ""
        for title in here:
            name = title.partition(" ")[2]
            on_top = on_top or (name if head.startswith(f"{name} {title}") else "")
        if begun and not on_top:
            assert head.startswith(begun)
            checked += 1
        begun = here[-1].partition(" ")[2] if here else begun
    assert checked > 3
