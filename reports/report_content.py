"""What a report says, put together once for all of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from reports import question_names
from reports.chapters.chapter_registry import CHAPTERS
from reports.chapters.elements import Chapter, ChapterWarning, KeyFigure
from reports.chapters.perception.weights import write_sample_caution, write_sample_statement
from reports.chapters.workshop.chapter import describe_voting
from reports.city_file import CATALOGUE_FOLDER
from reports.localizer import Localizer
from reports.method_disclosure import disclose_method
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames, list_opened_waves, read_frames
from reports.reading.resident_weights import weigh_frames
from reports.report_kinds import ReportKindDefinition, ReportSubject, get_definition
from reports.request import LANGUAGE_SEPARATOR, ReportKind, ReportRequest, ReportRequestError
from survey.catalogue import bind_city_catalogues


@dataclass(frozen=True)
class ReportContent:
    """All that a report says in one language; every document takes its figures from here.

    ``span`` is the time that it is about, the end not counted in. ``facts`` (name, text) say what
    the figures are of; ``method`` (name, text) is what AAPOR asks to disclose.

    ``statement`` says who is described, and whether weighted; ``caution`` is its short form.
    """

    request: ReportRequest
    words: Localizer
    frames: Frames
    title: str
    span: tuple[datetime, datetime]
    statement: str
    caution: str
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]
    method: tuple[tuple[str, str], ...]

    @property
    def period(self) -> str:
        """The days that it is about."""
        return self.words.format_period(*self.span)

    @property
    def key_figures(self) -> tuple[KeyFigure, ...]:
        """Those of all chapters in their order."""
        return tuple(figure for chapter in self.chapters for figure in chapter.key_figures)

    @property
    def empty_note(self) -> str:
        """What is said where there are no figures."""
        if get_definition(self.request.kind).subject is ReportSubject.WORKSHOP:
            return "" if self.frames.workshops else self.words("No workshop has results yet.")
        answered = any(figure.number for figure in self.key_figures)
        return "" if answered else self.words("Nobody has completed an interview yet.")

    @property
    def warnings(self) -> tuple[ChapterWarning, ...]:
        """What must be known before any figure is used, of all chapters in their order."""
        return tuple(warning for chapter in self.chapters for warning in chapter.warnings)

    @property
    def lead_findings(self) -> tuple[str, ...]:
        """What stands before everything else, if the report has what it is about."""
        lead = get_definition(self.request.kind).lead_chapter
        return next((chapter.findings for chapter in self.chapters if chapter.key == lead), ())


def build_content(order: ReportRequest) -> ReportContent:
    """Read the store and compute all chapters, in the order's one language.

    Raises ReportRequestError for a scope that is not there.
    """
    return build_contents(order)[0]


def build_contents(order: ReportRequest) -> tuple[ReportContent, ...]:
    """Compute an order in each of its languages; the store is read once.

    Raises ReportRequestError for a scope that is not there, and for a kind that is not known.
    """
    if order.kind not in list(ReportKind):
        raise ReportRequestError(
            f"There is no report {order.kind!r}; there are {', '.join(ReportKind)}."
        )
    # A report is made in a process of its own, which has not read the settings.
    bind_city_catalogues(Path(order.city_file).parent / CATALOGUE_FOLDER)
    languages = order.language.split(LANGUAGE_SEPARATOR)
    frames = read_scope(order, languages[0])
    return tuple(
        assemble_content(relabel_frames(frames, code), replace(order, language=code))
        for code in languages
    )


def read_scope(order: ReportRequest, language: str) -> Frames:
    """What the report is about. Raises ReportRequestError if it is not there."""
    definition = get_definition(order.kind)
    of_workshops = definition.subject is ReportSubject.WORKSHOP
    frames = read_frames(
        order.database_url,
        order.end,
        language,
        texts=definition.reads_open_answers,
        wave="" if of_workshops else order.scope,
        minimum_cell=order.minimum_cell,
        links=order.links,
    )
    if not order.scope:
        return frames
    if of_workshops:
        held = tuple(one for one in frames.workshops if one.plan.id == order.scope)
        if not held:
            raise build_scope_error(
                "workshop", order.scope, [one.plan.id for one in frames.workshops]
            )
        return replace(frames, workshops=held)
    if not frames.waves:
        raise build_scope_error(
            "wave", order.scope, list_opened_waves(order.database_url, order.end)
        )
    # What workshops came to belongs to the wave that asked about the same.
    return frames if frames.vulnerability_form else replace(frames, workshops=())


def build_scope_error(what: str, scope: str, known: Sequence[str]) -> ReportRequestError:
    """Say what there is instead."""
    there = f"there is: {', '.join(known)}" if known else "there is none"
    return ReportRequestError(f"There is no {what} {scope!r} with anything to report of; {there}.")


def relabel_frames(frames: Frames, language: str) -> Frames:
    """The frames with labels in another language; the figures stay."""

    def relabel(form: FormAnswers) -> FormAnswers:
        return replace(form, language=form.questionnaire.match_language(language))

    earlier = {name: relabel(form) for name, form in frames.earlier_forms.items()}
    return replace(frames, forms=tuple(map(relabel, frames.forms)), earlier_forms=earlier)


def assemble_content(frames: Frames, order: ReportRequest) -> ReportContent:
    """All chapters, and what stands around them."""
    words, definition = Localizer(order.language, order.timezone), get_definition(order.kind)
    of_workshops = definition.subject is ReportSubject.WORKSHOP
    frames = weigh_frames(frames, order, words)
    return ReportContent(
        request=order,
        words=words,
        frames=frames,
        title=words(definition.title, city=order.city),
        span=find_reported_span(frames, order),
        statement=describe_respondents(frames, definition, words),
        caution=describe_briefly(frames, definition, words),
        facts=tuple(list_report_facts(frames, order, words)),
        chapters=tuple(build_chapters(frames, order, words)),
        method=tuple(
            describe_voting(order, words)
            if of_workshops
            else disclose_method(frames, find_weighted_form(frames, definition), order, words)
        ),
    )


def build_chapters(frames: Frames, order: ReportRequest, words: Localizer) -> Iterator[Chapter]:
    """Those of the kind; of a wave only what it asked about, and how it went."""
    definition = get_definition(order.kind)
    for key in definition.chapters:
        chapter = CHAPTERS[key](frames, order, words)
        is_first = key == definition.chapters[0]
        if is_first or not (definition.omits_bare_chapters and chapter.is_bare):
            yield chapter


def find_reported_span(frames: Frames, order: ReportRequest) -> tuple[datetime, datetime]:
    """When what it is about was: a week, workshops, or since the first wave opened."""
    held = [found.session.moves[0].at for found in frames.workshops]
    definition = get_definition(order.kind)
    if definition.subject is ReportSubject.WORKSHOP and held:
        return min(held), max(held) + timedelta(microseconds=1)
    opened = [wave.opens_at for wave in frames.waves]
    if definition.is_periodic or not opened:
        return order.start, order.end
    end = min(order.end, max(wave.closes_at for wave in frames.waves))
    return min(opened), max(end, *opened)


def describe_respondents(frames: Frames, definition: ReportKindDefinition, words: Localizer) -> str:
    """What stands before every figure: of whom they are."""
    if definition.subject is ReportSubject.WORKSHOP:
        return words(
            "These are the votes of people who were invited for what they know, as they stood at "
            "the end of the session. They say what the room came to, and nothing of anybody else."
        )
    return write_sample_statement(find_weighted_form(frames, definition), words)


def describe_briefly(frames: Frames, definition: ReportKindDefinition, words: Localizer) -> str:
    """Of whom the figures are, where there is little room."""
    if definition.subject is ReportSubject.WORKSHOP:
        return words("Votes of those in the room, invited for what they know.")
    return write_sample_caution(find_weighted_form(frames, definition), words)


def list_report_facts(
    frames: Frames, order: ReportRequest, words: Localizer
) -> Iterator[tuple[str, str]]:
    yield words("Period"), words.format_period(*find_reported_span(frames, order))
    yield words("Figures as of"), words.format_time(order.end)
    if frames.waiting:
        yield words("Waiting"), describe_waiting(frames, words)
    made_at = words.format_time(order.made_at)
    late = words("made late: the report was due earlier")
    yield words("Made"), f"{made_at} ({late})" if order.late else made_at
    yield words("Published by"), order.secretariat


def describe_waiting(frames: Frames, words: Localizer) -> str:
    """How many are not in the figures yet, and why."""
    return words.translate_plural(
        "{number} more interview counts from the next release on: figures change only when enough "
        "people come together.",
        "{number} more interviews count from the next release on: figures change only when enough "
        "people come together.",
        frames.waiting,
    )


def find_weighted_form(frames: Frames, definition: ReportKindDefinition) -> FormAnswers | None:
    """The questionnaire that is weighted where there is a population file, if it is reported."""
    is_reported = "perception" in definition.chapters
    return frames.find_form(question_names.DRIVERS) if is_reported else None
