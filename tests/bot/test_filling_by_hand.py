"""A questionnaire played by hand in the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

CHILDREN = """\
| survey | | | | |
| | type | name | label | constraint |
| | begin_repeat | anak | Anak | |
| | text | nama | Nama anak | |
| | end_repeat | | | |
| | integer | usia | Usia Anda | . > 17 |
"""


async def played(folder: Path, *lines: str) -> tuple[int, str, str]:
    """Exit status, what was said, and errors, when these lines are typed."""
    (folder / "anak.md").write_text(CHILDREN, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "fill", str(folder / "anak.md"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    typed = "".join(f"{line}\n" for line in lines).encode()
    said, errors = await asyncio.wait_for(process.communicate(typed), 30)
    return process.returncode or 0, said.decode(), errors.decode()


async def test_one_more_is_asked_for_until_it_is_enough(tmp_path: Path) -> None:
    status, said, _ = await played(tmp_path, "Budi", "y", "Siti", "n", "40")
    assert status == 0
    assert "Anak (2 so far). One more? y/n" in said
    left = json.loads(said[said.rindex("\n{") :])
    assert left["/anak[1]/nama[1]"] == "Budi"
    assert left["/anak[2]/nama[1]"] == "Siti"
    assert left["/usia[1]"] == "40"


async def test_an_answer_that_cannot_stand_is_asked_again(tmp_path: Path) -> None:
    status, said, _ = await played(tmp_path, "Budi", "n", "4", "40")
    assert status == 0
    assert said.count("Usia Anda") == 2
    assert "Not valid." in said


async def test_leaving_before_the_end_is_told_in_one_line(tmp_path: Path) -> None:
    status, _, errors = await played(tmp_path, "Budi")
    assert status == 1
    assert errors.strip() == "suara: The questionnaire was left before its end."
