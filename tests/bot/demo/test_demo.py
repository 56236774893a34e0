"""The demo as a person starts it; its figures are counted again from what the crowd did."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from bot.demo.arrivals import EARLIER_GROUP, build_earlier_waves, plan_arrivals
from reports.verification.expected_cells import CellOutcome
from reports.verification.folder_verification import verify_folder
from survey.forms.authoring.xlsform import compile_file
from survey.forms.model.questionnaire import Question, Questionnaire
from tests.bot.demo.demo_run import DemoRun

ROOT = Path(__file__).parents[3]
WAVES = {"persepsi-awal", "persepsi", "kerentanan", "kondisi-aset", "rencana-kota", "skenario"}
KINDS = ("weekly", "wave", "pra")
AGREED = ("Ya, saya setuju", "Yes, I agree")
DECLINED = ("Tidak, terima kasih", "No, thank you")
LATE = (
    "Kartunya sudah berganti. Lihat yang terbaru, ya.",
    "The card has changed. Please look at the newest one.",
)
UNSEEN = ("Pesan Anda terkirim sebelum pertanyaan ini", "Your message came before this question")
SEND = re.compile("^(Kirim|Send) ✓$")


@dataclass
class CrowdRun:
    """What the crowd of a demo left."""

    demo: DemoRun

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Everything in the crowd's log, in its order."""
        return self.demo.lines("crowd.jsonl")

    @cached_property
    def acts(self) -> list[dict[str, Any]]:
        """What the crowd did, in its order."""
        return [line for line in self.lines if "did" in line]

    @cached_property
    def heeded(self) -> list[dict[str, Any]]:
        """The same without what came too late: the bot said so, or the button was gone."""
        late = {
            (line["person"], line["act"])
            for line in self.lines
            if "missed" in line or line.get("told") in LATE
        } | self.unseen
        return [act for act in self.acts if (act["person"], act["act"]) not in late]

    @cached_property
    def unseen(self) -> set[tuple[int, int]]:
        """What people typed before they saw the question: the next cards say so."""
        typed: dict[int, int] = {}
        found = set()
        for act in self.acts:
            who = act["person"]
            if who in typed and any(words in act["card"] for words in UNSEEN):
                found.add((who, typed[who]))
            if "say" in act["did"]:
                typed[who] = act["act"]
        return found

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.demo.out / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def answers(self) -> list[dict[str, str]]:
        return self.table("answers.csv")


@pytest.fixture(scope="module")
def run(demo_run: DemoRun) -> CrowdRun:
    return CrowdRun(demo_run)


@pytest.fixture(scope="module")
def persepsi() -> Questionnaire:
    return compile_file(ROOT / "questionnaires" / "persepsi.md")


@dataclass
class Person:
    """What somebody of the crowd did with one question, by what stood on their buttons."""

    single: dict[str, str] = field(default_factory=dict)
    ticked: dict[str, set[str]] = field(default_factory=dict)

    def choose(self, question: Question, value: str, on: bool) -> None:
        if question.kind.name == "select_one":
            self.single[question.name] = value
            return
        ticks = self.ticked.setdefault(question.name, set())
        if not on:
            ticks.discard(value)
        elif len(ticks | {value}) <= 3:
            ticks.add(value)


def labelled(question: Question) -> dict[str, str]:
    """Every label of a choice, in both languages -> its code."""
    return {
        choice.label.get_plain_text(language): choice.value
        for choice in question.choices
        for language in ("Indonesia (id)", "English (en)")
    }


def on_card(card: str, questions: list[Question]) -> Question | None:
    """The question whose words stand on the card."""
    return next(
        (q for q in questions for label in q.label.parts if q.label.get_plain_text(label) in card),
        None,
    )


def meant(did: dict[str, str], question: Question) -> Iterator[tuple[str, bool]]:
    """Which choice an act meant, and whether it chose or gave it up."""
    codes = labelled(question)
    if "tap" in did:
        label = did["tap"].lstrip("☐☑● ")
        if label in codes:
            yield codes[label], not did["tap"].startswith("☑")
    elif "say" in did:
        words = did["say"].lower()
        if found := {code for label, code in codes.items() if words in label.lower().split()}:
            yield found.pop(), True
    elif "old" in did and did["old"][:2] in ("a:", "t:"):
        _, _, index, choice, *on = did["old"].split(":")
        if int(index) == question.index:
            yield question.choices[int(choice)].value, on != ["0"]


