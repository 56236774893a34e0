"""Every sentence is on the list, and what random crowds make the reports say is true of them.

Nothing here uses what the reports compute: shares are whole-number arithmetic on what each person
said, chances are sums of binomial coefficients.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Mapping
from math import comb
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from reports import question_names
from reports.chapters.chapter_registry import CHAPTERS
from reports.chapters.elements import Chapter
from reports.localizer import Localizer
from reports.reading.frames import read_frames
from reports.reading.resident_weights import weigh_frames
from survey.forms.model.questionnaire import Questionnaire
from tests.reports.filled_store import FORMS, build_report_request, create_store
from tests.reports.random_crowds import (
    ASPECTS,
    ASSETS,
    DRIVERS,
    RandomCrowd,
    RandomResident,
    draw_crowd,
    write_crowd,
)
from tests.reports.sentence_list import (
    FIGURE_SECTION,
    is_listed,
    is_listed_figure,
    list_sentences_of_code,
    read_sentences,
)
from tests.reports.test_report_words import translations

ENGLISH = Localizer("en", "Asia/Jakarta")
MINIMUM = 5
#: Crowds that are drawn; more take longer.
CROWDS = int(os.environ.get("SUARA_RANDOM_CROWDS", "12"))
#: What the shipped files name.
FILES = {
    "population": str(FORMS / "penduduk.csv"),
    "candidates": str(FORMS / "temuan.toml"),
    "boundaries": str(FORMS / "kecamatan.geojson"),
}

# The list


def test_every_sentence_of_the_code_is_listed_and_no_other() -> None:
    of_code = list_sentences_of_code()
    listed = {one.english for one in read_sentences()}
    assert len(of_code) > 150
    assert sorted(set(of_code) - listed) == []
    known = set(translations())
    assert [one.english for one in read_sentences() if one.english not in known] == []


def test_each_is_listed_once_with_its_translation_and_a_condition() -> None:
    every = [one.english for one in read_sentences() if one.section != FIGURE_SECTION]
    assert sorted({text for text in every if every.count(text) > 1}) == []
    for one in read_sentences():
        assert one.indonesian == translations()[one.english], one.english
        assert one.condition, one.english


# What random crowds make the reports say

Sentences = list[str]
#: One thing of another's place, as (people who say only the one, people who say only the other).
Apart = Callable[[str, str], tuple[int, int]]


@given(draw_crowd())
@settings(
    max_examples=CROWDS,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    # A crowd is read and told in a second: to look for the smallest one would take minutes.
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_what_is_said_of_a_random_crowd_is_true(crowd: RandomCrowd) -> None:
    with TemporaryDirectory() as folder:
        store = create_store(Path(folder, "suara.db"))
        write_crowd(store, crowd)
        try:
            order = build_report_request(store, kind="weekly", language="en", **FILES)
            frames = read_frames(order.database_url, order.end, "en", texts=True)
            frames = weigh_frames(frames, order, ENGLISH)
            told = {key: build(frames, order, ENGLISH) for key, build in CHAPTERS.items()}
            forms = dict(store.forms)
        finally:
            store.connection.close()
    for chapter in told.values():
        check_that_all_is_listed(chapter)
    check_new_interviews(crowd, told)
    check_drivers(crowd, list(told["perception"].findings))
    check_worries(crowd, forms["persepsi"], list(told["shocks"].findings))
    check_coverage(crowd, told["coverage"])
    check_assets(crowd, forms["kondisi-aset"], list(told["conditions"].findings))
    check_discovery(crowd, told["discovery"])


def check_that_all_is_listed(chapter: Chapter) -> None:
    for line in (*chapter.told_findings, *chapter.notes, *(p.alt for p in chapter.pictures)):
        assert is_listed(line), line
        assert not re.search(r"\bnan\b|None|NaN|\{|\}", line), line
    for figure in chapter.key_figures:
        assert is_listed_figure(figure.label), figure.label


def percent(part: int, whole: int) -> int:
    """Halves up, in whole numbers."""
    return (200 * part + whole) // (2 * whole)


def find_sentence(lines: Sentences, beginning: str) -> str:
    """The sentence that begins so; "" if it is not said."""
    return next((line for line in lines if line.startswith(beginning)), "")


def check_superlative(
    sentence: str,
    figures: Mapping[str, float],
    unit: str = "%",
    apart: Apart | None = None,
    *,
    lowest: bool = False,
) -> None:
    """Who is named has what is said, and nobody else as much; noughts, single things, none.

    ``figures`` are those of everything that is compared, by what it is called.
    """
    values = sorted(figures.values(), reverse=not lowest)
    stands_out = len(values) > 1 and values[0] != values[-1] and (lowest or values[0] > 0)
    assert bool(sentence) is stands_out, (sentence, figures)
    if not sentence:
        return
    named = {
        name: value for name, value in figures.items() if f"{name} ({value:g}{unit})" in sentence
    }
    assert set(named) == {name for name in figures if f"{name} (" in sentence}, sentence
    top = [name for name, value in figures.items() if value == values[0]]
    more = re.search(r" and (\d+) more alike\.$", sentence)
    assert len(top) == len([n for n in named if n in top]) + (int(more[1]) if more else 0)
    rest = [value for name, value in figures.items() if name not in named and name not in top]
    for value in named.values():
        assert all(other > value if lowest else other < value for other in rest)
        assert lowest or value > 0
    is_alone = len(top) == 1
    assert is_alone is not bool(more or re.search(r"; (the first \d+ are )?tied\.$", sentence))
    if is_alone and apart:
        clear = is_ahead(top[0], [name for name in figures if name != top[0]], apart)
        assert sentence.endswith("; the first is ahead by more than chance.") is clear, sentence
        assert sentence.endswith("; which comes first may be chance.") is not clear, sentence


def is_ahead(first: str, others: list[str], apart: Apart) -> bool:
    """McNemar's exact test against each, corrected after Holm."""
    chances = []
    for other in others:
        one, two = apart(first, other)
        tail = sum(comb(one + two, k) for k in range(min(one, two) + 1))
        chances.append(min(1.0, 2 * tail / 2 ** (one + two)))
    chances.sort()
    return all(chance * (len(chances) - place) < 0.05 for place, chance in enumerate(chances))


