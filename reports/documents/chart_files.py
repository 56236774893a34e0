"""Charts by themselves: each as SVG for print, and one as PNG for the chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reports.chapters.elements import Chapter
from reports.documents.table_bars import build_bar_blocks, find_barred_table
from reports.documents.typesetting import compile_template
from reports.localizer import Localizer
from reports.report_content import ReportContent
from reports.report_kinds import get_definition
from reports.request import ReportFile

SVG_MEDIA_TYPE = "image/svg+xml"
#: The picture's page is as wide as a phone: 360 points, here made 1,280 pixels.
RESOLUTION = 72 * 1280 / 360
#: More bars than this are no picture for a phone.
MOST_PHONE_BARS = 14


def build_chart_files(content: ReportContent) -> Iterator[ReportFile]:
    """Every chart of a report, named for its chapter, place and language."""
    for chapter in content.chapters:
        for number, picture in enumerate(chapter.pictures, 1):
            name = f"{chapter.key}-{number}-{content.words.language}.svg"
            yield ReportFile(name, picture.svg, SVG_MEDIA_TYPE)


def render_png(contents: Sequence[ReportContent]) -> bytes:
    """The most telling chart in the first language, 1,280 pixels wide; empty if there is none."""
    content = contents[0]
    data = build_phone_data(content)
    made_at = content.request.made_at
    return (
        compile_template("phone.typ", [data], "png", made_at, resolution=RESOLUTION)
        if data
        else b""
    )


def build_phone_data(content: ReportContent) -> dict[str, Any] | None:
    """The first chapter, of those to be shown, that has something to show."""
    words, by_key = content.words, {chapter.key: chapter for chapter in content.chapters}
    wanted = get_definition(content.request.kind).picture_chapters
    shown = (by_key[key] for key in wanted if key in by_key)
    drawn = next((found for chapter in shown if (found := build_phone_chart(chapter, words))), None)
    return drawn and drawn | {
        "language": words.language,
        "title": content.title,
        "period": content.period,
        "hidden": words("too few answers"),
        "foot": content.caution,
    }


def build_phone_chart(chapter: Chapter, words: Localizer) -> dict[str, Any] | None:
    """What a chapter shows on a phone: a table's bars, else its first drawing."""
    if (table := find_barred_table(chapter)) is not None:
        block = next(build_bar_blocks(table, words, MOST_PHONE_BARS))
        return {"heading": table.title, "svg": "", "bars": block}
    if chapter.pictures:
        first = chapter.pictures[0]
        return {"heading": first.caption, "svg": first.svg.decode(), "bars": None}
    return None
