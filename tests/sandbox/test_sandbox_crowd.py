"""A crowd answers the toy bot: the same people, the same preferences, whatever happens."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.habits import read_habits
from tests.sandbox.rawbot import ToyBot

HABITS = Path(__file__).with_name("toy_habits.toml")
Line = dict[str, Any]


async def crowd(box: Sandbox, log: Path, *more: str, habits: Path = HABITS) -> list[Line]:
    """Run the crowd as a process of its own; returns what it wrote to stdout."""
    command = ["-m", "sandbox.crowd", "--url", box.url, "--habits", str(habits), "--log", str(log)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, *more, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


def read(log: Path) -> dict[int, list[Line]]:
    lines = defaultdict(list)
    for line in log.read_text("utf-8").splitlines():
        entry = json.loads(line)
        lines[entry["person"]].append(entry)
    return lines


async def test_everybody_ends_and_the_log_says_how(
    box: Sandbox, toy: ToyBot, tmp_path: Path
) -> None:
    (*_, last) = await crowd(box, tmp_path / "log", "--people", "60", "--seed", "7")
    summary = last["summary"]
    assert summary["people"] == summary["came"] == sum(summary["ended"].values()) == 60
    assert summary["ended"]["finished"] > 30
    people = read(tmp_path / "log")
    assert len(people) == 60
    assert all("ended" in acts[-1] for acts in people.values())
    assert Counter(acts[0]["group"] for acts in people.values()) == {"warga": 48, "undangan": 12}
    said = {number: answers for number, answers in toy.answers.items() if len(answers) == 5}
    assert len(said) >= summary["ended"]["finished"]
    shocks = Counter(answers[1] for answers in toy.answers.values() if len(answers) > 1)
    assert shocks["Banjir"] > shocks["Gempa"]
    assert len(shocks) == 3


@pytest.mark.usefixtures("toy")
async def test_the_same_seed_brings_the_same_preferences(box: Sandbox, tmp_path: Path) -> None:
    def choices(log: Path) -> dict[tuple[int, str], str]:
        """What each person tapped when they first saw a question."""
        found: dict[tuple[int, str], str] = {}
        for number, acts in read(log).items():
            for act in acts:
                if "tap" in act.get("did", {}):
                    found.setdefault((number, act["card"]), act["did"]["tap"])
        return found

    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        await crowd(box, tmp_path / name, "--people", "12", "--seed", seed)
    first, again, other = (choices(tmp_path / name) for name in "abc")
    both = first.keys() & again.keys()
    assert len(both) > 25
    assert mean(first[key] == again[key] for key in both) > 0.97
    common = first.keys() & other.keys()
    assert mean(first[key] == other[key] for key in common) < 0.9


async def test_a_crowd_leaves_when_the_bot_does_not_answer(box: Sandbox, tmp_path: Path) -> None:
    habits = tmp_path / "habits.toml"
    habits.write_text(HABITS.read_text("utf-8").replace("patience = 5", "patience = 0.5"), "utf-8")
    (*_, last) = await crowd(box, tmp_path / "log", "--people", "5", habits=habits)
    assert last["summary"]["ended"] == {"patience": 5}


async def test_habits_say_where_they_are_wrong(tmp_path: Path) -> None:
    habits = tmp_path / "habits.toml"
    for text, words in (
        ("", r"need at least one \[\[group\]\]"),
        ("[[group]]\nname = 'a'", "group: .*starts"),
        ("[[group]]\nname = 'a'\nstarts = ['x']\nstart = 'x'", "group knows no start"),
        ("finished = '('\n[[group]]\nname = 'a'\nstarts = ['x']", r"'\(' is no regex"),
    ):
        habits.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=words):
            read_habits(habits)