def check_new_interviews(crowd: RandomCrowd, told: Mapping[str, Chapter]) -> None:
    """One number, in the news and in the fieldwork; whoever is not asked is in neither."""
    number = sum(one.is_new for one in crowd.asked)
    said = " ".join(told["news"].findings)
    if number:
        assert f"{number} new interview{'s' * (number > 1)} (residents: {number})." in said
    else:
        assert "new interview" not in said
    field = find_sentence(list(told["fieldwork"].findings), "Jakarta Resilience Perceptions: ")
    n = len(crowd.asked)
    wanted = f"{n} began, {n} sent (100%); {number} of them in this period."
    assert field == (f"Jakarta Resilience Perceptions: {wanted}" if n else "")


def check_drivers(crowd: RandomCrowd, lines: Sentences) -> None:
    names = {driver: question_names.DRIVER_NAMES[driver] for driver in DRIVERS}
    codes = {label: driver for driver, label in names.items()}
    weak, unknown = {}, {}
    for driver, label in names.items():
        said = [one.ratings[driver] for one in crowd.asked]
        rated = [point for point in said if point != "tt"]
        if len(rated) >= MINIMUM:
            weak[label] = percent(sum(point in "12" for point in rated), len(rated))
            unknown[label] = percent(said.count("tt"), len(said))

    def apart(first: str, second: str) -> tuple[int, int]:
        pairs = [(one.ratings[codes[first]], one.ratings[codes[second]]) for one in crowd.asked]
        both = [(a in "12", b in "12") for a, b in pairs if "tt" not in (a, b)]
        return both.count((True, False)), both.count((False, True))

    def apart_unknown(first: str, second: str) -> tuple[int, int]:
        pairs = [(one.ratings[codes[first]], one.ratings[codes[second]]) for one in crowd.asked]
        both = [(a == "tt", b == "tt") for a, b in pairs]
        return both.count((True, False)), both.count((False, True))

    most, least = (
        find_sentence(lines, beginning)
        for beginning in ("Residents find weak most often: ", "Found weak least often: ")
    )
    check_superlative(most, weak, apart=apart)
    check_superlative(least, weak, apart=apart, lowest=True)
    check_superlative(find_sentence(lines, "“Don't know”"), unknown, apart=apart_unknown)
    alike = find_sentence(lines, "Residents find all ")
    assert bool(alike) is (len(weak) > 1 and len(set(weak.values())) == 1)
    assert bool(find_sentence(lines, "Too few ratings by residents")) is not weak


def check_worries(crowd: RandomCrowd, form: Questionnaire, lines: Sentences) -> None:
    kinds: dict[str, Callable[[RandomResident], list[str]]] = {
        "Shocks that most residents name: ": lambda one: one.shocks,
        "Stresses that most residents name: ": lambda one: one.stresses,
    }
    names = (question_names.SHOCKS, question_names.STRESSES)
    for (beginning, ticked), name in zip(kinds.items(), names, strict=True):
        check_ticked(find_sentence(lines, beginning), crowd.asked, ticked, label_codes(form, name))
    said = [one for one in crowd.asked if one.lived != [question_names.NOT_SAID]]
    labels = label_codes(form, question_names.SHOCKS)
    lived = find_sentence(lines, "Lived through most often in the last 12 months")
    check_ticked(lived, said, lambda one: one.lived, labels)
    if lived:
        assert f", of {len(said)} who said: " in lived