@pytest.fixture(scope="module")
def recounted(run: CrowdRun, persepsi: Questionnaire) -> dict[int, Person]:
    """What everybody's answers must be, from their taps alone, also of those who left midway."""
    asked = [q for q in persepsi.questions if "/pendorong/" in q.path or q.name == "guncangan"]
    people: dict[int, Person] = {}
    for act in run.heeded:
        person = people.setdefault(act["person"], Person())
        if act["card"] and not act["card"].startswith(("Jawaban Anda", "Your answers")):
            question = on_card(act["card"], asked)
            for value, on in meant(act["did"], question) if question else ():
                person.choose(question, value, on)  # type: ignore[arg-type]
    return people


def test_the_demo_ends_by_itself_and_complains_of_nothing(run: CrowdRun) -> None:
    assert run.demo.status == 0, run.demo.errors
    assert "Traceback" not in run.demo.errors + run.demo.said
    assert "Unclosed" not in run.demo.errors


def test_every_questionnaire_is_sent_by_somebody_and_one_in_an_earlier_wave(run: CrowdRun) -> None:
    interviews = run.table("interviews.csv")
    assert {row["wave"] for row in interviews if row["disposition"] == "complete"} == WAVES
    begun = {
        wave: [row["started_at"] for row in interviews if row["wave"] == wave]
        for wave in ("persepsi-awal", "persepsi")
    }
    assert max(begun["persepsi-awal"]) < min(begun["persepsi"])


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_demo_leaves_every_report_in_both_languages(
    run: CrowdRun, kind: str, language: str
) -> None:
    pdf, workbook = (run.demo.out / f"{kind}-{language}.{ending}" for ending in ("pdf", "xlsx"))
    assert len(PdfReader(pdf).pages) >= 2
    assert len(load_workbook(workbook).sheetnames) >= 2
    assert list((run.demo.out / "charts" / kind).glob(f"*-{language}.svg"))


def test_what_the_chat_got_lies_beside(run: CrowdRun) -> None:
    delivered = {path.suffix for path in (run.demo.out / "delivered").iterdir()}
    assert delivered >= {".pdf", ".xlsx"}


def test_the_data_lie_there_in_every_format_and_say_the_same(run: CrowdRun) -> None:
    long = pd.read_parquet(run.demo.out / "answers.parquet")
    assert list(long["value"]) == [row["value"] for row in run.answers]
    wide, about = pyreadstat.read_sav(run.demo.out / "answers.sav")
    usable = [
        row
        for row in run.table("interviews.csv")
        if row["wave"].startswith("persepsi") and row["disposition"] in ("complete", "partial")
    ]
    assert len(wide) == len(usable) > 20
    assert about.column_names_to_labels
    assert b"<codeBook" in (run.demo.out / "persepsi.ddi.xml").read_bytes()


def test_every_figure_of_the_reports_follows_from_the_data_files(run: CrowdRun) -> None:
    found = verify_folder(run.demo.out)
    assert [cell for cell in found.cells if cell.outcome is CellOutcome.DIFFERS] == []
    assert [(printed.name, printed.absent) for printed in found.printed if printed.absent] == []
    assert {"pra-id.xlsx", "wave-en.xlsx", "weekly-id.xlsx"} <= {cell.file for cell in found.cells}
    agreed = sum(cell.outcome is CellOutcome.AGREES for cell in found.cells)
    assert agreed > 2_000
    assert not found.differs


def test_what_people_wrote_is_theirs_and_varies(run: CrowdRun) -> None:
    wishes = [row["value"] for row in run.answers if row["question"].endswith("/perbaikan")]
    assert len(set(wishes)) > len(wishes) / 2 > 5
    assert not [wish for wish in wishes if "{" in wish]
    plans = [row["value"] for row in run.answers if row["question"].endswith("/nama")]
    assert plans


