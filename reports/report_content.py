"""What a report says, put together once for all of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reports import question_names
from reports.chapters.elements import Chapter, KeyFigure
from reports.chapters.perception import chapter as perception
from reports.chapters.perception.weights import caution, statement
from reports.chapters.workshop import chapter as sessions
from reports.localizer import Words
from reports.method_disclosure import method
from reports.reading.form_answers import Form
from reports.reading.frames import Frames, opened, read
from reports.reading.resident_weights import weighed
from reports.report_kinds import CHAPTERS, LEADS, TITLES
from reports.request import Kind, Order, OrderError


@dataclass(frozen=True)
class Content:
    """``facts`` say what the figures are of; ``method`` is what AAPOR asks to disclose.

    ``statement`` says who is described, and whether weighted; ``caution`` is its short form.
    """

    order: Order
    words: Words
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
        return self.words.period(*self.span)

    @property
    def key_figures(self) -> tuple[KeyFigure, ...]:
        """Those of all chapters in their order."""
        return tuple(figure for chapter in self.chapters for figure in chapter.key_figures)

    @property
    def nothing(self) -> str:
        """What is said where there are no figures."""
        if self.order.kind == Kind.WORKSHOP:
            return "" if self.frames.held else self.words("No workshop has results yet.")
        answered = any(figure.number for figure in self.key_figures)
        return "" if answered else self.words("Nobody has completed an interview yet.")

    @property
    def lead(self) -> tuple[str, ...]:
        """What stands before everything else, if the report has what it is about."""
        leading = (c for c in self.chapters if c.key == LEADS.get(Kind(self.order.kind)))
        return next((chapter.findings for chapter in leading), ())


def compose(order: Order) -> Content:
    """Read the store and compute all chapters, in the order's one language.

    Raises OrderError for a scope that is not there.
    """
    return composed(order)[0]


def composed(order: Order) -> tuple[Content, ...]:
    """The same of an order in several languages, once for each: read once.

    Raises OrderError for a scope that is not there, and for a kind that is not known.
    """
    if order.kind not in list(Kind):
        raise OrderError(f"There is no report {order.kind!r}; there are {', '.join(Kind)}.")
    languages = order.language.split("+")
    frames = scoped(order, languages[0])
    return tuple(
        put_together(spoken(frames, code), replace(order, language=code)) for code in languages
    )


def scoped(order: Order, language: str) -> Frames:
    """What the report is about. Raises OrderError if it is not there."""
    kind = Kind(order.kind)
    frames = read(
        order.database_url,
        order.end,
        language,
        texts=kind is not Kind.WEEKLY,
        wave=order.scope if kind is not Kind.WORKSHOP else "",
    )
    if not order.scope:
        return frames
    if kind is Kind.WORKSHOP:
        held = tuple(one for one in frames.held if one.plan.id == order.scope)
        if not held:
            raise no_such("workshop", order.scope, [one.plan.id for one in frames.held])
        return replace(frames, held=held)
    if not frames.waves:
        raise no_such("wave", order.scope, opened(order.database_url, order.end))
    # What workshops came to belongs to the wave that asked about the same.
    return frames if frames.vulnerability else replace(frames, held=())


def no_such(what: str, scope: str, known: Sequence[str]) -> OrderError:
    """Say what there is instead."""
    there = f"there is: {', '.join(known)}" if known else "there is none"
    return OrderError(f"There is no {what} {scope!r} with anything to report of; {there}.")


def spoken(frames: Frames, language: str) -> Frames:
    """The same with labels in another language."""

    def said(form: Form) -> Form:
        return replace(form, language=form.questionnaire.language(language))

    earlier = {name: said(form) for name, form in frames.earlier.items()}
    return replace(frames, forms=tuple(map(said, frames.forms)), earlier=earlier)


def put_together(frames: Frames, order: Order) -> Content:
    """All chapters, and what stands around them."""
    words, kind = Words(order.language, order.timezone), Kind(order.kind)
    frames = weighed(frames, order, words)
    return Content(
        order=order,
        words=words,
        frames=frames,
        title=words(TITLES[kind], city=order.city),
        span=span(frames, order),
        statement=whom(frames, kind, words),
        caution=in_few_words(frames, kind, words),
        facts=tuple(facts(frames, order, words)),
        chapters=tuple(chapters(frames, order, words)),
        method=tuple(
            sessions.voted(order, words)
            if kind is Kind.WORKSHOP
            else method(frames, judged(frames, kind), order, words)
        ),
    )


def chapters(frames: Frames, order: Order, words: Words) -> Iterator[Chapter]:
    """Those of the kind; of a wave only what it asked about, and how it went."""
    for number, module in enumerate(CHAPTERS[Kind(order.kind)]):
        found = module.chapter(frames, order, words)
        if number == 0 or order.kind != Kind.WAVE or not found.is_bare:
            yield found


def span(frames: Frames, order: Order) -> tuple[datetime, datetime]:
    """When what it is about was: a week, workshops, or since the first wave opened."""
    held = [found.session.moves[0].at for found in frames.held]
    if order.kind == Kind.WORKSHOP and held:
        return min(held), max(held) + timedelta(microseconds=1)
    opened = [wave.opens_at for wave in frames.waves]
    if order.kind == Kind.WEEKLY or not opened:
        return order.start, order.end
    end = min(order.end, max(wave.closes_at for wave in frames.waves))
    return min(opened), max(end, *opened)


def whom(frames: Frames, kind: Kind, words: Words) -> str:
    """What stands before every figure: of whom they are."""
    if kind is Kind.WORKSHOP:
        return words(
            "These are the votes of people who were invited for what they know, as they stood at "
            "the end of the session. They say what the room came to, and nothing of anybody else."
        )
    return statement(judged(frames, kind), words)


def in_few_words(frames: Frames, kind: Kind, words: Words) -> str:
    """The same where there is little room."""
    if kind is Kind.WORKSHOP:
        return words("Votes of those in the room, invited for what they know.")
    return caution(judged(frames, kind), words)


def facts(frames: Frames, order: Order, words: Words) -> Iterator[tuple[str, str]]:
    yield words("Period"), words.period(*span(frames, order))
    yield words("Figures as of"), words.time(order.end)
    made = words.time(order.made_at)
    late = words("made late: the report was due earlier")
    yield words("Made"), f"{made} ({late})" if order.late else made
    yield words("Published by"), order.secretariat


def judged(frames: Frames, kind: Kind) -> Form | None:
    """The questionnaire that is weighted where there is a population file, if it is reported."""
    return frames.form_with(question_names.DRIVERS) if perception in CHAPTERS[kind] else None
