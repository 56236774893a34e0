"""A questionnaire of somebody's own, tried in the demo from its link to its exported answers."""

from __future__ import annotations

import asyncio
import csv
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.brought_forms import find_free_wave_id, format_wave_id, read_brought_forms
from bot.demo.sandbox_process import find_free_port
from sandbox import Sandbox
from sandbox.client import PersonClient
from sandbox.phone_screen import ShownMessage
from survey.forms.authoring.xlsform import compile_file, compile_source
from survey.people import INVITATION_PREFIX

ROOT = Path(__file__).parents[3]
#: Seconds until a test gives up waiting; no promise about speed.
PATIENCE = 60.0
HOUSEHOLD = """
| survey |
|  | type | name | label::English (en) | label::French (fr) | choice_filter |
|  | begin_group | home | Home | Maison | |
|  | select_one_from_file towns.csv | town | Which town? | Quelle ville ? | |
|  | select_one quarter | quarter | Which quarter? | Quel quartier ? | town=${town} |
|  | end_group | | | | |
|  | integer | people | How many people? | Combien de personnes ? | |
| choices |
|  | list_name | name | label::English (en) | label::French (fr) | town |
|  | quarter | port | Port | Port | tuban |
|  | quarter | hill | Hill | Colline | tuban |
|  | quarter | mill | Mill | Moulin | blora |
| settings |
|  | form_title | form_id |
|  | Household 2026 | Household.2026_v1 |
"""
TOWNS = "name,label\ntuban,Tuban\nblora,Blora\n"
BARE = """
| survey |
|  | type | name | label |
|  | text | wish | What do you wish for? |
"""
FAULTY = """
| survey |
|  | type | name | label | relevant |
|  | text | wish | What do you wish for? | ${whish} = 'x' |
"""