def label_codes(form: Questionnaire, name: str) -> dict[str, str]:
    """Label -> code of a question's choices."""
    asked = question_names.find_named_question(form, name)
    assert asked is not None
    return {
        choice.label.get_plain_text(form.match_language("en")): choice.value
        for choice in asked.choices
    }


def check_ticked(
    sentence: str,
    people: list[RandomResident],
    ticked: Callable[[RandomResident], list[str]],
    codes: Mapping[str, str],
) -> None:
    """What most people ticked; nothing is said of fewer than the minimum."""

    def apart(first: str, second: str) -> tuple[int, int]:
        both = [(codes[first] in ticked(one), codes[second] in ticked(one)) for one in people]
        return both.count((True, False)), both.count((False, True))

    n = len(people)
    figures = {
        label: percent(sum(code in ticked(one) for one in people), n)
        for label, code in codes.items()
        if n >= MINIMUM
    }
    check_superlative(sentence, figures, apart=apart)


def check_coverage(crowd: RandomCrowd, chapter: Chapter) -> None:
    """Each group that is called under-represented is, nobody at all before all others."""
    with Path(FILES["population"]).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["margin"] == "kota"]
    shown = [
        (row["people"], row["population"])
        for table in chapter.tables
        for row in table.frame.to_dict("records")
        if pd.notna(row["people"]) and row["what"] == "City"
    ]
    few = [(count / len(crowd.asked) / part, -part) for count, part in shown]
    few = sorted(pair for pair in few if pair[0] < 0.8)
    said = [line for line in chapter.findings if line.startswith("Under-represented: ")]
    more = re.search(r"(\d+) more groups? (?:is|are) under", " ".join(chapter.findings))
    assert len(said) + (int(more[1]) if more else 0) == len(few)
    total = sum(int(row["people"]) for row in rows)
    for line, (ratio, part) in zip(said, few, strict=False):
        share = percent(round(-ratio * part * len(crowd.asked)), len(crowd.asked))
        assert f"with {share}% of the {len(crowd.asked)} who told" in line
        assert f"and {percent(round(-part * total), total)}% of the population" in line
    if chapter.tables:
        assert bool(find_sentence(list(chapter.findings), "No group that can")) is not few


def check_assets(crowd: RandomCrowd, form: Questionnaire, lines: Sentences) -> None:
    items = question_names.list_carried_items(form, question_names.ASSETS)
    labels = {item["name"]: question_names.get_item_label(item, "en") for item in items}
    beginnings = ("physical condition", "adequacy", "upkeep")
    for aspect, name in zip(ASPECTS, beginnings, strict=True):
        medians = {}
        for asset in ASSETS:
            points = [int(p) for one in crowd.judges if (p := one[asset][aspect]) != "tt"]
            if len(points) >= MINIMUM:
                medians[labels[asset]] = float(median(points))
        sentence = find_sentence(lines, f"Lowest medians of {name}: ")
        check_superlative(sentence, medians, unit="", lowest=True)


def check_discovery(crowd: RandomCrowd, chapter: Chapter) -> None:
    """Points go down and never up; nothing is firm with two criteria or few people."""
    order = find_sentence(list(chapter.findings), "The rule proposes, in this order")
    points = [int(found) for found in re.findall(r"\((\d+)\)", order)]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) != 1
    tied = find_sentence(list(chapter.findings), "Tied: ")
    of = dict(re.findall(r"([A-Z][^():]*?) \((\d+)\)", order.partition("tied): ")[2]))
    for group in filter(None, tied.removeprefix("Tied: ").rstrip(".").split("; ")):
        said = {value for name, value in of.items() if name.removeprefix("and ") in group}
        assert len(said) <= 1, (tied, order)
    # Residents alone fill two criteria, perception and pressure.
    assert not find_sentence(list(chapter.findings), "Firm, ")
    assert bool(chapter.key_figures) <= (len(crowd.asked) >= MINIMUM)


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("Most: A (100%).", {"A": 100, "B": 100}),
        ("Most: A (50%); the first is ahead by more than chance.", {"A": 40, "B": 20}),
        ("Most: B (20%).", {"A": 40, "B": 20, "C": 0}),
        ("Most: A (0%).", {"A": 0, "B": 0}),
        ("", {"A": 40, "B": 20}),
    ],
)
def test_a_false_superlative_is_found(sentence: str, figures: dict[str, float]) -> None:
    with pytest.raises(AssertionError):
        check_superlative(sentence, figures)
