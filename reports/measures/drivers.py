"""The drivers as one kind of people judged them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports import question_names
from reports.localizer import Words, later
from reports.reading.form_answers import Form
from reports.reading.weighted_tally import UNWEIGHTED, Weighted, weighted_tally
from reports.statistics.ranges import Range, share_range
from reports.statistics.row_suppression import share
from survey.forms.model.questionnaire import Question

POINTS = (1, 2, 3, 4)
#: The codes that find a driver weak.
WEAK_CODES = ("1", "2")
#: A driver is weak if clearly more than this share finds it weak …
MOST = 1 / 2
#: … and strong if clearly fewer than this do.
FEW = 1 / 3
WEAK, MIXED, STRONG = range(3)
CLASSES = (
    later("weak: clearly more than half find it weak"),
    later("mixed, or not clear"),
    later("strong: clearly fewer than a third find it weak"),
)


@dataclass(frozen=True)
class Driver:
    """One driver as some people judged it.

    ``counts`` are the ratings from very weak to strong; those who do not know stand apart.
    """

    name: str
    label: str
    counts: tuple[int, ...]
    unknown: int
    weighted: Weighted = UNWEIGHTED

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(share(count, self.n) for count in self.counts)

    @property
    def weak_people(self) -> int:
        return self.counts[0] + self.counts[1]

    @property
    def weak(self) -> float:
        """Share of those who rated it that find it weak or very weak."""
        return share(self.weak_people, self.n)

    @property
    def range(self) -> Range:
        return share_range(self.weak_people, self.n)

    @property
    def level(self) -> int:
        """Its class: coloured only where the whole range lies on one side."""
        return level(self.range)


def level(around: Range) -> int:
    """The class of a driver by the range of the share that finds it weak."""
    return WEAK if around.low > MOST else STRONG if around.high < FEW else MIXED


def read(form: Form, question: Question, words: Words) -> Driver:
    scale, tally = form.scale(question), form.tally(question)
    return Driver(
        question.name,
        label(form, question, words),
        tuple(int(scale.get(point, 0)) for point in POINTS),
        int(tally.get(question_names.UNKNOWN, 0)),
        weighted_tally(form, question).share(WEAK_CODES),
    )


def read_all(form: Form, words: Words) -> list[Driver]:
    """Every driver in the order of the questionnaire."""
    return [read(form, question, words) for question in form.questions(question_names.DRIVERS)]


def label(form: Form, question: Question, words: Words) -> str:
    """The driver's short name, or its question's wording."""
    return words(question_names.DRIVER_NAMES.get(question.name, "")) or form.label(question)


def weak_shares(form: Form) -> dict[str, float]:
    """Driver's name -> share (0-1) of who rated it that find it weak; NaN where nobody did."""
    shares = {}
    for question in form.questions(question_names.DRIVERS):
        scale = form.scale(question)
        rated = sum(scale.get(point, 0) for point in POINTS)
        shares[question.name] = share(sum(scale.get(int(code), 0) for code in WEAK_CODES), rated)
    return shares


def dimensions(drivers: Sequence[Driver], words: Words) -> Iterator[tuple[str, list[Driver]]]:
    """The drivers under the framework's dimensions, weakest first."""
    rest = list(drivers)
    for title, names in question_names.DIMENSIONS.items():
        inside = [d for d in drivers if d.name in names]
        rest = [d for d in rest if d not in inside]
        if inside:
            yield words(title), weakest_first(inside)
    if rest:
        yield words(question_names.OTHER_DRIVERS), weakest_first(rest)


def weakest_first(drivers: Iterable[Driver]) -> list[Driver]:
    return sorted(drivers, key=lambda d: -d.weak if d.n else 1)
