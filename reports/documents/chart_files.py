"""Charts by themselves: each as SVG for print, and one as PNG for the chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reports.chapters.elements import Chapter
from reports.documents.table_bars import barred, blocks
from reports.documents.typesetting import compiled
from reports.localizer import Words
from reports.report_content import Content
from reports.report_kinds import SHOWN
from reports.request import File, Kind

SVG = "image/svg+xml"
#: The picture's page is as wide as a phone: 360 points, here made 1,280 pixels.
RESOLUTION = 72 * 1280 / 360
#: More bars than this are no picture for a phone.
ROWS = 14


def pictures(content: Content) -> Iterator[File]:
    """Every chart of a report, named for its chapter, place and language."""
    for chapter in content.chapters:
        for number, picture in enumerate(chapter.pictures, 1):
            name = f"{chapter.key}-{number}-{content.words.language}.svg"
            yield File(name, picture.svg, SVG)


def png(contents: Sequence[Content]) -> bytes:
    """The most telling chart in the first language, 1,280 pixels wide; empty if there is none."""
    content = contents[0]
    data = card(content)
    made_at = content.order.made_at
    return compiled("phone.typ", [data], "png", made_at, resolution=RESOLUTION) if data else b""


def card(content: Content) -> dict[str, Any] | None:
    """The first chapter, of those to be shown, that has something to show."""
    words, by_key = content.words, {chapter.key: chapter for chapter in content.chapters}
    shown = (by_key[key] for key in SHOWN[Kind(content.order.kind)] if key in by_key)
    drawn = next((found for chapter in shown if (found := telling(chapter, words))), None)
    return drawn and drawn | {
        "language": words.language,
        "title": content.title,
        "period": content.period,
        "hidden": words("too few answers"),
        "foot": content.caution,
    }


def telling(chapter: Chapter, words: Words) -> dict[str, Any] | None:
    """What a chapter shows on a phone: a table's bars, else its first drawing."""
    if (table := barred(chapter)) is not None:
        block = next(blocks(table, words, ROWS))
        return {"heading": table.title, "svg": "", "bars": block}
    if chapter.pictures:
        first = chapter.pictures[0]
        return {"heading": first.caption, "svg": first.svg.decode(), "bars": None}
    return None
