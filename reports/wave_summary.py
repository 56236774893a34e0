"""What is told of a wave to those who answered it: a short text and one picture.

All figures are those of the chapters, with the same small cells hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape

import pandas as pd

from reports import question_names
from reports.chapters.elements import ReportTable
from reports.chapters.shocks.worries import WORRY_KINDS
from reports.charts.style import fit_label
from reports.documents.chart_files import render_png
from reports.documents.chat_message import escape_short_line
from reports.localizer import Localizer, gettext_noop
from reports.report_content import ReportContent, build_contents
from reports.request import ReportKind, ReportRequest
from survey.store.summaries import Summary

#: Of fewer complete interviews nothing is told but that they were too few.
FEWEST_FOR_PICTURE = 30
#: Telegram takes 1,024 under a picture.
LONGEST_SUMMARY = 900
#: So many are named of each; a longer name of the secretariat is cut.
MOST_RANKED = 3
NAME_LENGTH = 80
HEADINGS = {
    question_names.SHOCKS: gettext_noop("Sudden events of most concern"),
    question_names.STRESSES: gettext_noop("Heaviest everyday problems"),
}


def build_summaries(order: ReportRequest) -> tuple[Summary, ...]:
    """What is told of the wave ``order.scope``, in each of the order's languages.

    Raises ReportRequestError for a wave that is not there.
    """
    return tuple(
        map(build_summary, build_contents(replace(order, kind=ReportKind.WAVE, formats=())))
    )


def build_summary(content: ReportContent) -> Summary:
    """Text and picture; no picture where too few people answered."""
    words, n, blocks = (
        content.words,
        count_sent_interviews(content),
        list(list_result_blocks(content)),
    )
    head = f"<b>{escape_short_line(content.title)}</b>"
    if n < FEWEST_FOR_PICTURE or not blocks:
        few = words(
            "Too few people answered to tell you anything that holds: {n} answered to the end. "
            "Thank you for being one of them!",
            n=words.format_count(n),
        )
        return Summary(
            words.language, fit_result_blocks(head, [escape(few, quote=False)], content), b""
        )
    thanks = words(
        "{n} people answered to the end ({period}). Thank you for being one of them!",
        n=words.format_count(n),
        period=content.period,
    )
    head = f"{head}\n{escape(thanks, quote=False)}"
    return Summary(words.language, fit_result_blocks(head, blocks, content), render_png([content]))


def count_sent_interviews(content: ReportContent) -> int:
    """How many interviews were handed in."""
    fieldwork = next(chapter for chapter in content.chapters if chapter.key == "fieldwork")
    return sum(figure.number or 0 for figure in fieldwork.key_figures)


def list_result_blocks(content: ReportContent) -> Iterator[str]:
    """The weakest and the strongest, what worries most; else the key figures that there are."""
    tables = {table.key: table for chapter in content.chapters for table in chapter.tables}
    found = [
        *describe_driver_ranks(tables, content.words),
        *describe_worries(tables, content.words),
    ]
    yield from found or filter(None, ["\n".join(format_key_figures(content))])


def describe_driver_ranks(tables: Mapping[str, ReportTable], words: Localizer) -> Iterator[str]:
    """What residents find weak most and least often."""
    if (table := tables.get("perception")) is None:
        return
    residents = table.frame["who"] == words(question_names.ROLES[question_names.RESIDENT])
    shown = table.frame[residents].dropna(subset=["weak"]).sort_values("weak", ascending=False)
    # At most half, so that no driver stands among the weakest and the strongest.
    number = min(MOST_RANKED, len(shown) // 2)
    if number:
        weakest, strongest = shown.head(number), shown.tail(number)[::-1]
        yield format_ranked_block(words("Most often found weak"), weakest, "driver", "weak", words)
        yield format_ranked_block(
            words("Least often found weak"), strongest, "driver", "weak", words
        )


def describe_worries(tables: Mapping[str, ReportTable], words: Localizer) -> Iterator[str]:
    """The shocks and stresses that most people named."""
    if (table := tables.get("named")) is None:
        return
    for name, heading in HEADINGS.items():
        of = table.frame["kind"] == words(WORRY_KINDS[name])
        shown = table.frame[of & (table.frame["share"] > 0)]
        if len(shown):
            yield format_ranked_block(
                words(heading), shown.head(MOST_RANKED), "label", "share", words
            )


def format_ranked_block(
    heading: str, rows: pd.DataFrame, label: str, share: str, words: Localizer
) -> str:
    """A heading and a line for each row."""
    lines = (
        f"• {escape_short_line(str(row[label]))} – {words.format_share(row[share])}"
        for _, row in rows.iterrows()
    )
    return "\n".join([f"<b>{escape(heading, quote=False)}</b>", *lines])


def format_key_figures(content: ReportContent) -> Iterator[str]:
    """Of other questionnaires: what the chapters put first."""
    for chapter in content.chapters:
        for figure in chapter.key_figures if chapter.key != "fieldwork" else ():
            yield f"• {escape_short_line(figure.label)}: <b>{escape_short_line(figure.value)}</b>"


def fit_result_blocks(head: str, blocks: list[str], content: ReportContent) -> str:
    """As many of the blocks as there is room for; what happens next, and of whom this is."""
    words = content.words
    following = words(
        "What happens next: {secretariat} uses this for the city's resilience plan.",
        secretariat=fit_label(content.request.secretariat, NAME_LENGTH, 1),
    )
    whom = words(
        "This is what volunteers say, not the whole city. Figures of very few people are left out."
    )
    foot = f"{escape(following, quote=False)}\n<i>{escape(whom, quote=False)}</i>"
    kept: list[str] = []
    for each in blocks:
        # Blocks that do not fit are left out whole: half a ranking would read like all of it.
        if len("\n\n".join([head, *kept, each, foot])) < LONGEST_SUMMARY:
            kept.append(each)
    return "\n\n".join([head, *kept, foot])
