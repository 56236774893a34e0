"""Crowds drawn at random in which ties, noughts and few people are common, as plain values.

What they said is kept beside the store, so that a test can count it once more without reading
anything that the product wrote or read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import strategies as st

from reports import question_names
from tests.reports.filled_store import HOUR, OPENS, START, FilledStore
from tests.reports.random_answers import Answers, path_of_question
from tests.reports.resident_answers import CITIES, DISTRICTS

DRIVERS = tuple(name for names in question_names.DIMENSIONS.values() for name in names)
SHOCKS = ("banjir", "rob", "gempa", "kebakaran")
STRESSES = ("macet", "udara", "sampah")
ASSETS = ("ipa_buaran", "ipa_pejompongan", "tarum_barat")
ASPECTS = (question_names.PHYSICAL, question_names.ADEQUACY, question_names.UPKEEP)


@dataclass(frozen=True)
class RandomResident:
    """What one resident said; ``is_new`` if they sent it in the period."""

    city: str
    ratings: dict[str, str]
    shocks: list[str]
    stresses: list[str]
    lived: list[str]
    is_new: bool
    is_asked: bool


@dataclass(frozen=True)
class RandomCrowd:
    """Residents, and participants with the points that each gave to the assets' aspects."""

    residents: list[RandomResident] = field(default_factory=list)
    judges: list[dict[str, dict[str, str]]] = field(default_factory=list)

    @property
    def asked(self) -> list[RandomResident]:
        """Those who are in the figures."""
        return [one for one in self.residents if one.is_asked]


#: Ratings that are all alike, known to nobody, in two camps, or of all kinds.
PALETTES = (["1"], ["4"], ["tt"], ["1", "4"], ["1", "2", "3", "4", "tt"])


@st.composite
def draw_crowd(draw: st.DrawFn) -> RandomCrowd:
    """Nobody, one, fewer than the minimum, as many, or some dozens; in one place or in all."""
    size = draw(st.sampled_from([0, 1, 4, 5, 6, 12, 36]))
    rng = draw(st.randoms(use_true_random=False))
    palette = {driver: rng.choice(PALETTES) for driver in DRIVERS}
    if rng.random() < 0.3:
        palette = dict.fromkeys(DRIVERS, rng.choice(PALETTES))
    cities = rng.choice([CITIES[:1], CITIES[:2], CITIES])
    known = rng.choice([0.0, 0.5, 1.0])
    picked = {kind: rng.choice([1, len(kind)]) for kind in (SHOCKS, STRESSES)}

    def tick(kind: tuple[str, ...]) -> list[str]:
        return rng.sample(kind[: picked[kind]], min(picked[kind], rng.randint(1, 2)))

    residents = [
        RandomResident(
            rng.choice(cities),
            {driver: rng.choice(palette[driver]) for driver in DRIVERS},
            tick(SHOCKS),
            tick(STRESSES),
            rng.choice([["tidak_ada"], ["banjir"], ["banjir", "gempa"]])
            if rng.random() < known
            else [question_names.NOT_SAID],
            rng.random() < 0.5,
            rng.random() < 0.9,
        )
        for _ in range(size)
    ]
    points = rng.choice([["3"], ["1", "5"], ["1", "2", "3", "4", "5", "tt"]])
    judges = [
        {asset: {aspect: rng.choice(points) for aspect in ASPECTS} for asset in ASSETS}
        for _ in range(draw(st.sampled_from([0, 1, 5, 12])))
    ]
    return RandomCrowd(residents, judges)


def write_crowd(store: FilledStore, crowd: RandomCrowd) -> None:
    """Let the crowd answer; everybody sends."""
    store.open_wave("persepsi", ["resident"])
    store.open_wave("kondisi-aset", ["participant"])
    for number, one in enumerate(crowd.residents):
        begun = (START if one.is_new else OPENS) + timedelta(minutes=number)
        person = store.add_respondent(at=begun)
        store.add_interview("persepsi", person, give_answers(store, one), begun, begun + HOUR / 3)
    for judged in crowd.judges:
        person = store.add_respondent("participant", OPENS, category="air")
        store.add_interview(
            "kondisi-aset", person, give_judgements(store, judged), OPENS, OPENS + HOUR
        )
    store.write_rows()


def give_answers(store: FilledStore, one: RandomResident) -> Answers:
    """What a resident said, by path; whoever is not asked says only that they have no tie."""
    form = store.forms["persepsi"]
    tie = "tinggal" if one.is_asked else question_names.NO_CITY_TIE
    said: dict[str, str | list[str]] = {question_names.CITY_TIE: tie}
    if one.is_asked:
        said |= {question_names.CITY: one.city, question_names.DISTRICT: DISTRICTS[one.city]}
        said |= one.ratings
        said |= {question_names.SHOCKS: one.shocks, question_names.STRESSES: one.stresses}
        said |= {question_names.LIVED_THROUGH: one.lived}
    return {(path_of_question(form, name), ""): value for name, value in said.items()}


def give_judgements(store: FilledStore, judged: dict[str, dict[str, str]]) -> Answers:
    """What a participant said of some assets, by path and place."""
    form = store.forms["kondisi-aset"]
    repeat = next(question_names.find_named_groups(form, question_names.ASSETS))
    paths = {q.name: q.path for q in question_names.list_asked_questions(repeat)}
    said: Answers = {}
    for place, (asset, points) in enumerate(judged.items(), 1):
        said[(f"{repeat.path}/{question_names.ASSET_CODE}", str(place))] = asset
        said |= {(paths[aspect], str(place)): point for aspect, point in points.items()}
    return said