@dataclass
class Place:
    """A folder to start ``suara`` in, with two questionnaires of somebody's own."""

    folder: Path

    async def suara(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command to its end: status, what it said, its errors."""
        process = await self.started(*arguments)
        said, errors = await asyncio.wait_for(process.communicate(), 2 * PATIENCE)
        return process.returncode or 0, said.decode(), errors.decode()

    async def started(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments, cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    @asynccontextmanager
    async def demo(self, *arguments: str) -> AsyncIterator[dict[str, str]]:
        """A running demo: what each of its links is for -> the link."""
        process = await self.started("demo", "--port", str(find_free_port()), *arguments)
        assert process.stdout is not None
        links: dict[str, str] = {}
        async with asyncio.timeout(60):
            while "Ctrl-C" not in (line := (await process.stdout.readline()).decode()):
                assert line, "the demo ended before it began"
                what, _, link = line.strip().rpartition(": ")
                links[what] = link
        try:
            yield links
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = await asyncio.wait_for(process.communicate(), 60)
            assert process.returncode == 0, errors.decode()
            assert "Traceback" not in errors.decode()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    config = (ROOT / "config.toml").read_text(encoding="utf-8")
    ours = config.replace('folder = "questionnaires"', f'folder = "{ROOT / "questionnaires"}"')
    kept = ours.replace("suara.db", "demo/suara.db")
    (tmp_path / "config.toml").write_text(kept, encoding="utf-8")
    for name, text in {"rumah.md": HOUSEHOLD, "towns.csv": TOWNS, "bare.md": BARE}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Place(tmp_path)


async def tap(person: PersonClient, label: str) -> ShownMessage:
    """Tap a button as soon as it is there; the card that follows."""
    await person.wait_until(lambda screen: label in screen.card.labels, PATIENCE)
    before = person.screen.card.text
    await person.tap(label)
    await person.wait_until(lambda screen: screen.card.text != before, PATIENCE)
    return await person.wait_for_card()


async def test_a_questionnaire_of_ones_own_is_answered_from_its_link_and_exported(
    place: Place,
) -> None:
    async with place.demo("-q", "rumah.md", "--questionnaire", "bare.md") as links:
        brought = [name for name in links if "“" in name]
        assert brought == ["resident, “Household 2026”", "resident, “bare”"]
        link = links["resident, “Household 2026”"]
        url, number, payload = re.fullmatch(r"(.*)/\?person=(\d+)&start=(.*)", link).groups()  # type: ignore[union-attr]
        assert payload == "household-2026-v1"
        async with Sandbox.connect(url) as box:
            eka = await box.add_person(int(number))
            await eka.start(payload)
            card = await eka.wait_for_card()
            assert card.text.startswith("Household 2026\n\nSekretariat Jakarta Berketahanan ingin")
            await tap(eka, "Ya, saya setuju")
            assert "Which quarter?" in (card := await tap(eka, "Tuban")).text
            assert card.labels[:2] == ["Port", "Hill"]
            await tap(eka, "Hill")
            await eka.say("4")
            await eka.wait_until(lambda screen: "Jawaban Anda" in screen.card.text, PATIENCE)
            assert "?start=household-2026-v1-ajakan" in (await tap(eka, "Kirim ✓")).text

    status, _, errors = await place.suara("export", "--out", "data")
    assert status == 0, errors
    with (place.folder / "data" / "answers.csv").open(encoding="utf-8", newline="") as file:
        answers = [(row["wave"], row["question"], row["value"]) for row in csv.DictReader(file)]
    wave = "household-2026-v1"
    assert answers == [
        (wave, "home/town", "tuban"),
        (wave, "home/quarter", "hill"),
        (wave, "people", "4"),
    ]


async def test_the_brief_is_made_beside_a_questionnaire_that_it_does_not_know(
    place: Place,
) -> None:
    async with place.demo("-q", "bare.md") as links:
        url, number = re.fullmatch(  # type: ignore[union-attr]
            r"(.*)/\?person=(\d+)&start=bare", links["resident, “bare”"]
        ).groups()
        async with Sandbox.connect(url) as box:
            eka = await box.add_person(int(number))
            await eka.start("bare")
            await tap(eka, "Ya, saya setuju")
            await eka.say("Trotoar")
            await tap(eka, "Kirim ✓")
    status, said, errors = await place.suara("report", "--out", "reports")
    assert status == 0, errors
    made = [path for path in (place.folder / "reports").iterdir() if path.is_file()]
    assert {path.suffix for path in made} >= {".pdf", ".xlsx"}
    assert "Traceback" not in said + errors


async def test_a_crowd_fills_brought_questionnaires_too_and_what_it_said_is_what_fill_gives(
    place: Place,
) -> None:
    status, said, errors = await place.suara(
        "demo", "--exit", "--crowd", "2", "-q", "rumah.md", "-q", "bare.md"
    )
    assert status == 0, said + errors
    assert "rumah.md: 2 of 2 people reached the thanks, in " in said
    assert "bare.md: 2 of 2 people reached the thanks, in " in said
    assert re.search(r"All \d+ exported answers are those that suara fill gives\.", said)


async def test_a_faulty_questionnaire_is_not_tried_and_its_faults_are_those_of_check(
    place: Place,
) -> None:
    (place.folder / "faulty.md").write_text(FAULTY, encoding="utf-8")
    _, checked, _ = await place.suara("check", "faulty.md")
    (fault,) = [line for line in checked.splitlines() if "whish" in line]
    status, said, errors = await place.suara("demo", "-q", "bare.md", "-q", "faulty.md")
    assert (status, said) == (2, "")
    assert errors == f"suara: {fault}\n"
    assert not (place.folder / "var").exists()


def test_a_forms_id_becomes_one_that_a_wave_and_a_link_can_have() -> None:
    assert format_wave_id("Household.2026_v1") == "household-2026-v1"
    assert format_wave_id("Survei Rumah Tangga (RW 05)") == "survei-rumah-tangga-rw-05"
    assert format_wave_id("表") == "form"
    assert format_wave_id("x" * 50) == "x" * 32
    assert not format_wave_id("u-air-2017").startswith(INVITATION_PREFIX)


def test_two_forms_with_one_id_and_one_of_a_running_wave_get_waves_of_their_own(
    place: Place,
) -> None:
    files = [place.folder / "bare.md", ROOT / "questionnaires" / "persepsi.md"]
    found = read_brought_forms([*files, *files], ["persepsi", "kerentanan"])
    assert [each.wave for each in found] == ["bare", "persepsi-2", "bare-2", "persepsi-3"]
    assert len({each.person.id for each in found}) == 4
    assert len(find_free_wave_id("x" * 32, {"x" * 32})) <= 32


@pytest.mark.parametrize(
    ("named", "read_in"),
    [
        (("Swahili", "English"), {"id": "Swahili", "en": "English"}),
        (("French (fr)", "Bahasa Indonesia"), {"id": "Bahasa Indonesia", "en": "French (fr)"}),
        (("id", "en"), {"id": "id", "en": "en"}),
        (("English (en)", "Indonesia (id)"), {"id": "Indonesia (id)", "en": "English (en)"}),
    ],
)
def test_everybody_reads_a_form_in_their_language_or_in_its_first_however_it_names_them(
    named: tuple[str, str], read_in: dict[str, str]
) -> None:
    first, second = named
    rows = (
        "| survey |",
        f"| | type | name | label::{first} | label::{second} |",
        "| | text | wish | Moja | Dua |",
    )
    form = compile_source("\n".join(rows) + "\n", ".md", ROOT)
    assert {code: form.match_language(code) for code in ("id", "en")} == read_in


def test_a_form_without_an_id_and_a_title_is_called_as_its_file(place: Place) -> None:
    form = compile_file(place.folder / "bare.md")
    assert (form.id, form.title) == ("bare", "bare")
