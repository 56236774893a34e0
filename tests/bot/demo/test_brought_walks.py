"""Brought forms of every kind are filled through the chat by people who only see the screen."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config, validate_config
from bot.demo.brought_forms import BroughtForm, read_brought_forms
from bot.demo.brought_walks import compare_exported
from bot.demo.fill_comparison import ExportedAnswer, compare_with_fill, read_exported_answers
from bot.demo.sandbox_process import WORDS_FILE
from reports.export.data_export import export_data
from sandbox import Sandbox
from sandbox.form_walker import FormWalker, WalkEnd
from sandbox.walkers import WalkerCrowd
from sandbox.walking_words import read_walking_words
from survey.forms.authoring.xlsform import compile_file
from tests.bot.running_bot import build_test_config, run_bot

JAKARTA = ZoneInfo("Asia/Jakarta")
#: A house in a row of houses, each with people, each of whom has pets; a total above all.
REPEATS = """
| survey | type | name | label | calculation | relevant | repeat_count |
| | integer | rooms | How many rooms? | | | |
| | begin_repeat | house | House | | | |
| | text | street | Which street? | | | |
| | begin_repeat | person | Person | | | |
| | text | name | What is the name? | | | |
| | integer | age | How old is ${name}? | | | |
| | end_repeat | | | | | |
| | calculate | people | | count(${person}) | | |
| | end_repeat | | | | | |
| | calculate | ages | | sum(${age}) | | |
| | note | said | In all ${ages} years. | | ${ages} > 0 | |
| | begin_repeat | round | Round | | | 2 |
| | select_one yn | fine | Was it fine? | | | |
| | end_repeat | | | | | |
| choices | list_name | name | label |
| | yn | y | Fine |
| | yn | n | Not so fine |
| settings | form_title | form_id |
| | Repeats | repeats |
"""
#: Days and times in all appearances, numbers in bounds, texts that have to look like something.
TYPED = """
| survey | type | name | label | appearance | constraint | constraint_message | parameters | required | calculation |
| | date | day | Which day? | | | | | yes | |
| | date | past | Which day in the past? | | . < today() | A day in the past. | | yes | |
| | date | month | Which month? | month-year | | | | yes | |
| | date | year | Which year? | year | | | | yes | |
| | time | clock | At what time? | | | | | yes | |
| | datetime | moment | When exactly? | | | | | yes | |
| | integer | age | How old are you? | | . >= 18 and . <= 120 | Between 18 and 120. | | yes | |
| | integer | odd | A number above 5000? | | . > 5000 | It is above 5000. | | yes | |
| | decimal | share | What share? | | . < 1 and . > 0 | | | yes | |
| | integer | count | How many? | counter | | | | yes | |
| | range | mark | Which mark? | | | | start=0 end=10 step=1 | yes | |
| | range | percent | How many per cent? | | | | start=0 end=100 step=5 | yes | |
| | text | mail | Your address? | | regex(., '^[^@]+@[^@]+$') | | | yes | |
| | text | phone | Your number? | numbers | | | | yes | |
| | text | code | Eight to twelve digits? | | regex(., '^08[0-9]{8,10}$') | | | yes | |
| | text | why | Tell us more? | multiline | string-length(.) > 50 | | | yes | |
| | geopoint | spot | Where is it? | | | | | yes | |
| | geotrace | way | Which way? | | | | | no | |
| | image | photo | A photo? | | | | | yes | |
| | audio | sound | A recording? | | | | | yes | |
| | video | film | A film? | | | | | yes | |
| | file | letter | A letter? | | | | | yes | |
| | barcode | bars | The bars? | | | | | yes | |
| | calculate | older | | | | | | | ${age} + 1 |
| settings | form_title | form_id |
| | Typed | typed |
"""
#: Everything that is chosen.
CHOSEN = """
| survey | type | name | label | appearance | constraint | constraint_message | choice_filter | required |
| | acknowledge | agreed | Is that clear? | | | | | yes |
| | select_one towns | town | Which town? | | | | | yes |
| | select_one quarters | quarter | Which quarter? | | | | town=${town} | yes |
| | select_multiple towns | several | Which towns? | | count-selected(.) = 2 | Two of them. | | yes |
| | select_multiple towns | any | Which others? | | not(selected(., 'none') and count-selected(.) > 1) | None stands alone. | | yes |
| | rank towns | order | In which order? | | | | | yes |
| | select_one many | long | Which one of many? | | | | | yes |
| | select_multiple many | longer | Which ones of many? | | | | | yes |
| | begin_group | table | How good are they? | table-list | | | | |
| | select_one marks | bread | Bread | | | | | yes |
| | select_one marks | milk | Milk | | | | | yes |
| | select_one marks | rice | Rice | | | | | yes |
| | end_group | | | | | | | |
| | select_one foods or_other | other | Which is the best? | | | | | yes |
| choices | list_name | name | label | town |
| | towns | tuban | Tuban | |
| | towns | blora | Blora | |
| | towns | none | None of them | |
| | foods | soup | Soup | |
| | foods | salad | Salad | |
| | quarters | port | Port | tuban |
| | quarters | mill | Mill | blora |
| | quarters | nowhere | Nowhere | none |
{many}
| | marks | 1 | 1 | |
| | marks | 2 | 2 | |
| | marks | 3 | 3 | |
| settings | form_title | form_id |
| | Chosen | chosen |
""".replace("{many}", "\n".join(f"| | many | m{n} | Choice {n} | |" for n in range(1, 31)))
#: Nobody can answer this one, and nobody may leave it out.
IMPOSSIBLE = """
| survey | type | name | label | constraint | constraint_message | required |
| | text | secret | What is the word? | . = 'kelintang' | That is not the word. | yes |
"""


@pytest.fixture
def forms(tmp_path: Path) -> list[Path]:
    texts = {"repeats": REPEATS, "typed": TYPED, "chosen": CHOSEN, "impossible": IMPOSSIBLE}
    for name, text in texts.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    return [tmp_path / f"{name}.md" for name in texts]


def field_forms(folder: Path, url: str, guests: list[BroughtForm]) -> Config:
    """A bot that asks brought forms only."""
    raw = build_test_config(folder, url).model_dump(mode="json")
    first = raw["waves"][0] | {"audience": ["resident"]}
    fielded = [first | {"id": guest.wave, "questionnaire": str(guest.file)} for guest in guests]
    return validate_config(raw | {"waves": fielded})


async def walk(box: Sandbox, number: int, link: str) -> WalkEnd:
    """Somebody walks through a form."""
    person = await box.add_person(number, first_name="Siti", language_code="id")
    words = read_walking_words(WORDS_FILE)
    dice = random.Random(number)  # noqa: S311 - play
    return await FormWalker(person, words, dice).fill_form(link)


@pytest.mark.parametrize("name", ["repeats", "typed", "chosen"])
async def test_any_form_is_filled_to_the_thanks_and_the_answers_are_those_of_fill(
    box: Sandbox, tmp_path: Path, forms: list[Path], name: str
) -> None:
    guests = read_brought_forms([file for file in forms if file.stem == name], [])
    async with run_bot(field_forms(tmp_path, box.url, guests)) as app:
        for number in (3001, 3002, 3003):
            end = await walk(box, number, name)
            assert (end.how, end.why) == ("finished", "")
        compared = compare_exported(app, guests)[name]
    assert compared.differences == ()
    assert compared.interviews == 3
    asked = {"repeats": 3, "typed": 20, "chosen": 10}[name]
    assert compared.answers >= 3 * asked


async def test_who_can_answer_nothing_says_at_which_question_and_why(
    box: Sandbox, tmp_path: Path, forms: list[Path]
) -> None:
    guests = read_brought_forms(forms[-1:], [])
    async with run_bot(field_forms(tmp_path, box.url, guests)):
        end = await walk(box, 3001, "impossible")
    assert end.how == "stuck"
    assert end.why == "What is the word? ⚠️ That is not the word."


async def test_people_come_side_by_side_and_each_act_stands_in_the_log(
    box: Sandbox, tmp_path: Path, forms: list[Path]
) -> None:
    guests = read_brought_forms(forms[:1], [])
    log = tmp_path / "walks.jsonl"
    async with run_bot(field_forms(tmp_path, box.url, guests)):
        with log.open("w", encoding="utf-8") as file:
            crowd = WalkerCrowd(box, read_walking_words(WORDS_FILE), 1, file)
            summary = await crowd.fill_forms(["repeats"], people=3, first_id=4001, at_once=2)
    assert summary["repeats"]["ended"] == {"finished": 3}
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert len([line for line in lines if "did" in line]) == summary["repeats"]["acts"]
    assert {line["person"] for line in lines if "ended" in line} == {4001, 4002, 4003}


async def test_an_answer_that_is_other_than_filled_in_is_found(
    box: Sandbox, tmp_path: Path, forms: list[Path]
) -> None:
    guests = read_brought_forms(forms[:1], [])
    async with run_bot(config := field_forms(tmp_path, box.url, guests)):
        await walk(box, 3001, "repeats")
    export_data(config.database.url, tmp_path, "Asia/Jakarta", datetime.now(UTC) + timedelta(1))
    answers = read_exported_answers(tmp_path / "answers.csv", "repeats")
    form = compile_file(forms[0])
    assert compare_with_fill(form, answers, JAKARTA).differences == ()
    place = next(n for n, answer in enumerate(answers) if answer.question == "ages")
    answers[place] = replace(answers[place], value="4711")
    (difference,) = compare_with_fill(form, answers, JAKARTA).differences
    assert "/ages[1] is “4711” in the export" in difference


def test_what_the_form_suggested_and_its_person_left_out_is_no_difference(tmp_path: Path) -> None:
    file = tmp_path / "suggested.md"
    rows = (
        "| survey | type | name | label | default |\n| | text | a | A? | x |\n| | text | b | B? | |"
    )
    file.write_text(f"{rows}\n", encoding="utf-8")
    said = ExportedAnswer("K7", "b", "y", datetime(2026, 11, 30, tzinfo=UTC))
    assert compare_with_fill(compile_file(file), [said], JAKARTA).differences == ()
    other = replace(said, question="a")
    assert compare_with_fill(compile_file(file), [said, other], JAKARTA).differences == ()


def test_words_that_are_no_format_are_named(tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    file.write_text('thanks = "x"\nagree = "x"\nsend = "x"\nskip = "x"\nshout = "x"\n')
    with pytest.raises(ValueError, match=r"words\.toml: .*shout"):
        read_walking_words(file)
