"""How the answers came about, in the points that AAPOR's code of ethics asks to disclose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from reports import question_names
from reports.chapters.fieldwork.respondents import name_sources
from reports.chapters.perception.weights import write_precision_note
from reports.localizer import Localizer
from reports.measures.language_names import name_languages
from reports.measures.wave_names import name_waves
from reports.reading.disposition import COMPLETE, PARTIAL
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.reported_waves import ReportedWave
from reports.request import ReportRequest
from reports.statistics.row_suppression import suppress_row

#: The most groups that are named.
MOST_LINKS = 6


def disclose_method(
    frames: Frames, form: FormAnswers | None, order: ReportRequest, words: Localizer
) -> Iterator[tuple[str, str]]:
    """What AAPOR asks to disclose of opt-in samples, from what was recorded.

    *Code of Professional Ethics and Practices* (2021), section III, and the checklist of the
    Transparency Initiative: who asks, whom, how they were recruited, mode, dates, languages, sizes,
    weights, wording, limits. ``form`` is the questionnaire that may be weighted.
    """
    yield from describe_collection(order, words)
    if len(frames.interviews):
        yield words("Recruited"), describe_recruitment(frames, order, words)
    names = name_waves(frames, words)
    for wave in frames.waves:
        yield (
            names[wave.id],
            " ".join(
                (describe_wave_offer(wave, words), *describe_wave_sizes(frames, wave, order, words))
            ),
        )
    yield from describe_computation(form, order, words)


def describe_collection(order: ReportRequest, words: Localizer) -> Iterator[tuple[str, str]]:
    """Who asked whom, and how."""
    yield words("Conducted by"), order.secretariat
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
            "one counts. The data of anyone who withdraws are deleted and not counted."
        ),
    )


def describe_recruitment(frames: Frames, order: ReportRequest, words: Localizer) -> str:
    """By which links residents came who are counted, and how many invitations there were."""
    counted = frames.interviews["disposition"].isin([COMPLETE, PARTIAL])
    residents = frames.interviews[counted & (frames.interviews["role"] == question_names.RESIDENT)]
    links = list_group_sizes(residents["source"], name_sources(words), order, words)
    return words(
        "Residents found the bot by public links, and passed them on. Interviews by link: {links}. "
        "Places on participants' invitations: {invited}.",
        links=links or "–",
        invited=words.format_count(frames.invited_places),
    )


def describe_wave_sizes(
    frames: Frames, wave: ReportedWave, order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """How many answered a wave, of which role and in which language, and from when to when."""
    mine = frames.interviews[frames.interviews["wave"] == wave.id]
    counted = mine[mine["disposition"].isin([COMPLETE, PARTIAL])]
    if counted.empty:
        return
    roles = {code: words(name) for code, name in question_names.ROLES.items()}
    made_up = (
        list_group_sizes(counted["role"], roles, order, words),
        list_group_sizes(counted["language"], name_languages(counted, words), order, words),
    )
    yield words(
        "n = {n} counted ({complete} complete, {partial} partial{made_up}), begun {period}.",
        n=words.format_count(len(counted)),
        complete=words.format_count((counted["disposition"] == COMPLETE).sum()),
        partial=words.format_count((counted["disposition"] == PARTIAL).sum()),
        made_up="".join(f"; {part}" for part in made_up if part),
        period=words.format_period(
            counted["started_at"].min().to_pydatetime(),
            counted["started_at"].max().to_pydatetime() + pd.Timedelta(microseconds=1),
        ),
    )


def list_group_sizes(
    column: pd.Series[str], names: Mapping[str, str], order: ReportRequest, words: Localizer
) -> str:
    """*residents 41, participants 12*, the most first; those too few to be told are left out.

    ``names`` are those of the column's values in the language of the report.
    """
    counts = {str(code): int(n) for code, n in column.dropna().astype(str).value_counts().items()}
    masks = suppress_row(list(counts.values()), order.minimum_cell)
    named = [
        f"{names.get(code) or code} {words.format_count(n)}"
        for (code, n), mask in zip(counts.items(), masks, strict=True)
        if not mask
    ]
    return words.join_items(named[:MOST_LINKS])


def describe_computation(
    form: FormAnswers | None, order: ReportRequest, words: Localizer
) -> Iterator[tuple[str, str]]:
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
        write_precision_note(form, order, words),
    )
    yield (
        words("Hidden cells"),
        words(
            "Results that fewer than {minimum} people answered are hidden. So are counts of people "
            "by place or background from 1 to {most}, and as many others as would give them away. "
            "Not hidden is how many of enough people gave an answer, however few, such as “don't "
            "know”.",
            minimum=order.minimum_cell,
            most=order.minimum_cell - 1,
        ),
    )
    yield (
        words("Limits"),
        words(
            "People who do not use Telegram, or whom no link reached, are missing. Ratings are "
            "judgements, not measurements. Differences between groups or periods may come from who "
            "happened to answer."
        ),
    )


def describe_wave_offer(wave: ReportedWave, words: Localizer) -> str:
    """To whom a wave is put, when and in which languages."""
    audience = (words(question_names.AUDIENCES.get(role, "")) or role for role in wave.audience)
    languages = map(words.name_language, wave.languages)
    return words(
        "For: {audience}. Open {period}. Languages: {languages}. Version {version}, "
        "{number} questions.",
        audience=words.join_items(audience),
        period=words.format_period(wave.opens_at, wave.closes_at),
        languages=words.join_items(languages),
        version=wave.version or "–",
        number=len([q for q in wave.questionnaire.questions if not q.kind.is_note]),
    )
