"""A city is data and a language a catalogue: Suara speaks for Kisumu without a line of code."""

from __future__ import annotations

import ast
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import sandbox
from bot.config import Config, validate_config
from bot.questionnaire_folder import compile_questionnaires
from bot.report_defaults import build_report_request
from bot.translation import get_translator
from reports.city_file import City, choose_text, load_redactor, read_city
from reports.make_report import make_report
from reports.toml_files import InvalidInputError
from sandbox import Sandbox
from survey.catalogue import bind_city_catalogues, get_own_name, list_languages
from survey.forms.authoring.xlsform import QuestionnaireError
from tests.bot.running_bot import TOKEN, RunningBot, run_bot
from tests.pdf_text import read_whole_text
from tests.sandbox.bot_api_schema import find_schema_problems

ROOT = Path(__file__).parents[2]
KISUMU = Path(__file__).parent / "kisumu"
#: Words that only another city and another country have.
ELSEWHERE = re.compile(
    r"jakarta|kelurahan|kecamatan|\bkota\b|\b112\b|\bjaki\b|rt/rw|indonesia|betawi"
    r"|\b(jalan|puskesmas|sektor\.csv|kategori\.csv)\b",
    re.IGNORECASE,
)
#: The names of questions are the shipped questionnaires'.
EXEMPT = {
    "reports/question_names.py": "names of the shipped questionnaires' questions",
    "reports/verification/variable_names.py": "the same, for what shares no code with the reports",
}


