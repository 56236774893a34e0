"""Simulated people rate things: around a hidden value, moved by what they see, the same by seed."""

from __future__ import annotations

from pathlib import Path
from statistics import mean, median, pstdev
from typing import Any

import pytest

from sandbox import ShownMessage
from sandbox.habits import Habits, read_habits
from sandbox.rating_judge import RatingJudge
from sandbox.temperament import Temperament

HABITS = """
[[group]]
name = "raters"
starts = [""]

[[opinion]]
text = "^Rate"
about = "(?m)^(.+) in (.+)$"
points = "^(● )?[1-5]$"
special = { "^No idea" = 0.1 }
earlier = "Earlier: ([0-9])"
agree = "^Agree"
others = "median ([0-9,]+)"
given = "Your vote"
change = 0.3
absent = 0.05
"""
#: With seed 7 people are far apart on this.
DISPUTED = "Pump in drought"
POINTS = ["1", "2", "3", "4", "5", "No idea"]


@pytest.fixture
def habits(tmp_path: Path) -> Habits:
    file = tmp_path / "habits.toml"
    file.write_text(HABITS, encoding="utf-8")
    return read_habits(file)


def card(
    *lines: str, labels: list[str] | None = None, thing: str = "Pump in flood"
) -> ShownMessage:
    rows = [[{"text": label, "callback_data": label}] for label in labels or POINTS]
    message: dict[str, Any] = {"message_id": 1, "from": {"is_bot": True}}
    text = "\n".join(["Rate", thing, *lines])
    return ShownMessage(message | {"text": text, "reply_markup": {"inline_keyboard": rows}})


def judge(habits: Habits, person: int, seed: int = 7) -> RatingJudge:
    return RatingJudge(seed, Temperament(seed, person, habits), habits.opinion)


def said(habits: Habits, shown: ShownMessage, seed: int = 7, people: int = 300) -> list[str]:
    """What everybody taps."""
    (opinion,) = habits.opinion
    return [judge(habits, number, seed).choose_label(opinion, shown) for number in range(people)]


def rated(labels: list[str]) -> list[int]:
    return [int(label) for label in labels if label.isdecimal()]


def test_the_same_people_say_the_same_and_another_seed_brings_others(habits: Habits) -> None:
    assert said(habits, card()) == said(habits, card())
    assert said(habits, card()) != said(habits, card(), seed=8)


def test_people_scatter_around_a_value_of_the_thing_and_some_do_not_rate(habits: Habits) -> None:
    things = [
        f"Pump in {shock}" for shock in ("flood", "fire", "storm", "drought", "quake", "riot")
    ]
    answers = [said(habits, card(thing=thing)) for thing in things]
    means = [mean(rated(labels)) for labels in answers]
    assert max(means) - min(means) > 1
    assert all(0 < pstdev(rated(labels)) < 2 for labels in answers)
    every = [label for labels in answers for label in labels]
    assert every.count("No idea") / len(every) == pytest.approx(0.1, abs=0.03)
    assert every.count("") / len(every) == pytest.approx(0.05, abs=0.02)


def test_what_the_others_said_brings_people_nearer_together(habits: Habits) -> None:
    before = rated(said(habits, card(thing=DISPUTED)))
    told = f"Round 1: median {median(before):g}"
    after = rated(said(habits, card(told, thing=DISPUTED)))
    assert pstdev(after) < 0.8 * pstdev(before)


def test_an_earlier_rating_is_agreed_with_by_its_own_button(habits: Habits) -> None:
    labels = said(habits, card("Earlier: 3", labels=["Agree: 3", *POINTS]))
    assert "3" not in labels
    assert labels.count("Agree: 3") > 30
    assert set(labels) > {"Agree: 3", "No idea", ""}


def test_some_think_again_once_and_then_stay(habits: Habits) -> None:
    (opinion,) = habits.opinion
    voted = card("Your vote: 3")
    people = [judge(habits, number) for number in range(300)]
    first = [one.choose_label(opinion, voted) for one in people]
    again = [one.choose_label(opinion, voted) for one in people]
    assert sum(map(bool, first)) / len(people) == pytest.approx(0.3, abs=0.08)
    assert set(again) == {""}
