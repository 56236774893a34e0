"""What is told of a wave to those who answered it: a short text and one picture.

All figures are those of the chapters, with the same small cells hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import TypeVar

from reports import question_names
from reports.chapters.perception.chapter import find_extreme_drivers
from reports.chapters.shocks.worries import find_leading_worries, read_worries
from reports.charts.style import fit_label
from reports.documents.chart_files import render_png
from reports.documents.chat_message import escape_short_line
from reports.localizer import Localizer, gettext_noop
from reports.measures.drivers import read_drivers
from reports.reading.form_answers import FormAnswers
from reports.report_content import ReportContent, build_contents
from reports.request import ReportKind, ReportRequest
from reports.statistics.leaders import Leaders
from survey.store.summaries import Summary

#: Of fewer complete interviews nothing is told but that they were too few.
FEWEST_FOR_PICTURE = 30
#: Telegram takes 1,024 under a picture.
LONGEST_SUMMARY = 900
#: A longer name of the secretariat is cut.
NAME_LENGTH = 80
#: Stands beside headings where another could come first by chance.
CHANCE_MARK = "*"
Item = TypeVar("Item")
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
    asked = content.frames.find_form(question_names.DRIVERS)
    residents = asked.select_role(question_names.RESIDENT) if asked else None
    found = (
        [
            *describe_driver_ranks(residents, content.request, content.words),
            *describe_worries(residents, content.request, content.words),
        ]
        if residents
        else []
    )
    yield from found or filter(None, ["\n".join(format_key_figures(content))])


def describe_driver_ranks(
    residents: FormAnswers, order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """What residents find weak most and least often, if any driver stands out."""
    drivers = [d for d in read_drivers(residents, words) if d.n >= order.minimum_cell]
    for heading, found in zip(
        (words("Most often found weak"), words("Least often found weak")),
        find_extreme_drivers(drivers, residents),
        strict=True,
    ):
        if found:
            lines = [(d.label, d.weak_share) for d in found.named]
            yield format_ranked_block(heading, found, lines, words)


def describe_worries(
    residents: FormAnswers, order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """The shocks and stresses that most people named, if any stand out."""
    for name, heading in HEADINGS.items():
        worries = [w for w in read_worries(residents, name) if w.n >= order.minimum_cell]
        if found := find_leading_worries(residents, name, worries):
            lines = [(w.label, w.share) for w in found.named]
            yield format_ranked_block(words(heading), found, lines, words)


def format_ranked_block(
    heading: str, found: Leaders[Item], rows: Sequence[tuple[str, float]], words: Localizer
) -> str:
    """A heading, a line for each row, and how far the first place is to be trusted."""
    lines = [f"• {escape_short_line(label)} – {words.format_share(share)}" for label, share in rows]
    if found.unnamed_count:
        more = words.format_count(found.unnamed_count)
        lines.append(escape(words("and {number} more alike", number=more), quote=False))
    elif not found.is_tied and not found.is_clear:
        heading = f"{heading} {CHANCE_MARK}"
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
    if any(CHANCE_MARK in block for block in blocks):
        chance = words("{mark} Which comes first may be chance.", mark=CHANCE_MARK)
        whom = f"{chance} {whom}"
    foot = f"{escape(following, quote=False)}\n<i>{escape(whom, quote=False)}</i>"
    kept: list[str] = []
    for each in blocks:
        # Blocks that do not fit are left out whole: half a ranking would read like all of it.
        if len("\n\n".join([head, *kept, each, foot])) < LONGEST_SUMMARY:
            kept.append(each)
    return "\n\n".join([head, *kept, foot])
