"""The brief: everything that its documents say, put together once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports import roles
from reports.chapters import assets, fieldwork, perception, shocks
from reports.chapters.chapter import Chapter, KeyFigure
from reports.frames import Frames, Wave, read
from reports.order import Order
from reports.words import Words

CHAPTERS = (fieldwork, perception, shocks, assets)


@dataclass(frozen=True)
class Brief:
    """``facts`` say what the figures are of; ``method`` is what AAPOR asks to disclose."""

    order: Order
    words: Words
    waves: tuple[Wave, ...]
    title: str
    period: str
    statement: str
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]
    method: tuple[tuple[str, str], ...]

    @property
    def key_figures(self) -> tuple[KeyFigure, ...]:
        """Those of all chapters in their order."""
        return tuple(figure for chapter in self.chapters for figure in chapter.key_figures)


def compose(order: Order) -> Brief:
    """Read the store and compute all chapters."""
    words = Words(order.language, order.timezone)
    frames = read(order.database_url, order.end, order.language)
    return Brief(
        order=order,
        words=words,
        waves=frames.waves,
        title=words("{city} resilience brief", city=order.city),
        period=words.period(order.start, order.end),
        statement=words(
            "Respondents answer of their own will, not by a draw, so these results describe those "
            "who answered. The data are not weighted. Sampling error cannot be computed."
        ),
        facts=tuple(facts(order, words)),
        chapters=tuple(module.chapter(frames, order, words) for module in CHAPTERS),
        method=tuple(method(frames, order, words)),
    )


def facts(order: Order, words: Words) -> Iterator[tuple[str, str]]:
    yield words("Period"), words.period(order.start, order.end)
    yield words("Figures as of"), words.time(order.end)
    made = words.time(order.made_at)
    late = words("made late: the report was due earlier")
    yield words("Made"), f"{made} ({late})" if order.late else made
    yield words("Published by"), order.secretariat


def method(frames: Frames, order: Order, words: Words) -> Iterator[tuple[str, str]]:
    """The points of AAPOR's disclosure checklist, as far as they are known here."""
    yield from collected(order, words)
    for wave in frames.waves:
        yield wave_line(wave, words)
    yield from computed(order, words)


def collected(order: Order, words: Words) -> Iterator[tuple[str, str]]:
    """Who asked whom, and how."""
    yield words("Who asks"), order.secretariat
    yield (
        words("Who was asked"),
        words(
            "Residents: anyone who opened the bot by a public link and lives, works or studies in "
            "{city}. Participants: people invited to the workshops, with the sector and asset "
            "category they stand for. Nobody was drawn by lot.",
            city=order.city,
        ),
    )
    yield (
        words("How"),
        words(
            "In a chat on Telegram, one card after another, without an interviewer. One interview "
            "for each account and wave. Answers could be changed until the wave closed; the last "
            "one counts. Who withdraws is deleted and not counted."
        ),
    )


def computed(order: Order, words: Words) -> Iterator[tuple[str, str]]:
    """What the figures are made of, and what they cannot say."""
    yield (
        words("Wording"),
        words(
            "Every question and choice stands in the sheet “{sheet}” of the workbook.",
            sheet=words("Codebook"),
        ),
    )
    yield (
        words("Counted"),
        words(
            "Complete and partial interviews begun before the date above. Figures are of the whole "
            "wave until then; what is new in the period is said beside. Of several waves of one "
            "questionnaire, the results show the last and those open beside it."
        ),
    )
    yield (
        words("Weights and precision"),
        words(
            "No weights. No margin of error: for volunteers it cannot be computed "
            "(AAPOR, on opt-in samples)."
        ),
    )
    yield (
        words("Hidden cells"),
        words(
            "Results with fewer than {minimum} people behind them are hidden. So are counts of "
            "people by place or background under {minimum}, and as many others as would give them "
            "away.",
            minimum=order.minimum_cell,
        ),
    )
    yield (
        words("Limits"),
        words(
            "Who does not use Telegram, or was not reached by a link, is missing. Ratings are "
            "judgements, not measurements. Differences between groups or periods may come from who "
            "happened to answer."
        ),
    )


def wave_line(wave: Wave, words: Words) -> tuple[str, str]:
    audience = (words(roles.AUDIENCES.get(role, "")) or role for role in wave.audience)
    languages = (words(roles.LANGUAGES.get(code, "")) or code for code in wave.languages)
    text = words(
        "For: {audience}. Open {period}. Languages: {languages}. Version {version}, "
        "{number} questions.",
        audience=words.listed(audience),
        period=words.period(wave.opens_at, wave.closes_at),
        languages=words.listed(languages),
        version=wave.version or "–",
        number=len([q for q in wave.questionnaire.questions if q.kind != "note"]),
    )
    return wave.questionnaire.title, text
