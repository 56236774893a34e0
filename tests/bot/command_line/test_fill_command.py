"""A questionnaire played by hand in the terminal."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.bot.command_line.test_command_line import CommandResult, run_command
from tests.bot.running_bot import write_config_file

CHILDREN = """\
| survey | | | | |
| | type | name | label | constraint |
| | begin_repeat | anak | Anak | |
| | text | nama | Nama anak | |
| | end_repeat | | | |
| | integer | usia | Usia Anda | . > 17 |
"""


def played(folder: Path, *lines: str) -> CommandResult:
    """How it ended when these lines are typed."""
    (folder / "anak.md").write_text(CHILDREN, encoding="utf-8")
    typed = "".join(f"{line}\n" for line in lines)
    return run_command("fill", str(folder / "anak.md"), typed=typed)


def test_one_more_is_asked_for_until_it_is_enough(tmp_path: Path) -> None:
    status, said, _ = played(tmp_path, "Budi", "y", "Siti", "n", "40")
    assert status == 0
    assert "Anak (2 so far). One more? y/n" in said
    left = json.loads(said[said.rindex("\n{") :])
    assert left["/anak[1]/nama[1]"] == "Budi"
    assert left["/anak[2]/nama[1]"] == "Siti"
    assert left["/usia[1]"] == "40"


def test_an_answer_that_cannot_stand_is_asked_again(tmp_path: Path) -> None:
    status, said, _ = played(tmp_path, "Budi", "n", "4", "40")
    assert status == 0
    assert said.count("Usia Anda") == 2
    assert "Not valid." in said


def test_leaving_before_the_end_is_told_in_one_line(tmp_path: Path) -> None:
    status, _, errors = played(tmp_path, "Budi")
    assert status == 1
    assert errors.strip() == "suara: The questionnaire was left before its end."


ZONED = """\
| survey | type | name | label | calculation |
| | calculate | t | | format-date-time(now(), "%Y-%m-%d %H") |
| | calculate | h | | string(today()) |
| | integer | a | A? | |
"""


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_it_is_played_in_the_time_zone_of_the_survey(tmp_path: Path, zone: str) -> None:
    (tmp_path / "zona.md").write_text(ZONED, encoding="utf-8")
    (tmp_path / "a.json").write_text('[["/data/a", "\N{ARABIC-INDIC DIGIT FIVE}"]]')
    config = write_config_file(tmp_path, "http://127.0.0.1:9", **{"Asia/Jakarta": zone})
    before = datetime.now(ZoneInfo(zone))
    status, said, _ = run_command(
        "fill",
        str(tmp_path / "zona.md"),
        "--answers",
        str(tmp_path / "a.json"),
        "--config",
        str(config),
    )
    assert status == 0
    begun, answered = map(json.loads, said.splitlines())
    assert begun["changed"]["/t[1]"] in {
        f"{at:%Y-%m-%d %H}" for at in (before, datetime.now(ZoneInfo(zone)))
    }
    assert begun["changed"]["/h[1]"] == begun["changed"]["/t[1]"][:10]
    assert answered["changed"] == {"/a[1]": "5"}
