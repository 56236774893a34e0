"""The drivers as one kind of people judged them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports import question_names
from reports.localizer import Localizer, gettext_noop
from reports.measures.paired_answers import SayingPeople, compare_saying, mask_answers
from reports.reading.form_answers import FormAnswers
from reports.reading.weighted_tally import NO_WEIGHTED_SHARE, WeightedShare, build_weighted_tally
from reports.statistics.ranges import Range, compute_share_range
from reports.statistics.row_suppression import compute_share
from survey.forms.model.questionnaire import Question

RATING_POINTS = (1, 2, 3, 4)
#: The codes that find a driver weak.
WEAK_CODES = ("1", "2")
#: The limits are our own (docs/statistics.md). That of strong is stricter, since who does not find
#: a driver weak may still find it only fair.
#: A driver is weak if clearly more than this share finds it weak …
WEAK_ABOVE = 1 / 2
#: … and strong if clearly fewer than this do.
STRONG_BELOW = 1 / 3
WEAK, MIXED, STRONG = range(3)
DRIVER_CLASSES = (
    gettext_noop("weak: clearly more than half find it weak"),
    gettext_noop("mixed, or not clear"),
    gettext_noop("strong: clearly fewer than a third find it weak"),
)


@dataclass(frozen=True)
class DriverFigures:
    """One driver as some people judged it.

    ``counts`` are the ratings from very weak to strong; those who do not know stand apart.
    """

    name: str
    label: str
    counts: tuple[int, ...]
    unknown: int
    weighted: WeightedShare = NO_WEIGHTED_SHARE

    @property
    def n(self) -> int:
        """How many people rated it."""
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        """The share (0-1) of each rating among those who rated, from very weak to strong."""
        return tuple(compute_share(count, self.n) for count in self.counts)

    @property
    def weak_people(self) -> int:
        """How many find it weak or very weak."""
        return self.counts[0] + self.counts[1]

    @property
    def weak_share(self) -> float:
        """Share of those who rated it that find it weak or very weak."""
        return compute_share(self.weak_people, self.n)

    @property
    def unknown_share(self) -> float:
        """Share of those who answered that do not know, 0-1."""
        return compute_share(self.unknown, self.n + self.unknown)

    @property
    def range(self) -> Range:
        """Wilson's range of ``weak_share``, 0-1; NaN if nobody rated it."""
        return compute_share_range(self.weak_people, self.n)

    @property
    def level(self) -> int:
        """Its class: coloured only where the whole range lies on one side."""
        return classify_driver(self.range)


def classify_driver(around: Range) -> int:
    """The class of a driver by the range of the share that finds it weak.

    The whole range must lie beyond a limit. With few answers it is wide, so that a driver is mixed,
    or not clear, until enough people have rated it. Comparisons with NaN are false: mixed, too.
    """
    return WEAK if around.low > WEAK_ABOVE else STRONG if around.high < STRONG_BELOW else MIXED


def read_driver(form: FormAnswers, question: Question, words: Localizer) -> DriverFigures:
    scale, tally = form.count_scale_points(question), form.count_choices(question)
    return DriverFigures(
        question.name,
        label_driver(form, question, words),
        tuple(int(scale.get(point, 0)) for point in RATING_POINTS),
        int(tally.get(question_names.UNKNOWN, 0)),
        build_weighted_tally(form, question).get_share(WEAK_CODES),
    )


def read_drivers(form: FormAnswers, words: Localizer) -> list[DriverFigures]:
    """Every driver in the order of the questionnaire."""
    return [
        read_driver(form, question, words)
        for question in form.list_group_questions(question_names.DRIVERS)
    ]


def compare_drivers(
    form: FormAnswers,
    codes: Collection[str],
    first: DriverFigures,
    second: DriverFigures,
    *,
    every_answer: bool = False,
) -> float:
    """Two-sided p that as many people give one of ``codes`` to one driver as to another.

    Of the people who rated both; with ``every_answer`` of those who answered both.
    """
    points = [str(point) for point in RATING_POINTS]
    rated = [*points, question_names.UNKNOWN] if every_answer else points
    asked = {q.name: q for q in form.list_group_questions(question_names.DRIVERS)}
    one, other = (
        SayingPeople(mask_answers(form, question, codes), mask_answers(form, question, rated))
        for question in (asked[first.name], asked[second.name])
    )
    return compare_saying(one, other)


def label_driver(form: FormAnswers, question: Question, words: Localizer) -> str:
    """The driver's short name, or its question's wording."""
    return words(question_names.DRIVER_NAMES.get(question.name, "")) or form.get_question_label(
        question
    )


def compute_weak_shares(form: FormAnswers) -> dict[str, float]:
    """Driver's name -> share (0-1) of who rated it that find it weak; NaN where nobody did."""
    shares = {}
    for question in form.list_group_questions(question_names.DRIVERS):
        scale = form.count_scale_points(question)
        rated = sum(scale.get(point, 0) for point in RATING_POINTS)
        shares[question.name] = compute_share(
            sum(scale.get(int(code), 0) for code in WEAK_CODES), rated
        )
    return shares


def group_by_dimension(
    drivers: Sequence[DriverFigures], words: Localizer
) -> Iterator[tuple[str, list[DriverFigures]]]:
    """The drivers under the framework's dimensions, weakest first."""
    # A city may ask for drivers that the framework does not have; they stand at the end.
    rest = list(drivers)
    for title, names in question_names.DIMENSIONS.items():
        inside = [d for d in drivers if d.name in names]
        rest = [d for d in rest if d not in inside]
        if inside:
            yield words(title), sort_weakest_first(inside)
    if rest:
        yield words(question_names.OTHER_DRIVERS), sort_weakest_first(rest)


def sort_weakest_first(drivers: Iterable[DriverFigures]) -> list[DriverFigures]:
    return sorted(drivers, key=lambda d: -d.weak_share if d.n else 1)