def test_a_crowd_comes_on_several_days_the_first_to_the_earlier_wave() -> None:
    now = datetime.now(UTC)
    when = list(plan_arrivals(2000, now))
    assert sum(day.people for day in when) == 2000
    assert [day.at for day in when] == sorted({day.at for day in when})
    assert when[-1].at == now
    numbers = [day.first + day.skip + n for day in when for n in range(day.people)]
    assert numbers == list(range(numbers[0], numbers[0] + 2000))
    (wave,) = build_earlier_waves([{"id": "persepsi"}, {"id": "skenario"}], now)
    for day in when:
        open_then = wave["opens"] <= day.at.isoformat() < wave["closes"]
        assert open_then is (day.group == EARLIER_GROUP)
    assert [day.people for day in plan_arrivals(3, now)] == [1, 2]
    assert list(plan_arrivals(0, now)) == []


def test_whoever_agreed_has_an_interview_and_whoever_declined_has_none(run: CrowdRun) -> None:
    taps = [(a["person"], a["link"][:2], a["did"].get("tap", "")) for a in run.acts]
    agreed = {(who, link) for who, link, label in taps if label in AGREED}
    sent = {(who, link) for who, link, label in taps if SEND.match(label)}
    declined = {(who, link) for who, link, label in taps if label in DECLINED}
    interviews = run.table("interviews.csv")
    assert len(interviews) == len(agreed) > 0
    # Who stopped on the last day may still go on when the report is made.
    stops = {"partial", "break-off", "in progress"}
    ended = Counter((row["disposition"], row["sent_at"] != "") for row in interviews)
    outside = ended["not eligible", True]
    assert ended["complete", True] + outside == len(sent & agreed)
    stopped = sum(ended[stop, False] for stop in (*stops, "not eligible"))
    assert stopped == len(agreed - sent)
    assert declined
    assert f"and {len(declined)} refusals" in run.demo.said


def describe_contradictions(run: CrowdRun) -> str:
    """What was done with cards on which somebody did more than one thing, and what they heard."""
    by_card: dict[tuple[int, str], list[str]] = {}
    told = {(line["person"], line["act"]): line["told"] for line in run.lines if "told" in line}
    for act in run.acts:
        heard = told.get((act["person"], act["act"]), "nothing")
        by_card.setdefault((act["person"], act["card"]), []).append(f"{act['did']} -> {heard!r}")
    return "\n".join(
        f"{who} {card[:60]!r}: {did}"
        for (who, card), did in by_card.items()
        if len(set(did)) > 1 and "▰" in card
    )


def test_the_drivers_of_resilience_are_distributed_as_they_were_tapped(
    run: CrowdRun, recounted: dict[int, Person]
) -> None:
    expected: dict[str, Counter[str]] = {}
    for person in recounted.values():
        for name, value in person.single.items():
            expected.setdefault(name, Counter())[value] += 1
    found: dict[str, Counter[str]] = {}
    for row in run.answers:
        _, _, driver = row["question"].partition("/pendorong/")
        if row["wave"].startswith("persepsi") and driver:
            found.setdefault(driver, Counter())[row["value"]] += 1
    assert len(expected) == 12
    assert found == expected, describe_contradictions(run)


def test_the_shocks_that_worry_most_are_those_that_were_ticked(
    run: CrowdRun, recounted: dict[int, Person]
) -> None:
    expected = Counter(
        shock for person in recounted.values() for shock in person.ticked.get("guncangan", ())
    )
    found = Counter(
        shock
        for row in run.answers
        if row["wave"].startswith("persepsi") and row["question"] == "warga/guncangan"
        for shock in row["value"].split()
    )
    assert found.most_common(3)
    assert found == expected


def test_nobody_can_be_told_from_the_data(run: CrowdRun) -> None:
    for name in ("answers.csv", "interviews.csv"):
        text = (run.demo.out / name).read_text(encoding="utf-8")
        numbers = {str(act["person"]) for act in run.acts}
        assert not numbers & set(re.split(r"[,\n]", text))


def test_the_demo_keeps_nothing_once_it_has_ended(run: CrowdRun) -> None:
    assert run.demo.status == 0
    assert run.demo.scratch == []