def build_kisumu_config(folder: Path, url: str = "https://api.telegram.org") -> Config:
    """The least that a city has to say."""
    now = datetime.now(UTC)
    wave = {
        "id": "lake", "questionnaire": "lake.md", "audience": ["resident"],
        "opens": (now - timedelta(days=2)).isoformat(),
        "closes": (now + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    raw: dict[str, Any] = {
        "suara": {
            "city": "Kisumu", "secretariat": "Lake Secretariat", "languages": ["en", "sw"],
        },
        "database": {"url": f"sqlite+aiosqlite:///{folder / 'suara.db'}"},
        "telegram": {"api_url": url},
        "questionnaires": {"folder": str(KISUMU)},
        "waves": [wave],
    }  # fmt: skip
    return validate_config(raw)


@pytest.fixture(autouse=True)
def _own_catalogues() -> Iterator[None]:
    """A process speaks for one city; the next test is of another one."""
    yield
    bind_city_catalogues("")


@pytest.fixture
async def kisumu(tmp_path: Path) -> AsyncIterator[RunningBot]:
    """A running Suara of that city."""
    async with sandbox.serve(token=TOKEN, check=find_schema_problems) as box:
        async with run_bot(build_kisumu_config(tmp_path, box.url)) as app:
            yield RunningBot(box, app, tmp_path)
        await check_what_was_said(box)
        assert await box.list_problems() == []


async def check_what_was_said(box: Sandbox) -> None:
    """Nothing that went out is of the other city, the menu of commands included."""
    calls = await box.list_calls()
    assert len(calls) > 5
    for call in calls:
        assert not ELSEWHERE.search(str(call["params"])), call


async def answer_in_kiswahili(suara: RunningBot, number: int = 1001) -> None:
    """One resident, from the consent to sending."""
    ann = await suara.add_person(number, "sw")
    card = await ann.start("lake")
    assert "Tukuulize?" in card.text
    assert "English" in card.labels
    card = await ann.tap("Ndiyo, nakubali")
    assert "Kaunti ndogo gani?" in card.text
    card = await ann.share_location(-0.15, 34.85)
    assert "Nini kibadilike?" in card.text
    card = await ann.say("Taa za barabarani")
    await ann.tap(next(label for label in card.labels if "Send" in label))
    kept = suara.records.answers(number, "lake")
    assert (kept["subcounty"], kept["ward"]) == ("E", "E1")
    assert kept["catatan"] == "Taa za barabarani"


async def test_a_resident_answers_and_the_week_is_reported(kisumu: RunningBot) -> None:
    for number in range(1001, 1004):
        await answer_in_kiswahili(kisumu, number)
    now = datetime.now(UTC)
    order = replace(
        build_report_request(kisumu.app.config),
        start=now - timedelta(days=7), end=now + timedelta(minutes=1), made_at=now,
    )  # fmt: skip
    english, kiswahili = (make_report(replace(order, language=code)) for code in ("en", "sw"))
    assert "Kisumu resilience this week" in english.message
    assert "Ustahimilivu wa Kisumu wiki hii" in kiswahili.message
    for made in (english, kiswahili):
        (pdf,) = (file.content for file in made.files if file.name.endswith(".pdf"))
        pages = read_whole_text(pdf)
        assert "Kisumu" in pages
        assert not ELSEWHERE.search(made.message + pages)


async def test_help_names_the_city_s_own_number_and_falls_back_on_english(
    kisumu: RunningBot,
) -> None:
    ann = await kisumu.add_person(1001, "sw")
    await ann.start("lake")
    card = await ann.say("/bantuan")
    assert "Boti hii inauliza tu. Kwa dharura piga 999." in card.text
    assert "Do you have an invitation code?" in card.text  # Nobody has translated that yet.


def test_a_language_is_there_with_its_catalogue_and_gone_without(tmp_path: Path) -> None:
    build_kisumu_config(tmp_path)
    assert "sw" in list_languages()
    assert get_own_name("sw") == "Kiswahili"
    assert get_translator("sw")("Help") == "Msaada"
    bind_city_catalogues("")
    assert "sw" not in list_languages()
    assert get_translator("sw")("Help") == "Help"


def test_what_config_leaves_out_comes_from_the_city(tmp_path: Path) -> None:
    config = build_kisumu_config(tmp_path)
    assert config.suara.timezone == "Africa/Nairobi"
    assert config.questionnaires.boundaries == "wards.geojson"
    assert config.report_language == "en"


def test_an_empty_pack_leaves_names_and_takes_out_what_is_alike_everywhere() -> None:
    redactor = load_redactor(KISUMU / "city.toml")
    assert redactor.redact("Pak Budi, +254 712 345678, a@b.ke").text == "Pak Budi, […]"


def test_a_level_that_the_city_does_not_have_is_refused(tmp_path: Path) -> None:
    form = (KISUMU / "lake.md").read_text(encoding="utf-8").replace("| | ward |\n", "| | desa |\n")
    (tmp_path / "lake.md").write_text(form, encoding="utf-8")
    config = build_kisumu_config(tmp_path)
    wave = config.waves[0].model_copy(update={"questionnaire": str(tmp_path / "lake.md")})
    with pytest.raises(QuestionnaireError, match="“desa”.*ward or subcounty"):
        compile_questionnaires(config.model_copy(update={"waves": (wave,)}))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Africa/Nairobi", "Africa/Nowhere", "timezone: 'Africa/Nowhere' is no time zone"),
        ('name = "subcounty"', 'name = "ward"', "name ward twice"),
        ("[emergency]", "[emergencies]", "emergencies: no such setting. Remove it or mend"),
        ('property = "code"', "", "levels[0].property: is missing. Add it"),
    ],
)
def test_a_fault_of_the_city_file_is_told_with_its_key(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    source = (KISUMU / "city.toml").read_text(encoding="utf-8").replace(before, after)
    (tmp_path / "city.toml").write_text(source, encoding="utf-8")
    with pytest.raises(InvalidInputError) as found:
        read_city(tmp_path / "city.toml")
    assert said in str(found.value)
    assert "city.toml" in str(found.value)


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        ("[words]\ntitels = 'mzee'", "words.titels: nothing reads it"),
        ("[[patterns]]\nname = 'plate'\npattern = 'plates'", "“plate” names “plates”"),
        ("[[patterns]]\nname = 'plate'\npattern = '(word'", "“plate” lacks a “)”"),
        ("[[patterns]]\nname = 'plate'\npattern = 'word\\d'", "is no pattern from"),
        ("[[patterns]]\nname = 'plate'\npattern = 'word* number'", "has “*” before its end"),
        ("[[patterns]]\nname = 'plate'\npattern = 'word?'", "fits where there is nothing"),
        ("[phrases]\nat = 'word{1,99}'", "is longer than 80 words"),
        ("[phrases]\nat = \"'at' > word\"", "stand in patterns only"),
        ("[wrds]", "no such setting"),
    ],
)
def test_a_fault_of_a_redaction_pack_is_told(tmp_path: Path, pack: str, said: str) -> None:
    (tmp_path / "redaction").mkdir()
    (tmp_path / "redaction/none.toml").write_text(pack, encoding="utf-8")
    (tmp_path / "city.toml").write_bytes((KISUMU / "city.toml").read_bytes())
    with pytest.raises(InvalidInputError, match=re.escape(said)):
        load_redactor(tmp_path / "city.toml")


def test_a_city_s_text_in_a_language_it_lacks_is_in_its_first() -> None:
    city = read_city(KISUMU / "city.toml")
    assert isinstance(city, City)
    assert choose_text(city.emergency, "fr") == "In an emergency call 999."
    assert choose_text({}, "fr") == ""


def list_code_strings(path: Path) -> Iterator[str]:
    """Every text and every name in a module; docstrings and comments are for whoever reads it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    explained = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            explained.add(id(body[0].value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in explained:
                yield node.value
        elif isinstance(node, ast.Name):
            yield node.id


@pytest.mark.parametrize("package", ["bot", "survey", "reports"])
def test_nothing_of_a_city_or_a_country_stands_in_code(package: str) -> None:
    found = {
        f"{name}: {said}"
        for path in sorted(ROOT.glob(f"{package}/**/*.py"))
        if (name := str(path.relative_to(ROOT))) not in EXEMPT
        for said in list_code_strings(path)
        if ELSEWHERE.search(said)
    }
    assert found == set()
