"""What is told of a wave to those who answered it: a short text and one picture.

All figures are those of the chapters, with the same small cells hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape

import pandas as pd

from reports import question_names
from reports.chapters.elements import Table
from reports.chapters.shocks.worries import NAMED
from reports.charts.style import fit
from reports.documents.chart_files import png
from reports.documents.chat_message import short
from reports.localizer import Words, later
from reports.report_content import Content, composed
from reports.request import Kind, Order
from survey.store.summaries import Summary

#: Of fewer complete interviews nothing is told but that they were too few.
LEAST = 30
#: Telegram takes 1,024 under a picture.
LONGEST = 900
#: So many are named of each; a longer name of the secretariat is cut.
FIRST = 3
NAME = 80
HEADINGS = {
    question_names.SHOCKS: later("Sudden events of most concern"),
    question_names.STRESSES: later("Heaviest everyday problems"),
}


def summaries(order: Order) -> tuple[Summary, ...]:
    """What is told of the wave ``order.scope``, in each of the order's languages.

    Raises OrderError for a wave that is not there.
    """
    return tuple(map(summary, composed(replace(order, kind=Kind.WAVE, formats=()))))


def summary(content: Content) -> Summary:
    """Text and picture; no picture where too few people answered."""
    words, n, blocks = content.words, complete(content), list(told(content))
    head = f"<b>{short(content.title)}</b>"
    if n < LEAST or not blocks:
        few = words(
            "Too few people answered to tell you anything that holds: {n} answered to the end. "
            "Thank you for being one of them!",
            n=words.count(n),
        )
        return Summary(words.language, fitted(head, [escape(few, quote=False)], content), b"")
    thanks = words(
        "{n} people answered to the end ({period}). Thank you for being one of them!",
        n=words.count(n),
        period=content.period,
    )
    head = f"{head}\n{escape(thanks, quote=False)}"
    return Summary(words.language, fitted(head, blocks, content), png([content]))


def complete(content: Content) -> int:
    """How many interviews were handed in."""
    fieldwork = next(chapter for chapter in content.chapters if chapter.key == "fieldwork")
    return sum(figure.number or 0 for figure in fieldwork.key_figures)


def told(content: Content) -> Iterator[str]:
    """The weakest and the strongest, what worries most; else the key figures that there are."""
    tables = {table.key: table for chapter in content.chapters for table in chapter.tables}
    found = [*drivers(tables, content.words), *worries(tables, content.words)]
    yield from found or filter(None, ["\n".join(key_figures(content))])


def drivers(tables: Mapping[str, Table], words: Words) -> Iterator[str]:
    """What residents find weak most and least often."""
    if (table := tables.get("perception")) is None:
        return
    residents = table.frame["who"] == words(question_names.ROLES[question_names.RESIDENT])
    shown = table.frame[residents].dropna(subset=["weak"]).sort_values("weak", ascending=False)
    number = min(FIRST, len(shown) // 2)
    if number:
        weakest, strongest = shown.head(number), shown.tail(number)[::-1]
        yield block(words("Most often found weak"), weakest, "driver", "weak", words)
        yield block(words("Least often found weak"), strongest, "driver", "weak", words)


def worries(tables: Mapping[str, Table], words: Words) -> Iterator[str]:
    """The shocks and stresses that most people named."""
    if (table := tables.get("named")) is None:
        return
    for name, heading in HEADINGS.items():
        of = table.frame["kind"] == words(NAMED[name])
        shown = table.frame[of & (table.frame["share"] > 0)]
        if len(shown):
            yield block(words(heading), shown.head(FIRST), "label", "share", words)


def block(heading: str, rows: pd.DataFrame, label: str, share: str, words: Words) -> str:
    """A heading and a line for each row."""
    lines = (
        f"• {short(str(row[label]))} – {words.percent(row[share])}" for _, row in rows.iterrows()
    )
    return "\n".join([f"<b>{escape(heading, quote=False)}</b>", *lines])


def key_figures(content: Content) -> Iterator[str]:
    """Of other questionnaires: what the chapters put first."""
    for chapter in content.chapters:
        for figure in chapter.key_figures if chapter.key != "fieldwork" else ():
            yield f"• {short(figure.label)}: <b>{short(figure.value)}</b>"


def fitted(head: str, blocks: list[str], content: Content) -> str:
    """As many of the blocks as there is room for; what happens next, and of whom this is."""
    words = content.words
    following = words(
        "What happens next: {secretariat} uses this for the city's resilience plan.",
        secretariat=fit(content.order.secretariat, NAME, 1),
    )
    whom = words(
        "This is what volunteers say, not the whole city. Figures of very few people are left out."
    )
    foot = f"{escape(following, quote=False)}\n<i>{escape(whom, quote=False)}</i>"
    kept: list[str] = []
    for each in blocks:
        if len("\n\n".join([head, *kept, each, foot])) < LONGEST:
            kept.append(each)
    return "\n\n".join([head, *kept, foot])
