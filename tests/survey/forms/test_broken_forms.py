"""The ten broken questionnaires say what their page says they do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/broken/README.md"
BLOCK = re.compile(r"^```text\n\$ suara check (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def printed() -> dict[str, str]:
    """File -> what the page says that the command prints."""
    return dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))


def test_all_ten_are_on_the_page() -> None:
    files = sorted(path for path in (ROOT / "docs/broken").iterdir() if path != PAGE)
    assert list(printed()) == [str(path.relative_to(ROOT)) for path in files]
    assert len(files) == 10


@pytest.mark.parametrize("file", printed())
def test_check_says_of_each_what_the_page_says(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ended = CliRunner().invoke(app, ["check", file])
    assert ended.exit_code == int("needs mending" in printed()[file])
    assert ended.stdout == printed()[file]
