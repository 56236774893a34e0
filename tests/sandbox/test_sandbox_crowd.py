"""A crowd answers the toy bot: the same people, the same preferences, whatever happens."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, defaultdict
from math import inf
from pathlib import Path
from statistics import mean
from typing import Any

import aiohttp
import pytest

import sandbox
from sandbox import Sandbox
from sandbox.crowd import Crowd
from sandbox.habits import read_habits
from sandbox.temperament import Temperament
from tests.sandbox.raw_bot import RawBot, ToyBot

HABITS = Path(__file__).with_name("toy_habits.toml")
Line = dict[str, Any]
TRAITS = """
[[group]]
name = "warga"
starts = ["poster"]
[[trait]]
utara = 1
selatan = 3
[[lean]]
group = " utara poster$"
button = "Rob"
weight = 1000
[phrases]
apa = ["got", "pompa di {mana}"]
mana = ["Pluit", "Ancol"]
"""


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
    habits = tmp_path / "patient.toml"
    habits.write_text(HABITS.read_text("utf-8").replace("patience = 5", "patience = 120"), "utf-8")
    people = ("--people", "60", "--seed", "7")
    (*_, last) = await crowd(box, tmp_path / "log", *people, habits=habits)
    summary = last["summary"]
    assert summary["people"] == summary["came"] == sum(summary["ended"].values()) == 60
    assert summary["ended"]["finished"] > 30
    by_person = read(tmp_path / "log")
    assert len(by_person) == 60
    assert all("ended" in acts[-1] for acts in by_person.values())
    assert Counter(acts[0]["group"] for acts in by_person.values()) == {"warga": 48, "undangan": 12}
    # Who taps again where nothing happened for a while has one more.
    said = {number: answers for number, answers in toy.answers.items() if len(answers) >= 5}
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


@pytest.mark.usefixtures("toy")
async def test_a_crowd_that_comes_in_parts_is_the_same_crowd(box: Sandbox, tmp_path: Path) -> None:
    def opened(log: Path) -> dict[int, str]:
        """The first link that each person opened."""
        return {number: acts[0]["did"]["start"] for number, acts in read(log).items()}

    invited = ("--group", "undangan", "--seed", "3")
    await crowd(box, tmp_path / "whole", *invited, "--people", "5")
    for part in (("--people", "2"), ("--people", "3", "--skip", "2")):
        await crowd(box, tmp_path / "parts", *invited, *part)
    whole = opened(tmp_path / "whole")
    assert list(whole.values()) == ["u-A1", "u-B2", "u-C3", "u-A1", "u-B2"]
    assert opened(tmp_path / "parts") == whole


def test_traits_and_links_decide_what_people_tend_to_and_say(tmp_path: Path) -> None:
    (tmp_path / "habits.toml").write_text(TRAITS, "utf-8")
    habits = read_habits(tmp_path / "habits.toml")
    people = [Temperament(7, number, habits, "warga", ["poster"]) for number in range(100)]
    north = [person for person in people if person.description == "warga utara poster"]
    south = [person for person in people if person.description == "warga selatan poster"]
    assert len(people) == len(north) + len(south)
    assert 10 < len(north) < 45

    def chosen(some: list[Temperament]) -> Counter[str]:
        return Counter(p.choose_label(["Rob", "Macet"], "Apa?", p.make_dice("Apa?")) for p in some)

    assert chosen(north)["Rob"] > len(north) * 0.8
    assert chosen(south)["Rob"] < len(south) * 0.8
    dice = people[0].make_dice("said")
    said = {habits.fill_phrases("Perbaiki {apa}", dice) for _ in range(50)}
    assert said == {"Perbaiki got", "Perbaiki pompa di Pluit", "Perbaiki pompa di Ancol"}


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
        ("[[group]]\nname = 'a'\nstarts = ['x']\n[[rule]]\ndo = [{say = ['a {b}']}]", "no b"),
        ("finished = '('\n[[group]]\nname = 'a'\nstarts = ['x']", r"'\(' is no regex"),
    ):
        habits.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=words):
            read_habits(habits)


class CrowdThatMissesEdits(Crowd):
    """Its phones show a message as it came, whatever becomes of it, until somebody looks again."""

    def _take(self, event: Line) -> None:
        if event["kind"] != "edited":
            super()._take(event)


@pytest.mark.usefixtures("toy")
async def test_whoever_taps_what_is_not_there_any_more_looks_again(
    box: Sandbox, tmp_path: Path
) -> None:
    habits = read_habits(HABITS)
    with (tmp_path / "log").open("a", encoding="utf-8") as log:
        async with aiohttp.ClientSession(box.url) as session:
            summary = await CrowdThatMissesEdits(session, habits, 3, inf, log).run(6, 5000)
    assert not summary["ended"].keys() & {"patience", "stuck"}
    assert summary["ended"]["finished"] > 1
    for lines in read(tmp_path / "log").values():
        missed = [line for line in lines if "missed" in line and "tap" in line["missed"]]
        for line in missed:
            later = [other for other in lines if "did" in other and other["act"] > line["act"]]
            assert not later or later[0]["did"] != line["missed"]
        assert missed or lines[-1]["acts"] < 5


@pytest.mark.usefixtures("toy")
async def test_a_refused_tap_is_tapped_again_and_each_word_names_its_tap(
    box: Sandbox, tmp_path: Path
) -> None:
    await box.inject_fault("person:tap", code=409, times=0, every=3)
    (*_, last) = await crowd(box, tmp_path / "log", "--people", "20", "--seed", "7")
    assert not last["summary"]["ended"].keys() & {"patience", "stuck", "failed"}
    refusals = 0
    for lines in read(tmp_path / "log").values():
        tapped = {line["act"] for line in lines if line.get("did", {}).keys() & {"tap", "old"}}
        missed = {line["act"] for line in lines if "missed" in line}
        told = [line["act"] for line in lines if "told" in line]
        assert sorted(told) == sorted(tapped - missed)
        assert "ended" in lines[-1]
        refusals += len(missed)
    assert refusals > 20


async def test_a_crowd_whose_sandbox_ends_says_so_in_one_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = ["-m", "sandbox.crowd", "--habits", str(HABITS), "--log", str(log), "--people", "5"]
    async with sandbox.serve() as served:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, "--url", served.url,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        while not (log.exists() and len(read(log)) == 5):
            await asyncio.sleep(0.05)
    _, errors = await process.communicate()
    assert process.returncode == 1
    (line,) = errors.decode().splitlines()
    assert line.startswith("The crowd could not go on: ")


async def test_a_crowd_tells_when_everybody_waits(box: Sandbox, tmp_path: Path) -> None:
    """Whoever was not answered yet has something to expect; whoever was shown all waits."""
    habits = tmp_path / "habits.toml"
    words = HABITS.read_text("utf-8").replace("patience = 5", "patience = 8")
    habits.write_text(words.replace("[chances]", "[[rule]]\ndo = [{ wait = true }]\n[chances]"))
    options = ("--people", "5", "--group", "warga")
    running = asyncio.create_task(crowd(box, tmp_path / "log", *options, habits=habits))
    async with RawBot.connect(box.url) as bot:
        while len(read(tmp_path / "log") if (tmp_path / "log").exists() else ()) < 5:
            await asyncio.sleep(0.05)
        await asyncio.sleep(2.5)
        for number in range(5000, 5005):
            await bot.call_method("sendMessage", chat_id=number, text="Bukan pertanyaan")
        (*reports, _) = await running
    waiting = [report["waiting"] for report in reports]
    assert waiting[0] == 0
    assert 5 in waiting[2:12]
